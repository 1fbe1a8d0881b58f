"""What the markup of a page says of its kind, before any words of it are read."""

from dataclasses import dataclass
from enum import StrEnum


class Template(StrEnum):
    """The kind of page that a publishing system says it has rendered."""

    POST = "post"
    PAGE = "page"
    HOME = "home"
    LISTING = "listing"
    PRODUCT = "product"
    #: A cart, an account, a search that found nothing, an error.
    UTILITY = "utility"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """Signs of a page's kind; the default says nothing."""

    #: Types that its JSON-LD names: "BlogPosting", "WebPage".
    json_ld_types: tuple[str, ...] = ()
    #: What its system calls the page, in the classes of its body or in its settings.
    template: Template | None = None
    #: The class or setting that told it: "single-post".
    template_from: str = ""
    #: `og:type`, in lower case.
    og_type: str = ""
    #: Whether the page is dated by article:published_time, JSON-LD, or a time beside its title.
    dated: bool = False
    #: Whether a form for comments, or comments, stand below it.
    comments: bool = False
    #: Whether it links to the post before or after it.
    neighbours: bool = False
    #: Whether its author is marked up: rel=author, a byline.
    byline: bool = False
    #: Whether its topics are marked up: rel=tag, "filed under".
    filed: bool = False
    #: `article` elements that stand in no other and are no comments.
    articles: int = 0
    #: Headings inside links, or links inside headings, outside menus: the teasers of a list.
    teasers: int = 0
    #: Links that say "read more", in seven languages.
    more_links: int = 0
    #: Characters of the visible text that stand in links, outside menus, 0 to 1.
    link_density: float = 0.0
    #: Paragraphs of 25 words and more.
    paragraphs: int = 0
    #: Fields of forms that are neither of a search nor of a comment.
    fields: int = 0
    #: Buttons that put something into a cart.
    cart: bool = False
    #: Whether it sends its reader elsewhere at once: a refresh, a script.
    refresh: bool = False
    #: Pages of its own site that it links to outside menus; of listings only.
    listed: tuple[str, ...] = ()
    #: Whether its canonical address is the root of a host, and its own is not.
    canonical_home: bool = False
    #: The words of its first main heading, or of its title where it has none.
    heading: str = ""
