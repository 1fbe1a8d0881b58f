"""When to come back to a URL, and how to ask so that an unchanged one costs nothing."""

from datetime import datetime

from pipelines.core.model import Kind, Visit

_DAY = 86400.0

#: Seconds until a URL that answered is due again without any news of it. The doors of a
#: blog are due at every run; the rest is revisited through them, or after this time.
_INTERVALS = {
    Kind.ROBOTS: _DAY,
    Kind.HOME: 0.0,
    Kind.FEED: 0.0,
    Kind.SITEMAP: 0.0,
    Kind.LISTING: 90 * _DAY,
    Kind.POST: 30 * _DAY,
    Kind.PAGE: 30 * _DAY,
}


def due_after(kind: Kind, now: float) -> float:
    """Unix time at which a URL of `kind`, answered at `now`, is due again."""
    return now + _INTERVALS[kind]


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


def conditions(visit: Visit | None) -> dict[str, str]:
    """The request headers that let an unchanged page answer 304 (RFC 9110, section 13)."""
    if visit is None:
        return {}
    headers = {"If-None-Match": visit.etag, "If-Modified-Since": visit.last_modified}
    return {name: value for name, value in headers.items() if value}
