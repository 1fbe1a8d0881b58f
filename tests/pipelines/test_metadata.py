"""What a page says of itself: which source is believed, and what is never taken for it."""

import json
from datetime import UTC, datetime

import pytest

from pipelines.core.document import Origin, Precision
from pipelines.extract.metadata import Metadata, metadata
from pipelines.extract.page import parse

URL = "http://blog.example/a-long-night/"
FETCHED = datetime(2024, 6, 1, tzinfo=UTC)
PROSE = " ".join(["We talked for a while about sleep, worry and the first hour of a day."] * 5)


def told(head: str = "", above: str = "", below: str = "", url: str = URL) -> Metadata:
    """What a page says of itself whose article has something above and below its text."""
    html = f"""<!doctype html><html><head><title>A long night</title>{head}</head><body><main>
    <article><h1>A long night</h1>{above}<p>{PROSE}</p><p>{PROSE}</p>{below}</article>
    </main></body></html>"""
    page = parse(html, url, FETCHED)
    assert page is not None
    return metadata(page)


def json_ld(**article: object) -> str:
    """The article's own JSON-LD."""
    thing = {"@context": "https://schema.org", "@type": "BlogPosting", "url": URL, **article}
    return f'<script type="application/ld+json">{json.dumps(thing)}</script>'


def meta(name: str, value: str) -> str:
    """A meta element."""
    return f'<meta property="{name}" content="{value}">'


LD = json_ld(datePublished="2023-04-05T06:07:08+02:00", author={"@type": "Person", "name": "Ida"})
META = meta("article:published_time", "2023-03-02T08:00:00Z")
DATED = "http://blog.example/2023/02/01/a-long-night/"
SHOWN = '<p class="entry-date">January 9, 2023</p>'


@pytest.mark.parametrize(
    ("page", "moment", "origin", "offset"),
    [
        ((LD.replace(URL, DATED) + META, DATED), "2023-04-05T04:07:08", Origin.JSON_LD, 120),
        ((META, DATED), "2023-03-02T08:00:00", Origin.META, 0),
        (("", DATED), "2023-02-01", Origin.URL, None),
        ((f'<link rel="canonical" href="{DATED}">', URL), "2023-02-01", Origin.URL, None),
        (("", URL), "2023-01-09", Origin.TEXT, None),
    ],
)
def test_order_of_sources(
    page: tuple[str, str], moment: str, origin: Origin, offset: int | None
) -> None:
    """JSON-LD is believed before meta elements, those before addresses, those before words."""
    found = told(page[0], SHOWN, url=page[1])

    assert found.published_at == datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert found.published_from is origin
    assert found.published_offset == offset
    assert found.published_precision is (Precision.DAY if offset is None else Precision.TIME)


@pytest.mark.parametrize(
    ("value", "moment", "precision"),
    [
        ("2023-04-05T06:07:08Z", "2023-04-05T06:07:08", Precision.TIME),
        ("2023-04-05T23:30:00-05:00", "2023-04-06T04:30:00", Precision.TIME),
        ("2023-04-05T06:07", "2023-04-05", Precision.DAY),
        ("2023-04-05T00:00:00+00:00", "2023-04-05", Precision.DAY),
        ("2023-04-05", "2023-04-05", Precision.DAY),
        ("Wed, 05 Apr 2023 06:07:08 +0200", "2023-04-05T04:07:08", Precision.TIME),
        ("Wed Apr 05 2023 06:07:08 GMT+0200 (MESZ)", "2023-04-05T04:07:08", Precision.TIME),
        ("April 5th, 2023", "2023-04-05", Precision.DAY),
        ("5. April 2023", "2023-04-05", Precision.DAY),
        ("5 de abril de 2023", "2023-04-05", Precision.DAY),
        ("5 ao\u00fbt 2023", "2023-08-05", Precision.DAY),
        ("05.04.2023", "2023-04-05", Precision.DAY),
        ("25/04/2023", "2023-04-25", Precision.DAY),
        ("04/25/2023", "2023-04-25", Precision.DAY),
    ],
)
def test_forms(value: str, moment: str, precision: Precision) -> None:
    """A time needs a zone; without one, and at midnight, only the day is known."""
    found = told(meta("article:published_time", value))

    assert found.published_at == datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert found.published_precision is precision


