"""The words of a page's article, and how sure we are of them."""

import re
from copy import copy
from dataclasses import dataclass
from enum import Enum
from functools import partial
from itertools import pairwise

from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import Extractor

from pipelines.core.urls import site_of
from pipelines.extract.blocks import Block, blocks, words
from pipelines.extract.container import container
from pipelines.extract.fragment import text_of
from pipelines.extract.hidden import hidden_body
from pipelines.extract.lines import edited
from pipelines.extract.page import Page, page_of_one_article
from pipelines.extract.reading import Held, Said

#: How trafilatura writes a row of a table.
_TABLE_ROW = re.compile(r"^\|(.*)\|$")
#: Below this share of a page's prose, a reading may have missed the article.
_COVERED = 0.6
_DOUBTFUL = 0.25
#: Below this, none has found it, if there is many times as much prose as it found words.
_MISSED = 0.1
_MANY_TIMES = 3
#: Readings whose words are further apart than this do not agree.
_FAR = 2
_FEW = 50
#: What parts a title from the name of its site.
_SITE_NAME = re.compile(r"\s+[|\u2013\u2014\u00b7\u00bb-]\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The article of a page."""

    #: Paragraphs separated by a blank line, in reading order; may be empty.
    text: str
    #: How well the readings of the page agree, 0 to 1: words of the shortest by those of
    #: the longest.
    confidence: float
    #: Why no reading can be believed, in words; empty where one can.
    dispute: str = ""
    #: Whether it stands in a script of the page, where no reader of its markup sees it.
    is_hidden: bool = False


# Made once: each reads the library's configuration file.
_options = partial(Extractor, output_format="python", comments=False)


class _Setting(Enum):
    """Settings of trafilatura in which a page is read, the one that is right most often first."""

    QUICK = _options(fast=True, recall=True)
    RECALL = _options(recall=True)
    BALANCED = _options()


def article(page: Page, title: str | None) -> Body:
    """The article of a page, from its markup or, where that shows little of it, a script."""
    shown = body(page, title)
    hidden = hidden_body(page)
    text = text_of(hidden, site_of(page.url)) if hidden else ""
    if len(words(text)) > _FAR * len(words(shown.text)):
        return Body(text=text, confidence=1.0, is_hidden=True)
    return shown


def body(page: Page, title: str | None) -> Body:
    """Extract the article from a page's markup, comments and its own title left out."""
    found = blocks(page.tree, site_of(page.url))
    prose = [block for block in found if block.is_prose]
    within = _within(page, prose)
    readings = [within] if within else _readings(page.tree, prose)
    lines = _chosen(readings, found, prose)
    sizes = _sizes(readings)
    spread = sorted([*sizes, _size(lines)])
    return Body(
        text="\n\n".join(edited(lines, found, _titles(page, title))),
        confidence=round(spread[0] / max(spread[-1], 1), 4),
        dispute=_dispute(sizes),
    )


def _within(page: Page, prose: list[Block]) -> list[Said]:
    """A reading of the element that holds the post, where that shows enough of the page.

    It is a fraction of the page, and of what a reading takes; what stands beside the post
    cannot be taken for a part of it.
    """
    holder = container(page.elements, prose)
    lines = [] if holder is None else _read(_framed(holder), _Setting.QUICK)
    return lines if _size(lines) >= _FEW and _covered(lines, prose) >= _COVERED else []


def _framed(element: HtmlElement) -> HtmlElement:
    """A page with nothing but an element, which trafilatura takes for the article of it."""
    article = page_of_one_article()
    inner = copy(element)
    inner.tail = None
    article.append(inner)
    return article.getroottree().getroot()


def _readings(tree: HtmlElement, prose: list[Block]) -> list[list[Said]]:
    """As many readings of a whole page as it takes to believe one of them."""
    readings = [_read(tree, _Setting.QUICK)]
    covered = _covered(readings[0], prose)
    if covered < _COVERED:
        readings.append(_read(tree, _Setting.RECALL))
        # The third takes longer than both, and decides only where they leave a doubt.
        if covered < _DOUBTFUL or _dispute(_sizes(readings)):
            readings.append(_read(tree, _Setting.BALANCED))
    return readings


def _sizes(readings: list[list[Said]]) -> list[int]:
    return sorted(map(_size, readings))


def _dispute(sizes: list[int]) -> str:
    """Whether no two of the readings are within twice each other's length."""
    if len(sizes) == 1 or any(longer <= _FAR * shorter for shorter, longer in pairwise(sizes)):
        return ""
    return f"readings of {', '.join(map(str, sizes))} words"


def _chosen(readings: list[list[Said]], found: list[Block], prose: list[Block]) -> list[Said]:
    best = readings[0]
    if len(readings) == 1:
        return best
    if _covered(best, prose) < _DOUBTFUL:
        # A reading that holds all of the first and more has only taken in what is beside it.
        others = [lines for lines in readings if not set(best) <= set(lines)]
        best = max([best, *others], key=lambda lines: _covered(lines, prose))
    is_missed = _covered(best, prose) < _MISSED
    if is_missed and sum(block.size for block in prose) > _MANY_TIMES * max(_size(best), _FEW):
        return _plain(found)
    return best


def _covered(lines: list[Said], prose: list[Block]) -> float:
    """The share of a page's prose, by words, that a reading holds."""
    held = Held(line.folded for line in lines)
    total = sum(block.size for block in prose)
    return sum(block.size for block in prose if block in held) / total if total else 1.0


def _size(lines: list[Said]) -> int:
    return sum(line.size for line in lines)


def _plain(found: list[Block]) -> list[Said]:
    """The page's own lines from its first sentence to its last, where no setting finds them."""
    lines = [block for block in found if not block.is_aside and not block.is_link]
    places = [place for place, block in enumerate(lines) if block.is_prose]
    return list(map(Said.as_shown, lines[places[0] : places[-1] + 1]))


def _titles(page: Page, title: str | None) -> list[str]:
    """What a page calls itself: its title, and that without the name of the site."""
    named = ["".join(heading.itertext()) for heading in page.tree.iter("h1")]
    for text in page.tree.xpath('//meta[@property="og:title"]/@content | //title/text()'):
        named += [str(text), _SITE_NAME.split(str(text))[0]]
    return [*named, title or ""]


def _read(tree: HtmlElement, setting: _Setting) -> list[Said]:
    found = bare_extraction(tree, options=setting.value)
    text = "" if found is None or isinstance(found, dict) else found.text or ""
    lines = (_TABLE_ROW.sub(_cells, line.strip()).strip() for line in text.split("\n"))
    return [Said.of(line) for line in lines if line]


def _cells(row: re.Match[str]) -> str:
    """A row of a table as prose: captions of pictures are such rows on Blogger."""
    return " ".join(cell.strip() for cell in row[1].split("|") if cell.strip(" -"))
