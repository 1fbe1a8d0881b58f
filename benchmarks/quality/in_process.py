"""The documents of pages, made in this process: what `build` makes, without its files."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from benchmarks.quality.pages import GoldPage
from pipelines.core import warc
from pipelines.core.document import Document
from pipelines.core.model import Capture, CaptureRef, Kind, Via
from pipelines.core.stage import Stage, flow
from pipelines.recipe import DEFAULT, Recipe, section_of

#: After all pages of the sets were fetched: dates are believed up to it.
FETCHED = datetime(2026, 7, 1, 12, tzinfo=UTC)
#: The settings under which text is measured: every subject, no flag that turns a page down.
ANY_SUBJECT: Mapping[str, Mapping[str, Any]] = {"topic": {"subject": "any"}}
NONE_LEFT_OUT = {**ANY_SUBJECT, "privacy": {"leave_out": ()}}


def recipe(settings: Mapping[str, Mapping[str, Any]] = ANY_SUBJECT) -> Recipe:
    """The default recipe with settings of its stages, by section; unknown ones are passed over."""
    stages = tuple(_with(stage, settings.get(section_of(stage), {})) for stage in DEFAULT.per_site)
    return dataclasses.replace(DEFAULT, per_site=stages)


def documents(
    found: Iterable[GoldPage], made_by: Recipe | None = None, *, workers: int = 2
) -> dict[str, Document]:
    """The documents of imported pages after the per-site stages, by URL.

    Args:
        found: Pages, each with another URL.
        made_by: The recipe; by default the one for any subject.
        workers: Processes; 1 is this one alone.
    """
    chosen = made_by or recipe()
    jobs = [(chosen, page) for page in found]
    if workers == 1:
        made = [_per_page(job) for job in jobs]
    else:
        with ProcessPoolExecutor(workers) as pool:
            made = list(pool.map(_per_page, jobs, chunksize=8))
    return {document.url: document for document in _per_site(chosen, made)}


def capture(page: GoldPage) -> Capture:
    """The page as `import` takes it in."""
    return Capture(
        url=page.url,
        kind=Kind.PAGE,
        via=Via.IMPORT,
        fetched_at=FETCHED,
        status=200,
        headers=(("Content-Type", "text/html"),),
        body=page.html,
        digest=warc.digest_of(page.html),
    )


def of_text(text: str) -> Document:
    """A document that is nothing but its text, for stages that look at no more."""
    return Document(
        id="0",
        url="http://page.example/",
        site="page.example",
        via=Via.IMPORT,
        fetched_at=FETCHED,
        source=CaptureRef(file="0", offset=0, length=0, digest=""),
        text=text,
    )


def extracted(page: GoldPage, made_by: Recipe) -> Document:
    """The page's document as the extraction leaves it."""
    taken = capture(page)
    source = CaptureRef(file=page.id, offset=0, length=len(page.html), digest=taken.digest)
    return made_by.extract(taken, source)


def _per_page(job: tuple[Recipe, GoldPage]) -> Document:
    made_by, page = job
    return next(flow(made_by.per_page, [extracted(page, made_by)]))


def _per_site(made_by: Recipe, made: list[Document]) -> Iterator[Document]:
    by_site = sorted(made, key=lambda document: (document.site, document.url))
    for _, site in groupby(by_site, key=lambda document: document.site):
        yield from flow(made_by.whole_site, list(site))


def _with(stage: Stage, settings: Mapping[str, Any]) -> Stage:
    known = {item.name for item in dataclasses.fields(stage)}  # type: ignore[arg-type]
    chosen = {name: value for name, value in settings.items() if name in known}
    return dataclasses.replace(stage, **chosen) if chosen else stage  # type: ignore[type-var]
