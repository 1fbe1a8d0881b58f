"""What recurs over the posts of a site and belongs to none of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from pipelines.core.copies import KeyedText, keyed
from pipelines.core.document import Document, Removed
from pipelines.core.page_kind import verdict
from pipelines.core.paragraphs import is_endless
from pipelines.core.template_cut import Titles, cut, title_keys
from pipelines.core.templates import Memory, Thresholds, learn


@dataclass(frozen=True, slots=True, kw_only=True)
class Boilerplate:
    """Takes blocks that recur over a site's posts out of their texts.

    Each site is learnt from by itself, and always from whole texts, so that what was taken
    out before changes nothing. Teachers are the pages that are posts by their address,
    markup and words (core.page_kind): the listings of a blog repeat whole posts, and the
    pages of a practice share blocks of their own, so that neither may teach what a post is
    made of. What was learnt is taken out of all pages of the site, posts or not; the topic
    stage judges them afterwards. Rejected pages neither teach nor change.
    """

    version: ClassVar[int] = 2

    #: Whether they are taken out of `text`.
    remove: bool = True
    #: Posts of a site, copies of each other counted once, below which nothing is learnt.
    min_posts: int = 5
    #: Posts that have a block before it is the site's, ...
    least: int = 3
    #: ... the share of posts that have it, where its words tell its kind ("Photo by"), ...
    least_told: float = 0.05
    #: ... where it stands at an end of the texts and tells nothing, ...
    least_at_an_end: float = 0.2
    #: ... and where it may stand anywhere.
    least_anywhere: float = 0.5

    def __call__(self, documents: Iterable[Document], /) -> Iterator[Document]:
        """Learn from all posts of a site, then take out what recurs."""
        again = list(documents)
        sites: dict[str, list[Document]] = defaultdict(list)
        for document in again:
            if document.rejection is None:
                sites[document.site].append(_whole(document))
        cleaned = {name: self._site(site) for name, site in sites.items()}
        return (
            document if document.rejection is not None else next(cleaned[document.site])
            for document in again
        )

    def _site(self, documents: Sequence[Document]) -> Iterator[Document]:
        """The documents of one site, with their whole texts, as they shall be."""
        # Most sites of an import are a few pages, which teach nothing.
        if not self.remove or sum(bool(one.text) for one in documents) < self.min_posts:
            yield from documents
            return
        names = [
            title_keys(document.title) | title_keys(document.signs.heading)
            for document in documents
        ]
        every = frozenset().union(*names)
        read: dict[str, KeyedText] = {}
        memory = self._memory(documents, every, read)
        for document, own in zip(documents, names, strict=True):
            if memory is None or is_endless(document.text):
                yield document
                continue
            whole = read.get(document.text) or keyed(document.text)
            text, removed = cut(whole, memory, Titles(all=every, own=own))
            yield _with(document, text, removed) if removed else document

    def _memory(
        self, documents: Iterable[Document], titles: frozenset[int], read: dict[str, KeyedText]
    ) -> Memory | None:
        """What recurs over the posts among some documents; their texts are kept as read."""
        posts = [
            found.text
            for found in documents
            if found.text and not is_endless(found.text) and verdict(found).reason is None
        ]
        if len(posts) < self.min_posts:
            return None
        read |= {text: keyed(text) for text in posts}
        thresholds = Thresholds(
            posts=self.min_posts,
            least=self.least,
            told=self.least_told,
            at_an_end=self.least_at_an_end,
            anywhere=self.least_anywhere,
        )
        return learn([read[text] for text in posts], titles, thresholds)


def _with(document: Document, text: str, removed: tuple[Removed, ...]) -> Document:
    return replace(document, text=text, removed=removed, word_count=len(text.split()))


def _whole(document: Document) -> Document:
    """The document with what was taken out put back."""
    return _with(document, document.whole_text, ()) if document.removed else document
