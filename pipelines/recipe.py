"""READ FIRST: what happens to a page, as one list of stages.

A page is extracted, then refined with the other pages of its site (PER_SITE), then
compared with the whole corpus (Dedup). What turns a document down gives the reason; the
document travels on to the `rejected` or `duplicates` table.
"""

import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from itertools import takewhile
from typing import TypeVar

from pipelines.core.config import Config, fill
from pipelines.core.dedup import Dedup
from pipelines.core.errors import ConfigError
from pipelines.core.stage import PerDocument, Stage, fingerprint
from pipelines.extract import Extract
from pipelines.stages.boilerplate import Boilerplate
from pipelines.stages.language import Language
from pipelines.stages.normalise import Normalise
from pipelines.stages.privacy import Privacy
from pipelines.stages.quality import Quality
from pipelines.stages.tokenise import Tokenise
from pipelines.stages.topic import Topic

Part = TypeVar("Part")

PER_SITE: tuple[Stage, ...] = (
    Language(),
    Normalise(),
    Boilerplate(),
    Topic(),
    Quality(),
    Privacy(),
    Tokenise(),
)

#: The sections of the config that are not of a stage.
SECTIONS = (
    *("corpus", "crawl", "permission", "revisit", "build", "splits", "history", "gates"),
    "takedown",
)

#: Libraries whose output lands in rows: another version is another recipe.
_LIBRARIES = (
    "feedparser",
    "ftfy",
    "htmldate",
    "langdetect",
    "lxml",
    "phonenumbers",
    "pyarrow",
    "trafilatura",
    "w3lib",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """The stages with the settings of one corpus."""

    extract: Extract
    per_site: tuple[Stage, ...] = PER_SITE
    dedup: Dedup = field(default_factory=Dedup)

    @property
    def per_page(self) -> tuple[Stage, ...]:
        """The first stages of `per_site`, those that need no other page of the site."""
        count = next(
            (i for i, stage in enumerate(self.per_site) if not isinstance(stage, PerDocument)),
            len(self.per_site),
        )
        return self.per_site[:count]

    @property
    def whole_site(self) -> tuple[Stage, ...]:
        """The stages of `per_site` that follow, applied to a site as a whole."""
        return self.per_site[len(self.per_page) :]

    @property
    def together(self) -> tuple[Stage, ...]:
        """The stages of `whole_site` up to the last one that needs other pages of the site."""
        return self.whole_site[: len(self.whole_site) - len(self.afterwards)]

    @property
    def afterwards(self) -> tuple[Stage, ...]:
        """The stages of `whole_site` that follow, which again need no other page."""
        last = takewhile(lambda stage: isinstance(stage, PerDocument), reversed(self.whole_site))
        return tuple(reversed(tuple(last)))

    @property
    def fingerprint(self) -> str:
        """Name of all that decides a snapshot's content, besides the archive."""
        return named((self.extract, *self.per_site, self.dedup))


def named(parts: Iterable[object]) -> str:
    """Name of some parts of a recipe with the libraries and tables that they may ask."""
    software = (f"{name} {number}" for name, number in software_versions().items())
    return fingerprint(parts, software)


#: The recipe of a corpus whose config changes nothing.
DEFAULT = Recipe(extract=Extract())


@cache
def software_versions() -> dict[str, str]:
    """The libraries and tables that shape rows, with their versions; our own lists by digest."""
    lists = {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()[:12]
        for file in sorted(files("pipelines.core").iterdir(), key=lambda file: file.name)
        if file.name.endswith(".toml")
    }
    libraries = {name: version(name) for name in _LIBRARIES}
    return libraries | {"unicode": unicodedata.unidata_version} | lists


def configured(config: Config) -> Recipe:
    """The recipe with the settings of the config's sections laid over its defaults.

    Raises:
        ConfigError: A section or key is not one of a stage.
    """
    parts = (Extract(), *PER_SITE, Dedup())
    unknown = set(config.stages) - {section_of(part) for part in parts}
    if unknown:
        known = ", ".join([*SECTIONS, *map(section_of, parts)])
        message = f"{config.file}: [{min(unknown)}] is not a section; there are: {known}."
        raise ConfigError(message)
    return Recipe(
        extract=_filled(config, Extract()),
        per_site=tuple(_filled(config, stage) for stage in PER_SITE),
        dedup=_filled(config, Dedup()),
    )


def section_of(part: object) -> str:
    """Name of a stage's section in the config: that of its class, in lower case."""
    return type(part).__name__.lower()


def _filled(config: Config, part: Part) -> Part:
    section = config.stages.get(section_of(part), {})
    return fill(part, section, config.file, section_of(part))
