"""Standings: what may be published, from the state to the tables of a snapshot."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from pipelines.build import build
from pipelines.core import standing, state, warc
from pipelines.core.archive import Archive
from pipelines.core.config import BuildSettings, Config
from pipelines.core.model import Capture, EvidenceLine, Kind, Tier, Via
from pipelines.core.reasons import Reason
from pipelines.core.standing import Standing
from pipelines.verbs.progress import Quiet
from tests.sites.generated import generated

HOST = "blog.example"
SITE = generated(HOST, posts=3)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LINE = EvidenceLine(
    signal="Content-Signal", value="ai-train=yes", url=f"http://{HOST}/robots.txt", at=NOON
)
OPEN = Standing(tier=Tier.OPEN, license="CC-BY-4.0", evidence=(LINE,))


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A corpus with three archived posts."""
    config = Config(
        file=tmp_path / "corpus.toml",
        corpus=tmp_path / "corpus",
        blogs=tmp_path / "blogs.txt",
        build=BuildSettings(workers=1),
    )
    connection = state.connect(config.corpus)
    archive = Archive(config.corpus / "archive")
    with state.transaction(connection):
        for number, url in enumerate(SITE.urls(), start=1):
            body = SITE.answer(f"/posts/note-{number}.html").body
            capture = Capture(
                url=url,
                kind=Kind.POST,
                via=Via.FEED,
                fetched_at=NOON,
                status=200,
                headers=(("Content-Type", "text/html; charset=utf-8"),),
                body=body,
                digest=warc.digest_of(body),
            )
            archive.append(connection, capture, warc.encode(capture))
    connection.close()
    return config


def put(config: Config, number: int, told: Standing) -> bool:
    """Note the standing of a post."""
    connection = state.connect(config.corpus)
    with state.transaction(connection):
        written = standing.put(connection, SITE.url(number), told)
    connection.close()
    return written


def rows(config: Config, table: str, columns: str) -> list[tuple[object, ...]]:
    """Some columns of a table of the snapshot that a build makes now."""
    directory = build(config, Quiet()).directory
    relation = duckdb.read_parquet(str(directory / table / "*.parquet"))
    return relation.order("url").select(columns).fetchall()


def test_permission_is_on_each_row(config: Config) -> None:
    """A row carries its tier, licence and evidence; one of which nothing is known is unreserved."""
    put(config, 1, OPEN)

    found = rows(config, "data", "permission, license, permission_evidence")

    assert [row[:2] for row in found] == [("open", "CC-BY-4.0")] + [("unreserved", None)] * 2
    line = {"signal": LINE.signal, "value": LINE.value, "url": LINE.url, "at": LINE.at}
    assert found[0][2] == [line]
    assert found[1][2] == []


@pytest.mark.parametrize("reason", [Reason.PERMISSION_NOAI, Reason.FETCH_GONE])
def test_withdrawn_and_back(config: Config, reason: Reason) -> None:
    """A later "no" or a deletion takes the row out, with every word; a "yes" brings it back."""
    whole = rows(config, "data", "url")
    put(config, 2, standing.withdrawn(reason, "said so", None))

    assert rows(config, "data", "url") == [whole[0], whole[2]]
    assert rows(config, "rejected", "url, reason, detail, title, word_count") == [
        (SITE.url(2), reason.value, "said so", None, 0)
    ]
    put(config, 2, Standing(tier=Tier.UNRESERVED))
    assert rows(config, "data", "url") == whole


def test_a_whole_site_withdrawn(config: Config) -> None:
    """A site that refuses everything leaves nothing but the reasons."""
    for number in (1, 2, 3):
        put(config, number, standing.withdrawn(Reason.PERMISSION_ROBOTS, "all", None))

    assert len(rows(config, "rejected", "url")) == 3


def test_times_alone_change_nothing(config: Config) -> None:
    """The same evidence read again makes no new snapshot."""
    put(config, 1, OPEN)
    first = build(config, Quiet())
    later = replace(OPEN, evidence=(replace(LINE, at=NOON + timedelta(days=1)),))

    assert not put(config, 1, later)
    assert build(config, Quiet()).directory == first.directory
    assert put(config, 1, replace(OPEN, license=""))
    assert build(config, Quiet()).directory != first.directory
