"""How many copies are found, and how many finds are copies, beside two libraries.

`python -m benchmarks.pairs [PAIRS_OF_EACH_KIND]` stores the texts of `benchmarks.labelled_pairs`
as posts of as many sites, compares them as a build does, and asks datasketch (LSH alone) and
datatrove (its MinHash pipeline) about the same texts. Intervals are Wilson's at 95 % (Wilson
1927).
"""

import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations
from math import sqrt
from pathlib import Path
from typing import TypeAlias

from rich.console import Console
from rich.table import Table

from benchmarks.labelled_pairs import DIFFERENT, SAME, Labelled, pairs
from benchmarks.quality.environment import ask
from pipelines.core.dedup import Dedup, likeness
from pipelines.dataset.compare import compare
from pipelines.dataset.index import opened
from tests.factories import document, stored

#: Numbers of two texts, the smaller first; those of a labelled pair are 2n and 2n + 1.
Pairs: TypeAlias = set[tuple[int, int]]

_OURS, _PROPOSED = "ours", "our bands alone"
#: The first one is the default.
_THRESHOLDS = (0.8, 0.7, 0.6, 0.5)
_FOUND = """
SELECT a.site, b.site FROM pair JOIN post AS a ON a.text = pair.one
JOIN post AS b ON b.text = pair.other WHERE pair.rule IS NOT NULL OR $proposed
UNION SELECT a.site, b.site FROM post AS a JOIN post AS b ON a.text = b.text AND a.site < b.site
"""


def by_ours(texts: Sequence[str]) -> dict[str, Pairs]:
    """The pairs that the comparison accepts, and all that its bands propose."""
    documents = (
        document(url=f"https://site-{number:06d}.example/post", text=text)
        for number, text in enumerate(texts)
    )
    with tempfile.TemporaryDirectory() as folder:
        wanted = stored(Path(folder), documents)
        with opened(Path(folder), Dedup()) as index:
            index.update(wanted)
            compare(index)
            found = {
                name: index.database.execute(_FOUND, {"proposed": name == _PROPOSED}).fetchall()
                for name in (_OURS, _PROPOSED)
            }
    return {name: {_numbered(*sites) for sites in rows} for name, rows in found.items()}


def _numbered(one: str, other: str) -> tuple[int, int]:
    first, second = sorted((int(one[5:11]), int(other[5:11])))
    return first, second


def by_peers(texts: Sequence[str]) -> dict[str, Pairs]:
    """The pairs of each library."""
    answers = ask("near_duplicates", "near_duplicates.py", ({"text": text} for text in texts))
    return {answer["system"]: set(_paired(answer["groups"])) for answer in answers}


def _paired(groups: Iterable[Sequence[int]]) -> Iterable[tuple[int, int]]:
    return (pair for group in groups for pair in combinations(sorted(group), 2))


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Wilson's interval of a share at 95 %."""
    if not of:
        return 0.0, 1.0
    z = 1.959964
    share = hits / of
    centre = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return max(centre - half, 0.0), min(centre + half, 1.0)


def _share(hits: int, of: int) -> str:
    low, high = wilson(hits, of)
    return f"{hits / max(of, 1):.4f} ({low:.4f} to {high:.4f})"


def by_kind(labelled: Sequence[Labelled], found: dict[str, Pairs]) -> Table:
    """How many pairs of each kind each system takes for copies."""
    table = Table("kind", "pairs", *found, title="Taken for copies")
    sizes = Counter(one.kind for one in labelled)
    for kind in (*SAME, *DIFFERENT):
        numbers = [number for number, one in enumerate(labelled) if one.kind == kind]
        hits = (sum((2 * n, 2 * n + 1) in theirs for n in numbers) for theirs in found.values())
        label = "same: " if kind in SAME else "different: "
        table.add_row(label + kind, str(sizes[kind]), *map(str, hits))
    return table


def in_all(labelled: Sequence[Labelled], found: dict[str, Pairs]) -> Table:
    """Precision and recall over the labelled pairs, and what else was taken for copies."""
    table = Table("system", "precision", "recall", "F1", "pairs of strangers")
    same = {(2 * n, 2 * n + 1) for n, one in enumerate(labelled) if one.is_same}
    told = {(2 * n, 2 * n + 1) for n in range(len(labelled))}
    for name, theirs in found.items():
        hits, taken = len(theirs & same), len(theirs & told)
        precision, recall = hits / max(taken, 1), hits / len(same)
        score = 2 * precision * recall / max(precision + recall, 1e-9)
        shares = (_share(hits, taken), _share(hits, len(same)))
        table.add_row(name, *shares, f"{score:.4f}", str(len(theirs - told)))
    return table


def at_thresholds(labelled: Sequence[Labelled], proposed: Pairs) -> Table:
    """What other thresholds of `[dedup]` would find, of the pairs that the bands propose."""
    title = "Other settings of `threshold`"
    table = Table("threshold", "by the rule", "proposed", "precision", "recall", title=title)
    measure = Dedup()
    likes = [likeness(measure.shingles(one.one), measure.shingles(one.other)) for one in labelled]
    for threshold in _THRESHOLDS:
        dedup = Dedup(threshold=threshold)
        ruled = [number for number, like in enumerate(likes) if dedup.rule(like)]
        found = [number for number in ruled if (2 * number, 2 * number + 1) in proposed]
        hits = sum(labelled[number].is_same for number in found)
        same = sum(one.is_same for one in labelled)
        shares = _share(hits, len(found)), _share(hits, same)
        table.add_row(f"{threshold:.1f}", str(len(ruled)), str(len(found)), *shares)
    return table


def main() -> None:
    """Judge all pairs by every system and print two tables."""
    each = int(sys.argv[1]) if len(sys.argv) > 1 else 130
    labelled = list(pairs(each))
    texts = [text for one in labelled for text in (one.one, one.other)]
    found = by_ours(texts) | by_peers(texts)
    console = Console(width=140)
    words = sorted(len(text.split()) for text in texts)
    console.print(f"{len(labelled)} pairs; {words[0]} to {words[-1]} words, in the middle ", end="")
    console.print(words[len(words) // 2])
    console.print(by_kind(labelled, found))
    console.print(in_all(labelled, found))
    console.print(at_thresholds(labelled, found[_PROPOSED]))


if __name__ == "__main__":
    main()
