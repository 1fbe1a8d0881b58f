"""What kind of page a document is: one judgement from address, markup, words and site.

Each piece of evidence moves a score; the strongest pieces are told with the judgement.
The weights are ours: they are set so that one sign that a publishing system writes on
purpose (a post's template, a dated Article) outweighs the shape of an address, and that
an address with a date or a directory of posts needs no markup at all.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from pipelines.core import page_words as words
from pipelines.core.document import Document
from pipelines.core.letters import folded, small
from pipelines.core.model import Via
from pipelines.core.posts import Judgement, PageKind, judge
from pipelines.core.reasons import Reason
from pipelines.core.recall import recalled
from pipelines.core.signs import Signs, Template
from pipelines.core.url_shape import Path

#: From this score on, a page is a post.
THRESHOLD = 0.5
#: From this score on, and down to its negative, a page is one that others may be likened to.
CERTAIN = 2.5
_NAMED = frozenset({Via.FEED, Via.ENUMERATION, Via.POST_SITEMAP})
#: The score of an address with a date or a directory of posts in it.
_IN_A_BLOG = 0.8
_MOST_TEXT = 60_000
_FEW_WORDS = 40
_SHORT = 100
_VERY_SHORT = 75
#: Fields of the longest form that stands below a post; more are a questionnaire.
_QUESTIONS = 10
_FEW_PARAGRAPHS = 2
#: Dashes of a slug that is too long for the name of a page of a practice (core.url_shape).
_LONG_NAME = 5
#: Words of a line that is prose, not a label.
_LONG = 20
_LINKED = 0.4
#: What a thousand words of prose say.
_PROSE = 0.9
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """What the other pages of its site say of a page."""

    #: A listing of posts links to it.
    is_listed: bool = False
    #: Other pages lie below it.
    is_index: bool = False
    #: The share of posts, less that of other pages, among those marked up alike; -1 to 1.
    likeness: float = 0.0
    #: It has the text of the home page: the site is one page under many addresses.
    is_home_again: bool = False


ALONE = Company()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a page is; `reason` is None for a post."""

    reason: Reason | None
    score: float
    why: str


def verdict(document: Document, company: Company = ALONE) -> Verdict:
    """Judge what kind of page a document is.

    Args:
        document: As extracted, with its text cleaned of what recurs over the site.
        company: What the rest of its site says.
    """
    judged = judge(document.url, document.via)
    if settled := _settled(document, judged, company):
        return settled
    evidence = sorted(_evidence(document, judged, company), key=lambda one: (-abs(one[0]), one[1]))
    score = round(sum(weight for weight, _ in evidence), 2)
    told = ", ".join(f"{what} {weight:+.1f}" for weight, what in evidence[:4])
    if document.via in _NAMED and judged.score > 0:
        return Verdict(reason=None, score=max(score, CERTAIN), why=judged.why)
    if score >= THRESHOLD:
        return Verdict(reason=None, score=score, why=told)
    return Verdict(reason=_kind(document), score=score, why=f"{told or judged.why}: {score:.2f}")


def _settled(document: Document, judged: Judgement, company: Company) -> Verdict | None:
    """The verdict where one sign is enough, whatever the others say."""
    signs = document.signs
    rules = (
        (judged.kind is PageKind.HOME, Reason.TOPIC_HOME, judged.why),
        (judged.kind is PageKind.LISTING, Reason.TOPIC_LISTING, judged.why),
        (company.is_index, Reason.TOPIC_LISTING, "other pages lie below it"),
        (_is_embed(document.url, judged), Reason.TOPIC_EMBED, judged.why),
        (signs.refresh and document.word_count < _FEW_WORDS, Reason.TOPIC_STUB, "it forwards"),
    )
    for holds, reason, why in rules:
        if holds:
            return Verdict(reason=reason, score=-CERTAIN, why=str(why))
    if document.via in _NAMED:
        return None
    said = f'marked up as "{signs.template_from}"'
    by_template = {
        Template.HOME: Reason.TOPIC_HOME,
        Template.PRODUCT: Reason.TOPIC_SHOP,
        Template.UTILITY: Reason.TOPIC_UTILITY,
    }
    if (kind := by_template.get(signs.template)) and not _is_article(signs):  # type: ignore[arg-type]
        return Verdict(reason=kind, score=-CERTAIN, why=said)
    # Systems other than WordPress write these words on the posts of a blog as well.
    is_vague = signs.template_from in words.VAGUE_CLASSES and judged.score >= _IN_A_BLOG
    if signs.template is Template.LISTING and not _is_article(signs) and not is_vague:
        return Verdict(reason=Reason.TOPIC_LISTING, score=-CERTAIN, why=said)
    return None


def _is_embed(url: str, judged: Judgement) -> bool:
    if judged.why != "not for readers":
        return False
    return any(step.startswith(("embed", "oembed")) for step in Path(url).steps)


def _is_article(signs: Signs) -> bool:
    return not words.ARTICLES.isdisjoint(signs.json_ld_types)


def _evidence(
    document: Document, judged: Judgement, company: Company
) -> Iterator[tuple[float, str]]:
    yield round((judged.score - 0.5) * 4, 2), judged.why
    yield from _of_markup(document)
    yield from _of_lists(document.signs)
    yield from _of_words(document, judged)
    if company.is_listed:
        yield 2.5, "named by a listing"
    if company.likeness:
        yield round(1.5 * company.likeness, 2), "marked up like others of its site"
    if company.is_home_again:
        yield -2.5, "the text of the home page"


