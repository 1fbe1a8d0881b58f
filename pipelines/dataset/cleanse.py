"""What becomes of the rows of a part when posts are taken out of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.core.doomed import Doomed
from pipelines.core.model import CaptureRef
from pipelines.core.state import timestamp
from pipelines.dataset.table import Table

#: Of a site, where its captures lie now: by digest of the body, and by address and time.
Places = Mapping[str, Mapping[str, CaptureRef]]

#: Columns that the words of a recurring block stand in.
_BLOCKS, _TOKENS = "removed", "normalized_text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleansing:
    """What goes, and what has to change in the rows that stay."""

    doomed: Doomed
    places: Places
    #: How many copies of a post that stays go, by its id.
    fewer: Mapping[str, int]


def cleansed(table: Table, path: Path, cleansing: Cleansing) -> Iterator[Any]:
    """The rows of a part that stay, a row group at a time."""
    with pq.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            rows = _kept(file.read_row_group(group), cleansing.doomed)
            if not len(rows):
                continue
            rows = _counted(_placed(_without_blocks(rows, cleansing), cleansing), cleansing)
            yield rows.select([column.name for column in table.columns])


def _kept(rows: Any, doomed: Doomed) -> Any:
    gone = pc.or_(
        pc.is_in(rows["id"], pa.array(sorted(doomed.ids), pa.string())),
        pc.is_in(rows["site"], pa.array(sorted(doomed.sites), pa.string())),
    )
    if "kept_id" in rows.schema.names:
        kept = pc.is_in(rows["kept_id"], pa.array(sorted(doomed.ids), pa.string()))
        gone = pc.or_(gone, kept)
    return rows.filter(pc.invert(gone))


def _changed(rows: Any, name: str, at: Any, change: Callable[[int, Any], Any]) -> Any:
    """The rows with other values of a column at some places."""
    if name not in rows.schema.names or not at:
        return rows
    values = rows[name].to_pylist()
    for place in at:
        values[place] = change(place, values[place])
    index = rows.schema.get_field_index(name)
    field = rows.schema.field(index)
    return rows.set_column(index, field, pa.array(values, field.type))


def _places_in(rows: Any, column: str, values: Any) -> list[int]:
    found = pc.is_in(rows[column], pa.array(sorted(values), pa.string()))
    return [int(place) for place in pc.indices_nonzero(found).to_pylist()]


def _placed(rows: Any, cleansing: Cleansing) -> Any:
    """The rows with the places of captures that were moved."""
    at = _places_in(rows, "site", cleansing.places)
    if not at:
        return rows
    # The source of a former version is its last capture, of which only the digest is told.
    is_former = "fetched_at" not in rows.schema.names
    time = "valid_from" if is_former else "fetched_at"
    sites, urls, times = (rows[name].to_pylist() for name in ("site", "url", time))

    def moved(place: int, source: dict[str, object]) -> dict[str, object]:
        known = cleansing.places[sites[place]]
        keys = [f"{urls[place]} {timestamp(times[place])}", str(source["digest"])]
        found = (known.get(key) for key in (reversed(keys) if is_former else keys))
        ref = next(filter(None, found), None)
        if ref is None:
            return source
        return {
            "file": ref.file,
            "offset": ref.offset,
            "length": ref.length,
            "digest": ref.digest,
        }

    return _changed(rows, "source", at, moved)


def _counted(rows: Any, cleansing: Cleansing) -> Any:
    """The rows of kept posts with fewer copies."""
    if "duplicate_count" not in rows.schema.names:
        return rows
    ids = rows["id"].to_pylist()
    at = _places_in(rows, "id", cleansing.fewer)
    return _changed(
        rows, "duplicate_count", at, lambda place, count: count - cleansing.fewer[ids[place]]
    )


def _without_blocks(rows: Any, cleansing: Cleansing) -> Any:
    """The rows without blocks such as "latest posts" that name what goes."""
    doomed = cleansing.doomed
    needles = doomed.titles | {url.partition("://")[2] for url in doomed.urls}
    if _BLOCKS not in rows.schema.names or not doomed.titles:
        return rows
    blocks = rows[_BLOCKS].to_pylist()
    at = [
        place
        for place in _places_in(rows, "site", doomed.touched)
        if any(needle in block["text"] for block in blocks[place] for needle in needles)
    ]

    def cut(_: int, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [one for one in found if not any(needle in one["text"] for needle in needles)]

    tokens = [piece.lower().replace(",", " ,") for piece in doomed.titles]

    def untold(_: int, text: str) -> str:
        for piece in tokens:
            text = text.replace(piece, " ")
        return " ".join(text.split())

    return _changed(_changed(rows, _BLOCKS, at, cut), _TOKENS, at, untold)
