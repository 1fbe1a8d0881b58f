"""Serves the sites in a process of their own: `python -m tests.sites --demo`."""

import argparse
import signal
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

from tests.sites.blogs import demo
from tests.sites.generated import generated
from tests.sites.replay import replay
from tests.sites.server import serve
from tests.sites.site import Site


def main() -> int:
    """Serve until standard input ends or the process is told to terminate."""
    options = _parser().parse_args()
    signal.signal(signal.SIGTERM, _terminate)
    with serve(_sites(options), log=options.log) as server:
        if options.port_file:
            _write_atomically(options.port_file, f"{server.port}\n")
        sys.stdout.write(f"http_proxy={server.proxy}\n")
        sys.stdout.flush()
        while sys.stdin.buffer.read(4096):
            pass
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.sites", description=__doc__)
    parser.add_argument("--demo", action="store_true", help="the five blogs of the demo")
    parser.add_argument("--replay", type=Path, metavar="FOLDER", help="real sites from tar files")
    parser.add_argument(
        "--generated", type=int, metavar="N", help="manyposts.example with N generated posts"
    )
    parser.add_argument("--port-file", type=Path, metavar="FILE", help="where the port is written")
    parser.add_argument("--log", type=Path, metavar="FILE", help="requests, as JSON lines")
    return parser


def _sites(options: argparse.Namespace) -> Mapping[str, Site]:
    sites: dict[str, Site] = {}
    if options.demo:
        sites |= demo()
    if options.replay:
        sites |= replay(options.replay)
    if options.generated:
        sites["manyposts.example"] = generated("manyposts.example", posts=options.generated)
    if not sites:
        sys.exit("Nothing to serve: name --demo, --replay FOLDER or --generated N.")
    return sites


def _terminate(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def _write_atomically(path: Path, text: str) -> None:
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as file:
        file.write(text)
    Path(file.name).replace(path)


if __name__ == "__main__":
    sys.exit(main())
