"""What a build knows from the one before: what each capture of a site was made into.

What a worker makes of a capture follows from the capture and from the recipe of single pages;
what later stages make of a document follows from the document and from them; a signature
from the text, and so does most of what is asked of it when the site is looked at. Each is kept
under a key that names all of that, so that whatever has changed is not found, and is made anew.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from functools import cached_property
from operator import attrgetter
from typing import Any, TypeAlias

import numpy as np

from pipelines.core.config import PermissionSettings
from pipelines.core.dedup import Signature
from pipelines.core.document import Document
from pipelines.core.model import CaptureRef
from pipelines.core.packing import Packing
from pipelines.core.reasons import Reason
from pipelines.core.recall import Recall, key_of
from pipelines.core.stage import Stage, alone
from pipelines.core.state import FeedRow, LedgerRow
from pipelines.core.subject import Finding
from pipelines.dataset.page_file import Packed, PageFile
from pipelines.engines.local import Fault
from pipelines.extract.feeds import FeedEntry
from pipelines.recipe import Recipe, named
from pipelines.site import Result

Made: TypeAlias = Document | tuple[FeedEntry, ...]

#: Packs what comes of captures.
PACKING = Packing(Document, FeedEntry, Fault, Finding)
#: All of a document but its text.
_BESIDES = attrgetter(*(item.name for item in fields(Document) if item.name != "text"))
#: What may be otherwise the next time, so that it is tried again.
_CHANCE = frozenset(
    {
        Reason.EXTRACT_TIMEOUT,
        Reason.EXTRACT_MEMORY,
        Reason.EXTRACT_CRASHED,
        Reason.STAGE_CRASHED,
    }
)


@dataclass(slots=True, kw_only=True)
class _Known:
    """What is known of one capture."""

    key: bytes
    made: Made
    #: What stages made of its document, by key: in this build, and in the one before, where
    #: it was known then.
    used: dict[bytes, Document] = field(default_factory=dict)
    former: dict[bytes, Document] | None = None


class Known:
    """What is known of a site, and what is noted for the next build.

    Args:
        file: What the build before has noted.
        recipe: How documents are made.
        permission: Which kinds of refusal count; feeds are read by them.
    """

    def __init__(self, file: PageFile, recipe: Recipe, permission: PermissionSettings) -> None:
        self._file = file
        page = f"{named((recipe.extract, *recipe.per_page))} {PACKING.shape}"
        self._pages = key_of("page", page).hex()
        self._feeds = key_of("feed", page, repr(permission)).hex()
        self._stages: dict[tuple[type, ...], str] = {}
        self._captures: dict[CaptureRef, _Known] = {}
        self._dedup = recipe.dedup
        self._signing = key_of("signatures", named((recipe.dedup,)))
        self._signatures = self._former(self._signing)
        self._signed: dict[bytes, tuple[str, bytes]] = {}
        shape = f"{sys.byteorder} {PACKING.shape}"
        self._looking = key_of("looking at a site", named(recipe.together), shape)

    def __contains__(self, row: LedgerRow) -> bool:
        return self._key(row) in self._file

    @cached_property
    def recall(self) -> Recall:
        """What is found in the texts of the site while it is looked at as a whole."""
        # Not before that: a share of a site's captures only reads them.
        return Recall(former=self._former(self._looking))

    @property
    def reused(self) -> int:
        """How many captures need not be read."""
        return sum(one.former is not None for one in self._captures.values())

    def result(self, row: LedgerRow) -> Made | None:
        """What a capture was made into; None where it has to be read."""
        key = self._key(row)
        packed = self._file.get(key)
        told = PACKING.unpack(packed.unpacked()) if packed else None
        match told:
            case (Document() | tuple() as made, dict() as former):
                self._captures[row.ref] = _Known(key=key, made=made, former=former)
                return made
        return None

    def note(self, row: LedgerRow, result: Result) -> None:
        """Note what a capture was made into, unless that may be otherwise the next time."""
        if not isinstance(result, Fault) and not _is_chance(result):
            self._captures[row.ref] = _Known(key=self._key(row), made=result)

    def alone(self, stages: tuple[Stage, ...], document: Document) -> Document:
        """What stages that need no other page make of a document."""
        known = self._captures.get(document.source)
        if known is None or document.rejection is not None:
            return alone(stages, document)
        # The text is most of a document, and to escape it takes longer than all else here.
        key = key_of(self._name(stages), repr(_BESIDES(document)), document.text)
        former = known.former or {}
        found = known.used.get(key) or former.get(key) or alone(stages, document)
        if not _is_chance(found):
            known.used[key] = found
        return found

    def sign(self, text: str) -> Signature:
        """The signature of a text."""
        key = key_of(text)
        if key not in self._signatures:
            made = self._dedup.signer()(text)
            self._signatures[key] = made.digest, made.bands.tobytes()
        digest, bands = self._signed[key] = self._signatures[key]
        return Signature(digest=digest, bands=np.frombuffer(bands, dtype=np.uint64))

    def contents(self) -> Iterator[tuple[bytes, Packed]]:
        """All that was asked for or noted: what the next build is to know."""
        yield self._signing, Packed.of(PACKING.pack(self._signed))
        yield self._looking, Packed.of(PACKING.pack(self.recall.used))
        for known in self._captures.values():
            is_same = known.former is not None and known.used.keys() == known.former.keys()
            former = self._file.get(known.key) if is_same else None
            yield known.key, former or Packed.of(PACKING.pack((known.made, known.used)))

    def _key(self, row: LedgerRow) -> bytes:
        made_by = self._feeds if isinstance(row, FeedRow) else self._pages
        ref = row.ref
        place = f"{ref.file} {ref.offset} {ref.length} {ref.digest}"
        return key_of(made_by, row.url, row.via, row.fetched_at.isoformat(), place)

    def _name(self, stages: tuple[Stage, ...]) -> str:
        """The name of some stages; a recipe has each kind once."""
        kinds = tuple(map(type, stages))
        if kinds not in self._stages:
            self._stages[kinds] = named(stages)
        return self._stages[kinds]

    def _former(self, key: bytes) -> dict[bytes, Any]:
        """What the build before has noted of texts under a key."""
        packed = self._file.get(key)
        told = PACKING.unpack(packed.unpacked()) if packed else None
        return told if isinstance(told, dict) else {}


def _is_chance(result: Made) -> bool:
    rejection = result.rejection if isinstance(result, Document) else None
    return rejection is not None and rejection.reason in _CHANCE
