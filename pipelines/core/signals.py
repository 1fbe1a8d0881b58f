"""Words with which sites and pages speak of their use, read as signals; pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from pipelines.core.model import Signal, Use
from pipelines.core.reasons import Reason

#: Our name, as robots.txt, ``X-Robots-Tag`` and ``<meta>`` may call us.
PRODUCT_TOKEN = "TherapyCorpusBot"  # noqa: S105 - a name, not a secret

_MOST = 200
#: Words of the robots meta tag that keep a page from being stored. What may not be shown
#: in a cache or in a snippet may not be handed out whole.
_NOT_STORED = frozenset({"noindex", "none", "noarchive", "nosnippet", "nocache"})
_NOT_FOLLOWED = frozenset({"nofollow", "none"})
_NO_AI = frozenset({"noai", "noimageai"})
_AGENT = re.compile(r"\s*([a-z][a-z0-9_ .-]*):(?!//)(.*)", re.IGNORECASE | re.DOTALL)
#: Between directives. None begins with a digit, so the comma of "Friday, 25-Jun-10" parts none.
_SEPARATOR = re.compile(r",(?!\s*\d)|;")
_COLON = re.compile(r"\s*:\s*")
#: Directives of the robots tag that take a value after a colon.
_WITH_VALUE = frozenset(
    {"max-snippet", "max-image-preview", "max-video-preview", "unavailable_after"}
)
#: Labels of Content-Usage that cover training: the draft's own, and older ones in use.
_TRAINING = frozenset({"train-ai", "ai-train", "train-genai", "genai", "ai", "tdm", "bots"})
_YES = frozenset({"y", "yes", "?1", "1", "true"})
_NO = frozenset({"n", "no", "?0", "0", "false"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where and when words were read."""

    #: What they are called there: "robots.txt", "X-Robots-Tag".
    name: str
    url: str
    at: datetime

    def signal(
        self, use: Use, value: str, *, allows: bool | None, reason: Reason | None = None
    ) -> Signal:
        """What the words say."""
        return Signal(
            name=self.name,
            use=use,
            allows=allows,
            value=" ".join(value.split())[:_MOST],
            url=self.url,
            at=self.at,
            reason=reason if allows is False else None,
        )


def robots_tag(value: str, place: Place) -> Iterator[Signal]:
    """The directives of a robots meta tag or of an ``X-Robots-Tag`` line.

    A line may begin with the name of a crawler; what is said to others does not count.
    """
    for words in _for_us(value):
        name, _, argument = words.partition(":")
        directive = name.strip().lower()
        if directive == "max-snippet" and argument.strip() == "0":
            directive = "nosnippet"
        if directive == "unavailable_after" and _is_past(argument, place.at):
            directive = "noindex"
        if directive in _NOT_STORED:
            reason = Reason.PERMISSION_NOINDEX
            yield place.signal(Use.STORE, words, allows=False, reason=reason)
        if directive in _NOT_FOLLOWED:
            reason = Reason.PERMISSION_NOINDEX
            yield place.signal(Use.FOLLOW, words, allows=False, reason=reason)
        if directive in _NO_AI:
            yield place.signal(Use.TRAIN, words, allows=False, reason=Reason.PERMISSION_NOAI)


def content_usage(value: str, place: Place) -> Iterator[Signal]:
    """What a ``Content-Usage`` dictionary says of training.

    Source: draft-ietf-aipref-attach and draft-ietf-aipref-vocab; for one label said twice,
    any "no" wins.
    """
    yield from _preferences(value, _TRAINING, place, Reason.PERMISSION_CONTENT_USAGE)


def content_signal(value: str, place: Place) -> Iterator[Signal]:
    """What a ``Content-Signal`` line says of training (draft-romm-aipref-contentsignals)."""
    yield from _preferences(value, {"ai-train"}, place, Reason.PERMISSION_CONTENT_SIGNAL)


def tdm_reservation(value: str, place: Place) -> Iterator[Signal]:
    """What a ``tdm-reservation`` says: 1 reserves, 0 does not (TDMRep, section 5)."""
    word = value.strip().strip("\"'")
    if word in {"0", "1"}:
        allows = False if word == "1" else None
        reason = Reason.PERMISSION_TDMREP
        yield place.signal(Use.TRAIN, f"tdm-reservation: {word}", allows=allows, reason=reason)


def _preferences(
    value: str, labels: frozenset[str] | set[str], place: Place, reason: Reason
) -> Iterator[Signal]:
    for item in value.split(","):
        label, _, wish = item.partition("=")
        word = wish.partition(";")[0].strip().strip("\"'").lower()
        if label.strip().lower() not in labels:
            continue
        if word in _YES | _NO:
            yield place.signal(Use.TRAIN, item, allows=word in _YES, reason=reason)


def _for_us(value: str) -> Iterator[str]:
    """The directives of a line that are said to all crawlers or to us."""
    counts = True
    for part in _SEPARATOR.split(value):
        words = part.strip()
        found = _AGENT.fullmatch(words)
        if found and found[1].strip().lower() not in _WITH_VALUE:
            counts = found[1].strip().lower() == PRODUCT_TOKEN.lower()
            words = found[2].strip()
        if counts:
            is_date = words.lower().startswith("unavailable_after")
            yield from [words] if is_date else _COLON.sub(":", words).split()


def _is_past(text: str, now: datetime) -> bool:
    """Whether a date, in one of the two forms that are in use, lies before `now`."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(text.strip())
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return moment.replace(tzinfo=moment.tzinfo or UTC) < now
    return False
