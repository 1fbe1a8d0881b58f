"""What a removal is asked for by: a URL, a site, an author or an id, and all that belongs to it."""

import re
import secrets
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from pipelines.core import erase, state
from pipelines.core.config import Config
from pipelines.core.dedup import digest, words_of
from pipelines.core.doomed import Doomed, text_pieces, title_piece
from pipelines.core.errors import ConfigError, SnapshotError
from pipelines.core.opt_out import KINDS
from pipelines.core.purge import elsewhere
from pipelines.core.removals import Mark, Removals, authors_of
from pipelines.core.urls import canonical, document_id, site_of
from pipelines.dataset.snapshot import current
from pipelines.dataset.whereabouts import Found, Whereabouts

_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What somebody asks to be taken out."""

    #: One of url, site, author, id.
    kind: str
    #: In the spelling by which it is compared.
    value: str
    reason: str
    #: Set where opt-out.yaml names it.
    is_entry: bool = False

    @property
    def entry(self) -> str:
        """How an entry of opt-out.yaml is known again."""
        return f"{self.kind} {self.value}"


def judged(text: str, kind: str | None, reason: str) -> Target:
    """What a word means: a URL by its scheme, an id, a host by its dot, else an author's name.

    Args:
        text: As it was typed.
        kind: One of url, site, author, id, where that was said.
        reason: Why it goes.

    Raises:
        ConfigError: It is nothing of the kind, or there is no reason.
    """
    if not reason.strip():
        message = 'a removal needs a reason, such as --reason "the author asked by mail".'
        raise ConfigError(message)
    if kind is not None and kind not in KINDS:
        message = f"{kind!r} is nothing that can be removed; say one of {', '.join(KINDS)}."
        raise ConfigError(message)
    said = text.strip()
    kind = kind or _kind_of(said)
    try:
        value = _value(said, kind)
    except ValueError:
        message = f"{text!r} is no {kind}; say what it is with --as {'|'.join(KINDS)}."
        raise ConfigError(message) from None
    return Target(kind=kind, value=value, reason=reason.strip())


def _kind_of(said: str) -> str:
    if "://" in said:
        return "url"
    if _ID.fullmatch(said.lower()):
        return "id"
    return "site" if "." in said and not re.search(r"\s", said) else "author"


def _value(said: str, kind: str) -> str:
    if kind == "url":
        return canonical(said)
    if kind == "site":
        return site_of(said if "://" in said else f"http://{said}")
    if kind == "author":
        (name,) = authors_of(said)
        return name
    if not _ID.fullmatch(said.lower()):
        raise ValueError(said)
    return said.lower()


@dataclass(slots=True, kw_only=True)
class _Gathered:
    """What was found so far."""

    ids: set[str] = field(default_factory=set)
    urls: set[str] = field(default_factory=set)
    titles: set[str] = field(default_factory=set)
    pieces: set[str] = field(default_factory=set)
    #: Digests of texts.
    words: set[str] = field(default_factory=set)

    @property
    def sites(self) -> set[str]:
        """The sites of what was found."""
        return {site_of(url) for url in self.urls}

    def add(self, rows: Iterable[Found], sites: frozenset[str]) -> None:
        """Take over rows; pieces of them are needed only where the site stays."""
        for row in rows:
            self.ids.add(row.id)
            self.urls.add(row.url)
            if words := words_of(row.text):
                self.words.add(digest(words))
            if site_of(row.url) not in sites:
                self.pieces.update(text_pieces(row.text))
                piece = title_piece(row.title)
                self.titles.update([piece] if piece else [])


def gathered(config: Config, targets: Sequence[Target]) -> Doomed:
    """All that some targets stand for, as the state, the documents and all snapshots know it.

    Raises:
        SnapshotError: A snapshot cannot be read; nothing was touched.
    """
    removals = Removals.load(config.corpus)
    # The salt has to be there before anything is hashed with it.
    removals.save(config.corpus)
    connection = state.connect(config.corpus)
    try:
        with Whereabouts.of(config.corpus) as where:
            return _gathered(config, targets, where, connection)
    finally:
        connection.close()


def _gathered(
    config: Config, targets: Sequence[Target], where: Whereabouts, connection: sqlite3.Connection
) -> Doomed:
    sites = frozenset(target.value for target in targets if target.kind == "site")
    found = _Gathered()
    for target in targets:
        _look_up(target, found, where, connection, sites)
    now = _current(config.corpus)
    if config.takedown.copies == "remove":
        alike = where.copies(found.ids, now)
        found.add(where.of_ids(alike, set(map(site_of, alike.values()))), sites)
        found.words -= where.elsewhere(found.words, found.ids)
    else:
        found.words.clear()
    doomed = Doomed(
        removal=secrets.token_hex(8),
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        wishes=tuple((target.kind, target.reason) for target in targets),
        policy=config.takedown.copies,
        sites=sites,
        ids=frozenset(found.ids),
        urls=frozenset(found.urls),
        titles=frozenset(found.titles),
        pieces=frozenset(found.pieces),
        hashes=_hashes(Removals.load(config.corpus), targets, found),
        rows=where.rows_of(now, found.ids) if now and found.ids else 0,
    )
    return _with_neighbours(connection, doomed)


def _current(corpus: Path) -> Path | None:
    try:
        return current(corpus)
    except SnapshotError:
        return None


def _look_up(
    target: Target,
    found: _Gathered,
    where: Whereabouts,
    connection: sqlite3.Connection,
    sites: frozenset[str],
) -> None:
    if target.kind == "site":
        found.add(where.of_site(target.value), sites)
    elif target.kind == "author":
        found.add(where.of_author(target.value), sites)
        # The same posts may have had another byline, or been turned down, at another time.
        found.add(where.of_ids(found.ids, found.sites), sites)
    elif target.kind == "url":
        found.urls |= {target.value, *erase.targets(connection, target.value)}
    else:
        found.ids.add(target.value)
        found.urls |= _urls_of(connection, target.value)
    if target.kind != "site":
        found.urls |= erase.aliases(connection, found.urls)
        found.ids |= {document_id(url) for url in found.urls}
        found.add(where.of_ids(found.ids, found.sites), sites)


def _urls_of(connection: sqlite3.Connection, identity: str) -> set[str]:
    """The addresses with an id, among all that are known: an id tells nothing of its site."""
    rows = connection.execute("SELECT url FROM capture UNION SELECT url FROM url")
    return {row["url"] for row in rows if document_id(row["url"]) == identity}


def _hashes(removals: Removals, targets: Sequence[Target], found: _Gathered) -> frozenset[str]:
    listed = removals.with_all(Mark.ID, found.ids).with_all(Mark.TEXT, found.words)
    for target in targets:
        if target.kind in {"site", "author"}:
            listed = listed.with_all(Mark(target.kind), [target.value])
        if target.is_entry:
            listed = listed.with_all(Mark.ENTRY, [target.entry])
    return listed.hashes - removals.hashes


def _with_neighbours(connection: sqlite3.Connection, doomed: Doomed) -> Doomed:
    near = {row["site"] for row in elsewhere(connection, doomed)} - doomed.touched
    return replace(doomed, neighbours=frozenset(near))
