"""One writer at a time, also when a parent dies before the child that it started."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines.core.errors import LockHeld
from pipelines.core.lock import INHERITED, held

#: Holds the lock, says so, and waits for its standard input to end.
HOLDER = """
import sys
from pathlib import Path
from pipelines.core.lock import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""

#: Holds the lock and starts a child that inherits it, then hangs.
PARENT = """
import os, subprocess, sys, time
from pathlib import Path
from pipelines.core.lock import INHERITED, held
with held(Path(sys.argv[1])) as descriptor:
    child = subprocess.Popen(
        [sys.executable, "-c", sys.argv[2], sys.argv[1]],
        pass_fds=[descriptor], env=os.environ | {INHERITED: str(descriptor)},
    )
    time.sleep(60)
"""


def started(program: str, *arguments: str) -> "subprocess.Popen[str]":
    """A process that runs `program` and has said that it holds the lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_process_is_told_who_holds_it(tmp_path: Path) -> None:
    """It fails at once, with the process id of the first; afterwards the lock is free."""
    first = started(HOLDER, str(tmp_path))

    with pytest.raises(LockHeld, match=f"process {first.pid}.*run.lock") as error, held(tmp_path):
        pass
    assert error.value.exit_code == 4

    first.communicate()
    with held(tmp_path):
        pass


def test_a_kill_frees_it(tmp_path: Path) -> None:
    """The lock goes with its process, whatever the file says."""
    first = started(HOLDER, str(tmp_path))
    first.kill()
    first.communicate()

    with held(tmp_path):
        assert (tmp_path / "run.lock").read_text(encoding="ascii") == f"{os.getpid()}\n"


def test_an_error_inside_frees_it(tmp_path: Path) -> None:
    """Leaving by an exception is leaving."""
    with pytest.raises(ZeroDivisionError), held(tmp_path):
        raise ZeroDivisionError
    with held(tmp_path):
        pass


def test_the_same_process_cannot_hold_it_twice(tmp_path: Path) -> None:
    """The lock belongs to the open file, not to the process."""
    with held(tmp_path), pytest.raises(LockHeld), held(tmp_path):
        pass


def test_a_child_keeps_the_lock_when_its_parent_is_killed(tmp_path: Path) -> None:
    """Nobody else starts until the child that inherited the descriptor is gone."""
    parent = started(PARENT, str(tmp_path), HOLDER)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()

    with pytest.raises(LockHeld), held(tmp_path):
        pass

    assert parent.stdin is not None
    parent.stdin.close()
    deadline = time.monotonic() + 10
    while True:
        try:
            with held(tmp_path):
                break
        except LockHeld:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_an_inherited_descriptor_is_passed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever was given the lock does not take it again, nor let go of it at the end."""
    with held(tmp_path) as descriptor:
        monkeypatch.setenv(INHERITED, str(descriptor))
        with held(tmp_path) as inherited:
            assert inherited == descriptor
        os.fstat(descriptor)
