"""Decides for every post whether it is kept, a copy of which other one, and in which split."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from pipelines.core.keeper import deciding
from pipelines.core.splits import (
    HOLDOUT,
    TEST,
    TRAIN,
    VALIDATION,
    Member,
    SplitSettings,
    Tie,
    members,
)
from pipelines.dataset.database import asked
from pipelines.dataset.index import Index
from pipelines.dataset.manifest import Leakage

#: The order of preference: the earliest verified publication, the longest, the smallest id.
_SENIORITY = "verified NULLS LAST, characters DESC, id"

#: Of each id the post that was fetched last counts (in the file of a site rows are in order of
#: their address, so a tie goes to the smaller one), and of these the first of each text leads.
#: Most posts share neither with another one; only those that do are put in order.
_NEWEST = f"""
CREATE OR REPLACE TEMP TABLE capture AS
SELECT site, place, id, text, row_number() OVER latest AS number FROM post
WHERE id IN (FROM repeated)
WINDOW latest AS (PARTITION BY id ORDER BY fetched DESC, site, place);
CREATE OR REPLACE TEMP TABLE shared AS
SELECT text FROM several WHERE text > 0
UNION SELECT one FROM pair WHERE rule IS NOT NULL
UNION SELECT other FROM pair WHERE rule IS NOT NULL;
CREATE OR REPLACE TEMP TABLE candidate AS
SELECT site, place, id, text, verified, characters
FROM (SELECT * FROM post SEMI JOIN shared USING (text))
ANTI JOIN (FROM capture WHERE number > 1) USING (site, place);
CREATE OR REPLACE TEMP TABLE leader AS
SELECT * FROM candidate ANTI JOIN several USING (text)
UNION ALL
SELECT * FROM (FROM candidate SEMI JOIN several USING (text))
QUALIFY row_number() OVER (PARTITION BY text ORDER BY {_SENIORITY}) = 1;
"""  # noqa: S608 - ours
#: The pairs of copies with the ranks of both. A text of older captures alone leads nothing, so
#: nothing is turned down in its favour.
_RANKED = f"""
WITH ranked AS (
    SELECT text, row_number() OVER (ORDER BY {_SENIORITY}) - 1 AS rank FROM leader
    WHERE text IN (SELECT one FROM pair WHERE rule IS NOT NULL
        UNION SELECT other FROM pair WHERE rule IS NOT NULL)
)
SELECT a.rank AS rank, b.rank AS other_rank, one, other, score
FROM pair JOIN ranked AS a ON a.text = one JOIN ranked AS b ON b.text = other
WHERE rule IS NOT NULL
"""  # noqa: S608 - ours
_NEAR = """
CREATE OR REPLACE TEMP TABLE near AS
SELECT nearest.*, pair.rule FROM nearest
JOIN pair ON one = least(nearest.text, kept) AND other = greatest(nearest.text, kept)
"""
#: What is turned down, each with what is kept instead.
_TURNED = """
CREATE OR REPLACE TEMP TABLE turned AS
WITH of_candidates AS (
    SELECT post.site, post.place, post.id, post.text, post.verified, post.characters,
        coalesce(near.rule, 'dedup.exact') AS rule, coalesce(near.score, 1.0) AS score,
        coalesce(near.kept, post.text) AS kept
    FROM candidate AS post JOIN leader USING (text) LEFT JOIN near USING (text)
    WHERE near.text IS NOT NULL OR leader.id != post.id
), copies AS (
    SELECT copy.*, kept.site AS kept_site, kept.place AS kept_place, kept.id AS kept_id,
        CASE WHEN copy.verified IS DISTINCT FROM kept.verified THEN 'published earlier'
            WHEN copy.characters != kept.characters THEN 'longer' ELSE 'smaller id' END AS why
    FROM of_candidates AS copy JOIN leader AS kept ON kept.text = copy.kept
), former AS (
    SELECT older.site, older.place, older.text, coalesce(copies.kept_site, head.site) AS kept_site,
        coalesce(copies.kept_place, head.place) AS kept_place,
        coalesce(copies.kept_id, head.id) AS kept_id, coalesce(copies.kept, head.text) AS kept
    FROM capture AS older JOIN capture AS head USING (id) LEFT JOIN copies USING (id)
    WHERE older.number > 1 AND head.number = 1
)
SELECT site, place, rule, score, kept_site, kept_place, kept_id, why FROM copies
UNION ALL
SELECT former.site, former.place, 'dedup.url',
    CASE WHEN former.text = former.kept THEN 1.0 ELSE coalesce(pair.jaccard, 0.0) END,
    kept_site, kept_place, kept_id, 'fetched later'
FROM former LEFT JOIN pair ON pair.one = least(former.text, former.kept)
    AND pair.other = greatest(former.text, former.kept)
