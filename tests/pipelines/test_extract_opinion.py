"""What becomes of a document when the feed of its site speaks of its post as well."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations

import pytest

from pipelines.core.document import Document, Origin, Precision
from pipelines.core.model import CaptureRef
from pipelines.core.reasons import Reason
from pipelines.extract.excerpt import CLOSED
from pipelines.extract.feeds import FeedEntry
from pipelines.extract.opinion import Opinions, agreement
from tests.factories import NOON, WORDS, document

SOURCE = CaptureRef(file="aa/000001.warc.gz", offset=0, length=10, digest="sha256:" + "0" * 64)
SITE = "https://blog.example"


def prose(number: int, size: int = 120) -> str:
    """Words of which no four that follow each other stand in another prose."""
    return " ".join(f"{WORDS[place % len(WORDS)]}{number}" for place in range(size))


POST, REST, REVIEWS = prose(1), prose(2), prose(3, 900)


def page(text: str, number: int = 0, reason: Reason | None = None) -> Document:
    """A page of the blog, turned down for `reason`."""
    made = document(url=f"{SITE}/post-{number}", text=text, published_at=None, author=None)
    return made.reject(reason) if reason else made


def entry(  # noqa: PLR0913 - one keyword for each field that a test may be about
    text: str,
    number: int = 0,
    *,
    is_whole: bool = True,
    age: timedelta = timedelta(),
    author: str | None = None,
    published_at: datetime | None = None,
) -> FeedEntry:
    """What the feed says of such a page; under another spelling of its address."""
    return FeedEntry(
        url=f"http://www.blog.example/post-{number}",
        text=text,
        is_whole=is_whole,
        fetched_at=NOON - age,
        author=author,
        published_at=published_at,
        published_precision=Precision.TIME if published_at else None,
    )


def heard(pages: Sequence[Document], found: Sequence[FeedEntry]) -> list[tuple[Document, bool]]:
    """The pages of a site after its feed was heard."""
    opinions = Opinions(wanted=frozenset(made.id for made in pages))
    opinions.hear(found, SOURCE)
    return list(opinions.joined(pages))


#: Posts on which pages and feed agree, so that the feed is trusted with others.
AGREED = [page(prose(n), n) for n in range(10, 14)]
AGREEING = [entry(prose(n), n) for n in range(10, 14)]


@pytest.mark.parametrize(
    "reason", [Reason.EXTRACT_EMPTY, Reason.EXTRACT_EXCERPT, Reason.EXTRACT_DISAGREEMENT]
)
def test_the_feed_gives_what_the_page_does_not(reason: Reason) -> None:
    """A page without its post takes the feed's, however old, and is turned down no longer."""
    ((made, is_new),) = heard([page(prose(9, 15), 0, reason)], [entry(POST, age=timedelta(900))])

    assert (made.text, made.rejection, made.extraction_confidence) == (POST, None, None)
    assert is_new


def test_a_reading_that_the_feed_confirms_is_new_to_the_stages() -> None:
    """What was turned down has been through no stage, even if its text stays as it is."""
    given = page(POST, 0, Reason.EXTRACT_DISAGREEMENT)
    ((made, is_new),) = heard([given], [entry(POST)])

    assert (made.text, made.rejection, is_new) == (POST, None, True)


@pytest.mark.parametrize(
    "reason", [Reason.PERMISSION_NOINDEX, Reason.FETCH_GONE, Reason.EXTRACT_TIMEOUT]
)
def test_the_feed_brings_nothing_else_back(reason: Reason) -> None:
    """What its page refuses, what is gone or broken stays as it is."""
    given = page("", 0, reason)

    assert heard([given], [entry(POST)]) == [(given, False)]


def test_what_is_for_subscribers_stays_so() -> None:
    """Neither a page nor an API that says so is overruled by a feed that has the text."""
    short = page(prose(1, 20), 0).reject(Reason.EXTRACT_EXCERPT, f"{CLOSED}: a wall")
    excerpt = page(prose(1, 20), 1, Reason.EXTRACT_EXCERPT)
    closed = FeedEntry(url=f"{SITE}/post-1", is_closed=True, fetched_at=NOON - timedelta(9))
    found = heard([short, excerpt], [entry(POST), entry(POST, 1), closed])

    assert found == [(short, False), (excerpt, False)]


