"""One writer at a time over all machines: a lease that an object in the store tells of.

It is taken by a put with a condition, renewed while the work goes on, and its number
grows with each taking. That number is the fence: whoever takes the lease writes it into
`manifest.json`, so that a former holder, who wakes up late, finds another manifest than
the one that it read and can publish nothing.
"""

import json
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from pipelines.core.errors import LockHeld, StoreError
from pipelines.core.removals import write_whole
from pipelines.store.bucket import Bucket, Overtaken

NAME = "lease.json"
#: Seconds after which a lease that nobody renews may be taken by others.
TERM = 3600.0
#: A lease is renewed so many times within its term.
_RENEWALS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the object says."""

    #: The working copy that holds it, or held it last.
    owner: str
    #: Grows with each taking.
    token: int
    #: Seconds since 1970 at which others may take it; 0 where it was given back.
    until: float


@dataclass(slots=True, kw_only=True)
class Lease:
    """A lease that this process holds."""

    bucket: Bucket
    terms: Terms
    tag: str
    term: float = TERM
    _guard: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def taken(cls, bucket: Bucket, owner: str, term: float = TERM) -> "Lease":
        """Take the lease; what this owner holds already, as a kill leaves it, it takes again.

        Raises:
            LockHeld: Another working copy holds it.
        """
        stored = bucket.get(NAME)
        former = None if stored is None else _read(stored.body, bucket)
        if former is not None and former.owner != owner and former.until > time.time():
            raise _held(bucket, former)
        terms = Terms(
            owner=owner,
            token=1 if former is None else former.token + 1,
            until=time.time() + term,
        )
        try:
            tag = bucket.put(NAME, _body(terms), None if stored is None else stored.tag)
        except Overtaken:
            stored = bucket.get(NAME)
            raise _held(bucket, _read(stored.body, bucket) if stored else terms) from None
        return cls(bucket=bucket, terms=terms, tag=tag, term=term)

    def renew(self) -> None:
        """Hold it for another term.

        Raises:
            LockHeld: Another working copy has taken it meanwhile.
        """
        with self._guard:
            self._put(replace(self.terms, until=time.time() + self.term))

    def check(self) -> None:
        """See to it that nobody else has it; the store is asked only if it has run out.

        Raises:
            LockHeld: Another working copy has taken it meanwhile.
        """
        if time.time() >= self.terms.until:
            self.renew()

    def give_back(self) -> None:
        """Let others take it at once.

        Raises:
            LockHeld: One of them has it already.
        """
        with self._guard:
            self._put(replace(self.terms, until=0.0))

    def _put(self, terms: Terms) -> None:
        try:
            self.tag = self.bucket.put(NAME, _body(terms), self.tag)
        except Overtaken:
            self.terms = replace(self.terms, until=0.0)
            raise lost(self.bucket) from None
        self.terms = terms

    @contextmanager
    def renewed(self) -> Iterator[None]:
        """Renew it in the background while something else is done."""
        over = threading.Event()
        thread = threading.Thread(target=self._keep, args=(over,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _keep(self, over: threading.Event) -> None:
        while not over.wait(self.term / _RENEWALS):
            try:
                self.renew()
            except LockHeld:
                return  # Whoever publishes next is told.
            except StoreError:
                continue  # The store may be back before the term is over.


def owner_of(state: Path) -> str:
    """The name of a working copy, made up when it is first asked for."""
    path = state / "owner"
    with suppress(FileNotFoundError, UnicodeDecodeError):
        if name := path.read_text(encoding="utf-8").strip():
            return name
    name = f"{socket.gethostname()}-{secrets.token_hex(8)}"
    write_whole(path, f"{name}\n")
    return name


def lost(bucket: Bucket) -> LockHeld:
    """What a writer is told that another one has overtaken."""
    return LockHeld(
        f"Another run has taken the lease of {bucket.remote} meanwhile, so nothing of this one "
        "was published; run this again: it begins with what the other one published."
    )


def _held(bucket: Bucket, terms: Terms) -> LockHeld:
    until = datetime.fromtimestamp(terms.until, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return LockHeld(
        f"Another run holds {bucket.remote}: the working copy {terms.owner}, until it ends or "
        f"else {until}; wait, then run this again."
    )


def _body(terms: Terms) -> bytes:
    return json.dumps(asdict(terms)).encode()


def _read(body: bytes, bucket: Bucket) -> Terms:
    try:
        return Terms(**json.loads(body))
    except (ValueError, TypeError) as error:
        message = (
            f"{bucket.remote}/{NAME} cannot be read ({error}); see to it that nobody writes "
            "there, then delete it."
        )
        raise StoreError(message) from error
