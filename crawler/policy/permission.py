"""May we fetch this URL and use it: all that a site and its page say, judged together."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from crawler.policy import reservations, robots
from crawler.policy.robots import PARSED_BYTES
from pipelines.core.config import PermissionSettings
from pipelines.core.markup import Markup
from pipelines.core.model import Capture, Kind, Permission, Signal, Use
from pipelines.core.permission import of_page, resolve
from pipelines.core.reasons import Reason
from pipelines.core.signals import (
    PRODUCT_TOKEN,
    Place,
    content_signal,
    content_usage,
    tdm_reservation,
)
from pipelines.core.urls import joined

__all__ = [
    "PARSED_BYTES",
    "PRODUCT_TOKEN",
    "UNREACHABLE_SECONDS",
    "Notice",
    "Notices",
    "crawl_delay",
    "is_allowed_by_robots",
    "next_notice",
    "permission",
]

#: Seconds that an answer may be relied on: RFC 9309, section 2.4.
FRESH_SECONDS = 24 * 3600
#: Seconds that a robots.txt which could not be had is not asked for again.
UNREACHABLE_SECONDS = 3600
#: Seconds that a tdmrep.json may be relied on.
TDMREP_FRESH_SECONDS = 30 * 86400
#: Answers of the 4xx family that are read as a refusal, stricter than RFC 9309.
_REFUSING = frozenset({401, 403, 429})
_TDM_NAMES = frozenset({"tdm-reservation", "meta tdm-reservation"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What an origin answered for robots.txt, tdmrep.json or its RSL licence."""

    url: str
    #: HTTP status; 0 where there was no answer.
    status: int
    body: bytes
    #: Unix time of the answer.
    at: float

    @property
    def is_good(self) -> bool:
        """Whether there is a file (2xx)."""
        return 200 <= self.status < 300  # noqa: PLR2004

    @property
    def is_reachable(self) -> bool:
        """Whether there was an answer that says something (RFC 9309, section 2.3.1)."""
        is_absent = 400 <= self.status < 500 and self.status not in _REFUSING  # noqa: PLR2004
        return self.is_good or is_absent


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """The notices of one origin; None where one was never asked for."""

    robots: Notice | None = None
    tdmrep: Notice | None = None
    rsl: Notice | None = None


def next_notice(
    origin: str, notices: Notices, now: float, settings: PermissionSettings
) -> tuple[Kind, str] | None:
    """Which notice has to be asked for before any page of `origin`, and its URL.

    Returns:
        None when all that matter are known and fresh.
    """
    said = notices.robots
    fresh = FRESH_SECONDS if said and said.is_reachable else UNREACHABLE_SECONDS
    if said is None or now - said.at >= fresh:
        return Kind.ROBOTS, f"{origin}/robots.txt"
    url = f"{origin}/.well-known/tdmrep.json"
    if settings.tdmrep and _is_stale(notices.tdmrep, now) and is_allowed_by_robots(url, said):
        return Kind.TDMREP, url
    licence = _licence(origin, said) if settings.rsl and said.is_good else None
    if licence is None:
        return None
    known = notices.rsl
    is_known = known is not None and now - known.at < FRESH_SECONDS
    return None if is_known else (Kind.RSL, licence)


def permission(
    url: str,
    notices: Notices,
    settings: PermissionSettings,
    page: Capture | None = None,
    parsed: Markup | None = None,
) -> Permission:
    """Judge whether `url` may be fetched and used.

    Args:
        url: A canonical URL.
        notices: What its origin says.
        settings: Which signals count.
        page: What the URL answered, once it has been fetched.
        parsed: The tree of it, where somebody has made it.
    """
    own = of_page(page, parsed) if page is not None else ()
    judged = resolve([*_of_site(url, notices, own), *own], settings)
    if judged.is_refused or notices.robots is None:
        return judged
    # So that each row tells on what ground it was taken, even where nobody says yes or no.
    words = "allows it" if notices.robots.is_good else f"is not there ({notices.robots.status})"
    ground = _place("robots.txt", notices.robots).signal(Use.FETCH, words, allows=True)
    return replace(judged, evidence=(*judged.evidence, ground))


