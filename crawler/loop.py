"""Keeps the event loop quick: how the interpreter shares its time, and what runs in the loop."""

import gc
import sys

from pipelines.core.model import Capture

#: Bytes of a page that is read and packed where it is: handing it to a thread and back would
#: take longer.
_SMALL = 16 * 1024
_PACKED = b"\x1f\x8b"
#: Seconds that a thread which reads a page may go on for while the loop waits; Python's own 5 ms
#: are waited for at each statement of SQL.
_TURN = 0.0005
#: Objects made until the garbage collector looks, and looks of each of its generations.
_COLLECT = (10_000, 20, 20)


def prepare() -> None:
    """Share time out in small turns, and leave all that start-up made to itself."""
    sys.setswitchinterval(_TURN)
    gc.collect()
    # Looking through these objects again and again would stop the loop for a tenth of a second.
    gc.freeze()
    gc.set_threshold(*_COLLECT)


def is_quick(capture: Capture) -> bool:
    """Whether a body takes no longer to read than the loop may stand still.

    A small packed body may be a large one, and of a sitemap each line is judged.
    """
    return (
        capture.kind.is_page
        and len(capture.body) <= _SMALL
        and not capture.body.startswith(_PACKED)
    )
