"""What the markup of a page says of its kind."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from pipelines.core.model import Via
from pipelines.core.posts import PageKind, judge
from pipelines.core.signs import Signs, Template
from pipelines.core.urls import site_of
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
_COMMENTS = re.compile(
    r"comment-?form|commentform|respond|disqus_thread|comments-area|comments-section|"
    r"comment-respond|comment-list|commentlist"
)
_NEIGHBOURS = re.compile(
    r"post-?nav|nav-?(?:previous|next|single)|post-?pagination|single-?nav|item-pagination|"
    r"blog-pager|prev-?post|next-?post|(?:older|newer)-post"
)
_BYLINE = re.compile(r"byline|post-?author|author-?name|entry-?author|blog-author|by-author")
_FILED = re.compile(r"tags-links|cat-links|post-?tags|entry-?tags|tag-links|post-labels|entry-meta")
_DATES = re.compile(
    r"entry-date|post-date|published|dt-published|date-header|blog-date|blog-item-date"
)
_REFRESH = re.compile(
    r"(?:window|document|top|self)\.location(?:\.href)?\s{0,9}=(?!=)|location\.replace\("
)
_PRICED = re.compile(r"add[-_ ]to[-_ ](?:cart|basket|bag)", re.IGNORECASE)
#: Elements of a page that are read at most; what follows says nothing new of its kind.
_MOST = 30_000
#: Characters of scripts in which a forwarding is looked for.
_SCRIPT = 2_000
_ARTICLES = frozenset(("BlogPosting", "Article", "NewsArticle", "ScholarlyArticle"))


def signs(page: Page) -> Signs:
    """Read the signs of a page's kind from its markup."""
    tree = page.tree
    types = tuple(dict.fromkeys(name for thing in page.json_ld for name in types_of(thing)))
    template, said = _template(page)
    names = " ".join(_names(tree))
    body = Body(tree)
    return Signs(
        json_ld_types=types,
        template=template,
        template_from=said,
        og_type=_meta(tree, "og:type").lower(),
        dated=_is_dated(page, names),
        comments=_COMMENTS.search(names) is not None,
        neighbours=_NEIGHBOURS.search(names) is not None or _has(tree, "prev"),
        byline=_BYLINE.search(names) is not None or _has(tree, "author"),
        filed=_FILED.search(names) is not None or _has(tree, "tag"),
        articles=_articles(tree),
        teasers=body.teasers,
        more_links=body.more,
        link_density=round(body.linked / max(body.characters, 1), 3),
        paragraphs=body.paragraphs,
        fields=body.fields,
        cart=_PRICED.search(names) is not None,
        refresh=_is_forwarding(tree),
        listed=_listed(page, template, body.links),
        canonical_home=_is_home_elsewhere(page),
        heading=_heading(tree),
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
    for href in page.tree.xpath("//link[@rel='canonical']/@href")[:1]:
        try:
            at = urlsplit(urljoin(page.url, str(href)))
        except ValueError:
            return False
        return at.path in {"", "/"} and not at.query and urlsplit(page.url).path not in {"", "/"}
    return False


def _names(tree: HtmlElement) -> Iterator[str]:
    """The ids and classes of the page, in lower case."""
    for value in tree.xpath("//*/@id | //*/@class")[:_MOST]:
        yield value.lower()


def _template(page: Page) -> tuple[Template | None, str]:
    bodies = page.tree.xpath("//body/@class")
    classes = set(str(bodies[0]).lower().split()) if bodies else set()
    for kind, names in _CLASSES:
        if told := sorted(names & classes):
            return kind, told[0]
    if classes >= _SINGLE or any(name.startswith("postid-") for name in classes):
        return Template.POST, "single"
    for name, kind in _of_squarespace(classes):
        return kind, name
    start = page.html
    for pattern, kind in _SETTINGS:
        if "_WidgetManager" in start and pattern.search(start):
            return kind, "pageType"
    return None, ""


def _of_squarespace(classes: set[str]) -> Iterator[tuple[str, Template]]:
    for name in sorted(classes):
        if name.startswith(("collection-type-blog", "collection-type-products")):
            kind = Template.POST if "view-item" in classes else Template.LISTING
            yield name, kind
        elif name in {"collection-type-page", "collection-type-index"}:
            yield name, Template.HOME if "homepage" in classes else Template.PAGE


def _meta(tree: HtmlElement, name: str) -> str:
    found = tree.xpath("//meta[@property=$name or @name=$name]/@content", name=name)
    return str(found[0]).strip() if found else ""


def _is_dated(page: Page, names: str) -> bool:
    if _meta(page.tree, "article:published_time"):
        return True
    if any(
        thing.get("datePublished") and not _ARTICLES.isdisjoint(types_of(thing))
        for thing in page.json_ld
    ):
        return True
    return _DATES.search(names) is not None


def _has(tree: HtmlElement, relation: str) -> bool:
    """Whether a visible link has this `rel`."""
    return bool(tree.xpath("(//body//a[@rel=$relation])[1]", relation=relation))


def _articles(tree: HtmlElement) -> int:
    own = tree.xpath("//article[not(ancestor::article)]")
    return sum(_COMMENTS.search(str(one.get("class", "")).lower()) is None for one in own[:200])


def _is_forwarding(tree: HtmlElement) -> bool:
    for value in tree.xpath("//meta[@http-equiv]"):
        if (
            value.get("http-equiv", "").lower() == "refresh"
            and "url" in (value.get("content") or "").lower()
        ):
            return True
    scripts = tree.xpath("//script[not(@src)]/text()")
    return any(len(code) < _SCRIPT and _REFRESH.search(code) for code in scripts[:5])


def _heading(tree: HtmlElement) -> str:
    for path in ("//h1", "//title"):
        for one in tree.xpath(path)[:3]:
            if text := " ".join(one.text_content()[:400].split()):
                return text
    return ""
