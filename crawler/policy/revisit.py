"""When to look at a blog or a page again, and how to ask so that nothing new costs nothing."""

import math
from datetime import datetime

from pipelines.core.config import RevisitSettings
from pipelines.core.model import Kind, Visit

DAY = 86400.0
#: Unix time of what is never due again.
NEVER = 1e12
#: Factor by which each look without news stretches the wait for the next one.
_PATIENCE = 1.5
#: Fetches that a host's lastmod is judged by, and how few are too few to judge.
TRIALS = 20
_FEWEST_TRIALS = 5
#: Share of these that may have moved for nothing.
_MAY_BE_WRONG = 0.2


def due_after(kind: Kind, now: float, settings: RevisitSettings) -> float:
    """Unix time at which a URL of `kind`, answered at `now`, is due again without any news.

    The doors of a blog (home page, feeds, sitemaps) are due when the blog is looked at; what
    they lead to is asked again on their word, or with the next full enumeration.
    """
    if kind is Kind.ROBOTS or kind is Kind.RSL:
        return now + DAY
    if kind in {Kind.HOME, Kind.FEED, Kind.SITEMAP}:
        return NEVER
    return now + settings.enumerate_after * DAY


def poll_interval(
    looks: int, changes: int, idle: int, watched: float, settings: RevisitSettings
) -> float:
    """Seconds until a blog is looked at again.

    Half the time between two changes, by the estimator of Cho and Garcia-Molina (Estimating
    frequency of change, ACM TOIT 3(3), 2003) for looks that see only whether something
    changed; longer the longer nothing has.

    Args:
        looks: How often the blog was looked at since it is known.
        changes: How many of these looks found news.
        idle: Looks since the last news.
        watched: Seconds from the first look to the last.
        settings: The bounds.
    """
    least, most = settings.poll_least * DAY, max(settings.poll_most, settings.poll_least) * DAY
    if looks < 1 or watched <= 0:
        return least
    per_look = -math.log((looks - changes + 0.5) / (looks + 0.5))
    base = most if per_look <= 0 else 0.5 * (watched / looks) / per_look
    return min(max(min(max(base, least), most) * _PATIENCE ** min(idle, 20), least), most)


def has_changed(
    hint: datetime | None, known_hint: datetime | None, visited_at: datetime | None
) -> bool:
    """Whether a feed or sitemap says that a page changed since it was last visited.

    Args:
        hint: The time that the source gives now.
        known_hint: The time that it gave when the page was last visited.
        visited_at: When that was; None for a page that was never answered.
    """
    if hint is None or visited_at is None:
        return False
    return hint > (known_hint or visited_at)


def is_trusted(trials: str) -> bool:
    """Whether a blog's dates of change are worth a request.

    Args:
        trials: What came of the last fetches that they caused, oldest first: "1" for a page
            that had changed, "0" for one that had not.
    """
    recent = trials[-TRIALS:]
    if len(recent) < _FEWEST_TRIALS:
        return True
    return recent.count("0") <= _MAY_BE_WRONG * len(recent)


def is_deleted(gone_since: float | None, now: float, settings: RevisitSettings) -> bool:
    """Whether a page that is not found counts as deleted by now.

    Args:
        gone_since: Unix time of the first "not found" in a row; None: this is the first.
        now: Unix time.
        settings: How far apart two such answers have to be.
    """
    return gone_since is not None and now - gone_since >= settings.gone_after * DAY


def conditions(visit: Visit | None) -> dict[str, str]:
    """The request headers that let an unchanged page answer 304 (RFC 9110, section 13)."""
    if visit is None:
        return {}
    headers = {"If-None-Match": visit.etag, "If-Modified-Since": visit.last_modified}
    return {name: value for name, value in headers.items() if value}
