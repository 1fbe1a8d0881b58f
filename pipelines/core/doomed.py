"""What one removal takes out, as it is written down before anything is touched."""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipelines.core.errors import StateError
from pipelines.core.removals import write_whole
from pipelines.core.urls import canonical, document_id, site_of

#: Plain letters that no markup and no escape breaks, by which a text is known in a body.
_RUN = re.compile(r"[A-Za-z][A-Za-z ,]{28,60}[A-Za-z]")
_TITLE_RUN = re.compile(r"[A-Za-z][A-Za-z ,]{10,}[A-Za-z]")
_PLAIN = re.compile(r"[A-Za-z0-9._-]{3,}")
#: Addresses up to which it is quicker to look for each than to read all links of a body.
_MOST_NEEDLES = 20
#: Pieces of one text that are looked for.
_MOST_PIECES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Doomed:
    """What goes; it lies in the state until all of it is gone, and then goes itself."""

    #: Tells this removal from others.
    removal: str
    #: When it was asked for (UTC).
    at: str
    #: What was named (url, site, author or id) and why it goes, for each that asked.
    wishes: tuple[tuple[str, str], ...]
    #: What becomes of copies: remove or elect.
    policy: str
    sites: frozenset[str] = frozenset()
    #: Ids of documents.
    ids: frozenset[str] = frozenset()
    #: Their addresses, in every spelling that is known.
    urls: frozenset[str] = frozenset()
    #: Single captures of pages that stay, as address and digest.
    captures: frozenset[str] = frozenset()
    #: Pieces of their titles and texts, by which pages that show them are known.
    titles: frozenset[str] = frozenset()
    pieces: frozenset[str] = frozenset()
    #: Other sites, on which feeds of their blogs lie.
    neighbours: frozenset[str] = frozenset()
    #: What is put on the list of removals, so that none of it comes back.
    hashes: frozenset[str] = frozenset()
    #: Rows that the current snapshot held of them.
    rows: int = 0

    @property
    def touched(self) -> frozenset[str]:
        """The sites that any of it is on."""
        named = {*self.urls, *(name.partition(" ")[0] for name in self.captures)}
        return self.sites | {site_of(url) for url in named}

    @property
    def spellings(self) -> frozenset[str]:
        """Every address that one of the documents may be known by."""
        return self.urls | {other for url in self.urls for other in spellings_of(url)}

    def needles(self) -> tuple[bytes, ...]:
        """Words of which a body has at least one if it names what goes; empty: nobody knows."""
        found = {_last_word(url) for url in self.urls}
        if None in found or len(found) > _MOST_NEEDLES:
            return ()
        return tuple(word.encode() for word in {*found, *self.titles, *self.pieces} if word)

    def has(self, url: str) -> bool:
        """Whether a page goes."""
        try:
            return site_of(url) in self.sites or document_id(url) in self.ids
        except ValueError:
            return False


def _last_word(url: str) -> str | None:
    """The end of an address, where it is spelt in one way only."""
    parts = urlsplit(url)
    word = parts.path.rstrip("/").rpartition("/")[2]
    return word if _PLAIN.fullmatch(word) and not parts.query else None


def spellings_of(url: str) -> list[str]:
    """The canonical addresses that share the identity of a page.

    >>> spellings_of("https://blog.example/a")[:2]
    ['http://blog.example/a', 'http://www.blog.example/a']
    """
    _, _, rest = canonical(url).partition("://")
    rest = rest.removeprefix("www.")
    return [f"{scheme}://{www}{rest}" for scheme in ("http", "https") for www in ("", "www.")]


def title_piece(title: str | None) -> str | None:
    """The longest plain piece of a title, where it is long enough to tell it from others."""
    return max(_TITLE_RUN.findall(title or ""), key=len, default=None)


def text_pieces(text: str) -> list[str]:
    """Some plain pieces of a text."""
    found = _RUN.findall(text)
    return found[:: max(1, len(found) // _MOST_PIECES)][:_MOST_PIECES]


def path_of(corpus: Path) -> Path:
    """Where a removal lies that is under way."""
    return corpus / "state" / "removal.unfinished.json"


def write(corpus: Path, doomed: Doomed) -> None:
    """Note a removal before it begins, so that whoever comes after a kill can end it."""
    values = {
        name: sorted(value) if isinstance(value, frozenset) else value
        for name, value in asdict(doomed).items()
    }
    write_whole(path_of(corpus), json.dumps(values, ensure_ascii=True, indent=0) + "\n")


def read(corpus: Path) -> Doomed | None:
    """The removal that a kill has left unfinished; None where there is none.

    Raises:
        StateError: What was noted cannot be read.
    """
    path = path_of(corpus)
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        wishes = tuple((kind, reason) for kind, reason in values.pop("wishes"))
        sets = {name: frozenset(value) for name, value in values.items() if isinstance(value, list)}
        return Doomed(wishes=wishes, **{**values, **sets})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        message = f"{path} cannot be read ({error}); delete it, then ask for the removal again."
        raise StateError(message) from error


def is_shown(body: bytes, pieces: Iterable[str], least: int = 1) -> bool:
    """Whether a body has at least so many of these pieces."""
    found = 0
    for piece in pieces:
        found += piece.encode() in body
        if found >= least:
            return True
    return False
