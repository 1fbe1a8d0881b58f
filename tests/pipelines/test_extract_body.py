"""What of a page is its article: the extractor's lines, held against the page's own blocks."""

from datetime import UTC, datetime

import pytest

from pipelines.extract.body import body
from pipelines.extract.clean import clean
from pipelines.extract.page import parse

FIRST = (
    "Most people who come to see me say that they sleep badly, and then they tell me about "
    "the list that they write at midnight, when nothing on it can be done."
)
SECOND = (
    "The list is not the trouble. It is the hour that is wrong, and an hour can be moved, a "
    "little at a time, until the evening is long enough to hold a thought and let it go."
)
THIRD = (
    "Try it for three weeks, with a pencil and without a telephone, and write down in the "
    "morning what you remember of the night before; there will be less of it each time."
)


def text(content: str, *, head: str = "<title>The midnight list</title>") -> str:
    """The text of a page with `content` as its body."""
    html = clean(f"<html><head>{head}</head><body>{content}</body></html>")
    page = parse(html, "https://blog.example/the-midnight-list", datetime(2026, 1, 1, tzinfo=UTC))
    assert page is not None
    return body(page, "The midnight list").text


def article(*paragraphs: str, around: str = "<article>{}</article>") -> str:
    """Paragraphs in an article."""
    return around.format("".join(f"<p>{paragraph}</p>" for paragraph in paragraphs))


def test_paragraphs_are_parted_by_a_blank_line() -> None:
    assert text(article(FIRST, SECOND)) == f"{FIRST}\n\n{SECOND}"


def test_pointer_to_another_post_is_no_sentence() -> None:
    """A paragraph that is a labelled link to another post is left out, in any place."""
    pointer = 'Related: <a href="/2">Five ways to fall asleep before the clock strikes ten</a>'

    assert text(article(FIRST, pointer, SECOND)) == f"{FIRST}\n\n{SECOND}"


def test_sentence_that_is_a_link_stays() -> None:
    """A single paragraph that is a link may be what the author wanted to say."""
    link = '<a href="https://sleep.example/">The sleep diary that I hand to my clients</a>'

    assert "The sleep diary that I hand to my clients" in text(article(FIRST, link, SECOND))


def test_list_of_other_posts_is_left_out() -> None:
    """Several paragraphs in a row that are links are a list of other posts."""
    links = [f'<a href="/{n}">A post about the number {n} and the sea</a>' for n in range(4)]

    assert text(article(FIRST, SECOND, *links, THIRD)) == f"{FIRST}\n\n{SECOND}\n\n{THIRD}"


def test_paragraph_that_stands_twice_is_given_once() -> None:
    """Themes lay a post out once for screens and once for telephones."""
    assert text(article(FIRST, SECOND) + article(FIRST, SECOND)) == f"{FIRST}\n\n{SECOND}"


def test_title_is_not_part_of_the_text() -> None:
    heading = "<h1>The midnight list</h1>"

    assert text(f"<article>{heading}{article(FIRST, SECOND, around='{}')}</article>") == (
        f"{FIRST}\n\n{SECOND}"
    )


def test_title_that_opens_the_text_again_is() -> None:
    """A post may begin with the words of its title; the page then has them twice."""
    page = f"<article><h1>The midnight list</h1><p>The midnight list</p><p>{FIRST}</p></article>"

    assert text(page) == f"The midnight list\n\n{FIRST}"


@pytest.mark.parametrize(
    "ending",
    [
        "<p>© 2024 Anna Example. All rights reserved.</p>",
        "<h3>You might like</h3>",
        '<p class="post-tags">Tags: sleep, lists</p>',
    ],
)
def test_what_stands_below_the_last_sentence_is_left_out(ending: str) -> None:
    assert text(f"<article><p>{FIRST}</p><p>{SECOND}</p>{ending}</article>") == (
        f"{FIRST}\n\n{SECOND}"
    )


def test_date_and_byline_above_the_first_sentence_are_left_out() -> None:
    line = '<p class="byline">By Anna Example</p><p class="post-date">3 May 2024</p>'

    assert text(f"<article>{line}<p>{FIRST}</p><p>{SECOND}</p></article>") == (
        f"{FIRST}\n\n{SECOND}"
    )


def test_headings_stay_in_reading_order() -> None:
    """A site builder's container has no name that an extractor knows."""
    page = (
        '<div class="block rich-text w-richtext">'
        f"<p>{FIRST}</p><h2>The wrong hour</h2><p>{SECOND}</p><h3>Three weeks</h3><p>{THIRD}</p>"
        "</div>"
    )

    assert text(page) == f"{FIRST}\n\nThe wrong hour\n\n{SECOND}\n\nThree weeks\n\n{THIRD}"


