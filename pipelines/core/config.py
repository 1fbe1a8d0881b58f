"""corpus.toml as typed values; every mistake in it is told by its key."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from pipelines.core.errors import ConfigError

Settings = TypeVar("Settings")
Section = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlSettings:
    """How the crawler behaves towards sites: section `[crawl]`."""

    #: URL or mailbox where a site's owner reaches whoever runs this crawl.
    contact: str = ""
    #: Seconds between two requests to one host.
    delay: float = 5.0
    #: Requests under way at once, over all hosts.
    concurrency: int = 16
    #: Requests under way at once to one host.
    per_host: int = 1
    #: Seconds that one answer may take.
    timeout: float = 30.0
    #: Pages that one blog is granted in one run.
    pages_per_blog: int = 2000
    #: How often a URL is tried in one run before it waits for a later one.
    tries: int = 3
    #: Seconds before the second try; doubled for each further one.
    retry_after: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildSettings:
    """How a build uses this machine: section `[build]`."""

    #: Worker processes; 0 takes one for each core.
    workers: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A corpus.toml that has been read and checked."""

    #: The file itself.
    file: Path
    #: Folder of the corpus: archive, state, documents, snapshots.
    corpus: Path
    #: The list of blogs.
    blogs: Path
    crawl: CrawlSettings = field(default_factory=CrawlSettings)
    build: BuildSettings = field(default_factory=BuildSettings)
    #: The sections of the recipe's stages, checked by `pipelines.recipe`.
    stages: Mapping[str, Section] = field(default_factory=dict)


_LOWEST_CRAWL = {
    "delay": 0.0,
    "concurrency": 1,
    "per_host": 1,
    "timeout": 0.1,
    "pages_per_blog": 1,
    "tries": 1,
    "retry_after": 0.0,
}


def load(file: Path) -> Config:
    """Read a corpus.toml; relative paths in it are relative to its folder.

    Raises:
        ConfigError: It is missing, not TOML, or a key is unknown or wrong.
    """
    tables = _tables(file)
    corpus = _section(file, tables.pop("corpus", {}), "corpus")
    unknown = set(corpus) - {"path", "blogs"}
    if unknown:
        raise ConfigError(_unknown(file, f"corpus.{min(unknown)}", ("path", "blogs")))
    home = file.resolve().parent
    paths = {}
    for key, default in (("path", "output/corpus"), ("blogs", "blogs.csv")):
        value = corpus.get(key, default)
        if not isinstance(value, str) or not value:
            message = f"{file}: corpus.{key} must be a path in quotes, not {value!r}."
            raise ConfigError(message)
        paths[key] = home / value
    crawl = fill(CrawlSettings(), tables.pop("crawl", {}), file, "crawl")
    _check(file, "crawl", crawl, _LOWEST_CRAWL)
    build = fill(BuildSettings(), tables.pop("build", {}), file, "build")
    _check(file, "build", build, {"workers": 0})
    return Config(
        file=file,
        corpus=paths["path"],
        blogs=paths["blogs"],
        crawl=crawl,
        build=build,
        stages={name: _section(file, value, name) for name, value in tables.items()},
    )


def fill(defaults: Settings, section: object, file: Path, name: str) -> Settings:
    """Lay the keys of one TOML section over a dataclass of default settings.

    Raises:
        ConfigError: A key is unknown or its value has another type; named with its path.
    """
    values = _section(file, section, name)
    known = tuple(item.name for item in fields(defaults))  # type: ignore[arg-type]
    hints = get_type_hints(type(defaults))
    changes: dict[str, Any] = {}
    for key, value in values.items():
        if key not in known:
            raise ConfigError(_unknown(file, f"{name}.{key}", known))
        changes[key] = _typed(file, f"{name}.{key}", value, hints[key])
    return replace(defaults, **changes)  # type: ignore[type-var]


def _typed(file: Path, key: str, value: object, wanted: type) -> object:
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not wanted:
        message = f"{file}: {key} must be {_WORDS.get(wanted, wanted.__name__)}, not {value!r}."
        raise ConfigError(message)
    return value


_WORDS: dict[type, str] = {
    int: "a whole number",
    float: "a number",
    str: "a text in quotes",
    bool: "true or false",
}


def _tables(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        message = f"{file}: there is no such file; write one with `therapy-corpus init`."
        raise ConfigError(message) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"{file}: not readable as TOML ({error}); mend that line."
        raise ConfigError(message) from None


def _section(file: Path, value: object, name: str) -> Section:
    if not isinstance(value, dict):
        message = f"{file}: {name} must be a section, written as [{name}]."
        raise ConfigError(message)
    return value


def _unknown(file: Path, key: str, known: tuple[str, ...]) -> str:
    where = key.rpartition(".")[0] or "the file"
    return f"{file}: {key} is not a setting; {where} knows: {', '.join(known)}."


def _check(file: Path, name: str, settings: object, lowest: Mapping[str, float]) -> None:
    """Refuse numbers below their `lowest`, and those that are none (nan) or endless (inf)."""
    for key, least in lowest.items():
        value = getattr(settings, key)
        if not least <= value < math.inf:
            message = f"{file}: {name}.{key} must be at least {least:g} and finite, not {value}."
            raise ConfigError(message)
