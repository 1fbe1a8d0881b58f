"""What a reader sees of a page outside its menus, counted in one walk."""

import re

from lxml.html import HtmlElement

_MENUS = frozenset(("nav", "header", "footer", "aside", "script", "style", "noscript", "template"))
_MENU_NAMES = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|menu|sidebar|footer|breadcrumbs?|comments?|respond|related|cookie)"
    r"(?:$|[\s_-])"
)
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

    def __init__(self, tree: HtmlElement) -> None:
        self.characters = self.linked = self.words = self.paragraphs = 0
        self.teasers = self.more = self.fields = 0
        roots = tree.xpath("//body")
        self.links: list[str] = []
        self._left = _MOST
        self._walk(roots[0] if roots else tree)

    def _walk(self, root: HtmlElement) -> None:
        # A stack and not a recursion: hostile pages are nested deeper than Python allows.
        waiting: list[tuple[HtmlElement, bool]] = [(root, False)]
        while waiting and self._left:
            element, in_link = waiting.pop()
            self._left -= 1
            self._text(element.tail, in_link=in_link and element is not root)
            if not isinstance(element.tag, str) or _is_menu(element):
                continue
            link = in_link or element.tag == "a"
            self._look(element)
            self._text(element.text, in_link=link)
            waiting += [(child, link) for child in element]

    def _text(self, text: str | None, *, in_link: bool) -> None:
        if not text or not (bare := text.strip()):
            return
        self.characters += len(bare)
        self.linked += len(bare) if in_link else 0
        self.words += len(bare.split())

    def _look(self, element: HtmlElement) -> None:
        tag = element.tag
        if tag == "p":
            self.paragraphs += len(element.text_content().split()) >= _LONG_PARAGRAPH
        elif tag in {"h1", "h2", "h3", "h4"}:
            parent = element.getparent()
            inside = parent is not None and parent.tag == "a"
            self.teasers += inside or element.find(".//a[@href]") is not None
        elif tag == "a":
            text = " ".join(element.text_content()[:200].split()).lower()
            self.more += _MORE.fullmatch(text.strip(" \u2192\u00bb\u203a>.\u2026[]")) is not None
            href = element.get("href") or ""
            if href and len(self.links) < _MOST_LISTED:
                self.links.append(href)
        elif tag in {"input", "textarea", "select"}:
            kind = (element.get("type") or "").lower()
            self.fields += kind not in {"hidden", "search", "submit", "button", "image"}


def _is_menu(element: HtmlElement) -> bool:
    if element.tag in {"body", "main", "article", "form"}:
        return False  # themes write "right-sidebar" into the class of all that stands beside one
    if element.tag in _MENUS:
        # The header of an article holds its title.
        parent = element.getparent()
        of_article = parent is not None and parent.tag in {"article", "main", "section"}
        return not (element.tag == "header" and of_article)
    return _MENU_NAMES.search(f"{element.get('id', '')} {element.get('class', '')}") is not None
