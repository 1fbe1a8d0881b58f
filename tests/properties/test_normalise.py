"""Properties of cleaning and of the tokenized form, over any text."""

import re
import unicodedata
from dataclasses import replace

import pytest
from ftfy import badness
from hypothesis import example, given
from hypothesis import strategies as st

from pipelines.extract.clean import clean
from pipelines.stages.normalise import Normalise, clean_line, clean_text, is_bad
from pipelines.stages.tokenise import tokenized
from tests.factories import document

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


#: Pieces of UTF-8 that was read as something else.
MOJIBAKE = st.lists(
    st.sampled_from("\u00c3\u00c2\u00e2\u20ac\u2122\u0153\u00a0\u00ad\u0080\u0099\u200b a\n")
).map("".join)


#: Every sign that ftfy looks for, and what may stand beside it.
SUSPECT = "".join(badness.MOJIBAKE_CATEGORIES.values()) + "aZ .\n,\u00d7\u0413\u0412\u0402\u03b2"


@given(MOJIBAKE | st.text(alphabet=SUSPECT, max_size=40))
@example("\u0413\u045e\u0412\u0402\u0412.a")
@example("one.\n\u00c3 two")
def test_mojibake_is_seen_where_ftfy_sees_it(text: str) -> None:
    """Looking around rare signs alone finds what looking at all of a text would find."""
    assert is_bad(text) == badness.is_bad(text)


@given(TEXT | MOJIBAKE)
def test_words_are_counted(text: str) -> None:
    """The count of words is that of what white space separates."""
    (made,) = Normalise()([replace(document(), text=text)])

    assert made.word_count == len(made.text.split())


@given(MOJIBAKE)
@example("\u00c3\u00ad\u00c3\u200b\u00a0")
def test_mending_comes_to_rest(text: str) -> None:
    """What was mended, or could not be, is left alone by a second pass."""
    once = clean_text(text)

    assert clean_text(once) == once
    assert not FORBIDDEN.search(once)


@pytest.mark.parametrize(
    "text",
    [
        "It\u2019s a \u201clong\u201d day \u2014 really\u2026",
        "Caf\u00e9 \u00e0 la gare, d\u00e9j\u00e0 vu",
        "Gef\u00fchle \u00fcber Gr\u00f6\u00dfe",
        "\u7761\u7720\u3068\u4e0d\u5b89\u3002",
    ],
)
def test_mojibake_is_mended(text: str) -> None:
    """UTF-8 that was read as windows-1252, once or twice, is what its author typed."""
    garbled = text.encode().decode("windows-1252", "replace")
    again = text.encode().decode("latin-1").encode().decode("latin-1")
    assert clean_text(text) == text
    assert clean_text(again) == text
    if "\ufffd" not in garbled:
        assert clean_text(garbled) == text


@pytest.mark.parametrize(
    "text",
    [
        "\u2018single\u2019 \u201cdouble\u201d 'straight' \u2013 \u2014 -- \u2026 ...",
        "\u00abGuillemets\u00bb \u201eunten\u201c \u00a3 5 \u00bd \u00b0 \u00a9 \u00ae \u2122",
        "\U0001f642\u200d\U0001f642 \u0645\u0631\u062d\u0628\u0627 \uff21\uff22",
        "&amp; is how HTML writes it",
    ],
)
def test_as_typed(text: str) -> None:
    """Quotes, dashes, emoji, full-width letters and written-out references stay."""
    assert clean_text(text) == text


def test_names_are_cleaned_too() -> None:
    """Title, author, site and tags are one clean line each; what is empty then is not told."""
    made = Normalise().apply(
        replace(
            document(
                title="Grief &amp; It\u00e2\u20ac\u2122s\n weight", tags=("a\u200b", " ", "a")
            ),
            author="\ue001 ",
            site_name="Quiet\tRooms &#8211; Notes",
        )
    )

    assert made.title == "Grief & It\u2019s weight"
    assert made.author is None
    assert made.site_name == "Quiet Rooms \u2013 Notes"
    assert made.tags == ("a",)


@given(st.lists(st.sampled_from(("&", "amp;", "#38;", "lt;", "nbsp;", " ", "a"))).map("".join))
@example("&" + "amp;" * 4)
@example("&" + "amp;" * 100_000)
def test_names_come_to_rest(name: str) -> None:
    """However often a name was escaped, cleaning it twice is cleaning it once."""
    once = clean_line(name)

    assert clean_line(once) == once


def test_ligatures_and_icons() -> None:
    """Ligatures of print are spelt out; the pictures of an icon font are no text."""
    assert clean_text("\uf09a A \ufb01rst o\ufb00er") == "A first offer"


def test_marks_without_end() -> None:
    """Composing is quadratic in the marks after one letter: no more than 30 are kept."""
    assert len(clean_text("q" + "\u0301\u0323" * 500_000)) == 31


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
    """No forbidden character is left, and a page without any passes as it is.

    Unless a next-line control shows that the page may have been encoded twice.
    """
    cleaned = clean(text)

    assert not FORBIDDEN.search(cleaned)
    is_good = not FORBIDDEN.search(text) and "\x85" not in text
    if is_good and "&#" not in text and "<script" not in text.lower():
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
