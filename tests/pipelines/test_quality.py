"""What the quality stage measures, and how far out its bounds are."""
# ruff: noqa: RUF001 - prose in other scripts

import math
import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.core.document import Rejection
from pipelines.core.prose import measure
from pipelines.core.reasons import Reason
from pipelines.stages.quality import Quality
from tests.factories import ESSAY, document

PROSE = "\n\n".join(ESSAY)

#: A few sentences each; the quality of a text does not depend on its script.
SCRIPTS = {
    "Arabic": "جلسنا معا وتحدثنا عن النوم والقلق في أول ساعة من الصباح.",
    "Chinese": "我们谈了睡眠和担忧，也谈了早晨的第一个小时。她说她很累。",
    "Greek": "Μιλήσαμε για τον ύπνο και την ανησυχία της πρώτης ώρας.",
    "Hebrew": "דיברנו על שינה ועל דאגה בשעה הראשונה של הבוקר הזה.",
    "Hindi": "हमने नींद और चिंता के बारे में सुबह के पहले घंटे में बात की।",
    "Japanese": "私たちは眠りと不安について話しました。朝の最初の一時間のことです。",
    "Russian": "Мы говорили о сне и о тревоге в первый час раннего утра дома.",
    "Thai": "เราคุยกันเรื่องการนอนและความกังวลในชั่วโมงแรกของเช้า",
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
        ("a b " * 10 + "c d e", "top_2gram", 0.8696),
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


@given(st.text(st.sampled_from("ab .,!?\n#{}-\u2026\ufffd0\u4f60"), max_size=300))
def test_bounds_of_measures(text: str) -> None:
    """Every measure of any text is a finite number, and a share is one from 0 to 1."""
    counts = {"mean_word_length", "symbols_per_word", "stop_words", "sentences"}
    counts |= {"braces_per_word", "words_per_line"}
    for name, value in asdict(measure(text)).items():
        assert math.isfinite(value)
        assert value >= 0
        assert value <= 1 or name in counts


@given(st.permutations(ESSAY))
def test_order_of_lines(lines: list[str]) -> None:
    """What is measured line by line does not depend on the order of the lines."""
    found, straight = measure("\n\n".join(lines)), measure(PROSE)

    for name in ("terminal_lines", "short_lines", "repeated_lines", "words_per_line", "sentences"):
        assert getattr(found, name) == getattr(straight, name)


@pytest.mark.parametrize(
    ("broken", "reason", "name"),
    [
        (lambda text: text.replace("e", "\ufffd"), Reason.QUALITY_ENCODING, "unreadable"),
        (
            lambda text: f"{text.split('.')[0]}.\n\n" * 30,
            Reason.QUALITY_REPETITION,
            "repeated_line",
        ),
        (lambda text: f"{text[:90]} " * 40, Reason.QUALITY_REPETITION, "repeated_10gram"),
        (
            lambda text: text.replace(" ", " #"),
            Reason.QUALITY_NOT_PROSE,
            "symbols_per_word",
        ),
        (lambda text: text.replace(" ", " {x} "), Reason.QUALITY_NOT_PROSE, "braces_per_word"),
        (lambda text: text.replace(" ", ""), Reason.QUALITY_TOO_SHORT, "8 words, fewer than 10"),
        (lambda _: " ".join(f"{n}.5" for n in range(99)), Reason.QUALITY_NOT_PROSE, "alphabetic"),
        (lambda text: "\n".join(text.split()), Reason.QUALITY_NOT_PROSE, "words_per_line"),
    ],
)
def test_broken_texts(broken: Callable[[str], str], reason: Reason, name: str) -> None:
    """What no reader would call a text is turned down, and the reason names the measure."""
    found = judged(broken(PROSE))

    assert found is not None
    assert found.reason is reason
    assert name in found.detail


def test_lost_spaces() -> None:
    """Words that run into each other are no prose."""
    found = judged("\n\n".join(paragraph.replace(" ", "") for paragraph in ESSAY * 2))

    assert found is not None
    assert "mean_word_length" in found.detail or "repeated" in found.detail


@pytest.mark.parametrize(
    "text",
    [
        PROSE,
        "A short word before the holidays: I am back on the seventh of January. Rest well!",
        "\n".join(f"- {paragraph}" for paragraph in ESSAY),
        "\n".join(f"{n}. {paragraph}" for n, paragraph in enumerate(ESSAY)),
        "\n\n".join(f"Ida: {one}\n\nBen: Yes, I see. And then?" for one in ESSAY),
        "I keep the lamp\nlow in the hall\nso that the dark\nhas somewhere to sit\nand not you",
    ],
    ids=["essay", "notice", "bullets", "numbered", "interview", "poem"],
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
    page = (Path(__file__).resolve().parents[2] / "docs" / "quality.md").read_text("utf-8")
    page = page.replace("`top_2gram` \u2026 `top_4gram`", "`top_2gram` `top_3gram` `top_4gram`")
    stage = asdict(Quality())

    assert all(f"`{name}`" in page for name in asdict(measure("")))
    for name, word in (("min", "below"), ("max", "above")):
        for measured, bound in re.findall(
            rf"^\| `(\w+)` .* {word} ([\d.]+) \|$", page, re.MULTILINE
        ):
            assert stage.pop(f"{name}_{measured}") == float(bound)
    assert set(stage) == {"min_words"}
