"""What a reader sees of a page outside its menus, counted in one walk."""

import re

from lxml.html import HtmlElement

from pipelines.extract.elements import Elements, remembered, text_in

_MENUS = frozenset(("nav", "header", "footer", "aside", "script", "style", "noscript", "template"))
#: Words of names of menus and of what else stands beside the text of a page.
_MENU_WORDS = frozenset(
    (
        *("nav", "navbar", "menu", "sidebar", "footer", "breadcrumb", "breadcrumbs"),
        *("comment", "comments", "respond", "related", "cookie"),
    )
)
#: Themes write "right-sidebar" into the class of all that stands beside one.
_NO_MENUS = frozenset(("body", "main", "article", "form"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4"))
_FIELDS = frozenset(("input", "textarea", "select"))
#: Elements of which more is counted than their characters.
_LOOKED_AT = frozenset(("p", "a", *_HEADINGS, *_FIELDS))
_MORE = re.compile(
    r"(?:\u2026\s*)?(?:read|learn|continue|view|keep|find out|see)\s(?:the\s|full\s|more|reading|"
    r"article|post|on\b).{0,60}|more|weiter\s?lesen.{0,60}|mehr (?:lesen|erfahren).{0,60}|"
    r"lire (?:la suite|plus).{0,60}|en savoir plus|leer m\u00e1s.{0,60}|seguir leyendo.{0,60}|"
    r"(?:leggi|continua).{0,60}|ler mais.{0,60}|lees (?:meer|verder).{0,60}"
)
#: Words of a paragraph that is prose, not a label.
_LONG_PARAGRAPH = 25
#: Links of a listing that are remembered.
_MOST_LISTED = 2_000
#: Elements of a page that are read at most; what follows says nothing new of its kind.
_MOST = 30_000


class Body:
    """One walk over what a reader sees of a page outside its menus."""

    def __init__(self, elements: Elements, tree: HtmlElement) -> None:
        self.characters = self.linked = self.paragraphs = 0
        self.teasers = self.more = self.fields = 0
        self.links: list[str] = []
        self._walk(next(iter(elements.tagged("body")), tree))

    def _walk(self, root: HtmlElement) -> None:
        # A stack and not a recursion: hostile pages are nested deeper than Python allows.
        waiting: list[tuple[HtmlElement, bool]] = [(root, False)]
        left = _MOST
        sizes = [0, 0]  # of words outside of links, and in them
        while waiting and left:
            element, in_link = waiting.pop()
            left -= 1
            if tail := element.tail:
                sizes[in_link] += len(tail.strip())
            tag = element.tag
            if not isinstance(tag, str) or _is_menu(element, tag):
                continue
            link = in_link or tag == "a"
            if tag in _LOOKED_AT:
                self._look(element, tag)
            if text := element.text:
                sizes[link] += len(text.strip())
            waiting += [(child, link) for child in element]
        self.characters, self.linked = sum(sizes), sizes[True]

    def _look(self, element: HtmlElement, tag: str) -> None:
        if tag == "p":
            self.paragraphs += len(text_in(element).split()) >= _LONG_PARAGRAPH
        elif tag == "a":
            text = " ".join(text_in(element)[:200].split()).lower()
            self.more += _MORE.fullmatch(text.strip(" \u2192\u00bb\u203a>.\u2026[]")) is not None
            href = element.get("href") or ""
            if href and len(self.links) < _MOST_LISTED:
                self.links.append(href)
        elif tag in _HEADINGS:
            parent = element.getparent()
            inside = parent is not None and parent.tag == "a"
            self.teasers += inside or any(
                link.get("href") is not None for link in element.iter("a")
            )
        else:
            kind = (element.get("type") or "").lower()
            self.fields += kind not in {"hidden", "search", "submit", "button", "image"}


def _is_menu(element: HtmlElement, tag: str) -> bool:
    if tag in _NO_MENUS:
        return False
    if tag in _MENUS:
        # The header of an article holds its title.
        parent = element.getparent()
        of_article = parent is not None and parent.tag in {"article", "main", "section"}
        return not (tag == "header" and of_article)
    names = filter(None, (element.get("class"), element.get("id")))
    return any(map(_names_menu, names))


@remembered
def _names_menu(name: str) -> bool:
    return not _MENU_WORDS.isdisjoint(name.replace("-", " ").replace("_", " ").split())
