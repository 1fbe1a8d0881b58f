"""The sentences, headings and captions of an article that an extractor left out."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from lxml.html import HtmlElement

from pipelines.extract.blocks import Block, Held

_FILLED = frozenset({"p", "blockquote", "pre", "div", "figcaption", "dd", "summary"})
#: Who took a picture, which stands with a caption or in place of one.
_CREDIT = re.compile(
    r"\b(?:photo(?:graph|s)?|image|picture|foto|bild|cr[eé]dits?|courtesy|getty|reuters|afp|"
    r"shutterstock|unsplash|pexels|istock)\b|©|credit:",
    re.IGNORECASE,
)
#: What themes call a note of the site inside an article.
_NOTE = re.compile(
    r"(?:^|[\s_-])(?:byline|author|bio|dates?|meta\w*|postmetadata|disclaimer|attribution|cta|"
    r"feedback|rating|dek|excerpt|snippet|published)(?:[\s_-]|$)",
    re.IGNORECASE,
)
#: Blocks between a heading and the line before which it stands, at most.
_NEAR = 3
#: Words of its own sentences that make an element a container of the article.
_CONTAINED = 40
#: Levels between a sentence and its container, at most.
_LEVELS = 4
LEGAL = re.compile(r"^\W*(?:copyright\b|©|\(c\)\s*\d{4})|\ball rights reserved\b", re.IGNORECASE)


def places(page: Sequence[Block], lines: Iterable[str], kept: set[int]) -> list[int]:
    """Numbers of the blocks that belong to an article and are missing from its lines.

    A sentence belongs to it if it stands in an element that holds others of its
    sentences, or in one of the same make; a heading, if such a sentence or a kept line
    follows.

    Args:
        page: The blocks of the page.
        lines: What an extractor gave, kept or not.
        kept: Numbers of the blocks whose lines are kept; not empty.

    Returns:
        The numbers, rising.
    """
    containers = _Containers(page[place] for place in kept)
    held = Held(lines)
    found: list[int] = []
    following = len(page) + _NEAR
    for place in range(len(page) - 1, -1, -1):
        block = page[place]
        if place in kept:
            following = place
        elif block.is_aside or block.is_link or block in held:
            continue
        elif block.is_prose and containers.hold(block) and not _is_apart(block):
            found.append(place)
            following = place
        elif block.is_heading and following - place <= _NEAR and min(kept) <= place:
            found.append(place)
    return found[::-1]


def _is_apart(block: Block) -> bool:
    """Whether a sentence in the article is no part of it: a credit, a note of the site."""
    if block.tag not in _FILLED or LEGAL.search(block.text):
        return True
    names = block.element.get("class", "")
    is_caption = block.tag == "figcaption" or "caption" in names
    return _CREDIT.search(block.text) is not None if is_caption else _NOTE.search(names) is not None


class _Containers:
    """The elements that hold the sentences of an article, and others of their make."""

    def __init__(self, found: Iterable[Block]) -> None:
        sizes: Counter[HtmlElement] = Counter()
        for block in found:
            parent = block.element.getparent()
            if parent is not None and block.is_prose:
                sizes[parent] += block.size
        self._elements = {element for element, size in sizes.items() if size >= _CONTAINED}
        self._makes = {_make(element) for element in self._elements} - {None}

    def hold(self, block: Block) -> bool:
        """Whether the block stands in one of them."""
        element = block.element.getparent()
        for _ in range(_LEVELS):
            if element is None:
                return False
            if element in self._elements or _make(element) in self._makes:
                return True
            element = element.getparent()
        return False


def _make(element: HtmlElement) -> tuple[str, ...] | None:
    """Tag and classes of an element and of the one around it; None where it has no class."""
    own = element.get("class")
    outer = element.getparent()
    if not own or outer is None:
        return None
    return (element.tag, own, outer.tag, outer.get("class", ""))
