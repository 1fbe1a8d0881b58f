"""What a robots.txt says: rules by RFC 9309, and the lines that its parsers pass over; pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from protego import Protego

from pipelines.core.signals import PRODUCT_TOKEN

#: Bytes of a robots.txt that are read; RFC 9309, section 2.5, asks for at least these.
PARSED_BYTES = 512 * 1024
#: Bytes of a robots.txt of the usual size.
_SMALL = 16 * 1024

#: Crawlers that are known to collect for AI; a site that disallows one by name opts out.
#: Source: the Apertus technical report (2025), which left out what these were denied.
AI_AGENTS = (
    "AI2Bot",
    "Applebot-Extended",
    "Bytespider",
    "CCBot",
    "ClaudeBot",
    "cohere-training-data-crawler",
    "Diffbot",
    "Meta-ExternalAgent",
    "Google-Extended",
    "GPTBot",
    "PanguBot",
)
#: What follows a crawler's name; RFC 9309 knows no versions, who writes one means us all the same.
_VERSION = re.compile(r"^([ \t]*user-agent[ \t]*:[^#/\n]*)/[^\n]*", re.IGNORECASE | re.MULTILINE)
_AI_NAMES = {name.lower(): name for name in AI_AGENTS}
#: Lines that belong to the whole file, so they do not end the names of a group.
_OF_NO_GROUP = frozenset({"license", "sitemap"})
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """A robots.txt that has been read."""

    protego: Protego
    #: Values of the Content-Signal lines that are said to us.
    content_signals: tuple[str, ...]
    #: Path and preferences of the Content-Usage lines that are said to us.
    content_usages: tuple[tuple[str, str], ...]
    #: URLs of RSL licences.
    licences: tuple[str, ...]
    #: Those of `AI_AGENTS` that have a group of their own.
    ai_agents: tuple[str, ...]

    def allows(self, url: str, agent: str = PRODUCT_TOKEN) -> bool:
        """Whether `agent` may fetch `url`."""
        return self.protego.can_fetch(url, agent)

    def crawl_delay(self) -> float | None:
        """Seconds between two requests that we are asked for."""
        delay = self.protego.crawl_delay(PRODUCT_TOKEN)
        return None if delay is None else float(delay)

    def usages_of(self, url: str) -> tuple[str, ...]:
        """The Content-Usage preferences for a URL: those with the longest path that fits."""
        fitting = [
            (len(path), value) for path, value in self.content_usages if path_fits(path, url)
        ]
        longest = max((length for length, _ in fitting), default=0)
        return tuple(value for length, value in fitting if length == longest)


def read(body: bytes) -> Rules:
    """Read a robots.txt; whatever it holds, it is read as far as it makes sense."""
    return _read_small(body) if len(body) <= _SMALL else _read_large(body)


@lru_cache(maxsize=256)
def _read_small(body: bytes) -> Rules:
    return _read(body)


# Rules take many times the memory of their text: of large ones, few are kept.
@lru_cache(maxsize=8)
def _read_large(body: bytes) -> Rules:
    return _read(body)


def _read(body: bytes) -> Rules:
    text = _text(_whole_lines(body))
    groups = list(_groups(text))
    ours = [lines for agents, lines in groups if PRODUCT_TOKEN.lower() in agents]
    lines = ours or [lines for agents, lines in groups if "*" in agents]
    said = [line for group in lines for line in group]
    named = {agent for agents, _ in groups for agent in agents}
    return Rules(
        protego=Protego.parse(_VERSION.sub(r"\1", "\n".join(text.splitlines()))),
        content_signals=tuple(value for key, value in said if key == "content-signal"),
        content_usages=tuple(_usage(value) for key, value in said if key == "content-usage"),
        licences=tuple(value for key, value in _lines(text) if key == "license" and value),
        ai_agents=tuple(name for lower, name in _AI_NAMES.items() if lower in named),
    )


def path_fits(pattern: str, url: str) -> bool:
    """Whether a path pattern of robots.txt fits a URL (RFC 9309, section 2.2.3).

    >>> path_fits("/a/*.html$", "https://blog.example/a/b.html")
    True
    """
    parts = urlsplit(url)
    path = unquote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
    steps = [unquote(step) for step in pattern.removesuffix("$").split("*")]
    if not path.startswith(steps[0]):
        return False
    at = len(steps[0])
    # The first place of each step is enough; a regular expression would try them all, and
    # a pattern of many stars could keep us busy for ever.
    for step in steps[1:]:
        found = path.find(step, at)
        if found < 0:
            return False
        at = found + len(step)
    if not pattern.endswith("$"):
        return True
    if len(steps) == 1:
        return at == len(path)
    return path.endswith(steps[-1]) and len(path) - len(steps[-1]) >= at - len(steps[-1])


def _whole_lines(body: bytes) -> bytes:
    """What is read of a body; half a rule could allow what the whole one does not."""
    if len(body) <= PARSED_BYTES:
        return body
    start = body[:PARSED_BYTES]
    return start[: max(start.rfind(b"\n"), start.rfind(b"\r"), 0)]


def _text(body: bytes) -> str:
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body.decode(encoding, errors="replace")
    if body[1:2] == b"\0":
        return body.decode("utf-16-le", errors="replace")
    if body[:1] == b"\0":
        return body.decode("utf-16-be", errors="replace")
    return body.decode("utf-8", errors="replace")


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        key, colon, value = line.partition("#")[0].partition(":")
        if colon:
            yield key.strip().lower(), value.strip()


def _groups(text: str) -> Iterator[tuple[set[str], list[tuple[str, str]]]]:
    """The groups of a robots.txt; what stands before the first is said to all."""
    agents: set[str] = set()
    lines: list[tuple[str, str]] = []
    for key, value in _lines(text):
        if key in {"user-agent", "useragent", "user agent"}:
            if lines:
                yield agents or {"*"}, lines
                agents, lines = set(), []
            agents = agents | {value.partition("/")[0].strip().lower()}
        elif key not in _OF_NO_GROUP:
            lines.append((key, value))
    yield agents or {"*"}, lines


def _usage(value: str) -> tuple[str, str]:
    """Path and preferences of a Content-Usage line; without a path it speaks of all."""
    if not value.startswith(("/", "*")):
        return "/", value
    path, *preferences = value.split(maxsplit=1)
    return path, "".join(preferences)
