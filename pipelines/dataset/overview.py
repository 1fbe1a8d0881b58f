"""What a report counts: all rows of a snapshot, by site, month, length, reason and the like."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

import duckdb

from pipelines.core.errors import SnapshotError
from pipelines.core.urls import site_of
from pipelines.dataset.query import connect

#: Names with how often each occurs.
Tally: TypeAlias = tuple[tuple[str, int], ...]

#: Words by which texts are put together, and the bar that holds all longer ones.
LENGTH_STEP = 100
LONGEST = 3000
#: Pairs of sites that are listed.
MOST_PAIRS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteLine:
    """What became of the pages of one site."""

    site: str
    #: Rejected pages by reason, the most frequent first.
    reasons: Tally = ()
    copies: int = 0
    published: int = 0
    #: Day of its newest post; None where none has a date.
    newest: date | None = None
    platform: str = ""
    #: Tier of its posts: one of them, or several.
    permission: str = ""

    @property
    def rejected(self) -> int:
        """Its rejected pages."""
        return sum(count for _, count in self.reasons)

    @property
    def pages(self) -> int:
        """All its pages."""
        return self.rejected + self.copies + self.published


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Posts of one site that are copies of posts of another."""

    #: Whose posts were turned down, and whose were kept.
    copier: str
    original: str
    copies: int
    #: How alike they are on average, 0 to 1.
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """All counts of one snapshot."""

    sites: tuple[SiteLine, ...]
    #: Posts by month, such as "2026-03", and those without a date.
    months: Tally
    undated: int
    #: Posts by the first number of words of their bar.
    lengths: tuple[tuple[int, int], ...]
    languages: Tally
    platforms: Tally
    permissions: Tally
    splits: Tally
    #: Rejected pages and copies by reason.
    reasons: Tally
    #: Those with the most copies, and how many more there are; a site may copy itself.
    pairs: tuple[Pair, ...]
    more_pairs: int
    former: Tally


_SITES = """
SELECT site, count(*), max(published_at)::DATE, coalesce(max(platform), ''),
    string_agg(DISTINCT permission, ', ' ORDER BY permission)
FROM documents GROUP BY site
"""
_REASONS = """
SELECT site, reason, count(*) AS pages FROM rejected GROUP BY site, reason
ORDER BY site, pages DESC, reason
"""
_MONTHS = """
SELECT strftime(published_at, '%Y-%m') AS month, count(*) FROM documents
GROUP BY month ORDER BY month NULLS LAST
"""
_PAIRS = """
SELECT site, regexp_extract(kept_url, '^[a-z]+://[^/?#]+') AS kept, count(*), sum(score)
FROM duplicates GROUP BY ALL ORDER BY ALL
"""
_ALL_REASONS = """
SELECT reason, count(*) AS pages FROM (
    SELECT reason FROM rejected UNION ALL SELECT rule FROM duplicates
) GROUP BY reason ORDER BY pages DESC, reason
"""


def overview(snapshot: Path) -> Overview:
    """Count a snapshot.

    Raises:
        SnapshotError: Its files cannot be read.
    """
    with connect(snapshot) as connection:
        try:
            return _counted(connection)
        except duckdb.Error as error:
            message = f"{snapshot} cannot be counted ({error}); run `therapy-corpus build`."
            raise SnapshotError(message) from error


def _counted(connection: duckdb.DuckDBPyConnection) -> Overview:
    months = connection.execute(_MONTHS).fetchall()
    pairs = _pairs(connection.execute(_PAIRS).fetchall())
    length = f"least(word_count // {LENGTH_STEP} * {LENGTH_STEP}, {LONGEST})"
    return Overview(
        sites=_sites(connection),
        months=tuple((month, count) for month, count in months if month is not None),
        undated=sum(count for month, count in months if month is None),
        lengths=tuple((int(first), count) for first, count in _tally(connection, length, "name")),
        languages=_tally(connection, "coalesce(language, 'und')"),
        platforms=_tally(connection, "coalesce(platform, 'not known')"),
        permissions=_tally(connection, "permission"),
        splits=_tally(connection, "split"),
        reasons=tuple(connection.execute(_ALL_REASONS).fetchall()),
        pairs=pairs[:MOST_PAIRS],
        more_pairs=len(pairs[MOST_PAIRS:]),
        former=_tally(connection, "ended_by", view="history"),
    )


def _tally(
    connection: duckdb.DuckDBPyConnection,
    value: str,
    order: str = "times DESC, name",
    *,
    view: str = "documents",
) -> Tally:
    rows = connection.execute(
        f"SELECT {value} AS name, count(*) AS times FROM {view} "  # noqa: S608 - ours
        f"GROUP BY name ORDER BY {order}"
    ).fetchall()
    return tuple((name, times) for name, times in rows)


@dataclass(slots=True)
class _Site:
    """A site while its counts are brought together."""

    reasons: list[tuple[str, int]] = field(default_factory=list)
    copies: int = 0
    kept: Sequence[Any] = (0, None, "", "")


def _sites(connection: duckdb.DuckDBPyConnection) -> tuple[SiteLine, ...]:
    sites: dict[str, _Site] = {}
    for site, *kept in connection.execute(_SITES).fetchall():
        sites.setdefault(site, _Site()).kept = kept
    for site, copies in _tally(connection, "site", view="duplicates"):
        sites.setdefault(site, _Site()).copies = copies
    for site, reason, count in connection.execute(_REASONS).fetchall():
        sites.setdefault(site, _Site()).reasons.append((reason, count))
    return tuple(_line(name, site) for name, site in sorted(sites.items()))


def _line(name: str, site: _Site) -> SiteLine:
    published, newest, platform, permission = site.kept
    return SiteLine(
        site=name,
        reasons=tuple(site.reasons),
        copies=site.copies,
        published=published,
        newest=newest,
        platform=platform,
        permission=permission,
    )


def _pairs(rows: Sequence[tuple[str, str, int, float]]) -> tuple[Pair, ...]:
    """The pairs, the one with the most copies first; the same site may have several hosts."""
    found: dict[tuple[str, str], tuple[int, float]] = {}
    for copier, origin, copies, score in rows:
        key = (copier, site_of(origin))
        former: tuple[int, float] = found.get(key, (0, 0.0))
        found[key] = (former[0] + copies, former[1] + score)
    return _ranked(found)


def _ranked(found: Mapping[tuple[str, str], tuple[int, float]]) -> tuple[Pair, ...]:
    return tuple(
        Pair(copier=copier, original=original, copies=copies, score=round(score / copies, 4))
        for (copier, original), (copies, score) in sorted(
            found.items(), key=lambda item: (-item[1][0], item[0])
        )
    )
