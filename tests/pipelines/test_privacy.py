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
        (
            "Mail <ANNA@PRACTICE.EXAMPLE>, mailto:j\u00f6rg@b.example!",
            "Mail <[EMAIL]>, mailto:[EMAIL]!",
        ),
        ("anna(at)practice.example, anna AT practice DOT example", "[EMAIL], [EMAIL]"),
        ("anna\uff20practice.example or anna @ practice.com", "[EMAIL] or [EMAIL]"),
        ("an\u200cna@practice.\u200bexample", "[EMAIL]"),
        ("I post as @anna@social.example.", "I post as [HANDLE]."),
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
    ("language", "number"),
    [
        ("en", "+44 (0)20 7946 0018"),
        ("en", "0044 20 7946 0018"),
        ("en", "07700 900123"),
        ("en", "212.555.0142 ext. 12"),
        ("en", "\uff12\uff11\uff12-555-0142"),
        ("en", "212\u2011555\u20110142"),
        ("en", "(212)\u00a0555\u20130142 x7"),
        ("en", "1-800-555-CALM"),
        ("en", "0491 570 156"),
        ("en", "1300 975 707"),
        ("en", "98765 43210"),
        ("en", "2125550142"),
        ("de", "030 / 90 18 20"),
        ("de", "+49 (0)30 901820-12"),
        ("de", "0664/123 45 67"),
        ("fr", "06.39.98.12.34"),
        ("es", "612.345.678"),
        ("it", "333 1234567"),
        ("nl", "06-12345678"),
        ("pt", "(11) 91234-5678"),
    ],
)
def test_a_number_is_one_however_it_is_written(language: str, number: str) -> None:
    """The whole of it goes, with its brackets and its extension, and nothing beside it."""
    found = STAGE.apply(document(text=f"Tel.: {number}, or write.", language=language))

    assert found.text == "Tel.: [PHONE], or write."


def test_what_is_glued_together_is_told_apart() -> None:
    text = "Call (212) 555-0142anna@practice.example or 212-555-0143/212-555-0144."
    found = STAGE.apply(document(text=text))

    assert found.text == "Call [PHONE][EMAIL] or [PHONE]/[PHONE]."


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
        "doi:10.1037/0003-066X.59.1.29 and https://doi.org/10.1080/01234567.2019.1601234",
        "978-0-19-852663-6, IBAN DE89 3704 0044 0532 0130 00, SIRET 843 599 341 00016",
        "Boston, MA 02139-4307, at 192.168.100.200, with version 10.0.19045.3693",
        "We reached 2 500 000 readers in 2019-2020, between 10.00 - 18.00.",
        "Kyle 2290 0 1 7 18, Ann 2275 3 4 11 15, sets of 6-4 3-6 7-6 (5)",
        "The icon@2x.png, lodash@4.17.21, a cafe @ noon, AT&T, 800 PATIENTS",
        "Visit us at practice dot com, or practice.example.",
        "An anecdote: at one point we arrived at that point where I stared at the dot on it.",
        "It means (a) sleep.Then (b) walks. LOOK AT THIS.It helps (at) times.Really.",
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


@pytest.mark.parametrize(
    "line",
    [
        "1-800-273-TALK (8255)",
        "1 (800) 273-8255",
        "1-833-TLC-MAMA",
        "1800 RESPECT",
        "0044 116 123",
        "+49 800 1110111",
        "0800/1110111 / 0800/1110222",
        "(+34) 717 003 717",
    ],
)
def test_crisis_lines_stay_in_letters_and_with_codes(line: str) -> None:
    text = f"In danger? Call {line} now."

    assert STAGE.apply(document(text=text)).text == text


def test_a_number_that_begins_like_a_crisis_line_is_replaced() -> None:
    """Israel's line is 1201, Britain's 116 123."""
    text = "Call +1 201-555-0142 or 0116 123 4567."

    assert STAGE.apply(document(text=text)).text == "Call [PHONE] or [PHONE]."


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
        "The woman in this story is a composite of several clients.",
        "Eine Klientin erzählte mir von der Treppe.",
        "Une patiente m'a dit un jour que le pont bougeait.",
        "Una paciente me contó que no dormía.",
        "Un paziente mi ha raccontato un sogno.",
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
        "You are a composite of your stories, your family and your year.",
        "I highly recommend them, all five books are short.",
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
