"""The words of a page's article, and how sure we are of them."""

import re
from dataclasses import dataclass

from trafilatura import bare_extraction

from pipelines.extract.page import Page

_BLANK = re.compile(r"\s+")
#: How trafilatura writes a row of a table.
_TABLE_ROW = re.compile(r"^\|(.*)\|$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The article of a page."""

    #: Paragraphs separated by a blank line, in reading order; may be empty.
    text: str
    #: How well two settings of the extractor agree, 0 to 1.
    confidence: float


def body(page: Page, title: str | None) -> Body:
    """Extract the article of a page, comments and its own title left out."""
    found = bare_extraction(page.tree, url=page.url, include_comments=False, favor_recall=True)
    text = "" if found is None or isinstance(found, dict) else found.text or ""
    return Body(text=_without_title(text, title), confidence=1.0)


def _without_title(text: str, title: str | None) -> str:
    """The paragraphs, without a first one that only repeats the title."""
    lines = (_TABLE_ROW.sub(_cells, line.strip()).strip() for line in text.split("\n"))
    paragraphs = [line for line in lines if line]
    if paragraphs and title and _folded(paragraphs[0]) == _folded(title):
        paragraphs = paragraphs[1:]
    return "\n\n".join(paragraphs)


def _cells(row: re.Match[str]) -> str:
    """A row of a table as prose: captions of pictures are such rows on Blogger."""
    return " ".join(cell.strip() for cell in row[1].split("|") if cell.strip(" -"))


def _folded(text: str) -> str:
    return _BLANK.sub(" ", text).strip().casefold()
