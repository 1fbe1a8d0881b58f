"""Items that hang, hog or kill their process cost themselves and nothing else."""

import ctypes
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.core.errors import CorpusError
from pipelines.engines.local import Fault, Limits, run

LIMITS = Limits(seconds=0.5, memory_mib=256)

#: A program that starts two workers which say who they are and then never end.
HANGING = """
import sys
sys.path.insert(0, {folder!r})
from test_engine_local import hang_natively
from pipelines.engines.local import Limits, run
for result in run(hang_natively, [{marks!r} + "/1", {marks!r} + "/2"], workers=2,
                  limits=Limits(seconds=600, memory_mib=256)):
    print(result)
"""


def double(number: int) -> int:
    """Plain work."""
    return number * 2


def act(what: str) -> object:  # noqa: C901, PLR0912 - a menu
    """Do what the word says, good or bad."""
    match what:
        case "sleep":
            time.sleep(60)
        case "wait":
            time.sleep(3 * LIMITS.seconds)
        case "regex":
            return re.match(r"(a+)+$", "a" * 60 + "b") is None
        case "hog":
            return len(bytearray(2 * 1024**3))
        case "segfault":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "null":
            return ctypes.string_at(0)
        case "exit":
            os._exit(3)
        case "leave":
            sys.exit(4)
        case "raise":
            message = "not a page"
            raise ValueError(message)
        case "lambda":
            return lambda: None
        case "eof":
            raise EOFError
        case "big":
            return b"x" * (16 * 1024**2)
        case "close":
            os.closerange(3, 100)
    return what


def pid(_: object) -> int:
    """Which process does it."""
    return os.getpid()


def chatter(number: int) -> int:
    """Write where libraries write."""
    print("noise of a library")  # noqa: T201 - that is the point
    os.write(1, b"noise of native code\n")
    return number


def hang_natively(mark: str) -> None:
    """Say who does it, then never come back, nor let another Python thread run."""
    Path(mark).write_text(str(os.getpid()), encoding="ascii")
    re.match(r"(a+)+$", "a" * 60 + "b")


def alive(process: int) -> bool:
    """Whether there is such a process, zombies aside."""
    try:
        return ") Z" not in Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except OSError:
        return False


def eventually_gone(processes: list[int], seconds: float) -> bool:
    """Whether all of `processes` end in time."""
    deadline = time.monotonic() + seconds
    while any(map(alive, processes)):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def test_every_item_has_its_result() -> None:
    """Results come in any order, each item once."""
    results = sorted(run(double, range(100), workers=3, limits=LIMITS))

    assert results == [(number, number * 2) for number in range(100)]


def test_nothing_to_do_starts_nothing() -> None:
    """No item, no worker."""
    assert list(run(double, [], workers=3, limits=LIMITS)) == []


@pytest.mark.parametrize(
    ("what", "fault"),
    [
        ("sleep", Fault(kind="timeout", detail="killed after 5 s")),
        ("regex", Fault(kind="timeout", detail="killed after 0.5 s")),
        ("hog", Fault(kind="memory", detail="MemoryError")),
        ("segfault", Fault(kind="crashed", detail="killed by SIGSEGV")),
        ("null", Fault(kind="crashed", detail="killed by SIGSEGV")),
        ("exit", Fault(kind="crashed", detail="exit code 3")),
        ("leave", Fault(kind="crashed", detail="SystemExit: 4")),
        ("raise", Fault(kind="crashed", detail="ValueError: not a page")),
        ("eof", Fault(kind="crashed", detail="EOFError")),
    ],
)
def test_a_bad_item_is_a_fault_and_costs_only_itself(what: str, fault: Fault) -> None:
    """The items before and after it get their results."""
    items = ["one", what, "two", what, "three"]

    results = sorted(run(act, items, workers=2, limits=LIMITS), key=lambda pair: pair[0])

    expected: list[tuple[str, object]] = [(word, word) for word in ("one", "two", "three")]
    expected += [(what, fault), (what, fault)]
    assert results == sorted(expected, key=lambda pair: pair[0])


def test_waiting_for_the_processor_is_nobodys_fault() -> None:
    """What counts is the time that a worker computes for, not what others leave it."""
    assert list(run(act, ["wait"], workers=1, limits=LIMITS)) == [("wait", "wait")]


def test_all_bad_items_together_lose_nothing() -> None:
    """A mixture of everything bad still gives each item exactly one answer."""
    bad = ["sleep", "regex", "hog", "segfault", "exit", "raise", "lambda", "close"]
    items = [f"{word}" for pair in zip(bad, "abcdefgh", strict=True) for word in pair] * 2

    results = list(run(act, items, workers=4, limits=LIMITS))

    assert sorted(item for item, _ in results) == sorted(items)
    assert {item for item, result in results if isinstance(result, Fault)} == set(bad)


def test_big_results_come_through() -> None:
    """A result that is larger than a pipe's buffer arrives whole."""
    ((item, result),) = run(act, ["big"], workers=1, limits=LIMITS)

    assert (item, result) == ("big", b"x" * (16 * 1024**2))


