"""The tree of a page, made once for all who read it: its permission, its links, its words."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from lxml import etree
from w3lib.encoding import html_to_unicode

from pipelines.core.model import Capture

#: Bytes up to which one tree serves all. Of a longer page, each reads as much as it needs.
SHARED_BYTES = 512 * 1024
#: What no tree may hold, in UTF-8.
_CONTROLS = bytes({*range(0x20)} - set(b"\t\n\r"))
#: What holds markup that is not part of the page.
_ASIDE = ("template", "noscript", "script", "style", "textarea")


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    """A page's tree."""

    #: None where none can be made of it.
    root: etree._Element | None
    #: Whether it was made of the very bytes that were sent.
    is_as_sent: bool


class Shown:
    """The markup of a page that is part of it.

    Args:
        root: The tree, which stays as it is.
    """

    __slots__ = ("_aside", "_root")

    def __init__(self, root: etree._Element) -> None:
        self._root = root
        self._aside: set[etree._Element] = set()
        for outer in root.iter(*_ASIDE):
            if outer not in self._aside:
                self._aside.update(outer.iterdescendants())

    def elements(self, tag: str) -> Iterator[etree._Element]:
        """Those of a name, in the order of the page."""
        found = self._root.iter(tag)
        return (element for element in found if element not in self._aside)


def shared(capture: Capture) -> Markup | None:
    """The tree of a page for all who read it; None where the page is too long for that."""
    return parsed(capture, SHARED_BYTES) if len(capture.body) <= SHARED_BYTES else None


def parsed(capture: Capture, most: int) -> Markup:
    """The tree of the first bytes of a page, read in the encoding that a browser would take.

    Args:
        capture: The page.
        most: Bytes of it that are read.
    """
    body = capture.body[:most]
    _, text = html_to_unicode(capture.header("content-type") or None, body)
    source = text.encode("utf-8", errors="replace").translate(None, _CONTROLS)
    return Markup(root=tree(source), is_as_sent=source == capture.body)


def tree(source: bytes) -> etree._Element | None:
    """The tree of HTML in UTF-8; a broken one holds what can be read."""
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(source, parser=parser)
    except (etree.XMLSyntaxError, ValueError, AssertionError):
        return None


def pieces(element: etree._Element) -> Iterator[str]:
    """What is written in an element, piece by piece."""
    # The stubs say bytes as well, which only Python 2 had.
    return cast("Iterator[str]", element.itertext())
