"""Which damage to an archive is found, by `verify` and by `warcio check` on the same files.

`python -m benchmarks.damage [TRIALS] [RECORDS]` writes one WARC file as the crawl does, damages a
copy of it in several ways, so often in each, and asks both. Told for each way: in how many files
any damage was found, and how many of the records that cannot be read any more were named (warcio
names none behind the first one that it cannot read).
"""

import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from rich.console import Console
from rich.table import Table

from pipelines.core import state, warc
from pipelines.core.archive import Archive
from pipelines.core.archive_check import check
from pipelines.core.model import Capture, CaptureRef, Kind, Via
from tests.factories import NOON, post

#: A file, where each of its records begins, and the damaged file with the records that are lost.
Damaging = Callable[[bytes, Sequence[int], random.Random], tuple[bytes, set[int]]]


def flipped(content: bytes, starts: Sequence[int], draw: random.Random) -> tuple[bytes, set[int]]:
    """One bit in the compressed data or the check sum of a record."""
    number = draw.randrange(len(starts) - 1)
    place = draw.randrange(starts[number] + 10, starts[number + 1])
    changed = bytearray(content)
    changed[place] ^= 1 << draw.randrange(8)
    return bytes(changed), {number}


def torn(content: bytes, starts: Sequence[int], draw: random.Random) -> tuple[bytes, set[int]]:
    """The file ends inside its last record."""
    return content[: draw.randrange(starts[-2] + 1, starts[-1])], {len(starts) - 2}


def cut(content: bytes, starts: Sequence[int], draw: random.Random) -> tuple[bytes, set[int]]:
    """The file ends where a record does, so that all others are whole."""
    number = draw.randrange(1, len(starts) - 1)
    return content[: starts[number]], set(range(number, len(starts) - 1))


def zeroed(content: bytes, starts: Sequence[int], draw: random.Random) -> tuple[bytes, set[int]]:
    """A block of zeros, as a file system leaves after a crash."""
    place = draw.randrange(starts[0], starts[-1])
    end = min(place + 4096, starts[-1])
    changed = content[:place] + bytes(end - place) + content[end:]
    spans = enumerate(pairwise(starts))
    return changed, {number for number, (a, b) in spans if changed[a:b] != content[a:b]}


def missing(content: bytes, starts: Sequence[int], draw: random.Random) -> tuple[bytes, set[int]]:
    """A record that was there is not; those behind it stand where no one looks for them."""
    number = draw.randrange(len(starts) - 1)
    gone = content[: starts[number]] + content[starts[number + 1] :]
    return gone, set(range(number, len(starts) - 1))


WAYS: dict[str, Damaging] = {
    "a bit is flipped": flipped,
    "the tail is torn": torn,
    "cut between records": cut,
    "4 KiB of zeros": zeroed,
    "a record is missing": missing,
}


@dataclass(slots=True, kw_only=True)
class Found:
    """What one program found of one way."""

    files: int = 0
    records: int = 0


def written(corpus: Path, records: int) -> tuple[Path, list[int]]:
    """An archive of one file; where its records begin, and where it ends."""
    archive = Archive(corpus / "archive")
    places: list[CaptureRef] = []
    with closing(state.connect(corpus)) as connection, state.transaction(connection):
        for number in range(records):
            body = (f"<p>{post('a.example', number).text}</p>" * 20).encode()
            capture = Capture(
                url=f"http://a.example/{number}",
                kind=Kind.POST,
                via=Via.FEED,
                fetched_at=NOON + timedelta(hours=number),
                status=200,
                headers=(("Content-Type", "text/html"),),
                body=body,
                digest=warc.digest_of(body),
            )
            places.append(archive.append(connection, capture, warc.encode(capture)))
    (path,) = (corpus / "archive").rglob("*.warc.gz")
    return path, [*(place.offset for place in places), path.stat().st_size]


def ours(corpus: Path) -> set[int]:
    """The records that `verify` names."""
    with closing(state.connect(corpus)) as connection:
        done = list(check(corpus / "archive", connection, 1))
    return {
        int(damage.url.rpartition("/")[2])
        for one in done
        for damage in one.damages
        if damage.is_loss and damage.url
    }


def of_warcio(path: Path, starts: Sequence[int]) -> tuple[bool, set[int]]:
    """Whether `warcio check` complains, and the records that it names."""
    command = [str(Path(sys.executable).with_name("warcio")), "check", str(path)]
    done = subprocess.run(  # noqa: S603 - the command of a dependency
        command, capture_output=True, text=True, check=False
    )
    named = {int(place) for place in re.findall(r"offset (\d+)", done.stdout)}
    return done.returncode != 0, {starts.index(place) for place in named if place in starts}


def main() -> None:
    """Damage, ask both, print."""
    trials = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    records = int(sys.argv[2]) if len(sys.argv) > 2 else 40
    table = Table("damage", "files", "found", "by warcio", "records lost", "named", "by warcio")
    draw = random.Random(0)
    is_all = True
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder)
        path, starts = written(corpus, records)
        content = path.read_bytes()
        for name, damaging in WAYS.items():
            lost_in_all = 0
            verify, warcio = Found(), Found()
            for _ in range(trials):
                changed, lost = damaging(content, starts, draw)
                path.write_bytes(changed)
                lost_in_all += len(lost)
                named = ours(corpus)
                verify.files += bool(named)
                verify.records += len(named & lost)
                complains, seen = of_warcio(path, starts)
                warcio.files += complains
                warcio.records += len(seen & lost)
            is_all &= verify.records == lost_in_all
            figures = (trials, verify.files, warcio.files, lost_in_all)
            table.add_row(name, *map(str, (*figures, verify.records, warcio.records)))
    Console(width=110).print(table)
    sys.exit(not is_all)


if __name__ == "__main__":
    main()