def test_a_cut_feed_changes_no_text() -> None:
    """The beginning of a post is no witness of its end."""
    ((made, is_new),) = heard([page(POST)], [entry(prose(1, 50), is_whole=False)])

    assert (made.text, made.extraction_confidence, is_new) == (POST, None, False)


def test_confidence_is_the_agreement() -> None:
    """Where both tell the post, their agreement is the confidence in its text."""
    ((made, is_new),) = heard([page(f"{POST} {prose(7, 12)}")], [entry(POST)])

    assert made.extraction_confidence == agreement(f"{POST} {prose(7, 12)}", POST)
    assert made.extraction_confidence is not None
    assert 0.9 < made.extraction_confidence < 1
    assert not is_new


def test_a_part_is_replaced_by_the_whole() -> None:
    """A page that shows but a part of what the feed has takes the feed's text."""
    ((made, is_new),) = heard([page(POST)], [entry(f"{POST} {REST}")])

    assert (made.text, is_new) == (f"{POST} {REST}", True)


def test_what_stands_around_the_post_goes_where_the_feed_is_trusted() -> None:
    """Reviews below a post are left out if other posts show that the feed holds whole posts."""
    around = page(f"{POST}\n\n{REVIEWS}")
    made, is_new = heard([around, *AGREED], [entry(POST), *AGREEING])[0]

    assert (made.text, is_new) == (POST, True)


def test_a_feed_that_may_have_cut_every_post_cuts_none() -> None:
    """Where a feed has less than each of the pages, the pages are kept."""
    pages = [page(f"{prose(n)} {prose(n + 50)}", n) for n in range(5)]

    assert [made.text for made, _ in heard(pages, [entry(prose(n), n) for n in range(5)])] == [
        made.text for made in pages
    ]


def test_an_old_feed_says_nothing_of_a_new_page() -> None:
    """A post that has grown since its feed was fetched is kept as it is now."""
    grown = page(f"{POST} {REST}")
    made, is_new = heard([grown, *AGREED], [entry(POST, age=timedelta(90)), *AGREEING])[0]

    assert (made.text, made.extraction_confidence, is_new) == (grown.text, None, False)


def test_two_texts_without_a_common_sentence() -> None:
    """Neither is believed where the feed is not trusted; both sizes are told."""
    ((made, _),) = heard([page(POST)], [entry(REVIEWS)])

    assert made.rejection is not None
    assert made.rejection.reason is Reason.EXTRACT_DISAGREEMENT
    assert made.rejection.detail == "page 120 words, feed 900 words"


@pytest.mark.parametrize("own", [None, Origin.URL, Origin.TEXT, Origin.META, Origin.JSON_LD])
def test_metadata_by_the_order_of_origins(own: Origin | None) -> None:
    """The feed's author and moment count more than an address or text, less than markup."""
    day = NOON - timedelta(days=9)
    given = page(POST)
    if own:
        given = replace(
            given,
            author="P. Page",
            author_from=own,
            published_at=day,
            published_from=own,
            published_precision=Precision.DAY,
        )
    moment = day + timedelta(hours=3)
    ((made, is_new),) = heard([given], [entry(POST, author="F. Feed", published_at=moment)])

    told = (made.author, made.author_from, made.published_at, made.published_from)
    if own in {Origin.META, Origin.JSON_LD}:
        assert told == ("P. Page", own, day, own)
    else:
        assert told == ("F. Feed", Origin.FEED, moment, Origin.FEED)
        assert made.published_precision is Precision.TIME
    assert not is_new


def test_the_order_of_feeds_and_pages_does_not_count() -> None:
    """Of several feeds the newest with the whole post speaks, whichever is read first."""
    feeds = [
        entry(prose(4), age=timedelta(days=5)),
        entry(prose(5), age=timedelta(days=1)),
        entry(prose(6, 30), is_whole=False),
    ]
    pages = [page("", 0, Reason.EXTRACT_EMPTY), *AGREED]
    results = set()
    for order in permutations(feeds):
        opinions = Opinions(wanted=frozenset(made.id for made in pages))
        for place, one in enumerate(order):
            opinions.hear([one], replace(SOURCE, offset=place))
        results.add(next(iter(opinions.joined(pages)))[0].text)

    assert results == {prose(5)}
