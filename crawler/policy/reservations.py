"""What the files beside robots.txt reserve: TDMRep and RSL; pure."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from crawler.policy.robots import path_fits

#: Bytes of such a file that are read.
_MOST = 1024 * 1024
#: Words for our use in an RSL licence, and kinds of payment that cost nothing.
_OURS = frozenset({"all", "ai-all", "ai-train", "train-ai"})
_FREE = frozenset({"", "free", "attribution"})


def tdm_reservation(body: bytes, url: str) -> str:
    """What a tdmrep.json says of a URL: "0", "1", or nothing.

    The longest location that fits decides (TDMRep, section 6.1).
    """
    try:
        entries = json.loads(body[:_MOST])
    except (ValueError, RecursionError):
        return ""
    best, said = -1, ""
    for entry in entries if isinstance(entries, list) else []:
        location, word = _entry(entry)
        if location and word and len(location) > best and path_fits(location, url):
            best, said = len(location), word
    return said


def _entry(entry: Any) -> tuple[str, str]:
    if not isinstance(entry, dict):
        return "", ""
    location, word = entry.get("location"), entry.get("tdm-reservation")
    if not isinstance(location, str) or str(word) not in {"0", "1"}:
        return "", ""
    parts = urlsplit(location)
    return (parts.path or "/") if parts.netloc else location, str(word)


def rsl_allows(status: int, body: bytes, url: str) -> tuple[bool | None, str]:
    """What an RSL licence says of training on a URL, and in which words.

    A licence that is declared and cannot be read allows nothing. Of several licences for
    the same content, one that costs nothing is enough, unless one prohibits our use.

    Returns:
        True, False, or None where the licence does not speak of the URL.
    """
    if not 200 <= status < 300:  # noqa: PLR2004
        return False, f"could not be read (HTTP {status})" if status else "could not be read"
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=False)
    try:
        root = etree.fromstring(body[:_MOST], parser)
    except (etree.XMLSyntaxError, ValueError):
        return False, "could not be read (no XML)"
    fitting = [
        (len(path), element)
        for element in root.iter("{*}content")
        if (path := _path(element)) is not None and path_fits(path, url)
    ]
    longest = max((length for length, _ in fitting), default=0)
    licences = [
        licence
        for length, element in fitting
        if length == longest
        for licence in element.iter("{*}license")
    ]
    return _verdict(licences)


def _path(content: etree._Element) -> str | None:
    address = (content.get("url") or "").strip()
    if address in {"", "*"}:
        return "/"
    parts = urlsplit(address)
    return (parts.path or "/") if parts.netloc else address


def _verdict(licences: list[etree._Element]) -> tuple[bool | None, str]:
    if not licences:
        return None, ""
    for licence in licences:
        prohibited = set(_usages(licence, "prohibits")) & _OURS
        if prohibited:
            return False, f"prohibits {min(prohibited)}"
    said = [_offer(licence) for licence in licences]
    return next((offer for offer in said if offer[0]), said[0])


def _offer(licence: etree._Element) -> tuple[bool | None, str]:
    """What one licence without a prohibition of our use offers."""
    payments = [(item.get("type") or "").strip().lower() for item in licence.iter("{*}payment")]
    cost = next((kind for kind in payments if kind not in _FREE), "")
    if cost:
        return False, f"asks for payment ({cost[:50]})"
    permitted = list(_usages(licence, "permits"))
    if not permitted:
        return None, ""
    if set(permitted) & _OURS:
        return True, f"permits {min(set(permitted) & _OURS)}"
    return False, f"permits {' '.join(permitted)[:100]} only"


def _usages(licence: etree._Element, tag: str) -> Iterator[str]:
    for element in licence.iter(f"{{*}}{tag}"):
        if (element.get("type") or "usage").lower() == "usage":
            yield from (element.text or "").lower().replace(",", " ").split()
