"""The prompt of `query`: what is typed, completed, remembered and answered."""

from collections.abc import Callable, Iterator
from io import BytesIO, StringIO
from pathlib import Path
from typing import TypeAlias

import pytest
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from rich.console import Console

from pipelines.dataset.query import Connection, connect
from pipelines.dataset.questions import QUESTIONS
from pipelines.dataset.schema import DATA
from pipelines.verbs.answer_table import MOST_ROWS
from pipelines.verbs.completion import Vocabulary, candidates, vocabulary
from pipelines.verbs.dialogue import Dialogue, is_whole, statements
from pipelines.verbs.prompt import history_file, talk
from tests.factories import copied, post, publish_documents

KEPT = post("a.example", 1)
POSTS = [KEPT, copied("b.example", 2, KEPT), *(post("d.example", number) for number in range(60))]
#: Types keys and gives what is printed; Ctrl-D comes last by itself.
Typist: TypeAlias = Callable[[str], str]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A snapshot of two blogs and a copy."""
    return publish_documents(tmp_path_factory.mktemp("corpus"), POSTS).directory


@pytest.fixture
def database(snapshot: Path) -> Iterator[Connection]:
    """That snapshot, opened."""
    with connect(snapshot) as connection:
        yield connection


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this user's programs keep what they remember."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "therapy-corpus" / "history"


@pytest.fixture
def typing(snapshot: Path, database: Connection, state: Path) -> Typist:
    """Somebody at a terminal with 100 columns."""
    assert not state.exists()
    return lambda keys: conversation(keys, snapshot, database, snapshot.parent.parent)


def conversation(keys: str, snapshot: Path, database: Connection, corpus: Path) -> str:
    """What is printed while somebody types these keys, then leaves."""
    printed = StringIO()
    dialogue = Dialogue(
        snapshot=snapshot,
        connection=database,
        console=Console(file=printed, force_terminal=True, color_system=None, width=100),
        stream=BytesIO(),
        most=MOST_ROWS,
    )
    with create_pipe_input() as pipe:
        pipe.send_text(f"{keys}\x04")
        talk(dialogue, corpus, typed=pipe, shown=DummyOutput())
    return printed.getvalue()


def test_it_begins_with_six_questions(typing: Typist) -> None:
    """A newcomer sees what can be asked before anything is typed."""
    said = typing("")

    assert "v000001" in said
    assert len(QUESTIONS) == 6
    for number, question in enumerate(QUESTIONS, start=1):
        assert f"  {number}  {question.sentence}" in said


@pytest.mark.parametrize("number", range(1, 7))
def test_the_number_of_an_example_asks_it(typing: Typist, number: int) -> None:
    """Its SQL is shown above the answer, to be changed and asked again."""
    said = typing(f"{number}\r")

    assert QUESTIONS[number - 1].sql.rstrip() + ";" in said
    assert "└" in said
    assert "row" in said.splitlines()[-1]


def test_a_question_may_have_several_lines(typing: Typist) -> None:
    """Enter begins a line until there is a semicolon that ends something."""
    assert "│ 42;    │" in typing("SELECT\r'42;'\rAS answer;\r")


def test_several_statements_are_answered_in_turn(typing: Typist) -> None:
    """What was pasted is taken as it is."""
    said = typing("SELECT 1 AS one; SELECT 2 AS two;\r")

    assert said.index("one") < said.index("two")


def test_a_wrong_question_does_not_end_it(typing: Typist) -> None:
    """It gets one sentence, and the next one its answer."""
    said = typing("FROM nowhere;\rSELECT 6 * 7 AS answer;\r")

    complaint = next(line for line in said.splitlines() if "nowhere" in line)
    assert "the tables are documents, duplicates" in complaint
    assert "42" in said


def test_ctrl_c_clears_and_quit_leaves(typing: Typist) -> None:
    """What was begun is not asked; what comes after `.quit` is not read."""
    said = typing("SELECT 1 AS apple\x03SELECT 2 AS pear;\r.quit\rSELECT 3 AS plum;\r")

    assert [fruit for fruit in ("apple", "pear", "plum") if fruit in said] == ["pear"]


def test_long_answers_are_cut_with_their_number_of_rows(typing: Typist) -> None:
    """Forty rows are shown, and as many columns as fit."""
    said = typing("FROM documents;\r")

    assert f"61 rows, 40 shown; {len(DATA.columns)} columns, 6 shown" in said
    assert said.count("https://d.example") <= 40
    assert max(map(len, said.splitlines())) <= 100


def test_commands_tell_what_there_is(typing: Typist) -> None:
    """Tables and columns come with their sentences; what is unknown is told."""
    assert "Every accepted post" in typing(".tables\r")
    assert "Hash of the canonical URL" in typing(".columns documents\r")
    assert "Since when the archive" in typing(".columns as_of\r")
    assert "nowhere is no table" in typing(".columns nowhere\r")
    assert ".columns VIEW" in typing(".help\r")
    assert ".fly is not understood" in typing(".fly\r")
    assert "7 is no example; there are 1 to 6" in typing("7\r")


def test_questions_are_remembered(typing: Typist, state: Path) -> None:
    """The arrow brings back what was asked in an earlier session; nobody else may read it."""
    typing("SELECT 6 * 7 AS answer;\r")

    assert "42" in typing("\x1b[A\r")
    assert state.stat().st_mode & 0o077 == 0
    assert "6 * 7" in state.read_text()


@pytest.mark.parametrize("where", ["in the corpus", "nowhere"])
def test_where_nothing_can_be_remembered_it_still_answers(
    snapshot: Path,
    database: Connection,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
) -> None:
    """A history never lies in a corpus, and a folder that cannot be made is no fault."""
    (tmp_path / "file").touch()
    home = tmp_path / ("corpus" if where == "in the corpus" else "file")
    monkeypatch.setenv("XDG_STATE_HOME", str(home))

    assert "42" in conversation("SELECT 42;\r", snapshot, database, tmp_path / "corpus")
    assert [path.name for path in tmp_path.rglob("*")] == ["file"]


def test_history_lies_where_the_specification_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relative XDG_STATE_HOME is passed over."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", "state")

    assert history_file() == tmp_path / ".local" / "state" / "therapy-corpus" / "history"


@pytest.fixture(scope="module")
def words(snapshot: Path) -> Vocabulary:
    """All that can be completed."""
    with connect(snapshot) as connection:
        return vocabulary(connection)


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("FROM docu", ["documents", "documents_strict", "documents_loose", "documents_all"]),
        ("SELECT * FROM documents JOIN hist", ["history"]),
        ("DESCRIBE gr", ["groups"]),
        ("FROM as", ["as_of(moment)"]),
        ("FROM rejected SELECT rea", ["reason"]),
        ("FROM documents AS d SELECT d.word", ["word_count"]),
        ("FROM rejected r JOIN groups g USING (site) WHERE g.own", ["own_split"]),
        ("FROM as_of('2026-01-01') SELECT valid_", ["valid_from", "valid_to"]),
        ("SELECT * FROM documents WHE", ["WHEN", "WHERE"]),
        ("select * from documents whe", ["when", "where"]),
        ("SELECT regexp_mat", ["regexp_matches"]),
        (".co", [".columns"]),
        (".columns tem", ["templates"]),
        ("SELECT zzzz", []),
    ],
)
def test_completion_knows_what_fits(words: Vocabulary, before: str, expected: list[str]) -> None:
    """Tables after FROM, columns of the tables that are named, and functions and keywords."""
    assert candidates(words, before) == expected


def test_tables_behind_the_cursor_count(words: Vocabulary) -> None:
    """The columns are often named last."""
    assert candidates(words, "SELECT det", " FROM rejected") == ["detail"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("SELECT 1", False),
        ("SELECT 1;", True),
        ("SELECT ';", False),
        ("SELECT ';'", False),
        ("SELECT 1 -- ;", False),
        ("SELECT 1; -- done", True),
        ("SELECT 1 /* ; ", False),
        ("SELECT $$;$$", False),
        ('SELECT 1 AS "a;"', False),
        ("SELECT e'\\';'", False),
        ("", True),
        ("-- a note", True),
        (".tables", True),
        ("3", True),
    ],
)
def test_a_semicolon_ends_a_question(said: str, expected: bool) -> None:  # noqa: FBT001
    """But not one in a text, a name or a comment."""
    assert is_whole(said) is expected


def test_a_pipe_brings_statements() -> None:
    """Each comes as soon as it is whole; the end of the pipe ends the last one."""
    lines = ["3\n", "SELECT\n", "1;\n", ".tables\n", "SELECT 2"]

    assert list(statements(lines)) == ["3\n", "SELECT\n1;\n", ".tables\n", "SELECT 2"]
