"""What the quality stage measures, and how far out its bounds are."""
# ruff: noqa: RUF001 - prose in other scripts

import math
import re
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.core.document import Rejection
from pipelines.core.prose import measure
from pipelines.core.reasons import Reason
from pipelines.dataset.query import run
from pipelines.stages.quality import Quality
from tests.factories import ESSAY, document, post, publish_documents

PROSE = "\n\n".join(ESSAY)
PAGE = (Path(__file__).resolve().parents[2] / "docs" / "quality.md").read_text("utf-8")

#: A few sentences each; the quality of a text does not depend on its script.
SCRIPTS = {
    "Arabic": "جلسنا معا وتحدثنا عن النوم والقلق في أول ساعة من الصباح. هل تنام جيدا؟ قالت لا.",
    "Chinese": "我们谈了睡眠和担忧，也谈了早晨的第一个小时。她说她很累。那天我们坐了很久。",
    "German": "Wir sprachen über Schlaf und Sorgen. Die erste Stunde am Morgen verrät Vieles.",
    "Greek": "Μιλήσαμε για τον ύπνο και την ανησυχία της πρώτης ώρας. Ήταν κουρασμένη.",
    "Hebrew": "דיברנו על שינה ועל דאגה בשעה הראשונה של הבוקר הזה. היא אמרה שהיא עייפה.",
    "Hindi": "हमने नींद और चिंता के बारे में सुबह के पहले घंटे में बात की। वह थकी हुई थी।",
    "Japanese": "私たちは眠りと不安について話しました。朝の一時間です。「疲れた」と言いました。",
    "Korean": "우리는 잠과 걱정에 대해 이야기했다. 아침의 첫 시간은 길다. 그녀는 피곤했다.",
    "Russian": "Мы говорили о сне и о тревоге в первый час утра. Она сказала, что устала.",
    "Spanish": "El dolor pide tiempo. Con el dolor hablamos despacio, y el dolor escucha.",
    "Thai": "เราคุยกันเรื่องการนอนและความกังวลในชั่วโมงแรกของเช้า เธอบอกว่าเธอเหนื่อย",
    "Urdu": "ہم نے نیند اور فکر کے بارے میں صبح کے پہلے گھنٹے میں بات کی۔ وہ تھکی ہوئی تھی۔",
}
#: What may be counted, or repeated, or both.
PIECES = ("no", "No.", "{", "#", "\u2026", "\ufffd", "a,", "\n", "\n- ", "7", "\u4f60", "cookies")
#: Of measures that tell of more than that a text is no prose.
REASONS = {
    "unreadable": Reason.QUALITY_ENCODING,
    "repeated_line_characters": Reason.QUALITY_REPETITION,
    "repeated_10gram": Reason.QUALITY_REPETITION,
}
#: Measures that are no shares.
COUNTS = {
    *("mean_word_length", "symbols_per_word", "stop_words", "sentences", "braces_per_word"),
    "words_per_line",
}


def judged(text: str, stage: Quality | None = None) -> Rejection | None:
    """Why a text is turned down."""
    return next(iter((stage or Quality())([document(text=text)]))).rejection


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("one three", "mean_word_length", 4.0),
        ("# one \u2026 two", "symbols_per_word", 0.5),
        ("- one\n- two\nthree.\nfour.", "bullet_lines", 0.5),
        ("one...\ntwo.", "ellipsis_lines", 0.5),
        ("one 2 3 four", "alphabetic_words", 0.5),
        ("The end of that, with the rest.", "stop_words", 4.0),
        ("one\ntwo\none\none", "repeated_lines", 0.5),
        ("one\nfour\none\none", "repeated_line_characters", 0.4615),
        ("One. \u201cTwo!\u201d (Three?) four", "sentences", 3.0),
        ("a b " * 10 + "c d e", "top_2gram", 0.8696),
        ("a b c " * 7 + "d e", "top_3gram", 0.913),
        ("a b c d " * 5 + "e f", "top_4gram", 0.9091),
        ("no " * 20, "top_2gram", 1.0),
        (" ".join(map(str, range(10, 30))) + " 10 11 12 13 14 15", "repeated_5gram", 0.2308),
        (" ".join(map(str, range(10, 30))) + " 10 11 12 13 14", "repeated_5gram", 0.2),
        (" ".join(map(str, range(10, 30))) + " 10 11 12 13 14", "repeated_10gram", 0.0),
        ("one.\ntwo\nthree\nfour!", "terminal_lines", 0.5),
        ("One. Two! Three? four", "sentences", 3.0),
        ("a { b } c d", "braces_per_word", 0.3333),
        ("Please enable JavaScript.\nWe use cookies.\nOne.\nTwo.", "technical_lines", 0.5),
        (f"short\n{'long ' * 6}", "short_lines", 0.5),
        ("one two\nthree four five six", "words_per_line", 3.0),
        ("ab\ufffd\ufffd", "unreadable", 0.5),
    ],
)
def test_measures(text: str, name: str, value: float) -> None:
    """Each measure is what its source says, counted by hand."""
    assert getattr(measure(text), name) == value


