"""Values of ours as bytes and back; the bytes can name no class but those they were made for."""

import io
import pickle
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta, timezone
from enum import Enum
from typing import Any, get_args, get_type_hints

#: What times are made of.
_TIMES = (datetime, timedelta, timezone)


class Packing:
    """Packs values of some dataclasses, of what their fields hold, and of Python's own types.

    A corpus may be copied from elsewhere, and bytes that could name any class could run
    any code.

    Args:
        made_of: The outermost dataclasses.
    """

    def __init__(self, *made_of: type) -> None:
        found = sorted(set(_within(made_of)), key=lambda one: (one.__module__, one.__qualname__))
        self._known = {(one.__module__, one.__qualname__): one for one in (*found, *_TIMES)}
        #: Another text for other classes: their bytes cannot be read by these.
        self.shape = "\n".join(map(_described, found))

    def pack(self, value: object) -> bytes:
        """The bytes of a value."""
        return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)

    def pack_all(self, values: Mapping[int, object]) -> bytes:
        """The bytes of some values, of which each can be read without the others."""
        return self.pack({number: self.pack(value) for number, value in values.items()})

    def unpack_all(self, packed: bytes) -> dict[int, Any]:
        """What `pack_all` has packed, but for what cannot be read."""
        told = self.unpack(packed)
        found = told.items() if isinstance(told, dict) else ()
        values = ((number, self.unpack(one)) for number, one in found)
        return {number: value for number, value in values if value is not None}

    def unpack(self, packed: bytes) -> object:
        """The value of some bytes; None where they are not those of such a value."""
        try:
            return _Unpickler(packed, self._known).load()
        except Exception:  # noqa: BLE001 - strange bytes raise nearly anything
            return None


class _Unpickler(pickle.Unpickler):
    def __init__(self, packed: bytes, known: dict[tuple[str, str], type]) -> None:
        super().__init__(io.BytesIO(packed))
        self._known = known

    def find_class(self, module: str, name: str) -> type:
        """The class of that name, if it is one of those that may be there."""
        try:
            return self._known[module, name]
        except KeyError:
            message = f"{module}.{name} is not to be in these bytes"
            raise pickle.UnpicklingError(message) from None


def _within(kinds: tuple[object, ...]) -> Iterator[type]:
    """The dataclasses and vocabularies among some types and those of their fields."""
    seen: list[object] = []
    waiting = list(kinds)
    while waiting:
        kind = waiting.pop()
        if kind in seen:
            continue
        seen.append(kind)
        waiting += get_args(kind)
        if not isinstance(kind, type):
            continue
        if is_dataclass(kind):
            waiting += get_type_hints(kind).values()
            yield kind
        elif issubclass(kind, Enum):
            yield kind


def _described(kind: type) -> str:
    if not is_dataclass(kind):
        return f"{kind.__qualname__}: {list(kind)}"  # type: ignore[call-overload]
    hints = get_type_hints(kind)
    told = ", ".join(f"{item.name} {hints[item.name]}" for item in fields(kind))
    return f"{kind.__qualname__}: {told}"
