"""What the frontier is handed for one answer."""

from dataclasses import dataclass

from crawler.frontier.leases import Lease
from pipelines.core.model import Capture, Link, Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A capture on its way into the archive, with what was read from it."""

    lease: Lease
    capture: Capture
    #: What it points to.
    links: tuple[Link, ...]
    #: Whether links that were taken over already, before all others, brought news.
    brought_news: bool = False
    #: The key of its words; see discovery.texts. None: hardly any, or not a page.
    text: int | None
    #: Whether it says what its site says of all pages that are not there.
    is_missing: bool = False
    #: The words of a probe.
    words: tuple[str, ...] = ()
    #: What its site and the page say of its use.
    permission: Permission
    #: What it is made with, where that can be told; else empty.
    platform: str = ""
