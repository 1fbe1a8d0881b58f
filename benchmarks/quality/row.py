"""One line of the table that the quality benchmark prints."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one system reached in one part of the benchmark."""

    #: The set and what is measured on it: "text of therapist-posts (81 pages)".
    part: str
    #: "ours", or a peer with its setting.
    system: str
    #: Columns and their values, as printed.
    values: Mapping[str, str]


def table(rows: Iterable[Row]) -> str:
    """The rows as Markdown: one table a part, its columns those of the part's rows."""
    return "\n".join(
        _part(part, list(found)) for part, found in groupby(rows, lambda row: row.part)
    )


def _part(part: str, rows: list[Row]) -> str:
    columns = list(dict.fromkeys(column for row in rows for column in row.values))
    lines = [f"| {part} | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    for row in rows:
        cells = " | ".join(row.values.get(column, "") for column in columns)
        lines.append(f"| {row.system} | {cells} |")
    return "\n".join([*lines, ""])