@pytest.mark.parametrize(
    "value",
    ["", "last Tuesday", "2031-01-05", "1970-01-01", "2023-13-40", "04/05/2023", "2023", "31 June"],
)
def test_no_dates(value: str) -> None:
    """What is after the visit, before the web, of two readings, or no date at all, is none."""
    assert told(meta("article:published_time", value)).published_at is None


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("", "<footer>&copy; 2021 A practice</footer>"),
        ("", "<p>Copyright 2021 by a practice. All rights reserved.</p>"),
        ("", '<div class="comments"><time datetime="2023-01-09">January 9, 2023</time></div>'),
        ("", '<div class="related-posts"><span class="date">January 9, 2023</span></div>'),
        ("", '<aside><span class="date">January 9, 2023</span></aside>'),
        ('<p class="meta">Last updated: January 9, 2023</p>', ""),
        ('<time class="updated" datetime="2023-01-09">January 9, 2023</time>', ""),
        ("<p>On January 9, 2023 we met for the last time.</p>", ""),
    ],
)
def test_dates_of_something_else(above: str, below: str) -> None:
    """A copyright, a comment, another post, a change and a story have dates of their own."""
    assert told(above=above, below=below).published_at is None


@pytest.mark.parametrize(
    "above",
    [
        "<p><span>By Ida Thorn</span> | <span>January 9, 2023</span></p>",
        '<div class="postDate">Posted: January 9, 2023</div>',
        '<footer class="post-footer"><abbr class="published" title="2023-01-09">9</abbr></footer>',
        '<time datetime="2023-01-09T00:00:00Z">9 Jan</time>',
        '<time class="entry-date published updated" datetime="2023-01-09">9 Jan</time>',
        '<span property="dc:date dc:created" content="2023-01-09">a Monday</span>',
        '<span property="schema:dateCreated" content="2023-01-09">a Monday</span>',
        '</article><footer>Ida, <time datetime="2023-01-09">9 Jan</time></footer><article>',
        "<div>2023.01.09 <span>3 min read</span></div>",
    ],
)
def test_dates_by_the_title(above: str) -> None:
    """The line below a title tells the day, whatever the theme calls it."""
    assert told(above=above).published_at == datetime(2023, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "day"),
    [
        ("en-US", "2023-04-05"),
        ("en_GB", "2023-05-04"),
        ("it", "2023-05-04"),
        ("en", None),
        ("", None),
    ],
)
def test_days_in_digits(language: str, day: str | None) -> None:
    """A day in digits is read as the page's language has it, or not at all."""
    html = f"""<html lang="{language}"><body><article><h1>Night</h1><p class="date">4/5/2023</p>
    <p>{PROSE}</p></article></body></html>"""
    page = parse(html, URL, FETCHED)

    assert page is not None
    found = metadata(page).published_at
    assert (found and found.date().isoformat()) == day


@pytest.mark.parametrize(
    ("head", "moment"),
    [
        (meta("article:modified_time", "2023-04-05T06:07:08+02:00"), "2023-04-05T04:07:08"),
        (meta("og:updated_time", "2023-04-05T06:07:08Z"), "2023-04-05T06:07:08"),
        (json_ld(dateModified="2023-04-05"), "2023-04-05"),
        (meta("article:modified_time", "last Tuesday"), None),
        (meta("article:modified_time", "2031-04-05T06:07:08Z"), None),
        ("", None),
    ],
)
def test_last_change(head: str, moment: str | None) -> None:
    """The last change is the one that the page names, and never its publication."""
    found = told(head)

    assert found.modified_at == (moment and datetime.fromisoformat(moment).replace(tzinfo=UTC))
    assert found.published_at is None


@pytest.mark.parametrize(
    ("head", "author", "origin"),
    [
        (json_ld(author={"@type": "Person", "name": "Ida Thorn"}), "Ida Thorn", Origin.JSON_LD),
        (json_ld(author="Ida Thorn, PhD, LMFT"), "Ida Thorn, PhD, LMFT", Origin.JSON_LD),
        (
            json_ld(author=[{"name": "Ida Thorn"}, {"name": "Ben Birch"}]),
            "Ida Thorn; Ben Birch",
            Origin.JSON_LD,
        ),
        (
            json_ld(author={"@type": "Organization", "name": "Alder & Birch"}),
            "Alder & Birch",
            Origin.JSON_LD,
        ),
        ('<meta name="author" content="Ida Thorn">', "Ida Thorn", Origin.META),
        ('<meta name="author" content="admin">', None, None),
        ('<meta name="author" content="http://blog.example/ida">', None, None),
    ],
)
def test_declared_authors(head: str, author: str | None, origin: Origin | None) -> None:
    """A degree stays with its name, several names are parted, an account is nobody."""
    found = told(head)

    assert (found.author, found.author_from) == (author, origin)


