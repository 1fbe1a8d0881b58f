"""The environment of the peers: installed apart, so that nothing of theirs is ours."""

import hashlib
import json
import subprocess
import sys
import venv
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

PEERS = Path(__file__).resolve().parents[1] / "peers"
_ROOT = PEERS.parents[1]


@cache
def python(name: str) -> Path:
    """The interpreter of an environment, made from peers/NAME.txt where it is not there yet."""
    listed = PEERS / f"{name}.txt"
    digest = hashlib.sha256(listed.read_bytes()).hexdigest()[:12]
    home = _ROOT / ".venv-peers" / f"{name}-{digest}"
    interpreter = home / "bin" / "python"
    if not (home / "ready").exists():
        venv.create(home, with_pip=True, clear=True, upgrade_deps=True)
        command = [str(interpreter), "-m", "pip", "install", "--quiet", "-r", str(listed)]
        subprocess.run(command, check=True)  # noqa: S603 - our own environment
        (home / "ready").touch()
    return interpreter


def ask(name: str, script: str, lines: Iterable[Mapping[str, Any]]) -> Iterator[Any]:
    """Send JSON lines through peers/SCRIPT in the environment NAME; its answers, line by line."""
    given = "".join(f"{json.dumps(line)}\n" for line in lines)
    command = [python(name), PEERS / script]
    done = subprocess.run(  # noqa: S603 - our own script
        command, input=given, stdout=subprocess.PIPE, stderr=sys.stderr, text=True, check=True
    )
    return (json.loads(line) for line in done.stdout.splitlines())
