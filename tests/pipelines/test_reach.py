"""Every URL that the crawler or an import knows of is counted once."""

from collections import Counter
from pathlib import Path

from pipelines.core import state
from pipelines.core.reach import Outcome, reaches
from tests.reported import archive, meet


def counted(corpus: Path) -> dict[tuple[str, Outcome], int]:
    connection = state.connect(corpus)
    found: Counter[tuple[str, Outcome]] = Counter()
    for reach in reaches(connection):
        found[reach.site, reach.outcome] += reach.urls
    connection.close()
    return dict(found)


def test_where_each_url_stands(tmp_path: Path) -> None:
    """A URL stands in one place, told by its state; robots.txt and the like are no finds."""
    connection = state.connect(tmp_path)
    told = {
        ("sitemap", "DONE", ""): Outcome.LISTING,
        ("post", "DONE", ""): Outcome.NO_PAGE,
        ("post", "GONE", "fetch.gone"): Outcome.MISSING,
        ("post", "FAILED", "permission.noai"): Outcome.REFUSED,
        ("post", "FAILED", "permission.unreachable"): Outcome.FAILED,
        ("feed", "PENDING", ""): Outcome.WAITING,
    }
    for number, (kind, where, reason) in enumerate(told):
        url = f"https://www.a.example/{number}"
        meet(connection, url, kind=kind, told=where, reason=reason)
    for kind in ("robots", "probe", "rsl", "tdmrep"):
        meet(connection, f"https://a.example/{kind}", kind=kind, told="DONE")
    connection.close()

    assert counted(tmp_path) == {("a.example", outcome): 1 for outcome in told.values()}


def test_an_archived_page_stays_archived(tmp_path: Path) -> None:
    """A page that is gone or waits for another visit counts as archived, however often."""
    connection = state.connect(tmp_path)
    for number, told in enumerate(("DONE", "GONE", "FAILED", "PENDING")):
        url = f"https://a.example/{number}"
        meet(connection, url, kind="post", told=told)
        archive(connection, url)
    connection.close()

    assert counted(tmp_path) == {("a.example", Outcome.ARCHIVED): 4}


def test_imported_pages_count(tmp_path: Path) -> None:
    """A page that no crawl met is found and archived; an imported feed is no page."""
    connection = state.connect(tmp_path)
    archive(connection, "https://b.example/1", kind="page")
    archive(connection, "https://b.example/feed", kind="feed")
    connection.close()

    assert counted(tmp_path) == {("b.example", Outcome.ARCHIVED): 1}
