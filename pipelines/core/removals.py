"""What somebody asked to be taken out for good, as salted hashes: no address, name or text."""

import hashlib
import json
import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from pipelines.core.dedup import digest, words_of
from pipelines.core.document import Document
from pipelines.core.errors import StateError
from pipelines.core.urls import document_id, site_of

#: Bytes of the salt, which belongs to one corpus, and of a hash.
_SALT = 32
_HASH = 16


class Mark(StrEnum):
    """By what a thing is known again."""

    #: The id of a document, which is that of its address in any spelling.
    ID = "id"
    SITE = "site"
    AUTHOR = "author"
    #: The words of a text, so that a copy at another address is known as well.
    TEXT = "text"
    #: An entry of opt-out.yaml that is done.
    ENTRY = "entry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Removals:
    """The list of a corpus; who has the list alone cannot tell what is on it."""

    salt: bytes = field(default_factory=lambda: secrets.token_bytes(_SALT))
    hashes: frozenset[str] = frozenset()

    @classmethod
    def load(cls, corpus: Path) -> "Removals":
        """The list of a corpus; an empty one where nothing was ever removed.

        Raises:
            StateError: It is damaged; nothing may be fetched or published without it.
        """
        path = path_of(corpus)
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            return cls(salt=bytes.fromhex(told["salt"]), hashes=frozenset(told["removed"]))
        except FileNotFoundError:
            return cls()
        except (OSError, ValueError, KeyError, TypeError) as error:
            message = (
                f"{path} cannot be read ({error!r}); restore it from a copy: without it, what "
                "was removed would come back."
            )
            raise StateError(message) from error

    def save(self, corpus: Path) -> None:
        """Write the list in place of the former one; a kill leaves one of both whole."""
        told = {"salt": self.salt.hex(), "removed": sorted(self.hashes)}
        write_whole(path_of(corpus), json.dumps(told, indent=0) + "\n")

    def hash_of(self, mark: Mark, value: str) -> str:
        """What stands on the list for a value."""
        said = f"{mark}\n{value}".encode("utf-8", "surrogatepass")
        return hashlib.blake2b(said, key=self.salt, digest_size=_HASH).hexdigest()

    def holds(self, mark: Mark, value: str) -> bool:
        """Whether a value is on the list."""
        return bool(self.hashes) and self.hash_of(mark, value) in self.hashes

    def with_all(self, mark: Mark, values: Iterable[str]) -> "Removals":
        """The list with more values."""
        more = {self.hash_of(mark, value) for value in values}
        return replace(self, hashes=self.hashes | more)

    def covers_url(self, url: str) -> bool:
        """Whether a page may be neither asked for nor stored."""
        if not self.hashes:
            return False
        try:
            return self.holds(Mark.SITE, site_of(url)) or self.holds(Mark.ID, document_id(url))
        except ValueError:
            return False

    def covers_page(self, url: str) -> bool:
        """Whether this very page is on the list, whatever is said of its site."""
        if not self.hashes:
            return False
        try:
            return self.holds(Mark.ID, document_id(url))
        except ValueError:
            return False

    def covers_author(self, names: str | None) -> bool:
        """Whether one of the names that signed a post is on the list."""
        return bool(self.hashes) and any(
            self.holds(Mark.AUTHOR, name) for name in authors_of(names)
        )

    def covers(self, document: Document) -> bool:
        """Whether a document may stand in no table: its page, site, author or words."""
        if not self.hashes:
            return False
        if self.covers_url(document.url) or self.covers_author(document.author):
            return True
        words = words_of(document.text)
        return bool(words) and self.holds(Mark.TEXT, digest(words))


def path_of(corpus: Path) -> Path:
    """Where the list of a corpus lies."""
    return corpus / "state" / "removals.json"


def authors_of(names: str | None) -> list[str]:
    """The names of a byline, as they are compared.

    >>> authors_of("Anna  Marsh; J. Doe")
    ['anna marsh', 'j. doe']
    """
    parts = (" ".join(name.casefold().split()) for name in (names or "").split(";"))
    return [part for part in parts if part]


def write_whole(path: Path, text: str) -> None:
    """Write a small file so that a kill or a loss of power leaves the old or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        with unfinished.open("w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(path)
        _sync(path.parent)
    except OSError as error:
        message = f"{path} cannot be written ({error}); free space or mend that, then run again."
        raise StateError(message) from error
    finally:
        with suppress(OSError):
            unfinished.unlink()


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
