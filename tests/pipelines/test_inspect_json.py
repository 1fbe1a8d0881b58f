"""A document as a line of JSON, whatever its fields hold."""

import dataclasses
import json
import types
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

from pipelines.core.document import Document
from pipelines.verbs.inspect import as_json
from tests.factories import document

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def filled(wanted: Any) -> Any:
    """A value of a type, with every field of it set."""
    if get_origin(wanted) in {Union, types.UnionType}:
        return filled(next(one for one in get_args(wanted) if one is not type(None)))
    if get_origin(wanted) is tuple:
        return (filled(get_args(wanted)[0]),) * 2
    if dataclasses.is_dataclass(wanted) and isinstance(wanted, type):
        hints = get_type_hints(wanted)
        return wanted(**{one.name: filled(hints[one.name]) for one in dataclasses.fields(wanted)})
    if issubclass(wanted, Enum):
        return next(iter(wanted))
    return {str: "\u00fcber", int: 7, float: 0.5, bool: True, datetime: NOON}[wanted]


def values(found: Any, line: Any) -> Iterator[tuple[Any, Any]]:
    """Each value of a document beside what its line of JSON has in the same place."""
    if dataclasses.is_dataclass(found):
        assert line.keys() == {one.name for one in dataclasses.fields(found)}
        for one in dataclasses.fields(found):
            yield from values(getattr(found, one.name), line[one.name])
    elif isinstance(found, tuple):
        for value, told_value in zip(found, line, strict=True):
            yield from values(value, told_value)
    else:
        yield found, line


def test_every_field_is_json() -> None:
    """A document with every field set becomes one line, and comes back."""
    found = filled(Document)

    line = as_json(found)

    pairs = list(values(found, json.loads(line)))
    assert "\n" not in line
    assert len(pairs) > 80
    for value, seen_value in pairs:
        assert seen_value == (value.isoformat() if isinstance(value, datetime) else value)


def test_half_a_pair_is_json() -> None:
    """A lone surrogate, which UTF-8 has no bytes for, is escaped and comes back."""
    line = as_json(document(text="one \ud800 two")).encode()

    # Compared as ASCII, since a report of the failure could not be written either.
    assert ascii(json.loads(line)["text"]) == ascii("one \ud800 two")
