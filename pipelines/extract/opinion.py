"""What a feed says of the posts of its site, beside what their pages say: two witnesses."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

from pipelines.core.document import Document, Origin
from pipelines.core.model import CaptureRef
from pipelines.core.reasons import Reason
from pipelines.core.urls import document_id
from pipelines.extract.excerpt import CLOSED
from pipelines.extract.feeds import FeedEntry

_WORD = re.compile(r"\w+")
#: Words of a shingle, as in the article-extraction-benchmark (Zyte, 2020).
_SHINGLE = 4
#: Words below which an entry says nothing about the text of its page.
_LEAST = 20
#: F1 from which a page and its entry tell the same.
_AGREED = 0.9
#: Pages of a site that agree with its feed before the feed is trusted with the others, and
#: their share: one that leaves out a part of every post agrees with none.
_LEAST_AGREED = 3
_SHARE_AGREED = 0.5
#: Share of a text's shingles in the other, from which the other holds it.
_HELD = 0.8
#: A text that holds the other is much more than it from this factor on.
_MUCH = 1.25
#: Texts whose words are further apart than this, with less than half of the shorter in
#: the longer, are not of one article.
_FAR = 2
_APART = 0.5
#: A feed that is older than its page by more says nothing of where the page's text ends.
_STALE = timedelta(days=30)
#: What a feed's text can mend.
_MENDED = frozenset({Reason.EXTRACT_EMPTY, Reason.EXTRACT_EXCERPT, Reason.EXTRACT_DISAGREEMENT})
#: Those of them that say that the page's text is not to be compared with.
_NOT_READ = _MENDED - {Reason.EXTRACT_EXCERPT}
#: Where a page's own word is worth less than its feed's (see core.document.Origin).
_WEAKER = frozenset({Origin.URL, Origin.TEXT})


@dataclass(slots=True, kw_only=True)
class Opinions:
    """What the feeds of one site say of its pages; holds at most one entry for each page."""

    #: Identities of the pages that may be published.
    wanted: frozenset[str]
    #: Those of them that are not for everyone, as any feed has said.
    _closed: set[str] = field(default_factory=set)
    _entries: dict[str, tuple[tuple[object, ...], FeedEntry]] = field(default_factory=dict)

    def hear(self, found: Iterable[FeedEntry], source: CaptureRef) -> None:
        """Take in the entries of a feed, in whatever order the feeds come.

        Of the entries for a page one with the whole post is kept, then the newest.
        """
        for entry in found:
            identity = document_id(entry.url)
            if identity not in self.wanted:
                continue
            if entry.is_closed:
                self._closed.add(identity)
            rank = (entry.is_whole, entry.fetched_at, source.file, source.offset)
            if identity not in self._entries or self._entries[identity][0] < rank:
                self._entries[identity] = (rank, entry)

    def joined(self, documents: Iterable[Document]) -> Iterator[tuple[Document, bool]]:
        """Each document with what its entry adds, and whether no stage has seen its text."""
        heard = [(document, self._of(document)) for document in documents]
        compared = [
            _Compared.of(document.text, entry.text) if entry and entry.is_whole else None
            for document, entry in heard
        ]
        is_trusted = _is_trusted(
            found.f1
            for (document, _), found in zip(heard, compared, strict=True)
            if found and document.rejection is None
        )
        for (document, entry), found in zip(heard, compared, strict=True):
            if entry is None:
                yield document, False
                continue
            told = _with_text(document, entry, found, is_trusted=is_trusted) if found else document
            is_lifted = document.rejection is not None and told.rejection is None
            yield _with_metadata(told, entry), is_lifted or told.text != document.text

    def _of(self, document: Document) -> FeedEntry | None:
        """What may be taken for a document: nothing for one that is refused or not for all."""
        rejection = document.rejection
        if rejection and (rejection.reason not in _MENDED or rejection.detail.startswith(CLOSED)):
            return None
        found = None if document.id in self._closed else self._entries.get(document.id)
        return found[1] if found else None


def _is_trusted(reached: Iterable[float]) -> bool:
    """Whether the pages of a site and its feed tell the same, for the most part.

    Args:
        reached: The agreement of each page with its entry.
    """
    found = list(reached)
    agreed = sum(value >= _AGREED for value in found)
    return agreed >= max(_LEAST_AGREED, _SHARE_AGREED * len(found))


def agreement(one: str, other: str) -> float:
    """F1 of the shingles of four words of two texts, repeated ones counted, 0 to 1.

    >>> agreement("we sleep and then we rest", "we sleep and then we work")
    0.6667
    """
    return _Compared.of(one, other).f1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compared:
    """Two texts, by their words."""

    #: Words of the page's text and of the feed's.
    page: int
    feed: int
    #: Shingles of each, and those that they share.
    of_page: int
    of_feed: int
    shared: int

    @classmethod
    def of(cls, page: str, feed: str) -> "_Compared":
        words = _WORD.findall(page.lower()), _WORD.findall(feed.lower())
        shingles = tuple(map(_shingles, words))
        return cls(
            page=len(words[0]),
            feed=len(words[1]),
            of_page=shingles[0].total(),
            of_feed=shingles[1].total(),
            shared=(shingles[0] & shingles[1]).total(),
        )

    @property
    def f1(self) -> float:
        return round(2 * self.shared / max(self.of_page + self.of_feed, 1), 4)

    @property
    def page_is_held(self) -> bool:
        """Whether the feed has the page's text and much more."""
        is_more = self.feed > _MUCH * self.page
        return is_more and self.shared >= _HELD * self.of_page

    @property
    def feed_is_held(self) -> bool:
        """Whether the page has the feed's text and much more."""
        is_more = self.page > _MUCH * self.feed
        return is_more and self.shared >= _HELD * self.of_feed

    @property
    def is_far(self) -> bool:
        """Whether they are not of one article."""
        fewest, most = sorted((self.page, self.feed))
        least = min(self.of_page, self.of_feed)
        return most > _FAR * fewest and self.shared < _APART * least


