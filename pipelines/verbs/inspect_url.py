"""`inspect URL`: the archived capture of a page, or one fetched for the purpose and thrown away."""

import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from pathlib import Path

from pipelines.build import (
    FromArchive,
    Refine,
    document_of,
    refine,
    with_standing,
    withdrawn_page,
)
from pipelines.core import lock, standing, state, survey
from pipelines.core.config import Config, CrawlSettings, PermissionSettings
from pipelines.core.document import Document
from pipelines.core.errors import ConfigError, CrawlError
from pipelines.core.stage import flow
from pipelines.core.standing import Standing
from pipelines.core.state import LedgerRow
from pipelines.core.urls import site_of
from pipelines.recipe import Recipe
from pipelines.verbs.crawl import crawl
from pipelines.verbs.inspect import as_json
from pipelines.verbs.progress import Quiet


def inspect_url(config: Config | None, recipe: Recipe, url: str) -> Iterator[str]:
    """Run the per-site stages over one page of the web.

    A page that the corpus holds is read from its archive; any other is asked for
    once, with robots.txt and pace as ever, and kept nowhere.

    Yields:
        One JSON object.

    Raises:
        ConfigError: There is no config, so nobody to say who asks.
        CrawlError: The page could not be had; the sentence says why.
    """
    if config is None:
        message = "A URL is fetched on behalf of a contact: name a config with --config."
        raise ConfigError(message)
    known = _newest(config.corpus, url) if config.corpus.exists() else None
    if known is not None:
        yield as_json(_document(config.corpus, recipe, known))
        return
    with tempfile.TemporaryDirectory(prefix="therapy-corpus-") as folder:
        row = _fetched(config, Path(folder), url)
        yield as_json(_document(Path(folder), recipe, row))


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


def _standing(corpus: Path, url: str) -> tuple[Standing, str]:
    """What may be done with a page, and what its site is made with."""
    connection = state.connect(corpus)
    told = standing.of_page(connection, url)
    platform = standing.platform_of_site(connection, site_of(url))
    connection.close()
    return told, platform


def _document(corpus: Path, recipe: Recipe, row: LedgerRow) -> Document:
    """The document as a build makes it; of a withdrawn page it holds no word."""
    told, platform = _standing(corpus, row.url)
    if told.reason:
        return withdrawn_page(row, told)
    refiner = Refine(
        read=FromArchive(root=corpus / "archive"), extract=recipe.extract, stages=recipe.per_page
    )
    _, result = next(iter(refine(refiner, [row], workers=1)))
    made = replace(document_of(row, result), platform=platform or None)
    return next(flow(recipe.whole_site, [with_standing(made, told)]))
