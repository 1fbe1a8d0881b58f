"""Creative Commons licences that a page names: candidates, since nobody has checked them."""

import json
import re
from collections.abc import Iterator
from typing import Any

from pipelines.core.markup import Shown

_CC = re.compile(
    r"(?:https?:)?//(?:www\.)?creativecommons\.org/"
    r"(?:licenses/(?P<terms>[a-z]+(?:-[a-z]+)*)(?:/(?P<version>\d\.\d))?"
    r"|publicdomain/(?P<public>zero|mark)(?:/(?P<of>\d\.\d))?)",
    re.IGNORECASE,
)
_TERMS = frozenset({"by", "by-sa", "by-nd", "by-nc", "by-nc-sa", "by-nc-nd", "sa", "nc", "nd"})
_METAS = frozenset(
    {"dc.rights", "dcterms.license", "dcterms.rights", "dc.license", "license", "copyright"}
)
#: Bytes of JSON-LD that are read; broken ones of this size are nobody's licence.
_MOST_JSON = 64 * 1024
_MOST_LINKS = 2000


def identifier(url: str) -> str:
    """The licence that a URL of Creative Commons stands for, or nothing.

    >>> identifier("https://creativecommons.org/licenses/by-sa/4.0/deed.de")
    'CC-BY-SA-4.0'
    """
    found = _CC.match(url.strip())
    if found is None:
        return ""
    if found["public"]:
        name = {"zero": "CC0", "mark": "CC-PDM"}[found["public"].lower()]
        return f"{name}-{found['of'] or '1.0'}"
    terms = found["terms"].lower()
    if terms not in _TERMS:
        return ""
    version = f"-{found['version']}" if found["version"] else ""
    return f"CC-{terms.upper()}{version}"


def candidates(page: Shown) -> Iterator[tuple[str, str]]:
    """The licences that a page names, the most trusted first, each with what names it."""
    linked = (_links(page, "link"), _links(page, "a"), _plain(page))
    ways = (_metas(page), _json_ld(page), *linked)
    for way, values in zip(("meta", "JSON-LD", "link", "a rel=license", "a"), ways, strict=True):
        for value in values:
            if identifier(value):
                yield way, value


def _metas(page: Shown) -> Iterator[str]:
    for element in page.elements("meta"):
        name = element.get("name") or element.get("property") or ""
        if name.lower() in _METAS:
            yield element.get("content") or ""


def _json_ld(page: Shown) -> Iterator[str]:
    for element in page.elements("script"):
        if not (element.get("type") or "").lower().startswith("application/ld+json"):
            continue
        text = element.text or ""
        # Most name none, and what is escaped may say anything.
        if len(text) <= _MOST_JSON and ("license" in text or "\\u" in text):
            try:
                yield from _named(json.loads(text), 0)
            except (ValueError, RecursionError):
                continue


def _named(value: Any, depth: int) -> Iterator[str]:
    if depth > 10:  # noqa: PLR2004 - nobody nests a licence deeper
        return
    if isinstance(value, list):
        for item in value:
            yield from _named(item, depth + 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "license":
                yield from _texts(item)
            else:
                yield from _named(item, depth + 1)


def _texts(value: Any) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            yield from (str(item[key]) for key in ("@id", "url") if isinstance(item.get(key), str))


def _links(page: Shown, tag: str) -> Iterator[str]:
    for count, element in enumerate(page.elements(tag)):
        if count >= _MOST_LINKS:
            return
        if "license" in (element.get("rel") or "").lower().split():
            yield element.get("href") or ""


def _plain(page: Shown) -> Iterator[str]:
    for count, element in enumerate(page.elements("a")):
        if count >= _MOST_LINKS:
            return
        yield element.get("href") or ""
