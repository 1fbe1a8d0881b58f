"""May we fetch this URL, and use it: robots.txt by RFC 9309 and what else a site says."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from protego import Protego

from pipelines.core.config import PermissionSettings
from pipelines.core.model import Capture, Kind, Permission, Signal, Tier, Use
from pipelines.core.reasons import Reason

#: Our name in robots.txt groups. The bare token: with a whole User-Agent, a group for
#: a word of our contact URL would match too.
PRODUCT_TOKEN = "TherapyCorpusBot"  # noqa: S105 - a name, not a secret

#: Bytes of a robots.txt that are read; RFC 9309, section 2.5, asks for at least these.
PARSED_BYTES = 512 * 1024

#: Seconds that an answer may be relied on: RFC 9309, section 2.4.
FRESH_SECONDS = 24 * 3600

#: Seconds that a robots.txt which could not be had is not asked for again.
UNREACHABLE_SECONDS = 3600

#: Seconds that a tdmrep.json may be relied on.
TDMREP_FRESH_SECONDS = 30 * 86400

#: Answers of the 4xx family that are read as a refusal, stricter than RFC 9309.
_REFUSING = frozenset({401, 403, 429})


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What an origin answered for robots.txt, tdmrep.json or its RSL licence."""

    url: str
    #: HTTP status; 0 where there was no answer.
    status: int
    body: bytes
    #: Unix time of the answer.
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """The notices of one origin; None where one was never asked for."""

    robots: Notice | None = None
    tdmrep: Notice | None = None
    rsl: Notice | None = None


def next_notice(
    origin: str, notices: Notices, now: float, settings: PermissionSettings
) -> tuple[Kind, str] | None:
    """Which notice has to be asked for before any page of `origin`, and its URL."""
    robots = notices.robots
    if robots is None:
        return Kind.ROBOTS, f"{origin}/robots.txt"
    fresh = FRESH_SECONDS if _is_reachable(robots) else UNREACHABLE_SECONDS
    if now - robots.at >= fresh:
        return Kind.ROBOTS, f"{origin}/robots.txt"
    url = f"{origin}/.well-known/tdmrep.json"
    tdmrep = notices.tdmrep
    is_known = tdmrep is not None and now - tdmrep.at < TDMREP_FRESH_SECONDS
    if settings.tdmrep and not is_known and is_allowed_by_robots(url, robots):
        return Kind.TDMREP, url
    return None


def permission(
    url: str, notices: Notices, settings: PermissionSettings, page: Capture | None = None
) -> Permission:
    """Judge whether `url` may be fetched and used."""
    del settings, page
    robots = notices.robots
    if is_allowed_by_robots(url, robots):
        return Permission(tier=Tier.UNRESERVED)
    reachable = robots is not None and _is_reachable(robots)
    reason = Reason.PERMISSION_ROBOTS if reachable else Reason.PERMISSION_UNREACHABLE
    signal = Signal(
        name="robots.txt",
        use=Use.FETCH,
        allows=False,
        value="disallows it" if reachable else f"answered {robots.status if robots else 0}",
        url=robots.url if robots else "",
        at=datetime.fromtimestamp(robots.at if robots else 0, UTC),
        reason=reason,
    )
    return Permission(tier=Tier.REFUSED, reason=reason, evidence=(signal,))


def crawl_delay(robots: Notice | None) -> float | None:
    """Seconds that robots.txt asks us to wait between two requests."""
    if robots is None or not _has_rules(robots):
        return None
    return _rules(robots.body[:PARSED_BYTES]).crawl_delay(PRODUCT_TOKEN)


def is_allowed_by_robots(url: str, robots: Notice | None) -> bool:
    """Whether robots.txt lets us fetch `url`."""
    if robots is None or not _is_reachable(robots):
        return False
    if not _has_rules(robots):
        return True
    return _rules(robots.body[:PARSED_BYTES]).can_fetch(url, PRODUCT_TOKEN)


def _is_reachable(robots: Notice) -> bool:
    if 200 <= robots.status < 300:  # noqa: PLR2004
        return True
    return 400 <= robots.status < 500 and robots.status not in _REFUSING  # noqa: PLR2004


def _has_rules(robots: Notice) -> bool:
    return 200 <= robots.status < 300  # noqa: PLR2004


@lru_cache(maxsize=256)
def _rules(body: bytes) -> Protego:
    return Protego.parse(body.decode("utf-8-sig", errors="replace"))
