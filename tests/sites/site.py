"""What a web site is to the test server: a table of answers that a test may change."""

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

HTML = "text/html; charset=utf-8"
XML = "application/xml; charset=utf-8"
RSS = "application/rss+xml; charset=utf-8"
ATOM = "application/atom+xml; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
JSON = "application/json; charset=utf-8"

#: A path for `Site.override` that stands for all paths of the site.
EVERYWHERE = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a site has to say on one path, before validators and content coding."""

    body: bytes = b""
    #: HTTP status.
    status: int = 200
    content_type: str = HTML
    #: When the body last changed; sent as Last-Modified.
    modified: datetime | None = None
    #: More response headers, such as Location or X-Robots-Tag.
    headers: Mapping[str, str] = field(default_factory=dict)


NOT_FOUND = Answer(
    status=404,
    body=b"<!doctype html><title>Not found</title><p>There is no such page here.</p>\n",
)

Function = Callable[[str], Answer | None]


@dataclass(slots=True, kw_only=True)
class Site:
    """One host's pages; safe to change while it is being served.

    A path is looked up in the overrides, then in the table, then in the functions, then
    once more without the query parameters that the site takes no notice of.
    """

    #: Asked in order for a path (with query) that the table does not hold.
    functions: tuple[Function, ...] = ()
    #: Query parameters that change nothing, such as Blogger's "m".
    ignores: frozenset[str] = frozenset()
    #: Whether bodies are sent gzip-coded to clients that accept it.
    gzip: bool = True
    #: Seconds that each answer is held back.
    delay: float = 0.0
    _table: dict[str, Answer] = field(default_factory=dict)
    _overrides: dict[str, tuple[Answer, int | None]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def put(self, path: str, answer: Answer | str) -> None:
        """Set what `path` (with query, if any) holds; text stands for an HTML page."""
        if isinstance(answer, str):
            answer = Answer(body=answer.encode())
        self._table[path] = answer

    def remove(self, path: str) -> None:
        """Take `path` out of the table, so that it answers 404.

        Raises:
            KeyError: The table holds no such path.
        """
        del self._table[path]

    def redirect(self, path: str, target: str, *, status: int = 301) -> None:
        """Let `path` lead to `target`, an absolute URL or a path."""
        self.put(path, Answer(status=status, headers={"Location": target}))

    def override(self, path: str, answer: Answer, *, times: int | None = None) -> None:
        """Answer `path` (or EVERYWHERE) otherwise, for so many requests or until `restore`."""
        with self._lock:
            self._overrides[path] = (answer, times)

    def restore(self, path: str) -> None:
        """End the override of `path`; without one, nothing happens."""
        with self._lock:
            self._overrides.pop(path, None)

    def paths(self) -> Iterator[str]:
        """The paths in the table, without those that functions make up."""
        yield from tuple(self._table)

    def answer(self, path: str) -> Answer:
        """What the site says on `path`, which includes the query."""
        found = self._overridden(path) or self._found(path)
        return found or self._found(self._without_noise(path)) or NOT_FOUND

    def _overridden(self, path: str) -> Answer | None:
        with self._lock:
            name = path if path in self._overrides else EVERYWHERE
            if name not in self._overrides:
                return None
            answer, times = self._overrides[name]
            if times is not None and times <= 1:
                del self._overrides[name]
            elif times is not None:
                self._overrides[name] = (answer, times - 1)
            return answer

    def _found(self, path: str) -> Answer | None:
        found = self._table.get(path)
        if found is not None:
            return found
        answers = (function(path) for function in self.functions)
        return next((answer for answer in answers if answer is not None), None)

    def _without_noise(self, path: str) -> str:
        parts = urlsplit(path)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        kept = [(name, value) for name, value in pairs if name not in self.ignores]
        return parts.path + (f"?{urlencode(kept)}" if kept else "")
