"""What an answer says, read outside the reactor: its links, its words, its permission."""

from crawler.discovery import discover, guesses
from crawler.discovery.platforms import recognise
from crawler.discovery.texts import says_the_same, text_key, words_of
from crawler.frontier import Fetched, Lease
from crawler.policy.permission import permission
from pipelines.core import markup
from pipelines.core.config import PermissionSettings
from pipelines.core.markup import Markup
from pipelines.core.model import Capture, Kind, Link


def read(lease: Lease, capture: Capture, settings: PermissionSettings) -> Fetched:
    """Read an answer that is worth storing."""
    is_text = lease.kind.is_page or lease.kind is Kind.PROBE
    parsed = markup.shared(capture) if is_text else None
    judged = permission(lease.url, lease.notices, settings, capture, parsed)
    links = _links(lease, capture, parsed) if judged.may_follow else ()
    platform = recognise(capture) if lease.kind is Kind.HOME else None
    # The last, since it takes the tree apart.
    words = words_of(capture, parsed) if is_text else None
    is_leaf = lease.kind in {Kind.POST, Kind.PAGE, Kind.LISTING}
    return Fetched(
        lease=lease,
        capture=capture,
        links=links,
        text=text_key(words, lease.url),
        is_missing=is_leaf and says_the_same(words, lease.missing, lease.url),
        words=words or () if lease.kind is Kind.PROBE else (),
        permission=judged,
        platform=platform.name if platform else "",
    )


def without_robots(lease: Lease, capture: Capture) -> tuple[Link, ...]:
    """Where a sitemap may be on a blog's site that has no robots.txt to name it."""
    is_absent = lease.kind is Kind.ROBOTS and capture.status in {404, 410}
    return guesses(lease.origin, None) if is_absent and lease.is_home_origin else ()


def _links(lease: Lease, capture: Capture, parsed: Markup | None) -> tuple[Link, ...]:
    """What a capture leads to; of a notice that is not a blog's robots.txt, nothing."""
    if lease.kind is Kind.PROBE:
        return ()
    if not lease.kind.is_notice:
        return discover(capture, parsed)
    if lease.kind is not Kind.ROBOTS or not lease.is_home_origin:
        return ()
    return discover(capture) or guesses(lease.origin, capture)
