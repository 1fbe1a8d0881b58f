"""Coming back: what an unchanged blog costs, and that exactly what changed changes."""

from pathlib import Path

from tests.end_to_end.corpus import PLACE_AND_TIME, Corpus
from tests.sites.generated import generated
from tests.sites.server import serve

POSTS = 30
EDITED = (3, 14, 22)
DELETED = 9
#: Days between two answers "not found" that make a post deleted; here a few seconds.
GONE_AFTER = 2 / 86400


def test_unchanged_blogs_cost_one_request(tmp_path: Path) -> None:
    """A second visit of a blog without news is one conditional request."""
    hosts = ("withfeed.example", "sitemaponly.example", "feedonly.example")
    sites = {
        hosts[0]: generated(hosts[0], posts=POSTS),
        hosts[1]: generated(hosts[1], posts=POSTS, feed=False),
        hosts[2]: generated(hosts[2], posts=POSTS, sitemap=False),
    }
    with serve(sites) as server:
        corpus = Corpus(folder=tmp_path, proxy=server.proxy, hosts=hosts).write()
        corpus.verb("run")
        first, snapshot = len(server.requests()), corpus.snapshot()
        corpus.verb("run")
        again = server.requests()[first:]

        assert sorted(record.host for record in again) == sorted(hosts)
        assert all(record.conditional and record.status == 304 for record in again)
        assert corpus.snapshot() == snapshot


def test_exactly_what_changed_changes(tmp_path: Path) -> None:
    """Three posts edited, one deleted, two new: six rows differ in the next snapshot."""
    host = "changing.example"
    site = generated(host, posts=POSTS)
    with serve({host: site}) as server:
        more = f"gone_after = {GONE_AFTER}\n"
        corpus = Corpus(folder=tmp_path, proxy=server.proxy, hosts=(host,), more=more).write()
        corpus.verb("run")
        before = _rows(corpus)
        for number in EDITED:
            site.edit(number)
        site.delete(DELETED)
        site.posts += 2
        first = len(server.requests())
        corpus.verb("run")
        asked = [record.path for record in server.requests()[first:] if "posts" in record.path]
        corpus.verb("run")
        after = _rows(corpus)

    changed = {url for url in before.keys() & after.keys() if before[url] != after[url]}
    assert changed == {site.url(number) for number in EDITED}
    assert after.keys() - before.keys() == {site.url(POSTS + 1), site.url(POSTS + 2)}
    assert before.keys() - after.keys() == {site.url(DELETED)}
    assert len(asked) == len(set(asked)) == len(EDITED) + 1 + 2
    rejected = {row["url"]: row["reason"] for row in corpus.rows("rejected")}
    assert rejected[site.url(DELETED)] == "fetch.gone"


def _rows(corpus: Corpus) -> dict[str, dict[str, object]]:
    rows = corpus.rows("documents", without=PLACE_AND_TIME)
    return {str(row["url"]): row for row in rows}
