"""May we fetch this URL: the answer of its robots.txt, read by RFC 9309."""

from dataclasses import dataclass
from functools import lru_cache

from protego import Protego

from pipelines.core.model import Permission
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

#: Answers of the 4xx family that are read as a refusal, stricter than RFC 9309.
_REFUSING = frozenset({401, 403, 429})


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """What an origin answered when it was asked for /robots.txt."""

    #: HTTP status; 0 where there was no answer.
    status: int
    body: bytes
    #: Unix time of the answer.
    at: float

    def is_fresh(self, now: float) -> bool:
        """Whether the answer may be relied on at Unix time `now`."""
        return now - self.at < (FRESH_SECONDS if self.is_reachable else UNREACHABLE_SECONDS)

    @property
    def is_reachable(self) -> bool:
        """Whether there was an answer that says something (RFC 9309, section 2.3.1)."""
        return 200 <= self.status < 500 and self.status not in _REFUSING  # noqa: PLR2004


def permission(url: str, robots: Robots | None) -> Permission:
    """Judge whether `url` may be fetched.

    No answer, a server error and 401, 403 or 429 disallow everything; any other 4xx
    means that there are no rules.

    Args:
        url: A canonical URL; robots.txt itself is always allowed.
        robots: The answer of the URL's origin, None where it was never asked.
    """
    if robots is None:
        return _unreachable("robots.txt was not asked for yet")
    if not robots.is_reachable:
        status = robots.status or "nothing"
        return _unreachable(f"robots.txt answered {status}")
    if robots.status >= 400:  # noqa: PLR2004
        return Permission(allowed=True, evidence=f"robots.txt answered {robots.status}")
    if _rules(robots.body[:PARSED_BYTES]).can_fetch(url, PRODUCT_TOKEN):
        return Permission(allowed=True, evidence="robots.txt")
    return Permission(
        allowed=False, reason=Reason.PERMISSION_ROBOTS, evidence="robots.txt disallows it"
    )


def _unreachable(evidence: str) -> Permission:
    return Permission(allowed=False, reason=Reason.PERMISSION_UNREACHABLE, evidence=evidence)


@lru_cache(maxsize=256)
def _rules(body: bytes) -> Protego:
    return Protego.parse(body.decode("utf-8-sig", errors="replace"))