def _of_markup(document: Document) -> Iterator[tuple[float, str]]:
    signs = document.signs
    single = signs.articles == 1 and signs.template is not Template.PAGE
    rules = (
        (signs.template is Template.POST, 3.0, f'marked up as "{signs.template_from}"'),
        (signs.template is Template.PAGE, -2.5, f'marked up as "{signs.template_from}"'),
        (_is_article(signs), 2.0, "JSON-LD of an article"),
        (signs.dated, 0.7, "a marked date"),
        (_is_dated(document), 1.2, "dated"),
        (signs.comments, 0.7, "comments"),
        (signs.neighbours, 1.0, "links to the posts beside it"),
        (signs.byline, 0.7, "a byline"),
        (signs.filed, 0.7, "filed under topics"),
        (single, 0.8, "one article"),
        (signs.og_type == "product", -2.0, "og:type product"),
        (signs.cart, -1.0, "a cart"),
        (signs.canonical_home, -2.5, "its canonical address is the home page"),
    )
    yield from ((weight, what) for holds, weight, what in rules if holds)
    if not _is_article(signs):
        yield from (
            (-1.0, f"JSON-LD {name}") for name in signs.json_ld_types if name in words.KINDS
        )


def _of_lists(signs: Signs) -> Iterator[tuple[float, str]]:
    least = 3
    lists = signs.articles >= least or signs.more_links >= least
    # Posts carry teasers of related ones below them, so that a marked post may have them.
    if lists and signs.template is not Template.POST and not _is_article(signs):
        yield -1.5, "teasers of other pages"
    elif signs.teasers > least and not _is_article(signs):
        yield -0.7, "headings that are links"
    if signs.link_density > _LINKED and signs.paragraphs < least:
        # Half of the words of a list of links, a twentieth of those of a post.
        yield -1.5, "mostly links"
    if signs.fields > least and not signs.comments:
        yield -2.0 if signs.fields > _QUESTIONS else -0.5, f"a form of {signs.fields} fields"


def _of_words(document: Document, judged: Judgement) -> Iterator[tuple[float, str]]:
    signs = document.signs
    if document.word_count < _SHORT:
        is_marked = (
            signs.template is Template.POST
            or _is_article(signs)
            or signs.byline
            or (_is_dated(document) and signs.articles == 1)
        )
        in_a_blog = judged.score >= _IN_A_BLOG
        few = document.word_count < _VERY_SHORT and not (is_marked or in_a_blog)
        yield -2.0 if few else -0.6, f"{document.word_count} words"
    offers, is_prose = _wording(document.text[:_MOST_TEXT])
    per_page = offers * 300 / max(document.word_count, 150)
    if offers > 1 and per_page > 1:
        yield -round(min(per_page * 0.4, 2.0), 2), f"{offers} offers"
    elif signs.link_density < _LINKED and is_prose:
        # Practices write long pages too, but seldom date them.
        most = 2.0 if _is_dated(document) else 1.0
        yield round(min(document.word_count / 1000, most) * _PROSE, 2), "prose"
    if _is_local(document):
        yield -1.5, "a heading that names a place"
    heading = _slug_of(signs.heading)
    if heading.partition("-")[0] in words.GREETINGS:
        yield -1.0, "a heading that greets"
    if heading.count("-") < _LONG_NAME and _is_practice(heading):
        yield -1.5, "the name of a page of the practice"


def _is_dated(document: Document) -> bool:
    """Whether it says when it was written; a day on which it was changed will do."""
    return document.published_at is not None or document.modified_at is not None


def _is_local(document: Document) -> bool:
    """Whether its heading or title is that of a page for one place."""
    return any(words.PLACE.search(name) for name in (document.signs.heading, document.title or ""))


@recalled
def _wording(text: str) -> tuple[int, bool]:
    """How many offers a text makes, and whether it has lines enough that are prose."""
    long = (line for line in text.splitlines() if len(line.split()) >= _LONG)
    is_prose = next(islice(long, _FEW_PARAGRAPHS, None), None) is not None
    return len(words.OFFERS.findall(small(text))), is_prose


def _kind(document: Document) -> Reason:
    """The kind of a page that is no post, where it can be told."""
    try:
        slug = Path(document.url).slug
    except ValueError:
        return Reason.TOPIC_NOT_A_POST
    for name in (slug, _slug_of(document.signs.heading)):
        if _is_practice(name):
            return _named(name)
    types = () if _is_article(document.signs) else document.signs.json_ld_types
    if told := next((words.KINDS[name] for name in types if name in words.KINDS), None):
        return told
    if _is_local(document):
        return Reason.TOPIC_LANDING
    if document.signs.articles > 2 or document.signs.more_links > 2:  # noqa: PLR2004 - a list
        return Reason.TOPIC_LISTING
    return Reason.TOPIC_NOT_A_POST


def _is_practice(name: str) -> bool:
    """Whether a slug is the name of a page of a practice."""
    return judge(f"http://site.example/{name}", Via.IMPORT).why == "a page of the practice"


def _named(name: str) -> Reason:
    parts = set(name.split("-"))
    found = (reason for reason, known in words.NAMES.items() if known & parts)
    return next(found, Reason.TOPIC_UTILITY)


def _slug_of(text: str) -> str:
    """The slug that a page of this name would have."""
    return "-".join(_WORD.findall(folded(text[:200])))
