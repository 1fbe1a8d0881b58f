"""The quick ways to compare letters say what the plain ways say."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.core import addresses, dedup, flags, subject
from pipelines.core.letters import folded, small
from pipelines.core.paragraphs import Unit

EVERY_SIGN = "".join(map(chr, range(0x110000)))
TEXTS = st.text(
    st.characters() | st.sampled_from("aZ09 _-.'\u2019\u2013\u2026\u00df\u00e9\u03a3\u0130")
)
_SAID = """
    if you harm yourself call text 988 911 suicide hotline crisis line a client of mine told me
    she changed my life i would recommend her testimonials names have been changed . \u0130
    \u017f \u0131 \u2014 Jo D. what clients say kind words reviews
"""
_PLACES = """
    12 Oak Street , Portland OR 97201 P.O. Box 5 Lindenstra\u00dfe Hauptweg 7a Berlin rue de la Paix
    Via Roma Calle Mayor n. 3 BACP Registered Member No. 123456 License # LMFT 54321 1234 (
"""
SPOKEN = st.lists(st.sampled_from([*_SAID.split(), "\n"]), max_size=30).map(" ".join)
PLACES = st.lists(st.sampled_from([*_PLACES.split(), "\n"]), max_size=30).map(" ".join)


@pytest.mark.parametrize("letter", "abcdefghijklmnopqrstuvwxyz\u00e9\u00eb\u00e4\u00f6\u00fc\u00f1")
def test_small_letters_are_those_that_a_pattern_finds(letter: str) -> None:
    """Wherever a pattern that ignores case finds a letter, and nowhere else, it is one."""
    found = {match.start() for match in re.finditer(letter, EVERY_SIGN, re.IGNORECASE)}

    assert found == {at for at, sign in enumerate(small(EVERY_SIGN)) if sign == letter}


def test_small_letters_are_words_where_letters_are() -> None:
    """So that ends of words are where they were."""
    kinds = [
        [*map(bool, map(re.compile(r"\w").match, text))] for text in (EVERY_SIGN, small(EVERY_SIGN))
    ]

    assert kinds[0] == kinds[1]


@given(TEXTS)
def test_text_is_folded_as_a_whole(text: str) -> None:
    """By pieces, or at once where it is ASCII."""
    plain = unicodedata.normalize("NFKD", text.replace("\u00df", "ss"))

    assert folded(text) == "".join(x for x in plain if not unicodedata.combining(x)).lower()


@given(TEXTS)
def test_words_are_those_of_the_patterns(text: str) -> None:
    """Paragraphs count digits in, copies do not."""
    letters = r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[^\W\d_]+"

    assert list(Unit(start=0, text=text).words) == re.findall(r"\w+", text.casefold())
    assert dedup.words_of(text) == re.findall(letters, text.casefold())
    assert len(subject._words(text)) == len(re.findall(r"[^\W\d_]+", folded(text)))  # noqa: SLF001 - counted by hand


@given(SPOKEN)
def test_no_sentence_is_passed_over(text: str) -> None:
    """What is not read for want of a word would have told nothing."""
    for words, pattern in (
        (flags._MENTIONS, flags._CASE),  # noqa: SLF001 - the table of the pattern
        (flags._MENTIONS, flags._DISGUISE),  # noqa: SLF001 - the table of the pattern
        (flags._PRAISING, flags._PRAISE),  # noqa: SLF001 - the table of the pattern
        (flags._ALARMS, flags._DANGER),  # noqa: SLF001 - the table of the pattern
    ):
        every = [one for one in re.split(r"(?<=[.!?\n])", text) if pattern.search(one)]
        assert all(any(word in small(one) for word in words) for one in every)


@given(PLACES)
def test_no_address_and_no_licence_is_passed_over(text: str) -> None:
    """What is not searched for want of a sign has none."""
    whole = addresses._ADDRESS.finditer(text)  # noqa: SLF001 - without the short way
    named = addresses._LICENCE.finditer(text)  # noqa: SLF001 - without the short way

    assert list(addresses.addresses(text)) == [match.span() for match in whole]
    assert list(addresses.licences(text)) == [match.span("number") for match in named]
