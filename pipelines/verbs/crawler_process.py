"""Starts the crawler as a process of its own, and tells why it stopped early."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from pathlib import Path

from pipelines.core import attempts, errors, lock, state, survey
from pipelines.core.errors import CorpusError, CrawlError

#: How Python ends the traceback of an error of ours.
_OWN_ERROR = re.compile(r"pipelines\.core\.errors\.(?P<kind>\w+): (?P<message>.*)")
#: A log that has grown past this is set aside before the next run (bytes).
_LOG_LIMIT = 20 * 1024 * 1024


def work(
    file: Path, corpus: Path, descriptor: int, look: Callable[[], bool], *, is_bucket: bool
) -> None:
    """Crawl all that waits; what is archived is committed page by page.

    Args:
        file: The corpus.toml.
        corpus: Whose state says what waits.
        descriptor: The lock of that state, which the crawler inherits.
        look: Is called twice a second; where it says no, the crawler is killed.
        is_bucket: Whether only hosts that were lent may be asked.

    Raises:
        CrawlError: The crawler stopped before its work was done.
    """
    log = log_file(corpus)
    command = [sys.executable, "-m", "scrapy", "crawl", "blogs"]
    command += ["-s", f"CORPUS_CONFIG={file.resolve()}", "-s", f"LOG_FILE={log}"]
    command += ["-s", f"CORPUS_BUCKET={corpus}"] if is_bucket else []
    begins = log.stat().st_size if log.exists() else 0
    with subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
        command,
        env=_environment(descriptor),
        pass_fds=[descriptor],
        stdout=subprocess.DEVNULL,
    ) as crawler:
        code = _waited(crawler, look)
    with closing(state.connect(corpus)) as connection:
        finished_at = survey.last_run(connection)[1]
    if code != 0 or finished_at is None:
        raise _why_it_stopped(log, begins, code)


def turn(which: str, file: Path, descriptor: int) -> None:
    """Begin a run, or go on with one; or end it. Nothing is asked for.

    Args:
        which: "begin" or "finish".
        file: The corpus.toml.
        descriptor: The lock of the corpus.

    Raises:
        CorpusError: The list of blogs or the state cannot be used.
    """
    done = subprocess.run(  # noqa: S603 - our own interpreter and arguments
        [sys.executable, "-m", "crawler.turn", which, str(file.resolve())],
        env=_environment(descriptor),
        pass_fds=[descriptor],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = done.stderr.splitlines()
        message = f"The run could not {which} ({''.join(lines[-1:])}); mend that, then run again."
        raise _own_error(lines) or CrawlError(message)


def log_file(corpus: Path) -> Path:
    """The log of the crawler; a long one is set aside."""
    path = corpus / "state" / "crawl.log"
    if path.exists() and path.stat().st_size > _LOG_LIMIT:
        path.replace(path.with_suffix(".log.1"))
    return path


def _waited(crawler: "subprocess.Popen[bytes]", look: Callable[[], bool]) -> int:
    while True:
        try:
            return crawler.wait(attempts.LOOK)
        except subprocess.TimeoutExpired:
            if not look():
                crawler.kill()


def _environment(descriptor: int) -> Mapping[str, str]:
    return {
        **os.environ,
        "SCRAPY_SETTINGS_MODULE": "crawler.settings",
        lock.INHERITED: str(descriptor),
    }


def _own_error(lines: Iterable[str]) -> CorpusError | None:
    """The last error of ours that a log names."""
    for line in reversed(list(lines)):
        told = _OWN_ERROR.match(line)
        if told:
            kind: type[CorpusError] = getattr(errors, told["kind"], CrawlError)
            return kind(told["message"])
    return None


def _why_it_stopped(log: Path, begins: int, code: int) -> CorpusError:
    """The crawler's own error where it named one, else its last words."""
    lines: list[str] = []
    if log.exists():
        with log.open("rb") as stream:
            stream.seek(max(begins, log.stat().st_size - 65536))
            lines = stream.read().decode("utf-8", errors="replace").splitlines()
    said = [line.partition("ERROR: ")[2] for line in lines if "ERROR: " in line]
    why = said[-1] if said else f"exit code {code}"
    message = (
        f"The crawler stopped early ({why}); what it had archived is kept, see {log}, then run "
        "this again: it goes on where it was."
    )
    return _own_error(lines) or CrawlError(message)
