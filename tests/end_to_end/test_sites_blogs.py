"""The sites that the demo and the tests crawl are what they are said to be."""

import csv
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.sites.blogs import Expectation, blogs_csv, demo, expectations, texts
from tests.sites.generated import generated
from tests.sites.replay import ReplaySite, named_posts, replay
from tests.sites.server import serve
from tests.sites.visit import crawl, fetch, links

REAL_SITES = Path(__file__).parents[3] / "shared" / "sites"


def grams(text: str) -> set[tuple[str, ...]]:
    """The runs of five words."""
    words = text.lower().split()
    return {tuple(words[start : start + 5]) for start in range(len(words) - 4)}


def jaccard(one: set[tuple[str, ...]], two: set[tuple[str, ...]]) -> float:
    """What two sets share, of all that they have."""
    return len(one & two) / (len(one | two) or 1)


@pytest.fixture(scope="module")
def demo_proxy() -> Iterator[str]:
    """The five blogs."""
    with serve(demo()) as server:
        yield server.proxy


EXPECTED = pytest.mark.parametrize("expected", expectations().values(), ids=expectations())


@EXPECTED
def test_a_blog_hangs_together(demo_proxy: str, expected: Expectation) -> None:
    """From home all posts and listings are reached, and no link is dead but those on purpose."""
    statuses = crawl(demo_proxy, f"http://{expected.host}/")

    dead = {url for url, status in statuses.items() if status != 200}
    assert dead == expected.missing
    assert expected.posts | expected.listings <= set(statuses)
    assert not expected.posts & expected.listings


def test_feeds_and_sitemaps_name_what_the_platforms_would(demo_proxy: str) -> None:
    """Blogger's feed pages, WordPress's stops at ten, and both sitemaps name every post."""
    truth = expectations()
    river, harbour = truth["quietriver.example"], truth["harbourcounselling.example"]
    feed = "http://quietriver.example/feeds/posts/default"
    pages = [fetch(demo_proxy, feed)[1]]
    pages.append(fetch(demo_proxy, f"{feed}?start-index=5&max-results=4")[1])
    sitemaps = {
        "http://quietriver.example/sitemap.xml": river,
        "http://harbourcounselling.example/post-sitemap.xml": harbour,
    }

    assert [page.count("<entry>") for page in pages] == [4, 3]
    assert ["rel='next'" in page for page in pages] == [True, False]
    assert fetch(demo_proxy, "http://harbourcounselling.example/feed/")[1].count("<item>") == 10
    for url, expected in sitemaps.items():
        assert set(links(url, fetch(demo_proxy, url)[1])) == expected.posts
    for host in ("stillwater-notes", "echo-practice"):
        assert fetch(demo_proxy, f"http://{host}.example/sitemap.xml")[0] == 404


def test_the_truth_about_copies_is_measured() -> None:
    """Copies are equal, near copies between 0.82 and 0.97, all else far below; copies are later."""
    words = {url: grams(text) for url, text in texts().items()}
    copied: dict[str, str] = {}
    for expected in expectations().values():
        for url, original in expected.exact_copies.items():
            assert texts()[url] == texts()[original]
        for url, original in expected.near_copies.items():
            assert 0.82 < jaccard(words[url], words[original]) < 0.97
        copied |= {**expected.exact_copies, **expected.near_copies}

    assert len(copied) == 4
    own = [grams for url, grams in words.items() if url not in copied]
    pairs = ((one, two) for number, one in enumerate(own) for two in own[:number])
    assert max(jaccard(one, two) for one, two in pairs) < 0.05


def test_the_five_blogs_have_what_a_pipeline_must_notice(tmp_path: Path) -> None:
    """About thirty posts; one too short, one in German, one site closed; and a list of them."""
    truth = expectations().values()
    blogs_csv(tmp_path / "blogs.csv")

    assert sum(len(expected.posts) for expected in truth) == 32
    assert sum(len(expected.too_short) for expected in truth) == 1
    assert sum(len(expected.german) for expected in truth) == 1
    assert [expected.host for expected in truth if expected.forbidden] == ["closeddoor.example"]
    with (tmp_path / "blogs.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["url"] for row in rows] == [f"http://{expected.host}/" for expected in truth]


def test_a_generated_blog_is_whole_distinct_and_can_change() -> None:
    """Listing, feed and sitemap name its posts; an edit and a new post show."""
    site = generated("many.example", posts=60)
    with serve({"many.example": site}) as server:
        statuses = crawl(server.proxy, "http://many.example/")
        sitemap = fetch(server.proxy, "http://many.example/sitemap.xml?part=1")[1]
        assert set(statuses.values()) == {200}
        assert set(site.urls()) <= set(statuses)
        assert set(links("http://many.example/", sitemap)) == set(site.urls())

        before = fetch(server.proxy, site.url(7))
        assert before == fetch(server.proxy, site.url(7))
        site.edit(7)
        site.posts += 1
        assert fetch(server.proxy, site.url(7)) != before
        assert site.url(61) in fetch(server.proxy, "http://many.example/feed.xml")[1]

    made = [site.post(number).text for number in range(1, 62)]
    assert all(120 <= len(text.split()) <= 200 for text in made)
    sets = [grams(text) for text in made]
    pairs = ((one, two) for number, one in enumerate(sets) for two in sets[:number])
    assert max(jaccard(one, two) for one, two in pairs) < 0.15


@pytest.fixture(scope="module")
def real() -> dict[str, ReplaySite]:
    """The real sites, where they are."""
    if not (REAL_SITES / "sites.json").exists():
        pytest.skip("the real sites (../shared/sites) are not on this machine")
    return replay(REAL_SITES)


def test_real_sites_go_by_their_own_names(real: dict[str, ReplaySite]) -> None:
    """Hosts are those that feeds, sitemaps and canonical links use; posts are those they name."""
    named = {host: len(named_posts(site)) for host, site in real.items()}

    assert named == {
        "feelbetterlater.github.io": 30,
        "geraldleejordan.com": 10,
        "www.mindworkscounselling.com": 0,
        "adultstherapy.com": 0,
        "alynnedavis.com": 34,
        "rbrazioli-andando.blogspot.com": 4,
        "healingiloilo.netlify.com": 12,
    }


def test_real_sites_stay_on_the_replay_server(real: dict[str, ReplaySite]) -> None:
    """Folders redirect to their slash, and no own link leads to https or back out."""
    with serve(real) as server:
        for host, site in real.items():
            status, home = fetch(server.proxy, f"http://{host}/")
            assert status == 200
            assert f"https://{host}" not in home
            for url in sorted(named_posts(site))[:5]:
                assert fetch(server.proxy, url)[0] == 200
                if url.endswith("/"):
                    assert fetch(server.proxy, url.rstrip("/"))[0] == 200
                    assert site.answer(urlsplit(url).path.rstrip("/")).status == 301


def test_the_blogger_mirror_answers_bloggers_queries(real: dict[str, ReplaySite]) -> None:
    """Files that a mirror named after a query answer that query, however it is written."""
    site = real["rbrazioli-andando.blogspot.com"]
    older = "/search?updated-max=2006-09-03T08:30:00%2B02:00&max-results=5"
    sorted_ = "/search?max-results=5&updated-max=2006-09-03T08%3A30%3A00%2B02%3A00"

    assert site.answer("/feeds/posts/default").content_type.startswith("application/atom+xml")
    assert site.answer("/feeds/posts/default?alt=rss").content_type.startswith("application/rss")
    assert site.answer(older).status == 200
    assert site.answer(older).body == site.answer(sorted_).body != site.answer("/search").body
