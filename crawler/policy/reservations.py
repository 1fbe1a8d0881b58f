"""What the files beside robots.txt reserve: TDMRep and RSL; pure."""

import json
import re
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
#: An address with a host; a pattern may hold what no URL may, so it is not parsed as one.
_WHOLE = re.compile(r"(?:https?:)?//([^/?#]*)(.*)", re.IGNORECASE | re.DOTALL)


def tdm_reservation(body: bytes, url: str) -> str:
    """What a tdmrep.json says of a URL: "0", "1", or nothing.

    The longest location that fits decides (TDMRep, section 6.1); of equal ones, the one
    that reserves.
    """
    try:
        entries = json.loads(body[:_MOST])
    except (ValueError, RecursionError):
        return ""
    said = map(_entry, entries if isinstance(entries, list) else [])
    fitting = [
        (len(path), word)
        for location, word in said
        if word and (path := _path(location, url)) is not None and path_fits(path, url)
    ]
    return max(fitting, default=(0, ""))[1]


def _entry(entry: Any) -> tuple[str, str]:
    if not isinstance(entry, dict):
        return "", ""
    location, word = entry.get("location"), entry.get("tdm-reservation")
    if not isinstance(location, str) or not location or str(word) not in {"0", "1"}:
        return "", ""
    return location, str(word)


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
        if (path := _path(element.get("url") or "", url)) is not None and path_fits(path, url)
    ]
    longest = max((length for length, _ in fitting), default=0)
    licences = [
        licence
        for length, element in fitting
        if length == longest
        for licence in element.iter("{*}license")
    ]
    return _verdict(licences)


def _path(address: str, url: str) -> str | None:
    """The path pattern of an address; None where it speaks of another site than that of `url`."""
    address = address.strip()
    whole = _WHOLE.fullmatch(address)
    if whole is None:
        return address if address.startswith(("/", "*")) else f"/{address}"
    is_ours = _host(whole[1]) == _host(urlsplit(url).netloc)
    return (whole[2] or "/") if is_ours else None


def _host(netloc: str) -> str:
    return netloc.lower().partition(":")[0].removeprefix("www.")


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
