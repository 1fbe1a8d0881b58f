"""Crawls on a cluster: each bucket of hosts is lent to one task at a time."""

import shutil
import sqlite3
import time
import uuid
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from pipelines.core import attempts, lending, lock, state, survey
from pipelines.core.config import Config
from pipelines.core.dealing import Bucket, deal
from pipelines.core.errors import CorpusError
from pipelines.engines import cluster
from pipelines.verbs import crawler_process

#: Where buckets lie while they are lent, below the corpus.
FOLDER = "lent"
_REMOVED = "removed-"


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketCrawler:
    """What a task of a cluster does: crawl a bucket in a folder that all machines share."""

    #: Seconds between two requests to a host.
    delay: float

    def __call__(self, folder: Path) -> CorpusError | None:
        """Crawl a bucket; an error is an answer, since what came before it counts."""
        attempt = _claimed(folder)
        if _is_finished(attempts.newest(folder)):
            return None
        attempts.go_on(attempt, 0.0 if attempt.name == "2" else time.time() + self.delay)

        def look() -> bool:
            return not attempts.is_overtaken(attempt)

        if not look():
            return None
        try:
            with lock.held(attempt / "state") as descriptor:
                file = folder / "corpus.toml"
                crawler_process.work(file, attempt, descriptor, look, is_bucket=True)
        except CorpusError as error:
            return error
        return None


def crawl(
    config: Config, connection: sqlite3.Connection, show: Callable[[], bool], descriptor: int
) -> None:
    """Crawl the listed blogs, round by round: what is found elsewhere is lent in the next one.

    Args:
        config: `[crawl]` says where the cluster is.
        connection: The state.
        show: Tells how far it is.
        descriptor: The lock of the corpus, which the caller holds.

    Raises:
        CorpusError: The cluster cannot be joined, or a crawler stopped early.
    """
    with cluster.joined(config.crawl.address) as processors:
        while True:
            crawler_process.turn("begin", config.file, descriptor)
            before = survey.run_counts(connection)[0]
            until = time.time() + config.crawl.patience
            buckets = deal(connection, processors, until)
            _crawl_all(config, connection, buckets, show)
            if survey.run_counts(connection)[0] == before:
                break
    collect(config)
    crawler_process.turn("finish", config.file, descriptor)


def collect(config: Config) -> None:
    """Take back what a killed crawl had lent; the caller holds the corpus' lock."""
    folder = config.corpus / FOLDER
    if not folder.is_dir():
        return
    with closing(state.connect(config.corpus)) as connection:
        for bucket in sorted(folder.iterdir()):
            if (bucket / "1").is_dir() and not bucket.name.startswith(_REMOVED):
                _claimed(bucket)
                _take_back(config, connection, bucket)
    shutil.rmtree(folder, ignore_errors=True)


def _crawl_all(
    config: Config, connection: sqlite3.Connection, buckets: list[Bucket], show: Callable[[], bool]
) -> None:
    work = BucketCrawler(delay=config.crawl.delay)
    folders = [_lent(config, connection, bucket) for bucket in buckets]
    stopped: list[CorpusError] = []
    for folder, error in cluster.run(work, folders, at_once=len(folders)):
        _take_back(config, connection, folder)
        stopped += [error] if error else []
        show()
    if stopped:
        raise stopped[0]


def _lent(config: Config, connection: sqlite3.Connection, bucket: Bucket) -> Path:
    # No folder is ever used again: somebody who was cut off would take it for the former one.
    folder = config.corpus / FOLDER / f"{bucket.number}-{uuid.uuid4().hex}"
    folder.mkdir(parents=True)
    shutil.copyfile(config.file, folder / "corpus.toml")
    lending.lend(connection, config.corpus, bucket, folder / "1")
    return folder


def _claimed(folder: Path) -> Path:
    """A new attempt at a bucket; whoever worked on it before has seen it."""
    was_worked_on = attempts.was_worked_on(folder)
    attempt = attempts.claim(folder)
    if was_worked_on:
        time.sleep(attempts.GRACE)
    return attempt


def _take_back(config: Config, connection: sqlite3.Connection, folder: Path) -> None:
    newest = attempts.newest(folder)
    lending.take_back(connection, config.corpus, newest)
    log = newest / "state" / "crawl.log"
    if log.exists():
        with log.open("rb") as told, crawler_process.log_file(config.corpus).open("ab") as whole:
            shutil.copyfileobj(told, whole)
    # At once, since whoever was overtaken may still be writing there.
    removed = folder.with_name(f"{_REMOVED}{folder.name}")
    folder.rename(removed)
    shutil.rmtree(removed, ignore_errors=True)


def _is_finished(attempt: Path) -> bool:
    with closing(state.connect(attempt)) as connection:
        return survey.last_run(connection)[1] is not None
