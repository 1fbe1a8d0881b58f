"""`query` without a question: answers what is typed or read, one statement after another."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from rich.console import Console

from pipelines.core.errors import ConfigError
from pipelines.dataset.query import Connection, ask, views
from pipelines.dataset.questions import QUESTIONS
from pipelines.dataset.schema import TABLES
from pipelines.dataset.statements import is_complete, pieces
from pipelines.dataset.views import AS_OF, sentence_of
from pipelines.verbs.answer_table import print_all, print_cut, print_fitting
from pipelines.verbs.answers import Format, lines, write

HELP = """\
A question is SQL that ends in a semicolon, over as many lines as it takes.
  .examples      questions to begin with; the number of one asks it
  .tables        what can be asked, each with what it holds
  .columns VIEW  the columns of one of them
  .help          this
  .quit          leaves, as Ctrl-D does
Tab completes. Ctrl-C clears the line, or stops a question that takes too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """Somebody who asks one snapshot, and where the answers go."""

    snapshot: Path
    connection: Connection
    console: Console
    #: The bytes below the console, for what is no table.
    stream: IO[bytes]
    form: Format = Format.TABLE
    #: Rows of an answer that a terminal gets; None for all.
    most: int | None = None

    def greet(self) -> None:
        """Say what is asked, and how to begin."""
        self._say(
            f"Snapshot {self.snapshot.name}. A question ends in a semicolon; .help tells more."
        )
        self._examples()

    def reply(self, said: str) -> bool:
        """Answer one line, or one or several statements.

        Args:
            said: Whole, as `is_whole` tells.

        Returns:
            Whether the dialogue goes on.

        Raises:
            ConfigError: The question is wrong.
            SnapshotError: The snapshot's files cannot be read.
        """
        word = said.strip()
        if word.isdecimal():
            self._example(word)
        elif word.startswith("."):
            return self._obey(word)
        else:
            for question in pieces(said):
                self.answer(question)
        return True

    def answer(self, sql: str) -> None:
        """Print what one question gives.

        Raises:
            ConfigError: The question is wrong.
            SnapshotError: The snapshot's files cannot be read.
        """
        answer = ask(self.connection, sql)
        if self.form is not Format.TABLE:
            write(lines(answer, self.form), self.stream)
        elif self.console.is_terminal:
            print_cut(self.console, self.connection, answer, self.most)
        else:
            print_all(self.console, answer)

    def _obey(self, said: str) -> bool:
        command, *rest = said.rstrip(";").split()
        match command, rest:
            case ((".quit" | ".exit"), []):
                return False
            case ".help", []:
                self._say(HELP)
            case ".examples", []:
                self._examples()
            case ".tables", []:
                named = [(name, sentence_of(name)) for name in views(self.connection)]
                print_fitting(self.console, ("name", "what it holds"), named)
            case ".columns", [name]:
                self._columns(name)
            case _:
                message = f"{said} is not understood; .help tells what is."
                raise ConfigError(message)
        return True

    def _columns(self, name: str) -> None:
        there = views(self.connection)
        if name not in [*there, AS_OF.partition("(")[0]]:
            message = f"{name} is no table; the tables are {', '.join(there)}."
            raise ConfigError(message)
        described = "posts_history" if AS_OF.startswith(name.partition("(")[0]) else name
        # What a column is called may mean two things in two tables, so its own table comes last.
        tables = sorted(TABLES, key=lambda table: table.view == described)
        sentences = {column.name: column.sentence for table in tables for column in table.columns}
        rows = [
            (column, kind, sentences.get(column, ""))
            for column, kind, *_ in ask(self.connection, f'DESCRIBE "{described}"').rows
        ]
        print_fitting(self.console, ("column", "type", "what it holds"), rows)

    def _examples(self) -> None:
        for number, question in enumerate(QUESTIONS, start=1):
            self._say(f"  {number}  {question.sentence}")

    def _example(self, word: str) -> None:
        number = int(word)
        if not 1 <= number <= len(QUESTIONS):
            message = f"{word} is no example; there are 1 to {len(QUESTIONS)}."
            raise ConfigError(message)
        question = QUESTIONS[number - 1]
        if self.console.is_terminal:
            self._say(question.sql.rstrip() + ";")
        self.answer(question.sql)

    def complain(self, words: str) -> None:
        """Say that something went wrong; the dialogue goes on."""
        self._say(words)

    def _say(self, words: str) -> None:
        self.console.print(words, markup=False, highlight=False, emoji=False, soft_wrap=True)


def is_whole(said: str) -> bool:
    """Whether what was typed can be answered: a command, or statements that are ended."""
    word = said.strip()
    return word.isdecimal() or word.startswith(".") or is_complete(said)


def statements(read: Iterable[str]) -> Iterator[str]:
    """What can be answered, from the lines of a pipe; what is begun last is ended by its end."""
    said = ""
    for line in read:
        said += line
        if is_whole(said):
            yield said
            said = ""
    if said.strip():
        yield said
