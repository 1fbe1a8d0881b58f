"""What the markup of a page says of its kind."""

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urljoin, urlsplit

from pipelines.core.model import Via
from pipelines.core.posts import PageKind, judge
from pipelines.core.signs import Signs, Template
from pipelines.core.urls import site_of
from pipelines.extract.elements import Elements, compiled, text_in
from pipelines.extract.page import Page, types_of
from pipelines.extract.visible import Body


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Body classes by what they say. WordPress: body_class() in wp-includes/post-template.php;
#: Squarespace: collection-type-*; Ghost: the body_class helper; Blogger: its theme's
#: pageType views; Shopify and WooCommerce: template-* and woocommerce-*.
_CLASSES: tuple[tuple[Template, frozenset[str]], ...] = (
    (
        Template.UTILITY,
        _words("""
    error404 woocommerce-cart woocommerce-checkout woocommerce-account
"""),
    ),
    (
        Template.PRODUCT,
        _words("""
    single-product template-product product-template-default
"""),
    ),
    (
        Template.POST,
        _words("""
    single-post post-template post-template-default view-item item-view template-article
    node-type-blog node-type-article page-node-type-blog page-node-type-article
"""),
    ),
    (
        Template.LISTING,
        _words("""
    archive category tag author search search-results date blog tax-product_cat post-type-
    archive paged tag-template author-template template-blog archive-view label-view search-
    view template-collection
"""),
    ),
    (
        Template.HOME,
        _words("""
    home home-template front template-index
"""),
    ),
    (
        Template.PAGE,
        _words("""
    page page-template page-template-default static_page static-view
"""),
    ),
)
_SINGLE = frozenset(("single", "post"))
#: The kind of page that a builder's settings name: Squarespace's Static.SQUARESPACE_CONTEXT,
#: Blogger's _WidgetManager, Duda's pageAlias of blog templates.
_SETTINGS = (
    (re.compile(r"""["']pageType["']\s*:\s*["']item["']"""), Template.POST),
    (re.compile(r"""["']pageType["']\s*:\s*["']static_page["']"""), Template.PAGE),
    (re.compile(r"""["']pageType["']\s*:\s*["'](?:index|archive)["']"""), Template.LISTING),
)
#: What is in the ids and classes of parts of a page, in lower case.
_COMMENTS = (
    *("comment-form", "commentform", "respond", "disqus_thread", "comments-area"),
    *("comments-section", "comment-respond", "comment-list", "commentlist"),
)
_NEIGHBOURS = (
    *("post-nav", "postnav", "nav-previous", "nav-next", "nav-single", "navprevious", "navnext"),
    *("navsingle", "post-pagination", "postpagination", "single-nav", "singlenav"),
    *("item-pagination", "blog-pager", "prev-post", "prevpost", "next-post", "nextpost"),
    *("older-post", "newer-post"),
)
_BYLINE = (
    *("byline", "post-author", "postauthor", "author-name", "authorname", "entry-author"),
    *("entryauthor", "blog-author", "by-author"),
)
_FILED = (
    *("tags-links", "cat-links", "post-tags", "posttags", "entry-tags", "entrytags"),
    *("tag-links", "post-labels", "entry-meta"),
)
_DATES = ("entry-date", "post-date", "published", "date-header", "blog-date", "blog-item-date")
_REFRESH = re.compile(
    r"(?:window|document|top|self)\.location(?:\.href)?\s{0,9}=(?!=)|location\.replace\("
)
_PRICED = re.compile(r"add[-_ ]to[-_ ](?:cart|basket|bag)", re.IGNORECASE)
_NAMES = compiled("//*/@id | //*/@class")
#: Elements of a page that are read at most; what follows says nothing new of its kind.
_MOST = 30_000
#: Characters of scripts in which a forwarding is looked for.
_SCRIPT = 2_000
_ARTICLES = frozenset(("BlogPosting", "Article", "NewsArticle", "ScholarlyArticle"))


def signs(page: Page) -> Signs:
    """Read the signs of a page's kind from its markup."""
    elements = page.elements
    types = tuple(dict.fromkeys(name for thing in page.json_ld for name in types_of(thing)))
    template, said = _template(page)
    names = _names(page)
    body = Body(elements, page.tree)
    return Signs(
        json_ld_types=types,
        template=template,
        template_from=said,
        og_type=_meta(elements, "og:type").lower(),
        dated=_is_dated(page, names),
        comments=_says(names, _COMMENTS),
        neighbours=_says(names, _NEIGHBOURS) or _has(elements, "prev"),
        byline=_says(names, _BYLINE) or _has(elements, "author"),
        filed=_says(names, _FILED) or _has(elements, "tag"),
        articles=_articles(elements),
        teasers=body.teasers,
        more_links=body.more,
        link_density=round(body.linked / max(body.characters, 1), 3),
        paragraphs=body.paragraphs,
        fields=body.fields,
        cart=_is_priced(page, names),
        refresh=_is_forwarding(elements),
        listed=_listed(page, template, body.links),
        canonical_home=_is_home_elsewhere(page),
        heading=_heading(elements),
    )


