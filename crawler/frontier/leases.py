"""Which URL is asked next: one of a host that may be asked, its site's notices before pages."""

import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from crawler.discovery.found import FALLBACK_SCORE, is_fallback
from crawler.frontier import hosts, links, notices, standings, texts
from crawler.frontier.runs import Run
from crawler.policy import pace
from crawler.policy.permission import (
    UNREACHABLE_SECONDS,
    Notices,
    crawl_delay,
    next_notice,
    permission,
)
from crawler.policy.revisit import DAY
from pipelines.core.config import Config
from pipelines.core.model import Kind, Via, Visit
from pipelines.core.reasons import Reason

#: URLs that one look at the frontier may turn down before it comes back.
_MOST_STEPS = 200
#: Seconds until a fallback is looked at again that waits for better sources.
_SHORTLY = 0.1
_SOURCES = frozenset({Kind.LISTING, Kind.FEED, Kind.SITEMAP})


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A URL that this run is about to ask for."""

    url: str
    origin: str
    #: Whose pace it keeps.
    host: str
    #: URL of the blog on whose behalf it is asked.
    blog: str
    kind: Kind
    via: Via
    score: float
    #: Redirects that led here.
    hops: int
    #: How often in a row it failed before.
    attempts: int
    #: Unix time at which it was leased.
    at: float
    #: Seconds between two requests to the host.
    delay: float
    #: What the last answer left behind; None where there was none.
    visit: Visit | None
    #: What the origin says of itself, as far as it is known.
    notices: Notices
    #: Whether a blog's home page lies on this origin.
    is_home_origin: bool
    #: What the origin says of pages that are not there, where it does not by its status.
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """One origin whose turn it is."""

    origin: str
    host: str
    said: Notices
    #: Unix time at which the site was last asked for a page that is not there.
    probed_at: float | None
    #: What it said then.
    missing: tuple[str, ...]
    now: float


def take(
    db: sqlite3.Connection, run: Run, config: Config, now: float, busy: Collection[str]
) -> Lease | None:
    """Lease the best waiting URL of a host that may be asked now; in a transaction.

    Args:
        db: The state.
        run: Who takes it.
        config: Pace, budgets and what counts as a refusal.
        now: Unix time.
        busy: Hosts that have as many requests under way as they may.

    Returns:
        None where no host is ready.
    """
    names = json.dumps(list(busy))
    for _ in range(_MOST_STEPS):
        found = db.execute(
            "SELECT host FROM host WHERE ready_at <= ? AND host NOT IN "
            "(SELECT value FROM json_each(?)) ORDER BY ready_at LIMIT 1",
            (now, names),
        ).fetchone()
        if found is None:
            return None
        turn = _turn(db, found["host"], now)
        identity = _best(db, config, turn) if turn else None
        if turn is not None and identity is not None:
            return _lease(db, run, config, turn, identity)
    return None


def _turn(db: sqlite3.Connection, host: str, now: float) -> _Turn | None:
    """The origin of a host whose turn it is; None when the host has been put to sleep."""
    row = db.execute(
        "SELECT * FROM origin WHERE host = ? AND ready_at <= ? ORDER BY ready_at LIMIT 1",
        (host, now),
    ).fetchone()
    if row is None:
        hosts.sleep(db, host)
        return None
    origin: str = row["origin"]
    return _Turn(
        origin=origin,
        host=host,
        said=notices.of_origin(db, origin),
        probed_at=row["probed_at"],
        missing=tuple(row["missing_words"].split()),
        now=now,
    )


def _best(db: sqlite3.Connection, config: Config, turn: _Turn) -> int | None:
    """The row to lease; None when something else has to come first, or nothing is left."""
    row = db.execute(
        "SELECT id, url, blog, kind, score, visited_at FROM url "
        "WHERE origin = ? AND state = 'PENDING' AND due_at <= ? "
        "AND EXISTS (SELECT 1 FROM blog WHERE blog.url = url.blog AND listed AND spent < ?) "
        "ORDER BY score DESC, id LIMIT 1",
        (turn.origin, turn.now, config.crawl.pages_per_blog),
    ).fetchone()
    if row is None:
        _rest(db, turn)
        return None
    if row["kind"] != Kind.ROBOTS and (
        _must_ask_first(db, config, turn, row)
        or _is_refused(db, config, turn, row)
        or _is_needless(db, config, turn, row)
    ):
        return None
    return int(row["id"])


def _must_ask_first(db: sqlite3.Connection, config: Config, turn: _Turn, row: sqlite3.Row) -> bool:
    """Whether a notice of the origin, or a probe of it, comes before this URL."""
    kind = Kind(row["kind"])
    if notices.is_awaited(db, turn.origin, robots_only=kind.is_notice):
        return True
    wanted = next_notice(turn.origin, turn.said, turn.now, config.permission)
    if wanted is not None and (wanted[0] is Kind.ROBOTS or not kind.is_notice):
        notices.ask(db, turn.origin, wanted[0], wanted[1], row["blog"], turn.now)
        return True
    delay = crawl_delay(turn.said.robots)
    if delay is not None and delay > pace.LONGEST_CRAWL_DELAY:
        detail = f"Crawl-delay of {delay:g} s"
        put_off(db, turn.origin, Reason.FETCH_PARKED, detail, turn.now + pace.PUT_OFF)
        return True
    if kind is Kind.POST and (link := texts.probe(turn.origin, turn.probed_at, turn.now)):
        links.insert(db, link, row["blog"], hops=0)
        db.execute("UPDATE url SET state = 'PENDING', due_at = 0 WHERE url = ?", (link.url,))
        # Whatever comes of it, the pages are asked for after it.
        texts.probed(db, turn.origin, (), turn.now)
        return True
    if kind is Kind.POST and texts.is_probing(db, turn.origin):
        hosts.rest(db, turn.origin, turn.now + _SHORTLY)
        return True
    return False


def _is_refused(db: sqlite3.Connection, config: Config, turn: _Turn, row: sqlite3.Row) -> bool:
    """Whether the origin says that this URL is not for us; nothing is sent then."""
    judged = permission(row["url"], turn.said, config.permission)
    if not judged.is_refused:
        return False
    robots = turn.said.robots
    if judged.reason is Reason.PERMISSION_UNREACHABLE and robots is not None:
        until = robots.at + UNREACHABLE_SECONDS
        put_off(db, turn.origin, judged.reason, judged.detail, until)
    else:
        standings.refuse(db, row["url"], judged)
    if Kind(row["kind"]).is_notice:
        notices.answered(db, Kind(row["kind"]), row["url"], 0, b"", turn.now)
    return True


def _is_needless(db: sqlite3.Connection, config: Config, turn: _Turn, row: sqlite3.Row) -> bool:
    """Whether asking would bring nothing: a fallback nobody needs, a page of a trap."""
    kind = Kind(row["kind"])
    if kind in _SOURCES and is_fallback(row["score"]):
        if _is_under_way(db, row["blog"]):
            hosts.rest(db, turn.origin, turn.now + _SHORTLY)
            return True
        if links.is_enumerated(db, row["blog"]):
            _skip_fallbacks(db, config, row["blog"], turn.now)
            return True
    is_new_page = kind in {Kind.POST, Kind.LISTING} and row["visited_at"] is None
    if is_new_page and texts.is_trapped(db, row["url"]):
        _give_up(db, row["id"], Reason.FETCH_TRAP, turn.now + config.revisit.enumerate_after * DAY)
        return True
    return False


def _is_under_way(db: sqlite3.Connection, blog: str) -> bool:
    """Whether an answer is awaited that may make a fallback of the blog needless.

    Else it would depend on chance which fallbacks are asked for.
    """
    row = db.execute(
        "SELECT 1 FROM url WHERE state = 'LEASED' AND blog = ? AND score >= ? LIMIT 1",
        (blog, FALLBACK_SCORE),
    ).fetchone()
    return row is not None


def put_off(db: sqlite3.Connection, origin: str, reason: Reason, detail: str, until: float) -> None:
    """Let all that waits at an origin wait until Unix time `until`."""
    db.execute(
        "UPDATE url SET state = 'FAILED', due_at = ?, reason = ?, detail = ? "
        "WHERE origin = ? AND state = 'PENDING'",
        (until, reason, detail, origin),
    )


def _skip_fallbacks(db: sqlite3.Connection, config: Config, blog: str, now: float) -> None:
    """Leave out the listings and guesses of a blog whose posts are all known."""
    rows = db.execute(
        "SELECT id, kind, score FROM url WHERE blog = ? AND state = 'PENDING' "
        "AND kind IN ('listing', 'feed', 'sitemap')",
        (blog,),
    ).fetchall()
    for row in rows:
        if is_fallback(row["score"]):
            db.execute(
                "UPDATE url SET state = 'DONE', due_at = ?, "
                "detail = 'not needed: sitemaps or feeds name all posts' WHERE id = ?",
                (now + config.revisit.enumerate_after * DAY, row["id"]),
            )


def _give_up(db: sqlite3.Connection, identity: int, reason: Reason, due_at: float) -> None:
    db.execute(
        "UPDATE url SET state = 'FAILED', reason = ?, due_at = ?, "
        "detail = 'pages like this one brought no new text' WHERE id = ?",
        (reason, due_at, identity),
    )


def _rest(db: sqlite3.Connection, turn: _Turn) -> None:
    next_due = db.execute(
        "SELECT min(due_at) FROM url WHERE origin = ? AND state = 'PENDING' AND due_at > ?",
        (turn.origin, turn.now),
    ).fetchone()[0]
    hosts.rest(db, turn.origin, next_due)


def _lease(db: sqlite3.Connection, run: Run, config: Config, turn: _Turn, identity: int) -> Lease:
    row = db.execute(
        "UPDATE url SET state = 'LEASED', run = ? WHERE id = ? RETURNING *, EXISTS "
        "(SELECT 1 FROM url AS home WHERE home.origin = url.origin "
        "AND home.kind = 'home') AS is_home_origin",
        (run.id, identity),
    ).fetchone()
    delay = max(config.crawl.delay, crawl_delay(turn.said.robots) or 0.0)
    hosts.rest(db, turn.origin, turn.now)
    hosts.hold(db, turn.host, turn.now + delay)
    return Lease(
        url=row["url"],
        origin=row["origin"],
        host=turn.host,
        blog=row["blog"],
        kind=Kind(row["kind"]),
        via=Via(row["via"]),
        score=row["score"],
        hops=row["hops"],
        attempts=row["attempts"],
        at=turn.now,
        delay=delay,
        visit=_visit(row),
        notices=turn.said,
        is_home_origin=bool(row["is_home_origin"]),
        missing=turn.missing,
    )


def _visit(row: sqlite3.Row) -> Visit | None:
    if not row["visited_at"]:
        return None
    return Visit(
        visited_at=datetime.fromisoformat(row["visited_at"]),
        etag=row["etag"],
        last_modified=row["last_modified"],
        digest=row["digest"],
    )
