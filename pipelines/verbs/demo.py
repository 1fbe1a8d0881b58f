"""`demo`: the whole way once, on five small blogs that are served on loopback."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.core.errors import ConfigError, CorpusError

#: The way of the demo's crawler to its sites on loopback.
CONNECT_TO = "THERAPY_CORPUS_CONNECT_TO"
#: Where the sources lie; the blogs of the demo are part of the tests.
_ROOT = Path(__file__).resolve().parents[2]

CONFIG = """\
[corpus]
path = "corpus"
blogs = "blogs.csv"

[crawl]
contact = "https://therapy-corpus.example/bot"
mailbox = "demo@therapy-corpus.example"
delay = 0.0
per_host = 4
"""

BLOGS = """\
url,name
http://quietriver.example/,Quiet River Therapy
http://harbourcounselling.example/,Harbour Counselling
http://stillwater-notes.example/,Stillwater Notes
http://closeddoor.example/,Closed Door Psychology
http://echo-practice.example/,Echo Practice
"""

#: A question to copy: who wrote how much, and when last.
QUESTION = (
    "SELECT site, count(*) AS posts, round(avg(word_count)) AS words, "
    "max(published_at)::DATE AS newest FROM documents GROUP BY site ORDER BY posts DESC"
)
ROWS = (
    "SELECT published_at::DATE AS published, site, title, "
    "left(replace(text, chr(10), ' '), 60) || '…' AS text FROM documents "
    "WHERE published_at IS NOT NULL ORDER BY published_at DESC LIMIT 3"
)


def prepare(folder: Path) -> Path:
    """Write the demo's config and list of blogs into an empty `folder`.

    Returns:
        The config file.

    Raises:
        ConfigError: The blogs are not here, since this is not a checkout.
    """
    if not (_ROOT / "tests" / "sites").is_dir():
        message = "The demo's blogs lie in tests/sites of a checkout; run `make demo` in one."
        raise ConfigError(message)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    config = folder / "corpus.toml"
    config.write_text(CONFIG, encoding="utf-8")
    (folder / "blogs.csv").write_text(BLOGS, encoding="utf-8")
    return config


@contextmanager
def served(folder: Path) -> Iterator[None]:
    """Serve the five blogs, and send what the crawler asks for to them alone.

    Raises:
        CorpusError: The server did not start.
    """
    port_file = folder / "port"
    command = [
        sys.executable,
        "-m",
        "tests.sites",
        "--demo",
        "--port-file",
        str(port_file.resolve()),
    ]
    command += ["--log", str(folder.resolve() / "requests.jsonl")]
    with subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
        command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    ) as server:
        try:
            # Where the crawler finds every host of a name; see crawler/middlewares/addresses.py.
            os.environ[CONNECT_TO] = f"127.0.0.1:{_port(port_file, server)}"
            try:
                yield
            finally:
                del os.environ[CONNECT_TO]
        finally:
            server.terminate()


def _port(port_file: Path, server: subprocess.Popen[bytes]) -> int:
    for _ in range(200):
        if port_file.exists() and port_file.read_text().strip():
            return int(port_file.read_text())
        if server.poll() is not None:
            break
        time.sleep(0.05)
    message = "The demo's server did not start; run `python -m tests.sites --demo` to see why."
    raise CorpusError(message)
