"""The tables of the dataset, each declared once; writer, card and checks are made from here."""

from typing import Any

import pyarrow as pa

from pipelines.dataset.columns import (
    AUTHOR,
    DETAIL,
    DUPLICATE_COUNT,
    EDIT_WORDS,
    ENDED_BY,
    FETCHED_AT,
    ID,
    KEPT_ID,
    KEPT_URL,
    LANGUAGE,
    LANGUAGE_CONFIDENCE,
    MODIFIED_AT,
    NORMALIZED_TEXT,
    PUBLISHED_AT,
    REASON,
    RECIPE,
    RULE,
    SCORE,
    SITE,
    SOURCE,
    SPLIT,
    TAGS,
    TEXT,
    TITLE,
    URL,
    VALID_FROM,
    VALID_TO,
    WHY,
    WORD_COUNT,
)
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
SCHEMA_VERSION = 4

DATA = Table(
    name="data",
    view="documents",
    sentence="The posts.",
    columns=(
        *(ID, URL, SITE, SITE_NAME, PLATFORM, TITLE, AUTHOR, AUTHOR_FROM),
        *(PUBLISHED_AT, PUBLISHED_FROM, PUBLISHED_PRECISION, PUBLISHED_OFFSET),
        *(MODIFIED_AT, FETCHED_AT, VALID_FROM, EDIT_WORDS),
        *(TAGS, TEXT, REMOVED_BLOCKS, NORMALIZED_TEXT, EXTRACTION_CONFIDENCE),
        *(LANGUAGE, LANGUAGE_CONFIDENCE, WORD_COUNT, SUBJECT_SCORE, QUALITY_MEASURES),
        *(REDACTION_COUNTS, FLAG_LIST, LICENSE, PERMISSION, PERMISSION_EVIDENCE),
        *(DUPLICATE_COUNT, SPLIT, SOURCE, RECIPE),
    ),
)
DUPLICATES = Table(
    name="duplicates",
    view="duplicates",
    sentence="Copies of published posts, each with the post that is kept instead.",
    columns=(*DATA.columns, RULE, SCORE, KEPT_ID, KEPT_URL, WHY),
)
REJECTED = Table(
    name="rejected",
    view="rejected",
    sentence="Pages that were turned down, each with the reason.",
    columns=(
        *(ID, URL, SITE, REASON, DETAIL, TITLE, LANGUAGE, WORD_COUNT, FETCHED_AT),
        *(SOURCE, RECIPE),
    ),
)
HISTORY = Table(
    name="history",
    view="history",
    sentence="Former versions of posts, which were edited later, or deleted.",
    columns=(
        *(ID, URL, SITE, TITLE, AUTHOR, PUBLISHED_AT, MODIFIED_AT, LANGUAGE, WORD_COUNT),
        *(TEXT, VALID_FROM, VALID_TO, EDIT_WORDS, ENDED_BY, SOURCE, RECIPE),
    ),
)
GROUPS = Table(
    name="groups",
    view="groups",
    sentence="The sites, and which of them are in one group, so that all go into one split.",
    columns=(
        Column(
            name="site",
            type=pa.string(),
            sentence="Host of the blog without `www.`.",
        ),
        Column(
            name="group",
            type=pa.string(),
            sentence="The alphabetically first site of the group.",
        ),
        Column(
            name="own_split",
            type=pa.string(),
            sentence="The split that the hash of the site's name alone would give.",
        ),
        Column(
            name="split",
            type=pa.string(),
            sentence="The split of the group: `test` if any site's own is, else `validation` if "
            "any site's own is, else `train`.",
        ),
        Column(
            name="joined_by",
            type=pa.string(),
            sentence="What the site shares with another one of its group, such as an author or a "
            "copied post; empty for a group of one.",
        ),
        Column(
            name="posts",
            type=pa.int32(),
            sentence="Its posts and its copies of posts.",
        ),
    ),
)
#: The tables of which each page, or version of a page, is a row of exactly one.
OF_DOCUMENTS = (DATA, DUPLICATES, REJECTED, HISTORY)
TABLES = (*OF_DOCUMENTS, GROUPS)


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
