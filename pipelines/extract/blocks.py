"""The words of a page block by block, with what the markup says of each."""

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from lxml import etree
from lxml.html import HtmlElement

from pipelines.extract.beside import ASIDE_TAGS, hidden_in, is_beside, own_post

#: Elements whose words are not read (HTML standard, 4.10 to 4.12 and metadata content).
_SILENT = frozenset(
    {
        *("script", "style", "noscript", "template", "head", "title", "button", "select", "option"),
        *("textarea", "iframe", "svg", "object", "canvas", "audio", "video", "datalist", "input"),
        *("label", "map", "math", "dialog"),
    }
)
#: Elements that begin a line of their own in a browser's default style sheet (HTML
#: standard, 15.3), as far as they hold words.
_LINES = frozenset(
    {
        *("p", "li", "blockquote", "pre", "td", "th", "tr", "table", "tbody", "thead", "tfoot"),
        *("ul", "ol", "dl", "dd", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "figcaption", "figure"),
        *("div", "section", "article", "main", "header", "footer", "aside", "nav", "form"),
        *("address", "center", "fieldset", "details", "summary", "hr", "body", "caption", "html"),
    }
)
#: Those of them that say what their words are; a `div` does not.
_NAMED = frozenset(
    {
        *("p", "li", "blockquote", "pre", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6"),
        *("figcaption", "dd", "dt", "caption", "summary", "address"),
    }
)
#: Inside these, a `div` or `p` changes nothing.
_KEPT_INSIDE = frozenset({"li", "td", "th", "blockquote", "figcaption"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
#: From this share of a page's words on, a part of it is no aside, whatever it is called.
_MAIN_SHARE = 0.5
_HOST = re.compile(r"\s*(?:https?:)?//([^/?#:\s]+)", re.IGNORECASE)
_WORD = re.compile(r"\w+")


@dataclass(slots=True, kw_only=True)
class Block:
    """The words of one line of a page, as a browser would lay it out."""

    text: str
    #: The element that makes the line.
    element: HtmlElement
    #: Tag of the nearest element that names what the words are, such as "p" or "li".
    tag: str
    #: Words, how many of them are the text of links, and of links to other sites.
    size: int
    linked: int
    outward: int
    #: Whether it stands in a part beside the article: navigation, form, comments, widget.
    is_aside: bool
    #: The words in lower case, one space between them.
    folded: str

    @property
    def is_heading(self) -> bool:
        """Whether it is a heading."""
        return self.tag in HEADINGS

    @property
    def is_link(self) -> bool:
        """Whether it is little more than a link."""
        return self.linked > 0.6 * self.size

    @property
    def points_inward(self) -> bool:
        """Whether it is little more than a link to another page of its site."""
        return self.is_link and self.outward < self.linked / 2

    @property
    def is_prose(self) -> bool:
        """Whether it may be a sentence of the article."""
        return (
            self.size >= _PROSE_WORDS
            and not self.is_aside
            and not self.is_heading
            and self.linked < self.size / 2
        )


#: Words of the shortest line that counts as prose.
_PROSE_WORDS = 8


def folded(text: str) -> str:
    """The words of a text in lower case, one space between them."""
    return " ".join(_WORD.findall(text.lower()))


def words(text: str) -> list[str]:
    """The words of a text, counted as the article-extraction-benchmark does."""
    return _WORD.findall(text)


def counted(text: str) -> tuple[str, int]:
    """The words of a text as `folded` gives them, and how many `words` finds."""
    lowered = text.lower()
    found = _WORD.findall(lowered)
    # A letter that becomes two in lower case may part a word.
    size = len(found) if len(lowered) == len(text) else len(words(text))
    return " ".join(found), size


def blocks(tree: HtmlElement, site: str) -> list[Block]:
    """The lines of a page in reading order; hidden parts are left out.

    What holds most of a page's words is neither hidden nor an aside, whatever it is called.

    Args:
        tree: The page.
        site: The site that it belongs to, as `core.urls.site_of` names it.
    """
    body = tree if tree.tag == "body" else tree.find(".//body")
    root = tree if body is None else body
    shown: set[HtmlElement] = set()
    while True:
        reader = _Reader(root, site, shown)
        found = list(reader.read())
        most = {part.element for part in reader.hidden if reader.is_most(part)}
        if not most:
            break
        shown |= most
    for block, part in found:
        # A part around it is larger still.
        block.is_aside = part is not None and not reader.is_most(part)
    return [block for block, _ in found]


@dataclass(slots=True)
class _Part:
    """A part of the page that may stand beside the article, or that is hidden."""

    element: HtmlElement
    #: Characters of its words, once it has been read.
    size: int


class _Open(NamedTuple):
    """What an element says of the words in it."""

    element: HtmlElement
    tag: str
    is_line: bool
    #: The innermost part around them.
    aside: _Part | None = None
    is_link: bool = False
    is_outward: bool = False
    is_silent: bool = False


class _Reader:
    """Walks a tree once, without recursion, since hostile pages nest deeply.

    Args:
        root: Where to begin.
        site: The site that the page belongs to.
        shown: Elements that are read though they look hidden.
    """

    def __init__(self, root: HtmlElement, site: str, shown: Container[HtmlElement]) -> None:
        self._root = root
        self._site = site
        self._unseen = {one for one in hidden_in(root) if one not in shown}
        self._own = own_post(root)
        self._text: list[str] = []
        self._linked = 0
        self._outward = 0
        self._open = [_Open(root, "", is_line=True)]
        #: Characters of the words so far.
        self._read = 0
        self.hidden: list[_Part] = []

    def is_most(self, part: _Part) -> bool:
        """Whether a part has most of the words; known when all lines are read."""
        return part.size >= _MAIN_SHARE * self._read

    def read(self) -> Iterator[tuple[Block, _Part | None]]:
        """Yield the lines in reading order, each with the innermost part around it."""
        walk = etree.iterwalk(self._root, events=("start", "end", "comment", "pi"))
        for event, element in walk:
            if event == "start":
                inner = self._inner(element)
                if inner.is_line and self._text:
                    yield self._line()
                self._open.append(inner)
                if inner.is_silent:
                    walk.skip_subtree()
                else:
                    self._enter(element)
                continue
            if event == "end":
                if self._open[-1].is_line and self._text:
                    yield self._line()
                self._leave(element)
            elif tail := element.tail:
                self._add(tail)
        if self._text:
            yield self._line()

    def _enter(self, element: HtmlElement) -> None:
        text = element.text
        if text and (bare := text.strip()):
            self._read += len(bare)
        if element.tag == "br":
            text = "\n"
        if text:
            self._add(text)

    def _leave(self, element: HtmlElement) -> None:
        aside = self._open.pop().aside
        if aside is not None and aside.element is element:
            aside.size += self._read
        if tail := element.tail:
            if bare := tail.strip():
                self._read += len(bare)
            self._add(tail)

    def _inner(self, element: HtmlElement) -> _Open:
        outer = self._open[-1]
        tag = element.tag
        is_silent = tag in _SILENT
        aside = outer.aside
        if tag in ASIDE_TAGS or element.keys():
            if is_beside(element, self._own):
                aside = _Part(element, -self._read)
            if not is_silent and element in self._unseen:
                is_silent = True
                self.hidden.append(_Part(element, _size(element)))
                self._read += self.hidden[-1].size
        is_line = tag in _LINES
        names = is_line and ((tag in _NAMED and tag != "p") or outer.tag not in _KEPT_INSIDE)
        is_link = tag == "a"
        return _Open(
            element if is_line else outer.element,
            tag if names else outer.tag,
            is_line,
            aside,
            outer.is_link or is_link,
            outer.is_outward or (is_link and self._leads_out(element)),
            is_silent,
        )

    def _add(self, text: str) -> None:
        # A line begins with its first word: most of a page's texts are the gaps between tags.
        if not self._text and text.isspace():
            return
        self._text.append(text)
        inside = self._open[-1]
        if inside.is_link:
            size = len(words(text))
            self._linked += size
            self._outward += size if inside.is_outward else 0

    def _leads_out(self, link: HtmlElement) -> bool:
        host = _HOST.match(link.get("href", ""))
        return host is not None and host[1].lower().removeprefix("www.") != self._site

    def _line(self) -> tuple[Block, _Part | None]:
        text = " ".join("".join(self._text).split())
        linked, outward = self._linked, self._outward
        self._linked = self._outward = 0
        self._text.clear()
        inside = self._open[-1]
        plain, size = counted(text)
        block = Block(
            text=text,
            element=inside.element,
            tag=inside.tag,
            size=size,
            linked=min(linked, size),
            outward=min(outward, size),
            is_aside=False,
            folded=plain,
        )
        return block, inside.aside


def _size(root: HtmlElement) -> int:
    """Characters of the words in an element."""
    size = 0
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            size += 0 if element is root else len((element.tail or "").strip())
        elif element.tag in _SILENT:
            walk.skip_subtree()
        else:
            size += len((element.text or "").strip())
    return size
