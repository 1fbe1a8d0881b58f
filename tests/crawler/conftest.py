"""What the tests of the frontier share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.frontier import Frontier
from tests.crawler.driver import opened


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Where a corpus goes."""
    return tmp_path / "corpus"


@pytest.fixture
def frontier(corpus: Path) -> Iterator[Frontier]:
    """The frontier of a first run."""
    frontier = opened(corpus)
    yield frontier
    frontier.close()
