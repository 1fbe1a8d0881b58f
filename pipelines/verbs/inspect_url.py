"""`inspect URL`: the archived capture of a page, or one fetched for the purpose and thrown away."""

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path

from pipelines.core import lock, standing, state, survey
from pipelines.core.config import Config, CrawlSettings, PermissionSettings
from pipelines.core.document import Document
from pipelines.core.errors import ConfigError, CrawlError
from pipelines.core.stage import flow
from pipelines.core.standing import Standing
from pipelines.core.state import LedgerRow
from pipelines.core.urls import site_of
from pipelines.core.watch import Watch
from pipelines.recipe import Recipe
from pipelines.site import Refine, Site, read, refine, refiner_of, withdrawn_page
from pipelines.verbs.crawl import crawl
from pipelines.verbs.progress import Quiet


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A page that a corpus holds."""

    #: Its corpus is the user's, or one that was made for this page.
    config: Config
    #: The newest capture of the page.
    row: LedgerRow

    @property
    def is_withdrawn(self) -> bool:
        """Whether nobody may read it: its site refuses it, or holds it no longer."""
        return self._standing().reason is not None

    def alone(self, recipe: Recipe) -> Document:
        """The document after the stages that need no other page; a withdrawn one has no word."""
        told = self._standing()
        if told.reason:
            return withdrawn_page(self.row, told)
        _, result = next(iter(refine(self.refiner(recipe), [self.row], workers=1)))
        return self._site().page(self.row, result)

    def refiner(self, recipe: Recipe) -> Refine[LedgerRow]:
        """What a worker does with a page of this corpus."""
        return refiner_of(self.config, recipe)

    def site(self, recipe: Recipe, watch: Watch) -> list[Document]:
        """The documents of the page's whole site after all stages of `recipe`, as in a build.

        Of a withdrawn page it is that page alone, since nothing is read of it.
        """
        site = self._site()
        if self.row not in site.rows:
            return list(flow(recipe.whole_site, [self.alone(recipe)]))
        watch.begin(f"reading {site.name}", len(site.rows))
        for done, (row, result) in enumerate(read(self.config, recipe, site.rows), 1):
            site.take(row, result)
            watch.advance(done, len(site.rows), "")
        watch.end()
        return list(site.finished(recipe))

    def _standing(self) -> Standing:
        connection = state.connect(self.config.corpus)
        told = standing.of_page(connection, self.row.url)
        connection.close()
        return told

    def _site(self) -> Site:
        connection = state.connect(self.config.corpus)
        site = Site.of(connection, site_of(self.row.url))
        connection.close()
        return site


@contextmanager
def held(config: Config | None, url: str) -> Iterator[Held]:
    """A page that the corpus holds, or that is held as long as it is looked at.

    A page that is not in the archive is asked for once, with robots.txt and pace as ever,
    and kept nowhere.

    Raises:
        ConfigError: There is no config, so nobody to say who asks.
        CrawlError: The page could not be had; the sentence says why.
    """
    if config is None:
        message = "A URL is fetched on behalf of a contact: name a config with --config."
        raise ConfigError(message)
    known = _newest(config.corpus, url) if config.corpus.exists() else None
    if known is not None:
        yield Held(config=config, row=known)
        return
    with tempfile.TemporaryDirectory(prefix="therapy-corpus-") as folder:
        row = _fetched(config, Path(folder), url)
        yield Held(config=replace(config, corpus=Path(folder)), row=row)


def _newest(corpus: Path, url: str) -> LedgerRow | None:
    connection = state.connect(corpus)
    captures = state.captures_of(connection, url)
    connection.close()
    return captures[-1] if captures else None


def _fetched(config: Config, folder: Path, url: str) -> LedgerRow:
    """Crawl robots.txt and the page into a corpus of their own."""
    blogs = folder / "blogs.txt"
    blogs.write_text(f"{url}\n", encoding="utf-8")
    settings = replace(config.crawl, pages_per_blog=1, tries=1, concurrency=1, per_host=1)
    file = folder / "corpus.toml"
    file.write_text(_toml({"crawl": settings, "permission": config.permission}), encoding="utf-8")
    once = Config(
        file=file, corpus=folder, blogs=blogs, crawl=settings, permission=config.permission
    )
    with lock.held(folder / "state") as descriptor:
        crawl(once, Quiet(), descriptor)
    row = _newest(folder, url)
    if row is None:
        connection = state.connect(folder)
        story = survey.url_story(connection, url)
        connection.close()
        why = f"{story.reason} {story.detail}".strip() if story else "it was not asked for"
        message = f"{url} could not be had: {why}; nothing was inspected."
        raise CrawlError(message)
    return row


def _toml(sections: Mapping[str, CrawlSettings | PermissionSettings]) -> str:
    """A corpus.toml with these settings; JSON's numbers and strings are TOML's as well."""
    lines = ['[corpus]\npath = "."\nblogs = "blogs.txt"']
    for name, settings in sections.items():
        lines.append(f"[{name}]")
        lines += [
            f"{item.name} = {json.dumps(getattr(settings, item.name))}" for item in fields(settings)
        ]
    return "\n".join([*lines, ""])
