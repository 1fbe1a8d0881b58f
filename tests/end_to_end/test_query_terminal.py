"""`query` as people use it: at a terminal, in a pipe, and into files."""

import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.end_to_end.corpus import Corpus
from tests.factories import post, publish_documents

POSTS = [post("a.example", number) for number in range(3000)]
QUERY = (sys.executable, "-m", "pipelines", "query", "--config")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """A corpus with a snapshot, for tests that only read it."""
    made = Corpus(folder=tmp_path_factory.mktemp("query")).write()
    publish_documents(made.root, POSTS)
    return made


class Terminal:
    """What somebody sees who sits at a terminal, and types."""

    def __init__(self, master: int) -> None:
        self.master = master
        self.seen = b""

    def until(self, words: str, seconds: float = 30) -> str:
        """Read until these words appear; what was read since the last ones."""
        deadline = time.monotonic() + seconds
        while words.encode() not in self.seen:
            assert time.monotonic() < deadline, f"no {words!r} in {self.seen[-2000:]!r}"
            if select.select([self.master], [], [], 0.1)[0]:
                self.seen += (read := os.read(self.master, 65536))
                if b"\x1b[6n" in read:  # The prompt asks where it is.
                    os.write(self.master, b"\x1b[1;1R")
        before, _, self.seen = self.seen.partition(words.encode())
        return before.decode(errors="replace")

    def ask_and_stop(self, question: str) -> None:
        """Ask what has no end and press Ctrl-C, again where it came before the work began."""
        for _ in range(5):
            self.type(question)
            deadline = time.monotonic() + 30
            while not termios.tcgetattr(self.master)[3] & termios.ISIG:
                assert time.monotonic() < deadline
                time.sleep(0.05)
            time.sleep(0.5)
            os.write(self.master, b"\x03")
            with suppress(AssertionError):
                self.until("Stopped.", seconds=5)
                return
        pytest.fail("Ctrl-C stops nothing")

    def type(self, keys: str) -> None:
        """Type as soon as the prompt is there."""
        self.until("query>")
        os.write(self.master, keys.encode())


@contextmanager
def terminal(corpus: Corpus, *arguments: str) -> Iterator[tuple[Terminal, int]]:
    """The real command on a pseudo-terminal of 100 columns; also its process."""
    process, master = pty.fork()
    if process == 0:
        state = {"XDG_STATE_HOME": str(corpus.folder / "state"), "TERM": "xterm"}
        command = [*QUERY, str(corpus.config), *arguments]
        os.execve(command[0], command, {**os.environ, **state})  # noqa: S606 - our own program
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    try:
        yield Terminal(master), process
    finally:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(master)


def test_a_session_at_a_terminal(corpus: Corpus) -> None:
    """Examples, completion, several lines, mistakes, Ctrl-C and Ctrl-D, as a person types them."""
    with terminal(corpus) as (screen, process):
        screen.type("1\r")
        screen.until("GROUP BY site")
        screen.until("1 row")
        screen.type("FROM documents_s\t")
        screen.until("trict")
        os.write(screen.master, b" SELECT\rcount(*);\r")
        screen.until("3000")
        screen.type("SELECT nope FROM documents;\r")
        screen.until("mend the query.")
        screen.type("FROM documents;\r")
        screen.until("3,000 rows, 40 shown")
        screen.type("SELECT 'given up'\x03")
        screen.ask_and_stop("SELECT count(*) FROM range(100000000000) a, range(100000);\r")
        screen.type("\x04")
        left = os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)
        assert left is not None
        assert left.si_status == 0
    remembered = (corpus.folder / "state" / "therapy-corpus" / "history").read_text()
    assert "+count(*);" in remembered
    assert "given up" not in remembered


def test_a_question_on_a_terminal_shows_every_row(corpus: Corpus) -> None:
    """Only the prompt cuts; the columns that do not fit are told."""
    with terminal(corpus, "FROM documents LIMIT 60") as (screen, _):
        said = screen.until("name those that you want to see")

    assert said.count("https://a.example") == 60
    assert "60 rows; 35 columns," in said


def asked(corpus: Corpus, *arguments: str, said: str = "") -> "subprocess.CompletedProcess[bytes]":
    """The command with a pipe on both sides."""
    command = [*QUERY, str(corpus.config), *arguments]
    return subprocess.run(command, input=said.encode(), capture_output=True, check=False)


def test_a_pipe_brings_statements_and_takes_rows(corpus: Corpus) -> None:
    """They are answered in turn, and none comes after a wrong one."""
    done = asked(corpus, "--format", "json", said="SELECT 1 AS a;\nSELECT\n2 AS b;\nFROM documents")
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert rows[:2] == [{"a": 1}, {"b": 2}]
    assert {row["url"] for row in rows[2:]} == {one.url for one in POSTS}

    done = asked(corpus, "--format", "csv", said="SELECT 1 AS a; SELEC 2; SELECT 3 AS c;")
    assert (done.returncode, done.stdout) == (2, b"a\r\n1\r\n")
    assert done.stderr.count(b"\n") == 1


def test_a_reader_that_has_enough_is_no_fault(corpus: Corpus) -> None:
    """`head` closes the pipe; nobody sees a traceback."""
    for form in ("table", "csv", "json"):
        command = [*QUERY, str(corpus.config), "FROM documents", "--format", form]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.read(10)
            process.stdout.close()
            assert process.stderr.read() == b"", form


def test_files_are_written_in_the_form_of_their_ending(corpus: Corpus, tmp_path: Path) -> None:
    """A question, or a pipe with one, becomes a file; nothing is printed."""
    for name in ("posts.csv", "posts.json", "posts.parquet"):
        file = tmp_path / name
        done = asked(corpus, "--out", str(file), said="FROM documents;")
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert (tmp_path / "posts.csv").read_bytes().startswith(b"id,url,site,")
    assert len((tmp_path / "posts.json").read_text().splitlines()) == len(POSTS)
    assert pq.read_metadata(tmp_path / "posts.parquet").num_rows == len(POSTS)


@pytest.mark.parametrize(
    ("arguments", "said", "told"),
    [
        (("--format", "parquet"), "SELECT 1", "--out"),
        (("--out", "a.csv"), "SELECT 1; SELECT 2", "one SELECT"),
        (("--out", "missing/a.csv", "SELECT 1"), "", "missing/a.csv"),
        (("--out", "/dev/null", "SELECT 1"), "", "no file"),
        (("SELECT 1; SELECT 2",), "", "one SELECT"),
    ],
)
def test_wrong_use_is_one_sentence(
    corpus: Corpus, arguments: tuple[str, ...], said: str, told: str
) -> None:
    """It says what, and nothing is written."""
    done = asked(corpus, *arguments, said=said)

    assert (done.returncode, done.stdout) == (2, b"")
    assert told.encode() in done.stderr
    assert done.stderr.count(b"\n") == 1
    assert not Path("a.csv").exists()
