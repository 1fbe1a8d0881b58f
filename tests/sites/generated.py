"""A blog of any length, for crawls that have to be killed, timed or repeated.

Posts are made when they are asked for, from a seed and their number, so a blog of a
million posts takes no memory and is the same in every run.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from tests.sites.feeds import rss, sitemapindex, urlset
from tests.sites.posts import Post
from tests.sites.site import RSS, TEXT, XML, Answer, Site

#: URLs in one sitemap below the index; the protocol allows 50,000.
SITEMAP_SIZE = 1000
FEED_SIZE = 10
_FIRST = datetime(2004, 1, 1, 8, tzinfo=UTC)
_GAP = timedelta(hours=1)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_PEOPLE = _words(
    "clients couples parents teenagers fathers mothers siblings nurses teachers carers students "
    "partners widows neighbours musicians gardeners farmers colleagues newcomers grandparents "
    "therapists counsellors supervisors trainees strangers children friends doctors"
)
_THINGS = _words(
    "grief anger worry shame sleep silence tenderness boundaries habits memories breathing "
    "routine loneliness attachment panic perfectionism sadness envy humour patience longing "
    "resentment courage regret stillness rage conflict kindness exhaustion doubt trust hunger "
    "dreams rituals letters mornings deadlines promises apologies goodbyes"
)
_VERBS = _words(
    "notice question carry soften avoid name repeat postpone describe welcome resist forget "
    "rehearse measure share protect examine outgrow misread bury explore accept borrow mourn "
    "reframe test trade hide unlearn invite chase guard mention loosen"
)
_MANNERS = _words(
    "slowly bluntly quietly gladly rarely often carefully secretly together weekly openly "
    "reluctantly gently suddenly loudly patiently honestly awkwardly twice daily"
)
_PLACES = _words(
    "kitchen car office garden hallway train clinic classroom bedroom park church hospital "
    "library café workshop harbour stairwell waiting-room bus shed"
)
_KINDS = _words(
    "old small heavy familiar borrowed hidden early stubborn ordinary distant unfinished "
    "raw careful private winter clumsy honest childhood careless recent quiet sharp"
)
_FRAMES = (
    "Some {people} {verb} their {kind} {thing} {manner} in the {place}.",
    "When {thing} returns, {people} {verb} {thing2} and {verb2} the {kind} {place}.",
    "In therapy we {verb} {kind} {thing} before {people} {verb2} it {manner}.",
    "A {kind} {place} can {verb} {thing} that {people} {manner} {verb2}.",
    "Perhaps {people} {verb} {thing} because {kind} {thing2} was never safe in the {place}.",
    "{people} who {manner} {verb} {thing} may yet {verb2} the {kind} {thing2}.",
    "What would it mean to {verb} {thing} {manner}, or to {verb2} {kind} {thing2} with {people}?",
    "Between {thing} and {thing2} lies a {kind} {place} which {people} {manner} {verb}.",
)


@dataclass(slots=True, kw_only=True)
class GeneratedSite(Site):
    """A blog with posts 1 to `posts`, the last the newest; `edit` changes one."""

    host: str
    posts: int
    seed: int = 0
    #: Whether an RSS feed of the newest posts is there and named in each head.
    feed: bool = True
    #: Whether a sitemap is there and named in robots.txt.
    sitemap: bool = True
    #: Posts on a page of the listing.
    page_size: int = 10
    _edits: dict[int, int] = field(default_factory=dict)
    _deleted: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Answer every path by the method that makes it."""
        self.functions = (self._listing, self._post_page, self._meta)

    def url(self, number: int) -> str:
        """The address of post `number`."""
        return f"http://{self.host}/posts/note-{number}.html"

    def urls(self) -> Iterator[str]:
        """The addresses of all posts, oldest first."""
        return map(self.url, range(1, self.posts + 1))

    def edit(self, number: int) -> None:
        """Change the words of post `number`, and when it was last modified."""
        self._edits[number] = self._edits.get(number, 0) + 1

    def delete(self, number: int) -> None:
        """Take post `number` off the site, out of its sitemap, feed and listing."""
        self._deleted.add(number)

    def post(self, number: int) -> Post:
        """Post `number`: 120 to 200 words of sentences from word lists."""
        edits = self._edits.get(number, 0)
        rng = random.Random(f"{self.seed}/{self.host}/{number}/{edits}")
        blocks = []
        words, goal = 0, rng.randint(120, 150)
        while words < goal:
            block = " ".join(_sentence(rng) for _ in range(rng.randint(2, 3)))
            blocks.append(block)
            words += len(block.split())
        kind, thing = rng.choice(_KINDS), rng.choice(_THINGS)
        published = _FIRST + number * _GAP
        return Post(
            slug=str(number),
            title=f"On {kind} {thing}, note {number}",
            author="Mara Linden",
            published=published,
            modified=published + edits * timedelta(days=1),
            labels=(thing,),
            language="en",
            blocks=tuple(blocks),
            comments=(),
        )

    def _listing(self, path: str) -> Answer | None:
        parts = path.strip("/").split("/")
        if path != "/" and (parts[0] != "page" or not parts[-1].isdigit()):
            return None
        page = 1 if path == "/" else int(parts[-1])
        first = self.posts - (page - 1) * self.page_size
        if first < 1:
            return None
        last = max(first - self.page_size, 0)
        rows = "".join(
            f"<li><a href='/posts/note-{number}.html'>{self.post(number).title}</a></li>\n"
            for number in range(first, last, -1)
            if number not in self._deleted
        )
        more = f"<a rel='next' href='/page/{page + 1}/'>Older posts</a>" if last else ""
        return self._page("Many notes", f"<ul>{rows}</ul><nav>{more}</nav>", self._modified())

    def _post_page(self, path: str) -> Answer | None:
        name = path.removeprefix("/posts/note-").removesuffix(".html")
        if path != f"/posts/note-{name}.html" or not name.isdigit():
            return None
        if not 1 <= int(name) <= self.posts or int(name) in self._deleted:
            return None
        post = self.post(int(name))
        main = (
            f"<article><h1>{post.title}</h1><p>{post.author}, "
            f"<time datetime='{post.published.isoformat()}'>{post.published:%d %B %Y}</time></p>"
            f"<div class='entry-content'>{post.html}</div></article>"
        )
        return self._page(post.title, main, post.modified)

    def _meta(self, path: str) -> Answer | None:
        parts = urlsplit(path)
        if parts.path == "/robots.txt":
            line = f"Sitemap: http://{self.host}/sitemap.xml\n" if self.sitemap else ""
            return Answer(body=f"User-agent: *\nAllow: /\n{line}".encode(), content_type=TEXT)
        if parts.path == "/feed.xml" and self.feed:
            newest = range(self.posts, max(self.posts - FEED_SIZE, 0), -1)
            kept = [number for number in newest if number not in self._deleted]
            items = [(self.url(number), self.post(number)) for number in kept]
            body = rss("Many notes", self.host, items, self_path="/feed.xml")
            return Answer(body=body, content_type=RSS, modified=self._modified())
        if parts.path == "/sitemap.xml" and self.sitemap:
            return self._sitemap(int(parse_qs(parts.query).get("part", ["0"])[0]))
        return None

    def _sitemap(self, part: int) -> Answer | None:
        first = (part - 1) * SITEMAP_SIZE + 1
        numbers = range(first, min(first + SITEMAP_SIZE, self.posts + 1))
        if not part:
            count = -(-self.posts // SITEMAP_SIZE)
            address = f"http://{self.host}/sitemap.xml?part="
            body = sitemapindex((f"{address}{n}", self._modified()) for n in range(1, count + 1))
        elif numbers:
            kept = [number for number in numbers if number not in self._deleted]
            body = urlset((self.url(number), self._changed(number)) for number in kept)
        else:
            return None
        return Answer(body=body, content_type=XML, modified=self._modified())

    def _changed(self, number: int) -> datetime:
        return _FIRST + number * _GAP + self._edits.get(number, 0) * timedelta(days=1)

    def _modified(self) -> datetime:
        return max(map(self._changed, (self.posts, *tuple(self._edits))))

    def _page(self, title: str, main: str, modified: datetime) -> Answer:
        feed = "<link rel='alternate' type='application/rss+xml' href='/feed.xml'>"
        body = (
            f"<!doctype html>\n<html lang='en'><head><meta charset='utf-8'><title>{title}</title>"
            f"{feed if self.feed else ''}</head><body><header><a href='/'>Many notes</a></header>"
            f"<main>{main}</main><footer>Many notes, a blog on therapy.</footer></body></html>\n"
        )
        return Answer(body=body.encode(), modified=modified)


def generated(
    host: str, *, posts: int, seed: int = 0, feed: bool = True, sitemap: bool = True
) -> GeneratedSite:
    """A blog at `host` with so many posts; other `seed`, other words."""
    return GeneratedSite(host=host, posts=posts, seed=seed, feed=feed, sitemap=sitemap)


def _sentence(rng: random.Random) -> str:
    thing, thing2 = rng.sample(_THINGS, 2)
    verb, verb2 = rng.sample(_VERBS, 2)
    sentence = rng.choice(_FRAMES).format(
        people=rng.choice(_PEOPLE),
        thing=thing,
        thing2=thing2,
        verb=verb,
        verb2=verb2,
        manner=rng.choice(_MANNERS),
        place=rng.choice(_PLACES),
        kind=rng.choice(_KINDS),
    )
    return sentence[0].upper() + sentence[1:]
