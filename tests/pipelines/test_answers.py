"""Answers as files and streams: what other programs read of them is what was asked for."""

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rich.console import Console

from pipelines.core.errors import ConfigError, CorpusError
from pipelines.dataset.query import Connection, ask, connect
from pipelines.verbs.answer_table import print_all, print_cut, write_all
from pipelines.verbs.answers import Format, format_of, lines, refuse_inside, save
from tests.factories import post, publish_documents

TEXT = 'He said "no, not again".\n\nThen “nothing”, 3 € later.\r\nEnd '
POSTS = [
    replace(post("a.example", 1), title=None, text=TEXT),
    replace(post("a.example", 2), title="", tags=("sleep", 'a "quoted" one')),
    *(post("b.example", number) for number in range(1200)),
]
#: Every kind of value that a question can give.
KINDS = """
SELECT 1 AS one, sum(x)::HUGEINT AS huge, 0.1 AS exact, 'nan'::DOUBLE AS nan, true AS yes,
    NULL AS missing, '' AS empty, 'a,b' AS comma, DATE '2026-01-31' AS day,
    TIMESTAMPTZ '2026-01-31 12:00:00+00' AS moment, {'a': 1, 'b': [DATE '2026-01-31']} AS nested,
    map {DATE '2026-01-31': 2} AS mapped, '\\x00\\xff'::BLOB AS bytes, INTERVAL 90 SECOND AS span,
    1 AS one
FROM range(3) AS t(x)
"""
#: The same as a program reads it from JSON.
TOLD = {
    "one": 1,
    "huge": 3,
    "exact": 0.1,
    "nan": None,
    "yes": True,
    "missing": None,
    "empty": "",
    "comma": "a,b",
    "day": "2026-01-31",
    "moment": "2026-01-31T12:00:00+00:00",
    "nested": {"a": 1, "b": ["2026-01-31"]},
    "mapped": {"2026-01-31": 2},
    "bytes": "AP8=",
    "span": 90.0,
    "one_1": 1,
}


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A snapshot with texts that are hard to quote."""
    return publish_documents(tmp_path_factory.mktemp("corpus"), POSTS).directory


@pytest.fixture
def database(snapshot: Path) -> Iterator[Connection]:
    """That snapshot, opened."""
    with connect(snapshot) as connection:
        yield connection


def written(database: Connection, sql: str, form: Format) -> bytes:
    """An answer as the bytes of a pipe."""
    return b"".join(lines(ask(database, sql), form))


def test_csv_is_read_as_it_was_written(database: Connection) -> None:
    """Quotes, commas and line ends stay; a record ends in CRLF, as RFC 4180 has it."""
    asked = "SELECT url, text, word_count FROM documents ORDER BY url"
    told = written(database, asked, Format.CSV)

    rows = list(csv.reader(StringIO(told.decode(), newline="")))
    assert told.startswith(b"url,text,word_count\r\n")
    assert rows[1:] == [[url, text, str(n)] for url, text, n in ask(database, asked).rows]
    assert TEXT in [row[1] for row in rows]
    assert pl.read_csv(told)["text"].to_list() == [row[1] for row in rows[1:]]
    assert len(pd.read_csv(BytesIO(told))) == len(POSTS)


def test_csv_tells_a_missing_text_from_an_empty_one(database: Connection) -> None:
    """As PostgreSQL and DuckDB do; a line is never empty."""
    asked = "SELECT url[-1], title FROM documents WHERE site = 'a.example' ORDER BY url"

    assert written(database, asked, Format.CSV).splitlines()[1:] == [b"1,", b'2,""']
    assert written(database, "SELECT NULL AS a", Format.CSV) == b'a\r\n""\r\n'


def test_csv_has_a_form_for_every_kind(database: Connection) -> None:
    """Times as in ISO 8601, what is nested as JSON, and no name twice."""
    (row,) = csv.DictReader(StringIO(written(database, KINDS, Format.CSV).decode(), newline=""))

    nested = {name: json.loads(row[name]) for name in ("nested", "mapped", "yes")}
    missing = {"missing": None, "nan": None} if (row["missing"], row["nan"]) == ("", "nan") else {}
    numbers = {name: float(row[name]) for name in ("one", "huge", "exact", "span", "one_1")}
    assert {**row, **nested, **missing, **numbers} == TOLD


def test_json_has_a_line_for_each_row(database: Connection) -> None:
    """Numbers stay numbers, and what is nested is nested."""
    (line,) = written(database, KINDS, Format.JSON).splitlines()
    assert json.loads(line) == TOLD
    told = written(database, "FROM documents", Format.JSON)
    assert len(told.splitlines()) == len(POSTS)
    assert TEXT in pl.read_ndjson(told)["text"].to_list()


def test_parquet_has_the_types_of_the_answer(database: Connection, tmp_path: Path) -> None:
    """What was a column of the dataset is one of the file, with the same values."""
    file = tmp_path / "answer.parquet"
    save(database, "FROM documents ORDER BY url", Format.PARQUET, file, write_all)

    table = pq.read_table(file)
    answer = ask(database, "FROM documents ORDER BY url")
    assert tuple(table.column_names) == answer.columns
    assert table["text"].to_pylist() == [row[answer.columns.index("text")] for row in answer.rows]
    assert table.schema.field("published_at").type == pa.timestamp("us", "UTC")


def test_parquet_has_a_form_for_every_kind(database: Connection, tmp_path: Path) -> None:
    """A sum is a whole number, not a decimal; names are told apart."""
    file = tmp_path / "kinds.parquet"
    kinds = KINDS.replace("INTERVAL 90 SECOND AS span,", "")
    save(database, kinds, Format.PARQUET, file, write_all)

    (row,) = pq.read_table(file).to_pylist()
    assert row.pop("nan") != row.pop("one_1")
    assert row.pop("moment") == datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert row.pop("nested") == {"a": 1, "b": [date(2026, 1, 31)]}
    assert row.pop("mapped") == [(date(2026, 1, 31), 2)]
    assert (row.pop("day"), row.pop("bytes")) == (date(2026, 1, 31), b"\x00\xff")
    assert row.pop("exact") == Decimal("0.1")
    assert row == {name: TOLD[name] for name in row}
    assert len(row) == 6


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("SELECT INTERVAL 1 DAY AS span", "cast it in the query"),
        ("SELECT 170141183460469231731687303715884105727::HUGEINT AS huge", "cast it"),
        ("FROM nowhere", "the tables are documents"),
        ("SELECT 1 WHERE error('no') ORDER BY 1", "no"),
    ],
)
def test_a_file_is_there_as_a_whole_or_not_at_all(
    database: Connection, tmp_path: Path, sql: str, told: str
) -> None:
    """What was there before a wrong question is still there, and nothing beside it."""
    file = tmp_path / "answer.parquet"
    file.write_text("before")
    with pytest.raises(ConfigError, match=told):
        save(database, sql, Format.PARQUET, file, write_all)

    assert [path.name for path in tmp_path.iterdir()] == ["answer.parquet"]
    assert file.read_text() == "before"


def test_a_file_is_no_answer_until_its_last_row(database: Connection, tmp_path: Path) -> None:
    """A question that breaks on its last row leaves no part of an answer."""
    broken = "SELECT if(x < 5000, x, error('late')) AS x FROM range(5001) AS t(x)"
    for form in (Format.CSV, Format.JSON, Format.TABLE, Format.PARQUET):
        with pytest.raises(ConfigError, match="late"):
            save(database, broken, form, tmp_path / "answer", write_all)

    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_is_full_is_told(database: Connection) -> None:
    """It is no wrong question, so its exit code is another one."""
    with pytest.raises(CorpusError, match="cannot be written") as caught:
        save(database, "SELECT 1", Format.CSV, Path("/proc/answer.csv"), write_all)
    assert "\n" not in str(caught.value)


def test_answers_stay_away_from_snapshots(snapshot: Path, tmp_path: Path) -> None:
    """Also by a link; and what is no file is not replaced by one."""
    inside = next((snapshot / "data").iterdir())
    link = tmp_path / "link.csv"
    link.symlink_to(inside)
    for path in (inside, link, snapshot / "new.csv", Path("/dev/null"), tmp_path):
        with pytest.raises(ConfigError, match="name"):
            refuse_inside(snapshot, path)
    refuse_inside(snapshot, tmp_path / "answer.csv")


def test_the_ending_of_a_file_tells_its_form() -> None:
    """Unless a form is given; Parquet is not printed."""
    assert format_of(None, Path("a.CSV")) is Format.CSV
    assert format_of(None, Path("a.jsonl")) is Format.JSON
    assert format_of(None, Path("a.parquet")) is Format.PARQUET
    assert format_of(None, Path("a.txt")) is Format.TABLE
    assert format_of(None, None) is Format.TABLE
    assert format_of(Format.JSON, Path("a.csv")) is Format.JSON
    with pytest.raises(ConfigError, match="--out"):
        format_of(Format.PARQUET, None)


def test_a_pipe_gets_every_row(database: Connection) -> None:
    """Nothing is cut, though a long answer is several tables."""
    printed = StringIO()
    print_all(Console(file=printed, width=1000), ask(database, "SELECT url FROM documents"))

    told = printed.getvalue()
    assert told.count("https://") == len(POSTS)
    assert told.count("url") == 2


def test_a_terminal_gets_lines_that_fit(database: Connection) -> None:
    """One line a row; what a terminal would obey is not printed."""
    printed = StringIO()
    console = Console(file=printed, width=60, force_terminal=True, color_system=None)
    asked = "SELECT chr(27) || '[2J' AS evil, 12 AS number, text, text, text FROM documents"
    print_cut(console, database, ask(database, f"{asked} WHERE text LIKE 'He%'"), 40)

    told = printed.getvalue()
    assert "\x1b" not in told
    assert "│ �[2J │     12 │ He said " in told
    assert max(map(len, told.splitlines())) <= 60
    assert told.splitlines()[-1] == "1 row; 5 columns, 4 shown: name those that you want to see"


def test_a_table_may_be_a_file(database: Connection, tmp_path: Path) -> None:
    """It is what a pipe gets."""
    save(database, "SELECT 'ä' AS a", Format.TABLE, tmp_path / "a.txt", write_all)
    stream = TextIOWrapper(BytesIO(), encoding="utf-8")
    print_all(Console(file=stream, width=1000), ask(database, "SELECT 'ä' AS a"))
    stream.seek(0)

    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == stream.read()
