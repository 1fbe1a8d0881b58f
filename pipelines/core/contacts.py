"""Finds in a text what would let a reader reach or look up a person."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipelines.core.addresses import addresses, licences
from pipelines.core.emails import emails
from pipelines.core.letters import small
from pipelines.core.phones import phones


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A stretch of a text that identifies somebody."""

    start: int
    end: int
    #: A field of `Redactions`.
    kind: str


_PLACES = (
    r"facebook|fb|instagram|twitter|x|linkedin|tiktok|youtube|threads|pinterest|bsky|mastodon|"
    r"snapchat|medium|wa|t"
)
_PROFILE = re.compile(
    rf"(?<![\w.-])(?:https?://)?(?:www\.|m\.|pic\.)?(?:{_PLACES})\.(?:com|net|me|app|social|org)/"
    r"[\w@%./?=&+-]{2,200}",
    re.IGNORECASE,
)
_HANDLE = re.compile(
    r"(?<![\w@/.])@[A-Za-z_][A-Za-z0-9_.]{2,29}(?:@(?:[\w-]{1,63}\.){1,4}[a-z]{2,24}|(?![\w@]))(?!\.\w)"
)
_SERVICES = (
    r"calendly|simplepractice|acuityscheduling|janeapp|setmore|zocdoc|therapyportal|"
    r"theraplatform|youcanbook|appointlet|squareup|booksy|cliniko|halaxy|headway|growtherapy|"
    r"therapynotes|practicebetter|doctolib|jameda|treatwell|psychologytoday|"
    r"counselling-directory|goodtherapy|therapyden|mentalhealthmatch"
)
#: A text without one of these names has no booking link; the search for a link costs more.
_SERVICE = ("as.me", *(f"{name}." for name in (*_SERVICES.split("|"), "clientsecure")))
_PLACE = re.compile(r"\.(?:com|net|me|app|social|org)/", re.IGNORECASE)
_BOOKING = re.compile(
    r"(?:https?://)?(?:[\w-]{1,63}\.){0,4}(?:"
    rf"(?:{_SERVICES})(?:\.co)?\.[a-z]{{2,4}}/[\w%./?=&+#-]{{2,300}}|"
    r"(?<=\.)(?:clientsecure\.me|as\.me|janeapp\.com|simplepractice\.com|cliniko\.com)"
    r"(?:/[\w%./?=&+#-]{0,300})?)",
    re.IGNORECASE,
)


def contacts(text: str, site: str, language: str | None) -> list[Found]:
    """What identifies people in a text, in order and apart from each other.

    Args:
        text: Any text.
        site: Its site, whose top-level domain names a region for phone numbers.
        language: Its language, which names more of them.
    """
    found = [
        *_all("email", emails(text)),
        *_links(text),
        *_all("phone", phones(text, site, language)),
        *_all("address", addresses(text)),
        *_all("licence", licences(text)),
    ]
    apart: list[Found] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end, one.kind)):
        start = max(one.start, apart[-1].end if apart else 0)
        if start < one.end:
            apart.append(Found(start=start, end=one.end, kind=one.kind))
    return apart


def _all(kind: str, spans: Iterable[tuple[int, int]]) -> Iterator[Found]:
    return (Found(start=start, end=end, kind=kind) for start, end in spans)


def _links(text: str) -> Iterator[Found]:
    lower = small(text)
    # Links have a path, but for those to a host of one's own at a service.
    is_linked = "/" in lower or ".me" in lower or ".com" in lower
    is_booking = is_linked and any(name in lower for name in _SERVICE)
    patterns = [("booking", _BOOKING)] if is_booking else []
    if "/" in lower and _PLACE.search(text):
        patterns.append(("handle", _PROFILE))
    if "@" in text:
        patterns.append(("handle", _HANDLE))
    for kind, pattern in patterns:
        for match in pattern.finditer(text):
            end = match.start() + len(match[0].rstrip("./?,"))
            yield Found(start=match.start(), end=end, kind=kind)
