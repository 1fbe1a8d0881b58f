"""Work in parts is held to its limits within these, and what lies around them to none."""

import time

import pytest

from pipelines.engines.local import Fault, Limits, run
from pipelines.engines.worker import begin

LIMITS = Limits(seconds=0.3, memory_mib=256, of_parts=True)


def compute() -> None:
    """Take more time than a part may."""
    until = time.process_time() + 3 * LIMITS.seconds
    while time.process_time() < until:
        pass


def take() -> None:
    """Take more memory than a part may."""
    len(bytearray(2 * LIMITS.memory_mib * 1024**2))


def parted(slow: str) -> str:
    """Work that takes much before its part and after it, and in it where it is told to."""
    compute()
    take()
    begin(1)
    {"compute": compute, "take": take}.get(slow, bool)()
    begin(2, is_limited=False)
    compute()
    take()
    return slow


@pytest.mark.parametrize(
    ("slow", "fault"),
    [
        ("compute", Fault(kind="timeout", detail="killed after 0.3 s", part=1)),
        ("take", Fault(kind="memory", detail="MemoryError", part=1)),
    ],
)
def test_limits_of_parts_hold_in_parts_alone(slow: str, fault: Fault) -> None:
    """The part that takes too much is the fault; the items before and after it are done."""
    done = list(run(parted, ["first", slow, "last"], workers=1, limits=LIMITS))

    assert done == [("first", "first"), (slow, fault), ("last", "last")]
