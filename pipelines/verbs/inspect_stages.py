"""What `inspect` shows: documents as the stages leave them, or before and after one stage."""

import dataclasses
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from functools import partial
from pathlib import Path
from typing import Generic, TypeVar

from pipelines.core.config import Config
from pipelines.core.document import Document
from pipelines.core.errors import ConfigError
from pipelines.core.model import Capture, CaptureRef
from pipelines.core.reasons import Reason
from pipelines.core.stage import PerDocument, Stage, flow
from pipelines.core.urls import document_id, site_of
from pipelines.engines.local import Fault, Limits, run
from pipelines.extract.blocks import blocks
from pipelines.extract.clean import clean
from pipelines.extract.decode import decode
from pipelines.extract.page import parse
from pipelines.recipe import Recipe, section_of
from pipelines.site import Refine, broken_page, workers_of
from pipelines.stages.boilerplate import Boilerplate
from pipelines.verbs import progress
from pipelines.verbs.inspect import (
    NOWHERE,
    FilePage,
    as_json,
    documents_of_files,
    files_of,
    in_order,
    json_line,
    noted,
    read_file,
)
from pipelines.verbs.inspect_url import held

Page = TypeVar("Page")

#: The stage that makes a document of a page; no other comes before it.
EXTRACT = "extract"
#: Bodies that are not read as pages.
_UNREAD = frozenset({Reason.EXTRACT_NOT_HTML, Reason.EXTRACT_TOO_LARGE, Reason.EXTRACT_TRUNCATED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody wants to see."""

    #: Files and folders, or canonical URLs.
    targets: tuple[str, ...]
    recipe: Recipe
    config: Config | None = None
    #: Where a single file lies on the web.
    url: str | None = None
    #: The stage to see by itself, as its section of the config is called.
    stage: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A document as the stages leave it."""

    document: Document
    #: What could not be looked at; empty where nothing is left out.
    note: str = ""

    @property
    def line(self) -> str:
        """It as JSON."""
        return as_json(self.document)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A document before and after one stage."""

    stage: str
    before: Document
    after: Document
    note: str = ""

    @property
    def changed(self) -> list[str]:
        """The fields that the stage has changed."""
        names = (item.name for item in fields(Document))
        return [name for name in names if getattr(self.before, name) != getattr(self.after, name)]

    @property
    def line(self) -> str:
        """The changed fields, old and new, as JSON."""
        before, after = map(dataclasses.asdict, (self.before, self.after))
        return json_line(
            {
                "stage": self.stage,
                "url": self.after.url,
                "before": {name: before[name] for name in self.changed},
                "after": {name: after[name] for name in self.changed},
            }
        )


def answers(asked: Asked) -> Iterator[Shown | Step]:
    """Show what was asked for, page by page.

    Raises:
        ConfigError: There is no such stage or file, or targets do not go together.
        CrawlError: A page could not be had; the sentence says why.
    """
    _stage(asked)
    urls = [target for target in asked.targets if is_url(target)]
    if urls and len(urls) < len(asked.targets):
        message = f"{urls[0]} and files cannot be inspected together; call inspect for each."
        raise ConfigError(message)
    if urls and asked.url is not None:
        message = "--url gives the address of a file; a page of the web has its own."
        raise ConfigError(message)
    for url in urls:
        yield from _of_url(asked, url)
    if not urls:
        yield from _of_files(asked)


def is_url(target: str) -> bool:
    """Whether a target is an address, not a file."""
    return target.startswith(("http://", "https://"))


def _stage(asked: Asked) -> tuple[Recipe, Stage | None]:
    """The recipe up to the stage that was asked for, and that stage, unless it is the first."""
    if asked.stage is None:
        return asked.recipe, None
    if asked.stage == EXTRACT:
        return replace(asked.recipe, per_site=()), None
    names = [section_of(stage) for stage in asked.recipe.per_site]
    if asked.stage not in names:
        known = ", ".join([EXTRACT, *names])
        message = f"--stage: {asked.stage!r} is not a stage of the recipe; there are: {known}."
        raise ConfigError(message)
    index = names.index(asked.stage)
    before = replace(asked.recipe, per_site=asked.recipe.per_site[:index])
    return before, asked.recipe.per_site[index]


def _of_files(asked: Asked) -> Iterator[Shown | Step]:
    pages = list(files_of(map(Path, asked.targets), asked.url))
    workers = workers_of(asked.config) if asked.config else 1
    rules = asked.config.permission if asked.config else None
    recipe, stage = _stage(asked)
    if asked.stage == EXTRACT:
        yield from _extracted_files(recipe, pages, workers)
        return
    documents = documents_of_files(recipe, pages, workers, rules)
    if stage is not None:
        yield from _steps(stage, documents)
        return
    for document in documents:
        yield Shown(document=document, note=_left_out(recipe, document, 1))


def _of_url(asked: Asked, url: str) -> Iterator[Shown | Step]:
    recipe, stage = _stage(asked)
    with held(asked.config, url) as page:
        if asked.stage == EXTRACT and not page.is_withdrawn:
            seen = Seen(refine=page.refiner(recipe))
            yield from (_extraction(seen, *found) for found in _run(seen, [page.row], 1))
        elif asked.stage == EXTRACT:
            gone = page.alone(recipe)
            yield Step(stage=EXTRACT, before=gone, after=gone)
        elif stage is not None and stage in asked.recipe.per_page:
            # A feed's word comes in after these stages, and no other page says anything.
            yield from _steps(stage, [page.alone(recipe)])
        else:
            site = page.site(recipe, progress.watch() if sys.stderr.isatty() else progress.Quiet())
            shown = _steps(stage, site) if stage else _shown(recipe, site)
            yield from (one for one in shown if _url_of(one) == page.row.url)


def _url_of(found: Shown | Step) -> str:
    return found.document.url if isinstance(found, Shown) else found.after.url


def _shown(recipe: Recipe, site: list[Document]) -> Iterator[Shown]:
    for document in site:
        yield Shown(document=document, note=_left_out(recipe, document, len(site)))


def _steps(stage: Stage, documents: Iterable[Document]) -> Iterator[Step]:
    """Each document before and after a stage; one that looks at sites gets all at once."""
    step = partial(Step, stage=section_of(stage))
    if isinstance(stage, PerDocument):
        for document in documents:
            yield step(before=document, after=next(flow([stage], [document])))
        return
    site = list(documents)
    for before, after in zip(site, flow([stage], site), strict=True):
        yield step(before=before, after=after, note=_company(stage, before, len(site)))


def _left_out(recipe: Recipe, document: Document, pages: int) -> str:
    """What a document was not judged by."""
    if document.site == NOWHERE:
        by_site = [section_of(one) for one in recipe.per_site if not isinstance(one, PerDocument)]
        names = " and ".join(by_site)
        return f"Left out: {names}, since this page has no address; --url gives it one."
    notes = (_company(stage, document, pages) for stage in recipe.per_site)
    return next(filter(None, notes), "")


def _company(stage: Stage, document: Document, pages: int) -> str:
    """What a stage that looks at a site as a whole could not see."""
    shows = "this shows one page alone" if pages == 1 else f"this shows {pages} pages"
    if isinstance(stage, PerDocument):
        return ""
    if isinstance(stage, Boilerplate):
        is_enough = pages >= stage.min_posts
        wanted = f"Template memory needs {stage.min_posts} posts of a site; {shows}."
        return "" if is_enough else wanted
    if document.site == NOWHERE:
        return f"The {section_of(stage)} stage goes by the address; this page has none (--url)."
    alone = f"The {section_of(stage)} stage goes by the other pages of a site as well; {shows}."
    return alone if pages == 1 else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen(Generic[Page]):
    """What a worker does with a page whose extraction is looked at."""

    refine: Refine[Page]

    def __call__(self, page: Page) -> tuple[Document, Document]:
        """The words that a reader sees, as a document, and what is made of the page."""
        capture, source = self.refine.read(page)
        after = self.refine(page)
        is_unread = after.rejection is not None and after.rejection.reason in _UNREAD
        words = "" if is_unread else _visible_words(capture)
        return replace(_blank(capture, source), text=words), after


def _visible_words(capture: Capture) -> str:
    """All words of a page that a reader may see, menus too, line by line."""
    html = clean(decode(capture.body, capture.header("Content-Type")))
    page = parse(html, capture.url, capture.fetched_at)
    lines = blocks(page.tree, site_of(capture.url)) if page else []
    return "\n\n".join(line.text for line in lines)


def _run(
    work: Seen[Page], pages: Iterable[Page], workers: int
) -> Iterator[tuple[Page, tuple[Document, Document] | Fault]]:
    extract = work.refine.extract
    limits = Limits(seconds=extract.seconds, memory_mib=extract.memory_mib)
    return run(work, pages, workers=workers, limits=limits)


def _extracted_files(recipe: Recipe, pages: list[FilePage], workers: int) -> Iterator[Step]:
    work = Seen(refine=Refine(read=read_file, extract=recipe.extract, stages=()))
    drawn: deque[FilePage] = deque()
    for page, result in in_order(_run(work, noted(pages, drawn), workers), drawn):
        yield _extraction(work, page, result)


def _extraction(work: Seen[Page], page: Page, result: tuple[Document, Document] | Fault) -> Step:
    if isinstance(result, Fault):
        capture, source = work.refine.read(page)
        broken = broken_page(capture.url, capture.via, capture.fetched_at, source, result)
        result = _blank(capture, source), broken
    before, after = result
    return Step(stage=EXTRACT, before=before, after=after)


def _blank(capture: Capture, source: CaptureRef) -> Document:
    """What is known of a page before it is read."""
    return Document(
        id=document_id(capture.url),
        url=capture.url,
        site=site_of(capture.url),
        via=capture.via,
        fetched_at=capture.fetched_at,
        source=source,
    )