def crawl_delay(notice: Notice | None) -> float | None:
    """Seconds that robots.txt asks us to wait between two requests."""
    if notice is None or not notice.is_good:
        return None
    return robots.read(notice.body).crawl_delay()


def is_allowed_by_robots(url: str, notice: Notice | None) -> bool:
    """Whether robots.txt lets us fetch `url`.

    No answer, a server error and 401, 403 or 429 disallow everything; any other 4xx
    means that there are no rules.
    """
    if notice is None or not notice.is_reachable:
        return False
    return not notice.is_good or robots.read(notice.body).allows(url)


def _is_stale(notice: Notice | None, now: float) -> bool:
    if notice is None:
        return True
    is_answer = 0 < notice.status < 500  # noqa: PLR2004 - others may pass
    return now - notice.at >= (TDMREP_FRESH_SECONDS if is_answer else FRESH_SECONDS)


def _licence(origin: str, notice: Notice) -> str | None:
    """The URL of the first RSL licence that robots.txt names and lets us read."""
    rules = robots.read(notice.body)
    urls = (joined(f"{origin}/", value) for value in rules.licences)
    return next(
        (url for url in urls if url and (not _is_at(origin, url) or rules.allows(url))), None
    )


def _is_at(origin: str, url: str) -> bool:
    return url.startswith(f"{origin}/")


def _of_site(url: str, notices: Notices, own: tuple[Signal, ...]) -> Iterator[Signal]:
    yield from _of_robots(url, notices.robots)
    # The header outweighs the file, the markup outweighs both.
    is_outweighed = any(signal.name in _TDM_NAMES for signal in own)
    if notices.tdmrep is not None and notices.tdmrep.is_good and not is_outweighed:
        word = reservations.tdm_reservation(notices.tdmrep.body, url)
        yield from tdm_reservation(word, _place("tdmrep.json", notices.tdmrep))
    yield from _of_licence(url, notices)


def _of_licence(url: str, notices: Notices) -> Iterator[Signal]:
    said, known = notices.robots, notices.rsl
    if said is None or not said.is_good or not robots.read(said.body).licences:
        return
    reason = Reason.PERMISSION_RSL
    parts = urlsplit(url)
    if _licence(f"{parts.scheme}://{parts.netloc}", said) is None:
        words = "names a licence that could not be read"
        yield _place("robots.txt", said).signal(Use.TRAIN, words, allows=False, reason=reason)
    elif known is not None:
        allows, words = reservations.rsl_allows(known.status, known.body, url)
        if words:
            yield _place("RSL", known).signal(Use.TRAIN, words, allows=allows, reason=reason)


def _of_robots(url: str, notice: Notice | None) -> Iterator[Signal]:
    if notice is None:
        place = Place(name="robots.txt", url="", at=datetime.fromtimestamp(0, UTC))
        yield _unreachable(place, "was not asked for yet")
        return
    place = _place("robots.txt", notice)
    if not notice.is_reachable:
        yield _unreachable(place, f"answered {notice.status or 'nothing'}")
        return
    if not notice.is_good:
        return
    rules = robots.read(notice.body)
    if not rules.allows(url):
        reason = Reason.PERMISSION_ROBOTS
        words = f"disallows {urlsplit(url).path or '/'}"
        yield place.signal(Use.FETCH, words, allows=False, reason=reason)
        return
    for value in rules.content_signals:
        yield from content_signal(value, _place("Content-Signal", notice))
    for value in rules.usages_of(url):
        yield from content_usage(value, _place("Content-Usage", notice))
    for agent in rules.ai_agents:
        if not rules.allows(url, agent):
            reason = Reason.PERMISSION_NAMED_AGENT
            yield place.signal(Use.TRAIN, f"disallows {agent}", allows=False, reason=reason)


def _unreachable(place: Place, words: str) -> Signal:
    return place.signal(Use.FETCH, words, allows=False, reason=Reason.PERMISSION_UNREACHABLE)


def _place(name: str, notice: Notice) -> Place:
    return Place(name=name, url=notice.url, at=datetime.fromtimestamp(notice.at, UTC))
