"""How far each URL came on its way into the archive, in counts that add up for every site."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from pipelines.core.model import Kind
from pipelines.core.urls import site_of

#: Kinds that are asked for on the way to posts, and are no finds themselves.
_NO_FINDS = ", ".join(f"'{kind}'" for kind in Kind if kind.is_notice or kind is Kind.PROBE)
_PAGES = ", ".join(f"'{kind}'" for kind in Kind if kind.is_page)


class Outcome(StrEnum):
    """Where a URL stands; each one stands in one place."""

    #: The archive holds a page of it, whatever came later.
    ARCHIVED = "archived"
    #: It is a feed or a sitemap, and was read.
    LISTING = "feed or sitemap"
    #: It was answered, but with nothing that is a page of its own: a redirect, for one.
    NO_PAGE = "answered without a page"
    MISSING = "not there"
    REFUSED = "refused by its site"
    FAILED = "failed, will be tried again"
    WAITING = "waits for its turn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How many URLs of a site came how far."""

    site: str
    outcome: Outcome
    urls: int


_OUTCOMES = f"""
SELECT origin, outcome, count(*) AS urls FROM (
    SELECT origin, CASE
        WHEN EXISTS (SELECT 1 FROM capture
            WHERE capture.url = url.url AND capture.kind IN ({_PAGES})) THEN 'ARCHIVED'
        WHEN is_refused THEN 'REFUSED'
        WHEN state = 'FAILED' THEN 'FAILED'
        WHEN state = 'GONE' THEN 'MISSING'
        WHEN state IN ('PENDING', 'LEASED') THEN 'WAITING'
        WHEN kind IN ('{Kind.FEED}', '{Kind.SITEMAP}') THEN 'LISTING'
        ELSE 'NO_PAGE' END AS outcome
    FROM url WHERE kind NOT IN ({_NO_FINDS})
) GROUP BY origin, outcome ORDER BY origin, outcome
"""  # noqa: S608 - words of an enum

#: Pages that `import` brought, and which no crawl ever met.
_IMPORTED = f"""
SELECT site, count(DISTINCT url) AS urls FROM capture
WHERE kind IN ({_PAGES}) AND NOT EXISTS (SELECT 1 FROM url
    WHERE url.url = capture.url AND url.kind NOT IN ({_NO_FINDS}))
GROUP BY site ORDER BY site
"""  # noqa: S608 - words of an enum


def reaches(connection: sqlite3.Connection) -> Iterator[Reach]:
    """Every URL that is known, counted once; a site may come several times."""
    for row in connection.execute(_OUTCOMES):
        yield Reach(site=site_of(row["origin"]), outcome=Outcome[row["outcome"]], urls=row["urls"])
    for row in connection.execute(_IMPORTED):
        yield Reach(site=row["site"], outcome=Outcome.ARCHIVED, urls=row["urls"])
