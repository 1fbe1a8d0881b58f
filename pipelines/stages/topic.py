"""Whether a page is a post at all, by the same judgement that the crawler follows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from pipelines.core.document import Document
from pipelines.core.posts import POST_THRESHOLD, PageKind, judge, section_indexes
from pipelines.core.reasons import Reason

_REASONS = {PageKind.LISTING: Reason.TOPIC_LISTING, PageKind.HOME: Reason.TOPIC_HOME}


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Rejects pages whose address says that they list pages or are no posts.

    It sees a site as a whole: a page below which at least three others lie is the index
    of its section. A page whose address leaves a doubt is kept if it is dated.
    """

    version: ClassVar[int] = 1

    #: From this score on, an address is taken for that of a post.
    threshold: float = POST_THRESHOLD
    #: From this score on, a date of publication decides.
    doubtful: float = 0.3

    def __call__(self, documents: Iterable[Document], /) -> Iterator[Document]:
        """Judge each document by its address and those of the others."""
        again = list(documents)
        indexes = section_indexes(document.url for document in again)
        for document in again:
            yield document if document.rejection else self._judged(document, indexes)

    def _judged(self, document: Document, indexes: frozenset[str]) -> Document:
        judged = judge(document.url, document.via)
        if judged.kind in _REASONS:
            return document.reject(_REASONS[judged.kind], judged.why)
        if document.url in indexes:
            return document.reject(Reason.TOPIC_LISTING, "other pages lie below it")
        least = self.threshold if document.published_at is None else self.doubtful
        if judged.score < least:
            detail = f"{judged.why}: {judged.score:.2f}, less than {least}"
            return document.reject(Reason.TOPIC_NOT_A_POST, detail)
        return document
