"""What stays in the posts of a site although it recurs, and who teaches what recurs."""

import random
from dataclasses import replace

import pytest

from pipelines.core.model import Via
from pipelines.core.reasons import Reason
from pipelines.stages.boilerplate import Boilerplate
from tests.recurring import BIO, OFFER, cleaned, post, posts, prose


@pytest.mark.parametrize(
    "heading", ["Conclusion", "References", "What is anxiety?", "Q:", "Book", "Reflect", "Quote 1"]
)
def test_headings_that_recur_stay(heading: str) -> None:
    """Names of sections, turns of an interview and headings in the midst of posts stay."""
    made = [
        post(n, prose((n, 1)), prose((n, 2), 60), heading, prose((n, 3), 60)) for n in range(12)
    ]

    assert cleaned(made) == made


def test_section_above_a_block_stays() -> None:
    """A name of a section is no part of the block below it, even where it is empty."""
    found = cleaned(posts(8, "References", OFFER))

    assert all(one.text.endswith("References") for one in found)


def test_label_in_the_midst_is_a_heading() -> None:
    """What goes as a label at the end of some posts stays as a heading in another."""
    midst = post(50, prose(1, 60), "Get in touch", prose(2, 60), prose(3, 60))

    found = cleaned([*posts(4, "Get in touch"), *posts(60)[10:40], midst])

    assert all("Get in touch" not in one.text for one in found[:4])
    assert found[-1] == midst


def test_quotes_and_refrains_stay() -> None:
    """A quote that two posts share, and a line that one post repeats, are their own."""
    quote = "Nobody ever stepped into the same garden twice, said the old man by the gate."
    shared = [post(n, prose((n, 1)), quote, prose((n, 2))) for n in (60, 61)]
    refrain = post(62, *[part for n in range(6) for part in (prose(("r", n)), OFFER)])

    assert cleaned([*posts(8), *shared, refrain])[8:] == [*shared, refrain]


@pytest.mark.parametrize("copies", [2, 3, 7])
@pytest.mark.parametrize("changed", [0, 1, 4])
def test_copies_do_not_erase_each_other(copies: int, changed: int) -> None:
    """Pages with the same body, or with half of it, keep it."""
    body = [prose(("body", n)) for n in range(10)]
    made = [
        post(70 + n, *[prose((n, at)) for at in range(changed)], *body[changed:])
        for n in range(copies)
    ]

    assert cleaned([*posts(8), *made])[8:] == made


def test_pages_half_of_which_is_the_same_stay() -> None:
    """Paragraphs that tell nothing and make up most of a post stay in it."""
    shared = [prose(("shared", n)) for n in range(4)]
    mixed = [post(80 + n, prose((n, 1), 20), *random.Random(n).sample(shared, 3)) for n in range(9)]

    assert cleaned(mixed) == mixed


def test_post_of_nothing_else_stays() -> None:
    """A text that would be left without a word stays as it is."""
    empty = post(90, OFFER, BIO)

    assert cleaned([*posts(8, OFFER, BIO), empty])[-1] == empty


def test_too_few_posts() -> None:
    """A site of four posts teaches nothing, nor does one of a post and its copies."""
    copied = [post(n, prose(1), OFFER) for n in range(9)]

    assert cleaned(posts(4, OFFER)) == posts(4, OFFER)
    assert cleaned(copied) == copied


def test_sites_are_apart() -> None:
    """What recurs on one site says nothing of another."""
    guest = post(1, prose(1), OFFER, site="other.example")

    assert cleaned([*posts(8, OFFER), guest])[-1] == guest


def test_only_posts_teach() -> None:
    """Listings that repeat a post, pages of the practice and rejected pages are no teachers."""
    first = post(0, prose((0, 1)), prose((0, 2)), OFFER)
    lists = [
        replace(first, url=f"https://blog.example/category/{n}/", via=Via.LISTING) for n in range(9)
    ]
    refused = [one.reject(Reason.EXTRACT_EMPTY) for one in posts(9, OFFER)]

    found = cleaned([*lists, *refused, first, *posts(9)[1:]])

    assert found[9:18] == refused
    assert found[18].removed == ()


def test_other_pages_are_cleaned() -> None:
    """What the posts teach goes from the other pages of the site as well."""
    page = replace(post(1, prose(1), OFFER), url="https://blog.example/fees/", via=Via.LISTING)

    assert cleaned([*posts(8, OFFER), page])[-1].text == prose(1)


def test_switched_off() -> None:
    """`remove = false` leaves all in, and puts back what was taken out."""
    given_posts = posts(8, OFFER, BIO)

    found = list(Boilerplate(remove=False)(cleaned(given_posts)))

    assert found == given_posts
