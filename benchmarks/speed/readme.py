"""Keeps the table of README.md the one that is made from the kept figures."""

from collections.abc import Iterable
from pathlib import Path

from benchmarks.speed.figures import Figure, table

PAGE = Path(__file__).resolve().parents[2] / "README.md"
_BEGIN = "<!-- speed: made by `python -m benchmarks.speed --readme` -->\n"
_END = "<!-- speed ends -->\n"


def written(page: str, figures: Iterable[Figure]) -> str:
    """The page with the table of these figures in the place of its own.

    Raises:
        ValueError: The page has no place for it.
    """
    before, begin, rest = page.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        message = "README.md has lost the marks around its table of speed; put them back."
        raise ValueError(message)
    return f"{before}{begin}{table(figures)}{end}{after}"


def write(figures: Iterable[Figure]) -> None:
    """Put the table into the page."""
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), figures), encoding="utf-8")
