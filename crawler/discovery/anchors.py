"""The links of an HTML page with what their place says of them; reads HTML, judges nothing."""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from lxml import etree

from pipelines.core import markup
from pipelines.core.markup import Markup
from pipelines.core.model import Capture
from pipelines.core.urls import joined

#: Bytes of a page that are read for its links.
_MOST_BYTES = 4 * 1024 * 1024
#: Anchors of one page that are looked at; only traps have more.
_MAX_ANCHORS = 20_000
#: Characters of a link's text that are kept: no label of a link is longer.
_MAX_TEXT = 200
#: Ancestors that are looked at for the place of a link.
_MAX_DEPTH = 64

_CONTENT_TAGS = frozenset({"article", "main"})
_NAVIGATION_ROLES = frozenset(
    {"navigation", "menu", "menubar", "banner", "contentinfo", "complementary"}
)
#: Whole names of classes and ids; parts of names would hit "has-sidebar" on the content.
_NAVIGATION_NAME = re.compile(
    r"(?:main-|site-|primary-|secondary-|top-|footer-|mobile-|header-|page-|global-)?"
    r"(?:nav|navbar|navigation|menu|submenu|sub-menu|sidebar|breadcrumbs?|footer|header)"
    r"(?:-(?:menu|list|nav|bar|links|wrap|wrapper|container|inner|area|widget|widgets))?"
)
#: Headers and footers of an article hold its title and the links to its neighbours.
_EITHER = frozenset({"header", "footer"})
_HEADINGS = ("h1", "h2", "h3", "h4")
_COMMENT = re.compile(
    r"#(?:comments?|respond|disqus)|[?&](?:replytocom|showComment)=", re.IGNORECASE
)
_NONE: frozenset[str] = frozenset()
_REFRESH = re.compile(r"\s*[0-5]\s*[;,]\s*url\s*=\s*['\"]?([^'\"]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What a link says of itself."""

    #: What is written on it, in lower case, white space collapsed.
    text: str
    rel: frozenset[str]
    #: Its own classes and those of the two elements around it, in lower case.
    classes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor(Label):
    """One link of a page."""

    url: str
    #: Whether it lies in a navigation bar, header, footer or sidebar.
    in_navigation: bool
    #: Whether it is in or around a heading, or in an article.
    is_title: bool = False
    #: Media type that a ``<link>`` announces, and its title.
    type: str = ""
    title: str = ""


class Page:
    """An HTML page that has been parsed; a broken one has as many links as can be read.

    Args:
        capture: The page.
        parsed: Its tree, where somebody has made it.
    """

    __slots__ = ("_base", "_root")

    def __init__(self, capture: Capture, parsed: Markup | None = None) -> None:
        self._root = (parsed or markup.parsed(capture, _MOST_BYTES)).root
        self._base = capture.url
        for element in self._elements("base"):
            if href := element.get("href"):
                self._base = joined(capture.url, href) or capture.url
                break

    def meta(self, name: str) -> str:
        """The content of the first ``<meta>`` of that name, in lower case, or nothing."""
        for element in self._elements("meta"):
            if name in {element.get("name", "").lower(), element.get("http-equiv", "").lower()}:
                return element.get("content", "").lower()
        return ""

    def refresh(self) -> str | None:
        """Where the page sends its readers at once, if it does."""
        for element in self._elements("meta"):
            if element.get("http-equiv", "").lower() == "refresh":
                found = _REFRESH.match(element.get("content", ""))
                return joined(self._base, found[1]) if found else None
        return None

    def links(self, rels: Collection[str]) -> Iterator[Anchor]:
        """The ``<link>`` elements with one of some relations."""
        for element in islice(self._elements("link"), _MAX_ANCHORS):
            rel = _tokens(element, "rel")
            url = None if rel.isdisjoint(rels) else self._url(element)
            if url is not None:
                yield Anchor(
                    url=url,
                    text="",
                    rel=rel,
                    classes=frozenset(),
                    in_navigation=False,
                    type=element.get("type", "").lower().partition(";")[0].strip(),
                    title=element.get("title", "").lower(),
                )

    def anchors(self, is_wanted: Callable[[Label], bool]) -> Iterator[Anchor]:
        """The ``<a>`` elements that lead to another page, in the order of the page.

        Args:
            is_wanted: Judges them before it is found out where they lead, which takes long.
        """
        for element in islice(self._elements("a"), _MAX_ANCHORS):
            label = Label(
                text=_label(element), rel=_tokens(element, "rel"), classes=_classes(element)
            )
            url = self._url(element) if is_wanted(label) else None
            if url is not None:
                yield Anchor(
                    url=url,
                    text=label.text,
                    rel=label.rel,
                    classes=label.classes,
                    in_navigation=_in_navigation(element),
                    is_title=_is_title(element),
                )

    def _elements(self, tag: str) -> Iterator[etree._Element]:
        return iter(()) if self._root is None else self._root.iter(tag)

    def _url(self, element: etree._Element) -> str | None:
        href = (element.get("href") or "").strip()
        if not href or href.startswith("#") or _COMMENT.search(href):
            return None
        return joined(self._base, href)


def _tokens(element: etree._Element, attribute: str) -> frozenset[str]:
    value = element.get(attribute)
    if not value:
        return _NONE
    return _split(value) if len(value) <= _MAX_TEXT else frozenset(value.lower().split())


@lru_cache(maxsize=2048)
def _split(value: str) -> frozenset[str]:
    return frozenset(value.lower().split())


def _label(element: etree._Element) -> str:
    # Most have nothing but words in them, which are had at a third of the time.
    text = " ".join(islice(markup.pieces(element), 20)) if len(element) else element.text or ""
    if not text or text.isspace():
        text = element.get("aria-label") or element.get("title") or ""
    return " ".join(text[:_MAX_TEXT].lower().split())


def _classes(element: etree._Element) -> frozenset[str]:
    names = _tokens(element, "class")
    for _ in range(2):
        parent = element.getparent()
        if parent is None:
            break
        element = parent
        names |= _tokens(element, "class")
    return names


def _in_navigation(element: etree._Element) -> bool:
    pending = False
    for around in islice(element.iterancestors(), _MAX_DEPTH):
        tag = around.tag
        if tag in _CONTENT_TAGS:
            return False
        if tag in {"body", "html"}:
            break
        if tag in {"nav", "aside"} or not _NAVIGATION_ROLES.isdisjoint(_tokens(around, "role")):
            return True
        names = _tokens(around, "class") | _tokens(around, "id")
        if tag in _EITHER or any(map(_NAVIGATION_NAME.fullmatch, names)):
            pending = True
    return pending


def _is_title(element: etree._Element) -> bool:
    around = {parent.tag for parent in islice(element.iterancestors(), _MAX_DEPTH)}
    return not around.isdisjoint({*_HEADINGS, "article"}) or any(
        True for _ in element.iterdescendants(*_HEADINGS)
    )
