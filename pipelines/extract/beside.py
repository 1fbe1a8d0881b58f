"""Which elements stand beside the article of a page, and which are hidden, by their markup."""

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from pipelines.extract.elements import compiled, remembered

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
#: All that can be hidden, found much sooner than by asking each.
_STYLED = compiled("descendant-or-self::*[@style or @hidden]")
ASIDE_TAGS = frozenset({"nav", "footer", "aside", "form"})
_ASIDE_ROLES = frozenset({"navigation", "complementary", "contentinfo", "dialog"})
_CLASSED = frozenset({"div", "section", "ul", "ol", "p", "span", "header", "dl"})


def own_post(root: HtmlElement) -> str | None:
    """The number of the post that a page is, where WordPress tells it on the body."""
    found = _OWN.search(root.get("class", ""))
    return found and found[1]


def is_beside(element: HtmlElement, own: str | None) -> bool:
    """Whether an element is a part beside the article: a menu, form, widget, another post.

    Args:
        element: Any of the page.
        own: What `own_post` says of the page.
    """
    tag = element.tag
    if tag in ASIDE_TAGS or element.get("role") in _ASIDE_ROLES:
        return True
    names = element.get("class", "")
    if tag in _CLASSED and _is_named(f"{names} {element.get('id', '')}"):
        return True
    post = _POST.search(names) if own is not None and "post-" in names else None
    return post is not None and post[1] != own


@remembered
def _is_named(names: str) -> bool:
    return _ASIDE.search(names) is not None


def hidden_in(root: HtmlElement) -> Iterator[HtmlElement]:
    """An element and those in it that say that they are not shown."""
    for element in _STYLED(root):
        style = element.get("style")
        is_styled = style is not None and _HIDDEN.search(style) is not None
        if is_styled or element.get("hidden") is not None:
            yield element
