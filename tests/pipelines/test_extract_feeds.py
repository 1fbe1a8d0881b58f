"""The entries of archived feeds, in the formats and with the faults that blogs' feeds have."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.core.document import Precision
from pipelines.core.model import Capture, Kind, Via
from pipelines.core.warc import digest_of
from pipelines.extract.feeds import MOST_BYTES, FeedEntry, entries

FETCHED = datetime(2026, 3, 1, 12, tzinfo=UTC)
POST = "https://blog.example/the-kettle/"
FIRST = "Before the first session I put the kettle on, and then I forget that I have done so."
SECOND = "It whistles in the ninth minute, which is when most people say what they came to say."
WHOLE = f"{FIRST}\n\n{SECOND}"
NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:thr="http://purl.org/syndication/thread/1.0"'
)


def feed(body: str | bytes, url: str = "https://blog.example/feed/") -> Capture:
    """A capture of a feed."""
    data = body.encode() if isinstance(body, str) else body
    return Capture(
        url=url,
        kind=Kind.FEED,
        via=Via.FEED,
        fetched_at=FETCHED,
        status=200,
        headers=(),
        body=data,
        digest=digest_of(data),
    )


def rss(*items: str) -> Capture:
    """A feed of RSS 2.0 with these items."""
    return feed(f'<rss version="2.0" {NAMESPACES}><channel>{"".join(items)}</channel></rss>')


def item(content: str, *, link: str = POST, more: str = "") -> str:
    """An item with its text in content:encoded."""
    markup = f"<content:encoded><![CDATA[{content}]]></content:encoded>"
    return f"<item><title>The kettle</title><link>{link}</link>{markup}{more}</item>"


def one(capture: Capture) -> FeedEntry:
    """The only entry of a feed."""
    (entry,) = entries(capture)
    return entry


PARAGRAPHS = f"<p>{FIRST}</p><p>{SECOND}</p>"
ROW = {"title": "The kettle", "date_published": "2026-01-05T08:30:00+01:00"}
FORMATS = {
    "RSS": rss(
        item(
            PARAGRAPHS,
            more="<dc:creator>Ada Reed</dc:creator>"
            "<pubDate>Mon, 05 Jan 2026 08:30:00 +0100</pubDate>",
        )
    ),
    "Atom": feed(
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>The kettle</title>'
        f'<link rel="replies" href="{POST}#comments"/><link rel="alternate" href="{POST}"/>'
        "<published>2026-01-05T07:30:00Z</published><updated>2026-02-01T00:00:00Z</updated>"
        "<author><name>Ada Reed</name><email>noreply@blogger.com</email></author>"
        f'<content type="html">{FIRST}&lt;br /&gt;&lt;br /&gt;{SECOND}</content></entry></feed>'
    ),
    "JSON Feed": feed(
        json.dumps(
            {
                "items": [
                    {**ROW, "url": POST, "content_text": WHOLE, "authors": [{"name": "Ada Reed"}]}
                ]
            }
        )
    ),
    "WordPress REST": feed(
        json.dumps(
            [
                {
                    "link": POST,
                    "title": {"rendered": "The kettle"},
                    "content": {"rendered": PARAGRAPHS, "protected": False},
                    "date_gmt": "2026-01-05T07:30:00",
                    "author": {"name": "Ada Reed"},
                }
            ]
        )
    ),
}


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_tells_the_same(form: str) -> None:
    """Text, title, author and moment are read alike, whatever a blog writes its feed in."""
    assert one(FORMATS[form]) == FeedEntry(
        url=POST,
        title="The kettle",
        author="Ada Reed",
        published_at=datetime(2026, 1, 5, 7, 30, tzinfo=UTC),
        published_precision=Precision.TIME,
        text=WHOLE,
        is_whole=True,
        fetched_at=FETCHED,
    )


@pytest.mark.parametrize(
    "ending",
    [
        "<p>And then [&#8230;]</p>",
        "<p>And then [...]</p>",
        f'<p><a class="more-link" href="{POST}#more-7">Continue reading <em>it</em></a></p>',
        f'<p>And then <a href="{POST}">Read more</a></p>',
        f'<p><a href="{POST}">Weiterlesen</a></p>',
    ],
)
def test_a_beginning_is_not_the_whole(ending: str) -> None:
    """An ellipsis of a program, or a link to the rest, says that the feed has cut the post."""
    assert not one(rss(item(PARAGRAPHS + ending))).is_whole


def test_a_footer_of_the_feed_is_no_part_of_the_post() -> None:
    """The line that names post and blog once more is left out, and cuts nothing."""
    footer = (
        f'<p>The post <a href="{POST}">The kettle</a> appeared first on '
        '<a href="https://blog.example">Kettle Notes</a>.</p>'
    )
    entry = one(rss(item(PARAGRAPHS + footer)))

    assert (entry.text, entry.is_whole) == (WHOLE, True)


def test_a_description_is_a_synopsis_unless_it_is_long() -> None:
    """RSS' description is not taken for the post, save where it has paragraphs of a post."""
    short, long = (f"<description><![CDATA[{PARAGRAPHS * n}]]></description>" for n in (1, 5))
    found = entries(
        rss(
            f"<item><link>{POST}</link>{short}</item>",
            f"<item><link>{POST}again/</link>{long}</item>",
        )
    )

    assert [entry.is_whole for entry in found] == [False, True]


