"""What is taken out of the posts of a site because it recurs."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.core.document import BlockKind
from tests.recurring import BIO, LETTER, OFFER, PLAIN, cleaned, kinds, post, posts, prose


@pytest.mark.parametrize(
    ("block", "kind"),
    [
        (BIO, BlockKind.BIO),
        (OFFER, BlockKind.CALL_TO_ACTION),
        (LETTER, BlockKind.NEWSLETTER),
        ("Jo Doe, MEd, LMFT", BlockKind.CREDENTIALS),
        ("\u00a9 2019 Jo Doe. All rights reserved.", BlockKind.NOTICE),
        ("This post is not a substitute for therapy.", BlockKind.DISCLAIMER),
        ("Share this:", BlockKind.SHARING),
        ("Melden Sie sich an: mein Rundbrief kommt jeden Monat.", BlockKind.NEWSLETTER),
        ("Contactez-moi pour un premier entretien.", BlockKind.CALL_TO_ACTION),
        (PLAIN, BlockKind.OTHER),
    ],
)
def test_block_below_every_post(block: str, kind: BlockKind) -> None:
    """A block below every post goes, is kept with its kind, and is not counted any more."""
    given_posts = posts(8, block)

    found = cleaned(given_posts)

    assert [one.text for one in found] == [one.text for one in posts(8)]
    assert {tuple(kinds(one)) for one in found} == {(kind,)}
    assert [one.whole_text for one in found] == [one.text for one in given_posts]
    assert all(one.word_count == len(one.text.split()) for one in found)


def test_block_above_every_post() -> None:
    """A block above every post goes with the blank line after it."""
    found = cleaned(posts(8, before=[LETTER]))

    assert [one.text for one in found] == [one.text for one in posts(8)]
    assert all(one.removed[0].at == 0 for one in found)


def test_rare_block_that_tells_its_kind() -> None:
    """An offer below three of thirty posts goes; a paragraph that tells nothing stays."""
    rare = [post(n, prose((n, 1)), prose((n, 2)), PLAIN, OFFER) for n in range(40, 43)]

    found = cleaned([*posts(30), *rare])[30:]

    assert all(one.text.endswith(PLAIN) == (PLAIN in one.text) for one in found)
    assert all(OFFER not in one.text for one in found)


def test_parts_of_one_block_go_together() -> None:
    """A heading that always stands above an offer goes with it; alone, it stays."""
    alone = post(60, prose(60), "A quiet hour")

    found = cleaned([*posts(5, "A quiet hour", OFFER), *posts(40)[10:], alone])

    assert [one.text for one in found[:5]] == [one.text for one in posts(5)]
    assert found[-1] == alone


@pytest.mark.parametrize(
    ("blocks", "kind"),
    [
        (["Photo by Ann Lee on Unsplash", "Photo by Bo Ray on Unsplash"], BlockKind.CREDIT),
        (["Posted on May 3, 2020 by Ann", "Posted on June 14, 2021 by Bo"], BlockKind.OTHER),
        (["March 9, 2024", "4 April 2023"], BlockKind.OTHER),
        (["Ann Lee 3 May 2020 4 min read", "Ann Ray 7 June 2021 9 min read"], BlockKind.OTHER),
    ],
)
def test_names_and_dates_that_vary(blocks: list[str], kind: BlockKind) -> None:
    """Blocks that differ in a name, a date or a number only are one block."""
    made = [post(n, blocks[n % 2].replace("3", str(n % 9 + 1)), prose(n)) for n in range(12)]

    found = cleaned(made)

    assert [one.text for one in found] == [prose(n) for n in range(12)]
    assert {tuple(kinds(one)) for one in found} == {(kind,)}


def test_latest_posts_below_a_heading() -> None:
    """A list of posts goes as a whole, although its items are not the same below every post."""
    plain = posts(12)
    titles = [str(one.title) for one in plain]
    listed = [
        post(n, one.text, "Latest posts", titles[(n + 1) % 12], titles[(n + 5) % 12], f"Item {n}")
        for n, one in enumerate(plain)
    ]

    found = cleaned(listed)

    assert [one.text for one in found] == [one.text for one in plain]
    assert {tuple(kinds(one)) for one in found} == {(BlockKind.LATEST_POSTS,)}


def test_closing_words_below_a_pointer_stay() -> None:
    """Prose below a pointer to another post is the post's own."""
    made = [post(n, prose(n), "Read more", prose((n, "end"), 60)) for n in range(10)]

    found = cleaned(made)

    assert all(one.text.endswith(prose((n, "end"), 60)) for n, one in enumerate(found))


@pytest.mark.parametrize("is_first", [True, False])
def test_sentences_glued_to_a_paragraph(*, is_first: bool) -> None:
    """Sentences of a template go from the beginning or end of a post's own paragraph."""
    own = [prose((n, 3)) for n in range(10)]
    glued = [f"{OFFER} {text}" if is_first else f"{text} {OFFER}" for text in own]

    found = cleaned(post(n, text) for n, text in enumerate(glued))

    assert [one.text for one in found] == own
    assert [one.whole_text for one in found] == glued


def test_ornament_above_a_block() -> None:
    """A rule that parts the block from the post goes with the block."""
    found = cleaned(posts(8, "* * *", BIO))

    assert [one.text for one in found] == [one.text for one in posts(8)]


PARTS = (OFFER, BIO, LETTER, PLAIN, "Conclusion", "Latest posts", "Share this:", "***", "", "1")


@given(
    layouts=st.lists(
        st.lists(st.sampled_from(PARTS) | st.integers(0, 60).map(prose), max_size=7),
        min_size=5,
        max_size=14,
    ),
    seed=st.integers(0, 99),
)
def test_any_posts(layouts: list[list[str]], seed: int) -> None:
    """Whatever posts are made of: none loses a word for good, order and repetition are nothing."""
    made = [post(n, *parts) for n, parts in enumerate(layouts)]
    shuffled = random.Random(seed).sample(made, len(made))

    found = cleaned(made)

    assert [one.whole_text for one in found] == [one.text for one in made]
    assert {one.url: one for one in cleaned(shuffled)} == {one.url: one for one in found}
    assert cleaned(found) == found
    assert all(one.text.split() for one in found if one.whole_text.split())
