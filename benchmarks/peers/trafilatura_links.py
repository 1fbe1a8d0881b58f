"""What trafilatura's functions for sitemaps, feeds and whole sites name, one URL a line.

`python trafilatura_links.py sitemap|feed|spider HOME PORT`: every host is dialled on that
port of loopback, as its http_proxy may be a SOCKS proxy only.
"""

import sys
from collections.abc import Callable, Iterable
from copy import deepcopy

from trafilatura.feeds import find_feed_urls
from trafilatura.settings import DEFAULT_CONFIG
from trafilatura.sitemaps import sitemap_search
from trafilatura.spider import focused_crawler
from urllib3.util import connection

#: Requests of the spider at most.
_MOST = 400


def main() -> None:
    """Run one function on one site."""
    function, home, port = sys.argv[1:]
    config = deepcopy(DEFAULT_CONFIG)
    config.read_dict({"DEFAULT": {"SLEEP_TIME": "0", "SSRF_PROTECTION": "off"}})
    dial = connection.create_connection
    connection.create_connection = lambda _, *rest, **named: dial(
        ("127.0.0.1", int(port)), *rest, **named
    )
    ways: dict[str, Callable[[], Iterable[str]]] = {
        "sitemap": lambda: sitemap_search(home, sleep_time=0, config=config),
        "feed": lambda: find_feed_urls(home, sleep_time=0, config=config),
        "spider": lambda: focused_crawler(home, max_seen_urls=_MOST, config=config)[1],
    }
    sys.stdout.write("".join(f"{url}\n" for url in ways[function]()))


if __name__ == "__main__":
    main()
