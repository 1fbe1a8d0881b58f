"""Reads the two texts of each proposed pair and says by which rule they are copies, if any."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipelines.core.dedup import Dedup, likeness
from pipelines.dataset.texts import read

#: Types of the columns of the table `pair`.
_KINDS = {
    "one": pa.int32(),
    "other": pa.int32(),
    "jaccard": pa.float64(),
    "containment": pa.float64(),
    "rule": pa.string(),
    "score": pa.float64(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some pairs, and where their texts can be read: each of them once."""

    #: An Arrow table with `one` and `other`.
    pairs: Any
    #: An Arrow table with `text`, `site` and `place`, in order of the latter two.
    texts: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Judges pairs, in this process or as a task of a cluster."""

    corpus: Path
    dedup: Dedup
    #: Raises where this machine would judge otherwise than the one that asks.
    agree: Callable[[], object]

    def __call__(self, batch: Batch) -> Any:
        """The pairs as an Arrow table with the columns of the table `pair`.

        Raises:
            SnapshotError: The documents of a site cannot be read.
            CorpusError: This machine does not agree.
        """
        self.agree()
        numbers = batch.texts.column("text").to_pylist()
        texts = read(self.corpus, batch.texts, "text")
        sets = {
            number: self.dedup.shingles(text.as_py())
            for number, text in zip(numbers, texts, strict=True)
        }
        found = []
        columns = (batch.pairs.column(name).to_pylist() for name in ("one", "other"))
        for one, other in zip(*columns, strict=True):
            like = likeness(sets[one], sets[other])
            rule, score = self.dedup.rule(like) or (None, None)
            found.append((one, other, like.jaccard, like.containment, rule, score))
        rows = zip(zip(*found, strict=True), _KINDS.values(), strict=True)
        return pa.table([pa.array(values, kind) for values, kind in rows], names=list(_KINDS))
