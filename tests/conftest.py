"""Settings of the tests as a whole."""

import pytest
from hypothesis import settings

# A loaded machine is no failure: examples are bounded in number, not in time.
settings.register_profile("unhurried", deadline=None, max_examples=40)
settings.load_profile("unhurried")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what the golden pages need."""
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write what the golden pages give now as what they should give",
    )
