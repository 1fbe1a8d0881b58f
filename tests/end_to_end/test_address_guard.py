"""No way leads to an address that is not public: spellings of them, at every way in."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from pipelines.core import state
from pipelines.core.urls import joined
from tests.end_to_end.corpus import Corpus
from tests.sites.server import serve
from tests.sites.site import TEXT, XML, Answer, Site

#: Spellings of 127.0.0.1, 127.0.0.2, ::1 and of what carries them, and of other closed
#: addresses; `P` is the port of a listener.
_SPELLINGS = """
    127.0.0.1:P 127.0.0.2:P 127.1:P 127.2:P 127.0.1:P 127.0.2:P 2130706433:P 2130706434:P
    0x7f000001:P 0x7f000002:P 0x7f.0.0.1:P 0x7f.0x0.0x0.0x2:P 0x7f.2:P 0177.0.0.1:P 0177.0.0.2:P
    0177.2:P 017700000002:P 00000177.0.0.1:P 127.0.0.0x2:P 0:P 0.0.0.0:P localhost:P LOCALHOST:P
    localhost.:P 127.0.0.1.:P [::1]:P [::]:P [0:0:0:0:0:0:0:1]:P [::ffff:127.0.0.1]:P
    [::ffff:127.0.0.2]:P [::ffff:7f00:2]:P [::127.0.0.2]:P [64:ff9b::127.0.0.2]:P
    [64:ff9b::7f00:2]:P [64:ff9b:1::7f00:2]:P [2002:7f00:2::]:P [2001:0:7f00:2::1]:P [fe80::1]:P
    [fc00::1]:P 10.0.0.1 192.168.0.1 169.254.169.254 172.16.0.1 100.64.0.1 224.0.0.1
    255.255.255.255 127.0.0.1%2eexample:P user@127.0.0.2:P
"""
SPELLINGS = _SPELLINGS.split()
WAYS = ("seed", "link", "redirect", "refresh", "sitemap", "robots")


class Listener:
    """Counts connections and bytes on one port of all loopback addresses of this machine."""

    def __init__(self) -> None:
        self.connections = 0
        self.bytes = 0
        self.port = 0

    @contextmanager
    def open(self) -> Iterator["Listener"]:
        """Listen until the block ends."""
        with ExitStack() as stack:
            for family, host in (
                (socket.AF_INET, "127.0.0.1"),
                (socket.AF_INET, "127.0.0.2"),
                (socket.AF_INET6, "::1"),
            ):
                try:
                    server = socket.create_server((host, self.port), family=family)
                except OSError:
                    assert family == socket.AF_INET6  # this machine has no IPv6
                    continue
                self.port = server.getsockname()[1]
                stack.enter_context(closing(server))
                threading.Thread(target=self._count, args=(server,), daemon=True).start()
            yield self

    def _count(self, server: socket.socket) -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with closing(connection):
                self.connections += 1
                connection.settimeout(1)
                try:
                    self.bytes += len(connection.recv(65536))
                except OSError:
                    continue


def sites_of(way: str, urls: list[str]) -> dict[str, Site]:
    """For each URL one site that leads there in that way."""
    sites = {}
    for number, url in enumerate(urls):
        site = Site()
        site.put("/robots.txt", Answer(body=b"User-agent: *\nAllow: /\n", content_type=TEXT))
        match way:
            case "link":
                feed = f"<link rel=alternate type=application/rss+xml href='{url}'>"
                site.put("/", f"<html>{feed}<article><h2><a href='{url}'>A post</a></h2>")
            case "redirect":
                site.redirect("/", url)
            case "refresh":
                site.put("/", f"<html><meta http-equiv=refresh content='0; url={url}'>Moved")
            case "sitemap":
                named = f"User-agent: *\nSitemap: {url}\nSitemap: /s.xml\n"
                site.put("/robots.txt", Answer(body=named.encode(), content_type=TEXT))
                entry = f"<urlset><url><loc>{url}</loc></url></urlset>"
                site.put("/s.xml", Answer(body=entry.encode(), content_type=XML))
            case "robots":
                site.redirect("/robots.txt", url)
        sites[f"{way}{number}.example"] = site
    return sites


@pytest.mark.parametrize("way", WAYS)
def test_nothing_closed_is_dialled(tmp_path: Path, way: str) -> None:
    """However an address is spelled and wherever it is named, nothing is sent to it."""
    assert len(SPELLINGS) >= 40
    with Listener().open() as listener:
        spelled = [spelling.replace("P", str(listener.port)) for spelling in SPELLINGS]
        urls = [f"http://{spelling}/x/a-post-to-read" for spelling in spelled]
        sites = {} if way == "seed" else sites_of(way, urls)
        with serve(sites) as server:
            corpus = Corpus(folder=tmp_path, proxy=server.proxy, hosts=tuple(sites)).write()
            if way == "seed":
                # Others are mistakes of the list, which `crawl` tells and does not ask for.
                seeds = [url for url in urls if joined("http://a.example/", url)]
                assert len(seeds) >= 30
                (tmp_path / "blogs.txt").write_text("\n".join(seeds))
            process = corpus.start("crawl")
            _, told = process.communicate(timeout=120)
            assert process.returncode in {0, 3}, told
        assert (listener.connections, listener.bytes) == (0, 0)
        connection = state.connect(corpus.root)
        finished, reasons = connection.execute(
            "SELECT (SELECT finished_at FROM run), group_concat(DISTINCT reason) FROM fetch_log"
        ).fetchone()
        connection.close()
        assert finished
        # What discovery does not turn away by itself, the guard does.
        assert "fetch.address" in reasons or way in {"link", "refresh"}
        with socket.create_connection(("127.0.0.2", listener.port)) as control:
            control.sendall(b"x")
        _until(lambda: listener.bytes == 1)


def _until(is_so: Callable[[], bool]) -> None:
    for _ in range(100):
        if is_so():
            return
        threading.Event().wait(0.05)
    pytest.fail("the listener did not see the control")
