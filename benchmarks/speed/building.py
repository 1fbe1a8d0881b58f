"""Building real pages, all stages and Parquet, beside trafilatura alone and beside datatrove.

The pages of all sets are imported once; then a build of them is timed with one worker and with
as many as there are processors, up to four, the documents deleted in between. datatrove gets the
same pages as WARC files, one for each worker. All take turns, three times, since a shared machine
is not as quick at all hours. Told are medians.
"""

import os
import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from trafilatura import bare_extraction
from trafilatura.settings import Document

from benchmarks.quality.environment import ask
from benchmarks.quality.in_process import NONE_LEFT_OUT, documents, recipe
from benchmarks.quality.pages import ALL_SETS, SHARED, GoldPage, pages
from benchmarks.quality.scoring import match, score
from benchmarks.quality.through_build import configured, warc_of
from benchmarks.speed.figures import Cost, Figure, cost_of, say
from pipelines.build import build
from pipelines.core import config as configs
from pipelines.core.config import BuildSettings
from pipelines.verbs.progress import Quiet
from tests.end_to_end.corpus import Corpus

_TIMES = 3
#: Workers where there are many.
_WORKERS = min(4, os.cpu_count() or 1)
#: What each is to bring, of what one alone does: 3.5 times as much with four.
_SCALES = 3.5 / 4


@dataclass(slots=True)
class _First(Quiet):
    """Notes when the first page is done."""

    began: float = field(default_factory=time.monotonic)
    seconds: float = 0.0

    def advance(self, done: int, total: int | None, note: str) -> None:  # noqa: ARG002 - as told
        """So many pages are done."""
        if done and not self.seconds:
            self.seconds = time.monotonic() - self.began


def _found() -> list[GoldPage]:
    found = {page.url: page for name in ALL_SETS for page in pages(SHARED, name)}
    return random.Random(1).sample(list(found.values()), len(found))


def _built(config: Path, workers: int) -> float:
    """Build from the archive alone; when the first page was done, in seconds."""
    settings = replace(configs.load(config), build=BuildSettings(workers=workers))
    watch = _First()
    build(settings, watch)
    return watch.seconds


def _extracted() -> float:
    """What trafilatura takes for all pages, in seconds of CPU."""
    found = _found()
    bare_extraction(found[0].html, with_metadata=True)
    began = time.process_time()
    for page in found:
        bare_extraction(page.html, url=page.url, with_metadata=True)
    return time.process_time() - began


def _crowded() -> float:
    """The same where all processors do it at once, which share caches and memory."""
    with ProcessPoolExecutor(_WORKERS, mp_context=get_context("spawn")) as pool:
        done = [pool.submit(_extracted) for _ in range(_WORKERS)]
        return median(one.result() for one in done)


def _f1(texts: dict[str, str]) -> float:
    """F1 of the texts of all pages with gold, as the article-extraction-benchmark defines it."""
    found = [page for page in _found() if page.gold]
    return score(match(texts.get(page.url, ""), page.gold) for page in found).f1


def _our_f1() -> float:
    made = documents(_found(), recipe(NONE_LEFT_OUT), workers=_WORKERS)
    return _f1({url: one.text for url, one in made.items() if one.rejection is None})


def _their_f1() -> float:
    read = ((page, bare_extraction(page.html, with_metadata=True)) for page in _found())
    return _f1({page.url: one.text or "" for page, one in read if isinstance(one, Document)})


def _cost(corpus: Corpus, workers: int) -> Cost:
    for name in ("documents", "snapshots"):
        shutil.rmtree(corpus.root / name, ignore_errors=True)
    (corpus.root / "CURRENT").unlink(missing_ok=True)
    cost = cost_of(_built, corpus.config, workers)
    say(f"{workers} workers: {cost.seconds:.1f} s, {cost.cpu:.1f} s of CPU")
    return cost


def _datatrove(folder: Path, found: list[GoldPage]) -> float:
    """Pages a second of datatrove."""
    asked = {"folder": str(folder), "files": _WORKERS, "workers": _WORKERS}
    took = float(next(iter(ask("whole_build", "whole_build.py", [asked])))["seconds"])
    say(f"datatrove, {_WORKERS} workers: {took:.1f} s")
    return len(found) / took


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """What each took, one after the other."""

    #: Seconds of CPU of trafilatura, and of one of several that run at once.
    alone: float
    crowded: float
    #: A build with one worker and with many.
    one: Cost
    many: Cost
    #: Pages a second of datatrove.
    peer: float


def _turn(corpus: Corpus, warc: Path, found: list[GoldPage]) -> _Turn:
    return _Turn(
        alone=cost_of(_extracted).answer,
        one=_cost(corpus, 1),
        many=_cost(corpus, _WORKERS),
        peer=_datatrove(warc, found),
        crowded=_crowded(),
    )


def _turns(found: list[GoldPage]) -> list[_Turn]:
    with tempfile.TemporaryDirectory() as folder:
        corpus = Corpus(folder=Path(folder))
        file = warc_of(Path(folder) / "pages.warc.gz", found)
        corpus.verb("init")
        corpus.config.write_text(configured(corpus.config.read_text(), {}))
        corpus.verb("import", str(file), seconds=900)
        warc = Path(folder) / "warc"
        warc.mkdir()
        for number in range(_WORKERS):
            warc_of(warc / f"{number}.warc.gz", found[number::_WORKERS])
        return [_turn(corpus, warc, found) for _ in range(_TIMES)]


def figures() -> Iterator[Figure]:
    """Measure trafilatura, datatrove, one worker, and many."""
    found = _found()
    turns = _turns(found)
    one, many = [turn.one for turn in turns], [turn.many for turn in turns]
    alone = median(turn.alone for turn in turns)
    crowded = median(turn.crowded for turn in turns)
    peer = median(turn.peer for turn in turns)
    yield Figure(
        name=f"build, CPU per page ({len(found)} real pages, all stages)",
        value=1000 * median(cost.cpu for cost in one) / len(found),
        unit="ms",
        peer="trafilatura with metadata alone",
        peer_value=1000 * alone / len(found),
        wanted="<= 0.65",
    )
    yield Figure(
        name="… F1 of the texts of those with gold, rejected ones counted as empty",
        value=cost_of(_our_f1).answer,
        unit="",
        peer="trafilatura",
        peer_value=cost_of(_their_f1).answer,
        wanted=">= 1",
    )
    yield Figure(
        name=f"build with {_WORKERS} workers",
        value=len(found) / median(cost.seconds for cost in many),
        unit="pages/s",
        peer="one worker",
        peer_value=len(found) / median(cost.seconds for cost in one),
        wanted=f">= {_SCALES * _WORKERS:.3g}",
    )
    yield Figure(
        name="… beside datatrove 0.10.1 (no metadata, no whole-site stages)",
        value=len(found) / median(cost.seconds for cost in many),
        unit="pages/s",
        peer=f"datatrove with {_WORKERS} workers",
        peer_value=peer,
        wanted=">= 2.3",
    )
    yield Figure(
        name=f"… what this machine takes: CPU per page of trafilatura {_WORKERS} times at once",
        value=1000 * crowded / len(found),
        unit="ms",
        peer="alone",
        peer_value=1000 * alone / len(found),
    )
    yield Figure(
        name=f"build, CPU of the parent ({_WORKERS} workers)",
        value=median(cost.own for cost in many),
        unit="s",
        peer="all",
        peer_value=median(cost.cpu for cost in many),
        wanted="<= 0.05",
    )
    yield Figure(
        name="time to the first document",
        value=median(cost.answer for cost in many),
        unit="s",
        limit="<= 1.5",
    )