@pytest.mark.parametrize(
    ("text", "confidence"),
    [
        ("We sat.", 1.0),
        ("We sat", 0.8571),
        ("- We sat.", 0.8333),
        ("We {sat}.", 0.8571),
    ],
)
def test_confidence(text: str, confidence: float) -> None:
    """The confidence is the mean of seven parts, each told by hand here."""
    assert measure(text).prose_confidence == confidence


@given(st.text(st.sampled_from("ab .,!?\n#{}-\u2026\ufffd0\u4f60"), max_size=300))
def test_bounds_of_measures(text: str) -> None:
    """Every measure of any text is a finite number, and a share is one from 0 to 1."""
    for name, value in asdict(measure(text)).items():
        assert math.isfinite(value)
        assert value >= 0
        assert value <= 1 or name in COUNTS


@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_bounds_of_measures_of_repetition(pieces: list[str]) -> None:
    """What repeats, also within itself, is never more than there is; twice gives the same."""
    measures = measure(" ".join(pieces))

    assert all(0 <= value <= 1 for name, value in asdict(measures).items() if name not in COUNTS)
    assert measures == measure(" ".join(pieces))


@given(st.permutations([*ESSAY, *SCRIPTS.values(), "\u2022 Rest...", ESSAY[0]]))
def test_order_of_lines(lines: list[str]) -> None:
    """Only what runs over the ends of lines depends on their order, in all scripts at once."""
    straight = measure("\n\n".join([*ESSAY, *SCRIPTS.values(), "\u2022 Rest...", ESSAY[0]]))
    over = {name for name in asdict(straight) if "gram" in name} | {"prose_confidence"}

    for name, value in asdict(measure("\n\n".join(lines))).items():
        assert name in over or value == getattr(straight, name)


def _words(count: int, length: int = 4) -> list[str]:
    """Different words of one length."""
    return [f"{chr(97 + n // 26)}{chr(97 + n % 26)}{'x' * (length - 2)}" for n in range(count)]


def _with_marks(mark: str, marks: int) -> str:
    return " ".join(f"{mark if n < marks else ''}{word}" for n, word in enumerate(_words(10)))


def _with_lines(which: str) -> str:
    """Lines of four words of their own, by number."""
    words = _words(40)
    return "\n".join(" ".join(words[4 * int(n) : 4 * int(n) + 4]) for n in which)


def _with_capitals(capitals: int) -> str:
    words = [word.title() if n < capitals else word for n, word in enumerate(_words(20))]
    return "\n".join(" ".join(words[at : at + 4]) for at in range(0, 20, 4))


@pytest.mark.parametrize(
    ("kept", "broken", "detail"),
    [
        (
            " ".join(_words(12, 40)),
            " ".join(_words(12, 41)),
            "mean_word_length 41, more than 40",
        ),
        (_with_marks("#", 5), _with_marks("#", 6), "symbols_per_word 0.6, more than 0.5"),
        (_with_marks("{", 2), _with_marks("{", 3), "braces_per_word 0.3, more than 0.2"),
        (
            " ".join([*_words(6), *map(str, range(14))]),
            " ".join([*_words(5), *map(str, range(15))]),
            "alphabetic_words 0.25, less than 0.3",
        ),
        (
            _with_lines("0120210021"),
            _with_lines("0100110111"),
            "repeated_line_characters 0.8, more than 0.7",
        ),
        (
            " ".join(_words(10) * 5),
            " ".join(_words(10) * 6),
            "repeated_10gram 0.8333, more than 0.8",
        ),
        (
            " ".join(_words(20)).replace("x", "\ufffd", 5) + ".",
            " ".join(_words(20)).replace("x", "\ufffd", 6) + ".",
            "unreadable 0.06, more than 0.05",
        ),
        (
            "aa bb\ncc dd ee\nff gg\nhh ii jj",
            "aa bb\ncc dd ee\nff gg\nhh ii jj\nkk ll",
            "words_per_line 2.4, less than 2.5",
        ),
        (_with_capitals(13), _with_capitals(14), "prose_confidence 0.2571, less than 0.3"),
    ],
    ids=lambda value: value.split()[0] if " than " in value else "",
)
def test_bounds(kept: str, broken: str, detail: str) -> None:
    """At a bound a text is kept, beyond it the detail has the measure, its value, the bound."""
    reason = REASONS.get(detail.split(maxsplit=1)[0], Reason.QUALITY_NOT_PROSE)

    assert judged(kept) is None
    assert judged(broken) == Rejection(reason=reason, detail=detail)


