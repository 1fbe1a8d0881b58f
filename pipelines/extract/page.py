"""A page that was parsed once, for all who read it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml.html import HtmlElement
from trafilatura import load_html


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
    #: Every object of its JSON-LD, those of `@graph` and lists one by one.
    json_ld: tuple[Mapping[str, Any], ...]


def parse(html: str, url: str, fetched_at: datetime) -> Page | None:
    """Parse a page that was decoded and cleaned.

    Returns:
        None where there is no element in it.
    """
    tree = load_html(html) if html.strip() else None
    if tree is None:
        return None
    blocks = tree.xpath('//script[@type="application/ld+json"]/text()')
    objects = tuple(found for block in blocks for found in _objects(block))
    return Page(url=url, fetched_at=fetched_at, html=html, tree=tree, json_ld=objects)


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
