"""Wrong use: one sentence that says what, where and what to do next, and its exit code."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.end_to_end.corpus import Corpus
from tests.sites.generated import generated
from tests.sites.server import serve


@pytest.mark.parametrize(
    ("config", "named"),
    [
        ("[crawl\n", "corpus.toml"),
        ("[crawl]\ndelay = 'slow'\n", "crawl.delay"),
        ("[crawl]\ndelays = 5\n", "crawl.delays"),
        ("[crawl]\nper_host = 0\n", "crawl.per_host"),
        ("[quality]\nminimum = 5\n", "quality.minimum"),
        ("[qualities]\nmin_words = 5\n", "qualities"),
        ("[corpus]\nfolder = 'x'\n", "corpus.folder"),
        ("quality = 5\n", "quality"),
    ],
)
def test_config(tmp_path: Path, config: str, named: str) -> None:
    """A mistake in the config is told by its key."""
    corpus = Corpus(folder=tmp_path)
    corpus.config.write_text(config)

    said = corpus.verb("build", code=2)

    assert named in said
    assert len(said.strip().splitlines()) == 1


def test_no_contact(tmp_path: Path) -> None:
    """A crawl without a contact does not start."""
    corpus = Corpus(folder=tmp_path)
    corpus.verb("init")

    assert "crawl.contact" in corpus.verb("crawl", code=2)


def test_no_list(tmp_path: Path) -> None:
    """A crawl without a list of blogs says where the list should be."""
    corpus = Corpus(folder=tmp_path).write()
    (tmp_path / "blogs.txt").unlink()

    assert "corpus.blogs" in corpus.verb("crawl", code=2)


def test_bad_line_in_list(tmp_path: Path) -> None:
    """A line that is no blog is named with its file and number."""
    corpus = Corpus(folder=tmp_path).write()
    (tmp_path / "blogs.txt").write_text("http://good.example/\nftp://bad.example/\n")

    said = corpus.verb("crawl", code=2)

    assert "blogs.txt:2" in said
    assert "Traceback" not in said


def test_no_snapshot(tmp_path: Path) -> None:
    """`path` and `query` before the first build say what to run."""
    corpus = Corpus(folder=tmp_path).write()

    assert "therapy-corpus" in corpus.verb("path", code=1)
    assert "therapy-corpus" in corpus.verb("query", "SELECT 1", code=1)


def test_no_config(tmp_path: Path) -> None:
    """Without a config the sentence says how to write one."""
    assert "therapy-corpus init" in Corpus(folder=tmp_path).verb("status", code=2)


def test_broken_state(tmp_path: Path) -> None:
    """A state that is no database is named, and left as it is."""
    corpus = Corpus(folder=tmp_path).write()
    file = corpus.root / "state" / "frontier.sqlite"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"this is not a database at all" * 100)

    said = corpus.verb("build", code=1)

    assert str(file) in said
    assert "Traceback" not in said


@pytest.mark.parametrize("arguments", [("inspect", "missing.html"), ("import", "missing.warc.gz")])
def test_missing_file(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """A file that is not there is wrong use."""
    corpus = Corpus(folder=tmp_path).write()

    assert "there is no such file" in corpus.verb(*arguments, code=2)


def test_state_breaks_in_mid_crawl(tmp_path: Path) -> None:
    """A crawl whose state fails under it is not called finished, and goes on when it is mended."""
    host = "slow.example"
    site = generated(host, posts=200)
    site.delay = 0.05
    with serve({host: site}) as server:
        corpus = Corpus(folder=tmp_path, proxy=server.proxy, hosts=(host,)).write()
        process = corpus.start("crawl")
        while len(server.requests()) < 20:
            assert process.poll() is None
        with closing(sqlite3.connect(corpus.root / "state" / "frontier.sqlite")) as state:
            state.execute("ALTER TABLE origin RENAME TO elsewhere")
            _, said = process.communicate(timeout=60)
            state.execute("ALTER TABLE elsewhere RENAME TO origin")
        assert process.returncode == 1
        assert "Traceback" not in said
        site.delay = 0.0
        corpus.verb("run")

    assert len(corpus.rows("documents")) == 200
