"""The columns of the dataset, each declared once; writer, card and checks are made from here."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from pipelines.core.document import Document, Rejection, Twin
from pipelines.core.errors import SnapshotError
from pipelines.dataset.findings import (
    AUTHOR_FROM,
    EXTRACTION_CONFIDENCE,
    FLAG_LIST,
    PUBLISHED_FROM,
    PUBLISHED_OFFSET,
    PUBLISHED_PRECISION,
    QUALITY_MEASURES,
    REDACTION_COUNTS,
    REMOVED_BLOCKS,
    SITE_NAME,
    SUBJECT_SCORE,
)
from pipelines.dataset.rights import LICENSE, PERMISSION, PERMISSION_EVIDENCE, PLATFORM
from pipelines.dataset.table import Column, Table

#: Raised whenever a column is added, removed, renamed, or means something else.
SCHEMA_VERSION = 3

_TIME = pa.timestamp("us", tz="UTC")
_SOURCE = pa.struct(
    [
        pa.field("file", pa.string(), nullable=False),
        pa.field("offset", pa.int64(), nullable=False),
        pa.field("length", pa.int64(), nullable=False),
        pa.field("digest", pa.string(), nullable=False),
    ]
)


def _twin(document: Document) -> Twin:
    if document.twin is None:
        message = (
            f"{document.url} was turned down as a copy, but the document that is kept is not "
            "named; this is a bug of the dedup stage, so please report it."
        )
        raise SnapshotError(message)
    return document.twin


def _rejection(document: Document) -> Rejection:
    if document.rejection is None:
        message = f"{document.url} is not turned down; this is a bug, so please report it."
        raise SnapshotError(message)
    return document.rejection


def _source(document: Document) -> dict[str, object]:
    source = document.source
    return {
        "file": source.file,
        "offset": source.offset,
        "length": source.length,
        "digest": source.digest,
    }


_ID = Column(
    name="id",
    type=pa.string(),
    sentence="Hash of the canonical URL, the same in every snapshot.",
    value=lambda document: document.id,
)
_URL = Column(
    name="url",
    type=pa.string(),
    sentence="Address of the post as it was fetched.",
    value=lambda document: document.url,
)
_SITE = Column(
    name="site",
    type=pa.string(),
    sentence="Host of the blog without `www.`; each file is sorted by it.",
    value=lambda document: document.site,
)
_TITLE = Column(
    name="title",
    type=pa.string(),
    sentence="Title of the post; it is not part of the text.",
    value=lambda document: document.title,
    nullable=True,
)
_AUTHOR = Column(
    name="author",
    type=pa.string(),
    sentence="Who signed the post, as the page says.",
    value=lambda document: document.author,
    nullable=True,
)
_PUBLISHED_AT = Column(
    name="published_at",
    type=_TIME,
    sentence="When the post was published, UTC; midnight where the page gives only a day.",
    value=lambda document: document.published_at,
    nullable=True,
)
_MODIFIED_AT = Column(
    name="modified_at",
    type=_TIME,
    sentence="When the post was last changed, UTC, as the page says.",
    value=lambda document: document.modified_at,
    nullable=True,
)
_FETCHED_AT = Column(
    name="fetched_at",
    type=_TIME,
    sentence="When the page was fetched, UTC.",
    value=lambda document: document.fetched_at,
)
_TAGS = Column(
    name="tags",
    type=pa.list_(pa.string()),
    sentence="Tags and categories of the post, as the page says.",
    value=lambda document: document.tags,
)
_TEXT = Column(
    name="text",
    type=pa.string(),
    sentence="Clean prose; paragraphs are separated by a blank line.",
    value=lambda document: document.text,
)
_NORMALIZED_TEXT = Column(
    name="normalized_text",
    type=pa.string(),
    sentence="The text in lower case and one line, tokenized as in Kim (2014), without digits "
    "and parentheses.",
    value=lambda document: document.normalized_text,
)
_LANGUAGE = Column(
    name="language",
    type=pa.string(),
    sentence="ISO 639-1 code of the language (`zh-cn` and `zh-tw` for Chinese); `und` where a "
    "text is too short to tell, or in more than one.",
    value=lambda document: document.language,
    nullable=True,
)
_LANGUAGE_CONFIDENCE = Column(
    name="language_confidence",
    type=pa.float64(),
    sentence="Probability of the language by its detector, 0 to 1.",
    value=lambda document: document.language_confidence,
    nullable=True,
)
_WORD_COUNT = Column(
    name="word_count",
    type=pa.int32(),
    sentence="Words of the text, separated by white space.",
    value=lambda document: document.word_count,
)
_DUPLICATE_COUNT = Column(
    name="duplicate_count",
    type=pa.int32(),
    sentence="How many other documents were turned down as copies of this one.",
    value=lambda document: document.duplicate_count,
)
_REASON = Column(
    name="reason",
    type=pa.string(),
    sentence="Why the page is not published; the word before the dot is the part that decided.",
    value=lambda document: _rejection(document).reason.value,
)
_DETAIL = Column(
    name="detail",
    type=pa.string(),
    sentence="The evidence for the reason, in a few words; may be empty.",
    value=lambda document: _rejection(document).detail,
)
_RULE = Column(
    name="rule",
    type=pa.string(),
    sentence="How it is a copy: `dedup.url`, `dedup.exact` or `dedup.near`.",
    value=lambda document: _rejection(document).reason.value,
)
_SCORE = Column(
    name="score",
    type=pa.float64(),
    sentence="1.0 for equal texts, else the Jaccard similarity of the sets of word 5-grams.",
    value=lambda document: _twin(document).score,
)
_KEPT_ID = Column(
    name="kept_id",
    type=pa.string(),
    sentence="The `id` of the document that is kept instead.",
    value=lambda document: _twin(document).kept_id,
)
_KEPT_URL = Column(
    name="kept_url",
    type=pa.string(),
    sentence="The `url` of the document that is kept instead.",
    value=lambda document: _twin(document).kept_url,
)
_WHY = Column(
    name="why",
    type=pa.string(),
    sentence="Why the other one is kept: published earlier, longer, smaller id, fetched later.",
    value=lambda document: _twin(document).why,
)
_SOURCE_COLUMN = Column(
    name="source",
    type=_SOURCE,
    sentence="Where the page lies in the archive: WARC file, offset and length in bytes, and the "
    "digest of its body.",
    value=_source,
)
_RECIPE = Column(
    name="recipe",
    type=pa.string(),
    sentence="Fingerprint of the stages, settings and libraries that made the row.",
    value=None,
)

DATA = Table(
    name="data",
    view="documents",
    sentence="The posts.",
    columns=(
        *(_ID, _URL, _SITE, SITE_NAME, PLATFORM, _TITLE, _AUTHOR, AUTHOR_FROM),
        *(_PUBLISHED_AT, PUBLISHED_FROM, PUBLISHED_PRECISION, PUBLISHED_OFFSET),
        *(_MODIFIED_AT, _FETCHED_AT),
        *(_TAGS, _TEXT, REMOVED_BLOCKS, _NORMALIZED_TEXT, EXTRACTION_CONFIDENCE),
        *(_LANGUAGE, _LANGUAGE_CONFIDENCE, _WORD_COUNT, SUBJECT_SCORE, QUALITY_MEASURES),
        *(REDACTION_COUNTS, FLAG_LIST, LICENSE, PERMISSION, PERMISSION_EVIDENCE),
        *(_DUPLICATE_COUNT, _SOURCE_COLUMN, _RECIPE),
    ),
)
DUPLICATES = Table(
    name="duplicates",
    view="duplicates",
    sentence="Copies of published posts, each with the post that is kept instead.",
    columns=(
        *(_ID, _URL, _SITE, _TITLE, _PUBLISHED_AT, _FETCHED_AT, _LANGUAGE, _WORD_COUNT),
        *(_RULE, _SCORE, _KEPT_ID, _KEPT_URL, _WHY, _SOURCE_COLUMN, _RECIPE),
    ),
)
REJECTED = Table(
    name="rejected",
    view="rejected",
    sentence="Pages that were turned down, each with the reason.",
    columns=(
        *(_ID, _URL, _SITE, _REASON, _DETAIL, _TITLE, _LANGUAGE, _WORD_COUNT, _FETCHED_AT),
        *(_SOURCE_COLUMN, _RECIPE),
    ),
)
TABLES = (DATA, DUPLICATES, REJECTED)


def table_of(document: Document) -> Table:
    """The table that a finished document belongs to."""
    if document.rejection is None:
        return DATA
    return DUPLICATES if document.rejection.reason.part == "dedup" else REJECTED


def arrow_schema(table: Table) -> Any:
    """The Arrow schema of a table, with each column's sentence as its description."""
    return pa.schema(
        [
            pa.field(
                column.name,
                column.type,
                nullable=column.nullable,
                metadata={"description": column.sentence},
            )
            for column in table.columns
        ]
    )


def rows(table: Table, documents: Sequence[Document], recipe: str) -> Any:
    """Turn `documents` into an Arrow table of `table`'s schema, in their order."""
    arrays = [
        pa.array(
            [column.value(document) for document in documents]
            if column.value is not None
            else [recipe] * len(documents),
            type=column.type,
        )
        for column in table.columns
    ]
    return pa.Table.from_arrays(arrays, schema=arrow_schema(table))
