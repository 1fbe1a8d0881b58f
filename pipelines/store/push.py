"""Publishes the working copy as the next generation of the corpus in the store."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.core.errors import LockHeld, StoreError
from pipelines.store import listing
from pipelines.store.bucket import Bucket, Overtaken, side_by_side
from pipelines.store.lease import Lease
from pipelines.store.listing import UNFINISHED, Entry, Manifest, is_face, object_of, objects_of
from pipelines.store.working import Inventory


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """One publication.

    First come the objects that nobody reads yet, then the manifest with the condition
    that it is still the one that was read, then the plain names of the snapshots, then
    what no state names any more is deleted. A mark stands in the store all the while, so
    that whoever comes after a kill sweeps up what it has left.
    """

    corpus: Path
    bucket: Bucket
    lease: Lease
    #: The state that was published last, its manifest, and the tag of that.
    former: Mapping[str, Entry]
    manifest: Manifest
    tag: str | None

    def done(self, found: Inventory) -> int:
        """Publish what was found here.

        Returns:
            The generation that the store is at.

        Raises:
            LockHeld: Another working copy has taken over; nothing was published.
            Overtaken: Something else has changed the manifest.
            StoreError: The store failed.
        """
        sweeps = any(True for _ in self.bucket.names(UNFINISHED))
        if found.entries == self.former and not sweeps:
            return self.manifest.generation
        try:
            self.bucket.put_whole(self._mark(), b"")
            manifest, faces = self._prepared(found, sweeps=sweeps)
            self.bucket.put(listing.NAME, manifest.written(), self.tag)
        except (Overtaken, LockHeld, StoreError):
            self._tell_if_overtaken()
            raise
        for path, tag in faces.items():
            self._show(path, tag)
        self._delete(found.entries, manifest.listing, sweeps=sweeps)
        return manifest.generation

    def _mark(self) -> str:
        return f"{UNFINISHED}{self.lease.terms.owner}-{self.lease.terms.token}"

    def _prepared(
        self, found: Inventory, *, sweeps: bool
    ) -> tuple[Manifest, dict[str, str | None]]:
        """Put all objects of the new state, and look at the plain names that it changes."""
        manifest = self.manifest
        if found.entries != self.former:
            name, body = listing.listed(found.entries)
            self._upload(found)
            self.lease.check()
            self.bucket.put_whole(name, body)
            manifest = Manifest(
                generation=self.manifest.generation + 1,
                token=self.lease.terms.token,
                listing=name,
                size=sum(entry.size for entry in found.entries.values()),
                files=len(found.entries),
            )
        return manifest, self._faces(found.entries, sweeps=sweeps)

    def _upload(self, found: Inventory) -> None:
        """Put what the store does not hold, several at once."""
        known = {entry.sha256: object_of(path, entry) for path, entry in self.former.items()}
        held = set(known.values()) | {object_of(*one) for one in self.former.items()}

        def put(path: str) -> None:
            self.lease.check()
            entry = found.entries[path]
            name = object_of(path, entry)
            if entry.sha256 in known:
                self.bucket.copy(known[entry.sha256], name)
            else:
                self.bucket.upload(found.elsewhere.get(path, self.corpus / path), name)

        new = [path for path, entry in found.entries.items() if object_of(path, entry) not in held]
        side_by_side(put, new)

    def _faces(self, entries: Mapping[str, Entry], *, sweeps: bool) -> dict[str, str | None]:
        """The plain names that show something else, with the tags of what they show."""
        found: dict[str, str | None] = {}
        for path, entry in entries.items():
            if is_face(path) and (sweeps or self.former.get(path) != entry):
                state = self.bucket.state_of(path)
                if state is None or state[1] != entry.sha256:
                    found[path] = None if state is None else state[0]
        return dict(sorted(found.items(), key=lambda one: one[0] == "CURRENT"))

    def _show(self, path: str, tag: str | None) -> None:
        """Put a file under its plain name, if that still shows what it did.

        Raises:
            LockHeld: Somebody who took over has put another one.
        """
        try:
            self.bucket.put(path, (self.corpus / path).read_bytes(), tag)
        except Overtaken:
            message = (
                f"{self.bucket.remote}: the manifest was published, then another run took over "
                f"before {path} was; run this again."
            )
            raise LockHeld(message) from None

    def _delete(self, entries: Mapping[str, Entry], name: str, *, sweeps: bool) -> None:
        """Delete what the newest state does not name: what a takedown took out is there too."""
        kept = objects_of(entries, name)
        stale = objects_of(self.former, self.manifest.listing) - kept | {self._mark()}
        if sweeps:
            names = self.bucket.names()
            stale |= {one for one in names if listing.is_ours(one) and one not in kept}
            self.bucket.abort_uploads()
        self.lease.renew()
        # In order of their names, so the marks go last.
        self.bucket.delete(stale)

    def _tell_if_overtaken(self) -> None:
        """Tell a writer that lost its lease of that, whatever failed for it.

        What it put is left to whoever publishes next: the one who took over may be about to
        name the same objects.

        Raises:
            LockHeld: It did lose it.
        """
        try:
            self.lease.renew()
        except LockHeld:
            self.bucket.put_whole(self._mark(), b"")
            raise
