"""Standings: what may be published, from the state to the tables of a snapshot."""

import json
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
from pipelines.recipe import DEFAULT
from pipelines.verbs.inspect_stages import Asked, answers
from pipelines.verbs.progress import Quiet
from pipelines.verbs.why import why
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


def test_lone_surrogates_are_stored_as_question_marks(config: Config) -> None:
    """Debris in what a page says of itself stops neither a crawl nor a build."""
    debris = "no\udcff"
    told = Standing(
        tier=Tier.UNRESERVED, license=debris, evidence=(replace(LINE, value=debris, url=debris),)
    )
    put(config, 1, told)
    assert not put(config, 1, told)
    put(config, 2, standing.withdrawn(Reason.FETCH_GONE, debris, None))

    assert rows(config, "data", "license")[0] == ("no?",)
    assert rows(config, "rejected", "detail") == [("no?",)]


def test_platform_is_on_each_row(config: Config) -> None:
    """What the crawler found a site to be made with is a column; a site not known has none."""
    assert rows(config, "data", "platform") == [(None,)] * 3
    connection = state.connect(config.corpus)
    connection.execute(
        "INSERT INTO blog (url, name, site, source, platform) VALUES (?, '', ?, '', 'wordpress')",
        (f"http://{HOST}/", HOST),
    )
    connection.close()

    assert rows(config, "data", "platform") == [("wordpress",)] * 3


def test_why_tells_of_permission(config: Config) -> None:
    """`why` names tier, licence, evidence and withdrawal."""
    put(config, 1, standing.withdrawn(Reason.FETCH_GONE, "410 twice", OPEN))

    lines = list(why(config.corpus, SITE.url(1)))

    assert "Permission: open, licence CC-BY-4.0 (nobody has checked it)." in lines
    assert f"  Content-Signal: ai-train=yes ({LINE.url}, 2026-03-01)" in lines
    assert "Withdrawn: fetch.gone (410 twice)." in lines


def test_inspect_shows_what_a_build_makes(config: Config) -> None:
    """The line of an archived page has its permission; of a withdrawn one it holds no word."""
    put(config, 1, OPEN)
    put(config, 2, standing.withdrawn(Reason.FETCH_GONE, "410", None))

    shown, gone = (
        json.loads(found.line)
        for number in (1, 2)
        for found in answers(Asked(targets=(SITE.url(number),), recipe=DEFAULT, config=config))
    )

    assert (shown["permission"], shown["license"]) == ("open", "CC-BY-4.0")
    assert shown["evidence"][0]["signal"] == "Content-Signal"
    assert shown["rejection"] is None
    assert (gone["rejection"]["reason"], gone["title"], gone["text"]) == ("fetch.gone", None, "")


def test_inspect_hears_a_file(tmp_path: Path) -> None:
    """A page in a file is shown with the permission that it gives itself."""
    file = tmp_path / "page.html"
    file.write_bytes(b'<html><head><meta name="robots" content="noai"></head><p>Words.</p></html>')

    (found,) = answers(Asked(targets=(str(file),), recipe=DEFAULT))

    assert json.loads(found.line)["permission"] == "refused"
    assert json.loads(found.line)["evidence"][0]["value"] == "noai"
