"""What the recipe reaches on pages of our own may not fall below floor.json.

A page is a folder of pages/: page.html, and gold.toml, which was written by hand: its
address, its text, what it tells, and its kind: "post", or the reason for which it is to be
turned down. A change that reaches more raises the floor.
"""

import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from benchmarks.quality.in_process import documents
from benchmarks.quality.pages import GoldPage
from benchmarks.quality.scoring import match, score
from pipelines.core.document import Document

HERE = Path(__file__).parent
FLOOR: dict[str, float] = json.loads((HERE / "floor.json").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A page of ours, what is right, and what became of it."""

    name: str
    gold: Mapping[str, Any]
    made: Document

    @property
    def is_post(self) -> bool:
        """Whether it is to be published."""
        return bool(self.gold["kind"] == "post")


def cases() -> Iterator[Case]:
    """Every page after the per-site stages."""
    golds = {
        path.parent.name: tomllib.loads(path.read_text(encoding="utf-8"))
        for path in sorted(HERE.glob("pages/*/gold.toml"))
    }
    found = [
        GoldPage(
            id=name,
            url=gold["url"],
            html=(HERE / "pages" / name / "page.html").read_bytes(),
            gold=gold.get("text", "").strip(),
        )
        for name, gold in golds.items()
    ]
    made = documents(found, workers=1)
    for page in found:
        yield Case(name=page.id, gold=golds[page.id], made=made[page.url])


CASES = list(cases())
POSTS = [case for case in CASES if case.is_post]


def text_f1() -> float:
    """F1 of the texts of posts, as the article-extraction-benchmark defines it."""
    texts = [("" if case.made.rejection else case.made.text, case.gold["text"]) for case in POSTS]
    return score(match(text, gold) for text, gold in texts).f1


def kinds() -> float:
    """Pages that are published, or turned down for the right reason."""
    return share(CASES, lambda case: kind_of(case.made) == case.gold["kind"])


def dates() -> float:
    """Posts with the day that they tell, or with none where they tell none."""
    return share(POSTS, lambda case: day_of(case.made) == case.gold.get("published"))


def authors() -> float:
    """Posts with the author whom they name, or with none where they name none."""
    return share(POSTS, lambda case: case.made.author == case.gold.get("author"))


def redactions() -> float:
    """Posts in which everything private, and nothing else, was replaced."""
    return share(
        POSTS,
        lambda case: (
            {kind: n for kind, n in asdict(case.made.redactions).items() if n}
            == case.gold.get("redactions", {})
        ),
    )


MEASURES = (text_f1, kinds, dates, authors, redactions)


def kind_of(document: Document) -> str:
    """Either "post", or why it was turned down."""
    return str(document.rejection.reason) if document.rejection else "post"


def day_of(document: Document) -> date | None:
    """The day of its publication."""
    return document.published_at.date() if document.published_at else None


def share(of: list[Case], is_right: Callable[[Case], bool]) -> float:
    """Share of the cases that are right."""
    return sum(map(is_right, of)) / len(of)


def test_every_measure_has_its_floor() -> None:
    assert {measure.__name__ for measure in MEASURES} == set(FLOOR)


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.__name__)
def test_floor(measure: Callable[[], float]) -> None:
    """What is measured is not below the floor."""
    assert measure() >= FLOOR[measure.__name__]
