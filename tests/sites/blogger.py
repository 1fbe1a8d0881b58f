"""A theme and feeds like Blogger's, with its own ways of paging and of captions."""

import html
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlsplit

from tests.sites.feeds import rss, urlset
from tests.sites.posts import Post, block_html, image_of
from tests.sites.site import ATOM, RSS, TEXT, XML, Answer, Site

#: Posts on a page and in a feed answer that asks for no number; Blogger's are 7 and 25.
PAGE_SIZE = 3
FEED_SIZE = 4
_PICTURE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><path d="M0 15h40v5H0z"/></svg>'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blogger:
    """One blog; as a function of a path it answers what Blogger would."""

    host: str
    name: str
    about: str
    #: Newest first.
    posts: tuple[Post, ...]
    #: Posts on a page, and in a feed answer that asks for no number.
    page_size: int = PAGE_SIZE
    feed_size: int = FEED_SIZE

    def url(self, post: Post) -> str:
        """The post's address."""
        return f"http://{self.host}{self.path(post)}"

    def path(self, post: Post) -> str:
        """The post's path: year, month and slug."""
        return f"/{post.published:%Y/%m}/{post.slug}.html"

    def site(self) -> Site:
        """The whole blog."""
        site = Site(functions=(self._feed, self._search), ignores=frozenset({"m", "showComment"}))
        newest = self.posts[0].modified
        for post in self.posts:
            site.put(self.path(post), self._post_page(post))
        for path, posts in self._archives().items():
            site.put(path, self._page(f"{self.name}: archive", posts))
        site.put("/", self._page(self.name, self.posts[: self.page_size]))
        site.put("/p/about.html", self._plain("About", f"<p>{self.about}</p>"))
        robots = (
            "User-agent: Mediapartners-Google\nDisallow: \n\n"
            "User-agent: *\nDisallow: /search\nAllow: /\n\n"
            f"Sitemap: http://{self.host}/sitemap.xml\n"
        )
        site.put("/robots.txt", Answer(body=robots.encode(), content_type=TEXT))
        site.put("/images/slipway.svg", Answer(body=_PICTURE, content_type="image/svg+xml"))
        places = [(self.url(post), post.modified) for post in self.posts]
        site.put("/sitemap.xml", Answer(body=urlset(places), content_type=XML, modified=newest))
        return site

    def listings(self) -> Iterator[str]:
        """Addresses of pages that list posts, those that robots.txt closes left out."""
        for path in ("/", *self._archives()):
            yield f"http://{self.host}{path}"

    def _archives(self) -> dict[str, tuple[Post, ...]]:
        archives: dict[str, tuple[Post, ...]] = {}
        for post in self.posts:
            for path in (f"/{post.published:%Y}/", f"/{post.published:%Y/%m}/"):
                archives[path] = (*archives.get(path, ()), post)
        return archives

    def _search(self, path: str) -> Answer | None:
        """Labels and older posts; the only pages that page through the blog."""
        parts = urlsplit(path)
        query = parse_qs(parts.query)
        posts = self.posts
        if parts.path.startswith("/search/label/"):
            label = parts.path.removeprefix("/search/label/")
            posts = tuple(post for post in posts if label in map(quote, post.labels))
        elif parts.path != "/search":
            return None
        before = query.get("updated-max", ["9999"])[0]
        found = tuple(post for post in posts if post.published.isoformat() < before)
        return self._page(f"{self.name}: search", found[: self.page_size])

    def _feed(self, path: str) -> Answer | None:
        parts = urlsplit(path)
        query = parse_qs(parts.query)
        newest = max(post.modified for post in self.posts)
        if parts.path != "/feeds/posts/default":
            return self._comment_feed(parts.path)
        if query.get("alt") == ["rss"]:
            items = [(self.url(post), post) for post in self.posts]
            body = rss(self.name, self.host, items, self_path=path)
            return Answer(body=body, content_type=RSS, modified=newest)
        start = int(query.get("start-index", ["1"])[0])
        size = int(query.get("max-results", [str(self.feed_size)])[0])
        chosen = self.posts[start - 1 : start - 1 + size]
        entries = "".join(self._entry(post) for post in chosen)
        more = ""
        if start - 1 + size < len(self.posts):
            link = f"{self._feed_url()}?start-index={start + size}&amp;max-results={size}"
            more = f"<link rel='next' type='application/atom+xml' href='{link}'/>"
        counts = (
            f"<openSearch:totalResults>{len(self.posts)}</openSearch:totalResults>"
            f"<openSearch:startIndex>{start}</openSearch:startIndex>"
            f"<openSearch:itemsPerPage>{size}</openSearch:itemsPerPage>"
        )
        body = self._atom(self.name, more + counts + entries)
        return Answer(body=body, content_type=ATOM, modified=newest)

    def _comment_feed(self, path: str) -> Answer | None:
        if path == "/feeds/comments/default":
            return Answer(body=self._atom(f"{self.name}: comments", ""), content_type=ATOM)
        for post in self.posts:
            if path == f"/feeds/{post.slug}/comments/default":
                said = "".join(
                    f"<entry><title>{comment.name}</title><content>{comment.text}</content></entry>"
                    for comment in post.comments
                )
                body = self._atom(f"Comments on {post.title}", said)
                return Answer(body=body, content_type=ATOM)
        return None

    def _feed_url(self) -> str:
        return f"http://{self.host}/feeds/posts/default"

    def _atom(self, title: str, inner: str) -> bytes:
        return (
            "<?xml version='1.0' encoding='UTF-8'?>"
            "<feed xmlns='http://www.w3.org/2005/Atom'"
            " xmlns:openSearch='http://a9.com/-/spec/opensearchrss/1.0/'"
            " xmlns:thr='http://purl.org/syndication/thread/1.0'>"
            f"<id>tag:{self.host},2020:blog</id><title>{html.escape(title)}</title>"
            f"<updated>{self.posts[0].modified.isoformat()}</updated>"
            f"<link rel='alternate' type='text/html' href='http://{self.host}/'/>"
            f"<link rel='self' type='application/atom+xml' href='{self._feed_url()}'/>"
            f"<generator version='7.00' uri='http://www.blogger.com'>Blogger"
            f"</generator>{inner}</feed>\n"
        ).encode()

    def _entry(self, post: Post) -> str:
        labels = "".join(f"<category term='{html.escape(label)}'/>" for label in post.labels)
        replies = f"http://{self.host}/feeds/{post.slug}/comments/default"
        return (
            f"<entry><id>tag:{self.host},2020:post-{post.slug}</id>"
            f"<published>{post.published.isoformat()}</published>"
            f"<updated>{post.modified.isoformat()}</updated>{labels}"
            f"<title type='text'>{html.escape(post.title)}</title>"
            f"<content type='html'>{html.escape(_body(post))}</content>"
            f"<link rel='replies' type='application/atom+xml' href='{replies}'/>"
            f"<link rel='alternate' type='text/html' href='{self.url(post)}'/>"
            f"<author><name>{post.author}</name></author>"
            f"<thr:total>{len(post.comments)}</thr:total></entry>"
        )

    def _post_page(self, post: Post) -> Answer:
        said = "".join(
            f"<div class='comment-block'><cite class='user'>{comment.name}</cite>"
            f"<p class='comment-content'>{comment.text}</p></div>"
            for comment in post.comments
        )
        thread = (
            f"<div class='comments' id='comments'><h4>{len(post.comments)} comments:</h4>"
            f"{said}<p class='comment-footer'>Post a Comment</p></div>"
        )
        older = self._older((post,))
        main = self._article(post) + thread + older
        head = (
            f"<link rel='canonical' href='{self.url(post)}'/>"
            "<meta property='og:type' content='article'/>"
            f"<meta property='og:title' content='{html.escape(post.title)}'/>"
        )
        body = self._frame(f"{self.name}: {post.title}", main, head, "item-view")
        return Answer(body=body, modified=post.modified)

    def _article(self, post: Post) -> str:
        labels = ", ".join(
            f"<a href='http://{self.host}/search/label/{quote(label)}' rel='tag'>{label}</a>"
            for label in post.labels
        )
        return (
            f"<h2 class='date-header'><span>{post.published:%A, %B %d, %Y}</span></h2>"
            "<div class='post hentry' itemprop='blogPost' itemscope='itemscope'"
            " itemtype='http://schema.org/BlogPosting'>"
            "<h3 class='post-title entry-title' itemprop='name'>"
            f"<a href='{self.url(post)}'>{post.title}</a></h3>"
            f"<div class='post-body entry-content' itemprop='articleBody'>{_body(post)}</div>"
            f"<div class='post-footer'>Posted by <span itemprop='author'>{post.author}</span> at "
            f"<a class='timestamp-link' href='{self.url(post)}' rel='bookmark'>"
            f"<abbr class='published' itemprop='datePublished'"
            f" title='{post.published.isoformat()}'>{post.published:%I:%M %p}</abbr></a>"
            f" <span class='post-labels'>Labels: {labels}</span></div></div>\n"
        )

    def _older(self, shown: tuple[Post, ...]) -> str:
        rest = [post for post in self.posts if shown and post.published < shown[-1].published]
        if not rest:
            home = f"<a class='home-link' href='http://{self.host}/'>Home</a>"
            return f"<div class='blog-pager'>{home}</div>"
        before = quote(shown[-1].published.isoformat(), safe="")
        link = f"http://{self.host}/search?updated-max={before}&amp;max-results={self.page_size}"
        older = f"<a class='blog-pager-older-link' href='{link}'>Older Posts</a>"
        return f"<div class='blog-pager' id='blog-pager'>{older}</div>"

    def _page(self, title: str, posts: tuple[Post, ...]) -> Answer:
        main = "".join(map(self._article, posts)) + self._older(posts)
        modified = max((post.modified for post in posts), default=self.posts[0].modified)
        return Answer(body=self._frame(title, main, "", "index-view"), modified=modified)

    def _plain(self, title: str, main: str) -> Answer:
        page = f"<div class='post'><h3 class='post-title'>{title}</h3>{main}</div>"
        oldest = self.posts[-1].published
        return Answer(body=self._frame(f"{self.name}: {title}", page, "", "page"), modified=oldest)

    def _frame(self, title: str, main: str, head: str, kind: str) -> bytes:
        home, feed = f"http://{self.host}/", self._feed_url()
        months = "".join(
            f"<li><a class='post-count-link' href='{home}{path[1:]}'>{path.strip('/')}</a>"
            f" ({len(posts)})</li>"
            for path, posts in self._archives().items()
        )
        return (
            "<!DOCTYPE html>\n<html dir='ltr' lang='en'><head><meta charset='utf-8'/>"
            f"<meta content='blogger' name='generator'/><title>{html.escape(title)}</title>"
            f"<link rel='alternate' type='application/atom+xml' title='Atom' href='{feed}'/>"
            f"<link rel='alternate' type='application/rss+xml' title='RSS' href='{feed}?alt=rss'/>"
            f"{head}</head><body class='{kind}'><div class='header'>"
            f"<h1 class='title'><a href='{home}'>{self.name}</a></h1></div>"
            f"<div class='tabs'><ul><li><a href='{home}'>Home</a></li>"
            f"<li><a href='{home}p/about.html'>About</a></li></ul></div>"
            f"<div class='main' id='main'><div class='blog-posts hfeed'>{main}</div>"
            f"<div class='post-feeds'>Subscribe to: <a class='feed-link' href='{feed}'>"
            "Posts (Atom)</a></div></div><div class='sidebar'>"
            f"<div class='widget Profile'><h2>About Me</h2><p>{self.about}</p></div>"
            f"<div class='widget BlogArchive'><h2>Blog Archive</h2><ul>{months}</ul></div></div>"
            "<div class='footer'><a href='?m=1'>View mobile version</a>."
            " Powered by Blogger.</div></body></html>\n"
        ).encode()


def _body(post: Post) -> str:
    return "\n".join(_block(block) for block in post.blocks)


def _block(block: str) -> str:
    image = image_of(block)
    if not image:
        return block_html(block)
    return (
        "<table align='center' class='tr-caption-container'><tbody>"
        f"<tr><td><img src='{image[1]}' alt=''/></td></tr>"
        f"<tr><td class='tr-caption'>{html.escape(image[0])}</td></tr></tbody></table>"
    )
