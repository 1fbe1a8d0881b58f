"""The style of the source document, held against an independent restatement of its rules."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipelines.core.placeholders import PLACEHOLDERS
from pipelines.stages.tokenise import Tokenise, tokenized
from tests.factories import document

PIECES = (
    "'s",
    "'ve",
    "n't",
    "'re",
    "'d",
    "'ll",
    "teens'",
    "\u2019s",
    "\u201cNo!\u201d",
    "18-",
    "(x)",
)
TEXT = st.text(max_size=200) | st.lists(
    st.sampled_from(PIECES) | st.text(alphabet="abnt'\u2019`,!? 3-", max_size=6), max_size=20
).map("".join)
CURLY = str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")


def kim(text: str) -> str:
    """`clean_str` of Kim (2014), rule after rule, with the differences of the source document.

    There, digits and parentheses are kept, and the text is lowered last; here quotes are
    folded first, and what was kept there is a space.
    """
    text = text.translate(CURLY).replace("\u201b", "'").replace("\u201f", '"').lower()
    text = re.sub(r"[^A-Za-z,!?'`]", " ", text)
    for clitic in ("'s", "'ve", "n't", "'re", "'d", "'ll"):
        text = text.replace(clitic, f" {clitic}")
    for mark in ",!?":
        text = text.replace(mark, f" {mark} ")
    return re.sub(r"\s{2,}", " ", text).strip()


@given(TEXT)
@example("can't've")
@example("'''s n't's")
def test_same_as_restated(text: str) -> None:
    """The result is that of the rules applied one by one."""
    assert tokenized(text) == kim(text)


@given(TEXT)
def test_quotes_do_not_depend_on_their_shape(text: str) -> None:
    """Curly quotes give what straight ones give."""
    assert tokenized(text) == tokenized(text.translate(CURLY))


@given(st.text(alphabet=st.characters(max_codepoint=0x7F), max_size=200))
def test_case_does_not_matter(text: str) -> None:
    """Capitals give what small letters give; other alphabets leave nothing either way."""
    assert tokenized(text.upper()) == tokenized(text.lower()) == tokenized(text)


@given(TEXT, st.sampled_from([" ", "\n\n", "\t", "\u00a0", " - ", " (7) "]))
def test_paragraphs_join_with_one_space(text: str, gap: str) -> None:
    """A text in two parts gives both parts, with one space between."""
    parts = [found for found in (tokenized(text), tokenized("And then?")) if found]

    assert tokenized(f"{text}{gap}And then?") == " ".join(parts)


@pytest.mark.parametrize("placeholder", PLACEHOLDERS.values())
def test_redactions_leave_no_trace(placeholder: str) -> None:
    """What stands for something private is no word of the text."""
    made = Tokenise().apply(document(text=f"Call me at {placeholder}, or write."))

    assert made.normalized_text == "call me at , or write"
