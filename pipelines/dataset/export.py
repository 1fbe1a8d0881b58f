"""Reads the posts of a snapshot one by one, for forms that other programs want."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.core.errors import SnapshotError
from pipelines.core.splits import SPLITS
from pipelines.dataset.manifest import manifest_of
from pipelines.dataset.schema import DATA

#: The text as the source document has it.
TOKENS = ("normalized_text",)
#: What goes with each text: what it is, and what may be done with it.
COLUMNS = (
    *("id", "url", "site", "title", "author", "published_at", "language", "split"),
    *("license", "permission", *TOKENS, "text"),
)
_BATCH = 1000


def posts(
    snapshot: Path, split: str | None, columns: tuple[str, ...] = COLUMNS
) -> Iterator[dict[str, Any]]:
    """The posts of a snapshot in the order of its files, a batch in memory.

    Args:
        snapshot: Its directory.
        split: Which split; None for all.
        columns: What is read of each; a text that nobody wants costs nothing.

    Raises:
        SnapshotError: A file cannot be read.
    """
    files = [file.name for file in manifest_of(snapshot).files if file.table == DATA.name]
    for part in SPLITS if split is None else (split,):
        for name in files:
            if Path(name).name.startswith(f"{part}-"):
                yield from _rows(snapshot / name, columns)


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(_BATCH, columns=list(columns)):
                yield from batch.select(list(columns)).to_pylist()
    except (OSError, pa.ArrowException) as error:
        message = f"{path} cannot be read ({error}); run `therapy-corpus verify`."
        raise SnapshotError(message) from error
