"""How right the text is: through the real verbs, beside the extractors that others use.

`python -m benchmarks.quality.text` measures everything; `python -m benchmarks.quality.quick`
our own text, within seconds.
"""

import base64
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.quality.environment import ask
from benchmarks.quality.in_process import ANY_SUBJECT, NONE_LEFT_OUT, documents, recipe
from benchmarks.quality.pages import SETS, SHARED, GoldPage, pages
from benchmarks.quality.row import Row, table
from benchmarks.quality.scoring import Match, match, score
from benchmarks.quality.through_build import built
from pipelines.core.document import Document
from pipelines.core.urls import canonical

#: Pages below these are counted.
_MARKS = (0.95, 0.85, 0.5)
#: What all times are told in multiples of.
_UNIT = "trafilatura, default"


def text_values(matches: Sequence[Match]) -> dict[str, str]:
    """The columns of one system on one set."""
    reached = score(matches)
    below = {f"< {mark}": str(sum(page.f1 < mark for page in matches)) for mark in _MARKS}
    return {
        "P": f"{reached.precision:.4f}",
        "R": f"{reached.recall:.4f}",
        "F1": f"{reached.f1:.4f}",
        "mean page F1": f"{reached.page_f1:.4f}",
        **below,
        "empty": str(sum(not page.right + page.added for page in matches)),
    }


def rows(shared: Path) -> Iterator[Row]:
    """One row for each system on each set; our `time` has all stages, theirs the extraction."""
    for name in SETS:
        found = list(pages(shared, name))
        answers = list(ask("extractors", "extractors.py", map(_question, found)))
        unit = sum(answer["seconds"][_UNIT] for answer in answers)
        ours = {"time": f"{_seconds(found) / unit:.2f}"}
        part = f"text of {name} ({len(found)} pages)"
        yield _of_build(part, found, ANY_SUBJECT, ours)
        yield _of_build(part, found, NONE_LEFT_OUT, ours)
        for system in answers[0]["texts"]:
            matches = [
                match(answer["texts"][system], page.gold)
                for answer, page in zip(answers, found, strict=True)
            ]
            spent = sum(answer["seconds"][system] for answer in answers)
            values = text_values(matches) | {"time": f"{spent / unit:.2f}"}
            yield Row(part=part, system=system, values=values)


def _of_build(
    part: str,
    found: list[GoldPage],
    settings: Mapping[str, Mapping[str, Any]],
    more: dict[str, str],
) -> Row:
    """Score what the verbs make of a set.

    Pages that refuse such use (robots "noarchive" and the like) leave no document. They say
    nothing of the text either, so that theirs is made in process, and they are counted.
    """
    made = built(found, settings)
    refused = [page for page in found if canonical(page.url) not in made]
    beside = documents(refused, recipe(settings))
    both = [(made.get(canonical(page.url)) or beside[page.url], page) for page in found]
    matches = [match(_published(document), page.gold) for document, page in both]
    reasons = Counter(str(document.rejection.reason) for document, _ in both if document.rejection)
    told = ", ".join(f"{reason} {count}" for reason, count in reasons.most_common())
    system = "ours" if settings is ANY_SUBJECT else "ours, leave_out = []"
    counts = {"rejected": told, "refuse such use": str(len(refused))}
    return Row(part=part, system=system, values=text_values(matches) | more | counts)


def _published(document: Document) -> str:
    return "" if document.rejection else document.text


def _question(page: GoldPage) -> Mapping[str, str]:
    return {"html": base64.b64encode(page.html).decode()}


def _seconds(found: list[GoldPage]) -> float:
    """What extraction and all per-site stages of the pages take in one process."""
    made_by = recipe()
    documents(found[:1], made_by, workers=1)  # what is loaded once is not counted
    start = time.perf_counter()
    documents(found, made_by, workers=1)
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.stdout.write(f"{table(rows(SHARED))}\n")
