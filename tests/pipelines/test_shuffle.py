"""Texts that share a band are found part by part, by what lies with the documents alone."""

from collections.abc import Container, Iterable
from itertools import combinations
from pathlib import Path

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from pipelines.core.dedup import Signature
from pipelines.dataset.documents import path_of, write
from pipelines.dataset.shuffle import HashReader, Reader, Sieve, pairs
from tests.factories import post

#: A band and the digest of a text that has it; few of each, so that they meet.
ROWS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=40)


def part(rows: Iterable[tuple[int, int]], new: Container[int]) -> pa.Table:
    """A part with these bands; digests that differ in one half or the other."""
    found = list(rows)
    columns = {
        "hash": [hash_ for hash_, _ in found],
        "high": [text // 3 for _, text in found],
        "low": [text % 3 for _, text in found],
    }
    arrays = {name: pa.array(values, pa.uint64()) for name, values in columns.items()}
    return pa.table(arrays | {"is_new": pa.array([text in new for _, text in found], pa.bool_())})


def met(tables: Iterable[pa.Table]) -> set[frozenset[int]]:
    """The pairs of these tables."""
    return {
        frozenset((row["one_high"] * 3 + row["one_low"], row["other_high"] * 3 + row["other_low"]))
        for table in tables
        for row in table.to_pylist()
    }


@given(ROWS, st.sets(st.integers(0, 9)))
def test_exactly_those_that_share_a_band_meet(rows: list[tuple[int, int]], new: set[int]) -> None:
    """Each two different texts with a band in common of which one is new, and no text itself."""
    expected = {
        frozenset((one[1], other[1]))
        for one, other in combinations(rows, 2)
        if one[0] == other[0] and one[1] != other[1] and {one[1], other[1]} & new
    }
    assert met(pairs(part(rows, new))) == expected


def test_a_template_is_told_bit_by_bit() -> None:
    """All pairs of 2,000 texts come, and no table has more than a million of them."""
    tables = list(pairs(part(((7, text) for text in range(2000)), range(2000))))
    assert sum(len(table) for table in tables) == 2000 * 1999 // 2
    assert max(len(table) for table in tables) <= 1 << 20


def test_a_sieve_lets_all_bands_pass_that_a_new_text_has(tmp_path: Path) -> None:
    """What is read through it is all that new texts have, and next to nothing else."""
    draw = np.random.default_rng(1)
    signatures = [
        Signature(digest=f"{n:032x}", bands=draw.integers(0, 2**63, 42, dtype=np.uint64))
        for n in range(1, 101)
    ]
    made = iter(signatures)
    write(
        path_of(tmp_path, "a.example"),
        [post("a.example", n) for n in range(100)],
        inputs="1",
        sign=lambda _: next(made),
    )
    new = pa.table({"site": ["a.example"] * 3, "place": pa.array([4, 50, 99], pa.int32())})
    digests = np.array([5, 51, 100], dtype=np.uint64)
    sieve = Sieve.of(digests, [HashReader(corpus=tmp_path)(new)])
    read = Reader(corpus=tmp_path, parts=3, sieve=sieve, agree=bool)
    found = pa.concat_tables(read(pa.table({"site": ["a.example"]})))

    wanted = {int(band) for place in (4, 50, 99) for band in signatures[place].bands}
    assert set(found.column("hash").to_pylist()) == wanted
    assert set(found.column("low").to_pylist()) == {5, 51, 100}
    assert set(found.column("part").to_pylist()) == {0, 1, 2}
    assert all(found.column("is_new").to_pylist())
