"""Whether pages may be published, as the crawler and `import` found and `build` obeys."""

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime

from pipelines.core.model import EvidenceLine, Permission, Tier
from pipelines.core.reasons import Reason
from pipelines.core.state import timestamp
from pipelines.core.urls import site_of

#: Lines of evidence that are kept for one page.
_MOST_LINES = 12
_MOST_CHARACTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What may be done with one page."""

    tier: Tier
    #: A licence that the page names; empty where it names none.
    license: str = ""
    #: Why the page is not published; None where it may be.
    reason: Reason | None = None
    detail: str = ""
    evidence: tuple[EvidenceLine, ...] = ()


def of_permission(permission: Permission) -> Standing:
    """The standing of a page with that permission."""
    return Standing(
        tier=permission.tier,
        license=permission.license,
        reason=permission.reason,
        detail=permission.detail[:500],
        evidence=tuple(
            EvidenceLine(
                signal=signal.name,
                value=signal.value[:_MOST_CHARACTERS],
                url=signal.url,
                at=signal.at,
            )
            for signal in permission.evidence[:_MOST_LINES]
        ),
    )


def withdrawn(reason: Reason, detail: str, before: Standing | None) -> Standing:
    """The standing of a page that is no longer there, or no longer for us."""
    known = before or Standing(tier=Tier.UNRESERVED)
    return Standing(
        tier=known.tier,
        license=known.license,
        reason=reason,
        detail=detail[:500],
        evidence=known.evidence,
    )


def put(connection: sqlite3.Connection, url: str, standing: Standing) -> bool:
    """Write a standing inside the caller's transaction, if more than times has changed.

    Returns:
        Whether it was written; its serial is higher than all others then.
    """
    before = get(connection, url)
    if before is not None and _says(before) == _says(standing):
        return False
    connection.execute("DELETE FROM standing WHERE url = ?", (url,))
    connection.execute(
        "INSERT INTO standing (url, site, tier, license, reason, detail, evidence) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            url,
            site_of(url),
            standing.tier,
            standing.license,
            standing.reason or "",
            standing.detail,
            _json(standing.evidence),
        ),
    )
    return True


def get(connection: sqlite3.Connection, url: str) -> Standing | None:
    """What is known of a page; None where nothing is."""
    row = connection.execute("SELECT * FROM standing WHERE url = ?", (url,)).fetchone()
    return None if row is None else of_row(row)


def of_site(connection: sqlite3.Connection, site: str) -> dict[str, Standing]:
    """The standings of a site's pages by URL."""
    rows = connection.execute("SELECT * FROM standing WHERE site = ?", (site,))
    return {row["url"]: of_row(row) for row in rows}


def serial_of_site(connection: sqlite3.Connection, site: str) -> int:
    """A number that grows with every change of a standing of the site; 0: there is none."""
    row = connection.execute("SELECT max(serial) FROM standing WHERE site = ?", (site,))
    return int(row.fetchone()[0] or 0)


def platform_of_site(connection: sqlite3.Connection, site: str) -> str:
    """What a site is made with, as far as the crawler could tell; else empty."""
    row = connection.execute(
        "SELECT platform FROM blog WHERE site = ? AND platform != '' ORDER BY url LIMIT 1", (site,)
    ).fetchone()
    return row["platform"] if row else ""


def of_row(row: sqlite3.Row) -> Standing:
    """A row of the table as a value."""
    return Standing(
        tier=Tier(row["tier"]),
        license=row["license"],
        reason=Reason(row["reason"]) if row["reason"] else None,
        detail=row["detail"],
        evidence=tuple(
            EvidenceLine(
                signal=line["signal"],
                value=line["value"],
                url=line["url"],
                at=datetime.fromisoformat(line["at"]),
            )
            for line in json.loads(row["evidence"])
        ),
    )


def _says(standing: Standing) -> tuple[object, ...]:
    lines = tuple((line.signal, line.value, line.url) for line in standing.evidence)
    return standing.tier, standing.license, standing.reason, standing.detail, lines


def _json(evidence: tuple[EvidenceLine, ...]) -> str:
    return json.dumps(
        [
            {
                "signal": line.signal,
                "value": line.value.encode("utf-8", "replace").decode(),
                "url": line.url,
                "at": timestamp(line.at),
            }
            for line in evidence
        ],
        ensure_ascii=False,
    )
