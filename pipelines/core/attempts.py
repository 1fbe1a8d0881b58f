"""Attempts at a bucket: the highest number is the one that counts, all others are fenced off.

A machine that is cut off may go on crawling while its task runs elsewhere. Each attempt works in
a folder of its own, on a copy of what the one before had committed: whatever that one still
writes is read by nobody, and it ends as soon as it sees that it has been overtaken.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from pipelines.core import state
from pipelines.core.lending import copy_removals

#: Seconds between two looks at a crawler: how far it is, or whether it has been overtaken.
LOOK = 0.5
#: Seconds that a new attempt leaves the former one to see it.
GRACE = 4 * LOOK


def claim(bucket: Path) -> Path:
    """Begin another attempt; all before it are overtaken.

    Returns:
        Its folder, without a state yet.
    """
    while True:
        attempt = bucket / str(max(_numbers(bucket)) + 1)
        try:
            attempt.mkdir()
        except FileExistsError:
            continue
        return attempt


def is_overtaken(attempt: Path) -> bool:
    """Whether a later attempt has begun, or the bucket was taken back."""
    try:
        return max(_numbers(attempt.parent)) != int(attempt.name)
    except FileNotFoundError:
        return True


def newest(bucket: Path) -> Path:
    """The last attempt that got as far as having a state."""
    return next(
        folder
        for number in sorted(_numbers(bucket), reverse=True)
        if state.state_file(folder := bucket / str(number)).exists()
    )


def was_worked_on(bucket: Path) -> bool:
    """Whether anybody may be asking its hosts: the first attempt is what was lent."""
    return max(_numbers(bucket)) > 1


def go_on(attempt: Path, until: float) -> None:
    """Give an attempt the state of the one before; nobody writes to that any more.

    Args:
        attempt: Its folder.
        until: Unix time before which no host may be asked: the former attempt may just have
            asked any of them.
    """
    former = newest(attempt.parent)
    (attempt / "archive").mkdir()
    unfinished = attempt / "unfinished"
    unfinished.mkdir()
    path = unfinished / state.state_file(attempt).name
    with (
        closing(sqlite3.connect(state.state_file(former), timeout=30)) as source,
        closing(sqlite3.connect(path, isolation_level=None)) as copy,
    ):
        source.backup(copy)
        with state.transaction(copy):
            # What is archived stays where it is; new files are this attempt's alone.
            copy.execute(
                "UPDATE capture SET file = ? || file WHERE id > (SELECT capture FROM lent) "
                "AND file NOT LIKE '../%'",
                (f"../../{former.name}/archive/",),
            )
            copy.execute("DELETE FROM archive_file")
            copy.execute(
                "UPDATE host SET not_before = max(not_before, ?1), ready_at = max(ready_at, ?1)",
                (until,),
            )
    unfinished.rename(attempt / "state")
    copy_removals(former, attempt)


def _numbers(bucket: Path) -> list[int]:
    return [int(path.name) for path in bucket.iterdir() if path.name.isdigit()]
