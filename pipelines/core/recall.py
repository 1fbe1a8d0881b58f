"""What pure functions have found in the texts of a site, so that they need not look again.

A site that has a new post is looked at as a whole, and most of that is to read old texts for
what was read in them before. Inside `recalling`, functions that are `recalled` take it from
there; anywhere else they are as they were written.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import TypeVar, TypeVarTuple, cast

Found = TypeVar("Found")
Asked = TypeVarTuple("Asked")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """What was found, by key; whoever keeps it sees to it that the functions are the same."""

    former: Mapping[bytes, object] = field(default_factory=dict)
    #: What was asked for since, found anew or known.
    used: dict[bytes, object] = field(default_factory=dict)


_RECALL: ContextVar[Recall | None] = ContextVar("recall", default=None)


@contextmanager
def recalling(recall: Recall) -> Iterator[None]:
    """Let functions use what is known, and note there what they find."""
    before = _RECALL.set(recall)
    try:
        yield
    finally:
        _RECALL.reset(before)


def recalled(function: Callable[[*Asked], Found]) -> Callable[[*Asked], Found]:
    """A pure function of texts whose findings can be packed (core.packing).

    What it finds is kept until a stage that looks at sites as a whole has another version.
    """
    name = f"{function.__module__}.{function.__qualname__}"

    @wraps(function)
    def found(*asked: *Asked) -> Found:
        recall = _RECALL.get()
        if recall is None:
            return function(*asked)
        key = key_of(name, *map(str, asked))
        if key not in recall.used:
            known = key in recall.former
            recall.used[key] = recall.former[key] if known else function(*asked)
        return cast("Found", recall.used[key])

    return found


def key_of(*parts: str) -> bytes:
    """The key of what some texts name together."""
    digest = hashlib.sha256()
    for part in parts:
        said = part.encode("utf-8", "surrogatepass")
        # With their lengths, parts are not taken for others that end elsewhere.
        digest.update(b"%d " % len(said))
        digest.update(said)
    return digest.digest()[:16]
