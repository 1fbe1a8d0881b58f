"""A site of each platform: all posts are found, for hardly more requests than there are posts."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

import pytest

from pipelines.core.state import connect
from tests.end_to_end.corpus import Corpus
from tests.sites.platforms import BUILDERS, PlatformTruth, sites, truth
from tests.sites.platforms.blog import Built
from tests.sites.server import LogRecord, SiteServer, serve

#: Requests for each post, beside the pages of sitemaps and feeds.
MOST_PER_POST = 1.10
#: The home page, robots.txt, tdmrep.json, and a page that is not there.
ONCE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawled:
    """One corpus of all platforms after two visits."""

    corpus: Corpus
    server: SiteServer
    documents: frozenset[str]
    #: Requests of the first visit.
    first: int

    def requests(self, told: PlatformTruth) -> list[LogRecord]:
        """What a blog's host was asked for at the first visit."""
        return [
            record for record in self.server.requests()[: self.first] if record.host == told.host
        ]

    def again(self, told: PlatformTruth) -> list[LogRecord]:
        """What it was asked for at the second."""
        return [
            record for record in self.server.requests()[self.first :] if record.host == told.host
        ]

    def asked(self, told: PlatformTruth, status: int | None = None) -> set[str]:
        """The addresses among them, of all answers or of those with one status."""
        return {
            f"http://{record.host}{record.path}"
            for record in self.requests(told)
            if status in {None, record.status}
        }


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """One run over the sites of all platforms, and a second crawl at once."""
    with serve(sites()) as server:
        folder = tmp_path_factory.mktemp("platforms")
        corpus = Corpus(folder=folder, proxy=server.proxy, hosts=tuple(sorted(truth()))).write()
        corpus.verb("run", seconds=600)
        documents, first = frozenset(corpus.urls("documents")), len(server.requests())
        corpus.verb("crawl")
        yield Crawled(corpus=corpus, server=server, documents=documents, first=first)


def _name(build: Callable[[], Built]) -> str:
    return f"{build.__module__.rpartition('.')[2]}-{build.__name__}"


@pytest.fixture(scope="module", params=BUILDERS, ids=_name)
def told(request: pytest.FixtureRequest) -> PlatformTruth:
    """What there is to find on each site."""
    build: Callable[[], Built] = request.param
    return build().truth


def test_all_posts_are_found(crawled: Crawled, told: PlatformTruth) -> None:
    """Every post that can be had was fetched."""
    assert sorted(told.posts - crawled.asked(told, 200)) == []


def test_the_platform_is_recognised(crawled: Crawled, told: PlatformTruth) -> None:
    """The ledger tells what each blog is made with."""
    with closing(connect(crawled.corpus.root)) as state:
        query = "SELECT platform FROM blog WHERE site = ?"
        (platform,) = state.execute(query, (told.host,)).fetchone()

    assert platform == told.platform


def test_requests_are_few(crawled: Crawled, told: PlatformTruth) -> None:
    """A post costs one request, a platform its sitemaps or feeds, and little is wasted."""
    most = MOST_PER_POST * len(told.posts) + len(told.sources) + ONCE
    wasted = sorted(crawled.asked(told) - told.posts - told.sources)

    assert len(crawled.requests(told)) <= most, wasted


def test_no_page_is_asked_for_twice(crawled: Crawled, told: PlatformTruth) -> None:
    """Sources that date a post otherwise than each other are no reason to visit it again."""
    counts = Counter(record.path for record in crawled.requests(told))

    assert {path: count for path, count in counts.items() if count > 1} == {}


def test_without_news_a_blog_costs_one_request(crawled: Crawled, told: PlatformTruth) -> None:
    """The second visit asks one door, with its validators, and hears that nothing changed."""
    assert [(record.conditional, record.status) for record in crawled.again(told)] == [(True, 304)]


def test_no_listing_is_a_document(crawled: Crawled, told: PlatformTruth) -> None:
    """Lists of posts may be read, but are never published."""
    assert sorted(told.listings & crawled.documents) == []


def test_no_comments_are_asked_for(crawled: Crawled, told: PlatformTruth) -> None:
    """What readers wrote is neither page nor feed for us."""
    assert sorted(told.comments & crawled.asked(told)) == []


def test_posts_for_subscribers_are_no_documents(crawled: Crawled, told: PlatformTruth) -> None:
    """The preview of a post that is not for everyone is not published."""
    assert sorted(told.hidden & crawled.documents) == []
