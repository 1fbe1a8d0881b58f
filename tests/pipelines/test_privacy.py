"""What identifies people is replaced, crisis lines stay, client stories are flagged."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.core.crisis import is_crisis_line, numbers
from pipelines.core.document import BlockKind, FlagKind, Removed
from pipelines.core.errors import ConfigError
from pipelines.core.reasons import Reason
from pipelines.stages.privacy import Privacy
from tests.factories import document

STAGE = Privacy()


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Write to anna.b+c@practice.example.co.uk.", "Write to [EMAIL]."),
        ("Write to anna [at] practice [dot] example.", "Write to [EMAIL]."),
        ("Write to anna at practice dot com today.", "Write to [EMAIL] today."),
        ("Call (212) 726-1005, or 212-726-1006 now.", "Call [PHONE], or [PHONE] now."),
        ("Ring +44 20 7946 0018.", "Ring [PHONE]."),
        ("I sit at 12 Harbour Street, Suite 4, Boston, MA 02110.", "I sit at [ADDRESS]."),
        ("Praxis: Langegasse 12, 1080 Wien", "Praxis: [ADDRESS]"),
        ("LMFT #12345, BACP Member No. 123456", "LMFT #[LICENCE], BACP Member No. [LICENCE]"),
        ("Follow @anna_therapy there.", "Follow [HANDLE] there."),
        ("See instagram.com/anna_therapy.", "See [HANDLE]."),
        ("Book: https://calendly.com/anna/first-call", "Book: [BOOKING]"),
    ],
)
def test_what_reaches_a_person_is_replaced(text: str, redacted: str) -> None:
    """Each kind has its placeholder, and the words around it stay."""
    found = STAGE.apply(document(url="https://anna.example/a", text=text))

    assert found.text == redacted


def test_regions_follow_the_language_of_the_text() -> None:
    """A number without a country code is one of a country where the language is spoken."""
    text = "Rufen Sie mich unter 030 901820 an."
    german = STAGE.apply(document(text=text, language="de"))

    assert german.text == "Rufen Sie mich unter [PHONE] an."


@pytest.mark.parametrize(
    "text",
    [
        "On 12.05.2019 and 2019-05-12 we met, from 1996 to 2004.",
        "It costs $1,200.50 or 45 pounds, at 10:30, in chapter 12.",
        "ISBN 978-3-16-148410-0 is a good book.",
        "DSM-5 300.02 and ICD-10 F41.1 are names for it.",
        "About 1 234 567 people, or 37.5 %, said so in 2020/2021.",
        "I was at home. In the end we looked at it.",
        "10 Things That Help on the Way Home",
    ],
)
def test_other_numbers_and_words_stay(text: str) -> None:
    """Dates, prices, books, diagnoses and counts are no way to reach anybody."""
    assert STAGE.apply(document(text=text)).text == text


@pytest.mark.parametrize("number", sorted(numbers()))
def test_crisis_lines_stay_readable(number: str) -> None:
    """Whatever the spelling: as printed, with spaces, with dashes."""
    for spelling in (number, " ".join(number), "-".join((number[:3], number[3:])).strip("-")):
        text = f"If you are in danger, call or text {spelling} at any hour."
        assert STAGE.apply(document(text=text)).text == text


def test_country_codes_do_not_hide_a_crisis_line() -> None:
    assert is_crisis_line("+44 116 123", "44")
    assert is_crisis_line("+1 (800) 273-8255", "1")
    assert not is_crisis_line("+44 20 7946 0018", "44")


def test_counts_are_those_of_the_placeholders() -> None:
    """Redactions are counted by kind, those in removed blocks and in the title as well."""
    bio = Removed(at=5, text="\n\nMail me: a@b.example", kind=BlockKind.BIO)
    given_one = document(title="Call 212-726-1006", text="Hello.", word_count=1)
    found = STAGE.apply(replace(given_one, removed=(bio,)))

    assert found.title == "Call [PHONE]"
    assert found.removed[0].text == "\n\nMail me: [EMAIL]"
    assert (found.redactions.email, found.redactions.phone) == (1, 0)


@given(
    parts=st.lists(
        st.sampled_from(["One day. ", "a@b.example ", "212-726-1006 ", "We rest.\n\n", "@anna_b "]),
        max_size=12,
    ),
    place=st.integers(0, 200),
)
def test_removed_blocks_stay_where_they_stood(parts: list[str], place: int) -> None:
    """The whole text is the same whether redacted before or after a block is put back."""
    text = "".join(parts)
    cut = text[:place].rfind("\n\n") + 2 if "\n\n" in text[:place] else 0
    block = Removed(at=cut, text="A note.\n\n", kind=BlockKind.NOTICE)
    found = STAGE.apply(replace(document(text=text), removed=(block,)))

    apart = STAGE.apply(document(text=text[:cut])).text + "A note.\n\n"
    assert found.whole_text == apart + STAGE.apply(document(text=text[cut:])).text


@pytest.mark.parametrize(
    "text",
    [
        "A client of mine had not slept for a week.",
        "One young client told me that she counts the stairs.",
        "Sarah (not her real name) came in May.",
        "Last year I worked with a patient who was afraid of bridges.",
        "All names have been changed.",
    ],
)
def test_stories_of_clients_are_flagged_and_left_out(text: str) -> None:
    """The sentence that tells of one person is the evidence."""
    found = STAGE.apply(document(text=f"We rest. {text} It helped."))

    assert [flag.kind for flag in found.flags] == [FlagKind.CASE_MATERIAL]
    assert found.flags[0].sentence == text
    assert found.rejection is not None
    assert found.rejection.reason is Reason.PRIVACY_CASE_MATERIAL


@pytest.mark.parametrize(
    "text",
    [
        "Many clients feel that way, and I tell my clients so.",
        "A client may ask for a pause at any time.",
        "When a patient asks for a date, we look for one.",
        "Therapists and their clients came to value it.",
    ],
)
def test_talk_of_clients_in_general_is_no_case(text: str) -> None:
    assert STAGE.apply(document(text=text)).flags == ()


def test_praise_by_clients_is_flagged_and_its_names_redacted() -> None:
    text = (
        "What my clients say\n\nShe listened. I would highly recommend her to anyone.\n\n"
        "\u2014 Ruth Alder, Boston"
    )
    found = STAGE.apply(document(text=text))

    assert [flag.kind for flag in found.flags] == [FlagKind.TESTIMONIAL]
    assert found.text.endswith("\u2014 [NAME], Boston")
    assert found.rejection is not None


def test_words_for_people_in_danger_are_flagged_and_published() -> None:
    text = "We rest. If you are thinking of suicide, call 988 now."
    found = STAGE.apply(document(text=text))

    assert [flag.kind for flag in found.flags] == [FlagKind.CRISIS]
    assert found.rejection is None


def test_what_is_left_out_is_for_the_config_to_say() -> None:
    text = "A client of mine had not slept for a week."

    assert Privacy(leave_out=()).apply(document(text=text)).rejection is None
    with pytest.raises(ConfigError, match="cases"):
        Privacy(leave_out=("cases",))
