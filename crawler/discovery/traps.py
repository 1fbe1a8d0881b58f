"""URLs that are never followed, whoever names them: endless ones, and what readers wrote."""

import re
from collections.abc import Sequence
from urllib.parse import parse_qsl, unquote, urlsplit

#: Directories of the deepest page that a person made.
_MOST_STEPS = 20
_MOST_KEYS = 10
#: Times that one to four segments follow themselves; relative links make such paths.
_REPEATS = 3
_LONGEST_CYCLE = 4
#: Segments before a date that make it a page of a calendar.
_CALENDAR = re.compile(
    r"(?:event[-_])?(?:calendar|calendars|kalender|calendrier|calendario|agenda)|events?|"
    r"veranstaltungen|evenements|eventos|eventi|tribe-events"
)
_YEAR = re.compile(r"(?:19|2[0-2])\d\d")
_MONTH = re.compile(r"0?[1-9]|1[0-2]")
#: With hyphens: bare digits of a path are the number of a post as well.
_DATE = re.compile(r"((?:19|2[0-2])\d\d)-(?:0?[1-9]|1[0-2])(?:-(?:0?[1-9]|[12]\d|3[01]))?")
_ASKED = re.compile(r"((?:19|2[0-2])\d\d)(?:-?[01]\d.*)?")
_DATE_KEYS = frozenset(
    {"month", "monthnum", "date", "day", "year", "week", "m", "tribe-bar-date", "eventdate", "cal"}
)
#: The first year of posts on the web.
FIRST_YEAR = 1995

_OF_READERS = frozenset({"comment", "comments", "comment-page", "trackback", "kommentare"})
_COMMENT_HOSTS = ("disqus.com", "intensedebate.com", "hyvor.com", "cusdis.com")


def is_endless(url: str, this_year: int) -> bool:
    """Whether a URL has the shape of those that a site makes without end.

    These are paths that repeat themselves or are deeper than any that people make, dates
    that no post has, days of a calendar, and queries with more filters than people set.

    >>> is_endless("https://blog.example/a/b/a/b/a/b/", 2026)
    True
    >>> is_endless("https://blog.example/2026/01/a-new-year/", 2026)
    False
    """
    parts = urlsplit(url)
    steps = [step.lower() for step in unquote(parts.path).split("/") if step]
    query = parse_qsl(parts.query, keep_blank_values=True)
    if len(steps) > _MOST_STEPS or len(query) > _MOST_KEYS or _repeats(steps):
        return True
    years, is_bare = _years(steps)
    asked = [value for key, value in query if key.lower() in _DATE_KEYS]
    years += [int(match[1]) for value in asked if (match := _ASKED.fullmatch(value))]
    if any(not FIRST_YEAR <= year <= this_year + 1 for year in years):
        return True
    return bool(years) and (is_bare or bool(asked)) and any(map(_CALENDAR.fullmatch, steps))


def is_of_readers(url: str) -> bool:
    """Whether a page or feed holds the comments on a blog or on one of its posts.

    >>> is_of_readers("https://anna.substack.com/p/on-grief/comments")
    True
    >>> is_of_readers("https://blog.example/comments-are-closed/")
    False
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if any(host == name or host.endswith(f".{name}") for name in _COMMENT_HOSTS):
        return True
    steps = {step.lower() for step in unquote(parts.path).split("/")}
    asked = dict(parse_qsl(parts.query.lower())).get("feed", "")
    return not _OF_READERS.isdisjoint(steps) or asked.startswith("comments")


def _repeats(steps: Sequence[str]) -> bool:
    for size in range(1, _LONGEST_CYCLE + 1):
        run = 0
        for here, before in zip(steps[size:], steps, strict=False):
            run = run + 1 if here == before else 0
            if run >= size * (_REPEATS - 1):
                return True
    return False


def _years(steps: Sequence[str]) -> tuple[list[int], bool]:
    """The years that stand before a month in a path, and whether nothing but a date follows."""
    years: list[int] = []
    is_bare = False
    for index, step in enumerate(steps):
        following = steps[index + 1 :]
        if match := _DATE.fullmatch(step):
            years.append(int(match[1]))
            is_bare |= not following
        elif _YEAR.fullmatch(step) and following and _MONTH.fullmatch(following[0]):
            years.append(int(step))
            is_bare |= all(rest.isdecimal() for rest in following)
    return years, is_bare
