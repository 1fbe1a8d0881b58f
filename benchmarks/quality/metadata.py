"""Whether dates and authors are right: against addresses, feeds and bylines that people read.

Names are kept in labels/authors.json as hashes only: whoever wrote a page did not agree to
stand in a repository.
"""

import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

from trafilatura.metadata import extract_metadata

from benchmarks.quality.in_process import FETCHED, capture, extracted, recipe
from benchmarks.quality.pages import ALL_SETS, SHARED, GoldPage, pages
from benchmarks.quality.row import Row, table
from pipelines.core.document import Origin
from pipelines.core.model import CaptureRef, Kind
from pipelines.extract.clean import clean
from pipelines.extract.decode import decode
from pipelines.extract.feeds import FeedEntry, entries
from pipelines.extract.opinion import Opinions
from tests.sites.replay import ReplaySite, replay

_AUTHORS = Path(__file__).with_name("labels") / "authors.json"
_DAY = re.compile(r"/((?:19|20)\d\d)[/-](0[1-9]|1[0-2])[/-](0[1-9]|[12]\d|3[01])(?=[/_.-]|$)")
_YEAR = re.compile(r"(?:\u00a9|&copy;|\(c\)|copyright)\D{0,40}((?:19|20)\d\d)", re.IGNORECASE)
_PEER = "trafilatura"
#: The zones furthest from UTC (IANA: Etc/GMT+12, Pacific/Kiritimati). A moment fell on
#: the day of its author's zone, which need not be the one of the program that wrote it.
_WEST, _EAST = timedelta(hours=12), timedelta(hours=14)
#: What stands in the address for the day, so that the page itself has to tell it.
_HIDDEN = "/post/"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What a system says of a page."""

    day: date | None
    #: The earliest and the latest day that the moment fell on somewhere in the world.
    days: tuple[date, date] | None
    author: str | None
    #: Whether the day was read where the page tells it to programs.
    is_declared: bool


_System = Callable[[GoldPage], _Told]


def rows(shared: Path) -> Iterator[Row]:
    """Days against addresses and feeds, days that a copyright made up, authors."""
    found = {name: list(pages(shared, name)) for name in ALL_SETS}
    every = [page for name in ALL_SETS for page in found[name]]
    dated = [(page, day) for page in every if (day := _day_in(page.url))]
    yield from _days("days of posts whose address has it", dated)
    hidden = [(replace(page, url=_DAY.sub(_HIDDEN, page.url)), day) for page, day in dated]
    yield from _days("the same, their addresses without it", hidden)
    yield from _of_feeds(shared)
    yield from _made_up(every)
    yield from _authors(found)


def _ours(page: GoldPage) -> _Told:
    document = extracted(page, recipe())
    at, offset = document.published_at, document.published_offset
    return _Told(
        day=(at + timedelta(minutes=offset or 0)).date() if at else None,
        days=((at - _WEST).date(), (at + _EAST).date()) if at and offset is not None else None,
        author=document.author,
        is_declared=document.published_from in {Origin.JSON_LD, Origin.META},
    )


def _peers(page: GoldPage) -> _Told:
    html = clean(decode(page.html, "text/html"))
    settings = {"original_date": True, "extensive_search": True, "max_date": f"{FETCHED:%Y-%m-%d}"}
    found = extract_metadata(html, page.url, settings)
    day = date.fromisoformat(found.date) if found.date else None
    return _Told(day=day, days=None, author=found.author, is_declared=False)


_SYSTEMS: Mapping[str, _System] = {"ours": _ours, _PEER: _peers}


def _told(system: _System, found: list[GoldPage]) -> list[_Told]:
    with ProcessPoolExecutor(2) as pool:
        return list(pool.map(partial(_asked, system), found, chunksize=8))


def _asked(system: _System, page: GoldPage) -> _Told:
    return system(page)


def _day_in(url: str) -> date | None:
    match = _DAY.search(urlsplit(url).path)
    return date(*map(int, match.groups())) if match else None


def _days(part: str, wanted: list[tuple[GoldPage, date]]) -> Iterator[Row]:
    for system, ask in _SYSTEMS.items():
        told = _told(ask, [page for page, _ in wanted])
        pairs = [(one, day) for one, (_, day) in zip(told, wanted, strict=True)]
        same = sum(one.day == day for one, day in pairs)
        zone = sum(one.day != day and _is_within(one.days, day) for one, day in pairs)
        none = sum(one.day is None for one, _ in pairs)
        values = {
            "right": f"{(same + zone) / len(pairs):.4f}",
            "of them in another zone": str(zone),
            "wrong": str(len(pairs) - same - zone - none),
            "none": str(none),
        }
        yield Row(part=f"{part} ({len(pairs)})", system=system, values=values)


def _is_within(days: tuple[date, date] | None, day: date) -> bool:
    return days is not None and days[0] <= day <= days[1]


def _of_feeds(shared: Path) -> Iterator[Row]:
    """Pages of mirrored sites whose day a feed beside them tells: alone, and as a build does."""
    wanted: list[tuple[GoldPage, date]] = []
    joined: list[bool] = []
    for host, site in replay(shared / "sites").items():
        told = list(_entries(host, site))
        days = {_path(one.url): one.published_at.date() for one in told if one.published_at}
        found = [
            GoldPage(id=name, url=f"https://{host}/{_path(name)}/", html=body, gold="")
            for name, body in sorted(site.files.items())
            if name.endswith(".html") and _path(name) in days
        ]
        made = [extracted(page, recipe()) for page in found]
        opinions = Opinions(wanted=frozenset(one.id for one in made))
        opinions.hear(told, CaptureRef(file="feed", offset=0, length=0, digest=""))
        wanted += [(page, days[_path(page.url)]) for page in found]
        joined += [
            one.published_at is not None and one.published_at.date() == days[_path(one.url)]
            for one, _ in opinions.joined(made)
        ]
    part = "days of posts that a feed of their site has"
    yield from _days(f"{part}, by their pages alone", wanted)
    values = {"right": f"{sum(joined) / len(joined):.4f}"}
    yield Row(part=f"{part}, feed and page ({len(joined)})", system="ours", values=values)


def _entries(host: str, site: ReplaySite) -> Iterator[FeedEntry]:
    for name, body in sorted(site.files.items()):
        if b"<rss" in body[:2000] or b"<feed" in body[:2000]:
            page = GoldPage(id=name, url=f"https://{host}/{name}", html=body, gold="")
            yield from entries(replace(capture(page), kind=Kind.FEED))


def _path(name: str) -> str:
    bare = unquote(urlsplit(name).path).strip("/").removesuffix("index.html").removesuffix(".html")
    return bare.strip("/").lower()


def _made_up(every: list[GoldPage]) -> Iterator[Row]:
    """First days of a year that stands beside a copyright sign, and that no markup tells."""
    years = [set(_YEAR.findall(decode(page.html, "text/html"))) for page in every]
    for system, ask in _SYSTEMS.items():
        told = _told(ask, every)
        count = sum(
            one.day is not None
            and (one.day.month, one.day.day) == (1, 1)
            and str(one.day.year) in of_page
            and not one.is_declared
            for one, of_page in zip(told, years, strict=True)
        )
        yield Row(
            part=f"days made of a copyright year ({len(every)} pages)",
            system=system,
            values={"made up": str(count)},
        )


def _authors(found: Mapping[str, list[GoldPage]]) -> Iterator[Row]:
    labels = json.loads(_AUTHORS.read_text(encoding="utf-8"))
    total: dict[str, list[tuple[str | None, str | None]]] = {system: [] for system in _SYSTEMS}
    for name, known in labels.items():
        asked = [page for page in found[name] if page.id[:10] in known]
        for system, ask in _SYSTEMS.items():
            pairs = [
                (_name_of(one.author), known[page.id[:10]])
                for page, one in zip(asked, _told(ask, asked), strict=True)
            ]
            total[system] += pairs
            yield Row(part=f"authors of {name}", system=system, values=_of_authors(pairs))
    for system, pairs in total.items():
        yield Row(part="authors of all sets", system=system, values=_of_authors(pairs))


def _of_authors(pairs: list[tuple[str | None, str | None]]) -> dict[str, str]:
    named = sum(wanted is not None for _, wanted in pairs)
    counts = Counter(
        "none" if one is None else "right" if one == wanted else "wrong" for one, wanted in pairs
    )
    given = counts["right"] + counts["wrong"]
    missed = sum(one is None and wanted is not None for one, wanted in pairs)
    return {
        "posts": str(len(pairs)),
        "with a byline": str(named),
        "right, of those": f"{counts['right'] / max(named, 1):.4f}",
        "wrong, of all names given": f"{counts['wrong'] / max(given, 1):.4f}",
        "missed": str(missed),
    }


def _name_of(author: str | None) -> str | None:
    """The hash of an author's names: their letters alone, without degrees, in order."""
    if not author:
        return None
    parts = (name.partition(",")[0].casefold() for name in author.split(";"))
    names = sorted("".join(filter(str.isalpha, part)) for part in parts)
    return hashlib.sha256(" ".join(names).encode()).hexdigest()[:16]


def main() -> None:
    """Print the table."""
    sys.stdout.write(f"{table(rows(SHARED))}\n")


if __name__ == "__main__":
    main()