def test_workers_stay_warm() -> None:
    """Items are done by as many processes as there are workers, none of them this one."""
    processes = {result for _, result in run(pid, range(50), workers=2, limits=LIMITS)}

    assert len(processes) <= 2
    assert os.getpid() not in processes


def test_items_are_drawn_as_workers_fall_free() -> None:
    """An endless source is drawn from a few items ahead, not to its end."""
    drawn = 0

    def source() -> Iterator[int]:
        nonlocal drawn
        while True:
            drawn += 1
            yield drawn

    results = run(double, source(), workers=2, limits=LIMITS)
    for _ in range(10):
        next(results)

    assert drawn <= 10 + 2 * 2
    results.close()  # type: ignore[attr-defined]


def test_closing_ends_the_workers() -> None:
    """Whoever stops asking for results leaves no process behind."""
    results = run(pid, range(50), workers=2, limits=LIMITS)
    processes = [result for _, (_, result) in zip(range(4), results, strict=False)]
    results.close()  # type: ignore[attr-defined]

    assert not any(isinstance(process, Fault) or alive(process) for process in processes)


def test_the_time_of_a_slow_consumer_is_not_the_items() -> None:
    """An answer that has waited longer than the limit is an answer."""
    results = []
    for result in run(double, range(4), workers=2, limits=Limits(seconds=0.3, memory_mib=256)):
        results.append(result)
        time.sleep(0.5)

    assert sorted(results) == [(number, number * 2) for number in range(4)]


def test_starting_is_not_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that takes longer to import than an item may last does no harm."""
    source = "import time\ntime.sleep(1)\ndef quick(item):\n    return item\n"
    (tmp_path / "slow_module.py").write_text(source, encoding="utf-8")
    sys.modules.pop("slow_module", None)
    monkeypatch.syspath_prepend(tmp_path)
    from slow_module import quick  # type: ignore[import-not-found]  # noqa: PLC0415 - just made

    limits = Limits(seconds=0.5, memory_mib=256)
    assert list(run(quick, ["a"], workers=1, limits=limits)) == [("a", "a")]


def test_a_worker_that_cannot_start_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Work that cannot be imported there is an error, not a loop."""
    (tmp_path / "gone_module.py").write_text("def work(item):\n    return item\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    from gone_module import work  # type: ignore[import-not-found]  # noqa: PLC0415 - just made

    (tmp_path / "gone_module.py").unlink()
    with pytest.raises(CorpusError, match="ModuleNotFoundError: No module named 'gone_module'"):
        list(run(work, ["a", "b"], workers=2, limits=LIMITS))


def test_a_worker_that_dies_while_it_starts_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A module that ends the process on import is an error with its exit code."""
    source = f"import os\nif os.getpid() != {os.getpid()}:\n    os._exit(7)\n"
    module = tmp_path / "deadly_module.py"
    module.write_text(source + "def work(item):\n    return item\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    from deadly_module import work  # type: ignore[import-not-found]  # noqa: PLC0415 - just made

    with pytest.raises(CorpusError, match="exit code 7"):
        list(run(work, ["a", "b"], workers=2, limits=LIMITS))


def test_what_the_work_prints_is_not_our_output(capfd: pytest.CaptureFixture[str]) -> None:
    """Standard output belongs to the command, so noise goes to standard error."""
    assert list(run(chatter, [1], workers=1, limits=LIMITS)) == [(1, 1)]

    captured = capfd.readouterr()
    assert captured.out == ""
    assert "noise of native code" in captured.err


def hanging(tmp_path: Path) -> tuple[subprocess.Popen[bytes], list[int]]:
    """A program whose two workers hang in native code, and their process ids."""
    folder = str(Path(__file__).parent)
    program = HANGING.format(folder=folder, marks=str(tmp_path))
    parent = subprocess.Popen([sys.executable, "-c", program], start_new_session=True)
    marks = [tmp_path / "1", tmp_path / "2"]
    deadline = time.monotonic() + 30
    while not all(mark.exists() and mark.read_text(encoding="ascii") for mark in marks):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return parent, [int(mark.read_text(encoding="ascii")) for mark in marks]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_workers_do_not_outlive_their_parent(tmp_path: Path, number: signal.Signals) -> None:
    """However the parent dies, workers that hang in native code are gone at once."""
    parent, workers = hanging(tmp_path)
    assert all(map(alive, workers))

    parent.send_signal(number)

    assert parent.wait(10) == -number
    assert eventually_gone(workers, 3)


def test_an_installed_command_can_use_it(tmp_path: Path) -> None:
    """A console script without a guard around its main part works, and prints its own only."""
    script = tmp_path / "command"
    folder = str(Path(__file__).parent)
    script.write_text(
        f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {folder!r})\n"
        "from test_engine_local import LIMITS, chatter\nfrom pipelines.engines.local import run\n"
        "print(sorted(run(chatter, [1, 2], workers=2, limits=LIMITS)))\n",
        encoding="utf-8",
    )
    script.chmod(0o755)

    ended = subprocess.run([script], capture_output=True, text=True, check=True, cwd=tmp_path)

    assert ended.stdout == "[(1, 1), (2, 2)]\n"
