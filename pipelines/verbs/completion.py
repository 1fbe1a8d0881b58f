"""What may follow in a question that is being typed."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipelines.dataset.query import Connection, ask, views
from pipelines.dataset.views import AS_OF

COMMANDS = (".columns", ".examples", ".help", ".quit", ".tables")
#: Functions are many, so they are named once so many letters are there.
_LETTERS = 2
_LAST_WORD = re.compile(r"\w*$")
_COMMAND = re.compile(r"^\s*\.\w*$")
_WANTS_TABLE = re.compile(
    r"\b(from|join|describe|summarize)\s+\w*$|^\s*\.columns\s+\w*$", re.IGNORECASE
)
#: A table, and what it is called further on.
_TABLES = re.compile(r"\b(?:from|join)\s+(\w+)(?:\([^)]*\))?(?:\s+(?:as\s+)?(\w+))?", re.IGNORECASE)
_QUALIFIED = re.compile(r"(\w+)\.\w*$")
_COLUMNS = "SELECT table_name, column_name FROM duckdb_columns() ORDER BY column_index"
_FUNCTIONS = """
SELECT DISTINCT function_name FROM duckdb_functions()
WHERE function_type IN ('scalar', 'aggregate', 'macro', 'window')
AND regexp_full_match(function_name, '[a-z][a-z0-9_]*') ORDER BY function_name
"""
#: DuckDB knows ten times as many, most of them for statements that are no questions.
_KEYWORDS = """
ALL AND ANTI ANY AS ASC BETWEEN BY CASE CAST COLLATE CROSS CURRENT_DATE DATE DESC DESCRIBE
DISTINCT ELSE END EXCEPT EXCLUDE EXISTS FALSE FILTER FIRST FOR FROM FULL GROUP HAVING ILIKE IN
INNER INTERSECT INTERVAL IS JOIN LAST LEFT LIKE LIMIT MATERIALIZED MONTH NATURAL NOT NULL
NULLS OFFSET ON OR ORDER OUTER OVER PARTITION PIVOT QUALIFY RECURSIVE REPLACE RIGHT ROWS SAMPLE
SELECT SEMI SHOW SIMILAR SUMMARIZE THEN TIMESTAMP TIMESTAMPTZ TO TRUE UNION UNNEST USING VALUES
WHEN WHERE WINDOW WITH YEAR
"""
KEYWORDS = tuple(_KEYWORDS.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The words of questions to one snapshot."""

    #: As they are written after FROM.
    tables: tuple[str, ...]
    #: The columns of each view.
    columns: Mapping[str, tuple[str, ...]]
    functions: tuple[str, ...]


def vocabulary(connection: Connection) -> Vocabulary:
    """The words that a database knows."""
    tables = tuple(views(connection))
    columns: dict[str, tuple[str, ...]] = dict.fromkeys(tables, ())
    for table, column in ask(connection, _COLUMNS).rows:
        if table in columns:
            columns[table] += (column,)
    macro = AS_OF.partition("(")[0]
    return Vocabulary(
        tables=tables,
        columns={**columns, macro: columns.get("posts_history", ())},
        functions=tuple(name for (name,) in ask(connection, _FUNCTIONS).rows),
    )


def last_word(before: str) -> str:
    """The word that is being typed, or nothing."""
    found = _LAST_WORD.search(before)
    return found[0] if found else ""


def candidates(words: Vocabulary, before: str, after: str = "") -> list[str]:
    """The words that may take the place of the one that is being typed, the likeliest first.

    Args:
        words: All there are.
        before: What stands before the cursor.
        after: What stands behind it; its tables count too.
    """
    if _COMMAND.match(before):
        return [command for command in COMMANDS if command.startswith(before.strip())]
    typed = last_word(before)
    if _WANTS_TABLE.search(before):
        return _beginning(typed, words.tables)
    aliases = _aliases(words, before + after)
    qualified = _QUALIFIED.search(before)
    if qualified:
        return _beginning(typed, words.columns.get(aliases.get(qualified[1], qualified[1]), ()))
    named = dict.fromkeys(aliases.values()) or words.columns
    columns = dict.fromkeys(column for table in named for column in words.columns[table])
    found = _beginning(typed, columns)
    if len(typed) >= _LETTERS:
        keywords = [word.lower() if typed.islower() else word for word in KEYWORDS]
        found += _beginning(typed, keywords) + _beginning(typed, words.tables)
        found += _beginning(typed, words.functions)
    return list(dict.fromkeys(found))


def _aliases(words: Vocabulary, text: str) -> dict[str, str]:
    """The tables that a question names, by each of the names that they have in it."""
    found: dict[str, str] = {}
    for table, alias in _TABLES.findall(text):
        name = table.lower()
        if name in words.columns:
            found[table] = name
            if alias and alias.upper() not in KEYWORDS:
                found[alias] = name
    return found


def _beginning(typed: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if name.lower().startswith(typed.lower())]
