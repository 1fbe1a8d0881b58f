"""Proposes the pairs of texts that share a band, by the index or on all machines of a cluster."""

from collections.abc import Iterator
from typing import Any

from pipelines.dataset.database import asked, transaction
from pipelines.dataset.index import Index
from pipelines.dataset.shuffle import HashReader, Reader, Sieve, pairs
from pipelines.dataset.spread import Spread
from pipelines.dataset.texts import FIRST

#: Texts whose bands one task reads, and whose bands make a part: some 60 MB.
_OF_PART = 50_000
#: New texts whose bands one task reads.
_OF_TASK = 5_000
#: New texts up to which only bands that one of them may have are dealt. At that number a tenth
#: of all others passes the sieve, and what it is made of are 100 MB.
_SIEVED = 300_000

#: Pairs that share a band and of which one text, at least, is new. A text is marked as compared
#: with the same commit, so that no pair is proposed twice or left out after a kill.
_BY_BAND = """
INSERT INTO proposal
SELECT DISTINCT least(new.text, old.text), greatest(new.text, old.text)
FROM band AS new JOIN band AS old ON new.hash = old.hash AND new.text != old.text
WHERE new.text IN (SELECT text FROM text WHERE NOT is_compared);
"""
#: The same of what a cluster found, where old texts meet each other as well.
_BY_DIGEST = """
INSERT INTO proposal
WITH named AS (
    SELECT text, is_compared, ('0x' || substr(words, 1, 16))::UBIGINT AS high,
        ('0x' || substr(words, 17))::UBIGINT AS low
    FROM text
)
SELECT DISTINCT least(one.text, other.text), greatest(one.text, other.text)
FROM met JOIN named AS one ON one_high = one.high AND one_low = one.low
JOIN named AS other ON other_high = other.high AND other_low = other.low
WHERE NOT (one.is_compared AND other.is_compared);
"""
_BY_ADDRESS = """
-- Two addresses of one post are measured as well, however little they share.
INSERT INTO proposal
SELECT DISTINCT least(a.text, b.text), greatest(a.text, b.text)
FROM repeated
JOIN post AS a USING (id) JOIN post AS b USING (id)
WHERE a.text < b.text AND a.text > 0
AND (least(a.text, b.text), greatest(a.text, b.text)) NOT IN (SELECT (one, other) FROM pair)
AND (least(a.text, b.text), greatest(a.text, b.text)) NOT IN (SELECT (one, other) FROM proposal);
UPDATE text SET is_compared = true WHERE NOT is_compared;
"""
_MET = """
CREATE OR REPLACE TEMP TABLE met (
    one_high UBIGINT, one_low UBIGINT, other_high UBIGINT, other_low UBIGINT
)
"""
_NEW = f"""
SELECT site, place FROM ({FIRST.format("text IN (SELECT text FROM text WHERE NOT is_compared)")})
ORDER BY site, place
"""  # noqa: S608 - ours
_NEW_TEXTS = """
SELECT ('0x' || substr(words, 17))::UBIGINT AS low FROM text WHERE NOT is_compared ORDER BY low
"""
_DUE = "SELECT EXISTS (FROM text WHERE NOT is_compared) OR EXISTS (FROM proposal)"
_COUNTS = "SELECT count(*), count(*) FILTER (NOT is_compared) FROM text"


def is_due(index: Index) -> bool:
    """Whether there are new texts, or pairs that a kill left unread."""
    return index.database.execute(_DUE).fetchone() == (True,)


def from_index(index: Index) -> None:
    """Propose by the bands that the index holds."""
    with transaction(index.database):
        index.database.execute(_BY_BAND)
        index.database.execute(_BY_ADDRESS)


def from_documents(index: Index, spread: Spread, processors: int) -> None:
    """Propose by the bands that lie with the documents, which all machines of a cluster read.

    Args:
        index: Holds no bands.
        spread: The cluster, which was joined.
        processors: How many it has.

    Raises:
        CorpusError: A task failed, also when it was tried again.
    """
    database = index.database
    texts, new = (int(count) for count in database.execute(_COUNTS).fetchone() or (0, 0))
    database.execute(_MET)
    if new:
        parts = max(2 * processors, texts // _OF_PART)
        reader = Reader(
            corpus=index.corpus,
            parts=parts,
            sieve=_sieve(index, spread, processors) if new < min(texts, _SIEVED) else None,
            agree=spread.agree,
        )
        sites = asked(database, "SELECT site FROM site ORDER BY hash(site)")
        tasks = _cut(sites, -(-len(sites) // parts))
        for found in spread.engine.shuffled(tasks, reader, pairs, by="part"):
            database.register("found", found)
            database.execute("INSERT INTO met FROM found")
            database.unregister("found")
    with transaction(database):
        database.execute(_BY_DIGEST)
        database.execute(_BY_ADDRESS)
    database.execute("DROP TABLE met")


def _sieve(index: Index, spread: Spread, processors: int) -> Sieve:
    """The sieve for the texts that are new."""
    places = _cut(asked(index.database, _NEW), _OF_TASK)
    read = HashReader(corpus=index.corpus)
    done = spread.engine.run(read, places, at_once=2 * processors)
    texts = asked(index.database, _NEW_TEXTS).column("low").to_numpy()
    return Sieve.of(texts, (hashes for _, hashes in done))


def _cut(table: Any, rows: int) -> Iterator[Any]:
    for start in range(0, len(table), rows):
        # A copy, since a slice would be sent with all that it was cut from.
        yield table.take(list(range(start, min(start + rows, len(table)))))
