"""The documents of one site on disk, so that a build makes again only what has changed."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import ipc

from pipelines.core.dedup import Signature
from pipelines.core.document import Document, Origin, Precision, Rejection
from pipelines.core.errors import SnapshotError
from pipelines.core.model import CaptureRef, EvidenceLine, Tier, Via
from pipelines.core.reasons import Reason
from pipelines.core.urls import site_hash
from pipelines.dataset.columns import PLACE
from pipelines.dataset.durable import replaced
from pipelines.dataset.findings import (
    FLAGS,
    QUALITY,
    REDACTIONS,
    REMOVED,
    findings,
    flags,
    flat,
    quality,
    redactions,
    removed,
)
from pipelines.dataset.rights import EVIDENCE, TIME, evidence

#: Name of the folder with all of them.
FOLDER = "documents"
#: How the name of a site's file ends.
ENDING = ".arrow"
#: Documents that are in memory at once, on both ways.
BATCH = 1000

#: Arrow's own format: files of a few dozen rows with many columns are read and written several
#: times as quickly as in Parquet, and only this program reads these.
_PACKED = ipc.IpcWriteOptions(compression="zstd", use_threads=False)
#: Each column is packed by itself, and zstd takes longer to begin than a few documents to read.
_SMALL = ipc.IpcWriteOptions(compression="lz4", use_threads=False)
#: Bytes of documents from which on it is worth it.
_LARGE = 256 * 1024
#: Bytes of a file up to which it is read whole; files of as many sites as the index takes in at
#: once are in memory together.
_WHOLE = 64 * 1024
#: Threads take longer to be told than a small file to be read.
_ALONE = ipc.IpcReadOptions(use_threads=False)
_INPUTS = b"therapy_corpus.inputs"

#: How each field of a document is stored, in the order in which `_restored` takes them.
_FIELDS: tuple[tuple[str, Any, Callable[[Document], object]], ...] = (
    ("id", pa.string(), lambda document: document.id),
    ("url", pa.string(), lambda document: document.url),
    ("site", pa.string(), lambda document: document.site),
    ("via", pa.string(), lambda document: document.via.value),
    ("fetched_at", TIME, lambda document: document.fetched_at),
    ("source", PLACE, lambda document: flat(document.source)),
    ("valid_from", TIME, lambda document: document.valid_from or document.fetched_at),
    ("valid_to", TIME, lambda document: document.valid_to),
    ("ended_by", pa.string(), lambda document: document.ended_by),
    ("edit_words", pa.int32(), lambda document: document.edit_words),
    ("title", pa.string(), lambda document: document.title),
    ("author", pa.string(), lambda document: document.author),
    ("author_from", pa.string(), lambda document: document.author_from),
    ("published_at", TIME, lambda document: document.published_at),
    ("published_from", pa.string(), lambda document: document.published_from),
    ("published_precision", pa.string(), lambda document: document.published_precision),
    ("published_offset", pa.int16(), lambda document: document.published_offset),
    ("modified_at", TIME, lambda document: document.modified_at),
    ("tags", pa.list_(pa.string()), lambda document: document.tags),
    ("site_name", pa.string(), lambda document: document.site_name),
    ("text", pa.string(), lambda document: document.text),
    ("removed", REMOVED, removed),
    ("normalized_text", pa.string(), lambda document: document.normalized_text),
    ("language", pa.string(), lambda document: document.language),
    ("language_confidence", pa.float64(), lambda document: document.language_confidence),
    ("word_count", pa.int32(), lambda document: document.word_count),
    ("extraction_confidence", pa.float64(), lambda document: document.extraction_confidence),
    ("subject_score", pa.float64(), lambda document: document.subject_score),
    ("quality", QUALITY, quality),
    ("redactions", REDACTIONS, redactions),
    ("flags", FLAGS, flags),
    ("platform", pa.string(), lambda document: document.platform),
    ("license", pa.string(), lambda document: document.license),
    ("permission", pa.string(), lambda document: document.permission.value),
    ("permission_evidence", EVIDENCE, evidence),
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
NAMES = [name for name, _, _ in _FIELDS]
#: What posts are compared by; empty for all but present versions of accepted posts.
_SIGNATURE = (("characters", pa.int32()), ("words", pa.string()), ("bands", pa.list_(pa.uint64())))
_SCHEMA = pa.schema([*((name, kind) for name, kind, _ in _FIELDS), *_SIGNATURE])


def path_of(corpus: Path, site: str) -> Path:
    """Where the documents of a site lie."""
    return corpus.joinpath(FOLDER, f"{site_hash(site)}{ENDING}")


def write(
    path: Path,
    documents: Iterable[Document],
    *,
    inputs: str,
    sign: Callable[[str], Signature],
    fence: Callable[[], object] = bool,
) -> None:
    """Store the documents of one site, in their order, in place of what was there.

    Code points that UTF-8 cannot hold (lone surrogates) are stored as "?".

    Args:
        path: Where; its folder is made.
        documents: All of them.
        inputs: Fingerprint of all that they were made from, for `inputs_of`.
        sign: Makes the signatures of posts, which are stored beside them.
        fence: Raises where the caller may no longer write; called last of all.

    Raises:
        SnapshotError: The disk does not take them; what was there before still is.
    """
    schema = _SCHEMA.with_metadata({_INPUTS: inputs.encode()})
    with replaced(path, fence) as unfinished:
        remaining = iter(documents)
        groups = iter(lambda: list(islice(remaining, BATCH)), [])
        stored = (_stored(group, schema, sign) for group in groups)
        first = list(islice(stored, 1))
        is_large = any(batch.nbytes >= _LARGE for batch in first)
        options = _PACKED if is_large else _SMALL
        with ipc.new_file(unfinished, schema, options=options) as writer:
            for batch in chain(first, stored):
                writer.write_batch(batch)


def inputs_of(path: Path) -> str | None:
    """The `inputs` that a file was written with.

    Returns:
        None where the file is absent, damaged, or of another version of this program.
    """
    try:
        with pa.OSFile(str(path)) as file:
            schema = ipc.open_file(file, options=_ALONE).schema
    except (OSError, pa.ArrowInvalid):
        return None
    inputs = (schema.metadata or {}).get(_INPUTS)
    return inputs.decode() if inputs is not None and schema.equals(_SCHEMA) else None


def read(path: Path, places: Collection[int] | None = None) -> Iterator[Document]:
    """The documents of a file, or those at some places of it, in order; a batch in memory.

    Raises:
        SnapshotError: The file is absent or damaged.
    """
    for batch in batches(path, NAMES, places):
        yield from map(_restored, *(column.to_pylist() for column in batch.columns))


def batches(
    path: Path, columns: Sequence[str], places: Collection[int] | None = None
) -> Iterator[Any]:
    """Some columns of a file, or of the rows at some places, as Arrow batches.

    Raises:
        SnapshotError: The file is absent or damaged.
    """
    wanted = None if places is None else np.array(sorted(places), dtype=np.int64)
    try:
        with pa.OSFile(str(path)) as file:
            reader = _reader(file, columns)
            for number in range(reader.num_record_batches):
                start = number * BATCH
                inside = None
                if wanted is not None:
                    inside = wanted[(wanted >= start) & (wanted < start + BATCH)] - start
                if inside is None or len(inside):
                    batch = reader.get_batch(number).select(columns)
                    yield batch if inside is None else _chosen(batch, inside)
    except (OSError, pa.ArrowInvalid) as error:
        message = f"{path} cannot be read ({error}); delete it, then run `therapy-corpus build`."
        raise SnapshotError(message) from error


def _reader(file: Any, columns: Sequence[str]) -> Any:
    """Reads some columns of an open file; of a small one all, which takes less than to choose."""
    if file.size() <= _WHOLE:
        return ipc.open_file(file.read_buffer(), options=_ALONE)
    fields = [_SCHEMA.get_field_index(name) for name in columns]
    options = ipc.IpcReadOptions(included_fields=fields, use_threads=False)
    return ipc.open_file(file, options=options)


def _chosen(batch: Any, places: Any) -> Any:
    """The rows of a batch at some places, which are in order."""
    first, last, count = int(places[0]), int(places[-1]), len(places)
    is_run = last - first + 1 == count and last < len(batch)
    # A slice costs nothing but keeps all of the batch in memory.
    if is_run and 2 * count >= len(batch):
        return batch.slice(first, count)
    return batch.take(pa.array(places))


def schema_of(columns: Sequence[str]) -> Any:
    """The Arrow schema of some columns."""
    return pa.schema([_SCHEMA.field(name) for name in columns])


def _stored(documents: Sequence[Document], schema: Any, sign: Callable[[str], Signature]) -> Any:
    arrays = []
    for _, kind, value in _FIELDS:
        values = [value(document) for document in documents]
        try:
            arrays.append(pa.array(values, type=kind))
        except UnicodeEncodeError:
            arrays.append(pa.array([_encodable(item) for item in values], type=kind))
    posts = [document.rejection is None and document.valid_to is None for document in documents]
    signed = [
        sign(document.text if is_post else "")
        for document, is_post in zip(documents, posts, strict=True)
    ]
    arrays += [
        pa.array([len(document.text) for document in documents], type=pa.int32()),
        pa.array([signature.digest for signature in signed], type=pa.string()),
        pa.array([signature.bands for signature in signed], type=pa.list_(pa.uint64())),
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


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
    source = CaptureRef(**named.pop("source"))
    for moment in ("fetched_at", "published_at", "modified_at", "valid_from", "valid_to"):
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
        for line in named.pop("permission_evidence")
    )
    rejection = None if reason is None else Rejection(reason=Reason(reason), detail=detail)
    return Document(source=source, rejection=rejection, **named)
