"""What `import` makes of the permission of pages, and what it may not undo."""

import io
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path

import duckdb
import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipelines.build import build
from pipelines.core import standing, state
from pipelines.core.config import BuildSettings, Config
from pipelines.core.model import EvidenceLine, Tier
from pipelines.core.reasons import Reason
from pipelines.core.standing import Standing
from pipelines.verbs.bring_in import Imported, bring_in
from pipelines.verbs.progress import Quiet
from tests.factories import ESSAY

URL = "http://blog.example/2024/01/a-long-night"
SPELT = f"{URL}?utm_source=letter"
_PROSE = "".join(f"<p>{paragraph}</p>" for paragraph in ESSAY)
YES = f"<html><head><title>Night</title></head><body><article>{_PROSE}</article></body>"
NO = YES.replace("<title>", '<meta name="robots" content="noai"><title>')
#: The days on which a page was fetched, and what it was then.
DAYS = {1: YES, 3: NO, 5: YES, 7: NO}


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A corpus with nothing in it."""
    return corpus(tmp_path)


def corpus(folder: Path) -> Config:
    """A corpus in a folder."""
    return Config(
        file=folder / "corpus.toml",
        corpus=folder / "corpus",
        blogs=folder / "blogs.txt",
        build=BuildSettings(workers=1),
    )


def take(config: Config, day: int, body: str, url: str = URL) -> Imported:
    """Import a WARC with one page, fetched on that day of March."""
    config.file.parent.mkdir(parents=True, exist_ok=True)
    path = config.file.parent / f"{day}.warc.gz"
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        payload = body.encode()
        writer.write_record(
            writer.create_warc_record(
                url,
                "response",
                payload=io.BytesIO(payload),
                length=len(payload),
                http_headers=StatusAndHeaders(
                    "200 OK", [("Content-Type", "text/html")], "HTTP/1.1"
                ),
                warc_headers_dict={"WARC-Date": f"2026-03-{day:02d}T12:00:00Z"},
            )
        )
    return bring_in(config, [path], Quiet())


def put(config: Config, told: Standing, url: str = URL) -> None:
    """Note a standing as the crawler does."""
    connection = state.connect(config.corpus)
    with state.transaction(connection):
        standing.put(connection, url, told)
    connection.close()


def told_of(config: Config) -> tuple[Tier, Reason | None]:
    """Tier and reason of the page."""
    connection = state.connect(config.corpus)
    told = standing.get(connection, URL)
    connection.close()
    assert told is not None
    return told.tier, told.reason


def published(config: Config) -> list[str]:
    """The URLs of the posts of the snapshot that a build makes now, however few they are."""
    data = build(config, Quiet(), accepted=("rows",)).directory / "data"
    if not list(data.glob("*.parquet")):
        return []
    rows = duckdb.read_parquet(str(data / "*.parquet")).select("url").fetchall()
    return [row[0] for row in rows]


def test_a_page_that_refuses(config: Config) -> None:
    """A noai page is not archived, is counted with its reason, and its refusal is known."""
    imported = take(config, 1, NO)

    assert dict(imported.skipped) == {"refused by the page: permission.noai": 1}
    assert imported.pages == 0
    assert told_of(config) == (Tier.REFUSED, Reason.PERMISSION_NOAI)
    assert published(config) == []


@pytest.mark.parametrize("last", [1, 3, 5, 7])
def test_the_newest_copy_decides(tmp_path: Path, last: int) -> None:
    """Whatever the order in which copies of a page are imported, the newest one decides."""
    days = [day for day in DAYS if day <= last]
    expected = Tier.UNRESERVED if DAYS[last] is YES else Tier.REFUSED
    found = set()
    for number, order in enumerate(permutations(days)):
        config = corpus(tmp_path / str(number))
        for day in order:
            take(config, day, DAYS[day])
        found.add(told_of(config)[0])

    assert found == {expected}


def test_an_older_copy_is_not_published(config: Config) -> None:
    """A copy from before the refusal brings no row."""
    take(config, 3, NO)
    take(config, 1, YES)

    assert published(config) == []


@pytest.mark.parametrize("day", [1, 9])
@pytest.mark.parametrize("reason", [Reason.FETCH_GONE, Reason.PERMISSION_ROBOTS])
def test_no_import_undoes_what_a_site_says(config: Config, reason: Reason, day: int) -> None:
    """Neither the same file again nor a newer copy brings back what its site withdrew."""
    take(config, 1, YES)
    put(config, standing.withdrawn(reason, "said so", None))

    take(config, day, YES)

    assert told_of(config)[1] is reason
    assert published(config) == []


def test_a_later_refusal_of_a_page_keeps_that_of_its_site(config: Config) -> None:
    """A page's own "no" does not hide its site's, which a newer copy could not take back."""
    take(config, 1, YES)
    put(config, standing.withdrawn(Reason.PERMISSION_ROBOTS, "said so", None))
    take(config, 3, NO)
    take(config, 5, YES)

    assert told_of(config)[1] is Reason.PERMISSION_ROBOTS


def test_another_spelling_is_the_same_page(config: Config) -> None:
    """A page archived under a spelling that is never asked for leaves with its page."""
    take(config, 1, YES, url=SPELT)
    assert published(config) == [SPELT]

    put(config, standing.withdrawn(Reason.FETCH_GONE, "410", None))

    assert published(config) == []


def test_importing_again_keeps_the_evidence_of_the_crawl(config: Config) -> None:
    """A page that the crawler found open stays open when its file is imported once more."""
    take(config, 1, YES)
    line = EvidenceLine(
        signal="Content-Signal",
        value="ai-train=yes",
        url="http://blog.example/robots.txt",
        at=datetime(2026, 3, 2, tzinfo=UTC),
    )
    put(config, Standing(tier=Tier.OPEN, evidence=(line,)))

    take(config, 1, YES)

    assert told_of(config) == (Tier.OPEN, None)


def test_what_the_crawler_was_refused_is_not_imported(config: Config) -> None:
    """A copy of a page that said "no" to the crawler stays out, though none is held yet."""
    connection = state.connect(config.corpus)
    connection.execute(
        "INSERT INTO url (url, origin, blog, kind, via, found_on, score, why, state, reason) "
        "VALUES (?, 'http://blog.example', 'http://blog.example/', 'post', 'feed', '', 1, '', "
        "'FAILED', 'permission.noai')",
        (URL,),
    )
    connection.commit()
    connection.close()

    imported = take(config, 1, YES)

    assert imported.pages == 0
    assert dict(imported.skipped) == {"refused when the crawler asked for it": 1}
