"""An excerpt leaves out characters that it counts, and changes none that it shows."""

from hypothesis import given
from hypothesis import strategies as st

from pipelines.core.document import BlockKind, Removed
from pipelines.verbs.report_excerpt import CUT, KEPT, excerpt

_WORDS = st.sampled_from(["we", "talk", "[PHONE]", "about", "a long night", "\n\n", "sleep"])
TEXTS = st.lists(_WORDS, max_size=400).map(" ".join)
BLOCKS = st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 900)), max_size=4)


@given(TEXTS, BLOCKS)
def test_what_is_kept_and_cut_is_the_text(text: str, blocks: list[tuple[int, int]]) -> None:
    """Kept pieces stand at their places in the text, and with what is cut they make it up."""
    removed = [
        Removed(at=min(at, len(text)), text="x" * size, kind=BlockKind.BIO)
        for at, size in sorted(blocks)
    ]
    at = 0
    for piece in excerpt(text, removed):
        if piece.kind == KEPT:
            assert text[at : at + len(piece.text)] == piece.text
            at += len(piece.text)
        elif piece.kind == CUT:
            at += piece.characters

    assert at == len(text)


@given(TEXTS, BLOCKS)
def test_each_block_is_there(text: str, blocks: list[tuple[int, int]]) -> None:
    """Of every block that was taken out, each character is shown or counted."""
    removed = [
        Removed(at=min(at, len(text)), text="x" * size, kind=BlockKind.BIO)
        for at, size in sorted(blocks)
    ]
    pieces = [piece for piece in excerpt(text, removed) if piece.kind.startswith("bio")]

    assert sum(len(piece.text) + piece.characters for piece in pieces) == sum(
        len(block.text) for block in removed
    )


def test_a_long_text_is_short() -> None:
    """A text without a change shows how it begins and ends."""
    text = "We talk about sleep. " * 1000
    shown = sum(len(piece.text) for piece in excerpt(text, []))

    assert 400 < shown < 700


def test_what_changed_is_shown_with_its_neighbours() -> None:
    """A placeholder in the middle of a long text is shown with words on both sides."""
    text = "We talk about sleep. " * 300 + "Call [PHONE] today. " + "Then we rest. " * 300
    shown = [piece.text for piece in excerpt(text, []) if "[PHONE]" in piece.text]

    assert len(shown) == 1
    assert "sleep. Call [PHONE] today. Then" in shown[0]
