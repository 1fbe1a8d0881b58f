"""The pages that a report shows one by one, with their texts, and how they are chosen."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, groupby
from pathlib import Path
from typing import Any, TypeAlias

import duckdb

from pipelines.core.document import BlockKind, Document, Removed
from pipelines.core.errors import SnapshotError
from pipelines.dataset.documents import batches, inputs_of, path_of, read
from pipelines.dataset.query import connect

#: Of each reason so many pages are shown before chance decides, so that none is left out.
LEAST_OF_EACH = 200
#: Rows that are in memory at once.
_BATCH = 500
#: Takes what is private out of a document.
Redact: TypeAlias = Callable[[Document], Document]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One page of a snapshot, with all that is told of it."""

    #: View that holds it: "documents", "duplicates" or "rejected".
    view: str
    id: str
    url: str
    site: str
    #: Why it is not published; empty where it is.
    reason: str
    #: The evidence for that.
    detail: str
    title: str | None
    language: str | None
    words: int
    fetched_at: datetime
    #: WARC file, and offset in it.
    source: tuple[str, int]
    #: None where nothing is kept of it, or it is not at hand.
    text: str | None = None
    removed: tuple[Removed, ...] = ()
    author: str | None = None
    published_at: datetime | None = None
    split: str | None = None
    permission: str | None = None
    license: str | None = None
    #: What to know of the text: a kind and the sentence that shows it.
    flags: tuple[tuple[str, str], ...] = ()
    #: Of a copy: what is kept instead, and how alike they are, 0 to 1.
    kept_url: str | None = None
    score: float | None = None


_PAGES = """
SELECT 'documents' AS view, id, url, '' AS reason FROM documents UNION ALL
SELECT 'duplicates', id, url, rule FROM duplicates UNION ALL
SELECT 'rejected', id, url, reason FROM rejected
"""
# Ids are hashes of URLs: the smallest ones are a fair sample, and the same in every snapshot.
_PICK = f"""
CREATE TABLE picked AS
WITH pages AS ({_PAGES}),
each AS (
    SELECT unnest(arg_min({{view: view, id: id, url: url}}, id || url, $each), recursive := true)
    FROM pages GROUP BY reason
),
rest AS (
    SELECT view, id, url FROM pages ANTI JOIN each USING (view, id, url)
    ORDER BY id, url LIMIT greatest($rows - (SELECT count(*) FROM each), 0)
)
SELECT view, id, url FROM each UNION ALL SELECT view, id, url FROM rest
"""  # noqa: S608 - ours
_SHARED = """page.id, page.url, page.site, page.title, page.language, page.word_count AS words,
    page.fetched_at, page.source.file AS source_file, page.source.offset AS source_offset"""
_WITH_TEXT = """page.text, page.removed, page.author, page.published_at, page.split,
    page.permission, page.license, page.flags"""
_SELECTED = {
    "documents": f"{_SHARED}, {_WITH_TEXT}, '' AS reason, '' AS detail",
    "duplicates": f"{_SHARED}, {_WITH_TEXT}, page.rule AS reason, page.why AS detail, "
    "page.kept_url, page.score",
    "rejected": f"{_SHARED}, page.reason, page.detail",
}


def sample(snapshot: Path, corpus: Path, *, most: int, redact: Redact) -> Iterator[Row]:
    """Pages of a snapshot by table, then site: all of them, or a sample where there are more.

    Args:
        snapshot: Its directory.
        corpus: Its folder; documents/ there has the texts of rejected pages.
        most: Pages that are wanted at most.
        redact: What is done to rejected pages, which the stages pass by once they are rejected.

    Raises:
        SnapshotError: The snapshot's files cannot be read.
    """
    with connect(snapshot) as connection:
        try:
            connection.execute(_PICK, {"each": min(LEAST_OF_EACH, most // 100 + 1), "rows": most})
            yield from _rows(connection, "documents")
            yield from _rows(connection, "duplicates")
            yield from _with_texts(_rows(connection, "rejected"), corpus, redact)
        except duckdb.Error as error:
            message = f"{snapshot} cannot be read ({error}); run `therapy-corpus build`."
            raise SnapshotError(message) from error


def _rows(connection: duckdb.DuckDBPyConnection, view: str) -> Iterator[Row]:
    # A cursor of its own, since the sample goes on to be read while others ask.
    cursor = connection.cursor()
    cursor.execute(
        f"SELECT {_SELECTED[view]} FROM {view} AS page SEMI JOIN picked "  # noqa: S608 - ours
        f"ON picked.view = '{view}' AND picked.id = page.id AND picked.url = page.url "
        "ORDER BY page.site, page.id, page.url, page.fetched_at"
    )
    names = [column[0] for column in cursor.description or ()]
    while batch := cursor.fetchmany(_BATCH):
        yield from (_row(view, dict(zip(names, values, strict=True))) for values in batch)


def _row(view: str, stored: Mapping[str, Any]) -> Row:
    row = Row(
        view=view,
        id=stored["id"],
        url=stored["url"],
        site=stored["site"],
        reason=stored["reason"],
        detail=stored["detail"],
        title=stored["title"],
        language=stored["language"],
        words=stored["words"],
        fetched_at=stored["fetched_at"],
        source=(stored["source_file"], stored["source_offset"]),
        split=stored.get("split"),
        kept_url=stored.get("kept_url"),
        score=stored.get("score"),
    )
    return _told(row, stored) if "text" in stored else row


def _told(row: Row, stored: Mapping[str, Any]) -> Row:
    """The row with its text and what is told of that."""
    return replace(
        row,
        text=stored["text"],
        removed=tuple(
            Removed(at=block["at"], text=block["text"], kind=BlockKind(block["kind"]))
            for block in stored["removed"]
        ),
        author=stored["author"],
        published_at=stored["published_at"],
        permission=stored["permission"],
        license=stored["license"],
        flags=tuple((flag["kind"], flag["sentence"]) for flag in stored["flags"]),
    )


def _with_texts(rows: Iterable[Row], corpus: Path, redact: Redact) -> Iterator[Row]:
    """Rejected pages with the texts that were turned down, where they are kept."""
    for site, group in groupby(rows, key=lambda row: row.site):
        wanted = list(group)
        stored = _stored(path_of(corpus, site), {row.id for row in wanted})
        for row in wanted:
            found = stored.get((row.id, *row.source))
            # Its title has not been redacted either, so that it is not told as it is.
            yield replace(row, title=None) if found is None else _from_stored(row, redact(found))


def _stored(path: Path, ids: set[str]) -> dict[tuple[str, str, int], Document]:
    """What is stored of these pages by id and place; nothing where that cannot be read."""
    if inputs_of(path) is None:
        return {}
    try:
        columns = (batch.column(0).to_pylist() for batch in batches(path, ["id"]))
        places = [place for place, id_ in enumerate(chain.from_iterable(columns)) if id_ in ids]
        documents = [found for found in read(path, places) if found.valid_to is None]
    except SnapshotError:
        return {}
    return {(found.id, found.source.file, found.source.offset): found for found in documents}


def _from_stored(row: Row, document: Document) -> Row:
    return replace(
        row,
        title=document.title,
        text=document.text,
        removed=document.removed,
        author=document.author,
        published_at=document.published_at,
        permission=document.permission,
        license=document.license,
        flags=tuple((flag.kind, flag.sentence) for flag in document.flags),
    )
