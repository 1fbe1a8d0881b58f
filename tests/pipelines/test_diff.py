"""What a snapshot added, changed and removed is told with the reason."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from pipelines.core.document import Document
from pipelines.core.errors import ConfigError
from pipelines.core.reasons import Reason
from pipelines.dataset import changes
from pipelines.dataset.query import ask
from pipelines.verbs.diff import Asked, diff
from tests.factories import NOON, copied, post, publish_documents

BEFORE = [post("a.example", number) for number in range(8)] + [post("b.example", 1)]


def edited(one: Document) -> Document:
    """A later version with two words more."""
    return replace(
        one, text=f"{one.text} At last.", valid_from=NOON.replace(year=2027), edit_words=2
    )


def told(corpus: Path, after: list[Document]) -> dict[str, tuple[Any, ...]]:
    """Change, reason, edit words and columns of each URL that differs."""
    first = publish_documents(corpus, BEFORE)
    second = publish_documents(corpus, after)
    with changes.connect(first.directory, second.directory) as connection:
        answer = ask(connection, changes.ROWS)
        rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    return {row["url"]: tuple(row[name] for name in _NAMES) for row in rows}


_NAMES = ("change", "reason", "edit_words", "columns")


def test_each_change_has_its_reason(tmp_path: Path) -> None:
    """New, edited, renamed, rejected, turned into a copy, and gone without a trace."""
    a = BEFORE[:8]
    older = replace(copied("c.example", 1, a[5]), published_at=NOON.replace(year=2001))
    after = [
        edited(a[0]),
        replace(a[1], title="Another title"),
        a[2].reject(Reason.FETCH_GONE, "404"),
        *a[4:],
        older,
        BEFORE[8],
    ]
    assert told(tmp_path, after) == {
        older.url: ("added", "new", None, None),
        a[0].url: ("changed", "the text was edited", 2, ["text"]),
        a[1].url: ("changed", "only what is said of it", None, ["title"]),
        a[2].url: ("removed", "rejected: fetch.gone", None, None),
        a[3].url: ("removed", "taken out: nothing of it is held any more", None, None),
        a[5].url: ("removed", f"a copy (dedup.near) of {older.url}", None, None),
    }


def test_what_comes_back_says_where_from(tmp_path: Path) -> None:
    """A row that was rejected or a copy before is no new page."""
    publish_documents(tmp_path, [BEFORE[0].reject(Reason.TOPIC_HOME), *BEFORE[1:]])
    publish_documents(tmp_path, BEFORE)
    out = io.StringIO()
    file = tmp_path / "changes.jsonl"
    console = Console(file=out, width=200)
    diff(Asked(corpus=tmp_path, file=file), console)
    assert "was rejected: topic.home" in file.read_text()
    assert "From v000001 to v000002:" in out.getvalue()
    diff(Asked(corpus=tmp_path, old="v000002", new="v000001"), console)
    assert "rejected: topic.home" in out.getvalue()


def test_the_same_rows_in_other_files_are_no_change(tmp_path: Path) -> None:
    """A site that is new moves others into other files; only its rows are told."""
    new = [post("0.example", number) for number in range(3)]
    assert set(told(tmp_path, [*BEFORE, *new])) == {one.url for one in new}


def test_wrong_names_are_told(tmp_path: Path) -> None:
    """One sentence says which snapshots there are."""
    publish_documents(tmp_path, BEFORE)
    with pytest.raises(ConfigError, match="v000001 is the first snapshot"):
        diff(Asked(corpus=tmp_path), Console())
    with pytest.raises(ConfigError, match="no snapshot v000009; there are: v000001"):
        diff(Asked(corpus=tmp_path, old="v000009"), Console())
