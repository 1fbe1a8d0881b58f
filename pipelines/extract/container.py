"""The element of a page that holds its post: by what its theme calls it, or by its words."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from lxml.html import HtmlElement

from pipelines.extract.blocks import Block
from pipelines.extract.elements import Elements, remembered

#: Containers of a post's text, in the words of WordPress and its themes, hAtom, Blogger,
#: schema.org, Ghost, Squarespace, Substack and Wix.
_CLASSES = frozenset(
    (
        *("entry-content", "post-content", "post-body", "post-entry", "e-content"),
        *("article-content", "article-body", "post-full-content", "gh-content"),
        *("blog-item-content", "available-content", "elementor-widget-theme-post-content"),
        "et_pb_post_content",
    )
)
#: Containers that are looked at: a page of one post has a few, one inside the other.
_MOST = 20
#: Ancestors in which a container is that of a comment or of a teaser, not of the post.
_OTHER = re.compile(r"comment|related|sidebar|widget|teaser|summary|card", re.IGNORECASE)
#: Share of a page's prose, by words, that its post has at the least where no element says that
#: it holds the post: the rest is what stands below it.
_NEARLY_ALL = 0.9
#: Elements that hold a page, not a post.
_PAGES = frozenset(("html", "body"))


@remembered
def _names_post(names: str) -> bool:
    return not _CLASSES.isdisjoint(names.split())


#: The attributes by which a theme says that an element is made for the text of a post.
_TOLD: dict[str, Callable[[str], bool]] = {
    "class": _names_post,
    "itemprop": lambda item: item == "articleBody",
    "data-hook": lambda hook: hook == "post-description",
}


def is_named(element: HtmlElement) -> bool:
    """Whether an element is made for the text of a post, by what its theme calls it."""
    return any(tells(element.get(attribute, "")) for attribute, tells in _TOLD.items())


def named(elements: Elements) -> list[HtmlElement]:
    """The elements of a page made for the text of its post; those of comments are not."""
    found = (
        [one for one, value in elements.having(attribute) if tells(value)]
        for attribute, tells in _TOLD.items()
    )
    return _of_post(elements.in_order(*found))


def container(elements: Elements, prose: Sequence[Block]) -> HtmlElement | None:
    """The element that holds the one post of a page; None where that cannot be told.

    It is the one named for it, the one `article`, the one `main`, or else the smallest with
    nearly all of the prose: the first of these that there is.

    Args:
        elements: Of the page.
        prose: The sentences of the page.
    """
    for found in (
        named(elements),
        _of_post(elements.tagged("article")),
        elements.tagged("main")[:_MOST],
    ):
        outermost = _outermost(found)
        if len(outermost) == 1:
            return outermost[0]
        if outermost:
            break
    return _smallest(prose)


def _of_post(found: Iterable[HtmlElement]) -> list[HtmlElement]:
    return [one for one in islice(found, _MOST) if _is_of_post(one)]


def _is_of_post(element: HtmlElement) -> bool:
    """Whether a container is the page's own; those of comments and teasers are not."""
    return not any(
        _OTHER.search(f"{outer.get('class', '')} {outer.get('id', '')}")
        for outer in element.iterancestors()
        if outer.tag not in {"body", "html", "main"}
    )


def _outermost(found: list[HtmlElement]) -> list[HtmlElement]:
    known = set(found)
    return [one for one in found if known.isdisjoint(one.iterancestors())]


def _smallest(prose: Sequence[Block]) -> HtmlElement | None:
    """The innermost element with nearly all of the prose, if it is not the page itself."""
    sizes: Counter[HtmlElement] = Counter()
    for block in prose:
        sizes[block.element] += block.size
        for outer in block.element.iterancestors():
            sizes[outer] += block.size
    least = _NEARLY_ALL * sum(block.size for block in prose)
    holding = [one for one, size in sizes.items() if size >= least and one.tag not in _PAGES]
    # More than half of the prose is in one element of each level: they stand in each other.
    return max(holding, key=lambda one: sum(1 for _ in one.iterancestors()), default=None)
