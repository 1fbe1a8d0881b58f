"""`export` writes each post on a line, in the style of the source document or as JSON."""

import gzip
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.core.errors import ConfigError
from pipelines.core.splits import SplitSettings
from pipelines.stages.tokenise import tokenized
from pipelines.verbs.export import Asked, Form, export_posts
from tests.factories import copied, post, publish_documents, rejected

SITES = [f"site-{number}.example" for number in range(12)]
POSTS = [replace(post(site, n)) for site in SITES for n in range(3)]
#: What may stand in the source document's style.
LINE = re.compile(r"[a-z,!?'` ]+")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Posts in three splits, one of them without words, a copy and a rejected page."""
    tokens = [replace(one, normalized_text=tokenized(one.text)) for one in POSTS]
    tokens[4] = replace(tokens[4], text="2 + 2", normalized_text="")
    others = [copied("z.example", 1, tokens[0]), rejected("z.example", 2)]
    folder = tmp_path_factory.mktemp("corpus")
    publish_documents(folder, [*tokens, *others], splits=SplitSettings(test=0.3, validation=0.3))
    return folder


def test_text_is_a_post_a_line(corpus: Path, tmp_path: Path) -> None:
    """Each post once, in words and marks alone; what has no words is counted."""
    file = tmp_path / "posts.txt"
    told = export_posts(Asked(corpus=corpus, file=file))
    lines = file.read_text().splitlines()
    expected = {tokenized(one.text) for one in POSTS} - {tokenized(POSTS[4].text)}
    assert set(lines) == expected
    assert len(lines) == len(POSTS) - 1
    assert all(LINE.fullmatch(line) for line in lines)
    words = sum(len(line.split()) for line in lines)
    assert told == f"35 posts, {words} tokens of v000001; 1 without any left out"


def test_splits_part_the_posts(corpus: Path, tmp_path: Path) -> None:
    """The splits have no post in common, and all of them together."""
    found = []
    for split in ("train", "validation", "test"):
        file = tmp_path / f"{split}.jsonl"
        export_posts(Asked(corpus=corpus, form=Form.JSONL, split=split, file=file))
        rows = [json.loads(line) for line in file.read_text().splitlines()]
        assert rows
        assert {row["split"] for row in rows} == {split}
        found += [row["id"] for row in rows]
    assert sorted(found) == sorted(one.id for one in POSTS if one is not POSTS[4])


def test_json_has_what_may_be_done_with_a_text(corpus: Path, tmp_path: Path) -> None:
    """Source, licence and permission stand beside each text; times as in ISO 8601."""
    file = tmp_path / "posts.jsonl"
    export_posts(Asked(corpus=corpus, form=Form.JSONL, file=file))
    row = next(r for r in map(json.loads, file.open()) if r["id"] == POSTS[0].id)
    assert (row["url"], row["text"]) == (POSTS[0].url, POSTS[0].text)
    assert (row["permission"], row["license"]) == ("unreserved", None)
    assert POSTS[0].published_at is not None
    assert row["published_at"] == POSTS[0].published_at.isoformat()
    assert row["normalized_text"] == tokenized(POSTS[0].text)


def test_compressed_files_are_the_same_each_time(corpus: Path, tmp_path: Path) -> None:
    """No clock and no name is in them."""
    one, other, plain = tmp_path / "a.txt.gz", tmp_path / "b.txt.gz", tmp_path / "c.txt"
    for file in (one, other, plain):
        export_posts(Asked(corpus=corpus, file=file))
    assert one.read_bytes() == other.read_bytes()
    assert gzip.decompress(one.read_bytes()) == plain.read_bytes()


@pytest.mark.parametrize(
    "asked",
    [
        Asked(corpus=Path(), split="dev", file=Path("a.txt")),
        Asked(corpus=Path(), snapshot="v000009", file=Path("a.txt")),
        Asked(corpus=Path(), snapshot="../snapshots/v000001", file=Path("a.txt")),
        Asked(corpus=Path(), file=Path("no/such/folder/a.txt")),
        Asked(corpus=Path(), file=Path()),
    ],
)
def test_mistakes_are_told_and_leave_nothing(corpus: Path, tmp_path: Path, asked: Asked) -> None:
    """One sentence, and no half file."""
    assert asked.file is not None
    with pytest.raises(ConfigError, match=r".\.$"):
        export_posts(replace(asked, corpus=corpus, file=tmp_path / asked.file))
    assert list(tmp_path.iterdir()) == []


def test_the_command_prints_posts_and_says_what_it_did_aside(corpus: Path, tmp_path: Path) -> None:
    """Standard output has posts alone, and a reader may leave."""
    config = tmp_path / "corpus.toml"
    config.write_text(f'[corpus]\npath = "{corpus}"\nblogs = "blogs.txt"\n')
    command = [sys.executable, "-m", "pipelines", "export", "--config", str(config)]
    done = subprocess.run([*command, "--out", "-"], capture_output=True, text=True, check=True)
    assert len(done.stdout.splitlines()) == 35
    assert done.stderr.startswith("35 posts, ")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert b"Traceback" not in process.communicate()[1]
