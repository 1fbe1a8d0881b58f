"""Traps end to end: all posts are found, hardly a page of a trap is asked for, the run ends."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.end_to_end.corpus import Corpus
from tests.sites.server import SiteServer, serve
from tests.sites.soft_404s import deleted, soft_404s
from tests.sites.traps import POSTS, Trap, traps

TRAPS = traps()
SOFT = soft_404s()
#: Share of the pages fetched that may be of traps.
MOST = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawled:
    """A corpus after its one run, and the server that it crawled."""

    corpus: Corpus
    server: SiteServer
    #: URLs of the archive.
    held: frozenset[str]

    def pages(self, host: str) -> list[str]:
        """Paths of a host that answered with a page, but for probes."""
        return [
            record.path
            for record in self.server.requests(host)
            if record.status == 200 and not record.path.endswith((".xml", ".txt", ".json"))
        ]


def _crawl(folder: Path, hosts: tuple[str, ...], server: SiteServer) -> Crawled:
    corpus = Corpus(folder=folder, proxy=server.proxy, hosts=hosts, per_host=1).write()
    corpus.verb("crawl", seconds=300)
    held = frozenset(url for url, _ in corpus.records())
    return Crawled(corpus=corpus, server=server, held=held)


@pytest.fixture(scope="module")
def trapped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """One run over all traps."""
    with serve({host: trap.site for host, trap in TRAPS.items()}) as server:
        yield _crawl(tmp_path_factory.mktemp("traps"), tuple(TRAPS), server)


@pytest.fixture(scope="module")
def pretended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """One run over the sites that have no status 404."""
    with serve(SOFT) as server:
        yield _crawl(tmp_path_factory.mktemp("soft"), tuple(SOFT), server)


@pytest.mark.parametrize("host", TRAPS)
def test_all_posts_are_found(trapped: Crawled, host: str) -> None:
    """A trap keeps no post from being found."""
    trap = TRAPS[host]
    paths = {_path(url) for url in trapped.held if urlsplit(url).hostname == host}

    assert {trap.plain(path) for path in paths} >= trap.posts
    assert len(trap.posts) == POSTS


@pytest.mark.parametrize("host", TRAPS)
def test_few_pages_are_wasted(trapped: Crawled, host: str) -> None:
    """Hardly a page is of a trap, or one that was there before under another name."""
    pages = trapped.pages(host)

    assert _wasted(TRAPS[host], pages) <= MOST * len(pages), len(pages)


def test_few_pages_are_wasted_in_all(trapped: Crawled) -> None:
    """Over all of them, hardly a page is wasted."""
    pages = {host: trapped.pages(host) for host in TRAPS}
    wasted = {host: _wasted(TRAPS[host], pages[host]) for host in TRAPS}

    assert sum(wasted.values()) <= MOST * sum(map(len, pages.values())), wasted


@pytest.mark.parametrize("host", SOFT)
def test_missing_pages_are_noticed(pretended: Crawled, host: str) -> None:
    """A page that says what missing pages say is none, whatever its status."""
    gone = deleted(host)
    posts = {f"http://{host}/posts/note-{number}.html" for number in range(1, POSTS + 1)}

    assert not gone & pretended.held
    assert posts - gone <= pretended.held


@pytest.mark.parametrize("host", SOFT)
def test_why_of_missing_page(pretended: Crawled, host: str) -> None:
    """`why` tells that the page pretends."""
    assert "fetch.soft_404" in pretended.corpus.verb("why", min(deleted(host)))


def _wasted(trap: Trap, pages: list[str]) -> int:
    made_up = sum(map(trap.is_trap, pages))
    real = [trap.plain(page) for page in pages if not trap.is_trap(page)]
    return made_up + len(real) - len(set(real))


def _path(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