def test_article_in_several_containers_of_one_make() -> None:
    """A post that is cut up by advertisements is one post."""
    chunk = '<div class="grid"><div class="article-body chunk">{}</div></div>'
    advert = (
        '<div class="advert"><p>Buy the pillow that all of them are talking about now</p></div>'
    )
    page = advert.join(chunk.format(f"<p>{part}</p><p>{part[::-1]}</p>") for part in (FIRST, THIRD))

    found = text(f"<main>{page}</main>")

    assert FIRST in found
    assert THIRD in found
    assert found.index(FIRST) < found.index(THIRD)
    assert "pillow" not in found


def test_caption_is_part_of_the_text_but_its_credit_is_not() -> None:
    figure = "<figure><img src='a.jpg'><figcaption>{}</figcaption></figure>"
    kept = figure.format("A page of the diary that I keep on my own night table")
    credit = figure.format("A lamp on a table beside a window. Photo by Bruno on Unsplash")
    found = text(f"<article><p>{FIRST}</p>{kept}<p>{SECOND}</p>{credit}<p>{THIRD}</p></article>")

    assert "A page of the diary that I keep" in found
    assert "Unsplash" not in found


def test_part_that_is_called_an_aside_but_is_the_article() -> None:
    """Names of classes are no proof: what holds most of the page's words is the article."""
    around = '<div class="content sidebar-left share">{}</div>'

    assert text(article(FIRST, SECOND, THIRD, around=around)) == f"{FIRST}\n\n{SECOND}\n\n{THIRD}"


def test_widget_of_reviews_is_not_the_article() -> None:
    """A wall of praise can be ten times as long as the post beside it."""
    reviews = "".join(
        f"<div class='review'><p>Number {n}: they listened to me, week after week, and I would "
        "send anybody whom I love to this house without a doubt.</p></div>"
        for n in range(60)
    )
    page = f"{article(FIRST, SECOND)}<div class='google-reviews'>{reviews}</div>"

    found = text(page)

    assert FIRST in found
    assert "they listened to me" not in found


def test_utf8_that_was_encoded_twice_is_read_once_more() -> None:
    sentence = (
        "It isn\u2019t late \u2014 it is early, and that\u2019s what the night is for, caf\u00e9."
    )
    twice = sentence.encode().decode("latin-1")

    assert sentence in text(article(twice, SECOND))


ELSEWHERE = "".join(
    f"<p>{words} Write to the office or call between nine and noon.</p>"
    for words in (FIRST, SECOND)
)


@pytest.mark.parametrize(
    "around",
    [
        '<div class="entry-content">{}</div>',
        '<div itemprop="articleBody">{}</div>',
        "<article><header><h2>By the author</h2></header>{}</article>",
        "<main>{}</main>",
    ],
)
def test_post_is_read_where_its_page_says_that_it_stands(around: str) -> None:
    """Sentences elsewhere on the page are no part of it, though a reading of the page has them."""
    post = article(*[FIRST, SECOND, THIRD] * 2, around="{}")
    page = f'<div class="wide">{around.format(post)}<div class="page-foot">{ELSEWHERE}</div></div>'

    assert "Write to the office" not in text(page)
    assert THIRD in text(page)


def test_headings_of_a_container_that_trafilatura_does_not_know_are_kept() -> None:
    """A container is read as the article of its page, whatever its theme calls it."""
    post = f"<h3>An hour earlier</h3><p>{FIRST}</p><h3>A pencil</h3><p>{SECOND}</p><p>{THIRD}</p>"

    found = text(f'<div class="available-content"><div class="body">{post}</div></div>')

    assert found.split("\n\n") == ["An hour earlier", FIRST, "A pencil", SECOND, THIRD]


def test_page_is_read_whole_where_its_container_holds_little_of_the_prose() -> None:
    """A name is a hint: a container with the first words only is not the post."""
    intro = f'<div class="entry-content"><p>{FIRST}</p></div>'

    found = text(f"<div>{intro}<div>{article(SECOND, THIRD, around='{}')}</div></div>")

    assert SECOND in found
    assert THIRD in found


def test_nothing_beside_a_post_without_a_name_is_read() -> None:
    """The smallest element with nearly all of the prose is the post where none is named."""
    post = article(*[FIRST, SECOND, THIRD] * 3, around="{}")
    short = "<div><p>Our office is open from nine to noon on all days but Sunday.</p></div>"

    found = text(f'<div class="columns"><div class="left">{post}</div>{short}</div>')

    assert "Our office" not in found
    assert THIRD in found
