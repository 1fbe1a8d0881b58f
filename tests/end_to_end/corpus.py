"""A corpus in a temporary folder, worked on by the real command line against a real server."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from pipelines.verbs.demo import CONNECT_TO

#: Columns that tell when a page or a notice was fetched and where its bytes lie.
PLACE_AND_TIME = ("fetched_at", "valid_from", "source", "permission_evidence")

CONFIG = """\
[corpus]
path = "corpus"
blogs = "blogs.txt"

[crawl]
contact = "https://crawl.example/bot"
mailbox = "bot@crawl.example"
delay = 0.0
per_host = {per_host}
retry_after = 0.1

[revisit]
poll_least = 0.0
poll_most = 0.0
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """One corpus and the way to its sites."""

    folder: Path
    #: Value of http_proxy; empty where no site is reached.
    proxy: str = ""
    #: Blogs of the list.
    hosts: tuple[str, ...] = ()
    per_host: int = 4
    #: More lines of the config.
    more: str = field(default="")

    @property
    def config(self) -> Path:
        """The corpus.toml."""
        return self.folder / "corpus.toml"

    @property
    def root(self) -> Path:
        """The folder with archive, state, documents and snapshots."""
        written_by_init = self.folder / "output" / "corpus"
        return written_by_init if written_by_init.exists() else self.folder / "corpus"

    def write(self) -> "Corpus":
        """Write the config and the list of blogs."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.config.write_text(CONFIG.format(per_host=self.per_host) + self.more)
        (self.folder / "blogs.txt").write_text("".join(f"http://{h}/\n" for h in self.hosts))
        return self

    def environment(self) -> Mapping[str, str]:
        """That of this process, with every site reached through the test server."""
        sites = self.proxy.removeprefix("http://") or "127.0.0.1:9"
        return {**os.environ, CONNECT_TO: sites}

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start a verb in a process group of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "pipelines", *arguments, "--config", str(self.config)],
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def verb(self, *arguments: str, code: int = 0, seconds: float = 180) -> str:
        """Run a verb to its end and return its standard output."""
        process = self.start(*arguments)
        try:
            out, err = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        log = self.root / "state" / "crawl.log"
        tail = log.read_text()[-3000:] if log.exists() else ""
        assert process.returncode == code, (
            f"{arguments}: {process.returncode}\n{out}\n{err}\n{tail}"
        )
        return out if code == 0 else err

    def snapshot(self) -> Path:
        """What `path` prints."""
        return Path(self.verb("path").rstrip("\n"))

    def rows(self, table: str, *, without: Iterable[str] = ()) -> list[dict[str, Any]]:
        """The rows of a table of the current snapshot, in order of their URL."""
        folder = {"documents": "data"}.get(table, table)
        files = str(self.snapshot() / folder / "*.parquet")
        relation = duckdb.connect().read_parquet(files)
        rows = [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]
        kept = [{key: row[key] for key in row if key not in set(without)} for row in rows]
        return sorted(kept, key=lambda row: json.dumps(row, default=str, sort_keys=True))

    def urls(self, table: str) -> set[str]:
        """The URLs of a table."""
        return {row["url"] for row in self.rows(table)}

    def records(self, *, torn: bool = False) -> list[tuple[str, str]]:
        """URL and payload digest of every WARC record in the archive.

        Args:
            torn: Whether a file may end in the middle of a record.
        """
        found: list[tuple[str, str]] = []
        for path in sorted((self.root / "archive").rglob("*.warc.gz")):
            allowed = (ArchiveLoadFailed, EOFError, zlib.error) if torn else ()
            with contextlib.suppress(*allowed), path.open("rb") as stream:
                for record in ArchiveIterator(stream, check_digests="raise"):
                    record.content_stream().read()
                    headers = record.rec_headers
                    found.append(
                        (
                            headers.get_header("WARC-Target-URI"),
                            headers.get_header("WARC-Payload-Digest"),
                        )
                    )
        return found
