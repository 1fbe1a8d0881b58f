"""Whether pages may be published, as the crawler and `import` found and `build` obeys."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pipelines.core.model import EvidenceLine, Permission, Tier
from pipelines.core.reasons import Reason
from pipelines.core.state import timestamp
from pipelines.core.urls import canonical, site_of

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
        if standing.reason:
            # No row shows the times of a page that is out, but `may_lift` goes by them.
            connection.execute(
                "UPDATE standing SET evidence = ? WHERE url = ?", (_json(standing.evidence), url)
            )
        return False
    connection.execute("DELETE FROM standing WHERE url = ?", (url,))
    connection.execute(
        "INSERT INTO standing (url, site, tier, license, reason, detail, evidence) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            url,
            site_of(url),
            standing.tier,
            _storable(standing.license),
            standing.reason or "",
            _storable(standing.detail),
            _json(standing.evidence),
        ),
    )
    return True


def may_lift(told: Standing, url: str, at: datetime) -> bool:
    """Whether a page that says no "no" may be published, after what was known of it before.

    A copy of a page cannot speak for its site, nor undo a deletion: it takes back only what
    an earlier copy of the page itself has said.

    Args:
        told: What is known of the page.
        url: Its canonical URL.
        at: When the copy was fetched (UTC).
    """
    if told.reason is None:
        return True
    if told.tier is not Tier.REFUSED or told.reason.part != "permission" or not told.evidence:
        return False
    return all(canonical(line.url) == url and line.at < at for line in told.evidence)


def of_url(standings: Mapping[str, Standing], url: str) -> Standing:
    """The standing of a page that may be archived under another spelling of its URL."""
    unknown = Standing(tier=Tier.UNRESERVED)
    spelt = standings.get(url, unknown)
    asked = standings.get(canonical(url), spelt)
    if spelt.reason or asked.reason:
        return spelt if spelt.reason else asked
    return spelt if url in standings else asked


def get(connection: sqlite3.Connection, url: str) -> Standing | None:
    """What is known of a page; None where nothing is."""
    row = connection.execute("SELECT * FROM standing WHERE url = ?", (url,)).fetchone()
    return None if row is None else of_row(row)


def of_page(connection: sqlite3.Connection, url: str) -> Standing:
    """The standing of one page, as `of_url` finds it among those of its site."""
    spellings = {spelling: get(connection, spelling) for spelling in (url, canonical(url))}
    return of_url({name: told for name, told in spellings.items() if told is not None}, url)


def is_refused(connection: sqlite3.Connection, url: str) -> bool:
    """Whether the crawler was told "no" for a page, whether or not it holds a copy."""
    row = connection.execute(
        "SELECT 1 FROM url WHERE url = ? AND is_refused", (canonical(url),)
    ).fetchone()
    return row is not None


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
    lines = tuple(
        (line.signal, _storable(line.value), _storable(line.url)) for line in standing.evidence
    )
    words = (_storable(standing.license), _storable(standing.detail))
    return standing.tier, standing.reason, words, lines


def _storable(text: str) -> str:
    """Without lone surrogates, which neither SQLite nor Parquet takes."""
    return text.encode("utf-8", "replace").decode()


def _json(evidence: tuple[EvidenceLine, ...]) -> str:
    return json.dumps(
        [
            {
                "signal": line.signal,
                "value": _storable(line.value),
                "url": _storable(line.url),
                "at": timestamp(line.at),
            }
            for line in evidence
        ],
        ensure_ascii=False,
    )
