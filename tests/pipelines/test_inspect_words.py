"""How two versions of a text differ: nothing is lost, little is marked, long texts are quick."""

import random
import time

from hypothesis import given
from hypothesis import strategies as st

from pipelines.verbs.inspect_words import Change, Piece, difference

TEXTS = st.text(alphabet="ab. \n", max_size=60)
MOST_SECONDS = 30.0


def side(pieces: list[Piece], other: Change) -> list[str]:
    """The words of one version: of all pieces but those that only the other has."""
    return " ".join(piece.text for piece in pieces if piece.change is not other).split()


@given(TEXTS, TEXTS)
def test_both_versions_are_in_the_pieces(before: str, after: str) -> None:
    """Without what was added the words of the old text are there, in order; likewise the new."""
    pieces = difference(before, after)

    assert "".join(piece.text for piece in pieces if piece.change is not Change.REMOVED) == after
    assert side(pieces, Change.ADDED) == before.split()
    assert all(piece.text for piece in pieces)


@given(TEXTS)
def test_white_space_is_no_difference(text: str) -> None:
    """A text differs in no word from itself with other gaps."""
    pieces = difference(text, "\n\n".join(text.split()))

    assert {piece.change for piece in pieces} <= {Change.SAME}


def test_one_word_in_a_long_text() -> None:
    """One word that changed in one of many paragraphs is all that is marked."""
    paragraphs = [f"This is paragraph {number}. It has two sentences." for number in range(500)]
    before = "\n\n".join(paragraphs)

    pieces = difference(before, before.replace("paragraph 250", "passage 250"))

    changed = [(piece.change, piece.text) for piece in pieces if piece.change is not Change.SAME]
    assert changed == [(Change.REMOVED, "paragraph "), (Change.ADDED, "passage ")]


def test_long_texts_are_quick() -> None:
    """A hundred thousand words take seconds, even as one sentence or with few words in it."""
    chance = random.Random(1)
    began = time.monotonic()
    for size, ends in ((5000, " "), (5000, ".\n"), (5, " "), (1, "\n")):
        words = [f"w{chance.randrange(size)}{ends}" for _ in range(100_000)]
        changed = [word if chance.random() > 0.01 else f"other{ends}" for word in words]

        pieces = difference("".join(words), "".join(changed))

        assert side(pieces, Change.REMOVED) == "".join(changed).split()

    assert time.monotonic() - began < MOST_SECONDS
