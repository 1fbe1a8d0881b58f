"""When a page was published and changed, by the source that is believed most."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from lxml.etree import PI, Comment
from lxml.html import HtmlElement

from pipelines.core.document import Origin
from pipelines.extract.dates import Moment, moment, month_comes_first
from pipelines.extract.elements import Elements, compiled
from pipelines.extract.page import Page
from pipelines.extract.surroundings import Surroundings, line_of, names_of

_IN_URL = re.compile(r"/((?:19|20)\d\d)[/-](0[1-9]|1[0-2])[/-](0[1-9]|[12]\d|3[01])(?=[/_.-]|$)")
_OWN_ADDRESSES = compiled("//link[@rel='canonical']/@href | //meta[@property='og:url']/@content")
#: Where pages write their publication: Open Graph, schema.org, Dublin Core, Highwire,
#: Parse.ly, Sailthru.
_PUBLISHED = (
    *("article.published_time", "og.published_time", "og.article.published_time"),
    *("datepublished", "dcterms.created", "dcterms.issued", "dcterms.date", "dc.date.issued"),
    *("dc.date.created", "dc.created", "dc.date", "citation_publication_date", "citation_date"),
    *("parsely-pub-date", "sailthru.date", "publish-date", "publish_date", "publication_date"),
    *("published", "pubdate", "datecreated", "date"),
)
_MODIFIED = ("article.modified_time", "og.updated_time", "datemodified", "dcterms.modified")
_DECLARED = frozenset((*_PUBLISHED, *_MODIFIED))
_DATE_NAME = re.compile(
    r"(?:^|[\s_-])(?:published|pubdate|date|posted|timestamp|byline|dateline|postmeta|postinfo|meta|"
    r"info)(?:[\s_-]|$)"
)
#: After this a line tells when it was changed.
_CHANGED = re.compile(
    r"\b(?:updated|modified|edited|reviewed|revised|aktualisiert|mis \u00e0 jour|actualizado|"
    r"aggiornato|bijgewerkt|atualizado)\b",
    re.IGNORECASE,
)
#: The end of a sentence, but not of "5:22 p.m.".
_SENTENCE = re.compile(r"(?<![ap]\.m)[.!?]$")
_MOST_WORDS = 14
_MOST_ELEMENTS = 40
_UNSEEN = frozenset(("script", "style", "noscript", "template", "head", "title", Comment, PI))
#: Elements before and after the title of a post that may tell its day.
_BEFORE, _AFTER = 12, 60
#: Words of a paragraph with which the text has begun.
_PROSE = 40


def published(
    page: Page,
    things: Iterable[Mapping[str, Any]],
    said: Mapping[str, str],
    around: Surroundings,
) -> Moment | None:
    """The publication of a page: JSON-LD, then meta, then its URL, then what it shows.

    Args:
        page: The page.
        things: The objects of its JSON-LD that are this page's article, the best first.
        said: What it declares, by `declared`.
        around: Tells which of its parts are not its post's.
    """
    for thing in things:
        for key in ("datePublished", "dateCreated", "uploadDate"):
            if found := moment(thing.get(key), Origin.JSON_LD, page.fetched_at):
                return found
    for value in _in_order(said, _PUBLISHED):
        if found := moment(value, Origin.META, page.fetched_at):
            return found
    for address in (page.url, *_OWN_ADDRESSES(page.tree)):
        if match := _IN_URL.search(_path(address)):
            found = moment("-".join(match.groups()), Origin.URL, page.fetched_at)
            if found:
                return found
    return next(_shown(page, around), None)


def _path(address: str) -> str:
    try:
        return urlsplit(address).path
    except ValueError:
        return ""


def modified(
    page: Page, things: Iterable[Mapping[str, Any]], said: Mapping[str, str]
) -> datetime | None:
    """When a page says that it was last changed."""
    values = [thing.get("dateModified") for thing in things]
    for value in (*values, *_in_order(said, _MODIFIED)):
        if found := moment(value, Origin.META, page.fetched_at):
            return found.at
    return None


def declared(page: Page, around: Surroundings) -> Mapping[str, str]:
    """The dates that a page tells programs, in meta elements, microdata and RDFa, by name."""
    found: dict[str, str] = {}
    elements = page.elements
    metas = [one for one in elements.tagged("meta") if one.get("content") is not None]
    properties = [one for one, _ in elements.having("property") if one.get("content") is not None]
    items = [one for one, _ in elements.having("itemprop")]
    for element in elements.in_order(metas, properties, items):
        told = (element.get(key) for key in ("property", "name", "itemprop"))
        known = _DECLARED.intersection(_terms(next(filter(None, told), "")))
        if not known or around.is_elsewhere(element):
            continue
        values = (element.get(key) for key in ("content", "datetime", "title"))
        value = next(filter(None, values), None) or line_of(element)
        for name in known:
            found.setdefault(name, value)
    return found


def _in_order(said: Mapping[str, str], names: Iterable[str]) -> Iterator[str]:
    return (said[name] for name in names if name in said)


def _terms(value: str) -> list[str]:
    """The terms of a name: RDFa has several, with a prefix where Dublin Core has a point."""
    return [term.replace(":", ".").removeprefix("schema.") for term in value.lower().split()]


def _shown(page: Page, around: Surroundings) -> Iterator[Moment]:
    """Dates that a reader sees: marked ones, lines that themes keep for dates, the title's."""
    for element in _times(page.elements):
        value = element.get("datetime") or element.get("title")
        is_own = not around.is_elsewhere(element) and not _CHANGED.search(
            line_of(element.getparent())
        )
        if is_own and (found := moment(value, Origin.TEXT, page.fetched_at)):
            yield found
    month_first = month_comes_first(page.tree.get("lang") or "")
    for element in (*_named(page.elements), *_by_title(page)):
        found = _told(element, page.fetched_at, month_first=month_first)
        if found and not around.is_elsewhere(element):
            yield found


def _times(elements: Elements) -> list[HtmlElement]:
    """Elements that say a time to programs, in reading order."""
    dated = [one for one in elements.tagged("time") if one.get("datetime") is not None]
    titled = [
        one
        for one in elements.tagged("abbr")
        if one.get("title") is not None and "published" in one.get("class", "")
    ]
    return elements.in_order(dated, titled)[:_MOST_ELEMENTS]


def _named(elements: Elements) -> Iterator[HtmlElement]:
    """Elements whose class or identity speaks of a date."""
    count = 0
    for element in elements.in_body:
        if element.tag == "time" or _DATE_NAME.search(names_of(element)):
            count += 1
            if count > _MOST_ELEMENTS:
                return
            yield element


def _by_title(page: Page) -> Iterator[HtmlElement]:
    """Elements around the one main heading, up to where the text begins."""
    headings = page.elements.headings
    if len(headings) != 1:
        return
    heading = headings[0]
    around = [element for element in page.tree.iter() if element.tag not in _UNSEEN]
    at = around.index(heading)
    yield from around[max(0, at - _BEFORE) : at]
    for element in around[at + 1 : at + _AFTER]:
        if element.tag == "p" and len(line_of(element).split()) >= _PROSE:
            return
        yield element


def _told(element: HtmlElement, fetched_at: datetime, *, month_first: bool | None) -> Moment | None:
    """The date of a short line; None where the line is a sentence or tells a change."""
    text = line_of(element)
    if len(text.split()) > _MOST_WORDS or _SENTENCE.search(text):
        return None
    before = _CHANGED.split(text)[0]
    return moment(before, Origin.TEXT, fetched_at, month_first=month_first)
