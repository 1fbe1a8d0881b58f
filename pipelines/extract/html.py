"""Article text and metadata of one page; the only home of trafilatura."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from trafilatura import bare_extraction

_BLANK = re.compile(r"\s+")
#: Where a page tells its last change: Open Graph's article object, in both orders of the
#: attributes, and schema.org's dateModified. trafilatura reads only the publication.
_MODIFIED = re.compile(
    r"""<meta\s(?:property|name)=["'](?:article:modified_time|og:updated_time)["']\s"""
    r"""content=["'](?P<meta>[^"']{10,40})["']"""
    r"""|<meta\scontent=["'](?P<turned>[^"']{10,40})["']\s"""
    r"""(?:property|name)=["'](?:article:modified_time|og:updated_time)["']"""
    r"""|"dateModified"\s?:\s?"(?P<json>[^"]{10,40})\""""
)
#: How trafilatura writes a row of a table.
_TABLE_ROW = re.compile(r"^\|(.*)\|$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What trafilatura found on a page."""

    #: Paragraphs separated by a blank line, in reading order; may be empty.
    text: str
    title: str | None
    author: str | None
    published_at: datetime | None
    modified_at: datetime | None
    tags: tuple[str, ...]


def article(page: str, url: str, fetched_at: datetime) -> Article | None:
    """Extract the article of a page, comments left out.

    The setting is the one that keeps most of a blog post and least of the rest on
    pages with gold text: `favor_recall`, which also avoids review widgets.

    Args:
        page: The page, decoded and cleaned.
        url: Where it lies.
        fetched_at: No date after it is believed.

    Returns:
        None where trafilatura finds nothing at all.
    """
    found = bare_extraction(
        page,
        url=url,
        with_metadata=True,
        include_comments=False,
        favor_recall=True,
        date_extraction_params={
            "original_date": True,
            "extensive_search": True,
            "max_date": fetched_at.strftime("%Y-%m-%d"),
        },
    )
    if found is None or isinstance(found, dict):
        return None
    title = _one_line(found.title)
    return Article(
        text=_without_title(found.text or "", title),
        title=title,
        author=_one_line(found.author),
        published_at=_published(found.date, page, url),
        modified_at=_modified(page, fetched_at),
        tags=tuple(dict.fromkeys(tag for tag in found.tags or () if tag)),
    )


def _one_line(text: str | None) -> str | None:
    return _BLANK.sub(" ", text).strip() or None if text else None


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


def _published(date: str | None, page: str, url: str) -> datetime | None:
    """Midnight UTC of the day; a first of January counts only where the page names it."""
    if not date:
        return None
    day = datetime.strptime(date, "%Y-%m-%d").replace(tzinfo=UTC)
    if (day.month, day.day) == (1, 1) and not _names_new_year(day.year, page, url):
        return None
    return day


def _modified(page: str, fetched_at: datetime) -> datetime | None:
    """When the page says that it was last changed, in UTC; no time after the visit counts."""
    for match in _MODIFIED.finditer(page):
        try:
            moment = datetime.fromisoformat(match["meta"] or match["turned"] or match["json"])
        except ValueError:
            continue
        moment = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
        return moment if moment <= fetched_at else None
    return None


def _names_new_year(year: int, page: str, url: str) -> bool:
    """Whether the first of January is more than a year taken from a copyright line."""
    day = rf"{year}[-/]0?1[-/]0?1\b"
    if re.search(day, url):
        return True
    named = rf"(?:published|date|created|<time)[^<>]{{0,200}}{day}"
    return re.search(named, page, re.IGNORECASE) is not None
