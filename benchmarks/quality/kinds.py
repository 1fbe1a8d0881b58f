"""Which pages are taken for posts, and which posts for being about therapy.

`python -m benchmarks.quality.kinds` prints the tables; `--wrong` names the pages as well.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

from benchmarks.quality.in_process import documents, recipe
from benchmarks.quality.pages import SETS, SHARED, GoldPage, pages
from benchmarks.quality.row import Row, table
from pipelines.core.document import Document
from pipelines.core.model import Via
from pipelines.core.posts import PageKind, judge
from pipelines.core.reasons import Reason
from pipelines.recipe import DEFAULT, Recipe, section_of
from pipelines.stages.topic import Topic
from tests.sites.replay import ReplaySite, named_posts, replay

_KINDS = "therapist-pages"
#: The words from which the peer takes a page for a post.
_WORDS = 150


def rows(shared: Path) -> Iterator[Row]:
    """Precision and recall of posts, posts kept of each set, whole sites, the subject."""
    yield from _kinds(shared)
    yield from _articles(shared)
    yield from _sites(shared)
    yield from _subject(shared)


def judged(shared: Path) -> Iterator[tuple[GoldPage, str, Document]]:
    """The pages of the set of kinds with their label and their document."""
    found = list(_labelled(shared))
    made = documents((page for page, _ in found), _judging(recipe()))
    yield from ((page, kind, made[page.url]) for page, kind in found)


def _judging(whole: Recipe) -> Recipe:
    """The recipe up to the judgement: what later stages turn down is not its doing."""
    names = [section_of(stage) for stage in whole.per_site]
    return replace(whole, per_site=whole.per_site[: names.index("topic") + 1])


def _labelled(shared: Path) -> Iterator[tuple[GoldPage, str]]:
    index = (shared / "real" / _KINDS / "index.jsonl").read_text(encoding="utf-8")
    entries = [json.loads(line) for line in index.splitlines()]
    taken = {page.url for page in pages(shared, _KINDS)}
    for page, entry in zip(pages(shared, _KINDS), entries, strict=True):
        address = entry["canonical"] or ""
        # Where the set does not know the address, the page itself may name it.
        is_known = entry["url"] or not address.startswith("http") or address in taken
        yield (page if is_known else replace(page, url=address)), entry["kind"]
        taken.add(address)


def _kinds(shared: Path) -> Iterator[Row]:
    found = list(judged(shared))
    part = f"posts of {_KINDS} ({len(found)} pages)"
    ours = {page.id for page, _, document in found if document.rejection is None}
    peer = {page.id for page, _, document in found if _is_post_to_peer(document)}
    for system, kept in (("ours", ours), (f"URL rule and {_WORDS} words", peer)):
        yield Row(part=part, system=system, values=_scores(found, kept))


def _is_post_to_peer(document: Document) -> bool:
    kind = judge(document.url, Via.IMPORT).kind
    return kind not in {PageKind.LISTING, PageKind.HOME} and len(document.text.split()) >= _WORDS


def _scores(found: list[tuple[GoldPage, str, Document]], kept: set[str]) -> Mapping[str, str]:
    counts = Counter(kind for page, kind, _ in found if page.id in kept)
    posts = sum(kind == "post" for _, kind, _ in found)
    empty = sum(
        kind == "post" and document.rejection is not None and _is_of_extraction(document)
        for _, kind, document in found
    )
    return {
        "precision": f"{counts['post'] / max(len(kept), 1):.3f}",
        "recall": f"{counts['post'] / posts:.3f}",
        "listings": str(counts["listing"]),
        "homes": str(counts["home"]),
        "site pages": str(counts["site-page"]),
        "others": str(
            counts.total() - sum(counts[k] for k in ("post", "listing", "home", "site-page"))
        ),
        "posts without text": str(empty),
    }


def _is_of_extraction(document: Document) -> bool:
    return document.rejection is not None and document.rejection.reason.part == "extract"


def _articles(shared: Path) -> Iterator[Row]:
    for name in SETS:
        made = documents(pages(shared, name), _judging(recipe()))
        kept = sum(document.rejection is None for document in made.values())
        other = sum(_is_of_extraction(document) for document in made.values())
        values = {
            "kept": f"{kept / len(made):.3f}",
            "turned down by kind": str(len(made) - kept - other),
            "by extraction": str(other),
        }
        yield Row(part="articles that are kept, any subject", system=name, values=values)


def _sites(shared: Path) -> Iterator[Row]:
    for host, site in replay(shared / "sites").items():
        found = list(_files(host, site))
        made = documents(found, _judging(recipe()))
        named = {_path(url) for url in named_posts(site)}
        kept = [document for document in made.values() if document.rejection is None]
        hits = sum(_path(document.url) in named for document in kept)
        there = sum(_path(page.url) in named for page in found)
        shapes = Counter(judge(document.url, Via.IMPORT).kind for document in kept)
        yield Row(
            part="whole sites, imported page by page",
            system=host,
            values={
                "pages": str(len(made)),
                "named by feed or sitemap": str(there),
                "of them kept": str(hits),
                "others kept": str(len(kept) - hits),
                "listings": str(shapes[PageKind.LISTING] + shapes[PageKind.HOME]),
            },
        )


def _files(host: str, site: ReplaySite) -> Iterator[GoldPage]:
    for name, body in sorted(site.files.items()):
        if name.endswith(".html") and "=" not in name:
            yield GoldPage(
                id=name, url=f"https://{host}/{name.removesuffix('index.html')}", html=body, gold=""
            )


def _path(url: str) -> str:
    """What is left of an address when hosts write it differently."""
    rest = url.partition("://")[2].partition("/")[2]
    return unquote(rest).removesuffix("index.html").removesuffix(".html").strip("/").lower()


def _subject(shared: Path) -> Iterator[Row]:
    ours = replace(
        DEFAULT,
        per_site=tuple(Topic() if section_of(s) == "topic" else s for s in DEFAULT.per_site),
    )
    for name in SETS:
        made = documents(pages(shared, name), _judging(ours)).values()
        yield _row_of_subject(name, list(made))
    found = list(_labelled(shared))
    made_of = documents((page for page, _ in found), _judging(ours))
    posts = [made_of[page.url] for page, kind in found if kind == "post"]
    yield _row_of_subject(f"posts of {_KINDS}", posts)


def _row_of_subject(name: str, made: list[Document]) -> Row:
    """How many documents, of those that are posts, are taken to be about therapy."""
    off = sum(
        document.rejection is not None and document.rejection.reason is Reason.TOPIC_OFF_SUBJECT
        for document in made
    )
    posts = off + sum(document.rejection is None for document in made)
    values = {
        "posts": str(posts),
        "about therapy": str(posts - off),
        "share": f"{1 - off / posts:.3f}",
    }
    return Row(part="about therapy, of what is a post", system=name, values=values)


def main() -> None:
    """Print the tables, or the pages whose kind is mistaken."""
    if "--wrong" in sys.argv:
        lines = [
            f"{page.id} {kind} {page.url} {document.rejection}"
            for page, kind, document in judged(SHARED)
            if (kind == "post") != (document.rejection is None)
        ]
        sys.stdout.write("\n".join([*lines, ""]))
    else:
        sys.stdout.write(table(rows(SHARED)))


if __name__ == "__main__":
    main()
