"""A year of a few blogs, told again: any day of it can be asked for afterwards."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipelines.build import build
from pipelines.core import absences, standing, state, warc
from pipelines.core.archive import Archive
from pipelines.core.config import BuildSettings, Config, HistorySettings
from pipelines.core.model import Capture, CaptureRef, Kind, Tier, Via
from pipelines.core.reasons import Reason
from pipelines.core.standing import Standing
from pipelines.dataset import query
from pipelines.dataset.snapshot import current
from pipelines.verbs.forget import forget
from pipelines.verbs.forget_targets import judged
from pipelines.verbs.progress import Quiet
from tests.sites.generated import generated

BEGAN = datetime(2025, 1, 1, 6, tzinfo=UTC)
HOSTS = ("anna.example", "bruno.example")
POSTS = 9
COLUMNS = (
    "id, url, site, title, author, published_at, modified_at, language, word_count, text, "
    "valid_from, edit_words"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that the crawler met: a page as it is then, or that it is not there."""

    at: datetime
    host: str
    number: int
    #: How often the post has been edited; None where it is gone.
    edition: int | None

    @property
    def url(self) -> str:
        """The address of the post."""
        return f"http://{self.host}/blog/what-we-said-of-it-{self.number}"


def year() -> Iterator[Event]:
    """What happens in a year, in order: posts begin, change, go, and come back."""
    draw = random.Random(5)
    told: list[Event] = []
    for host in HOSTS:
        for number in range(POSTS):
            at = BEGAN + timedelta(days=draw.randint(0, 200), minutes=number)
            edition: int | None = 0
            while at < BEGAN + timedelta(days=365):
                told.append(Event(at=at, host=host, number=number, edition=edition))
                at += timedelta(days=draw.randint(10, 120), hours=draw.randint(0, 20))
                edition = None if edition is not None and draw.random() < 0.25 else number + 1
                edition = edition and draw.randint(0, 3)
    return iter(sorted(told, key=lambda event: event.at))


def body(event: Event) -> bytes:
    """The page of a post; one edition in two differs from the one before in its frame alone."""
    post = generated(event.host, posts=POSTS).post(event.number + 1)
    said = 1 if event.edition in {0, 1} else 2
    closing = generated(event.host, posts=90).post(10 * (event.number + 1) + said).blocks[0]
    return (
        f"<html><head><title>{post.title}</title>"
        f"<meta name='author' content='Dr. Mara Linden'>"
        f"<meta property='article:published_time' content='2024-0{event.number + 1}-03T08:00:00Z'>"
        f"</head><body><nav>{event.edition} new</nav><article><h1>{post.title}</h1>"
        f"{post.html}<p>{closing}</p></article></body></html>"
    ).encode()


def meet(config: Config, events: Iterable[Event]) -> None:
    """Put into the archive and the state what the crawler would."""
    connection = state.connect(config.corpus)
    archive = Archive(config.corpus / "archive")
    gone = standing.withdrawn(Reason.FETCH_GONE, "404", None)
    with state.transaction(connection):
        for event in events:
            if event.edition is None:
                standing.put(connection, event.url, gone)
                absences.begin(connection, event.url, event.at)
                continue
            content = body(event)
            capture = Capture(
                url=event.url,
                kind=Kind.POST,
                via=Via.FEED,
                fetched_at=event.at,
                status=200,
                headers=(("Content-Type", "text/html; charset=utf-8"),),
                body=content,
                digest=warc.digest_of(content),
            )
            known = state.captures_of(connection, event.url)
            if not known or known[-1].ref.digest != capture.digest:
                archive.append(connection, capture, warc.encode(capture))
            standing.put(connection, event.url, Standing(tier=Tier.UNRESERVED))
            absences.end(connection, event.url, event.at)
    connection.close()


