"""Seven real sites, replayed on loopback: their posts are found, their listings are not posts."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.core.model import Via
from pipelines.core.posts import PageKind, judge
from tests.end_to_end.corpus import Corpus
from tests.sites.replay import ReplaySite, named_posts, replay
from tests.sites.server import SiteServer, serve

SITES = Path(__file__).resolve().parents[3] / "shared" / "sites"

pytestmark = pytest.mark.skipif(
    not SITES.is_dir(), reason="the real sites lie in ../shared/sites, which is not here"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawled:
    """A corpus of the real sites after one run."""

    corpus: Corpus
    server: SiteServer
    sites: dict[str, ReplaySite]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """One run over all of them."""
    sites = replay(SITES)
    with serve(sites) as server:
        folder = tmp_path_factory.mktemp("real")
        corpus = Corpus(folder=folder, proxy=server.proxy, hosts=tuple(sorted(sites))).write()
        corpus.verb("run")
        yield Crawled(corpus=corpus, server=server, sites=sites)


def test_named_posts_are_found(crawled: Crawled) -> None:
    """Every post that a feed or post sitemap names, and robots.txt allows, was fetched."""
    fetched = {url for url, _ in crawled.corpus.records()}
    lost = {
        host: sorted(named_posts(site) - fetched)
        for host, site in crawled.sites.items()
        if not _is_closed(crawled, host)
    }

    assert {host: urls for host, urls in lost.items() if urls} == {}


def test_no_listing_is_a_document(crawled: Crawled) -> None:
    """No category, tag, author, date or search listing, and no home page, is published."""
    listings = {
        url
        for url in crawled.corpus.urls("documents")
        if judge(url, Via.IMPORT).kind in {PageKind.LISTING, PageKind.HOME}
    }

    assert listings == set()


def test_closed_site_is_respected(crawled: Crawled) -> None:
    """The site whose robots.txt disallows everything is not asked for a page."""
    closed = [host for host in crawled.sites if _is_closed(crawled, host)]

    assert closed
    for host in closed:
        assert {record.path for record in crawled.server.requests(host)} == {"/robots.txt"}


def test_second_run_fetches_no_body(crawled: Crawled) -> None:
    """Nothing changed, so nothing is sent and nothing is published."""
    before = len(crawled.server.requests())
    snapshot = crawled.corpus.snapshot()

    crawled.corpus.verb("run")

    again = crawled.server.requests()[before:]
    assert [record for record in again if record.status == 200] == []
    assert crawled.corpus.snapshot() == snapshot


def _is_closed(crawled: Crawled, host: str) -> bool:
    told = crawled.corpus.verb("why", f"http://{host}/")
    return "permission.robots" in told
