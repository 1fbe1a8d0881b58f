"""`inspect`: what the per-site stages make of pages in files, as documents or JSON lines."""

import dataclasses
import gzip
import json
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path, PurePath
from typing import TypeVar
from urllib.parse import quote

from pipelines.core import standing, warc
from pipelines.core.config import PermissionSettings
from pipelines.core.document import Document
from pipelines.core.errors import ConfigError
from pipelines.core.model import Capture, CaptureRef, Kind, Via
from pipelines.core.permission import of_page, resolve
from pipelines.core.stage import PerDocument, flow
from pipelines.engines.local import Fault
from pipelines.recipe import Recipe
from pipelines.site import Refine, broken_page, refine, with_standing

Result = TypeVar("Result")

#: Stands for the site of a page that lies in a file and nowhere else.
NOWHERE = "file.invalid"
#: File names in a folder that are read as pages.
_PAGES = ("*.html", "*.htm", "*.xhtml", "*.html.gz", "*.htm.gz")


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePage:
    """A page that lies in a file."""

    path: Path
    #: Where it lies on the web, or an address that only names the file.
    url: str
    #: Whether `url` is where it lies.
    is_addressed: bool


def read_file(page: FilePage) -> tuple[Capture, CaptureRef]:
    """Make a capture of a file, as if its URL had just been fetched when it was written."""
    with gzip.open(page.path) if page.path.suffix == ".gz" else page.path.open("rb") as stream:
        body = stream.read(warc.MOST_BYTES + 1)
    written = datetime.fromtimestamp(page.path.stat().st_mtime, UTC)
    digest = warc.digest_of(body)
    capture = Capture(
        url=page.url,
        kind=Kind.PAGE,
        via=Via.IMPORT,
        fetched_at=written,
        status=200,
        headers=(),
        body=body[: warc.MOST_BYTES],
        digest=digest,
        truncated="length" if len(body) > warc.MOST_BYTES else "",
    )
    return capture, CaptureRef(file=str(page.path), offset=0, length=len(body), digest=digest)


def files_of(targets: Iterable[Path], url: str | None) -> Iterator[FilePage]:
    """The pages of files and folders, in order of their path.

    Args:
        targets: Files, and folders that are searched with all below them.
        url: The address of a single file; without it a file's address is made of its path,
            and the stages that judge a page by its address are left out.

    Raises:
        ConfigError: A file or folder is missing, or `url` is given for more than one page.
    """
    paths = [path for target in targets for path in _paths(target)]
    if url is not None and len(paths) != 1:
        message = f"--url gives the address of one file, but there are {len(paths)} pages."
        raise ConfigError(message)
    for path in paths:
        named = f"http://{NOWHERE}{quote(path.resolve().as_posix())}"
        yield FilePage(path=path, url=url or named, is_addressed=url is not None)


def _paths(target: Path) -> list[Path]:
    if target.is_dir():
        return sorted({path for pattern in _PAGES for path in target.rglob(pattern)})
    if not target.is_file():
        message = f"{target}: there is no such file or folder; name a page, a folder or a URL."
        raise ConfigError(message)
    return [target]


def documents_of_files(
    recipe: Recipe,
    pages: Iterable[FilePage],
    workers: int,
    settings: PermissionSettings | None = None,
) -> Iterator[Document]:
    """Run the per-site stages over pages in files.

    A page that refuses our use is shown all the same, since it is on this machine already;
    its permission says so.

    Args:
        recipe: The stages.
        pages: What is read.
        workers: Processes.
        settings: Which kinds of refusal count; all of them where it is not given.

    Yields:
        One document a page, in the order of `pages`.
    """
    refiner = Refine(read=read_file, extract=recipe.extract, stages=recipe.per_page)
    rules = settings or PermissionSettings()
    drawn: deque[FilePage] = deque()
    for page, result in in_order(refine(refiner, noted(pages, drawn), workers=workers), drawn):
        yield _document(recipe, page, result, rules)


def in_order(
    results: Iterable[tuple[FilePage, Result]], drawn: deque[FilePage]
) -> Iterator[tuple[FilePage, Result]]:
    """The results of pages in the order in which the pages were drawn.

    Args:
        results: Each page with its result, as they are done.
        drawn: The pages that were drawn by now, as `noted` keeps them.
    """
    done: dict[FilePage, Result] = {}
    for page, result in results:
        done[page] = result
        while drawn and drawn[0] in done:
            first = drawn.popleft()
            yield first, done.pop(first)


def noted(pages: Iterable[FilePage], drawn: deque[FilePage]) -> Iterator[FilePage]:
    """Pass `pages` on, keeping their order in `drawn`."""
    for page in pages:
        drawn.append(page)
        yield page


def _document(
    recipe: Recipe, page: FilePage, result: Document | Fault, settings: PermissionSettings
) -> Document:
    capture, source = read_file(page)
    document = result if isinstance(result, Document) else _broken(page, capture, source, result)
    document = with_standing(document, standing.of_permission(resolve(of_page(capture), settings)))
    stages = recipe.whole_site
    if not page.is_addressed:
        stages = tuple(stage for stage in stages if isinstance(stage, PerDocument))
    return next(flow(stages, [document]))


def _broken(page: FilePage, capture: Capture, source: CaptureRef, fault: Fault) -> Document:
    return broken_page(page.url, Via.IMPORT, capture.fetched_at, source, fault)


def as_json(document: Document) -> str:
    """A document as one line of JSON, times in ISO 8601."""
    return json_line(dataclasses.asdict(document))


def json_line(told: object) -> str:
    """What `dataclasses.asdict` gives, as one line of JSON."""
    line = json.dumps(told, ensure_ascii=False, default=_plain)
    # Half of a surrogate pair cannot be written as UTF-8, but its escape is good JSON.
    return line.encode("utf-8", "backslashreplace").decode()


def _plain(value: object) -> object:
    """The JSON form of what JSON has no word for."""
    match value:
        case date():
            return value.isoformat()
        case Enum():
            return value.value
        case set() | frozenset():
            return sorted(value, key=str)
        case PurePath():
            return str(value)
    message = f"no JSON form of {type(value).__name__}"
    raise TypeError(message)
