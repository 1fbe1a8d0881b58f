"""The way of a corpus between its working copy and the store, for a writer and for readers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipelines.core import lock
from pipelines.core.config import Config
from pipelines.core.errors import BlogsFailed, ConfigError, CrawlError, GateFailed, LockHeld
from pipelines.core.errors import StoreError as Trouble
from pipelines.store import lease as leases
from pipelines.store import listing, working
from pipelines.store.bucket import Bucket, Overtaken
from pipelines.store.lease import Lease
from pipelines.store.listing import Entry, Manifest
from pipelines.store.pull import pull
from pipelines.store.push import Push
from pipelines.store.working import Memory

#: What a reader needs; the archive and the documents are for writers.
_READ = ("CURRENT", "snapshots/", "state/", "removals.json")
#: Ends of a verb after which what it archived is good.
_GOOD_ENDS = (BlogsFailed, GateFailed, CrawlError)
#: How often a reader begins anew, when a writer has replaced what it was reading.
_TRIES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The manifest as it was read; `tag` is None where there was none."""

    manifest: Manifest
    tag: str | None


@contextmanager
def writing(config: Config) -> Iterator[None]:
    """Bring the working copy up to date, have it worked on, and publish what changed.

    The caller holds the lock of the working copy.

    Raises:
        LockHeld: Another working copy writes, or has taken over meanwhile.
        StoreError: The store failed; what is published there is whole.
    """
    bucket = Bucket.of(config.remote)
    memory = _memory(config, bucket)
    lease = Lease.taken(bucket, leases.owner_of(config.corpus / "state"))
    try:
        with lease.renewed():
            head = _fenced(bucket, lease)
            with _holding(config.corpus, lease):
                _brought_up(config.corpus, bucket, memory, head.manifest)
            try:
                yield
            except _GOOD_ENDS:
                _published(config.corpus, memory, head, lease)
                raise
            _published(config.corpus, memory, head, lease)
    finally:
        _given_back(lease)


def reading(config: Config, *, whole: bool) -> None:
    """Bring a reader what is published, unless a run of this working copy is under way.

    Args:
        config: Whose corpus.
        whole: Archive and documents too.

    Raises:
        StoreError: The store failed.
    """
    bucket = Bucket.of(config.remote)
    try:
        with lock.held(config.corpus / "state"):
            memory = _memory(config, bucket)
            for attempt in range(1, _TRIES + 1):
                manifest = _head(bucket).manifest
                try:
                    _brought_up(config.corpus, bucket, memory, manifest, () if whole else _READ)
                except Overtaken:
                    if attempt == _TRIES:
                        raise _damaged(bucket) from None
                else:
                    return
    except LockHeld:
        return  # What a run is working on here is as new as what it published.


def _published(corpus: Path, memory: Memory, head: Head, lease: Lease) -> None:
    """Publish, if anything changed."""
    try:
        with _holding(corpus, lease):
            push = Push(
                corpus=corpus,
                bucket=lease.bucket,
                lease=lease,
                former=_entries(lease.bucket, head.manifest),
                manifest=head.manifest,
                tag=head.tag,
            )
            found = working.inventory(corpus, memory)
            memory.attempt = listing.listed(found.entries)[0]
            memory.save(corpus)
            memory.generation = memory.seen = push.done(found)
    finally:
        working.copy_path(corpus).unlink(missing_ok=True)
    memory.save(corpus)


@contextmanager
def _holding(corpus: Path, lease: Lease) -> Iterator[None]:
    """Tell in one sentence what goes wrong for a writer."""
    try:
        yield
    except Overtaken:
        lease.renew()  # Tells who was overtaken; for whoever was not, the store is damaged.
        raise _damaged(lease.bucket) from None
    except OSError as error:
        message = (
            f"{corpus} cannot be read or written ({error}); free space or mend that, then run "
            "this again: what is published is whole."
        )
        raise Trouble(message) from error


def _given_back(lease: Lease) -> None:
    try:
        lease.give_back()
    except (LockHeld, Trouble):
        return  # It runs out by itself, and this must not hide why the verb ended.


def _fenced(bucket: Bucket, lease: Lease) -> Head:
    """Read the manifest and write the lease's number into it.

    From here on nobody who held the lease before can publish.
    """
    head = _head(bucket)
    fields = {name: getattr(head.manifest, name) for name in Manifest.__dataclass_fields__}
    manifest = Manifest(**{**fields, "token": lease.terms.token})
    try:
        return Head(manifest=manifest, tag=bucket.put(listing.NAME, manifest.written(), head.tag))
    except Overtaken:
        raise leases.lost(bucket) from None


def _head(bucket: Bucket) -> Head:
    stored = bucket.get(listing.NAME)
    if stored is None:
        return Head(manifest=Manifest(), tag=None)
    try:
        return Head(manifest=listing.manifest_of(stored.body), tag=stored.tag)
    except ValueError:
        raise _damaged(bucket) from None


def _entries(bucket: Bucket, manifest: Manifest) -> dict[str, Entry]:
    """The files of a state of the corpus.

    Raises:
        Overtaken: Its list is gone, since a newer one has replaced it.
    """
    if not manifest.listing:
        return {}
    stored = bucket.get(manifest.listing)
    if stored is None:
        raise Overtaken(manifest.listing)
    try:
        return listing.entries_of(stored.body)
    except ValueError:
        raise _damaged(bucket) from None


def _brought_up(
    corpus: Path, bucket: Bucket, memory: Memory, manifest: Manifest, only: tuple[str, ...] = ()
) -> None:
    """Replace what differs, if the store has another generation than the working copy."""
    if manifest.listing and manifest.listing == memory.attempt:
        # This copy published it, and whatever differs was done since.
        memory.generation = max(memory.generation, manifest.generation)
    if manifest.generation < memory.generation:
        message = (
            f"{bucket.remote} is at generation {manifest.generation}, but {corpus} has seen "
            f"{memory.generation}; restore the store, or move that folder away to go on with "
            "what the store has."
        )
        raise Trouble(message)
    seen = max(memory.generation, memory.seen) if only else memory.generation
    if manifest.generation == seen:
        return
    try:
        pull(corpus, bucket, memory, _entries(bucket, manifest), only)
    finally:
        memory.save(corpus)
    memory.seen = manifest.generation
    if not only:
        memory.generation = manifest.generation
    memory.save(corpus)


def _memory(config: Config, bucket: Bucket) -> Memory:
    """What the working copy knows.

    Raises:
        ConfigError: The folder holds another corpus, which a pull would destroy.
    """
    remote = f"{bucket.remote} {config.remote.endpoint}".rstrip()
    memory = Memory.load(config.corpus, remote)
    if memory is not None:
        return memory
    memory = Memory(remote=remote)
    if not working.is_empty(config.corpus) and _head(bucket).manifest.generation:
        message = (
            f"{config.corpus} holds files already, but is no working copy of {bucket.remote}; "
            "name another folder as corpus.work, or move this one away."
        )
        raise ConfigError(message)
    memory.save(config.corpus)
    return memory


def _damaged(bucket: Bucket) -> Trouble:
    return Trouble(
        f"{bucket.remote} is damaged: what its {listing.NAME} names is not there; restore it, or "
        f"delete {listing.NAME} and run a writer where the working copy is whole."
    )
