"""Takes posts out of the archive that were removed before they came."""

import secrets
import sqlite3
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pipelines.core import doomed as intents
from pipelines.core import erase
from pipelines.core.document import Document
from pipelines.core.doomed import Doomed, text_pieces, title_piece
from pipelines.core.purge import blogs_of, elsewhere, purge
from pipelines.core.removals import Mark, Removals
from pipelines.core.urls import document_id


def take_out(
    connection: sqlite3.Connection,
    corpus: Path,
    held: Collection[Document],
    forget: Callable[[Iterable[str]], object],
) -> None:
    """Take posts that were removed before they came out of the archive and the state.

    What is to go is written down first, so that it goes even if this is killed.

    Args:
        connection: The state, outside of a transaction.
        corpus: Whose archive it is.
        held: What a build has held back: posts of an author who left, removed texts.
        forget: Drops what else is known of the pages and feeds of some sites.
    """
    removals = Removals.load(corpus)
    doomed = _doomed(held, removals)
    near = {row["site"] for row in elsewhere(connection, doomed)} - doomed.touched
    doomed = replace(doomed, neighbours=frozenset(near))
    intents.write(corpus, doomed)
    replace(removals, hashes=removals.hashes | doomed.hashes).save(corpus)
    blogs = blogs_of(connection, doomed)
    purge(connection, corpus / "archive", doomed)
    erase.erase(connection, doomed, blogs)
    forget(doomed.touched | doomed.neighbours)
    erase.clean_logs(corpus / "state", doomed)
    erase.tidy(connection)
    intents.path_of(corpus).unlink(missing_ok=True)


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
