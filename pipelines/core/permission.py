"""What a page says of its use, and what all signals together say: any "no" wins."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from lxml import etree
from w3lib.encoding import html_to_unicode

from pipelines.core import licences, markup
from pipelines.core.config import PermissionSettings
from pipelines.core.markup import Markup, Shown
from pipelines.core.model import Capture, Permission, Signal, Tier, Use
from pipelines.core.reasons import Reason
from pipelines.core.signals import (
    PRODUCT_TOKEN,
    Place,
    content_usage,
    robots_tag,
    tdm_reservation,
)

#: Bytes of a page that are read for what it says of itself.
_MOST_BYTES = markup.SHARED_BYTES
#: Signals that are kept as evidence.
MOST_EVIDENCE = 12

_METAS = frozenset({"robots", "x-robots-tag", PRODUCT_TOKEN.lower()})
_TDM = "tdm-reservation"
_META_TDM = "meta tdm-reservation"
_RSL = "application/rsl+xml"
_LINK = re.compile(r"<([^>]*)>([^<]*)")
_PARAMETER = re.compile(r";\s*(\w+)\s*=\s*[\"']?([^;\"',]*)")
_SWITCHES = {
    Reason.PERMISSION_NOAI: "noai",
    Reason.PERMISSION_CONTENT_USAGE: "content_usage",
    Reason.PERMISSION_CONTENT_SIGNAL: "content_signal",
    Reason.PERMISSION_TDMREP: "tdmrep",
    Reason.PERMISSION_RSL: "rsl",
    Reason.PERMISSION_NAMED_AGENT: "named_agent",
}
#: Which refusal is named where there are several: what keeps us out before what we read.
_WEIGHT = {Use.FETCH: 0, Use.STORE: 1, Use.TRAIN: 2, Use.FOLLOW: 3, Use.LICENSE: 4}


def of_page(capture: Capture, parsed: Markup | None = None) -> tuple[Signal, ...]:
    """What the header lines and the markup of a page say of its use.

    Args:
        capture: The page.
        parsed: Its whole tree, where somebody has made it.
    """
    inside = tuple(_of_markup(capture, parsed))
    # For a reservation of text and data mining, the markup outweighs the header.
    is_outweighed = any(signal.name == _META_TDM for signal in inside)
    headers = (s for s in _of_headers(capture) if s.name != _TDM or not is_outweighed)
    return (*headers, *inside)


def resolve(signals: Iterable[Signal], settings: PermissionSettings) -> Permission:
    """Put all signals together.

    Args:
        signals: Of the site and of the page, in any order.
        settings: Which kinds of refusal count.
    """
    known = sorted(set(signals), key=_order)
    refusals = [signal for signal in known if _refuses(signal, settings)]
    rest = [signal for signal in known if signal not in refusals]
    may_follow = not any(s.use is Use.FOLLOW and s.allows is False for s in known)
    tier = Tier.UNRESERVED
    if any(signal.use is Use.TRAIN and signal.allows for signal in rest):
        tier = Tier.OPEN
    if refusals:
        tier = Tier.REFUSED
    return Permission(
        tier=tier,
        reason=refusals[0].reason if refusals else None,
        license=next((licences.identifier(s.value) for s in rest if s.use is Use.LICENSE), ""),
        may_follow=may_follow,
        evidence=tuple([*refusals, *rest][:MOST_EVIDENCE]),
    )


def grounded(judged: Permission, page: Capture) -> Permission:
    """A judgement on a page that nobody asked its site for, with a ground where it has none."""
    if judged.evidence:
        return judged
    place = Place(name="page", url=page.url, at=page.fetched_at)
    return replace(judged, evidence=(place.signal(Use.FETCH, "reserves nothing", allows=None),))


def _refuses(signal: Signal, settings: PermissionSettings) -> bool:
    if signal.allows is not False or signal.use in {Use.FOLLOW, Use.LICENSE}:
        return False
    switch = _SWITCHES.get(signal.reason) if signal.reason else None
    return switch is None or bool(getattr(settings, switch))


def _order(signal: Signal) -> tuple[int, int, str, str, str, str]:
    rank = _LICENCE_RANK.get(signal.name, 0) if signal.use is Use.LICENSE else 0
    # The last names all that is left, so that no two signals are in the order of a set.
    rest = f"{signal.at} {signal.allows} {signal.reason}"
    return _WEIGHT[signal.use], rank, signal.name, signal.value, signal.url, rest


_LICENCE_RANK = {
    f"license ({way})": rank
    for rank, way in enumerate(("meta", "JSON-LD", "link", "a rel=license", "a"))
}


def _of_headers(capture: Capture) -> Iterator[Signal]:
    def place(name: str) -> Place:
        return Place(name=name, url=capture.url, at=capture.fetched_at)

    for key, value in capture.headers:
        name = key.lower()
        if name == "x-robots-tag":
            yield from robots_tag(value, place("X-Robots-Tag"))
        elif name == "content-usage":
            yield from content_usage(value, place("Content-Usage"))
        elif name == _TDM:
            yield from tdm_reservation(value, place(_TDM))
        elif name == "link":
            for target, parameters in _LINK.findall(value):
                if _names_rsl(parameters):
                    yield _rsl(target, place("Link"))


def _of_markup(capture: Capture, parsed: Markup | None) -> Iterator[Signal]:
    root = _root(capture, parsed)
    if root is None:
        return
    page = Shown(root)

    def place(name: str) -> Place:
        return Place(name=name, url=capture.url, at=capture.fetched_at)

    for element in page.elements("meta"):
        name = (element.get("name") or element.get("http-equiv") or "").strip().lower()
        value = element.get("content") or ""
        if name in _METAS:
            yield from robots_tag(value, place("meta robots"))
        elif name == _TDM:
            yield from tdm_reservation(value, place(_META_TDM))
        elif name == "content-usage":
            yield from content_usage(value, place("meta content-usage"))
    for element in page.elements("link"):
        rel = (element.get("rel") or "").lower().split()
        if "license" in rel and (element.get("type") or "").lower().strip() == _RSL:
            yield _rsl(element.get("href") or "", place("link rel=license"))
    for way, value in licences.candidates(page):
        found = place(f"license ({way})")
        yield found.signal(Use.LICENSE, value, allows=None)


def _names_rsl(parameters: str) -> bool:
    said = {key.lower(): value.lower() for key, value in _PARAMETER.findall(parameters)}
    return "license" in said.get("rel", "").split() and said.get("type", "").strip() == _RSL


def _rsl(target: str, place: Place) -> Signal:
    """Terms that the page names and that nobody has read: not ours to use."""
    return place.signal(Use.TRAIN, target, allows=False, reason=Reason.PERMISSION_RSL)


def _root(capture: Capture, parsed: Markup | None) -> etree._Element | None:
    """The markup of a page, of UTF-8 as it was sent; None for what is no markup."""
    body = capture.body[:_MOST_BYTES]
    if b"<" not in body[:4096]:
        return None
    if parsed is not None and parsed.is_as_sent:
        return parsed.root
    if b"\0" in body[:64]:
        body = html_to_unicode(capture.header("content-type") or None, body)[1].encode()
    return markup.tree(body)
