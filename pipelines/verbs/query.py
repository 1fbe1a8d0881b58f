"""`query`: one question, a prompt for many, or those that a pipe brings."""

import sys
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from pipelines.core.errors import ConfigError
from pipelines.dataset.query import connect
from pipelines.dataset.snapshot import current
from pipelines.verbs.answer_table import MOST_ROWS, write_all
from pipelines.verbs.answers import Format, format_of, refuse_inside, save
from pipelines.verbs.dialogue import Dialogue, statements


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody wants to know, and in what form."""

    #: The corpus' folder.
    corpus: Path
    #: One SELECT; None where it is to be typed, or read.
    sql: str | None = None
    form: Format | None = None
    #: Where the answer goes; None to print it.
    file: Path | None = None


def query(asked: Asked, console: Console) -> None:
    """Ask the current snapshot.

    Raises:
        ConfigError: The question is wrong, or the answer cannot go where it should.
        SnapshotError: There is no snapshot, or its files cannot be read.
        CorpusError: The disk does not take the answer.
    """
    form = format_of(asked.form, asked.file)
    snapshot = current(asked.corpus)
    typed = asked.sql is None and sys.stdin.isatty()
    with connect(snapshot) as connection:
        if asked.file is not None:
            if typed:
                message = "--out takes one question; give it, or bring it in a pipe."
                raise ConfigError(message)
            refuse_inside(snapshot, asked.file)
            sql = sys.stdin.read() if asked.sql is None else asked.sql
            save(connection, sql, form, asked.file, write_all)
            return
        prompted = typed and sys.stdout.isatty()
        dialogue = Dialogue(
            snapshot=snapshot,
            connection=connection,
            console=console,
            stream=sys.stdout.buffer,
            form=form,
            most=MOST_ROWS if prompted else None,
        )
        if prompted:
            _prompt(dialogue, asked.corpus)
        elif asked.sql is None:
            for said in statements(sys.stdin):
                if not dialogue.reply(said):
                    break
        else:
            dialogue.answer(asked.sql)


def _prompt(dialogue: Dialogue, corpus: Path) -> None:
    from pipelines.verbs.prompt import talk  # noqa: PLC0415 - a tenth of a second for a prompt only

    talk(dialogue, corpus)