@pytest.mark.parametrize(
    "text",
    [
        ", ".join(f"{word} therapy online" for word in _words(20)),
        "This website uses cookies.\n\nYour browser keeps cookies. Do you consent to cookies?",
        "\n".join(["Grief And Loss Counselling", "Our Fees And Places", "Online Therapy"] * 3),
    ],
    ids=["keywords", "cookie notice", "menu"],
)
def test_prose_of_another_kind(text: str) -> None:
    """Words in good order are no post where they are there for machines or lawyers."""
    found = judged(text)

    assert found is not None
    assert found.reason is Reason.QUALITY_NOT_PROSE
    assert found.detail.startswith("prose_confidence")


def test_dummy_text() -> None:
    """What came with a theme is told by its confidence; who wants none of it raises the bound."""
    text = "Lorem ipsum dolor sit amet.\n\nSed do eiusmod et magna. Nostrud ullamco velit est."

    assert judged(text) is None
    assert measure(text).prose_confidence == 0.5
    assert judged(text, Quality(min_prose_confidence=0.6)) is not None


@pytest.mark.parametrize(
    "text",
    [
        PROSE,
        "A short word before the holidays: I am back on the seventh of January. Rest well!",
        "\n".join(f"- {paragraph}" for paragraph in ESSAY),
        "\n".join(f"{n}. {paragraph}" for n, paragraph in enumerate(ESSAY)),
        "\n\n".join(f"Ida: {one}\n\nBen: Yes, I see. And then?" for one in ESSAY),
        "I keep the lamp\nlow in the hall\nso that the dark\nhas somewhere to sit\nand not you",
        "Names for what you feel. One may do.\n\n" + ", ".join(_words(60)),
        "Eat cookies slowly.\n\nSmell the cookies. Who baked cookies for you, as on my website?",
    ],
    ids=["essay", "notice", "bullets", "numbered", "interview", "poem", "feelings", "baking"],
)
def test_kept(text: str) -> None:
    """Whatever a therapist may publish as a post is kept."""
    assert judged(text) is None


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts(script: str) -> None:
    """Prose in any script is kept, also where no spaces part its words."""
    assert judged(SCRIPTS[script]) is None


def test_shortest() -> None:
    """Ten words are kept, nine are not, and the detail has both figures."""
    assert judged("We are closed, and we wish you all good rest.") is None
    assert judged("We are closed, and wish you all good rest.") == Rejection(
        reason=Reason.QUALITY_TOO_SHORT, detail="9 words, fewer than 10"
    )


def test_bounds_can_be_moved() -> None:
    """A stricter bound turns down what the default one keeps."""
    bullets = "\n".join(f"# {paragraph}" for paragraph in ESSAY)

    assert judged(bullets) is None
    found = judged(bullets, Quality(max_symbols_per_word=0.01))
    assert found is not None
    assert found.detail.startswith("symbols_per_word 0.0")
    assert found.detail.endswith("more than 0.01")


def test_documented() -> None:
    """docs/quality.md names every measure, and the bounds that are the defaults."""
    page = PAGE.replace("`top_2gram` \u2026 `top_4gram`", "`top_2gram` `top_3gram` `top_4gram`")
    stage = asdict(Quality())

    assert all(f"`{name}`" in page for name in asdict(measure("")))
    for name, word in (("min", "below"), ("max", "above")):
        for measured, bound in re.findall(
            rf"^\| `(\w+)` .* {word} ([\d.]+) \|$", page, re.MULTILINE
        ):
            assert stage.pop(f"{name}_{measured}") == float(bound)
    assert set(stage) == {"min_words"}


def test_query_of_the_documentation(tmp_path: Path) -> None:
    """The SQL of docs/quality.md runs over a snapshot, and keeps prose that does not repeat."""
    looped = f"{PROSE}\n\n{PROSE}"
    pages = [
        replace(post("a.example", number), text=text, word_count=130, quality=measure(text))
        for number, text in enumerate((PROSE, looped))
    ]
    published = publish_documents(tmp_path, pages)
    (query,) = re.findall(r"```sql\n(.+?)```", PAGE, re.DOTALL)

    assert [text for _, _, text in run(published.directory, query).rows] == [PROSE]
