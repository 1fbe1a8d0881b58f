"""Whether a part of a page is the post's own, or speaks of other posts, readers or the site."""

import re

from lxml.html import HtmlElement

from pipelines.extract.elements import Elements

_ELSEWHERE = re.compile(
    r"comment|respond|related|recent|latest|sidebar|archive|calendar|popular|"
    r"event|summary-(?:item|block)|pagination|(?:^|[\s_-])(?:next|prev(?:ious)?)|teaser|(?:^|[\s_-])cards?(?:$|[\s_-])"
)
_CHANGED = re.compile(r"updated|modified")
#: What stands at the foot of a page, unless a post has one of its own.
_FOOT = re.compile(r"footer|widget|(?:^|[\s_-])nav(?:bar|igation)?(?:$|[\s_-])")
_FEET = frozenset(("footer", "nav"))
_POSTS = frozenset(("article", "main"))
_POST = re.compile(r"(?:^|\s)(?:hentry|h-entry|post|blog-?post)(?:\s|$)")
#: Where a name that is written in one word begins its next part: postDate.
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_MOST_CHARACTERS = 300


class Surroundings:
    """Tells which parts of one page are not its post's."""

    def __init__(self, elements: Elements) -> None:
        headings = elements.headings
        # What holds the one main heading holds the post, whatever its class says.
        self._trunk = set(headings[0].iterancestors()) if len(headings) == 1 else set()

    def is_elsewhere(self, element: HtmlElement) -> bool:
        """Whether an element speaks of something else than this post."""
        is_foot = is_post = False
        for outer in (element, *element.iterancestors()):
            names = names_of(outer)
            is_post = is_post or outer.tag in _POSTS or _POST.search(names) is not None
            if outer.tag in {"body", "html", "main"} or outer in self._trunk:
                break
            # WordPress calls the day of a post that was never changed both.
            is_change = _CHANGED.search(names) is not None and "published" not in names
            if is_change or outer.tag == "aside" or _ELSEWHERE.search(names):
                return True
            is_foot = is_foot or outer.tag in _FEET or _FOOT.search(names) is not None
        return is_foot and not is_post


def names_of(element: HtmlElement) -> str:
    """Class and identity of an element, in lower case, their parts by hyphens or spaces."""
    names = f"{element.get('class', '')} {element.get('id', '')}"
    lower = names.lower()
    return lower if lower == names else _HUMP.sub("-", names).lower()


def line_of(element: HtmlElement | None) -> str:
    """The beginning of what an element says, as one line; elements part words."""
    if element is None:
        return ""
    parts: list[str] = []
    left = _MOST_CHARACTERS
    for part in element.itertext():
        parts.append(part[:left])
        left -= len(part)
        if left <= 0:
            break
    return " ".join(" ".join(parts).split())
