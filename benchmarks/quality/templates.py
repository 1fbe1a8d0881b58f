"""How well blocks that recur over a site's posts are told from the posts' own words.

The sites are marked by hand (labels/templates). A word is right where the reader and the
stage both take its paragraph out; a span is a run of such paragraphs, right if both have
the same.
"""

import hashlib
import random
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from benchmarks.quality.in_process import ANY_SUBJECT, documents, recipe
from benchmarks.quality.pages import SHARED, GoldPage, pages
from benchmarks.quality.row import Row, table
from benchmarks.quality.scoring import Match, match, score
from pipelines.core.document import Document
from pipelines.core.page_kind import verdict
from pipelines.core.urls import site_of
from pipelines.recipe import Recipe, section_of
from pipelines.stages.boilerplate import Boilerplate
from tests.sites.replay import ReplaySite, replay

LABELS = Path(__file__).with_name("labels") / "templates"
_WORD = re.compile(r"\w+")
_BREAK = "\n\n"
_KEPT: Mapping[str, Mapping[str, Any]] = {**ANY_SUBJECT, "boilerplate": {"remove": False}}
#: For each post, whether each of its paragraphs goes.
_Marks = list[list[bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Site:
    """A site that was marked by hand."""

    name: str
    #: All of its pages as they reach the stage, and those among them that are posts.
    pages: Sequence[Document]
    posts: Sequence[Document]
    #: What a reader takes out of the posts.
    marks: _Marks


@dataclass(slots=True, kw_only=True)
class _Count:
    """Words or spans that a system takes out, that a reader does, and that both do."""

    right: int = 0
    ours: int = 0
    theirs: int = 0

    def add(self, right: int, ours: int, theirs: int) -> None:
        """Add what a post has."""
        self.right += right
        self.ours += ours
        self.theirs += theirs

    def told(self, name: str) -> dict[str, str]:
        """Precision and recall as columns; a dash where there is nothing to count."""
        shares = (("precision", self.ours), ("recall", self.theirs))
        return {
            f"{name}: {what}": f"{self.right / whole:.4f}" if whole else "-"
            for what, whole in shares
        }


@dataclass(slots=True, kw_only=True)
class _Tally:
    words: _Count = field(default_factory=_Count)
    spans: _Count = field(default_factory=_Count)

    def add(self, site: _Site, found: _Marks) -> None:
        """Compare what a system takes out of a site's posts with what the reader does."""
        for post, ours, theirs in zip(site.posts, found, site.marks, strict=True):
            sizes = [len(part.split()) for part in post.text.split(_BREAK)]
            both = [one and other for one, other in zip(ours, theirs, strict=True)]
            self.words.add(*(_sum(sizes, marks) for marks in (both, ours, theirs)))
            runs, marked = _runs(ours), _runs(theirs)
            self.spans.add(len(runs & marked), len(runs), len(marked))

    def row(self, part: str, system: str) -> Row:
        """The columns of a system."""
        counts = {
            "spans marked": str(self.spans.theirs),
            "spans removed": str(self.spans.ours),
        }
        values = self.words.told("words") | self.spans.told("spans") | counts
        return Row(part=part, system=system, values=values)


def rows(shared: Path) -> Iterator[Row]:
    """A row for each site and system, for all sites, and for what it does to gold texts."""
    sites = list(_sites(shared))
    totals = {system: _Tally() for system in _SYSTEMS}
    for site in sites:
        for system, mark in _SYSTEMS.items():
            own = _Tally()
            found = mark(site)
            own.add(site, found)
            totals[system].add(site, found)
            yield own.row(f"templates of {site.name} ({len(site.posts)} posts)", system)
    for system, total in totals.items():
        yield total.row(f"templates of all {len(sites)} sites that were marked", system)
    values = {"sites": str(len(sites)), "changed": str(sum(map(_depends_on_order, sites)))}
    yield Row(part="templates, pages in 10 other orders", system="ours", values=values)
    yield from _gold_rows(shared)


def _sites(shared: Path) -> Iterator[_Site]:
    labels = [tomllib.loads(file.read_text("utf-8")) for file in sorted(LABELS.glob("*.toml"))]
    wanted = {label["site"]: label for label in labels}
    replayed = (_pages_of(host, site) for host, site in replay(shared / "sites").items())
    by_site = [*replayed, *_by_site(pages(shared, "therapist-pages"))]
    for found in by_site:
        name = site_of(found[0].url)
        label = wanted.pop(hashlib.sha256(name.encode()).hexdigest(), None)
        if label is not None:
            yield _site(name, found, {one["sha256"] for one in label["template"]})


def _pages_of(host: str, site: ReplaySite) -> list[GoldPage]:
    """All pages of a site that lies there as files."""
    return [
        GoldPage(
            id=name, url=f"http://{host}/{name.removesuffix('index.html')}", html=body, gold=""
        )
        for name, body in sorted(site.files.items())
        if name.endswith(".html")
    ]


def _by_site(found: Iterator[GoldPage]) -> Iterator[list[GoldPage]]:
    for _, site in groupby(sorted(found, key=_site_name), key=_site_name):
        yield list(site)


def _site_name(page: GoldPage) -> str:
    return site_of(page.url)


def _site(name: str, found: Sequence[GoldPage], templates: set[str]) -> _Site:
    made = documents(found, _before(), workers=2).values()
    posts = [one for one in made if not one.rejection and one.text and not verdict(one).reason]
    marks = [[_name(part) in templates for part in post.text.split(_BREAK)] for post in posts]
    return _Site(name=name, pages=list(made), posts=posts, marks=marks)


def _before() -> Recipe:
    """The recipe up to the stage."""
    whole = recipe()
    names = [section_of(stage) for stage in whole.per_site]
    return replace(whole, per_site=whole.per_site[: names.index("boilerplate")])


def _name(paragraph: str) -> str:
    """The paragraph's name in the labels."""
    return hashlib.sha256(" ".join(_WORD.findall(paragraph.casefold())).encode()).hexdigest()


def _ours(site: _Site) -> _Marks:
    made = {one.url: one for one in Boilerplate()(site.pages)}
    return [_removed(made[post.url]) for post in site.posts]


def _removed(document: Document) -> list[bool]:
    """Whether each paragraph is gone for the greater part."""
    gone: list[int] = []
    whole = document.whole_text
    shift = 0
    for block in document.removed:
        start = block.at + shift
        gone += range(start, start + len(block.text))
        shift += len(block.text)
    left = set(gone)
    marks = []
    start = 0
    for part in whole.split(_BREAK):
        marks.append(sum(at in left for at in range(start, start + len(part))) * 2 > len(part))
        start += len(part) + len(_BREAK)
    return marks


def _lines_of_half(site: _Site) -> _Marks:
    """Lines that at least half of the posts have, and at least three."""
    parts = [post.text.split(_BREAK) for post in site.posts]
    counts = Counter(line for post in parts for line in set(post))
    least = max(3, len(parts) / 2)
    return [[counts[line] >= least for line in post] for post in parts]


_SYSTEMS: Mapping[str, Callable[[_Site], _Marks]] = {
    "ours": _ours,
    "lines on half of the posts, at least 3": _lines_of_half,
}


def _sum(sizes: Sequence[int], marks: Sequence[bool]) -> int:
    return sum(size for size, mark in zip(sizes, marks, strict=True) if mark)


def _runs(marks: Sequence[bool]) -> set[tuple[int, int]]:
    """Where runs of marked paragraphs begin and end."""
    runs = set()
    at = 0
    for is_marked, run in groupby(marks):
        size = len(list(run))
        if is_marked:
            runs.add((at, at + size))
        at += size
    return runs


def _depends_on_order(site: _Site) -> bool:
    straight = {one.url: one for one in Boilerplate()(site.pages)}
    orders = (random.Random(seed).sample(site.pages, len(site.pages)) for seed in range(10))
    return any({one.url: one for one in Boilerplate()(order)} != straight for order in orders)


def _gold_rows(shared: Path) -> Iterator[Row]:
    """F1 against texts from feeds, which have the blocks that stand inside a post's element."""
    found = list(pages(shared, "therapist-posts"))
    made = {
        "ours": documents(found),
        "ours, remove = false": documents(found, recipe(_KEPT)),
    }
    for site in _by_site(iter(found)):
        part = f"text of the posts of {_site_name(site[0])} ({len(site)} posts with gold)"
        for system, texts in made.items():
            matches = [match(_published(texts[page.url]), page.gold) for page in site]
            yield Row(part=part, system=system, values=_f1(matches))


def _published(document: Document) -> str:
    return "" if document.rejection else document.text


def _f1(matches: Sequence[Match]) -> dict[str, str]:
    below = sum(one.f1 < 0.95 for one in matches)
    return {"F1": f"{score(matches).f1:.4f}", "< 0.95": str(below)}


if __name__ == "__main__":
    sys.stdout.write(f"{table(rows(SHARED))}\n")
