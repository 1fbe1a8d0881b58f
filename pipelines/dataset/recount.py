"""Counts the rows of a snapshot from its files, where some were taken out of them."""

from pathlib import Path
from typing import Any

from pipelines.dataset.manifest import Counts, Manifest
from pipelines.dataset.schema import DATA, DUPLICATES, HISTORY, REJECTED
from pipelines.dataset.table import Table
from pipelines.dataset.whereabouts import connected


def counted(folder: Path, manifest: Manifest) -> Counts:
    """The counts of the tables that lie in a folder.

    Args:
        folder: Of the snapshot; its tables are there.
        manifest: Names their files.
    """
    database = connected()

    def ask(what: str, table: Table) -> list[Any]:
        names = [str(folder / file.name) for file in manifest.files if file.table == table.name]
        question = f"SELECT {what} FROM read_parquet($files) GROUP BY ALL ORDER BY ALL"  # noqa: S608
        return database.execute(question, {"files": names}).fetchall()

    documents, sites, words = ask(
        "count(*), count(DISTINCT site), coalesce(sum(word_count), 0)", DATA
    )[0]
    copies = dict(ask("rule, count(*)", DUPLICATES))
    rejected = dict(ask("reason, count(*)", REJECTED))
    counts = Counts(
        pages=documents + sum(copies.values()) + sum(rejected.values()),
        documents=documents,
        duplicates=sum(copies.values()),
        rejected=sum(rejected.values()),
        former=ask("count(*)", HISTORY)[0][0],
        sites=sites,
        words=int(words),
        by_reason=dict(sorted((copies | rejected).items())),
        by_language=dict(ask("coalesce(language, 'und'), count(*)", DATA)),
        by_split=dict(ask("split, count(*)", DATA)),
    )
    database.close()
    return counts
