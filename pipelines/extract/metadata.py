"""Who wrote a page, when, and under which title and tags."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from trafilatura.metadata import extract_metadata

from pipelines.core.document import Origin, Precision
from pipelines.extract.page import Page

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a page says of itself."""

    title: str | None = None
    author: str | None = None
    author_from: Origin | None = None
    published_at: datetime | None = None
    published_from: Origin | None = None
    published_precision: Precision | None = None
    modified_at: datetime | None = None
    tags: tuple[str, ...] = ()
    site_name: str | None = None


def metadata(page: Page) -> Metadata:
    """Read what a page says of itself: JSON-LD, then meta, then its URL, then its words."""
    dates = {"original_date": True, "max_date": page.fetched_at.strftime("%Y-%m-%d")}
    found = extract_metadata(page.tree, page.url, dates)
    published = _published(found.date, page.html, page.url)
    return Metadata(
        title=_one_line(found.title),
        author=_one_line(found.author),
        published_at=published,
        published_precision=Precision.DAY if published else None,
        modified_at=_modified(page.html, page.fetched_at),
        tags=tuple(dict.fromkeys(tag for tag in found.tags or () if tag)),
        site_name=_one_line(found.sitename),
    )


def _one_line(text: str | None) -> str | None:
    return _BLANK.sub(" ", text).strip() or None if text else None


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
