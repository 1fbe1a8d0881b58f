"""The words of a page block by block, with what the markup says of each."""

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement

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
_HIDDEN = re.compile(r"display:\s*none|visibility:\s*hidden", re.IGNORECASE)
#: What themes and widgets call the parts of a page that stand beside its article.
_ASIDE = re.compile(
    r"(?:^|[\s_-])(?:comments?|comment-?list|respond|(?:related|recent|latest)(?:-?posts?)?|sidebar|newsletter|"
    r"subscri(?:be|ption)|sign-?up|shar(?:e|ing)|sharedaddy|social|cookies?|popup|modal|"
    r"breadcrumbs?|author-?(?:box|bio|info)|disqus\w*|recommended|promo\w*|advert\w*|"
    r"jp-\w+|feed-?links|post-feeds|blog-pager|(?:post|entry)-footer|entry-meta|"
    r"post-?nav(?:igation)?|pagination|toc|table-of-contents|testimonials?|"
    r"reviews?)(?:[\s_-]|$)",
    re.IGNORECASE,
)
#: The number of a page's post on its body and on elements (WordPress, get_*_class).
_OWN = re.compile(r"(?:^|\s)postid-(\d+)(?!\S)")
_POST = re.compile(r"(?:^|\s)post-(\d+)(?!\S)")
_ASIDE_TAGS = frozenset({"nav", "footer", "aside", "form"})
_ASIDE_ROLES = frozenset({"navigation", "complementary", "contentinfo", "dialog"})
_CLASSED = frozenset({"div", "section", "ul", "ol", "p", "span", "header", "dl"})
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


def blocks(tree: HtmlElement, site: str) -> list[Block]:
    """The lines of a page in reading order; hidden parts are left out.

    Args:
        tree: The page.
        site: The site that it belongs to, as `core.urls.site_of` names it.
    """
    body = tree if tree.tag == "body" else tree.find(".//body")
    root = tree if body is None else body
    return list(_Reader(root, site).read())


class Held(Container[Block]):
    """Tells whether some lines hold the words of a block, however they are parted."""

    def __init__(self, lines: Iterable[str]) -> None:
        read = [folded(line) for line in lines]
        self._lines = frozenset(read)
        self._runs = _runs([word for line in read for word in line.split()])

    def __contains__(self, block: object) -> bool:
        if not isinstance(block, Block):
            return False
        runs = _runs(block.folded.split())
        return block.folded in self._lines or 2 * len(runs & self._runs) > len(runs)


def _runs(found: list[str]) -> set[tuple[str, ...]]:
    """Every four words that follow each other."""
    return set(zip(found, found[1:], found[2:], found[3:], strict=False))


@dataclass(slots=True, kw_only=True)
class _Open:
    """What an element says of the words in it."""

    element: HtmlElement
    tag: str
    is_line: bool
    is_aside: bool = False
    is_link: bool = False
    is_outward: bool = False
    is_silent: bool = False


class _Reader:
    """Walks a tree once, without recursion, since hostile pages nest deeply."""

    def __init__(self, root: HtmlElement, site: str) -> None:
        self._root = root
        self._site = site
        self._asides, self._hidden = _beside(root)
        self._text: list[str] = []
        self._linked = 0
        self._outward = 0
        self._open = [_Open(element=root, tag="", is_line=True)]

    def read(self) -> Iterator[Block]:
        """Yield the lines in reading order."""
        walk = etree.iterwalk(self._root, events=("start", "end", "comment", "pi"))
        for event, element in walk:
            if event == "start":
                inner = self._inner(element)
                if inner.is_line and self._text:
                    yield from self._line()
                self._open.append(inner)
                if inner.is_silent:
                    walk.skip_subtree()
                else:
                    self._add("\n" if element.tag == "br" else element.text)
            elif event == "end":
                if self._open[-1].is_line and self._text:
                    yield from self._line()
                self._open.pop()
                self._add(element.tail)
            else:
                self._add(element.tail)
        yield from self._line()

    def _inner(self, element: HtmlElement) -> _Open:
        outer = self._open[-1]
        tag = element.tag
        is_line = tag in _LINES
        names = (tag in _NAMED and tag != "p") or (is_line and outer.tag not in _KEPT_INSIDE)
        return _Open(
            element=element if is_line else outer.element,
            tag=tag if names else outer.tag,
            is_line=is_line,
            is_aside=outer.is_aside or element in self._asides,
            is_link=outer.is_link or tag == "a",
            is_outward=outer.is_outward or (tag == "a" and self._leads_out(element)),
            is_silent=tag in _SILENT or element in self._hidden,
        )

    def _add(self, text: str | None) -> None:
        if text:
            self._text.append(text)
            inside = self._open[-1]
            size = len(words(text)) if inside.is_link else 0
            self._linked += size
            self._outward += size if inside.is_outward else 0

    def _leads_out(self, link: HtmlElement) -> bool:
        host = _HOST.match(link.get("href", ""))
        return host is not None and host[1].lower().removeprefix("www.") != self._site

    def _line(self) -> Iterator[Block]:
        text = " ".join("".join(self._text).split())
        linked, outward = self._linked, self._outward
        self._linked = self._outward = 0
        self._text.clear()
        if text:
            inside = self._open[-1]
            found = words(text.lower())
            size = len(found) if text.isascii() else len(words(text))
            yield Block(
                text=text,
                element=inside.element,
                tag=inside.tag,
                size=size,
                linked=min(linked, size),
                outward=min(outward, size),
                is_aside=inside.is_aside,
                folded=" ".join(found),
            )


def _beside(root: HtmlElement) -> tuple[frozenset[HtmlElement], frozenset[HtmlElement]]:
    """The elements that stand beside the article, and those that are hidden.

    What holds most of a page's words is neither, whatever it is called.
    """
    own = _OWN.search(root.get("class", ""))
    asides: dict[HtmlElement, int] = {}
    hidden: dict[HtmlElement, int] = {}
    sizes = [0]
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "start":
            is_silent = element.tag in _SILENT
            sizes.append(0 if is_silent else len((element.text or "").strip()))
            if is_silent:
                walk.skip_subtree()
            continue
        size = sizes.pop()
        if element.keys() or element.tag in _ASIDE_TAGS:
            if _is_aside(element) or _is_other_post(element, own):
                asides[element] = size
            if _is_hidden(element):
                hidden[element] = size
        sizes[-1] += size + len((element.tail or "").strip())
    most = _MAIN_SHARE * sizes[0]
    return (
        frozenset(element for element, size in asides.items() if size < most),
        frozenset(element for element, size in hidden.items() if size < most),
    )


def _is_aside(element: HtmlElement) -> bool:
    if element.tag in _ASIDE_TAGS or element.get("role") in _ASIDE_ROLES:
        return True
    if element.tag not in _CLASSED:
        return False
    names = f"{element.get('class', '')} {element.get('id', '')}"
    return _ASIDE.search(names) is not None


def _is_other_post(element: HtmlElement, own: re.Match[str] | None) -> bool:
    """Whether WordPress calls an element another post than the one that the page is."""
    post = None if own is None else _POST.search(element.get("class", ""))
    return own is not None and post is not None and post[1] != own[1]


def _is_hidden(element: HtmlElement) -> bool:
    return element.get("hidden") is not None or _HIDDEN.search(element.get("style", "")) is not None
