"""Who wrote a page, when, and under which title and tags."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipelines.core.document import Origin, Precision
from pipelines.core.urls import document_id, joined
from pipelines.extract import people, publication
from pipelines.extract.elements import compiled, text_in
from pipelines.extract.page import Page, types_of
from pipelines.extract.surroundings import Surroundings

#: Types of schema.org that a post is, that a page is, and that name a site.
_ARTICLES = frozenset(
    (
        *("BlogPosting", "Article", "NewsArticle", "Report", "ScholarlyArticle", "TechArticle"),
        *("MedicalScholarlyArticle", "OpinionNewsArticle", "AnalysisNewsArticle"),
        *("LiveBlogPosting", "SocialMediaPosting", "ReportageNewsArticle", "Review"),
    )
)
_PAGES = frozenset(("WebPage", "MedicalWebPage", "ItemPage"))
_SITES = frozenset(("WebSite", "Blog", "Organization", "LocalBusiness", "MedicalBusiness"))
#: What parts a title from the name of its site.
_PARTS = re.compile(r"\s+[|\u2013\u2014\u00b7\u00bb\u2022-]\s+")
_ELSEWHERE = re.compile(
    r"tag-?cloud|widget|sidebar|related|recent|latest|footer|popular|menu|nav", re.IGNORECASE
)
_MOST_TAGS = 50
_TITLE = compiled("//title/text()")


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a page says of itself."""

    title: str | None = None
    author: str | None = None
    author_from: Origin | None = None
    published_at: datetime | None = None
    published_from: Origin | None = None
    published_precision: Precision | None = None
    published_offset: int | None = None
    modified_at: datetime | None = None
    tags: tuple[str, ...] = ()
    site_name: str | None = None


def metadata(page: Page) -> Metadata:
    """Read what a page says of itself: JSON-LD, then meta, then its URL, then its words."""
    things = _things(page)
    site_name = _site_name(page)
    around = Surroundings(page.elements)
    said = publication.declared(page, around)
    found = publication.published(page, things, said, around)
    author = people.author(page, things, site_name, around)
    return Metadata(
        title=_title(page, things, site_name),
        author=author[0] if author else None,
        author_from=author[1] if author else None,
        published_at=found.at if found else None,
        published_from=found.origin if found else None,
        published_precision=found.precision if found else None,
        published_offset=found.offset if found else None,
        modified_at=publication.modified(page, things, said),
        tags=tuple(dict.fromkeys(_tags(page, things)))[:_MOST_TAGS],
        site_name=site_name,
    )


def _things(page: Page) -> list[Mapping[str, Any]]:
    """The objects of JSON-LD that are this page: its article, then the page itself.

    Of several articles, as listings and pages with related posts have them, only the one
    that names this address counts.
    """
    articles = [thing for thing in page.json_ld if not _ARTICLES.isdisjoint(types_of(thing))]
    named = [thing for thing in articles if _is_about(thing, page.url)]
    chosen = named or (articles if len(articles) == 1 else [])
    pages = [thing for thing in page.json_ld if not _PAGES.isdisjoint(types_of(thing))]
    return [*chosen, *(pages if len(pages) == 1 else [])]


def _is_about(thing: Mapping[str, Any], url: str) -> bool:
    wanted = document_id(url)
    for key in ("mainEntityOfPage", "url", "@id"):
        value = thing.get(key)
        if isinstance(value, dict):
            value = value.get("@id") or value.get("url")
        address = joined(url, value) if isinstance(value, str) else None
        if address and document_id(address) == wanted:
            return True
    return False


def _title(page: Page, things: list[Mapping[str, Any]], site_name: str | None) -> str | None:
    headings = [_text(heading) for heading in page.tree.iter("h1")]
    told = [thing.get("headline") for thing in things]
    told += [
        meta.get("content")
        for meta in page.elements.tagged("meta")
        if meta.get("property") == "og:title" or meta.get("name") == "twitter:title"
    ]
    told += headings if len(headings) == 1 else []
    told += _TITLE(page.tree)[:1]
    for value in told:
        if isinstance(value, str) and (title := _bare(value, headings, site_name)):
            return title
    return None


def _bare(value: str, headings: list[str], site_name: str | None) -> str:
    """A title without the name of its site."""
    title = " ".join(value.split())
    parts = _PARTS.split(title)
    for heading in headings:
        if heading and heading.casefold() in {title.casefold(), parts[0].casefold()}:
            return heading
    if len(parts) > 1 and site_name and parts[-1].casefold() == site_name.casefold():
        return title[: title.rindex(parts[-1])].rstrip(" |-\u2013\u2014\u00b7\u00bb\u2022")
    return title


def _site_name(page: Page) -> str | None:
    told: list[object] = [
        meta.get("content")
        for meta in page.elements.tagged("meta")
        if meta.get("property") == "og:site_name" or meta.get("name") == "application-name"
    ]
    told += [thing.get("name") for thing in page.json_ld if not _SITES.isdisjoint(types_of(thing))]
    names = (" ".join(value.split()) for value in told if isinstance(value, str))
    return next((name for name in names if name), None)


def _tags(page: Page, things: list[Mapping[str, Any]]) -> Iterator[str]:
    told: list[object] = list(page.elements.meta("article:tag", "property"))
    for thing in things:
        for key in ("keywords", "articleSection"):
            value = thing.get(key)
            listed = value if isinstance(value, list) else []
            told += value.split(",") if isinstance(value, str) else listed
    for link in page.elements.tagged("a"):
        if " tag " in f" {link.get('rel', '')} " and not _is_elsewhere(link):
            told.append(_text(link))
    for value in told or ():
        if isinstance(value, str) and (tag := " ".join(value.split()).strip("#, ")):
            yield tag


def _is_elsewhere(element: Any) -> bool:
    """Whether a link stands in a cloud of tags or beside other posts."""
    for outer in element.iterancestors():
        if outer.tag in {"aside", "nav", "body"}:
            return bool(outer.tag != "body")
        if _ELSEWHERE.search(f"{outer.get('class', '')} {outer.get('id', '')}"):
            return True
    return False


def _text(element: Any) -> str:
    return " ".join(text_in(element)[:500].split())
