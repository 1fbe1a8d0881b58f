"""One tree of a page serves all who read it, and each reads what it would read alone."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.discovery import discover
from crawler.discovery.texts import words_of
from pipelines.core import markup
from pipelines.core.model import Capture, Kind, Via
from pipelines.core.permission import of_page

CC = "https://creativecommons.org/licenses/by"
PIECES = [
    "<html><head>", "</head><body class='post next'>", "<nav>", "</nav>", "<header>", "</header>",
    "<noscript>", "</noscript>", "<template>", "</template>", "<textarea>", "</textarea>",
    "<script>say('we talk about sleep');", "<script type='application/ld+json'>",
    f'{{"license":"{CC}/4.0/"}}', f'[{{"\\u006cicense":{{"@id":"{CC}-sa/4.0/"}}}}]', "</script>",
    "<meta name=robots content=noindex>", "<meta name=robots content='noai, nofollow'>",
    "<meta name=tdm-reservation content=1>", "<base href='/blog/'>", "<!-- aside -->", "<?pi?>",
    "<link rel=license type=application/rsl+xml href=/rsl.xml>", f"<link rel=license href={CC}/>",
    "<a rel=prev href=/2020/07/a-walk/>Older", f"<a href={CC}-nc/4.0/>", "<a class=next href=../b>",
    "</a>", "<article>", "<h2>", "A day off, 12 May 2020. ", "schlaflose Nächte ", "&amp;", "\n",
    "we talk about sleep and worry with people whom nobody hears ", "\x01", "\x0b", "\0", "\ufeff",
]  # fmt: skip
OLDER = b"<a rel=prev href=/2019/01/a-long-walk/>Older</a>"
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
MEDIA = ["", "text/html", "TEXT/HTML; Charset=UTF-8", "text/html; charset=iso-8859-1", "text/plain"]


def _capture(body: bytes, kind: Kind = Kind.POST, media: str = "text/html") -> Capture:
    return Capture(
        url="https://blog.example/2020/07/a-day-off/",
        kind=kind,
        via=Via.SITEMAP,
        fetched_at=datetime(2026, 11, 1, tzinfo=UTC),
        status=200,
        headers=(("content-type", media),) if media else (),
        body=body,
        digest="",
    )


@settings(max_examples=400, deadline=None)
@given(
    pieces=st.lists(st.sampled_from(PIECES), max_size=40),
    encoding=ENCODINGS,
    media=st.sampled_from(MEDIA),
    kind=st.sampled_from([Kind.HOME, Kind.LISTING, Kind.POST, Kind.PAGE]),
)
def test_one_tree_serves_all(pieces: list[str], encoding: str, media: str, kind: Kind) -> None:
    """Permission, links and words are those that each reader finds in a tree of its own."""
    page = _capture("".join(pieces).encode(encoding, "replace"), kind, media)
    parsed = markup.shared(page)
    assert parsed is not None

    assert of_page(page, parsed) == of_page(page)
    assert discover(page, parsed) == discover(page)
    assert words_of(page, parsed) == words_of(page)


def test_of_a_long_page_each_reads_as_much_as_it_needs() -> None:
    """What stands behind the part that speaks of permission is still followed."""
    filler = b"<p>" + b"We rest. " * 60_000 + b"</p>"
    page = _capture(b"<html>" + filler + b"<meta name=robots content=noai>" + OLDER)

    assert markup.shared(page) is None
    assert of_page(page) == ()
    assert [link.url for link in discover(page)] == ["https://blog.example/2019/01/a-long-walk/"]


@pytest.mark.parametrize("tag", ["noscript", "template", "textarea"])
def test_what_is_not_part_of_the_page_says_nothing(tag: str) -> None:
    """Neither a refusal nor a licence counts there, however deep; behind it, both do."""
    said = f"<div><meta name=robots content=noai><a href={CC}/4.0/>CC</a></div>"
    aside = f"<p>Words.</p><template><{tag}>{said}</{tag}>{said}</template>"

    assert of_page(_capture(aside.encode())) == ()
    found = of_page(_capture(f"{aside}{said}".encode()))
    assert {signal.name for signal in found} == {"meta robots", "license (a)"}
