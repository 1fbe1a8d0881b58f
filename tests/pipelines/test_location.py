"""The section `[corpus]` names a folder, or a place in an object store and its working copy."""

import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.core.config import load
from pipelines.core.errors import ConfigError


def written(folder: Path, *lines: str) -> Path:
    """A corpus.toml with that section."""
    file = folder / "corpus.toml"
    file.write_text("\n".join(["[corpus]", *lines]), encoding="utf-8")
    return file


def test_a_folder_has_no_store(tmp_path: Path) -> None:
    """As it always was."""
    config = load(written(tmp_path, 'path = "here"'))
    assert config.corpus == tmp_path / "here"
    assert not config.remote


def test_a_store_has_a_working_copy(tmp_path: Path) -> None:
    """It is called after the end of the prefix, if nobody says otherwise."""
    config = load(written(tmp_path, 'path = "s3://my.bucket/team/therapy/"'))
    assert config.corpus == tmp_path / "output" / "therapy"
    assert str(config.remote) == "s3://my.bucket/team/therapy"
    assert config.remote.endpoint == ""

    lines = ('path = "s3://abc/x"', 'work = "/fast/x"', 'endpoint = "http://127.0.0.1:5000"')
    config = load(written(tmp_path, *lines))
    assert config.corpus == Path("/fast/x")
    assert config.remote.endpoint == "http://127.0.0.1:5000"


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (('path = "s3://bucket"',), "corpus.path must be a folder or s3://bucket/prefix"),
        (('path = "s3://bucket/"',), "corpus.path must be a folder or s3://bucket/prefix"),
        (('path = "s3://bucket/a/../b"',), "corpus.path must be"),
        (('path = "s3://bucket/a/.."',), "corpus.path must be"),
        (('path = "s3://bucket/.."',), "corpus.path must be"),
        (('path = "s3://BUCKET/a"',), "corpus.path must be"),
        (('path = "gs://bucket/a"',), "corpus.path must be"),
        (('work = "here"',), "corpus.work belongs to a corpus.path like s3://bucket/prefix"),
        (('endpoint = "http://a"',), "corpus.endpoint belongs to a corpus.path like"),
        (('path = "s3://abc/a"', 'endpoint = "a:5000"'), "corpus.endpoint must be the http"),
        (('path = "s3://abc/a"', "work = 1"), "corpus.work must be a path in quotes, not 1"),
        (('path = ""',), "corpus.path must be a path in quotes, not ''"),
        (('key = "secret"',), "corpus.key is not a setting; corpus knows: path, blogs, work"),
    ],
)
def test_mistakes_are_told(tmp_path: Path, lines: tuple[str, ...], told: str) -> None:
    """Each with its key."""
    with pytest.raises(ConfigError) as error:
        load(written(tmp_path, *lines))
    assert told in str(error.value)


def test_a_library_that_is_missing_is_named(tmp_path: Path) -> None:
    """Who has a store and no boto3 is told what to install; a folder needs none of it."""
    program = (
        "import sys; sys.modules['boto3'] = None; from pipelines.cli import main; "
        "sys.argv = ['therapy-corpus', 'path', '--config', sys.argv[1]]; main()"
    )

    def run(path: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-c", program, str(written(tmp_path, f'path = "{path}"'))]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    done = run("s3://abc/x")
    assert done.returncode == 2
    assert "pip install 'therapy-corpus[s3]'" in done.stderr
    assert done.stderr.count("\n") == 1
    assert "therapy-corpus[s3]" not in run("here").stderr
