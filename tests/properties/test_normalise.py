"""Properties of cleaning and of the tokenized form, over any text."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipelines.extract.clean import clean
from pipelines.stages.normalise import clean_text
from pipelines.stages.tokenise import tokenized

HARD = "aB\u00e9e\u0301\u2019\u2018\u201c\u201d',!?()`0 9-"
BLANK = "\u00a0\u200b\u00ad\n\t\x0b\x85\u2028\ufeff"
TEXT = st.text(max_size=300) | st.text(alphabet=HARD + BLANK, max_size=60)
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
CLITICS = ("'s", "'ve", "n't", "'re", "'d", "'ll")


@given(TEXT)
@example("e\u200b\u0301")
@example("a\u00ad\n \n\u00a0b")
def test_clean_text_is_idempotent(text: str) -> None:
    """Cleaning what is clean changes nothing."""
    once = clean_text(text)

    assert clean_text(once) == once


@given(TEXT)
def test_clean_text_is_clean(text: str) -> None:
    """Clean text is in NFC, without controls, with one blank line between paragraphs."""
    found = clean_text(text)

    assert found == unicodedata.normalize("NFC", found)
    assert not FORBIDDEN.search(found)
    assert found == "\n\n".join(" ".join(block.split()) for block in found.split("\n\n") if block)


@given(TEXT)
def test_tokenized_is_idempotent(text: str) -> None:
    """Tokenizing what is tokenized changes nothing."""
    once = tokenized(text)

    assert tokenized(once) == once


@given(TEXT)
def test_tokenized_alphabet(text: str) -> None:
    """One line of a-z, the backquote, the apostrophe and three marks that stand alone."""
    tokens = tokenized(text).split(" ")

    assert all(re.fullmatch("[a-z'`]*|[,!?]", token) for token in tokens)


@given(TEXT)
def test_clitics_open_a_token(text: str) -> None:
    """A clitic never stands in the middle or at the end of a longer token."""
    found = tokenized(text)

    assert not re.search(r"\S(?:" + "|".join(CLITICS) + ")", found)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Baby\u2019s", "baby 's"),
        ("I\u2019ve", "i 've"),
        ("Can't", "ca n't"),
        ("teens' door", "teens' door"),
        ("I'm", "i'm"),
        ("We're, you'll; he'd!", "we 're , you 'll he 'd !"),
        ("18 months (two years)", "months two years"),
        ("their 30s, 40s and beyond", "their s , s and beyond"),
        ("hard-wired", "hard wired"),
        ("\u201cNo!\u201d", "no !"),
        ("`code`", "`code`"),
        ("caf\u00e9", "caf"),
        ("O'Sullivan", "o 'sullivan"),
        ("", ""),
    ],
)
def test_rules(text: str, tokens: str) -> None:
    """The rules of the source document's style, one by one."""
    assert tokenized(text) == tokens


REFERENCE = st.sampled_from(
    (
        *("&#1;", "&#x1;", "&#8;", "&#127;", "&#xFFFF;", "&#xFFFE;", "&#x1FFFF;"),
        *("&#xD800;", "&#55296;", "&#99999999;", "&#xFFFFFFFF;"),
        *("\x00", "\x1b", "\ud800", "\uffff"),
    )
)
WORDS = st.text(alphabet="abc <>/p&;#", max_size=30).filter(lambda text: "#" not in text)


@given(WORDS, REFERENCE, WORDS)
def test_bad_references_go_alone(before: str, bad: str, after: str) -> None:
    """A reference that no parser takes is removed, and nothing else changes."""
    assert clean(f"{before} {bad} {after}") == clean(f"{before}  {after}")


@given(st.text(max_size=300))
def test_good_text_passes(text: str) -> None:
    """No forbidden character is left, and a page without any passes as it is."""
    cleaned = clean(text)

    assert not FORBIDDEN.search(cleaned)
    if not FORBIDDEN.search(text) and "&#" not in text and "<script" not in text.lower():
        assert cleaned == text


@pytest.mark.parametrize(
    ("reference", "left"),
    [
        ("&#11;", " "),
        ("&#12;", " "),
        ("&#x0B;", " "),
        ("&#1", ""),
        ("&#0000000011;", " "),
        ("&#0000000065;", "&#0000000065;"),
        ("&#123456789012;", ""),
        ("&#&#0;11;", " "),
        ("&#\x0011;", " "),
        ("&#10;", "&#10;"),
        ("&#8217;", "&#8217;"),
        ("&#150;", "&#150;"),
        ("&#x85;", "&#x85;"),
        ("&amp;", "&amp;"),
        ("&#;", "&#;"),
    ],
)
def test_references(reference: str, left: str) -> None:
    """What means white space leaves a space; what parsers understand is theirs to read."""
    assert clean(f"y{reference}z") == f"y{left}z"


def test_json_ld() -> None:
    """Good JSON-LD stays, broken and huge JSON-LD goes, other scripts are not touched."""
    good = '<script type="application/ld+json">{"@type": "BlogPosting"}</script>'
    broken = '<script type="application/ld+json">{"@type": "Blog</script>'
    huge = f'<script type="application/ld+json">["{"x" * 70_000}"]</script>'
    other = '<script>if (a < b) { "x }</script>'

    assert clean(f"<p>a{good}b{broken}c{huge}d{other}e") == f"<p>a{good}bcd{other}e"
    assert clean(f"<p>a{broken.removesuffix('</script>')}") == "<p>a"
