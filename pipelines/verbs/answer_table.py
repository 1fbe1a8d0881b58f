"""An answer as a table to read: whole in a pipe, cut to what fits on a terminal."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from io import TextIOWrapper
from itertools import islice
from typing import IO, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipelines.dataset.query import Answer, Connection, count

#: Rows that the prompt shows of an answer.
MOST_ROWS = 40
#: Characters of a line in a file or pipe, where nothing is cut.
PIPE_WIDTH = 1000
#: Rows that one table holds in a pipe, so that a long answer is never in memory as a whole.
_SECTION = 1000
#: Of a value on a terminal, so many characters are looked at; no line is longer.
_LONGEST = 500
#: A column that is wider gives room to others, but not below this.
_NARROW = 16
#: Beside its text, a column takes two blanks and a line.
_BORDER = 3
#: What a terminal would obey, were it printed.
_CONTROLS = {code: "\ufffd" for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"}


def print_all(console: Console, answer: Answer) -> None:
    """Print all rows, those of a long answer as several tables under one another."""
    for section in _sections(answer):
        table = Table(*map(_safe, answer.columns))
        for row in section:
            table.add_row(*(Text(_safe(_text(value))) for value in row))
        console.print(table)


def write_all(answer: Answer, stream: IO[bytes]) -> None:
    """Write all rows into a file, as a pipe gets them."""
    text = TextIOWrapper(stream, encoding="utf-8", newline="\n")
    print_all(Console(file=text, width=PIPE_WIDTH), answer)
    text.detach()


def print_cut(console: Console, connection: Connection, answer: Answer, most: int | None) -> None:
    """Print the first rows, and as many columns as fit; a last line says how many there are.

    Args:
        console: A terminal.
        connection: The one that gave the answer.
        answer: Its rows have not been read.
        most: How many rows are shown; all where it is None.
    """
    shown = total = 0
    fitting = len(answer.columns)
    if most is None:
        for section in _sections(answer):
            fitting = min(fitting, print_fitting(console, answer.columns, section))
            shown = total = shown + len(section)
    else:
        rows = list(islice(answer.rows, most + 1))
        fitting = print_fitting(console, answer.columns, rows[:most])
        shown = min(len(rows), most)
        # Counted anew, since the rest of the rows may be the texts of the whole corpus.
        total = len(rows) if len(rows) <= most else count(connection, answer)
    console.print(_summary(total, shown, len(answer.columns), fitting), highlight=False)


def _sections(answer: Answer) -> Iterator[list[tuple[Any, ...]]]:
    """The rows in pieces; one without rows where there are none."""
    section = list(islice(answer.rows, _SECTION))
    yield section
    while section := list(islice(answer.rows, _SECTION)):
        yield section


def print_fitting(console: Console, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> int:
    """Print rows with a line for each, and with as many columns as fit.

    Returns:
        How many columns do.
    """
    cells = [[_line(value) for value in row] for row in rows]
    widths = [
        max(Text(text).cell_len for text in (name, *column))
        for name, *column in zip(names, *cells, strict=True)
    ]
    fitting = _fitting(widths, console.width)
    widest = _widest(widths[:fitting], console.width - 1 - _BORDER * fitting)
    table = Table()
    for place in range(fitting):
        is_number = all(_is_number(row[place]) for row in rows)
        table.add_column(
            _header(names[place]),
            justify="right" if rows and is_number else "left",
            no_wrap=True,
            overflow="ellipsis",
            width=min(widths[place], widest),
        )
    for row in cells:
        table.add_row(*map(Text, row[:fitting]))
    console.print(table)
    return fitting


def _fitting(widths: Sequence[int], room: int) -> int:
    """How many of the columns fit, each at least in part; one always does."""
    used = 1
    for place, width in enumerate(widths):
        used += min(width, _NARROW) + _BORDER
        if used > room and place > 0:
            return place
    return len(widths)


def _widest(widths: Sequence[int], room: int) -> int:
    """How wide a column may be, so that all of them have room and narrow ones are whole."""
    widest = max(widths)
    while widest > 1 and sum(min(width, widest) for width in widths) > room:
        widest -= 1
    return widest


def _summary(total: int, shown: int, columns: int, fitting: int) -> str:
    parts = [f"{total:,} row" + "s" * (total != 1)]
    if shown < total:
        parts[0] += f", {shown} shown"
    if fitting < columns:
        parts.append(f"{columns} columns, {fitting} shown: name those that you want to see")
    return "; ".join(parts)


def _header(name: str) -> Text:
    return Text(_safe(name))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal | None) and not isinstance(value, bool)


def _line(value: object) -> str:
    """A value on one line, without what nobody will see."""
    return _safe(" ".join(_text(value)[:_LONGEST].split()))


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _safe(text: str) -> str:
    return text.translate(_CONTROLS)