@pytest.mark.parametrize(
    ("above", "author"),
    [
        ('<p class="byline">By Ida Thorn, MD</p>', "Ida Thorn, MD"),
        ('<p class="byline">By Ida Thorn and Ben Birch</p>', "Ida Thorn; Ben Birch"),
        ('<p class="byline">Written by Ida Thorn on May 3, 2023</p>', "Ida Thorn"),
        ('<div class="author"><p>Ida Thorn</p><p>Founder</p></div>', "Ida Thorn"),
        ('<span class="author vcard"><b class="fn">Ida Thorn</b></span>', "Ida Thorn"),
        ('<span class="author">von Ida Thorn</span>', "Ida Thorn"),
        ('<footer class="by">Ida Thorn, <time>3 May 2023</time></footer>', "Ida Thorn"),
        ('<span class="author">By <!-- -->Ida Thorn</span>', "Ida Thorn"),
        ('<div class="post_author">By <a>Dr. Ida Thorn</a> - May 3, 2023</div>', "Dr. Ida Thorn"),
        ('<div class="author">The tea leaves of a long night</div>', None),
    ],
)
def test_bylines(above: str, author: str | None) -> None:
    """A byline is a name, without what it says before and after it."""
    found = told(above=above)

    assert found.author == author
    assert found.author_from is (Origin.TEXT if author else None)


def test_accounts_and_firms_give_way() -> None:
    """A person's full name is believed before an account's or a firm's, but no other words."""
    account = '<meta name="author" content="ithorn">'
    firm = json_ld(author={"@type": "Organization", "name": "Quiet Room"})
    byline = '<i class="author">Ida Thorn</i>'

    assert told(account, byline).author == told(firm, byline).author == "Ida Thorn"
    assert told(account, '<i class="author">The Team</i>').author == "ithorn"


@pytest.mark.parametrize(
    "below",
    [
        '<ol class="comments"><li><b class="author fn">Legal Sounds</b> Nice post</li></ol>',
        '<aside><span class="author">Legal Sounds</span></aside>',
        '<div class="recentcomments"><span class="comment-author-link">Legal Sounds</span></div>',
        '<div class="testimonial"><p class="author">Happy Client</p></div>',
        '<blockquote><cite class="author">Carl Rogers</cite></blockquote>',
        '<div class="related-posts"><span class="author">Ben Birch</span></div>',
    ],
)
def test_names_of_others(below: str) -> None:
    """Who commented, praised, was quoted or wrote another post did not write this one."""
    assert told(below=below).author is None


def test_article_among_several() -> None:
    """Of several articles in the JSON-LD only the one with this address is the page's."""
    other = json_ld(headline="Another", author="Ben Birch", url="http://blog.example/another/")
    more = json_ld(headline="More", author="Cleo Rowan", url="http://blog.example/more/")

    assert told(other + more).author is None
    assert told(other + json_ld(author="Ida Thorn") + more).author == "Ida Thorn"


def test_names_by_reference() -> None:
    """An author who is only referred to is looked up in the page's own JSON-LD."""
    graph = [
        {"@type": "BlogPosting", "url": URL, "author": {"@id": "#ida"}},
        {"@type": "Person", "@id": "#ida", "name": "Ida Thorn"},
    ]
    script = f'<script type="application/ld+json">{json.dumps({"@graph": graph})}</script>'

    assert told(script).author == "Ida Thorn"


def test_title_site_and_tags() -> None:
    """A title goes without its site's name; tags are the post's, not those of a cloud."""
    found = told(
        meta("og:title", "A long night - Quiet Room")
        + meta("og:site_name", "Quiet Room")
        + meta("article:tag", "sleep"),
        below='<a rel="tag">worry</a><div class="tag-cloud"><a rel="tag">money</a></div>',
    )

    assert (found.title, found.site_name) == ("A long night", "Quiet Room")
    assert found.tags == ("sleep", "worry")
