"""Holds documents back that were removed before they came, so that no table ever has them."""

import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from pipelines.core import doomed as intents
from pipelines.core import erase
from pipelines.core.document import Document
from pipelines.core.doomed import Doomed, text_pieces, title_piece
from pipelines.core.purge import blogs_of, elsewhere, purge
from pipelines.core.removals import Mark, Removals
from pipelines.core.urls import document_id


@dataclass(slots=True, kw_only=True)
class Sieve:
    """What a build lets through; a post of an author who left, or a removed text, it holds back."""

    corpus: Path
    removals: Removals
    #: What was held back, and has to leave the archive as well.
    held: list[Document] = field(default_factory=list)

    @classmethod
    def of(cls, corpus: Path) -> "Sieve":
        """The sieve of a corpus, by its list of removals.

        Raises:
            StateError: The list is damaged.
        """
        return cls(corpus=corpus, removals=Removals.load(corpus))

    def passed(self, documents: Iterable[Document]) -> Iterator[Document]:
        """The documents of a site without those that were removed.

        What was held back is written down before the last one is out, so that it leaves the
        archive even if the build is killed after the site is stored.
        """
        before = len(self.held)
        for document in documents:
            if self.removals.covers(document):
                self.held.append(document)
            else:
                yield document
        if len(self.held) > before:
            intents.write(self.corpus, _doomed(self.held, self.removals))

    def purge(self, connection: sqlite3.Connection) -> bool:
        """Take what was held back out of the archive and the state; then their sites changed.

        Args:
            connection: The state, outside of a transaction.

        Returns:
            Whether there was anything.
        """
        if not self.held:
            return False
        doomed = _doomed(self.held, self.removals)
        near = {row["site"] for row in elsewhere(connection, doomed)} - doomed.touched
        doomed = replace(doomed, neighbours=frozenset(near))
        self.removals = replace(self.removals, hashes=self.removals.hashes | doomed.hashes)
        self.removals.save(self.corpus)
        blogs = blogs_of(connection, doomed)
        purge(connection, self.corpus / "archive", doomed)
        erase.erase(connection, doomed, blogs)
        erase.clean_logs(self.corpus / "state", doomed)
        erase.tidy(connection)
        intents.path_of(self.corpus).unlink(missing_ok=True)
        self.held.clear()
        return True


def _doomed(held: Iterable[Document], removals: Removals) -> Doomed:
    """What goes: whole pages, and of pages that say something else now only what they said."""
    pages = [one for one in held if one.valid_to is None]
    urls = frozenset(one.url for one in pages)
    former = [one for one in held if one.url not in urls]
    ids = frozenset(document_id(url) for url in urls)
    titles = (title_piece(one.title) for one in pages)
    return Doomed(
        removal=secrets.token_hex(8),
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        wishes=(),
        policy="",
        ids=ids,
        urls=urls,
        captures=frozenset(f"{one.url} {one.source.digest}" for one in former),
        titles=frozenset(piece for piece in titles if piece),
        pieces=frozenset(piece for one in pages for piece in text_pieces(one.text)),
        hashes=removals.with_all(Mark.ID, ids).hashes - removals.hashes,
    )
