"""Finds the pairs of posts that are copies: bands propose them, their texts decide."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa

from pipelines.core.dedup import likeness
from pipelines.core.shingles import Hashes
from pipelines.dataset.documents import batches, path_of
from pipelines.dataset.index import Index, transaction

#: Pairs that are brought at once, and characters of texts whose shingles are in memory at once:
#: about one hash of eight bytes for six characters.
_AT_ONCE = 20_000
_CHARACTERS = 10_000_000

#: Pairs that share a band and of which one text, at least, is new. A text is marked as compared
#: with the same commit, so that no pair is proposed twice or left out after a kill.
_PROPOSE = """
INSERT INTO proposal
SELECT DISTINCT least(new.text, old.text), greatest(new.text, old.text)
FROM band AS new JOIN band AS old ON new.hash = old.hash AND new.text != old.text
WHERE new.text IN (SELECT text FROM text WHERE NOT is_compared);
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
_NEXT = f"""
CREATE OR REPLACE TEMP TABLE judging AS
SELECT one, other FROM proposal ORDER BY one, other LIMIT {_AT_ONCE}
"""  # noqa: S608 - ours
#: Where each text of these pairs can be read: any post with the same words will do.
_WHERE = """
SELECT text, min_by(site, (site, place)), min_by(place, (site, place)), any_value(characters)
FROM post WHERE text IN (SELECT one FROM judging UNION SELECT other FROM judging) GROUP BY text
"""
#: Types of the columns of the table `pair`.
_KINDS = {
    "one": pa.int32(),
    "other": pa.int32(),
    "jaccard": pa.float64(),
    "containment": pa.float64(),
    "rule": pa.string(),
    "score": pa.float64(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    site: str
    place: int
    characters: int


def compare(index: Index) -> None:
    """Bring the verified pairs up to date with the posts that are in.

    Only pairs with a new text are proposed and read. What was begun before a kill is ended.

    Raises:
        SnapshotError: The documents of a site cannot be read.
    """
    with transaction(index.database):
        index.database.execute(_PROPOSE)
    while True:
        with transaction(index.database):
            index.database.execute(_NEXT)
            pairs = index.database.execute("FROM judging").fetchall()
            if not pairs:
                return
            rows = index.database.execute(_WHERE).fetchall()
            places = {
                text: _Place(site=site, place=place, characters=characters)
                for text, site, place, characters in rows
            }
            for portion in _portions(pairs, places):
                _judge(index, portion, places)
            index.database.execute(
                "DELETE FROM proposal WHERE (one, other) IN (SELECT (one, other) FROM judging)"
            )


def _portions(
    pairs: Iterable[tuple[int, int]], places: Mapping[int, _Place]
) -> Iterator[list[tuple[int, int]]]:
    """The pairs in their order, as many at once as fit into memory with their texts."""
    portion: list[tuple[int, int]] = []
    characters = 0
    for pair in pairs:
        more = sum(places[text].characters for text in pair)
        if portion and characters + more > _CHARACTERS:
            yield portion
            portion, characters = [], 0
        portion.append(pair)
        characters += more
    if portion:
        yield portion


def _judge(index: Index, pairs: list[tuple[int, int]], places: Mapping[int, _Place]) -> None:
    sets = _shingles(index, {text: places[text] for pair in pairs for text in pair})
    found = []
    for one, other in pairs:
        like = likeness(sets[one], sets[other])
        rule, score = index.dedup.rule(like) or (None, None)
        found.append((one, other, like.jaccard, like.containment, rule, score))
    columns = zip(zip(*found, strict=True), _KINDS.values(), strict=True)
    arrays = [pa.array(values, kind) for values, kind in columns]
    index.database.register("judged", pa.table(arrays, names=list(_KINDS)))
    index.database.execute("INSERT INTO pair FROM judged")
    index.database.unregister("judged")


def _shingles(index: Index, places: Mapping[int, _Place]) -> dict[int, Hashes]:
    wanted: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for text, place in places.items():
        wanted[place.site][place.place] = text
    return {
        text: index.dedup.shingles(words)
        for site, by_place in sorted(wanted.items())
        for text, words in zip(
            (by_place[place] for place in sorted(by_place)),
            _texts(index, site, by_place),
            strict=True,
        )
    }


def _texts(index: Index, site: str, places: Iterable[int]) -> list[str]:
    found = batches(path_of(index.corpus, site), ["text"], set(places))
    return [str(text) for batch in found for text in batch.column("text").to_pylist()]
