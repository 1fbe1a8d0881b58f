"""The documents of one site on disk, so that a build makes again only what has changed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.core.document import Document, Origin, Precision, Rejection
from pipelines.core.errors import SnapshotError
from pipelines.core.model import CaptureRef, EvidenceLine, Tier, Via
from pipelines.core.reasons import Reason
from pipelines.dataset.durable import put_in_place, sync
from pipelines.dataset.findings import (
    FLAGS,
    QUALITY,
    REDACTIONS,
    REMOVED,
    findings,
    flags,
    quality,
    redactions,
    removed,
)
from pipelines.dataset.rights import EVIDENCE, evidence

#: Documents that are in memory at once, on both ways.
BATCH = 1000

_INPUTS = b"therapy_corpus.inputs"
_TIME = pa.timestamp("us", tz="UTC")

#: How each field of a document is stored, in the order in which `_restored` takes them.
_FIELDS: tuple[tuple[str, Any, Callable[[Document], object]], ...] = (
    ("id", pa.string(), lambda document: document.id),
    ("url", pa.string(), lambda document: document.url),
    ("site", pa.string(), lambda document: document.site),
    ("via", pa.string(), lambda document: document.via.value),
    ("fetched_at", _TIME, lambda document: document.fetched_at),
    ("source_file", pa.string(), lambda document: document.source.file),
    ("source_offset", pa.int64(), lambda document: document.source.offset),
    ("source_length", pa.int64(), lambda document: document.source.length),
    ("source_digest", pa.string(), lambda document: document.source.digest),
    ("title", pa.string(), lambda document: document.title),
    ("author", pa.string(), lambda document: document.author),
    ("author_from", pa.string(), lambda document: document.author_from),
    ("published_at", _TIME, lambda document: document.published_at),
    ("published_from", pa.string(), lambda document: document.published_from),
    ("published_precision", pa.string(), lambda document: document.published_precision),
    ("published_offset", pa.int16(), lambda document: document.published_offset),
    ("modified_at", _TIME, lambda document: document.modified_at),
    ("tags", pa.list_(pa.string()), lambda document: document.tags),
    ("site_name", pa.string(), lambda document: document.site_name),
    ("text", pa.string(), lambda document: document.text),
    ("removed", REMOVED, removed),
    ("normalized_text", pa.string(), lambda document: document.normalized_text),
    ("language", pa.string(), lambda document: document.language),
    ("language_confidence", pa.float64(), lambda document: document.language_confidence),
    ("word_count", pa.int64(), lambda document: document.word_count),
    ("extraction_confidence", pa.float64(), lambda document: document.extraction_confidence),
    ("subject_score", pa.float64(), lambda document: document.subject_score),
    ("quality", QUALITY, quality),
    ("redactions", REDACTIONS, redactions),
    ("flags", FLAGS, flags),
    ("platform", pa.string(), lambda document: document.platform),
    ("license", pa.string(), lambda document: document.license),
    ("permission", pa.string(), lambda document: document.permission.value),
    ("evidence", EVIDENCE, evidence),
    ("duplicate_count", pa.int64(), lambda document: document.duplicate_count),
    ("reason", pa.string(), lambda document: document.rejection and document.rejection.reason),
    ("detail", pa.string(), lambda document: document.rejection and document.rejection.detail),
)
_VOCABULARIES: dict[str, type[StrEnum]] = {
    "via": Via,
    "author_from": Origin,
    "published_from": Origin,
    "published_precision": Precision,
    "permission": Tier,
}
_SCHEMA = pa.schema([(name, kind) for name, kind, _ in _FIELDS])


def write(path: Path, documents: Iterable[Document], *, inputs: str) -> None:
    """Store the documents of one site, in their order, in place of what was there.

    Code points that UTF-8 cannot hold (lone surrogates) are stored as "?".

    Args:
        path: Where; its folder is made.
        documents: Not compared with other sites yet, so without twins.
        inputs: Fingerprint of all that they were made from, for `inputs_of`.

    Raises:
        SnapshotError: The disk does not take them; what was there before still is.
    """
    unfinished = path.with_suffix(".unfinished")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        schema = _SCHEMA.with_metadata({_INPUTS: inputs.encode()})
        with pq.ParquetWriter(unfinished, schema, compression="zstd") as writer:
            remaining = iter(documents)
            while batch := list(islice(remaining, BATCH)):
                writer.write_table(_stored(batch, schema))
        sync(unfinished)
        put_in_place(unfinished, path)
    except OSError as error:
        message = f"{path} cannot be written ({error}); free space or mend that, then run again."
        raise SnapshotError(message) from error
    finally:
        with suppress(OSError):
            unfinished.unlink()


def inputs_of(path: Path) -> str | None:
    """The `inputs` that a file was written with.

    Returns:
        None where the file is absent, damaged, or of another version of this program.
    """
    try:
        schema = pq.read_schema(path)
    except (OSError, pa.ArrowInvalid):
        return None
    inputs = (schema.metadata or {}).get(_INPUTS)
    return inputs.decode() if inputs is not None and schema.equals(_SCHEMA) else None


@dataclass(frozen=True, slots=True)
class Stored(Iterable[Document]):
    """The documents of several files, one file after the other.

    They are read from disk each time that they are gone over, a batch at a time.
    """

    paths: Sequence[Path]

    def __iter__(self) -> Iterator[Document]:
        """Read all documents once.

        Raises:
            SnapshotError: A file is absent or damaged.
        """
        for path in self.paths:
            yield from _read(path)


def _read(path: Path) -> Iterator[Document]:
    try:
        with pq.ParquetFile(path, pre_buffer=False) as file:
            for batch in file.iter_batches(batch_size=BATCH):
                values = [column.to_pylist() for column in batch.columns]
                yield from map(_restored, *values)
    except (OSError, pa.ArrowInvalid) as error:
        message = f"{path} cannot be read ({error}); delete it, then run `therapy-corpus build`."
        raise SnapshotError(message) from error


def _stored(documents: Sequence[Document], schema: Any) -> Any:
    arrays = []
    for _, kind, value in _FIELDS:
        values = [value(document) for document in documents]
        try:
            arrays.append(pa.array(values, type=kind))
        except UnicodeEncodeError:
            arrays.append(pa.array([_encodable(item) for item in values], type=kind))
    if any(document.twin is not None for document in documents):
        message = "documents are stored before they are compared, so they have no twins"
        raise ValueError(message)
    return pa.Table.from_arrays(arrays, schema=schema)


def _encodable(value: object) -> object:
    if isinstance(value, list | tuple):
        return [_encodable(item) for item in value]
    if isinstance(value, dict):
        return {key: _encodable(item) for key, item in value.items()}
    return value.encode(errors="replace").decode() if isinstance(value, str) else value


def _utc(moment: datetime | None) -> datetime | None:
    return moment and moment.replace(tzinfo=UTC)


def _restored(*values: Any) -> Document:
    """The document of one row, whose values are in the order of `_FIELDS`."""
    named = dict(zip((name for name, _, _ in _FIELDS), values, strict=True))
    reason = named.pop("reason")
    detail = named.pop("detail")
    source = CaptureRef(
        file=named.pop("source_file"),
        offset=named.pop("source_offset"),
        length=named.pop("source_length"),
        digest=named.pop("source_digest"),
    )
    for moment in ("fetched_at", "published_at", "modified_at"):
        named[moment] = _utc(named[moment])
    for name, kind in _VOCABULARIES.items():
        named[name] = named[name] and kind(named[name])
    named |= findings(named)
    named["tags"] = tuple(named["tags"])
    named["evidence"] = tuple(
        EvidenceLine(
            signal=line["signal"],
            value=line["value"],
            url=line["url"],
            at=line["at"].replace(tzinfo=UTC),
        )
        for line in named["evidence"]
    )
    rejection = None if reason is None else Rejection(reason=Reason(reason), detail=detail)
    return Document(source=source, rejection=rejection, **named)
