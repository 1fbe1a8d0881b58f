"""A page in the manner of the document that the dataset is modelled on gives its style.

source_document/normalized.txt was written by hand from the rules: Kim (2014), without
digits and parentheses, headings, captions and closing words in reading order.
"""

from pathlib import Path

from tests.golden.test_golden import document

CASE = Path(__file__).parent / "source_document"


def test_source_document() -> None:
    """Captions in tables, hyphens, digits, curly quotes and contact lines, byte for byte."""
    expected = (CASE / "normalized.txt").read_text(encoding="utf-8").removesuffix("\n")

    assert document(CASE).normalized_text == expected
