"""How what the stages found in a text is stored: blocks, measures, redactions, flags."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import pyarrow as pa

from pipelines.core.document import (
    BlockKind,
    Document,
    Flag,
    FlagKind,
    Redactions,
    Removed,
)
from pipelines.core.measures import Measures
from pipelines.core.model import CaptureRef
from pipelines.dataset.table import Column


def _field(name: str, kind: Any) -> Any:
    return pa.field(name, kind, nullable=False)


REMOVED = pa.list_(
    pa.struct([_field("at", pa.int32()), _field("text", pa.string()), _field("kind", pa.string())])
)
QUALITY = pa.struct([_field(item.name, pa.float64()) for item in fields(Measures)])
REDACTIONS = pa.struct([_field(item.name, pa.int32()) for item in fields(Redactions)])
FLAGS = pa.list_(pa.struct([_field("kind", pa.string()), _field("sentence", pa.string())]))


def flat(record: CaptureRef | Flag | Measures | Redactions | Removed) -> dict[str, Any]:
    """The fields of a record whose values are plain; `asdict` would copy each of them."""
    return {name: getattr(record, name) for name in record.__dataclass_fields__}


def removed(document: Document) -> list[dict[str, object]]:
    """The blocks that were taken out of a text, as REMOVED."""
    return [flat(block) for block in document.removed]


def quality(document: Document) -> dict[str, float] | None:
    """The measures of a text, as QUALITY."""
    return None if document.quality is None else flat(document.quality)


def redactions(document: Document) -> dict[str, int]:
    """The redactions of a text, as REDACTIONS."""
    return flat(document.redactions)


def flags(document: Document) -> list[dict[str, str]]:
    """The flags of a text, as FLAGS."""
    return [flat(flag) for flag in document.flags]


def findings(stored: Mapping[str, Any]) -> dict[str, object]:
    """The same four, from a row to the types of a document."""
    measured = stored["quality"]
    return {
        "removed": tuple(
            Removed(at=block["at"], text=block["text"], kind=BlockKind(block["kind"]))
            for block in stored["removed"]
        ),
        "quality": None if measured is None else Measures(**measured),
        "redactions": Redactions(**stored["redactions"]),
        "flags": tuple(
            Flag(kind=FlagKind(flag["kind"]), sentence=flag["sentence"]) for flag in stored["flags"]
        ),
    }


SITE_NAME = Column(
    name="site_name",
    type=pa.string(),
    sentence="What the site calls itself.",
    nullable=True,
)
AUTHOR_FROM = Column(
    name="author_from",
    type=pa.string(),
    sentence="Where the author was read: `json_ld`, `meta`, `feed` or `text`.",
    nullable=True,
)
PUBLISHED_FROM = Column(
    name="published_from",
    type=pa.string(),
    sentence="Where the publication was read: `json_ld`, `meta`, `feed`, `url` or `text`.",
    nullable=True,
)
PUBLISHED_PRECISION = Column(
    name="published_precision",
    type=pa.string(),
    sentence="`time` where the moment of publication is known, `day` where only its day is.",
    nullable=True,
)
PUBLISHED_OFFSET = Column(
    name="published_offset",
    type=pa.int16(),
    sentence="Minutes by which the clock that told the moment is ahead of UTC: `published_at` "
    "plus these is the day that readers saw. Missing where only a day is known, or no zone.",
    nullable=True,
)
EXTRACTION_CONFIDENCE = Column(
    name="extraction_confidence",
    type=pa.float64(),
    sentence="How well two readings of the page agree on its text, 0 to 1.",
    nullable=True,
)
REMOVED_BLOCKS = Column(
    name="removed",
    type=REMOVED,
    sentence="Blocks that recur over the site and were taken out of `text`: what they are, their "
    "words, and the offset in `text`, in characters, at which each stood.",
)
SUBJECT_SCORE = Column(
    name="subject_score",
    type=pa.float64(),
    sentence="How much the text is about therapy or mental health, 0 to 1.",
    nullable=True,
)
QUALITY_MEASURES = Column(
    name="quality",
    type=QUALITY,
    sentence="Measures of the text; docs/quality.md explains each.",
    nullable=True,
)
REDACTION_COUNTS = Column(
    name="redactions",
    type=REDACTIONS,
    sentence="How often something private was replaced by a placeholder, by kind.",
)
FLAG_LIST = Column(
    name="flags",
    type=FLAGS,
    sentence="What to know of the text before it is used (`case_material`, `testimonial`, "
    "`crisis`), each with the sentence that shows it.",
)
