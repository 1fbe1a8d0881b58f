"""Lists of blogs as people keep them (CSV, OPML, text), read as seeds."""

import csv
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from lxml import etree

from pipelines.core.errors import ConfigError
from pipelines.core.model import Seed
from pipelines.core.urls import canonical

#: Names of the columns that hold the URL and the name of a blog, the best first.
_URL_COLUMNS = ("url", "htmlurl", "website", "homepage", "home", "link", "site", "blog")
_NAME_COLUMNS = ("name", "title", "blog", "text")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?!\d+(?:/|$))")
_BARE_HOST = re.compile(r"[^\s/:@]+\.[^\s/:@]+(?::\d+)?(?:[/?].*)?")

#: URL, name, and the line that holds them.
_Row = tuple[str, str, int]


def load(path: Path) -> Iterator[Seed]:
    """The blogs of a list, in its order, each canonical URL once.

    * ``.csv``: a column `url` and perhaps `name`; without a header, the first column.
    * ``.opml``, ``.xml``: outlines with `htmlUrl`; with `xmlUrl` alone, the feed.
    * Anything else: one URL a line. Lines that start with # are comments.

    Files of another extension are told apart by their first line. A domain without a
    scheme is taken for https.

    Raises:
        ConfigError: The file cannot be read, or a line of it is no http(s) URL.
    """
    try:
        reader = _FORMATS[_format(path)]
        seen: set[str] = set()
        for text, name, line in reader(path):
            url = _url(text, f"{path}:{line}")
            if url not in seen:
                seen.add(url)
                yield Seed(url=url, name=" ".join(name.split()), source=f"{path}:{line}")
    except FileNotFoundError:
        message = f"{path}: there is no such file; list the blogs there, one URL a line."
        raise ConfigError(message) from None
    except UnicodeDecodeError as error:
        message = f"{path}: not UTF-8 ({error.reason}); save the list as UTF-8."
        raise ConfigError(message) from None
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror}); check the path of the list."
        raise ConfigError(message) from None


def _url(text: str, where: str) -> str:
    text = text.strip()
    if not _SCHEME.match(text) and _BARE_HOST.fullmatch(text):
        text = f"https://{text}"
    try:
        if re.search(r"\s", text):
            message = "white space"
            raise ValueError(message)  # noqa: TRY301 - the same mistake as a wrong URL
        return canonical(text)
    except ValueError:
        message = f"{where}: {text[:200]!r} is not an http(s) URL; mend or remove that line."
        raise ConfigError(message) from None


def _format(path: Path) -> str:
    known = {".csv": "csv", ".opml": "opml", ".xml": "opml", ".txt": "text"}.get(
        path.suffix.lower()
    )
    if known:
        return known
    with path.open(encoding="utf-8-sig") as lines:
        first = next(_content(lines), "")
    if first.lstrip().startswith("<"):
        return "opml"
    cells = [cell.strip().lower() for cell in first.split(",")]
    is_header = not set(_URL_COLUMNS).isdisjoint(cells)
    return "csv" if is_header or (len(cells) > 1 and "." in cells[0]) else "text"


def _content(lines: Iterable[str]) -> Iterator[str]:
    return (line for line in lines if line.strip() and not line.lstrip().startswith("#"))


def _from_text(path: Path) -> Iterator[_Row]:
    with path.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, start=1):
            if any(_content([line])):
                # A comment may follow, after a blank: URLs have fragments.
                yield re.split(r"\s+#", line.strip())[0], "", number


def _from_csv(path: Path) -> Iterator[_Row]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        url, name = 0, 1
        is_first = True
        for row, number in _rows(path, lines):
            if not any(cell.strip() for cell in row) or row[0].lstrip().startswith("#"):
                continue
            cells = [cell.strip().lower() for cell in row]
            if is_first and not set(_URL_COLUMNS).isdisjoint(cells):
                url = _column(cells, _URL_COLUMNS)
                cells[url] = ""
                name = _column(cells, _NAME_COLUMNS)
            else:
                yield _cell(row, url), _cell(row, name), number
            is_first = False


def _rows(path: Path, lines: Iterable[str]) -> Iterator[tuple[list[str], int]]:
    rows = csv.reader(lines, skipinitialspace=True)
    try:
        for row in rows:
            yield row, rows.line_num
    except csv.Error as error:
        message = f"{path}:{rows.line_num}: not readable as CSV ({error}); mend that line."
        raise ConfigError(message) from None


def _column(cells: list[str], names: Iterable[str]) -> int:
    """Place of the first of `names` that is a column, or a place that no row has."""
    return next((cells.index(name) for name in names if name in cells), len(cells))


def _cell(row: list[str], place: int) -> str:
    return next(islice(row, place, None), "")


def _from_opml(path: Path) -> Iterator[_Row]:
    with path.open("rb") as source:
        try:
            for _, element in etree.iterparse(
                source, tag="outline", resolve_entities=False, no_network=True, load_dtd=False
            ):
                told = {str(key).lower(): str(value) for key, value in element.attrib.items()}
                url = told.get("htmlurl", "").strip() or told.get("xmlurl", "").strip()
                if url:
                    name = told.get("text") or told.get("title") or ""
                    yield url, name, element.sourceline or 0
                element.clear()
        except etree.XMLSyntaxError as error:
            message = f"{path}:{error.lineno}: not readable as OPML ({error.msg}); mend that line."
            raise ConfigError(message) from None


_FORMATS = {"csv": _from_csv, "opml": _from_opml, "text": _from_text}
