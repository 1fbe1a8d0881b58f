"""Kills publications, and reads while others are published: nothing torn, mixed or lost.

`python -m benchmarks.publications [KILLS] [PUBLICATIONS]`. First a process publishes editions of
a small corpus one after the other and is killed (SIGKILL) at a random moment within about two
publications, a thousand times; after each kill the current snapshot is read as a whole. Then
four readers ask `therapy-corpus path` for the snapshot and count its rows with DuckDB, pandas,
polars and `datasets`, again and again, while further editions are published.
"""

import importlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import count
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any, TypeAlias

from pipelines.dataset.snapshot import current
from tests.editions import assert_whole, publish_edition, told

#: Site and text of each row.
Rows: TypeAlias = Iterable[tuple[str, str]]
#: The time, in publications, in which a process is killed; its first one takes about two.
_WITHIN = 3.0
_FORKS = get_context("forkserver")


def _publish(corpus: Path, begun: Event) -> None:
    """What is killed: one edition after the other, once it is warm."""
    for number in count(len(list((corpus / "snapshots").glob("v*"))) + 1):
        begun.set()
        publish_edition(corpus, number)


def kills(corpus: Path, times: int) -> Counter[str]:
    """Kill so often; counts of what was found afterwards."""
    publish_edition(corpus, 1)
    began = time.monotonic()
    publish_edition(corpus, 2)
    seconds = time.monotonic() - began
    draw = random.Random(0)
    found: Counter[str] = Counter()
    newest = assert_whole(current(corpus))
    whole = {current(corpus).name}
    for _ in range(times):
        begun = _FORKS.Event()
        process: ForkServerProcess = _FORKS.Process(target=_publish, args=(corpus, begun))
        process.start()
        begun.wait()
        time.sleep(draw.uniform(0, _WITHIN * seconds))
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join()
        found["inside a publication"] += any((corpus / "snapshots").glob(".tmp-*"))
        found["kills"] += 1
        newest, problem = _looked_at(corpus, newest)
        found[problem] += 1
        whole.add(current(corpus).name)
    found["lost"] += sum(not _is_whole(corpus / "snapshots" / name) for name in whole)
    found["snapshots"] = len(whole)
    return found


def _looked_at(corpus: Path, newest: int) -> tuple[int, str]:
    """The edition that is current now, and what is wrong with it."""
    try:
        number = assert_whole(current(corpus))
    except AssertionError as error:
        return newest, "mixed" if "editions" in str(error) else "torn"
    except Exception as error:  # noqa: BLE001 - whatever a reader may stumble over is counted
        print(f"unreadable: {error!r}")
        return newest, "unreadable"
    return number, "whole" if number >= newest else "older than before"


def _is_whole(directory: Path) -> bool:
    try:
        return assert_whole(directory) > 0
    except (AssertionError, OSError):
        return False


def by_duckdb(path: str) -> Rows:
    """The rows as DuckDB reads them."""
    duckdb = importlib.import_module("duckdb")
    rows: Rows = (
        duckdb.connect().read_parquet(f"{path}/data/*.parquet").project("site, text").fetchall()
    )
    return rows


def by_pandas(path: str) -> Rows:
    """The rows as pandas reads them."""
    frame: Any = importlib.import_module("pandas").read_parquet(f"{path}/data")
    return zip(frame["site"], frame["text"], strict=True)


def by_polars(path: str) -> Rows:
    """The rows as polars reads them."""
    polars = importlib.import_module("polars")
    rows: Rows = (
        polars.scan_parquet(f"{path}/data/*.parquet").select("site", "text").collect().rows()
    )
    return rows


def by_datasets(path: str) -> Rows:
    """The rows of all splits as `datasets` reads them, without its cache."""
    datasets = importlib.import_module("datasets")
    with tempfile.TemporaryDirectory() as cache:
        loaded = datasets.load_dataset(path, cache_dir=cache)
        return [(row["site"], row["text"]) for split in loaded.values() for row in split]


READERS: dict[str, Callable[[str], Rows]] = {
    "DuckDB": by_duckdb,
    "pandas": by_pandas,
    "polars": by_polars,
    "datasets": by_datasets,
}


def _read(name: str, config: Path, over: Event, answers: "Queue[tuple[str, Counter[str]]]") -> None:
    """Read until it is over; tells how often, how many editions, and what was wrong."""
    os.environ |= {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "TQDM_DISABLE": "1"}
    importlib.import_module("datasets").disable_progress_bars()
    found: Counter[str] = Counter()
    editions = set()
    command = [sys.executable, "-m", "pipelines", "path", "--config", str(config)]
    while not over.is_set():
        done = subprocess.run(  # noqa: S603 - our own program
            command, capture_output=True, text=True, check=True
        )
        path = done.stdout.strip()
        try:
            editions.add(told(READERS[name](path)))
        except Exception as error:  # noqa: BLE001 - whatever a reader stumbles over is counted
            print(f"{name}: {error!r}")
            found["wrong"] += 1
        found["reads"] += 1
    found["editions"] = len(editions)
    answers.put((name, found))


def readers(folder: Path, times: int) -> tuple[int, dict[str, Counter[str]]]:
    """Publish so often while others read; how often, and what each of them found."""
    config = folder / "corpus.toml"
    config.write_text('[corpus]\npath = "read"\nblogs = "blogs.txt"\n', encoding="utf-8")
    corpus = folder / "read"
    publish_edition(corpus, 1)
    over, answers = _FORKS.Event(), _FORKS.Queue()
    started = [_FORKS.Process(target=_read, args=(name, config, over, answers)) for name in READERS]
    for process in started:
        process.start()
    try:
        for number in range(2, times + 2):
            publish_edition(corpus, number)
    finally:
        over.set()
    found = dict(answers.get(timeout=120) for _ in started)
    for process in started:
        process.join()
    return len(list((corpus / "snapshots").glob("v*"))) - 1, found


def main() -> None:
    """Do both and print what was found."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    publications = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    _FORKS.set_forkserver_preload(["tests.editions"])
    with tempfile.TemporaryDirectory() as folder:
        found = kills(Path(folder) / "killed", times) if times else Counter()
        names = ("unreadable", "torn", "mixed", "older than before", "lost")
        bad = sum(found[name] for name in names)
        print(
            f"{found['kills']} kills, {found['inside a publication']} of them left a snapshot "
            f"unfinished; {found['snapshots']} snapshots were current in between"
        )
        print(", ".join(f"{found[name]} {name}" for name in names))
        if publications:
            done, read = readers(Path(folder), publications)
            print(f"{done} publications while four read")
            for name, told_of in read.items():
                bad += told_of["wrong"]
                print(
                    f"{name}: {told_of['reads']} reads of {told_of['editions']} editions, "
                    f"{told_of['wrong']} wrong"
                )
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
