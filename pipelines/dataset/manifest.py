"""What a snapshot holds, as its manifest.json says: files, counts, and how it was made."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pipelines.core.errors import SnapshotError

NAME = "manifest.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One Parquet file of a snapshot; its name changes with its bytes."""

    #: Path below the snapshot, with forward slashes.
    name: str
    #: The table that it is a part of.
    table: str
    rows: int
    bytes: int
    #: Hex digest of the whole file.
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many pages there were, and what became of them."""

    #: Pages that were read: documents, duplicates and rejected together.
    pages: int
    documents: int
    duplicates: int
    rejected: int
    #: Former versions of posts: edited later, or deleted.
    former: int
    #: Sites with at least one document.
    sites: int
    #: Words of all documents.
    words: int
    #: Duplicates and rejected pages for each reason that occurs.
    by_reason: Mapping[str, int]
    #: Documents for each language that occurs; "und" where it is not known.
    by_language: Mapping[str, int]
    #: Documents for each split that has any.
    by_split: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leakage:
    """The two most similar documents of different splits, among pairs that were compared."""

    #: Jaccard similarity of their sets of word 5-grams, and the share of the shorter one's
    #: that the other has; 0 to 1.
    jaccard: float
    containment: float
    #: Their ids.
    one: str
    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """All that is known of a snapshot; there is no clock in it, so it can be made again."""

    #: "v000001"; counts up.
    version: str
    #: The version that was current before; None for the first.
    parent: str | None
    schema_version: int
    #: Fingerprint of the recipe.
    recipe: str
    #: Versions of the libraries and tables that shape rows.
    software: Mapping[str, str]
    #: When the newest of the pages was fetched (UTC); None where there are no pages.
    archived_until: datetime | None
    counts: Counts
    #: None where no two documents of different splits are so alike that they were compared.
    leakage: Leakage | None
    #: Gates that it failed and was published in spite of, each as a sentence.
    accepted: tuple[str, ...]
    #: By table, then in the order of the rows.
    files: tuple[File, ...]

    def holds_the_same(self, other: "Manifest") -> bool:
        """Whether both have the same rows, made in the same way."""
        return (self.files, self.recipe, self.schema_version) == (
            other.files,
            other.recipe,
            other.schema_version,
        )


def to_json(manifest: Manifest) -> str:
    """The text of manifest.json."""
    values = asdict(manifest)
    if manifest.archived_until is not None:
        values["archived_until"] = manifest.archived_until.isoformat()
    return json.dumps(values, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def from_json(text: str) -> Manifest:
    """Read what `to_json` wrote.

    Raises:
        ValueError: It is not a manifest.
        KeyError: A field is missing.
        TypeError: A field is missing or unknown.
    """
    values: dict[str, Any] = json.loads(text)
    until = values.pop("archived_until")
    leakage = values.pop("leakage")
    return Manifest(
        archived_until=None if until is None else datetime.fromisoformat(until),
        counts=Counts(**values.pop("counts")),
        leakage=None if leakage is None else Leakage(**leakage),
        accepted=tuple(values.pop("accepted")),
        files=tuple(File(**file) for file in values.pop("files")),
        **values,
    )


def manifest_of(directory: Path) -> Manifest:
    """Read the manifest of a snapshot.

    Raises:
        SnapshotError: There is none, or it is damaged.
    """
    path = directory / NAME
    try:
        return from_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        message = (
            f"{path} cannot be read ({error!r}); delete {directory}, then run "
            "`therapy-corpus build`."
        )
        raise SnapshotError(message) from error
