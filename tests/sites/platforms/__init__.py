"""A small site of our own for each blogging platform, with its endpoints, limits and habits."""

from collections.abc import Callable
from functools import cache

from tests.sites.platforms import blogger, builders, others, publishers, wordpress
from tests.sites.platforms.blog import Built, PlatformTruth
from tests.sites.site import Site

__all__ = ["BUILDERS", "PlatformTruth", "sites", "truth"]

#: What makes each site.
BUILDERS: tuple[Callable[[], Built], ...] = (
    blogger.blogger,
    wordpress.plugin,
    wordpress.bare,
    wordpress.closed,
    wordpress.hosted,
    builders.squarespace,
    builders.wix,
    builders.weebly,
    builders.webflow,
    publishers.ghost,
    publishers.substack,
    publishers.substack_without_sitemap,
    publishers.medium,
    others.godaddy,
    others.handmade,
    others.unnamed,
)


def sites() -> dict[str, Site]:
    """All sites by host, new ones at every call, and hosts of APIs that belong to them."""
    return {host: site for build in BUILDERS for host, site in build().sites.items()}


@cache
def truth() -> dict[str, PlatformTruth]:
    """What there is to find, by the host of each blog."""
    told = (build().truth for build in BUILDERS)
    return {row.host: row for row in told}