def _listed(page: Page, template: Template | None, links: list[str]) -> tuple[str, ...]:
    """The pages of the same site that a listing names."""
    if (
        template is not Template.LISTING
        and judge(page.url, Via.IMPORT).kind is not PageKind.LISTING
    ):
        return ()
    site = site_of(page.url)
    found: dict[str, None] = {}
    for link in links:
        try:
            url = urljoin(page.url, link).partition("#")[0]
            if site_of(url) == site and url != page.url:
                found[url] = None
        except ValueError:
            continue
    return tuple(found)


def _is_home_elsewhere(page: Page) -> bool:
    links = page.elements.tagged("link")
    told = (link.get("href") for link in links if link.get("rel") == "canonical")
    href = next((href for href in told if href is not None), None)
    if href is None:
        return False
    try:
        at = urlsplit(urljoin(page.url, href))
    except ValueError:
        return False
    return at.path in {"", "/"} and not at.query and urlsplit(page.url).path not in {"", "/"}


def _names(page: Page) -> str:
    """The ids and classes of the page, each once, in lower case."""
    given = [name for key in ("class", "id") for _, name in page.elements.having(key)]
    if len(given) > _MOST:
        given = _NAMES(page.tree)[:_MOST]
    return " ".join(dict.fromkeys(given)).lower()


def _says(names: str, parts: tuple[str, ...]) -> bool:
    return any(part in names for part in parts)


def _is_priced(page: Page, names: str) -> bool:
    """Whether there is a cart; its words may be parted, so that their order counts."""
    if not _says(f"{names} ", ("add-to", "add_to", "add ")) or not _says(names, ("cart", "ba")):
        return False
    return _PRICED.search(" ".join(_NAMES(page.tree)[:_MOST]).lower()) is not None


def _template(page: Page) -> tuple[Template | None, str]:
    said = (body.get("class") for body in page.elements.tagged("body"))
    classes = set(next((name for name in said if name is not None), "").lower().split())
    for kind, names in _CLASSES:
        if told := sorted(names & classes):
            return kind, told[0]
    if classes >= _SINGLE or any(name.startswith("postid-") for name in classes):
        return Template.POST, "single"
    for name, kind in _of_squarespace(classes):
        return kind, name
    if "_WidgetManager" in page.html:
        for pattern, kind in _SETTINGS:
            if pattern.search(page.html):
                return kind, "pageType"
    return None, ""


def _of_squarespace(classes: set[str]) -> Iterator[tuple[str, Template]]:
    for name in sorted(classes):
        if name.startswith(("collection-type-blog", "collection-type-products")):
            kind = Template.POST if "view-item" in classes else Template.LISTING
            yield name, kind
        elif name in {"collection-type-page", "collection-type-index"}:
            yield name, Template.HOME if "homepage" in classes else Template.PAGE


def _meta(elements: Elements, name: str) -> str:
    found = elements.meta(name, "property", "name")
    return found[0].strip() if found else ""


def _is_dated(page: Page, names: str) -> bool:
    if _meta(page.elements, "article:published_time"):
        return True
    if any(
        thing.get("datePublished") and not _ARTICLES.isdisjoint(types_of(thing))
        for thing in page.json_ld
    ):
        return True
    return _says(names, _DATES)


def _has(elements: Elements, relation: str) -> bool:
    """Whether a visible link has this `rel`."""
    links = (link for link in elements.tagged("a") if link.get("rel") == relation)
    return any(next(link.iterancestors("body"), None) is not None for link in links)


def _articles(elements: Elements) -> int:
    own = (
        one
        for one in elements.tagged("article")
        if next(one.iterancestors("article"), None) is None
    )
    return sum(not _says(one.get("class", "").lower(), _COMMENTS) for one in islice(own, 200))


def _is_forwarding(elements: Elements) -> bool:
    for value in elements.tagged("meta"):
        if (
            value.get("http-equiv", "").lower() == "refresh"
            and "url" in (value.get("content") or "").lower()
        ):
            return True
    scripts = (one.text for one in elements.tagged("script") if one.get("src") is None)
    codes = islice(filter(None, scripts), 5)
    return any(len(code) < _SCRIPT and _REFRESH.search(code) for code in codes)


def _heading(elements: Elements) -> str:
    for tag in ("h1", "title"):
        for one in elements.tagged(tag)[:3]:
            if text := " ".join(text_in(one)[:400].split()):
                return text
    return ""
