"""Every way to say no, end to end: what a site refuses is not asked for again, nor published."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.end_to_end.corpus import Corpus
from tests.sites.feeds import urlset
from tests.sites.generated import generated
from tests.sites.server import SiteServer, serve
from tests.sites.site import JSON, TEXT, XML, Answer, Site

OPEN = ("/posts/why-we-rest/", "/posts/a-slow-morning/", "/posts/what-grief-asks/")
REFUSED = "/closed/not-for-machines/"
TDMREP = "/.well-known/tdmrep.json"
RUNS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One signal on one site."""

    #: Lines of robots.txt.
    robots: str = ""
    #: Of the page that says no.
    headers: Mapping[str, str] = field(default_factory=dict)
    head: str = ""
    #: Other files of the site by path.
    files: Mapping[str, str] = field(default_factory=dict)
    #: Whether the signal speaks of the whole site.
    is_site: bool = False
    #: Requests for the refused page over all runs: what a page itself says has to be read once.
    requests: int = 0


def _page(headers: dict[str, str] | None = None, head: str = "") -> Case:
    return Case(headers=headers or {}, head=head, requests=1)


_RSL = (
    '<rsl xmlns="https://rslstandard.org/rsl"><content url="/">'
    '<license><prohibits type="usage">ai-train</prohibits></license></content></rsl>'
)
CASES = {
    "robots": Case(robots="User-agent: *\nDisallow: /closed/"),
    "robots-by-name": Case(robots="User-agent: TherapyCorpusBot\nDisallow: /closed/"),
    "named-agent": Case(robots="User-agent: GPTBot\nDisallow: /closed/"),
    "other-named-agent": Case(robots="User-agent: CCBot\nUser-agent: ClaudeBot\nDisallow: /closed"),
    "content-signal": Case(
        robots="User-agent: *\nContent-Signal: search=yes, ai-train=no\nAllow: /", is_site=True
    ),
    "content-usage-rule": Case(
        robots="User-agent: *\nAllow: /\nContent-Usage: /closed/ train-ai=n"
    ),
    "content-usage-header": _page({"Content-Usage": "train-ai=n"}),
    "tdmrep-file": Case(files={TDMREP: '[{"location": "/closed/*", "tdm-reservation": 1}]'}),
    "tdmrep-header": _page({"tdm-reservation": "1"}),
    "tdmrep-meta": _page(head='<meta name="tdm-reservation" content="1">'),
    "rsl": Case(
        robots="License: http://rsl.example/license.xml", files={"/license.xml": _RSL}, is_site=True
    ),
    "rsl-link": _page(
        head='<link rel="license" type="application/rsl+xml" href="/license.xml">',
    ),
    "header-noindex": _page({"X-Robots-Tag": "noindex"}),
    "header-none": _page({"X-Robots-Tag": "none"}),
    "header-noarchive": _page({"X-Robots-Tag": "noarchive"}),
    "header-nosnippet": _page({"X-Robots-Tag": "nosnippet"}),
    "header-noai": _page({"X-Robots-Tag": "noai, noimageai"}),
    "header-for-us": _page({"X-Robots-Tag": "TherapyCorpusBot: noindex"}),
    "meta-noindex": _page(head='<meta name="robots" content="NOINDEX, follow">'),
    "meta-none": _page(head='<meta name="robots" content="none">'),
    "meta-noarchive": _page(head='<meta name="robots" content="noarchive">'),
    "meta-nosnippet": _page(head='<meta name="robots" content="nosnippet">'),
    "meta-noai": _page(head='<meta name="robots" content="noai">'),
    "meta-noimageai": _page(head='<meta name="robots" content="noimageai">'),
    "meta-for-us": _page(head='<meta name="therapycorpusbot" content="noindex">'),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawled:
    """All cases after three runs."""

    corpus: Corpus
    server: SiteServer
    published: frozenset[str]


def _host(name: str) -> str:
    return f"{name}.example"


def _site(name: str, case: Case) -> Site:
    """Three posts that may be had and one that may not, all in one sitemap."""
    host = _host(name)
    source = generated(host, posts=len(OPEN) + 1)
    site = Site()
    for number, path in enumerate((*OPEN, REFUSED), start=1):
        post = source.post(number)
        head = case.head if path == REFUSED else ""
        body = (
            f"<!doctype html><html lang='en'><head><title>{post.title}</title>{head}</head>"
            f"<body><article><h1>{post.title}</h1>{post.html}</article></body></html>"
        )
        headers = case.headers if path == REFUSED else {}
        site.put(path, Answer(body=body.encode(), headers=headers))
    site.put("/", "<!doctype html><html><title>Notes</title><body><p>Welcome.</p></body></html>")
    robots = f"{case.robots}\n\nSitemap: http://{host}/sitemap.xml\n"
    site.put("/robots.txt", Answer(body=robots.encode(), content_type=TEXT))
    for path, text in case.files.items():
        media = JSON if path.endswith("json") else XML
        site.put(path, Answer(body=text.encode(), content_type=media))
    _date_sitemap(host, site, 1)
    return site


def _date_sitemap(host: str, site: Site, day: int) -> None:
    """Let the sitemap say that all posts changed on that day."""
    changed = datetime(2030, 1, day, tzinfo=UTC)
    posts = [(f"http://{host}{path}", changed) for path in (*OPEN, REFUSED)]
    site.put("/sitemap.xml", Answer(body=urlset(posts), content_type=XML, modified=changed))


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """Three runs over all cases; the sitemaps say each time that every post has changed."""
    sites = {_host(name): _site(name, case) for name, case in CASES.items()}
    folder: Path = tmp_path_factory.mktemp("permission")
    with serve(sites) as server:
        corpus = Corpus(folder=folder, proxy=server.proxy, hosts=tuple(sites)).write()
        for day in range(1, RUNS + 1):
            for host, site in sites.items():
                _date_sitemap(host, site, day)
            corpus.verb("crawl")
        corpus.verb("build")
        yield Crawled(corpus=corpus, server=server, published=frozenset(corpus.urls("documents")))


@pytest.mark.parametrize("name", CASES)
def test_refused_is_not_asked_again(crawled: Crawled, name: str) -> None:
    """The server's log shows no request for a refused page but the one that read the refusal."""
    assert crawled.server.count(_host(name), REFUSED) == CASES[name].requests


@pytest.mark.parametrize("name", CASES)
def test_refused_is_not_kept(crawled: Crawled, name: str) -> None:
    """A refused page is neither in the archive nor published; the rest of its site is."""
    host, case = _host(name), CASES[name]
    kept = {url for url, _ in crawled.corpus.records()}
    others = {f"http://{host}{path}" for path in OPEN}

    assert f"http://{host}{REFUSED}" not in kept | crawled.published
    assert (others & crawled.published) == (set() if case.is_site else others)
    asked = [record.path for record in crawled.server.requests(host)]
    assert case.is_site is ("/" not in asked)
