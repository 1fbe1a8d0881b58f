"""corpus.toml as typed values; every mistake in it is told by its key."""

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TypeVar, get_origin, get_type_hints

from pipelines.core import location
from pipelines.core.errors import ConfigError
from pipelines.core.gate_settings import GateSettings
from pipelines.core.location import Remote
from pipelines.core.splits import SplitSettings

Settings = TypeVar("Settings")
Section = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlSettings:
    """How the crawler behaves towards sites: section `[crawl]`."""

    #: URL of a page that tells a site's owner who runs this crawl; part of the User-Agent.
    contact: str = ""
    #: Mailbox of whoever runs it: the From line of each request (RFC 9110, section 10.1.2).
    mailbox: str = ""
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
    #: Failures in a row after which a host is parked.
    failures: int = 5
    #: Seconds that a run waits for hosts that asked for patience or failed; the next run
    #: takes up the rest.
    patience: float = 300.0
    #: Who crawls, and where the head of the cluster is: see BuildSettings.
    engine: str = "local"
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionSettings:
    """Which signals count as a refusal: section `[permission]`.

    robots.txt and noindex always do.
    """

    #: meta robots or X-Robots-Tag with noai or noimageai.
    noai: bool = True
    #: Content-Usage with train-ai=n (AIPREF).
    content_usage: bool = True
    #: Content-Signal with ai-train=no.
    content_signal: bool = True
    #: tdm-reservation 1 (TDMRep).
    tdmrep: bool = True
    #: A licence that prohibits training, asks for a fee, or cannot be read (RSL).
    rsl: bool = True
    #: robots.txt that disallows crawlers known to collect for AI.
    named_agent: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisitSettings:
    """When blogs and pages are asked again: section `[revisit]`; all in days."""

    #: Shortest and longest time between two looks at a blog.
    poll_least: float = 2.0
    poll_most: float = 45.0
    #: After which a blog is enumerated anew, to find what was missed or deleted.
    enumerate_after: float = 90.0
    #: Between two answers "not found" that make a page count as deleted.
    gone_after: float = 7.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildSettings:
    """Who does the work of a build: section `[build]`."""

    #: Worker processes; 0 takes one for each core.
    workers: int = 0
    #: Who makes documents: "local", this machine, or "ray", a cluster.
    engine: str = "local"
    #: Where the head of the cluster is, as host:port; empty: a cluster of this machine alone.
    address: str = ""
    #: From how many different texts on the cluster finds the copies too; 0: always.
    shuffle_from: int = 30_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TakedownSettings:
    """What a removal takes out: section `[takedown]`."""

    #: The copies of a post that is removed: "remove" them too, or "elect" one to be kept.
    copies: str = "remove"


@dataclass(frozen=True, slots=True, kw_only=True)
class HistorySettings:
    """What is kept of the past: section `[history]`."""

    #: Whether former versions of posts that were edited or deleted are published.
    keep: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A corpus.toml that has been read and checked."""

    #: The file itself.
    file: Path
    #: Folder of the corpus (archive, state, documents, snapshots), or its working copy.
    corpus: Path
    #: The list of blogs.
    blogs: Path
    #: Where the corpus lies in an object store, if it does.
    remote: Remote = field(default_factory=Remote)
    crawl: CrawlSettings = field(default_factory=CrawlSettings)
    permission: PermissionSettings = field(default_factory=PermissionSettings)
    revisit: RevisitSettings = field(default_factory=RevisitSettings)
    build: BuildSettings = field(default_factory=BuildSettings)
    splits: SplitSettings = field(default_factory=SplitSettings)
    history: HistorySettings = field(default_factory=HistorySettings)
    gates: GateSettings = field(default_factory=GateSettings)
    takedown: TakedownSettings = field(default_factory=TakedownSettings)
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
    "failures": 1,
    "patience": 0.0,
}
_LOWEST_REVISIT = {
    "poll_least": 0.0,
    "poll_most": 0.0,
    "enumerate_after": 0.0,
    "gone_after": 0.0,
}


def check_identity(config: Config) -> None:
    """See to it that a site's owner can find out who asks.

    Raises:
        ConfigError: There is no contact page or no mailbox.
    """
    if not re.fullmatch(r"https?://[^\s/]+\S*", config.crawl.contact):
        message = (
            f"{config.file}: crawl.contact must be the http(s) URL of a page that tells the owners "
            f"of sites who crawls, not {config.crawl.contact!r}; it has no default."
        )
        raise ConfigError(message)
    if not re.fullmatch(r"[^\s@<>]+@[^\s@<>]+", config.crawl.mailbox):
        message = (
            f"{config.file}: crawl.mailbox must be an e-mail address where the owners of sites "
            f"reach you, not {config.crawl.mailbox!r}; it has no default."
        )
        raise ConfigError(message)


def load(file: Path) -> Config:
    """Read a corpus.toml; relative paths in it are relative to its folder.

    Raises:
        ConfigError: It is missing, not TOML, or a key is unknown or wrong.
    """
    tables = _tables(file)
    where = location.read(file, _section(file, tables.pop("corpus", {}), "corpus"))
    crawl = fill(CrawlSettings(), tables.pop("crawl", {}), file, "crawl")
    revisit = fill(RevisitSettings(), tables.pop("revisit", {}), file, "revisit")
    permission = fill(PermissionSettings(), tables.pop("permission", {}), file, "permission")
    build = fill(BuildSettings(), tables.pop("build", {}), file, "build")
    splits = fill(SplitSettings(), tables.pop("splits", {}), file, "splits")
    takedown = _takedown(file, tables.pop("takedown", {}))
    gates = fill(GateSettings(), tables.pop("gates", {}), file, "gates")
    history = fill(HistorySettings(), tables.pop("history", {}), file, "history")
    _check(file, "crawl", crawl, _LOWEST_CRAWL)
    _check(file, "revisit", revisit, _LOWEST_REVISIT)
    _check(file, "build", build, {"workers": 0, "shuffle_from": 0})
    return Config(
        file=file,
        corpus=where.corpus,
        blogs=where.blogs,
        remote=where.remote,
        crawl=crawl,
        permission=permission,
        revisit=revisit,
        build=build,
        splits=splits,
        history=history,
        gates=gates,
        takedown=takedown,
        stages={name: _section(file, value, name) for name, value in tables.items()},
    )


def _takedown(file: Path, section: object) -> TakedownSettings:
    takedown = fill(TakedownSettings(), section, file, "takedown")
    if takedown.copies not in {"remove", "elect"}:
        message = f'{file}: takedown.copies must be "remove" or "elect", not {takedown.copies!r}.'
        raise ConfigError(message)
    return takedown


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
    if get_origin(wanted) is tuple and isinstance(value, list):
        if all(isinstance(item, str) for item in value):
            return tuple(value)
        message = f"{file}: {key} must be {_TEXTS}, not {value!r}."
        raise ConfigError(message)
    if type(value) is not wanted:
        message = f"{file}: {key} must be {_WORDS.get(wanted, _TEXTS)}, not {value!r}."
        raise ConfigError(message)
    return value


_TEXTS = "a list of texts in quotes"
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