@pytest.mark.parametrize(
    "remark",
    [
        item(PARAGRAPHS, link=f"{POST}#comment-12"),
        item(PARAGRAPHS, link=f"{POST}?showComment=1167#c116"),
        item(PARAGRAPHS, more=f'<thr:in-reply-to ref="1" href="{POST}"/>'),
    ],
)
def test_what_readers_wrote_is_no_post(remark: str) -> None:
    """An entry that stands inside a page, or answers another, is a comment."""
    assert entries(rss(remark)) == ()


def test_addresses_that_stand_twice_name_no_post() -> None:
    """Of two entries for one page neither is its text."""
    assert entries(rss(item(PARAGRAPHS), item(f"<p>{SECOND}</p>"))) == ()


@pytest.mark.parametrize(
    "closed",
    [
        {"audience": "only_paid"},
        {"status": "draft"},
        {"visibility": "members"},
        {"content": {"rendered": PARAGRAPHS, "protected": True}},
    ],
)
def test_what_is_not_for_everyone_has_no_text(closed: dict[str, object]) -> None:
    """Of drafts, and of posts for subscribers or behind a password, only that is told."""
    entry = one(feed(json.dumps([{"link": POST, "content": PARAGRAPHS, **closed}])))

    assert (entry.text, entry.is_whole, entry.is_closed) == ("", False, True)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("noreply@blogger.com (Ada Reed)", "Ada Reed"),
        ("Ada Reed (ada@blog.example)", "Ada Reed"),
        ("ada@blog.example", None),
        ("Admin", None),
        ("https://blog.example/about", None),
    ],
)
def test_an_author_is_a_name(written: str, read: str | None) -> None:
    """Addresses and names of programs are not handed on as authors."""
    assert one(rss(item(PARAGRAPHS, more=f"<author>{written}</author>"))).author == read


def test_no_date_lies_after_the_visit() -> None:
    """A date in the future is no date."""
    date = "<pubDate>Mon, 04 Jan 2027 08:30:00 +0000</pubDate>"

    assert one(rss(item(PARAGRAPHS, more=date))).published_at is None


def test_a_huge_feed_says_nothing() -> None:
    """A feed beyond the limit is not parsed."""
    assert entries(feed(b"<rss>" + b" " * MOST_BYTES)) == ()


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"<rss><channel>", b"[", b'{"items": [', b"<feed>"]),
)
def test_never_raises(body: bytes, start: bytes) -> None:
    """Whatever a feed holds, it gives entries or none."""
    entries(feed(start + body))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "items",
                        "posts",
                        "link",
                        "url",
                        "content",
                        "rendered",
                        "title",
                        "author",
                        "name",
                    ]
                ),
                inner,
                max_size=6,
            )
        ),
        max_leaves=20,
    )
)
def test_no_json_raises(told: object) -> None:
    """Values of the wrong type are passed over."""
    entries(feed(json.dumps(told)))
