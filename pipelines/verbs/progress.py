"""Progress for whoever looks on: a bar on a terminal, a plain line now and then elsewhere."""

import sys
import time

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from pipelines.core.watch import Watch

#: Seconds between two plain lines.
_LINE_EVERY = 10.0


def watch() -> Watch:
    """The right kind of progress for standard error."""
    return Bar() if sys.stderr.isatty() else Lines()


class Bar:
    """A Rich progress bar with counts, rate and time left."""

    def __init__(self) -> None:
        self._progress: Progress | None = None

    def begin(self, label: str, total: int | None) -> None:
        """Show a bar."""
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[note]}"),
            console=Console(stderr=True),
        )
        self._progress.add_task(label, total=total, note="", rate="")
        self._progress.start()
        self._since = time.monotonic()

    def advance(self, done: int, total: int | None, note: str) -> None:
        """Move the bar."""
        if self._progress is not None:
            rate = f"{done / max(time.monotonic() - self._since, 0.001):.1f}/s"
            task = self._progress.task_ids[0]
            self._progress.update(task, completed=done, total=total, note=note, rate=rate)

    def end(self) -> None:
        """Leave the bar as it stands."""
        if self._progress is not None:
            self._progress.stop()


class Lines:
    """One line at the start, one now and then, one at the end; fit for a log."""

    def begin(self, label: str, total: int | None) -> None:
        """Say what starts."""
        self._label, self._since, self._last = label, time.monotonic(), time.monotonic()
        self._state = "" if total is None else f"0 of {total}"
        self._say("started")

    def advance(self, done: int, total: int | None, note: str) -> None:
        """Remember where it stands, and say so if the last line is old enough."""
        now = time.monotonic()
        rate = done / max(now - self._since, 0.001)
        self._state = f"{done} of {total or '?'}, {rate:.1f}/s, {note}"
        if now - self._last >= _LINE_EVERY:
            self._last = now
            self._say(self._left(done, total, rate))

    def end(self) -> None:
        """Say how it ended."""
        self._say(f"done in {time.monotonic() - self._since:.1f} s")

    @staticmethod
    def _left(done: int, total: int | None, rate: float) -> str:
        if total is None or not rate:
            return "going on"
        return f"about {max(total - done, 0) / rate:.0f} s left"

    def _say(self, what: str) -> None:
        clock = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        parts = [part for part in (self._label, self._state, what) if part]
        sys.stderr.write(f"{clock} {': '.join(parts[:1])}: {', '.join(parts[1:])}\n")
        sys.stderr.flush()


class Quiet:
    """Nobody looks on."""

    def begin(self, label: str, total: int | None) -> None:
        """Say nothing."""

    def advance(self, done: int, total: int | None, note: str) -> None:
        """Say nothing."""

    def end(self) -> None:
        """Say nothing."""