def _shingles(found: list[str]) -> Counter[tuple[str, ...]]:
    """Every four words that follow each other; the words as one where there are fewer."""
    if len(found) < _SHINGLE:
        return Counter([tuple(found)] if found else [])
    return Counter(zip(*(found[start:] for start in range(_SHINGLE)), strict=False))


def _with_text(
    document: Document, entry: FeedEntry, found: _Compared, *, is_trusted: bool
) -> Document:
    """The document with the feed's text where that is the better one, or turned down.

    A page that gave no text, only its beginning, or readings too far apart, takes the
    feed's. One whose text the feed holds with much more takes it too; one that holds the
    feed's and much more takes it where the feed is trusted: else the feed may have cut it.

    Args:
        document: What was made of the page.
        entry: The whole post, as its feed tells it.
        found: The texts of both, compared.
        is_trusted: Whether the feed agrees with other pages of the site.
    """
    if found.feed < _LEAST:
        return document
    if document.rejection is not None:
        is_more = found.feed > found.page or document.rejection.reason in _NOT_READ
        mended = replace(document, rejection=None, text=entry.text, extraction_confidence=None)
        return mended if is_more else document
    if document.fetched_at - entry.fetched_at > _STALE:
        return document
    told = replace(document, extraction_confidence=found.f1)
    if found.page_is_held or (is_trusted and (found.feed_is_held or found.is_far)):
        return replace(told, text=entry.text)
    detail = f"page {found.page} words, feed {found.feed} words"
    return told.reject(Reason.EXTRACT_DISAGREEMENT, detail) if found.is_far else told


def _with_metadata(document: Document, entry: FeedEntry) -> Document:
    """The document with the feed's title, author and date where its own are weaker."""
    if document.title is None and entry.title:
        document = replace(document, title=entry.title)
    if entry.author and (document.author is None or document.author_from in _WEAKER):
        document = replace(document, author=entry.author, author_from=Origin.FEED)
    is_weak = document.published_at is None or document.published_from in _WEAKER
    if entry.published_at and is_weak:
        document = replace(
            document,
            published_at=entry.published_at,
            published_from=Origin.FEED,
            published_precision=entry.published_precision,
            published_offset=None,
        )
    return document
