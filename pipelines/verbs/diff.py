"""`diff`: what one snapshot has that another has not, and why."""

import sys
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from pipelines.core.errors import ConfigError
from pipelines.dataset import changes
from pipelines.dataset.query import ask
from pipelines.dataset.snapshot import current, manifest_of
from pipelines.verbs.answer_table import print_all, write_all
from pipelines.verbs.answers import Format, format_of, lines, refuse_inside, save, write


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which two snapshots, and where the rows go."""

    corpus: Path
    #: Names such as v000001; None: the one before the other, and the current one.
    old: str | None = None
    new: str | None = None
    form: Format | None = None
    #: Where the rows go; None to print them.
    file: Path | None = None


def diff(asked: Asked, console: Console) -> None:
    """Print the counts, then print or write the rows.

    Raises:
        ConfigError: There is no such snapshot, or the rows cannot go where they should.
        SnapshotError: The files of a snapshot cannot be read.
    """
    form = format_of(asked.form, asked.file)
    new = current(asked.corpus) if asked.new is None else _named(asked.corpus, asked.new)
    parent = manifest_of(new).parent
    if asked.old is None and parent is None:
        message = f"{new.name} is the first snapshot; there is none before it to compare with."
        raise ConfigError(message)
    old = _named(asked.corpus, asked.old or str(parent))
    with changes.connect(old, new) as connection:
        if form is Format.TABLE or asked.file is not None:
            console.print(f"From {old.name} to {new.name}:")
            print_all(console, ask(connection, changes.SUMMARY))
        if asked.file is not None:
            refuse_inside(new, asked.file)
            save(connection, changes.ROWS, form, asked.file, write_all)
        elif form is Format.TABLE:
            print_all(console, ask(connection, changes.ROWS))
        else:
            write(lines(ask(connection, changes.ROWS), form), sys.stdout.buffer)


def _named(corpus: Path, name: str) -> Path:
    directory = corpus / "snapshots" / name
    if not (directory / "manifest.json").is_file() or "/" in name:
        held = sorted(path.name for path in (corpus / "snapshots").glob("*") if path.is_dir())
        message = f"There is no snapshot {name}; there are: {', '.join(held) or 'none'}."
        raise ConfigError(message)
    return directory
