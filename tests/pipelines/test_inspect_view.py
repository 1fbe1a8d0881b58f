"""`inspect` to a reader: rejection first, marks in the text, and what one stage changed."""

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.build import build
from pipelines.core import config as configs
from pipelines.core import standing, state, warc
from pipelines.core.archive import Archive
from pipelines.core.document import Document
from pipelines.core.model import Capture, Kind, Via
from pipelines.core.reasons import Reason
from pipelines.dataset.documents import path_of, read
from pipelines.verbs.inspect import as_json
from pipelines.verbs.inspect_stages import Shown
from pipelines.verbs.inspect_view import parts, plain
from pipelines.verbs.progress import Quiet
from tests.end_to_end.corpus import Corpus
from tests.factories import document
from tests.recurring import BIO
from tests.sites.feeds import rss
from tests.sites.platforms.notes import notes

HOST = "calmriver.example"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
POSTS = notes(HOST, 8)
#: Posts of which the page shows only the beginning, and that the site has taken back.
EXCERPT, GONE = 1, 2
MAIL = "jo.doe@calmriver.example"
LETTER = f"You can write to me at {MAIL} on any day of the week."
DANGER = "If you are thinking of suicide, please call 988 right now."


def url(number: int) -> str:
    """The address of a post."""
    return f"http://{HOST}/2024/05/{POSTS[number].slug}.html"


def page(number: int) -> bytes:
    """The page of a post, with the bio that stands below each."""
    post = POSTS[number]
    body = f"{post.html}<p>{LETTER}</p><p>{DANGER}</p>" if number == 0 else post.html
    body = f"<p>{post.excerpt}</p>" if number == EXCERPT else f"{body}<p>{BIO}</p>"
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{post.title}</title></head>"
        f"<body><nav>Start here</nav><main><article><h1>{post.title}</h1>{body}"
        f"</article></main></body></html>"
    ).encode()


def capture(address: str, body: bytes, kind: Kind, media: str) -> Capture:
    """An answer of the site."""
    return Capture(
        url=address,
        kind=kind,
        via=Via.FEED,
        fetched_at=NOON,
        status=200,
        headers=(("Content-Type", media),),
        body=body,
        digest=warc.digest_of(body),
    )


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """A corpus with the pages and the feed of one site, and nothing built of them."""
    corpus = Corpus(
        folder=tmp_path_factory.mktemp("site"), more='[topic]\nsubject = "any"\n'
    ).write()
    feed = rss("Calm River", HOST, [(url(EXCERPT), POSTS[EXCERPT])], self_path="/feed/")
    captures = [
        capture(url(number), page(number), Kind.POST, "text/html") for number in range(len(POSTS))
    ]
    captures.append(capture(f"http://{HOST}/feed/", feed, Kind.FEED, "application/rss+xml"))
    connection = state.connect(corpus.root)
    archive = Archive(corpus.root / "archive")
    with state.transaction(connection):
        for one in captures:
            archive.append(connection, one, warc.encode(one))
        told = standing.withdrawn(Reason.FETCH_GONE, "410 twice", None)
        standing.put(connection, url(GONE), told)
    connection.close()
    return corpus


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The page with an address of e-mail, in a file."""
    path = tmp_path / "post.html"
    path.write_bytes(page(0))
    return path


def seen(file: Path, *arguments: str, code: int = 0) -> str:
    """What `inspect` prints of a file."""
    return Corpus(folder=file.parent).write().verb("inspect", str(file), *arguments, code=code)


def flat(text: str) -> str:
    """A text on one line."""
    return " ".join(text.split())


def test_rejection_comes_first(tmp_path: Path) -> None:
    """The view begins with the reason, what it means, and the measure with its setting."""
    file = tmp_path / "short.html"
    file.write_bytes(b"<html><body><article><p>Only these few words.</p></article></body></html>")

    lines = seen(file, "--view").splitlines()

    assert lines[0] == "REJECTED quality.too_short: 4 words, fewer than 10"
    assert lines[1].strip() == "The text has fewer words than the minimum."
    assert "[quality] min_words" in lines[2]
    assert lines[3].startswith("url:")
    assert lines[-2] == "Only these few words."


def test_marks_stand_in_the_text(archived: Corpus) -> None:
    """What was removed, redacted and flagged is marked where it stands, without colours."""
    shown = archived.verb("inspect", url(0), "--view")

    _, _, body = shown.partition("\n\n")
    flagged = f"[flag: crisis] {DANGER} [/flag]"
    assert f"{LETTER.replace(MAIL, '[EMAIL]')}\n\n{flagged}" in body
    assert body.rstrip().endswith(f"{flagged}\n\n[removed: bio] {BIO} [/removed]")
    assert re.search(r"^redactions: +email 1$", shown, re.MULTILINE)
    assert re.search(rf"^flag: +crisis: {DANGER}$", shown, re.MULTILINE)
    assert "\x1b" not in shown
    assert "note:" not in shown


def test_archived_page_is_what_a_build_makes(archived: Corpus) -> None:
    """With its site around it a page is told as `build` tells it: feed, memory, withdrawal."""
    build(configs.load(archived.config), Quiet())
    stored = read(path_of(archived.root, HOST))
    made = {one.url: json.loads(as_json(one)) for one in stored}

    told_apart = {"signs": None, "valid_from": None}
    for number in (0, EXCERPT, GONE):
        line = json.loads(archived.verb("inspect", url(number)))
        # Signs are not stored, and when a text was first seen is known to a build alone.
        assert line | told_apart == made[url(number)] | told_apart
    assert flat(POSTS[EXCERPT].text) in flat(made[url(EXCERPT)]["text"])
    assert made[url(GONE)]["rejection"]["reason"] == "fetch.gone"


def test_withdrawn_page_shows_no_word(archived: Corpus) -> None:
    """A page that was taken back is shown in no stage, not even in the first."""
    for stage in ("extract", "language", "topic"):
        shown = archived.verb("inspect", url(GONE), "--view", "--stage", stage)

        assert "REJECTED fetch.gone: 410 twice" in shown
        assert "text:" not in shown


def test_stage_of_a_site_sees_the_site(archived: Corpus) -> None:
    """The block that recurs over the archived site is marked as removed by its stage."""
    shown = archived.verb("inspect", url(0), "--view", "--stage", "boilerplate")

    assert f"[-{BIO}-]" in shown
    assert re.search(r"\u2026 \d+ words unchanged \u2026", shown)
    assert "note:" not in shown


def test_folder_is_one_flow(tmp_path: Path) -> None:
    """Stages of a site get all pages of a folder at once, and a lone page a note."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(len(POSTS)):
        (folder / f"{POSTS[number].slug}.html").write_bytes(page(number))
    lone = folder / f"{POSTS[0].slug}.html"
    corpus = Corpus(folder=tmp_path).write()

    together = corpus.verb("inspect", str(folder), "--stage", "boilerplate", "--view")
    alone = corpus.verb("inspect", str(lone), "--stage", "boilerplate", "--view", "--url", url(0))

    assert together.count(f"[-{BIO}-]") == len(POSTS) - 1
    assert "note:" not in together
    assert "Template memory needs 5 posts of a site; this shows one page alone." in alone
    assert "It changed nothing." in alone


