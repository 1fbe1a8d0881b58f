"""Writes a snapshot's croissant.json: tables, columns and files for programs that look for data.

Croissant is a vocabulary of MLCommons on top of schema.org
(docs.mlcommons.org/croissant/docs/croissant-spec.html).
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from pipelines.dataset.manifest import Manifest
from pipelines.dataset.schema import TABLES
from pipelines.dataset.table import Column, Table

NAME = "croissant.json"
_PARQUET = "application/x-parquet"

#: What the terms below stand for, as the specification gives it.
_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_DESCRIPTION = (
    "Posts of blogs that therapists write, fetched from their sites, cleaned and deduplicated, "
    "with the copies and pages that were turned down and the reason for each."
)
_LICENSE = (
    "The texts belong to those who wrote them; the columns license, permission and "
    "permission_evidence say what their sites declare."
)


def text(manifest: Manifest, tables: Sequence[Table] = TABLES) -> str:
    """The text of croissant.json; the same manifest gives the same bytes.

    Args:
        manifest: Of the snapshot; it names no files of other tables.
        tables: Those that lie beside it; fewer where the others are not handed on.
    """
    return json.dumps(_dataset(manifest, tables), indent=2, ensure_ascii=False) + "\n"


def _dataset(manifest: Manifest, tables: Sequence[Table]) -> dict[str, Any]:
    until = manifest.archived_until
    told = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": "therapists-blogs",
        "description": _DESCRIPTION,
        "license": _LICENSE,
        "url": "https://therapy-corpus.example/",
        "version": f"{int(manifest.version[1:])}.0.0",
        "citeAs": f"therapy-corpus, snapshot {manifest.version}, recipe {manifest.recipe}",
        "isLiveDataset": False,
    }
    if until is not None:
        told["datePublished"] = f"{until:%Y-%m-%d}"
    return told | {
        "distribution": [*_file_sets(manifest, tables), *_file_objects(manifest)],
        "recordSet": [_record_set(table) for table in tables],
    }


def _file_sets(manifest: Manifest, tables: Sequence[Table]) -> Iterator[dict[str, Any]]:
    counts = {table.name: 0 for table in tables}
    for file in manifest.files:
        counts[file.table] += file.rows
    for table in tables:
        yield {
            "@type": "cr:FileSet",
            "@id": _files_of(table),
            "name": _files_of(table),
            "description": f"{table.sentence} {counts[table.name]} rows.",
            "encodingFormat": _PARQUET,
            "includes": f"{table.name}/*.parquet",
        }


def _file_objects(manifest: Manifest) -> Iterator[dict[str, Any]]:
    for file in manifest.files:
        yield {
            "@type": "cr:FileObject",
            "@id": file.name,
            "name": file.name,
            "contentUrl": file.name,
            "contentSize": f"{file.bytes} B",
            "encodingFormat": _PARQUET,
            "sha256": file.sha256,
        }


def _files_of(table: Table) -> str:
    return f"{table.name}-files"


def _record_set(table: Table) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.sentence,
        "field": [_field(table, column) for column in table.columns],
    }


def _field(table: Table, column: Column) -> dict[str, Any]:
    is_list = pa.types.is_list(column.type)
    kind = column.type.value_type if is_list else column.type
    told: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{table.name}/{column.name}",
        "name": column.name,
        "description": column.sentence,
    }
    if pa.types.is_struct(kind):
        told["subField"] = [_sub_field(table, column, part) for part in kind]
    else:
        told |= {"dataType": _type(kind), "source": _source(table, column)}
    return told | {"repeated": True} if is_list else told


def _sub_field(table: Table, column: Column, part: Any) -> dict[str, Any]:
    source = _source(table, column) | {"transform": {"jsonPath": f"$.{part.name}"}}
    return {
        "@type": "cr:Field",
        "@id": f"{table.name}/{column.name}/{part.name}",
        "name": part.name,
        "dataType": _type(part.type),
        "source": source,
    }


def _source(table: Table, column: Column) -> dict[str, Any]:
    return {"fileSet": {"@id": _files_of(table)}, "extract": {"column": column.name}}


def _type(kind: Any) -> str:
    """The type of schema.org for a column's values."""
    if pa.types.is_timestamp(kind):
        return "sc:DateTime"
    if pa.types.is_integer(kind):
        return "sc:Integer"
    return "sc:Float" if pa.types.is_floating(kind) else "sc:Text"
