"""The scores of text in seconds, for whoever tunes: no import, no build, no peers.

`python -m benchmarks.quality.quick [SET ...]` prints the table, the rejections,
and the worst pages of each set by their id.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.quality.in_process import NONE_LEFT_OUT, documents, recipe
from benchmarks.quality.pages import SETS, SHARED, GoldPage, pages
from benchmarks.quality.row import Row, table
from benchmarks.quality.scoring import Match, match
from benchmarks.quality.text import text_values
from pipelines.core.document import Document

#: Pages that are shown by name.
WORST = 15
_GOOD = 0.98


def quick(shared: Path, names: tuple[str, ...]) -> None:
    """Print the scores of our text over some sets."""
    for name in names:
        found = list(pages(shared, name))
        made = documents(found, recipe(NONE_LEFT_OUT))
        both = [(page, made[page.url]) for page in found]
        before = {page.id: match(document.text, page.gold) for page, document in both}
        after = {page.id: _published(document, page) for page, document in both}
        part = f"text of {name} ({len(found)} pages)"
        rows = [
            Row(part=part, system="ours", values=text_values(list(after.values()))),
            Row(
                part=part,
                system="ours, rejected pages kept",
                values=text_values(list(before.values())),
            ),
        ]
        sys.stdout.write("\n".join([table(rows), *_worst(both, after), "", ""]))


def _published(document: Document, page: GoldPage) -> Match:
    return match("" if document.rejection else document.text, page.gold)


def _worst(both: list[tuple[GoldPage, Document]], matches: dict[str, Match]) -> Iterator[str]:
    reasons = Counter(str(made.rejection.reason) for _, made in both if made.rejection)
    told = ", ".join(f"{reason} {count}" for reason, count in reasons.most_common())
    yield f"rejected: {told or 'none'}"
    ordered = sorted(both, key=lambda pair: matches[pair[0].id].f1)
    for page, document in ordered[:WORST]:
        found = matches[page.id]
        if found.f1 > _GOOD:
            break
        why = document.rejection
        score = f"F1 {found.f1:.3f}  P {found.precision:.3f}  R {found.recall:.3f}"
        line = f"  {score}  {page.id[:24]}  {page.url[:70]}"
        yield f"{line}  {why.reason}: {why.detail}" if why else line


if __name__ == "__main__":
    quick(SHARED, tuple(sys.argv[1:]) or SETS)
