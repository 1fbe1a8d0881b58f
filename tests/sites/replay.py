"""Serves real sites from tar files beside the repository, under the names they use."""

import json
import re
import tarfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.sites.site import ATOM, HTML, RSS, TEXT, XML, Answer, Site

#: One date for all files, whose own dates are those of a checkout.
MODIFIED = datetime(2025, 6, 1, tzinfo=UTC)

_TYPES = {
    ".html": HTML,
    ".xsl": XML,
    ".txt": TEXT,
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
}
# Where a site names itself: sitemaps, feeds, and the head of its pages.
_NAMES = (
    re.compile(rb"<loc>\s*https?://([^/<\s]+)"),
    re.compile(rb"<link>\s*https?://([^/<\s]+)"),
    re.compile(rb"<link(?=[^>]*rel=.(?:canonical|alternate))[^>]*href=.https?://([^/'\"\s]+)"),
)
_MIRRORED = re.compile(r"(?P<path>.*?)-(?P<query>[a-z-]+=.*?)(?:\.html|\.rss)?$")
_ENTRY_LINKS = (
    re.compile(rb"<item>.*?<link>\s*([^<\s]+)", re.DOTALL),
    re.compile(rb"<entry>.*?<link(?=[^>]*rel=.alternate)[^>]*href=['\"]([^'\"]+)", re.DOTALL),
)
_LOC = re.compile(rb"<loc>\s*([^<\s]+)")
_BLOG_POST = re.compile(r"/blog/[^/]+/?$")


@dataclass(slots=True, kw_only=True)
class ReplaySite(Site):
    """A site that answers from the files of one tar, as a static host would."""

    host: str
    files: Mapping[str, bytes] = field(repr=False)
    _mirrored: dict[tuple[str, frozenset[tuple[str, str]]], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Index the files that a mirror named after a query."""
        self.functions = (self._file_answer,)
        for name in self.files:
            match = _MIRRORED.match(name) if "=" in name else None
            if match:
                self._mirrored[match["path"], _pairs(match["query"])] = name

    def _file_answer(self, target: str) -> Answer | None:
        parts = urlsplit(target)
        path = unquote(parts.path).lstrip("/")
        name = self._mirrored.get((path, _pairs(unquote(parts.query))))
        folder = path if not path or path.endswith("/") else f"{path}/"
        candidates = (name, path, f"{folder}index.html", f"{folder}index.xml", f"{path}.html")
        found = next((name for name in candidates if name in self.files), None)
        if found is None:
            return None
        if found.startswith(f"{folder}index.") and not (not path or path.endswith("/")):
            return Answer(status=301, headers={"Location": f"http://{self.host}{parts.path}/"})
        body = self.files[found].replace(f"https://{self.host}".encode(), self._origin())
        body = body.replace(rf"https:\/\/{self.host}".encode(), rf"http:\/\/{self.host}".encode())
        return Answer(body=body, content_type=_type(found, body), modified=MODIFIED)

    def _origin(self) -> bytes:
        return f"http://{self.host}".encode()


def replay(folder: Path) -> dict[str, ReplaySite]:
    """The sites of `folder`, one for each tar that its sites.json lists, by host.

    Raises:
        OSError: sites.json or a tar that it lists is not there.
    """
    listed = json.loads((folder / "sites.json").read_text(encoding="utf-8"))
    sites = {}
    for entry in listed:
        files = dict(_members(folder / entry["tar"]))
        host = _host(files, entry["tar"].removesuffix(".tar.gz"))
        sites[host] = ReplaySite(host=host, files=files)
    return sites


def named_posts(site: ReplaySite) -> set[str]:
    """The posts that its feeds or sitemaps of posts name, as far as they are there.

    In a sitemap that mixes posts with pages, those right below /blog/ are the posts.
    Feeds of comments count for nothing.
    """
    return {url for url in _named(site) if site.answer(_target(url)).status == 200}


def _named(site: ReplaySite) -> Iterator[str]:
    for name in site.files:
        answer = site.answer(f"/{name}")
        if answer.content_type == HTML or "comments/" in name:
            continue
        for pattern in _ENTRY_LINKS:
            yield from _own(pattern.findall(answer.body), site.host)
        if "sitemap" in name:
            urls = _own(_LOC.findall(answer.body), site.host)
            of_posts = "post-sitemap" in name or "posts-post" in name
            yield from (url for url in urls if of_posts or _BLOG_POST.search(url))


def _own(found: list[bytes], host: str) -> Iterator[str]:
    for url in found:
        if urlsplit(url).netloc == host.encode():
            yield url.decode()


def _target(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _members(tar: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(tar) as archive:
        for member in archive:
            file = archive.extractfile(member) if member.isfile() else None
            if file:
                yield member.name.removeprefix("./"), file.read()


def _host(files: Mapping[str, bytes], name: str) -> str:
    """What the site calls itself most often, else its CNAME, else a name of no one."""
    votes: Counter[str] = Counter(
        host.decode().lower()
        for body in files.values()
        for pattern in _NAMES
        for host in pattern.findall(body)
    )
    if votes:
        return votes.most_common(1)[0][0]
    cname = files.get("CNAME", b"").decode().strip().lower()
    return cname or f"{name.lower()}.example"


def _pairs(query: str) -> frozenset[tuple[str, str]]:
    """The query's parameters, colons and plus signs as mirrors write them in file names."""
    pairs = parse_qsl(query.replace("+", "%2B"), keep_blank_values=True)
    return frozenset((name, value.replace(":", "_")) for name, value in pairs)


def _type(name: str, body: bytes) -> str:
    known = _TYPES.get(Path(name).suffix)
    if known:
        return known
    start = body[:2000]
    if b"<rss" in start:
        return RSS
    if b"<feed" in start:
        return ATOM
    return XML if start.lstrip().startswith(b"<?xml") else HTML
