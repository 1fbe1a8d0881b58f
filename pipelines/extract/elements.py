"""The elements of a page, collected once for all who look some of them up."""

from collections.abc import Callable
from functools import cache, cached_property, lru_cache
from typing import Any, cast

from lxml.etree import XPath
from lxml.html import HtmlElement


def compiled(expression: str) -> Callable[[HtmlElement], list[Any]]:
    """An XPath that finds elements or plain strings, which need no element to be made."""
    return cast("Callable[[HtmlElement], list[Any]]", XPath(expression, smart_strings=False))


#: Characters of the longest name that is remembered, and more than any theme has of these.
_LONG_NAME = 200
_MOST_NAMES = 4096


def remembered(tells: Callable[[str], bool]) -> Callable[[str], bool]:
    """What is told of a class or an id, remembered: themes give one to hundreds of elements."""
    known = lru_cache(maxsize=_MOST_NAMES)(tells)
    # Long ones are no names at all and would only fill the memory.
    return lambda name: known(name) if len(name) < _LONG_NAME else tells(name)


#: The words of an element and of all in it, without those after it.
_WORDS = XPath("string()", smart_strings=False)


@cache
def _with(attribute: str) -> Callable[[HtmlElement], list[Any]]:
    """Finds the elements of a page with an attribute much sooner than by asking each."""
    return compiled(f"descendant-or-self::*[@{attribute}]")


class Elements:
    """All elements of one page in reading order, by what they are.

    As long as it lives, the tree does not make its elements anew for every reader, which
    costs more than most of them do with an element.
    """

    def __init__(self, tree: HtmlElement) -> None:
        # A page without a frame is a part of what was parsed; what is around it counts too.
        root = tree.getroottree().getroot()
        self.all: list[HtmlElement] = list(root.iter("*"))
        self._having: dict[str, list[tuple[HtmlElement, str]]] = {}
        self._tagged: dict[str, list[HtmlElement]] = {}
        for element in self.all:
            self._tagged.setdefault(element.tag, []).append(element)

    def tagged(self, tag: str) -> list[HtmlElement]:
        """The elements of a tag; nobody may change the list."""
        return self._tagged.get(tag, [])

    def having(self, attribute: str) -> list[tuple[HtmlElement, str]]:
        """The elements with an attribute, and its value; nobody may change the list."""
        if attribute not in self._having:
            found = _with(attribute)(self.all[0])
            self._having[attribute] = [(one, one.get(attribute, "")) for one in found]
        return self._having[attribute]

    def in_order(self, *parts: list[HtmlElement]) -> list[HtmlElement]:
        """The elements of several lists that are each in reading order, in that order."""
        filled = [part for part in parts if part]
        if len(filled) < 2:  # noqa: PLR2004 - nothing to merge
            return filled[0] if filled else []
        known = {element for part in filled for element in part}
        return [element for element in self.all if element in known]

    @cached_property
    def in_body(self) -> list[HtmlElement]:
        """All elements inside of a body."""
        outermost = (
            body for body in self.tagged("body") if next(body.iterancestors("body"), None) is None
        )
        return [element for body in outermost for element in body.iterdescendants("*")]

    @cached_property
    def headings(self) -> list[HtmlElement]:
        """The main headings inside of a body."""
        return [element for element in self.in_body if element.tag == "h1"]

    def meta(self, name: str, *attributes: str) -> list[str]:
        """What meta elements of a name say, the name being in one of the attributes."""
        return [
            content
            for element in self.tagged("meta")
            if (content := element.get("content")) is not None
            and any(element.get(attribute) == name for attribute in attributes)
        ]


def text_in(element: HtmlElement) -> str:
    """The words of an element and of all in it, as `text_content` gives them."""
    return str(_WORDS(element))
