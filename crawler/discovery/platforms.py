"""What is known of blogging platforms: how to tell them, where their posts are listed."""

from dataclasses import dataclass

from crawler.discovery.anchors import Page
from pipelines.core.model import Capture

_SHARED = (
    "substack.com", "blogspot.com", "wordpress.com", "medium.com", "wixsite.com", "weebly.com",
    "ghost.io", "squarespace.com", "webflow.io", "tumblr.com", "typepad.com",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """One platform."""

    name: str


def pace_key(host: str) -> str:
    """The name under which a host's pace is kept: hosts of one platform share it."""
    name = host.lower().rstrip(".").removeprefix("www.")
    for suffix in _SHARED:
        if name == suffix or name.endswith("." + suffix):
            return suffix
    return name


def recognise(capture: Capture) -> Platform | None:
    """The platform that a home page was made with, where it says so."""
    generator = Page(capture).meta("generator")
    for name in ("wordpress", "blogger", "ghost"):
        if name in generator:
            return Platform(name=name)
    return None
