"""The counts of a snapshot, made from what was decided."""

from datetime import UTC, datetime

from pipelines.dataset.index import Index
from pipelines.dataset.manifest import Counts

_ROWS = """
SELECT count(*) FILTER (WHERE rule IS NULL), count(*) FILTER (WHERE rule IS NOT NULL),
    count(DISTINCT site) FILTER (WHERE rule IS NULL),
    coalesce(sum(word_count) FILTER (WHERE rule IS NULL), 0)
FROM verdict
"""
_FORMER = "SELECT count(*) FROM other WHERE NOT contains(reason, '.')"
_REASONS = """
SELECT reason, count(*) FROM (
    SELECT reason FROM other WHERE contains(reason, '.')
    UNION ALL SELECT rule FROM verdict WHERE rule IS NOT NULL
) GROUP BY reason ORDER BY reason
"""
_LANGUAGES = """
SELECT language, count(*) FROM verdict WHERE rule IS NULL GROUP BY language ORDER BY language
"""
_SPLITS = "SELECT split, count(*) FROM verdict WHERE rule IS NULL GROUP BY split ORDER BY split"


def counts(index: Index) -> Counts:
    """How many pages there are, and what became of them."""
    database = index.database
    documents, duplicates, sites, words = database.execute(_ROWS).fetchone() or (0, 0, 0, 0)
    former = (database.execute(_FORMER).fetchone() or (0,))[0]
    by_reason = dict(database.execute(_REASONS).fetchall())
    rejected = sum(by_reason.values()) - duplicates
    return Counts(
        pages=documents + duplicates + rejected,
        documents=documents,
        duplicates=duplicates,
        rejected=rejected,
        former=former,
        sites=sites,
        words=int(words),
        by_reason=by_reason,
        by_language=dict(database.execute(_LANGUAGES).fetchall()),
        by_split=dict(database.execute(_SPLITS).fetchall()),
    )


def newest(index: Index) -> datetime | None:
    """When the newest page was fetched (UTC); None where there are no pages."""
    row = index.database.execute("SELECT max(newest) FROM site").fetchone()
    return row[0].replace(tzinfo=UTC) if row and row[0] is not None else None
