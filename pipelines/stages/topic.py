"""Whether a page is a post at all, and whether it is about therapy."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import ClassVar

from pipelines.core.document import Document
from pipelines.core.errors import ConfigError
from pipelines.core.page_kind import CERTAIN, Company, Verdict, verdict
from pipelines.core.posts import PageKind, judge, section_indexes
from pipelines.core.reasons import Reason
from pipelines.core.subject import Finding, find

_SUBJECTS = ("therapy", "any")
#: Pages of a site that are marked alike before this says anything of another.
_ENOUGH = 3
#: Words of a post below which it says nothing of the subject of its site.
_FEW_WORDS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Rejects pages that are no posts, and posts that are not about therapy.

    It sees a site as a whole: what a listing of the site names is a post, a page below
    which at least three others lie is an index, and a page that leaves a doubt is
    likened to those of its site that leave none.
    """

    version: ClassVar[int] = 2

    #: "therapy", or "any" for posts about anything.
    subject: str = "therapy"
    #: Subject score (0 to 1) from which a post is about therapy.
    least_score: float = 0.4
    #: Median score from which a site is; a median of posts errs less than a single score.
    least_of_site: float = 0.28
    #: Score from which a post of such a site is.
    least_among_others: float = 0.05
    #: Words of a post below which its score says too little to turn it down.
    least_words: int = 150

    def __post_init__(self) -> None:
        """Take no other subject.

        Raises:
            ConfigError: The subject is neither of the two.
        """
        if self.subject not in _SUBJECTS:
            message = f'topic.subject must be "therapy" or "any", not "{self.subject}".'
            raise ConfigError(message)

    def __call__(self, documents: Iterable[Document], /) -> Iterator[Document]:
        """Judge each document by itself and by the others of its site."""
        again = list(documents)
        sites: dict[str, list[Document]] = defaultdict(list)
        for document in again:
            sites[document.site].append(document)
        judged = {name: iter(list(self._site(site))) for name, site in sites.items()}
        return (next(judged[document.site]) for document in again)

    def _site(self, documents: Sequence[Document]) -> Iterator[Document]:
        verdicts = _verdicts(documents)
        findings = [
            find(document.title or "", document.text, document.language) for document in documents
        ]
        scores = [
            found.score
            for document, found, judged in zip(documents, findings, verdicts, strict=True)
            if found and judged.reason is None and document.word_count >= _FEW_WORDS
        ]
        is_ours = len(scores) >= _ENOUGH and median(scores) >= self.least_of_site
        least = self.least_among_others if is_ours else self.least_score
        for document, judged, found in zip(documents, verdicts, findings, strict=True):
            yield document if document.rejection else self._told(document, judged, found, least)

    def _told(
        self, document: Document, judged: Verdict, found: Finding | None, least: float
    ) -> Document:
        if found is not None:
            document = replace(document, subject_score=found.score)
        if judged.reason is not None:
            return document.reject(judged.reason, judged.why)
        is_long = document.word_count >= self.least_words
        if self.subject == "any" or found is None or found.score >= least or not is_long:
            return document
        terms = ", ".join(found.terms) or "no term of it"
        return document.reject(
            Reason.TOPIC_OFF_SUBJECT, f"{found.score:.2f}, less than {least}: {terms}"
        )


def _verdicts(documents: Sequence[Document]) -> list[Verdict]:
    """The verdict on each page of one site, those rejected already among them."""
    indexes = section_indexes(document.url for document in documents)
    listed = {_plain(url) for document in documents for url in document.signs.listed}
    homes = {document.text for document in documents if document.text and _is_home(document)}
    first = [_company(document, indexes, listed, homes) for document in documents]
    alone = [verdict(document, company) for document, company in zip(documents, first, strict=True)]
    likeness = _likeness(documents, alone)
    likely = [likeness.get(_marks(document), 0.0) for document in documents]
    return [
        verdict(document, replace(company, likeness=like))
        if like and abs(found.score) < CERTAIN
        else found
        for document, company, found, like in zip(documents, first, alone, likely, strict=True)
    ]


def _is_home(document: Document) -> bool:
    return judge(document.url, document.via).kind is PageKind.HOME


def _company(
    document: Document, indexes: frozenset[str], listed: set[str], homes: set[str]
) -> Company:
    """What the site says of one of its pages."""
    return Company(
        is_listed=_plain(document.url) in listed,
        is_index=document.url in indexes,
        is_home_again=document.text in homes,
    )


def _plain(url: str) -> str:
    """The address without scheme, "www." and what follows its path."""
    _, _, rest = url.partition("://")
    return rest.partition("?")[0].partition("#")[0].removeprefix("www.").rstrip("/").lower()


def _marks(document: Document) -> tuple[object, ...]:
    """How a page is marked up: pages of one template agree in it."""
    signs = document.signs
    return (
        signs.template,
        min(signs.articles, 2),
        signs.dated,
        signs.comments,
        signs.neighbours,
        signs.byline,
        signs.filed,
        signs.og_type,
        signs.json_ld_types,
    )


def _likeness(
    documents: Sequence[Document], found: Sequence[Verdict]
) -> dict[tuple[object, ...], float]:
    """Per way of markup, the share of certain posts less that of certain other pages."""
    counts: dict[tuple[object, ...], Counter[bool]] = defaultdict(Counter)
    for document, judged in zip(documents, found, strict=True):
        if abs(judged.score) >= CERTAIN:
            counts[_marks(document)][judged.reason is None] += 1
    # A page without any mark is like no other.
    return {
        marks: (seen[True] - seen[False]) / seen.total()
        for marks, seen in counts.items()
        if seen.total() >= _ENOUGH and any(marks)
    }
