"""The sentences, headings and captions of an article that an extractor left out."""

import re
from collections import Counter
from collections.abc import Container, Sequence

from lxml.html import HtmlElement

from pipelines.extract.blocks import Block
from pipelines.extract.container import is_named

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
#: Words of the longest label that is no caption.
_LABEL = 2
#: A container with a larger share of its sentences read has only notes of the site left.
_MOST_READ = 0.75
#: Blocks between a heading and the line before which it stands, at most.
_NEAR = 3
#: Words of its own sentences that make an element a container of the article.
_CONTAINED = 40
#: Levels between a sentence and its container, at most.
_LEVELS = 6
LEGAL = re.compile(r"^\W*(?:copyright\b|©|\(c\)\s*\d{4})|\ball rights reserved\b", re.IGNORECASE)


def places(page: Sequence[Block], held: Container[Block], kept: set[int]) -> list[int]:
    """Numbers of the blocks that belong to an article and are missing from its lines.

    A sentence belongs to it if it stands in an element that holds others of its
    sentences, or in one of the same make; a heading, if such a sentence or a kept line
    follows.

    Args:
        page: The blocks of the page.
        held: The blocks that an extractor gave, kept or not.
        kept: Numbers of the blocks whose lines are kept; not empty.

    Returns:
        The numbers, rising.
    """
    containers = _Containers(page, kept)
    found: list[int] = []
    following = len(page) + _NEAR
    for place in range(len(page) - 1, -1, -1):
        block = page[place]
        if place in kept:
            following = place
        elif block.is_aside or block.is_link or block in held:
            continue
        elif containers.hold(block) and not _is_apart(block):
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


class _Named:
    """The elements around others that are known to hold the text of a post and nothing else."""

    def __init__(self) -> None:
        self._around: dict[HtmlElement, HtmlElement | None] = {}

    def of(self, element: HtmlElement) -> HtmlElement | None:
        """The innermost such element around one; None where there is none."""
        parent = element.getparent()
        if parent is None:
            return None
        if parent not in self._around:
            outer = (parent, *parent.iterancestors())
            self._around[parent] = next(filter(is_named, outer), None)
        return self._around[parent]


class _Containers:
    """The elements that hold the sentences of an article, and others of their make."""

    def __init__(self, page: Sequence[Block], kept: set[int]) -> None:
        sizes: Counter[HtmlElement] = Counter()
        for block in (page[place] for place in kept):
            parent = block.element.getparent()
            if parent is not None and block.is_prose:
                sizes[parent] += block.size
        self._elements = {element for element, size in sizes.items() if size >= _CONTAINED}
        self._makes = {_make(element) for element in self._elements} - {None}
        self._around = _Named()
        self._elements |= _half_read(page, kept, self._around)
        self._named = {self._around.of(page[place].element) for place in kept} - {None}

    def hold(self, block: Block) -> bool:
        """Whether the block belongs to the article by the element in which it stands."""
        if block.tag == "figcaption" and block.size > _LABEL:
            return self._are_around(block.element) or self._around.of(block.element) in self._named
        return block.is_prose and self._are_around(block.element)

    def _are_around(self, element: HtmlElement | None) -> bool:
        for _ in range(_LEVELS):
            element = None if element is None else element.getparent()
            if element is None:
                return False
            if element in self._elements or _make(element) in self._makes:
                return True
        return False


def _half_read(page: Sequence[Block], kept: set[int], around: _Named) -> set[HtmlElement]:
    """The containers that are known by name and of whose sentences many are missing."""
    whole: Counter[HtmlElement] = Counter()
    read: Counter[HtmlElement] = Counter()
    for place, block in enumerate(page):
        container = around.of(block.element) if block.is_prose else None
        if container is not None:
            whole[container] += block.size
            read[container] += block.size if place in kept else 0
    return {one for one, size in whole.items() if 0 < read[one] < _MOST_READ * size}


def _make(element: HtmlElement) -> tuple[str, ...] | None:
    """Tag and classes of an element and of the one around it; None where it has no class."""
    own = element.get("class")
    outer = element.getparent()
    if not own or outer is None:
        return None
    return (element.tag, own, outer.tag, outer.get("class", ""))
