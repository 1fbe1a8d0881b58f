"""Which reason an exception of the downloader stands for."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from twisted.internet.error import ConnectionClosed, ConnectionDone, ConnectionLost
from twisted.python.failure import Failure
from twisted.web._newclient import BadHeaders, ParseError, ResponseNeverReceived

from crawler.middlewares.addresses import why_turned_away
from crawler.middlewares.handler import HeadersTooLarge
from crawler.policy.answers import Meaning, Outcome
from pipelines.core.reasons import Reason

_REASONS: tuple[tuple[type[BaseException], Reason], ...] = (
    (DownloadTimeoutError, Reason.FETCH_TIMEOUT),
    (CannotResolveHostError, Reason.FETCH_DNS),
    (DownloadConnectionRefusedError, Reason.FETCH_CONNECTION),
    (ResponseDataLossError, Reason.FETCH_INCOMPLETE),
    (DownloadCancelledError, Reason.FETCH_TOO_LARGE),
    (UnsupportedURLSchemeError, Reason.FETCH_ERROR),
    (HeadersTooLarge, Reason.FETCH_HEADERS),
    (ParseError, Reason.FETCH_PROTOCOL),
    (BadHeaders, Reason.FETCH_PROTOCOL),
)
#: Troubles of a host, not of one page.
_OF_HOST = frozenset(
    {
        Reason.FETCH_TIMEOUT,
        Reason.FETCH_DNS,
        Reason.FETCH_CONNECTION,
        Reason.FETCH_TLS,
    }
)
#: What another try in the same run does not change.
_FINAL = frozenset(
    {Reason.FETCH_TOO_LARGE, Reason.FETCH_ADDRESS, Reason.FETCH_HEADERS, Reason.FETCH_CODING}
)


def outcome_of(error: BaseException, url: str) -> Outcome:
    """Translate what the downloader raised when it was asked for `url`."""
    reason = _reason(error, url)
    detail = f"{type(error).__name__}: {error}"
    if reason is Reason.FETCH_ADDRESS:
        detail = f"leads to {why_turned_away(_host(url))}, which is not public"
    return Outcome(
        meaning=Meaning.FAILED,
        reason=reason,
        detail=detail,
        final=reason in _FINAL,
        is_host=reason in _OF_HOST,
    )


def _reason(error: BaseException, url: str) -> Reason:
    told = str(error).partition(":")[0]
    if isinstance(error, IgnoreRequest) and told in set(Reason):
        return Reason(told)
    if isinstance(error, CannotResolveHostError) and why_turned_away(_host(url)):
        return Reason.FETCH_ADDRESS
    causes = list(_causes(error))
    for kind, reason in _REASONS:
        if any(isinstance(cause, kind) for cause in causes):
            return reason
    return _of_connection(error, causes)


def _of_connection(error: BaseException, causes: list[BaseException]) -> Reason:
    if any(_is_tls(cause) for cause in causes):
        return Reason.FETCH_TLS
    is_failed = isinstance(error, DownloadFailedError)
    if is_failed and any(isinstance(cause, ValueError) for cause in causes):
        # Twisted's word for header lines that make no sense, such as two lengths.
        return Reason.FETCH_PROTOCOL
    is_cut = any(_is_cut(cause) for cause in causes)
    return Reason.FETCH_CONNECTION if is_failed or is_cut else Reason.FETCH_ERROR


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An exception and those that it stands for; Twisted keeps them in `reasons`."""
    waiting = [error]
    seen: set[int] = set()
    while waiting:
        cause = waiting.pop(0)
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        if cause.__cause__ is not None:
            waiting.append(cause.__cause__)
        failures = getattr(cause, "reasons", None) or ()
        waiting += [item.value for item in failures if isinstance(item, Failure) and item.value]


def _is_tls(cause: BaseException) -> bool:
    name = f"{type(cause).__module__}.{type(cause).__name__}".lower()
    return "ssl" in name or "service_identity" in name or "certificate" in str(cause).lower()


def _is_cut(cause: BaseException) -> bool:
    kinds = (ConnectionClosed, ConnectionDone, ConnectionLost, ResponseNeverReceived)
    return isinstance(cause, kinds)


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
