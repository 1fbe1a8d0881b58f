"""Articles that stand in a script of their page and nowhere in its markup."""

import html
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.extract.clean import clean
from pipelines.extract.fragment import text_of
from pipelines.extract.hidden import hidden_body
from pipelines.extract.page import parse

URL = "https://blog.example/f/the-open-window"
FIRST = "A window that is open on the street is the first thing that I tidy in the morning."
SECOND = "What people hear through it, they hear again when they sit down & begin to speak."


def hidden(*scripts: str) -> str | None:
    """The text that the scripts of a page hide."""
    page = parse(clean(f"<html><body>{''.join(scripts)}</body></html>"), URL, datetime.now(UTC))
    assert page is not None
    found = hidden_body(page)
    return None if found is None else text_of(found, "blog.example")


def blog_data(content: object) -> str:
    """The script of a page of GoDaddy."""
    return (
        f"<script>window._BLOG_DATA = {json.dumps({'post': {'fullContent': content}})};x=1</script>"
    )


def json_ld(**more: object) -> str:
    """An article in JSON-LD."""
    told = {"@type": "BlogPosting", "articleBody": f"{FIRST}\n\n{SECOND}", **more}
    return f'<script type="application/ld+json">{json.dumps(told)}</script>'


BLOCKS = {
    "blocks": [
        {"type": "header-two", "text": "Noise"},
        {"type": "unstyled", "text": FIRST},
        {"type": "atomic", "text": " "},
        {"type": "unordered-list-item", "text": "the tram"},
        {"type": "unordered-list-item", "text": "the school"},
        {"type": "unstyled", "text": SECOND},
    ],
    "entityMap": {},
}
DRAWN = f"Noise\n\n{FIRST}\n\n- the tram\n\n- the school\n\n{SECOND}"


@pytest.mark.parametrize("content", [BLOCKS, json.dumps(BLOCKS)])
def test_blocks_of_godaddy(content: object) -> None:
    """Headings, paragraphs and lists of Draft.js come in their order, as object or as text."""
    assert hidden(blog_data(content)) == DRAWN


def test_markup_of_godaddy() -> None:
    """Content that is markup is taken as it is."""
    assert (
        hidden(blog_data(f"<p>{FIRST}</p><p>{html.escape(SECOND)}</p>")) == f"{FIRST}\n\n{SECOND}"
    )


@pytest.mark.parametrize(
    "body",
    [
        f"{FIRST}\n\n{SECOND}",
        f"<p>{FIRST}</p><p>{html.escape(SECOND)}</p>",
        html.escape(f"<p>{FIRST}</p><p>{html.escape(SECOND)}</p>"),
    ],
)
def test_article_body_of_json_ld(body: str) -> None:
    """Plain text, markup, and markup that is escaped once more give the same paragraphs."""
    assert hidden(json_ld(articleBody=body)) == f"{FIRST}\n\n{SECOND}"


def test_json_ld_of_another_page() -> None:
    """The body of an article that lies elsewhere is not this page's; its own is found."""
    other = json_ld(url="https://blog.example/f/another", articleBody="Another one.")
    own = json_ld(mainEntityOfPage={"@id": f"{URL}?utm_source=x"})

    assert hidden(other) is None
    assert hidden(other, json_ld(articleBody="A third.")) is None
    assert hidden(other, own) == f"{FIRST}\n\n{SECOND}"


@pytest.mark.parametrize(
    "code",
    [
        "_BLOG_DATA",
        "_BLOG_DATA = {",
        "_BLOG_DATA = " + "[" * 50_000,
        '_BLOG_DATA = {"post": []}',
        '_BLOG_DATA = {"post": {"fullContent": {"blocks": [1, {"text": 2}]}}}',
        "_BLOG_DATA=" * 20_000,
    ],
)
def test_broken_scripts(code: str) -> None:
    """What is not the data that was looked for gives nothing."""
    assert hidden(f"<script>{code}</script>") is None


@given(
    st.dictionaries(
        st.sampled_from(["@type", "url", "@id", "mainEntityOfPage", "articleBody"]),
        st.none()
        | st.text(max_size=30)
        | st.lists(st.text(max_size=5), max_size=2)
        | st.dictionaries(st.just("@id"), st.text(max_size=20), max_size=1),
    )
)
def test_no_json_ld_raises(told: dict[str, object]) -> None:
    """Values of the wrong type are passed over."""
    hidden(f'<script type="application/ld+json">{json.dumps(told)}</script>')
