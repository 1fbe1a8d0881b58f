"""What is known of blogging platforms: how to tell them, where their posts are listed."""

import re
from dataclasses import dataclass

from pipelines.core.model import Capture

#: Domains whose subdomains are blogs of one platform, on the same servers.
_SHARED = (
    "substack.com", "blogspot.com", "wordpress.com", "medium.com", "wixsite.com", "weebly.com",
    "ghost.io", "squarespace.com", "webflow.io", "tumblr.com", "typepad.com",
)  # fmt: skip
_COUNTRY_OF_BLOGSPOT = re.compile(r"(?:^|\.)blogspot\.(?:com?\.)?[a-z]{2,3}$")
#: Bytes of a page in which a platform shows itself.
_MOST_BYTES = 256 * 1024
_META = re.compile(rb"<meta\b[^>]{0,500}>", re.IGNORECASE)
_GENERATOR = re.compile(rb"\bname\s*=\s*[\"']?generator[\"'\s/>]", re.IGNORECASE)
_CONTENT = re.compile(rb"\bcontent\s*=\s*(?:\"([^\"]*)|'([^']*)|([^\s>]+))", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """One platform: its marks, and its sources beside /sitemap.xml, best first.

    Paths are joined to the blog's own root. In them, ``{blog}`` is the index of posts,
    ``{host}`` the host, ``{path}`` the path of the home page, ``{api}`` the root of the API.
    """

    #: What it is called, in lower case.
    name: str
    #: How the generator that a page or a feed names starts, in lower case.
    generators: tuple[str, ...] = ()
    #: Headers of its answers: a name, and what the value contains in lower case.
    headers: tuple[tuple[str, str], ...] = ()
    #: Domains below which its blogs lie.
    hosts: tuple[str, ...] = ()
    #: What only its markup contains, in lower case.
    marks: tuple[bytes, ...] = ()
    #: Sitemaps, where neither robots.txt nor a guess leads to them.
    sitemaps: tuple[str, ...] = ()
    #: Feeds, where the home page names none.
    feeds: tuple[str, ...] = ()
    #: First pages of the API that lists posts.
    apis: tuple[str, ...] = ()
    #: The parameter that turns the pages of its feeds, where they do not name the next one.
    feed_page: str = ""


#: Where blogs of WordPress.com have their API.
WORDPRESS_API = "public-api.wordpress.com"
_NEWEST = "number=100&page=1&fields=ID,URL,modified"
_WORDPRESS_POSTS = "per_page=100&page=1&_fields=id,link,date_gmt,modified_gmt"

_PLATFORMS = (
    Platform(
        name="blogger",
        generators=("blogger",),
        hosts=("blogspot.com",),
        marks=(b"www.blogger.com/static",),
        feeds=("/feeds/posts/default",),
    ),
    Platform(
        name="wordpress.com",
        generators=("wordpress.com", "https://wordpress.com", "http://wordpress.com"),
        headers=(("host-header", "wordpress.com"),),
        hosts=("wordpress.com",),
        feeds=("/feed/",),
        apis=(f"https://{WORDPRESS_API}/rest/v1.1/sites/{{host}}/posts/?{_NEWEST}",),
        feed_page="paged",
    ),
    Platform(
        name="wordpress",
        generators=("wordpress", "https://wordpress.org", "http://wordpress.org"),
        headers=(("link", "https://api.w.org/"),),
        marks=(b"/wp-content/", b"https://api.w.org/"),
        sitemaps=("wp-sitemap.xml", "sitemap_index.xml"),
        feeds=("feed/",),
        apis=(
            f"{{api}}wp/v2/posts?{_WORDPRESS_POSTS}",
            f"?rest_route=/wp/v2/posts&{_WORDPRESS_POSTS}",
        ),
        feed_page="paged",
    ),
    Platform(
        name="squarespace",
        generators=("squarespace",),
        headers=(("server", "squarespace"),),
        hosts=("squarespace.com",),
        marks=(b"static1.squarespace.com",),
        feeds=("{blog}?format=rss",),
    ),
    Platform(
        name="wix",
        generators=("wix",),
        headers=(("x-wix-request-id", ""),),
        hosts=("wixsite.com",),
        marks=(b"static.wixstatic.com", b"static.parastorage.com"),
        sitemaps=("/blog-posts-sitemap.xml",),
        feeds=("/blog-feed.xml",),
    ),
    Platform(
        name="weebly",
        generators=("weebly",),
        headers=(("x-host", "weebly.net"),),
        hosts=("weebly.com",),
        marks=(b"cdn2.editmysite.com", b"wsite-page"),
        feeds=("{blog}/feed", "/1/feed"),
    ),
    Platform(
        name="ghost",
        generators=("ghost",),
        headers=(("x-ghost-cache-status", ""),),
        hosts=("ghost.io",),
        marks=(b"/ghost/api/",),
        sitemaps=("/sitemap-posts.xml",),
        feeds=("/rss/",),
    ),
    Platform(
        name="substack",
        generators=("substack",),
        headers=(("x-powered-by", "substack"), ("x-served-by", "substack")),
        hosts=("substack.com",),
        marks=(b"substackcdn.com",),
        feeds=("/feed",),
        apis=("/api/v1/archive?sort=new&offset=0&limit=12",),
    ),
    Platform(
        name="medium",
        generators=("medium",),
        headers=(("x-powered-by", "medium"),),
        hosts=("medium.com",),
        marks=(b"cdn-client.medium.com",),
        feeds=("/feed{path}",),
    ),
    Platform(
        name="godaddy",
        generators=("go daddy", "godaddy", "starfield technologies"),
        marks=(b"img1.wsimg.com/isteam", b"window._blog_data"),
        sitemaps=("/sitemap.blog.xml",),
    ),
    Platform(
        name="webflow",
        generators=("webflow",),
        headers=(("x-wf-region", ""),),
        hosts=("webflow.io",),
        marks=(b"data-wf-domain", b"data-wf-site"),
        feeds=("{blog}/rss.xml",),
    ),
    Platform(name="hubspot", generators=("hubspot",), feeds=("{blog}/rss.xml",)),
    Platform(name="hostinger", generators=("hostinger",), marks=(b"assets.zyrosite.com",)),
    Platform(name="kajabi", generators=("kajabi",), marks=(b"kajabi-cdn.com",)),
    Platform(name="hugo", generators=("hugo",), feeds=("/index.xml",)),
    Platform(name="jekyll", generators=("jekyll",), feeds=("/feed.xml",)),
    Platform(name="eleventy", generators=("eleventy",), feeds=("/feed.xml",)),
    Platform(name="hexo", generators=("hexo",), feeds=("/atom.xml",)),
)
#: Where a blog of no known platform may list its posts.
UNKNOWN = Platform(name="", sitemaps=("/sitemap_index.xml",), feeds=("/feed.xml", "/feed/"))


def pace_key(host: str) -> str:
    """The name under which a host's pace is kept: hosts of one platform share it.

    >>> pace_key("anna.substack.com"), pace_key("www.blog.example:8080")
    ('substack.com', 'blog.example')
    """
    name = host.lower()
    if not name.startswith("["):
        name = name.partition(":")[0].rstrip(".")
    name = _COUNTRY_OF_BLOGSPOT.sub(".blogspot.com", name.removeprefix("www."))
    return next((shared for shared in _SHARED if _is_below(name, shared)), name)


def recognise(capture: Capture) -> Platform | None:
    """The platform that a page was made with, where it shows it.

    What it says of itself counts before the hosts that its images come from.
    """
    body = capture.body[:_MOST_BYTES]
    if named := by_generator(_generator(body)):
        return named
    host = capture.url.partition("://")[2].partition("/")[0].partition(":")[0]
    for platform in _PLATFORMS:
        if any(_is_below(host, domain) for domain in platform.hosts):
            return platform
    for platform in _PLATFORMS:
        if any(_has_header(capture, name, value) for name, value in platform.headers):
            return platform
    lowered = body.lower()
    for platform in _PLATFORMS:
        if any(mark in lowered for mark in platform.marks):
            return platform
    return None


def by_generator(generator: str) -> Platform | None:
    """The platform that a page or a feed names as its generator.

    >>> by_generator("WordPress 6.7").name, by_generator("WordPress.com").name
    ('wordpress', 'wordpress.com')
    """
    said = generator.strip().lower()
    return next((row for row in _PLATFORMS if said.startswith(row.generators)), None)


def _is_below(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def _has_header(capture: Capture, name: str, value: str) -> bool:
    said = [text.lower() for key, text in capture.headers if key.lower() == name]
    return any(value in text for text in said)


def _generator(body: bytes) -> str:
    for tag in _META.finditer(body):
        if _GENERATOR.search(tag[0]) and (content := _CONTENT.search(tag[0])):
            return next(filter(None, content.groups()), b"").decode("utf-8", "replace")
    return ""
