"""A measured figure, how it is kept, and how it is printed."""

import json
import os
import platform
import resource
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

#: Where the figures of each part lie.
RESULTS = Path(__file__).resolve().parents[1] / "results"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table."""

    #: What was measured.
    name: str
    value: float
    unit: str
    #: What it is held against, and that one's figure in the same run; empty: a bound alone.
    peer: str = ""
    peer_value: float | None = None
    #: What the ratio to the peer is to be: "<= 0.05".
    wanted: str = ""
    #: What the value itself is to be: "<= 120".
    limit: str = ""

    @property
    def ratio(self) -> float | None:
        """The value over that of the peer."""
        return self.value / self.peer_value if self.peer_value else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What some work took, in a process of its own."""

    answer: Any
    seconds: float
    #: Of the process with its children, user and system, and of the process alone.
    cpu: float
    own: float
    #: Most memory that it had at once, in MiB.
    peak: float


def cost_of(work: Callable[..., Any], *given: Any) -> Cost:
    """Do some work in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_measured, work, given).result()


def _measured(work: Callable[..., Any], given: Sequence[Any]) -> Cost:
    # What the benchmark itself has imported is no part of the work.
    before = _used(resource.RUSAGE_SELF)
    began = time.monotonic()
    answer = work(*given)
    seconds = time.monotonic() - began
    own = _used(resource.RUSAGE_SELF) - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    cpu = own + _used(resource.RUSAGE_CHILDREN)
    return Cost(answer=answer, seconds=seconds, cpu=cpu, own=own, peak=peak)


def _used(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def machine() -> dict[str, str | int]:
    """What this ran on."""
    names = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((line.partition(": ")[2] for line in names if line.startswith("model name")), "")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**30
    return {
        "processor": model,
        "cores": os.cpu_count() or 0,
        "memory_gib": memory,
        "python": platform.python_version(),
        "system": platform.system(),
    }


def keep(part: str, figures: Iterable[Figure]) -> None:
    """Write the figures of a part in place of its former ones."""
    RESULTS.mkdir(exist_ok=True)
    told = {"machine": machine(), "figures": [asdict(figure) for figure in figures]}
    text = json.dumps(told, indent=2, ensure_ascii=False) + "\n"
    (RESULTS / f"{part}.json").write_text(text, encoding="utf-8")


def kept(part: str) -> list[Figure]:
    """The figures of a part as they were measured last; none where it never was."""
    path = RESULTS / f"{part}.json"
    if not path.exists():
        return []
    return [Figure(**one) for one in json.loads(path.read_text(encoding="utf-8"))["figures"]]


def table(figures: Iterable[Figure]) -> str:
    """The figures as a table in Markdown."""
    lines = ["| | ours | beside it | ratio | aim |", "|---|---|---|---|---|"]
    for one in figures:
        peer = "" if one.peer_value is None else f"{one.peer}: {_told(one.peer_value, one)}"
        ratio = "" if one.ratio is None else f"{one.ratio:.3g}"
        aims = [one.wanted and f"ratio {one.wanted}", one.limit and f"{one.limit} {one.unit}"]
        wanted = ", ".join(filter(None, aims)).replace("<=", "\u2264").replace(">=", "\u2265")
        value = _told(one.value, one)
        lines.append(f"| {one.name} | {value} | {peer} | {ratio} | {wanted} |")
    return "\n".join(lines) + "\n"


def _told(value: float, figure: Figure) -> str:
    number = f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
    return f"{number} {figure.unit}".rstrip()


def say(line: str) -> None:
    """Tell how far it is."""
    sys.stderr.write(f"{line}\n")