def corpus(folder: Path, events: Iterable[Event]) -> Config:
    """A corpus in which these events have happened."""
    config = Config(
        file=folder / "corpus.toml",
        corpus=folder / "corpus",
        blogs=folder / "blogs.txt",
        build=BuildSettings(workers=2),
        stages={"topic": {"subject": "any"}},
    )
    meet(config, events)
    return config


def answer(snapshot: Path, view: str) -> list[tuple[object, ...]]:
    """The rows of a view."""
    question = f"SELECT {COLUMNS} FROM {view}"  # noqa: S608 - ours
    return sorted(query.run(snapshot, question).rows, key=repr)


def rows(config: Config, question: str) -> list[tuple[object, ...]]:
    """What a question to the snapshot that a build makes gives."""
    directory = build(config, Quiet()).directory
    return sorted(query.run(directory, question).rows, key=repr)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """The corpus at the end of the year."""
    return corpus(tmp_path_factory.mktemp("year"), year())


def test_as_of_is_what_a_build_would_have_made(whole: Config, tmp_path: Path) -> None:
    """At 24 moments the past is the same, row for row, as if the year had ended there."""
    events = list(year())
    directory = build(whole, Quiet()).directory
    found = []
    for number in range(24):
        moment = BEGAN + timedelta(days=15 * (number + 1), hours=number)
        then = corpus(tmp_path / str(number), (event for event in events if event.at <= moment))
        told = answer(directory, f"as_of(TIMESTAMPTZ '{moment.isoformat()}')")
        assert told == answer(build(then, Quiet()).directory, "documents_all")
        found.append(len(told))
    assert len(set(found)) > 5
    ended = rows(whole, "SELECT DISTINCT ended_by FROM posts_history ORDER BY ended_by")
    assert {name for (name,) in ended} == {"edited", "deleted", None}


def test_what_changes_around_a_text_is_no_edit(whole: Config) -> None:
    """Captures that say the same are one version, and an edit counts its words."""
    sizes = rows(whole, "SELECT edit_words FROM posts_history WHERE edit_words IS NOT NULL")
    counted = {size for (size,) in sizes}
    assert max(size for size in counted if isinstance(size, int)) > 10
    repeated = rows(
        whole,
        "SELECT url FROM posts_history AS a JOIN posts_history AS b USING (url) "
        "WHERE a.valid_to = b.valid_from AND a.text = b.text AND a.title = b.title",
    )
    assert repeated == []


def test_nothing_of_a_refused_page_is_told(tmp_path: Path) -> None:
    """A page that its site refuses has no past either, and without [history] nothing has."""
    other = corpus(tmp_path, year())
    url = next(event.url for event in year() if event.edition == 1)
    asked = f"SELECT text FROM posts_history WHERE url = '{url}'"  # noqa: S608 - ours
    before = rows(other, asked)
    connection = state.connect(other.corpus)
    with state.transaction(connection):
        refused = Standing(tier=Tier.REFUSED, reason=Reason.PERMISSION_NOAI, detail="noai")
        standing.put(connection, url, refused)
    connection.close()
    assert len(before) > 1
    assert rows(other, asked) == []
    without = replace(other, history=HistorySettings(keep=False))
    assert rows(without, "SELECT count(*) FROM history") == [(0,)]


def test_a_removed_post_takes_its_past_along(tmp_path: Path) -> None:
    """All others keep their versions, each of which can still be read in the archive."""
    config = corpus(tmp_path, year())
    url = next(event.url for event in year() if event.edition == 1)
    asked = f"SELECT {COLUMNS} FROM posts_history WHERE url != '{url}'"  # noqa: S608 - ours
    before = rows(config, asked)
    places = "SELECT url, source FROM posts_history WHERE valid_to IS NOT NULL"
    assert url in {page for page, _ in rows(config, places)}

    forget(config, [judged(url, None, "asked by mail")], Quiet())

    left = list(query.run(current(config.corpus), places).rows)
    assert left
    for page, source in left:
        capture = Archive(config.corpus / "archive").read(CaptureRef(**source))
        assert (capture.url, page != url) == (page, True)
    assert rows(config, asked) == before
