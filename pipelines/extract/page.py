"""A page that was parsed once, for all who read it."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml import etree
from lxml.html import (
    HtmlComment,
    HtmlElement,
    HtmlEntity,
    HTMLParser,
    HtmlProcessingInstruction,
)
from trafilatura import load_html
from trafilatura.utils import repair_faulty_html

from pipelines.extract.elements import Elements, compiled

#: How nearly all pages begin; trafilatura takes only some of the others for pages.
_FRAME = re.compile(r"[ \t\r\n]{0,20}<(?:html|!doctype)", re.IGNORECASE)
#: Characters in which trafilatura repairs the frame of a page.
_START = 4096
_JSON_LD = compiled("//script[@type='application/ld+json']/text()")


def _parser() -> HTMLParser:
    """A parser with the settings of trafilatura's, whose elements are all of one class.

    Python need not be asked then for the class of each element, as often as it is looked at.
    """
    parser = HTMLParser(  # type: ignore[call-arg] # the stubs lack default_doctype
        collect_ids=False,
        default_doctype=False,
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
    )
    classes = etree.ElementDefaultClassLookup(
        element=HtmlElement,
        comment=HtmlComment,
        pi=HtmlProcessingInstruction,
        entity=HtmlEntity,
    )
    parser.set_element_class_lookup(classes)
    return parser


_PARSER = _parser()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as its readers get it; none of them changes its tree."""

    #: Where it lies.
    url: str
    #: When it was fetched (UTC); no date after it is believed.
    fetched_at: datetime
    #: The page, decoded and cleaned.
    html: str
    tree: HtmlElement
    elements: Elements
    #: Every object of its JSON-LD, those of `@graph` and lists one by one.
    json_ld: tuple[Mapping[str, Any], ...]


def parse(html: str, url: str, fetched_at: datetime) -> Page | None:
    """Parse a page that was decoded and cleaned.

    Returns:
        None where there is no element in it.
    """
    tree = _tree(html) if html.strip() else None
    if tree is None:
        return None
    objects = tuple(found for block in _JSON_LD(tree) for found in _objects(block))
    return Page(
        url=url,
        fetched_at=fetched_at,
        html=html,
        tree=tree,
        elements=Elements(tree),
        json_ld=objects,
    )


def _tree(html: str) -> HtmlElement | None:
    """The tree that trafilatura's `load_html` makes of a page, much sooner.

    It looks for forbidden characters, which a cleaned page has not, and parses characters,
    where the parser is at its best with UTF-8.
    """
    first = html[:50].lower()
    start = repair_faulty_html(html[:_START], first)
    if "html" not in first or "\n" not in html[:_START] or not _FRAME.match(start):
        return load_html(html)
    try:
        tree = etree.fromstring((start + html[_START:]).encode("utf-8"), parser=_PARSER)
    except (UnicodeEncodeError, etree.LxmlError):
        tree = None
    return load_html(html) if tree is None or not len(tree) else tree


def page_of_one_article() -> HtmlElement:
    """The article of a page that holds nothing yet."""
    return etree.fromstring("<html><body><article/></body></html>", parser=_PARSER)[0][0]


def types_of(thing: Mapping[str, Any]) -> tuple[str, ...]:
    """The types of an object of JSON-LD; none where it has none that can be read."""
    types = thing.get("@type")
    if isinstance(types, str):
        return (types,)
    return tuple(map(str, types)) if isinstance(types, list) else ()


def _objects(block: str) -> Iterator[Mapping[str, Any]]:
    try:
        waiting = [json.loads(block, strict=False)]
    except (ValueError, RecursionError):
        return
    while waiting:
        found = waiting.pop(0)
        if isinstance(found, list):
            waiting = [*found, *waiting]
        elif isinstance(found, dict):
            yield found
            graph = found.get("@graph", [])
            waiting = [*(graph if isinstance(graph, list) else [graph]), *waiting]
