"""Sites that make up pages without end beside their posts."""

import hashlib
import random
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import product
from urllib.parse import parse_qs, urlsplit

from tests.sites.generated import GeneratedSite, generated
from tests.sites.site import Answer, Function, Site

POSTS = 80
_SESSION = re.compile(r"[?&;](?:PHPSESSID|jsessionid|visit)=[0-9a-f]+|/\(S\([0-9a-z]+\)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trap:
    """One site with a trap."""

    site: Site
    #: Paths of its posts, as they are without a trap.
    posts: frozenset[str]
    #: Whether a path that answers 200 belongs to the trap.
    is_trap: Callable[[str], bool]
    #: What a path is without what the trap adds to it.
    plain: Callable[[str], str] = str


def traps() -> Mapping[str, Trap]:
    """The sites by host."""
    made: Iterable[tuple[str, Callable[[str], Trap]]] = (
        ("calendar", _calendar),
        ("calendar-query", _calendar_query),
        ("session-query", _session_query),
        ("session-path", _session_path),
        ("session-folder", _session_folder),
        ("paging", _paging),
        ("paging-query", _paging_query),
        ("relative", _relative),
        ("relative-lists", _relative_lists),
        ("facets", _facets),
        ("random", _random),
        ("random-posts", _random_posts),
    )
    return {f"{name}.example": make(f"{name}.example") for name, make in made}


def _trap(host: str, made: Function, links: str) -> Trap:
    """A blog whose every page has `links` into a trap, which `made` answers."""
    inner = generated(host, posts=POSTS, seed=len(host), sitemap=False)

    def around(path: str) -> Answer | None:
        said = inner.answer(path)
        if said.status != 200 or not said.content_type.startswith("text/html"):
            return None
        extra = f"<section><h2>More</h2>{links}</section></main>".encode()
        return Answer(body=said.body.replace(b"</main>", extra))

    def plain(path: str) -> Answer | None:
        said = inner.answer(path)
        return said if said.status == 200 else None

    return Trap(
        site=Site(functions=(made, around, plain)),
        posts=_posts(inner),
        is_trap=lambda path: made(path) is not None,
    )


def _posts(inner: GeneratedSite) -> frozenset[str]:
    return frozenset(urlsplit(url).path for url in inner.urls())


def html_page(title: str, main: str) -> str:
    """A page with so much around it as a page needs."""
    return (
        f"<!doctype html><html lang='en'><head><title>{title}</title></head>"
        f"<body><main>{main}</main></body></html>"
    )


def _answer(title: str, main: str) -> Answer:
    return Answer(body=html_page(title, main).encode())


def _months(year: int, month: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """The month before and the one after."""
    number = year * 12 + month - 1
    before, after = divmod(number - 1, 12), divmod(number + 1, 12)
    return (before[0], before[1] + 1), (after[0], after[1] + 1)


def _calendar(host: str) -> Trap:
    """Months by their path, in both directions, without an end."""

    def made(path: str) -> Answer | None:
        found = re.fullmatch(r"/calendar/(\d+)/(\d+)/", path)
        if found is None:
            return None
        (y0, m0), (y1, m1) = _months(int(found[1]), int(found[2]))
        return _answer(
            f"Calendar {found[1]}",
            f"<h1>Groups and talks in {found[2]}/{found[1]}</h1><p>There are no events.</p>"
            f"<a href='/calendar/{y0}/{m0:02}/'>Month before</a>"
            f"<a href='/calendar/{y1}/{m1:02}/'>Next month</a>",
        )

    return _trap(host, made, "<a href='/calendar/2031/07/'>Calendar</a>")


def _calendar_query(host: str) -> Trap:
    """Months by a query."""

    def made(path: str) -> Answer | None:
        parts = urlsplit(path)
        if parts.path != "/events":
            return None
        asked = parse_qs(parts.query).get("month", ["2026-11"])[0]
        year, month = map(int, asked.split("-"))
        (y0, m0), (y1, m1) = _months(year, month)
        return _answer(
            "Events",
            f"<h1>Events of {asked}</h1><p>Nothing is planned for this month.</p>"
            f"<a href='?month={y0}-{m0:02}'>Back</a><a href='?month={y1}-{m1:02}'>On</a>",
        )

    return _trap(host, made, "<a href='/events?month=2026-11'>Events</a>")


def _in_sessions(host: str, written: Callable[[str, str], str]) -> Trap:
    """A blog whose every link has another session id each time; `written` puts it there."""
    inner = generated(host, posts=POSTS, seed=len(host), sitemap=False, feed=False)
    chance = random.Random(host)

    def function(path: str) -> Answer | None:
        said = inner.answer(_without_session(path))
        if said.status != 200 or not said.content_type.startswith("text/html"):
            return said if said.status == 200 else None

        def link(found: re.Match[bytes]) -> bytes:
            identity = f"{chance.getrandbits(128):032x}"
            return b"href='" + written(found[1].decode(), identity).encode() + b"'"

        return Answer(body=re.sub(rb"href='(/[^']*)'", link, said.body))

    return Trap(
        site=Site(functions=(function,)),
        posts=_posts(inner),
        is_trap=lambda _: False,
        plain=_without_session,
    )


def _without_session(path: str) -> str:
    return _SESSION.sub("", path) or "/"


def _session_query(host: str) -> Trap:
    return _in_sessions(host, lambda path, identity: f"{path}?PHPSESSID={identity}")


def _session_path(host: str) -> Trap:
    return _in_sessions(host, lambda path, identity: f"{path};jsessionid={identity}")


def _session_folder(host: str) -> Trap:
    """As ASP.NET does it."""
    return _in_sessions(host, lambda path, identity: f"/(S({identity[:24]})){path}")


def _paging(host: str) -> Trap:
    """Pages of the listing beyond the last answer as the last does."""
    return _beyond(host, r"/page/(\d+)/", "/page/{}/")


def _paging_query(host: str) -> Trap:
    return _beyond(host, r"/notes\?page=(\d+)", "/notes?page={}")


def _beyond(host: str, pattern: str, form: str) -> Trap:
    last = POSTS // 10
    inner = generated(host, posts=POSTS, seed=len(host), sitemap=False)

    def number_of(path: str) -> int:
        found = re.fullmatch(pattern, path)
        return int(found[1]) if found else 0

    def function(path: str) -> Answer | None:
        number = number_of(path)
        shown = f"/page/{min(number, last)}/" if number else path
        said = inner.answer(shown)
        if said.status != 200:
            return None
        following = form.format(number + 1 if number else 2)
        more = f"<nav><a rel='next' href='{following}'>Older posts</a></nav>".encode()
        body = re.sub(rb"<nav>.*?</nav>", more, said.body)
        return Answer(body=body, content_type=said.content_type)

    return Trap(
        site=Site(functions=(function,)),
        posts=_posts(inner),
        is_trap=lambda path: number_of(path) > last,
    )


def _relative(host: str) -> Trap:
    """Links without their first slash, each of which answers one folder deeper."""
    inner = generated(host, posts=POSTS, seed=len(host), sitemap=False)

    def function(path: str) -> Answer | None:
        found = re.fullmatch(r"(?:/posts)+(/note-(\d+)\.html)", path)
        said = inner.answer(f"/posts{found[1]}" if found else path)
        if said.status != 200 or found is None:
            return said if said.status == 200 else None
        near = max(int(found[2]) - 1, 1)
        link = f"<p>Read on: <a href='posts/note-{near}.html'>An earlier note</a></p></article>"
        return Answer(body=said.body.replace(b"</article>", link.encode()))

    return Trap(
        site=Site(functions=(function,)),
        posts=_posts(inner),
        is_trap=lambda path: path.startswith("/posts/posts/"),
    )


def _relative_lists(host: str) -> Trap:
    """Two lists of the newest posts, which name themselves and each other the same way."""
    newest = _posts_of(host, range(POSTS, POSTS - 10, -1))
    links = "<a href='archive/'>All notes</a><a href='topics/'>Topics</a>"

    def made(path: str) -> Answer | None:
        if not re.fullmatch(r"/(?:(?:archive|topics)/)+", path):
            return None
        return _answer("Many notes", f"<h1>All notes</h1><ul>{newest}</ul>{links}")

    made_up = _trap(host, made, "<a href='/archive/'>All notes</a><a href='/topics/'>Topics</a>")
    first = {"/archive/", "/topics/"}  # these two are lists as any
    return replace(made_up, is_trap=lambda path: path not in first and made(path) is not None)


def _posts_of(host: str, numbers: Iterable[int]) -> str:
    """Rows of a list of posts."""
    inner = generated(host, posts=POSTS, seed=len(host))
    return "".join(
        f"<li><a href='/posts/note-{n}.html'>{inner.post(n).title}</a></li>" for n in numbers
    )


def _facets(host: str) -> Trap:
    """Filters of the list of posts, each of which can be set beside the others."""
    values = {
        "topic": ("grief", "anger", "worry", "shame", "sleep", "trust", "envy", "hope"),
        "sort": ("newest", "oldest", "title", "length", "popular"),
        "view": ("list", "grid", "cards", "print"),
        "lang": ("en", "de", "fr"),
    }
    menu = "".join(
        f"<a href='/notes?topic={topic}&sort={sort}&view={view}&lang={lang}'>{topic} {sort}</a>"
        for topic, sort, view, lang in product(*values.values())
    )

    def made(path: str) -> Answer | None:
        parts = urlsplit(path)
        if parts.path != "/notes":
            return None
        asked = {key: said[0] for key, said in parse_qs(parts.query).items()}
        chance = random.Random(f"{asked.get('topic')}/{asked.get('sort')}")
        rows = _posts_of(host, chance.sample(range(1, POSTS + 1), 10))
        return _answer(f"Notes on {asked.get('topic')}", f"<ul>{rows}</ul>{menu}")

    return _trap(host, made, "<a href='/notes?topic=grief&sort=newest&view=list'>Filter</a>")


def _random(host: str) -> Trap:
    return _made_up(host, "/tag/{}/", "/tag/a-quiet-harbour-in-winter/")


def _random_posts(host: str) -> Trap:
    """The same, with addresses as posts have them."""
    return _made_up(host, "/posts/{}.html", "/posts/a-quiet-harbour-in-winter.html")


def _made_up(host: str, form: str, first: str) -> Trap:
    """Pages that name two more which nobody has named before, all with the same words."""
    words = ("quiet", "harbour", "winter", "letter", "garden", "silver", "morning", "lantern")
    before, after = form.split("{}")

    def made(path: str) -> Answer | None:
        slug = path.removeprefix(before).removesuffix(after)
        if path != before + slug + after or slug.count("-") < 4:
            return None
        digest = hashlib.sha256(path.encode()).digest()
        slugs = ("-".join(words[byte % 8] for byte in digest[at : at + 9]) for at in (0, 9))
        links = "".join(f"<a href='{form.format(other)}'>You may like</a>" for other in slugs)
        text = "<p>Here are more thoughts that other readers of this page have liked.</p>"
        return _answer("Related", f"<h1>Related</h1>{text}{links}")

    return _trap(host, made, f"<a href='{first}'>A quiet harbour in winter</a>")