def test_stage_shows_words(file: Path) -> None:
    """The view of a stage has the fields it changed, old and new, and the words of the text."""
    shown = seen(file, "--stage", "privacy", "--view")

    assert "redactions.email: 0 \u2192 1" in shown
    assert f"You can write to me at [-{MAIL}-]{{+[EMAIL]+}} on any day of the week." in shown
    assert "word_count" not in shown


def test_first_stage_begins_with_the_page(file: Path) -> None:
    """`extract` begins with all that the page shows, menus too."""
    shown = seen(file, "--stage", "extract", "--view")

    assert f"[-Start here\n\n{POSTS[0].title}-]" in shown
    assert f"title: - \u2192 {POSTS[0].title}" in shown


def test_stage_as_json(file: Path) -> None:
    """In a pipe a stage is one object with the changed fields before and after it."""
    line = json.loads(seen(file, "--stage", "privacy"))

    assert list(line) == ["stage", "url", "before", "after"]
    assert line["before"].keys() == line["after"].keys() == {"text", "redactions", "flags"}
    assert MAIL in line["before"]["text"]
    assert MAIL not in line["after"]["text"]


def test_wrong_use(file: Path) -> None:
    """Wrong options are one sentence each, which names what there is."""
    unknown = seen(file, "--stage", "polish", code=2)
    both = seen(file, "--json", "--view", code=2)
    mixed = seen(file, url(0), code=2)

    assert "'polish'" in unknown
    assert "extract, language, normalise, boilerplate, topic, quality, privacy, tok" in unknown
    assert "--json and --view" in both
    assert "together" in mixed
    assert [said.count("\n") for said in (unknown, both, mixed)] == [1, 1, 1]


def on_a_terminal(arguments: list[str], columns: int) -> str:
    """What a verb prints on a terminal that knows no colours."""
    ours, theirs = os.openpty()
    size = {"COLUMNS": str(columns), "LINES": "50", "TERM": "dumb"}
    with subprocess.Popen(
        [sys.executable, "-m", "pipelines", *arguments],
        stdout=theirs,
        env={**os.environ, **size},
        stdin=subprocess.DEVNULL,
    ) as process:
        os.close(theirs)
        told = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    assert process.returncode == 0
    return told.decode().replace("\r\n", "\n")


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 4096)
    except OSError:  # Linux's word for a terminal that nobody holds any more
        return b""


def test_terminal_decides(file: Path) -> None:
    """A terminal gets the view, folded to its width; `--json` gives lines there too."""
    shown = on_a_terminal(["inspect", str(file)], 40)
    line = on_a_terminal(["inspect", str(file), "--json"], 40)

    assert shown.startswith("url: ")
    assert max(map(len, shown.split("\n"))) <= 40
    assert flat(f"[flag: crisis] {DANGER} [/flag]") in flat(shown)
    assert json.loads(line)["title"] == POSTS[0].title


def told(found: Document, note: str = "") -> str:
    """The view of a document."""
    return "\n".join(part.plain for part in parts(Shown(document=found, note=note)))


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_meaning(reason: Reason) -> None:
    """The line below a reason says what it means, in a sentence."""
    first, second, *_ = told(document().reject(reason, "why")).split("\n")

    assert first == f"REJECTED {reason.value}: why"
    assert re.fullmatch(r"  [A-Z\w].{15,}\.", second)


@pytest.mark.parametrize("measure", ["repeated_10gram", "prose_confidence"])
def test_measure_is_named(measure: str) -> None:
    """Of a text that a measure turned down the measure and its setting are named."""
    found = document().reject(Reason.QUALITY_NOT_PROSE, f"{measure} 0.8, beyond 0.7")

    assert re.search(rf"The measure is {measure}; \[quality\] m(ax|in)_{measure} ", told(found))


def test_page_cannot_steer_the_terminal() -> None:
    """Escapes and marks of direction are shown as their code points."""
    found = document(title="A\x1b[2J", text="Sleep \u202ewell \ud800 \U0001f469\u200d\U0001f33e")

    shown = told(found)

    assert "A\u2039U+001B\u203a[2J" in shown
    assert "Sleep \u2039U+202E\u203awell \u2039U+D800\u203a \U0001f469\u200d\U0001f33e" in shown
    assert plain(shown) == shown
