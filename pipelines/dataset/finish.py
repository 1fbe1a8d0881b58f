"""Writes what stands beside the tables of a snapshot: card, metadata, manifest."""

from pathlib import Path

from pipelines.dataset import card, croissant
from pipelines.dataset.durable import sync, write_text
from pipelines.dataset.manifest import NAME, Manifest, to_json
from pipelines.dataset.schema import TABLES


def finish(directory: Path, manifest: Manifest) -> None:
    """End a snapshot whose tables are written; afterwards all of it is on the disk."""
    write_text(directory / "README.md", card.text(manifest))
    write_text(directory / croissant.NAME, croissant.text(manifest))
    write_text(directory / NAME, to_json(manifest))
    for table in TABLES:
        sync(directory / table.name)
    sync(directory)
