"""The pace of a crawl, read from the servers' log."""

from pathlib import Path

import pytest

from tests.end_to_end.politeness import OWN, RETRY_AFTER, measure

DELAY = 0.4


@pytest.mark.parametrize("kills", [0, 3])
def test_gaps(tmp_path: Path, kills: int) -> None:
    """No host and no platform is asked sooner than the delay, kills or not."""
    gaps = measure(tmp_path, delay=DELAY, posts=4, kills=kills)

    assert set(OWN) | {"substack.com"} == set(gaps.smallest)
    assert min(gaps.smallest.values()) >= DELAY
    assert gaps.after_busy >= RETRY_AFTER
    assert all(count >= 8 for count in gaps.requests.values())
