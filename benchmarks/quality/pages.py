"""The real pages with gold text that lie beside the repository, read one by one."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: The folder beside the repository in which the real pages lie.
SHARED = Path(__file__).resolve().parents[3] / "shared"
#: Sets whose pages have a gold text.
SETS = ("therapist-posts", "article-extraction-benchmark", "web-pages")
#: All sets, those without gold text as well.
ALL_SETS = (*SETS, "therapist-pages")


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldPage:
    """A real page and what a person says is its text."""

    #: Its name inside its set.
    id: str
    #: Where it lay; one made of its id where that is not known or another page has it.
    url: str
    html: bytes
    #: Empty where the set has none.
    gold: str


def pages(shared: Path, name: str) -> Iterator[GoldPage]:
    """The pages of a set, in the order of its index."""
    folder = shared / "real" / name
    seen: set[str] = set()
    for line in (folder / "index.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        url = _url(entry, seen)
        seen.add(url)
        html = gzip.decompress((folder / entry["file"]).read_bytes())
        yield GoldPage(id=entry["id"], url=url, html=html, gold=entry.get("gold") or "")


def _url(entry: dict[str, Any], seen: set[str]) -> str:
    """The page's own address; an empty or a second one is replaced."""
    url: str = entry.get("url") or ""
    return url if url and url not in seen else f"http://no-address.example/{entry['id']}/"
