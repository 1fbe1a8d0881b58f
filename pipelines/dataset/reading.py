"""Whether a question only reads: what DuckDB would do for it is looked at before it is done.

The kind of a statement does not tell: a WITH may hold a COPY, and a function may run SQL that
came as a text. DuckDB may write what it may read, so one of them could overwrite a snapshot.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import duckdb

from pipelines.core.errors import ConfigError
from pipelines.dataset.statements import pieces

#: Steps of a plan that write.
_WRITES = re.compile(r"(BATCH_)?(COPY|INSERT|UPDATE|DELETE|MERGE|CREATE)_?.*")
#: Functions that give a table and do nothing else; all others of DuckDB are refused.
_READS = re.compile(
    r"(DUCKDB|ICU|JSON|PARQUET|PG|READ|SHOW|TABLE)_(?!EXECUTE)\w+"
    r"|GENERATE_SERIES|RANGE|REPEAT(_ROW)?|SEQ_SCAN|SNIFF_CSV|SUMMARY|UNNEST|VERSION"
    r"|PRAGMA_(PLATFORM|SHOW|TABLE_INFO|VERSION)"
)
_FUNCTIONS = """
SELECT DISTINCT upper(function_name) FROM duckdb_functions()
WHERE internal AND function_type IN ('table', 'pragma')
"""


def checked(cursor: duckdb.DuckDBPyConnection, sql: str) -> str:
    """The one statement of `sql`, without a semicolon.

    Raises:
        ConfigError: It is not one, or it does more than read.
        duckdb.Error: It is no SQL.
    """
    statements = cursor.extract_statements(sql)
    parts = pieces(sql)
    if [one.type for one in statements] == [duckdb.StatementType.SELECT] and len(parts) == 1:
        (question,) = parts
        (row,) = cursor.execute(f"EXPLAIN (FORMAT json) {question}").fetchall()
        steps = set(_steps(json.loads(row[1])))
        functions = {str(name) for (name,) in cursor.execute(_FUNCTIONS).fetchall()}
        if not any(map(_WRITES.fullmatch, steps)) and all(map(_READS.fullmatch, steps & functions)):
            return question
    message = "A query is one SELECT, which reads and changes nothing; ask one of those."
    raise ConfigError(message)


def _steps(plan: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for step in plan:
        yield step["name"].strip().upper()
        yield from _steps(step["children"])
