"""Sites that answer 200 for what is not there."""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from tests.sites.generated import GeneratedSite, generated
from tests.sites.site import Answer, Site
from tests.sites.traps import POSTS, html_page

#: Numbers of posts that a site names though they are gone.
DELETED = (7, 23, 41)


def soft_404s() -> Mapping[str, Site]:
    """Sites that answer 200 for what is not there, each in its own words, by host."""
    said: Mapping[str, Callable[[GeneratedSite, str], str]] = {
        "soft-plain": lambda _, __: html_page(
            "Not found",
            "<h1>Not found</h1><p>We are sorry. The page you are looking for has moved, "
            "or perhaps was never there at all. Please try our home page.</p>",
        ),
        "soft-echo": lambda _, path: html_page(
            f"{path} was not found",
            f"<h1>Oh dear</h1><p>We looked everywhere for <b>{path}</b> and found nothing under "
            f"that name. Did you type {path} correctly? Our home page lists what there is.</p>",
        ),
        "soft-home": lambda inner, _: inner.answer("/").body.decode(),
    }
    return {f"{name}.example": _pretending(f"{name}.example", made) for name, made in said.items()}


def deleted(host: str) -> frozenset[str]:
    """URLs of the posts that a site of `soft_404s` names in vain."""
    return frozenset(f"http://{host}/posts/note-{number}.html" for number in DELETED)


def _pretending(host: str, made: Callable[[GeneratedSite, str], str]) -> Site:
    inner = generated(host, posts=POSTS, seed=len(host))
    gone = {urlsplit(url).path for url in deleted(host)}
    there = ("/robots.txt", "/feed.xml", "/sitemap.xml")

    def function(path: str) -> Answer:
        said = inner.answer(path)
        is_there = said.status == 200 and path not in gone
        if is_there or urlsplit(path).path in there:
            return said
        return Answer(body=made(inner, path).encode())

    return Site(functions=(function,))
