"""Whether a text is only the beginning of a post, or no post at all: evidence, not a guess."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from lxml.html import HtmlElement

from pipelines.core.urls import document_id, joined, site_of
from pipelines.extract.blocks import Block, blocks, folded, words
from pipelines.extract.container import named
from pipelines.extract.elements import text_in
from pipelines.extract.fragment import links
from pipelines.extract.page import Page

#: What WordPress puts after an excerpt that it makes itself ("excerpt_more" of
#: wp_trim_excerpt), and what themes write for it: an ellipsis in brackets, at the end.
_CUT = re.compile(r"[\[(]\s?(?:\u2026|\.{3}|&hellip;)\s?[\])]\W*$")
_ELLIPSIS = re.compile(r"(?:\u2026|\.\s?\.\s?\.)[\s\u2192\u00bb>\"'\u201d\u2019]*$")
#: Words of a text that its bracketed ellipsis cuts short: wp_trim_excerpt takes 55, and
#: themes and plugins seldom more than 100.
_MOST_CUT = 150
#: Words of a text that is cut short by a bare ellipsis, with which authors end posts too.
_MOST_OPEN = 60
#: Words of a beginning that ends in a link to the rest ("<!--more-->" of WordPress, "jump
#: break" of Blogger): authors place it, mostly after a paragraph or two.
_MOST_LINKED = 400
#: What a link to the rest of a post says, in the languages of the common themes.
_MORE = re.compile(
    r"\W*(?:(?:read|continue|keep|view|see) (?:the |this )?(?:more|reading|rest|full|whole|entire)|"
    r"(?:full|entire) (?:article|post|story)|more|click (?:here )?to (?:read|continue)|"
    r"weiter\s?lesen|mehr (?:lesen|erfahren)|lire (?:la suite|plus)|en savoir plus|"
    r"leer m\u00e1s|seguir leyendo|continuar leyendo|leggi (?:tutto|di pi\u00f9|altro)|"
    r"continua (?:a leggere|la lettura)|ler mais|continuar? (?:lendo|a ler)|"
    r"lees (?:meer|verder)|l\u00e4s (?:mer|vidare)|les mer|l\u00e6s mere|lue lis\u00e4\u00e4|"
    r"czytaj (?:dalej|wi\u0119cej)|devam\u0131n\u0131 oku|"
    r"\u0447\u0438\u0442\u0430\u0442\u044c \u0434\u0430\u043b(?:\u0435\u0435|\u044c\u0448\u0435))"
    r"\b.{0,120}",
    re.IGNORECASE,
)
#: How a page says that the rest is not for everyone, and how the evidence of it begins.
CLOSED = "for subscribers only"
#: The line that Substack, Ghost and others put where a post goes on for those who pay.
_WALL_START = (
    r"this (?:post|article|story|episode|essay|content|page|letter) is "
    r"(?:only )?(?:for|available (?:to|for)|reserved for) (?:our |my )?"
    r"(?:(?:paid|paying|premium|registered) )?(?:subscribers|members|patrons|supporters)"
)
_WALL = re.compile(rf"{_WALL_START}(?: only)?(?: and .{{1,40}})?\W*", re.IGNORECASE)
#: The same in lower case, and letters that are an "s" or an "i" where case is ignored.
_WALL_BYTES = re.compile(_WALL_START.encode())
_ALIKE = tuple(letter.encode() for letter in "\u017f\u0130\u0131")
#: Links "read more" of a page whose addresses are compared before its lines are read.
_MOST_ASKED = 20
#: Words of a container that is as good as empty: a title, a day, "Share this".
_FEW = 10
#: Words of prose outside of a container, from which on the post stands there.
_ELSEWHERE = 60
#: Elements whose own words nobody sees.
_SILENT = frozenset({"script", "style", "noscript", "template", "title"})


def is_excerpt(text: str, page: Page) -> str | None:
    """Why a text is but the beginning of its post, in words; None where it is not.

    A short text is no excerpt for that alone, nor is a post that ends in an ellipsis:
    there must be the ellipsis with which programs cut, a link to the same post that says
    "read more" right after the last words, or a line that names for whom the rest is.
    schema.org's `isAccessibleForFree` is no evidence: newspapers set it on what they show.

    Args:
        text: Paragraphs of the article, as it was extracted.
        page: The page that it was extracted from.
    """
    size = len(words(text))
    if not size:
        return None
    if told := _closed(page) or cut_short(_without_more(text), _MOST_OPEN):
        return told
    if size > _MOST_LINKED:
        return None
    # Few pages have such a link anywhere, so that the lines of the others need not be read.
    if not _may_lead_on(page):
        return None
    found = blocks(page.tree, site_of(page.url))
    for block in _after(text, found):
        if told := leads_on(block, page.url, page.url):
            return told
    return None


def _without_more(text: str) -> str:
    """The text without a last line that only asks to read on, wherever that leads."""
    before, _, last = text.rstrip().rpartition("\n")
    return before.rstrip() if before and _MORE.fullmatch(last) else text


def _closed(page: Page) -> str | None:
    """The line of a page that says that its post goes on for those who pay."""
    # Nearly no page has such words, so that its lines need not be read.
    if not _may_be_closed(page.html):
        return None
    lines = (block.text for block in blocks(page.tree, site_of(page.url)))
    wall = next((line for line in lines if _WALL.fullmatch(line)), None)
    return wall and f'{CLOSED}: "{wall[:60]}"'


def _may_be_closed(html: str) -> bool:
    """Whether a page has such words: found in bytes since that is sooner."""
    written = html.encode("utf-8", "surrogatepass")
    if any(letter in written for letter in _ALIKE):
        return _WALL.search(html) is not None
    return _WALL_BYTES.search(written.lower()) is not None


def cut_short(text: str, most_open: int) -> str | None:
    """Why the end of a text looks cut off by a program; None where it does not.

    Args:
        text: Paragraphs.
        most_open: Words of a text for which a bare ellipsis at its end is taken for a cut.
    """
    end = text[-40:]
    is_cut, is_open = _CUT.search(end) is not None, _ELLIPSIS.search(end) is not None
    size = len(words(text)) if is_cut or is_open else 0
    if is_cut and size <= _MOST_CUT:
        return f"{size} words, then an ellipsis in brackets"
    if is_open and size <= most_open:
        return f"{size} words, then an ellipsis"
    return None


def leads_on(block: Block, base: str, url: str) -> str | None:
    """The words of a line's link to the rest of the post at `url`; None where it has none.

    Args:
        block: The last line of a text, or the one after it.
        base: What its addresses are relative to.
        url: Where the post lies.
    """
    told = (_leads_on(href, said, base, url) for href, said in links(block))
    return next(filter(None, told), None)


def _leads_on(href: str, said: str, base: str, url: str) -> str | None:
    if _stays(href) or not _MORE.fullmatch(said):
        return None
    address = joined(base, href)
    if address and document_id(address) == document_id(url):
        return f'ends in a link "{said[:60]}" to itself'
    return None


def _may_lead_on(page: Page) -> bool:
    """Whether a link anywhere leads on; where very many say so, they are not all followed."""
    asking = (link for link in _links(page) if not _stays(link[0]) and _MORE.fullmatch(link[1]))
    found = list(islice(asking, _MOST_ASKED + 1))
    return len(found) > _MOST_ASKED or any(
        _leads_on(href, said, page.url, page.url) for href, said in found
    )


def _links(page: Page) -> Iterator[tuple[str, str]]:
    """Address and words of all links of a page that lead somewhere."""
    for link in page.elements.tagged("a"):
        if href := link.get("href", "").strip():
            yield href, " ".join(text_in(link).split())


def _stays(href: str) -> bool:
    """Whether a link only opens something on its page; WordPress' own leads to #more-."""
    return not href or (href.startswith("#") and not href.startswith("#more-"))


def _after(text: str, found: Sequence[Block]) -> list[Block]:
    """The line of a page in which a text ends, and the one after it."""
    last = folded(text.rpartition("\n")[2])
    ends = [n for n, block in enumerate(found) if last and last in block.folded]
    return list(found[ends[-1] : ends[-1] + 2]) if ends else []


def container_is_empty(page: Page) -> bool:
    """Whether the page has a container for a post's text, and neither it nor the page any prose.

    What an extractor then gives is the menus of the page.
    """
    containers = named(page.elements)
    if not containers or any(_holds(one) for one in containers):
        return False
    found = blocks(page.tree, site_of(page.url))
    return sum(block.size for block in found if block.is_prose) < _ELSEWHERE


def _holds(container: HtmlElement) -> bool:
    count = 0
    for element in container.iter():
        text = "" if element.tag in _SILENT or not isinstance(element.tag, str) else element.text
        count += len(words(f"{text or ''} {element.tail or ''}"))
        if count >= _FEW:
            return True
    return False