"""
#: What nothing asks for any more; it would lie in memory until the snapshot is written.
_SPENT = """
DROP TABLE capture; DROP TABLE shared; DROP TABLE candidate; DROP TABLE leader; DROP TABLE near;
"""
_COPIES = """
SELECT DISTINCT site, kept_site, 'copies' FROM turned WHERE site != kept_site ORDER BY ALL
"""
_AUTHORS = """
SELECT site, min(site) OVER (PARTITION BY author) AS first, 'author'
FROM (SELECT DISTINCT author, site FROM post WHERE author IS NOT NULL)
QUALIFY site != first
"""
#: The split of every site, and that of the posts that are copies or have some: the strictest of
#: those of their sites.
_STRICTNESS = f"""
CREATE OR REPLACE TEMP TABLE placed AS
SELECT site, CASE split WHEN '{TEST}' THEN 2 WHEN '{VALIDATION}' THEN 1 ELSE 0 END AS strictness
FROM member;
CREATE OR REPLACE TEMP TABLE clustered AS
WITH cluster AS (
    SELECT kept_site, kept_place, count(*) AS copies,
        max(greatest(own.strictness, theirs.strictness)) AS strictness
    FROM turned JOIN placed AS own ON own.site = turned.site
    JOIN placed AS theirs ON theirs.site = turned.kept_site
    GROUP BY kept_site, kept_place
)
SELECT turned.*, 0 AS copies, strictness FROM turned JOIN cluster USING (kept_site, kept_place)
UNION ALL BY NAME
SELECT kept_site AS site, kept_place AS place, copies, strictness FROM cluster;
"""  # noqa: S608 - ours
#: What is published of every post, in which split. Most posts are neither copies nor have any,
#: so nothing is noted of these.
_VERDICTS = f"""
CREATE OR REPLACE TEMP VIEW verdict AS
SELECT post.site, post.place, id, text, language, word_count, rule, score, kept_site, kept_place,
    kept_id, why, coalesce(copies, 0) AS copies,
    CASE coalesce(clustered.strictness, placed.strictness)
        WHEN 2 THEN '{TEST}' WHEN 1 THEN '{VALIDATION}'
        ELSE CASE WHEN published >= {{holdout}} THEN '{HOLDOUT}' ELSE '{TRAIN}' END END AS split
FROM post JOIN placed USING (site)
LEFT JOIN clustered ON clustered.site = post.site AND clustered.place = post.place
"""  # noqa: S608 - ours
#: The most similar of the compared pairs whose posts are published in different splits. Of a
#: pair of copies one is never published.
_LEAKAGE = """
WITH apart AS (FROM pair WHERE rule IS NULL), published AS MATERIALIZED (
    SELECT text, id, split FROM verdict
    WHERE rule IS NULL AND text IN (SELECT one FROM apart UNION ALL SELECT other FROM apart)
)
SELECT jaccard, containment, least(a.id, b.id), greatest(a.id, b.id)
FROM apart JOIN published AS a ON a.text = apart.one JOIN published AS b ON b.text = apart.other
WHERE a.split != b.split
ORDER BY jaccard DESC, containment DESC, 3, 4 LIMIT 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What was decided, beside the view `verdict` of the index' database."""

    #: The sites by name, in alphabetical order.
    members: dict[str, Member]
    leakage: Leakage | None


def decide(index: Index, settings: SplitSettings) -> Decided:
    """Decide anew for all posts, from keys and verified pairs; no text is read.

    The outcome depends on the posts that are in, not on when and in what order they came.
    """
    database = index.database
    database.execute(_NEWEST)
    _find_near(index)
    database.execute(_TURNED)
    database.execute(_SPENT)
    found = members(_posts(index), _ties(index, settings), settings)
    table = {
        "site": pa.array(list(found), pa.string()),
        "split": pa.array([member.split for member in found.values()], pa.string()),
    }
    database.register("member", pa.table(table))
    database.execute(_STRICTNESS)
    database.unregister("member")
    moment = settings.holdout()
    holdout = "NULL" if moment is None else f"TIMESTAMP '{moment:%Y-%m-%d}'"
    database.execute(_VERDICTS.format(holdout=holdout))
    row = database.execute(_LEAKAGE).fetchone()
    leakage = None
    if row is not None:
        jaccard, containment = round(row[0], 4), round(row[1], 4)
        leakage = Leakage(jaccard=jaccard, containment=containment, one=row[2], other=row[3])
    return Decided(members=found, leakage=leakage)


def _find_near(index: Index) -> None:
    rows = asked(index.database, _RANKED)
    found = {name: rows[name].to_numpy() for name in rows.column_names}
    place = deciding(found["rank"], found["other_rank"])
    is_junior = found["rank"][place] > found["other_rank"][place]
    one, other = found["one"][place], found["other"][place]
    columns = {
        "text": pa.array(np.where(is_junior, one, other)),
        "kept": pa.array(np.where(is_junior, other, one)),
        "score": pa.array([round(score, 4) for score in found["score"][place].tolist()]),
    }
    index.database.register("nearest", pa.table(columns))
    index.database.execute(_NEAR)
    index.database.unregister("nearest")


def _posts(index: Index) -> dict[str, int]:
    rows = index.database.execute("SELECT site, count(*) FROM post GROUP BY site").fetchall()
    return {str(site): int(count) for site, count in rows}


def _ties(index: Index, settings: SplitSettings) -> Iterator[Tie]:
    questions = [_COPIES] * settings.by_copies + [_AUTHORS] * settings.by_author
    for question in questions:
        yield from map(Tie._make, index.database.execute(question).fetchall())
