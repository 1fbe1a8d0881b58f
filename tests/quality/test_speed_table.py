"""The table of speed in the README says what was measured."""

from benchmarks.speed.__main__ import PARTS
from benchmarks.speed.figures import kept
from benchmarks.speed.readme import PAGE, written


def test_the_readme_has_the_figures_that_are_kept() -> None:
    """Each kept figure stands in the table as it was measured; none was written by hand."""
    found = [figure for part in PARTS for figure in kept(part)]
    page = PAGE.read_text(encoding="utf-8")

    assert written(page, found) == page


def test_each_part_was_measured() -> None:
    """No part of the table is missing."""
    assert [part for part in PARTS if not kept(part)] == []
