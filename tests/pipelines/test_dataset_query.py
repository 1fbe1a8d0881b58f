"""SQL over a snapshot: it answers, it explains mistakes, and it changes nothing."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.core.document import BlockKind, Removed
from pipelines.core.errors import ConfigError, SnapshotError
from pipelines.dataset.query import connect, lookup, run, views
from tests.factories import copied, document, post, publish_documents, rejected

#: Counts as a SELECT with what follows it, and writes.
IN_A_WITH = "WITH a AS (COPY (SELECT 1) TO '{}' (FORMAT parquet, USE_TMP_FILE false))"

KEPT = post("a.example", 1)
COPY = copied("b.example", 2, KEPT)
SHORT = rejected("c.example", 3)
BIO = Removed(at=0, text="Anna writes here.\n\n", kind=BlockKind.BIO)
OTHERS = [
    replace(post("d.example", number), removed=(BIO,) if number < 2 else ())
    for number in range(2500)
]


@pytest.fixture(scope="module", params=["plain", "it's a=b [1]* 'x'?"])
def snapshot(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A snapshot, also below a folder whose name means something to SQL, globs and Hive."""
    folder = tmp_path_factory.mktemp("corpus")
    made = publish_documents(folder / "corpus", [KEPT, COPY, SHORT, *OTHERS]).directory
    named: Path = folder / request.param
    (folder / "corpus").rename(named)
    return named / made.relative_to(folder / "corpus")


def test_a_question_is_answered_with_columns_and_rows(snapshot: Path) -> None:
    """The views hold the three tables."""
    answer = run(snapshot, "SELECT site, count(*) AS posts FROM documents GROUP BY 1 ORDER BY 1")
    assert answer.columns == ("site", "posts")
    assert list(answer.rows) == [("a.example", 1), ("d.example", len(OTHERS))]
    (row,) = run(snapshot, "SELECT count(*), (SELECT count(*) FROM rejected) FROM duplicates").rows
    assert row == (1, 1)
    assert len(list(run(snapshot, "FROM documents").rows)) == len(OTHERS) + 1


def test_templates_of_a_site_are_told_with_the_posts_that_had_them(snapshot: Path) -> None:
    """What was taken out of texts is grouped by site, kind and words."""
    answer = run(snapshot, "SELECT * FROM templates ORDER BY posts DESC")

    assert answer.columns == ("site", "kind", "text", "posts")
    assert list(answer.rows) == [("d.example", "bio", "Anna writes here.", 2)]


def test_times_are_utc(snapshot: Path) -> None:
    """A date is told as it is stored, wherever the machine stands."""
    question = "SELECT published_at, published_at::VARCHAR FROM documents WHERE site = 'a.example'"
    ((moment, words),) = run(snapshot, question).rows
    assert moment == KEPT.published_at
    assert words == f"{datetime.astimezone(moment, UTC):%Y-%m-%d %H:%M:%S}+00"


@pytest.mark.parametrize(
    "wrong",
    [
        "SELEC 1",
        "SELECT nope FROM documents",
        "FROM nowhere",
        "SELECT CAST(site AS INT) FROM documents",
        "SELECT 1; SELECT 2",
        "",
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM 'https://blog.example/a.parquet'",
        "INSTALL httpfs",
        "ATTACH '/tmp/other.db'",
        "SET enable_external_access = true",
    ],
)
def test_a_wrong_question_is_told_in_one_line(snapshot: Path, wrong: str) -> None:
    """Mistakes, files beside the snapshot and the network are all a wrong question."""
    with pytest.raises(ConfigError) as caught:
        list(run(snapshot, wrong).rows)
    assert "\n" not in str(caught.value)


def test_an_unknown_table_is_answered_with_those_that_exist(snapshot: Path) -> None:
    """The message names the views."""
    with pytest.raises(ConfigError, match="documents, duplicates, rejected"):
        run(snapshot, "FROM nowhere")


@pytest.mark.parametrize(
    "statement",
    [
        "COPY (SELECT 1 AS a) TO '{}' (FORMAT parquet, USE_TMP_FILE false)",
        "COPY (PIVOT documents ON site USING count(*)) TO '{}' (USE_TMP_FILE false)",
        "EXPLAIN ANALYZE COPY (SELECT 1 AS a) TO '{}' (USE_TMP_FILE false)",
        "PREPARE p AS COPY (SELECT 1 AS a) TO '{}' (USE_TMP_FILE false)",
        f"{IN_A_WITH} SELECT 1",
        f"SELECT 2; {IN_A_WITH} SELECT 1",
        f"{IN_A_WITH} PIVOT documents ON site USING count(*)",
        f"FROM ({IN_A_WITH} PIVOT documents ON site USING count(*))",
        f"FROM json_execute_serialized_sql(json_serialize_sql($q${IN_A_WITH} SELECT 1$q$))",
        "FROM query('FROM json_exec' || $z$ute_serialized_sql(json_serialize_sql($w$"
        + IN_A_WITH
        + " SELECT 1$w$))$z$)",
    ],
)
def test_no_statement_writes_over_a_snapshot(snapshot: Path, statement: str) -> None:
    """Its files are shared with other snapshots, so a query may only read them."""
    target = next((snapshot / "data").glob("*.parquet"))
    before = target.read_bytes()
    with pytest.raises(ConfigError, match="one SELECT"):
        list(run(snapshot, statement.replace("{}", str(target).replace("'", "''"))).rows)
    assert target.read_bytes() == before


def test_the_views_can_be_described(snapshot: Path) -> None:
    """A newcomer finds the columns without leaving SQL; no column is made of the path."""
    names = [row[0] for row in run(snapshot, "DESCRIBE rejected").rows]
    assert names[:5] == ["id", "url", "site", "reason", "detail"]
    assert names[-1] == "recipe"
    with connect(snapshot) as connection:
        assert views(connection) == [
            *("documents", "duplicates", "rejected", "history", "groups"),
            *("documents_strict", "documents_loose", "documents_all", "posts_history"),
            *("templates", "as_of(moment)"),
        ]


def test_lookup_finds_a_document_in_each_table(snapshot: Path) -> None:
    """It tells the table, and for what is not published the reason and the kept one."""
    kept, copy, short = (lookup(snapshot, page.id) for page in (KEPT, COPY, SHORT))
    assert kept is not None
    assert (kept.table, kept.url, kept.reason) == ("documents", KEPT.url, None)
    assert copy is not None
    assert (copy.table, copy.reason, copy.kept_url) == ("duplicates", "dedup.near", KEPT.url)
    assert copy.score == pytest.approx(0.97, abs=0.03)
    assert copy.detail == "published earlier"
    assert short is not None
    assert (short.table, short.reason) == ("rejected", "quality.too_short")
    assert short.detail == "3 words, fewer than 50"
    assert lookup(snapshot, document(url="https://e.example/").id) is None


def test_a_folder_that_is_no_snapshot_is_told(tmp_path: Path) -> None:
    """The message ends in what to do."""
    with pytest.raises(SnapshotError, match="therapy-corpus build"):
        run(tmp_path, "FROM documents")
