"""Runs the crawler as a process of its own and tells how it went."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from pipelines.core import errors, lock, state, survey
from pipelines.core.config import Config, check_identity
from pipelines.core.errors import BlogsFailed, ConfigError, CorpusError, CrawlError
from pipelines.core.watch import Watch

#: Seconds between two looks at the crawler.
_LOOK = 0.5
#: How Python ends the traceback of an error of ours.
_OWN_ERROR = re.compile(r"pipelines\.core\.errors\.(?P<kind>\w+): (?P<message>.*)")
#: A log that has grown past this is set aside before the next run (bytes).
_LOG_LIMIT = 20 * 1024 * 1024


def crawl(config: Config, watch: Watch, lock_descriptor: int) -> None:
    """Crawl the listed blogs; what is archived is committed page by page.

    Args:
        config: Whose `[crawl]` section rules.
        watch: Who looks on.
        lock_descriptor: The corpus' lock, which the crawler inherits.

    Raises:
        ConfigError: Nobody says who crawls, or there is no list of blogs.
        CrawlError: The crawler stopped before its work was done.
    """
    _check(config)
    log = _log_file(config.corpus)
    command = [sys.executable, "-m", "scrapy", "crawl", "blogs"]
    command += ["-s", f"CORPUS_CONFIG={config.file.resolve()}", "-s", f"LOG_FILE={log}"]
    environment = _environment(lock_descriptor)
    connection = state.connect(config.corpus)
    log_begins = log.stat().st_size if log.exists() else 0
    watch.begin("crawling", None)
    with subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
        command, env=environment, pass_fds=[lock_descriptor], stdout=subprocess.DEVNULL
    ) as crawler:
        while True:
            try:
                code = crawler.wait(_LOOK)
                break
            except subprocess.TimeoutExpired:
                _show(watch, survey.run_counts(connection))
    _show(watch, survey.run_counts(connection))
    watch.end()
    finished_at = survey.last_run(connection)[1]
    connection.close()
    if code != 0 or finished_at is None:
        raise _why_it_stopped(log, log_begins, code)


def raise_for_failed_blogs(config: Config) -> None:
    """End with exit code 3 if some blogs could not be crawled.

    Raises:
        BlogsFailed: With the blogs and their reasons.
    """
    connection = state.connect(config.corpus)
    failed = survey.failed_blogs(connection)
    connection.close()
    if failed:
        lines = "\n".join(f"  {blog.url}: {blog.why}" for blog in failed)
        noun = "blog" if len(failed) == 1 else "blogs"
        message = (
            f"Done, but {len(failed)} {noun} failed and will be tried again by the next run:\n"
            f"{lines}"
        )
        raise BlogsFailed(message)


def _check(config: Config) -> None:
    check_identity(config)
    if not config.blogs.is_file():
        message = (
            f"{config.file}: corpus.blogs names {config.blogs}, which is not there; write that "
            "list, a URL a line."
        )
        raise ConfigError(message)


def _environment(lock_descriptor: int) -> Mapping[str, str]:
    return {
        **os.environ,
        "SCRAPY_SETTINGS_MODULE": "crawler.settings",
        lock.INHERITED: str(lock_descriptor),
    }


def _log_file(corpus: Path) -> Path:
    path = corpus / "state" / "crawl.log"
    if path.exists() and path.stat().st_size > _LOG_LIMIT:
        path.replace(path.with_suffix(".log.1"))
    return path


def _show(watch: Watch, counts: tuple[int, int, int]) -> None:
    answered, failed, waiting = counts
    watch.advance(answered, answered + waiting, f"{failed} failed, {waiting} waiting")


def _why_it_stopped(log: Path, begins: int, code: int) -> CorpusError:
    """The crawler's own error where it named one, else its last words."""
    lines: list[str] = []
    if log.exists():
        with log.open("rb") as stream:
            stream.seek(max(begins, log.stat().st_size - 65536))
            lines = stream.read().decode("utf-8", errors="replace").splitlines()
    for line in reversed(lines):
        told = _OWN_ERROR.match(line)
        if told:
            kind: type[CorpusError] = getattr(errors, told["kind"], CrawlError)
            return kind(told["message"])
    said = [line.partition("ERROR: ")[2] for line in lines if "ERROR: " in line]
    why = said[-1] if said else f"exit code {code}"
    message = (
        f"The crawler stopped early ({why}); what it had archived is kept, see {log}, then run "
        "this again: it goes on where it was."
    )
    return CrawlError(message)
