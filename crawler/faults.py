"""Which reason an exception of the downloader stands for."""

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

from crawler.policy.answers import Meaning, Outcome
from pipelines.core.reasons import Reason

_REASONS: tuple[tuple[type[Exception], Reason], ...] = (
    (DownloadTimeoutError, Reason.FETCH_TIMEOUT),
    (CannotResolveHostError, Reason.FETCH_DNS),
    (DownloadConnectionRefusedError, Reason.FETCH_CONNECTION),
    (ResponseDataLossError, Reason.FETCH_INCOMPLETE),
    (DownloadCancelledError, Reason.FETCH_TOO_LARGE),
    (UnsupportedURLSchemeError, Reason.FETCH_ERROR),
)


#: Troubles of a host, not of one page.
_OF_HOST = frozenset(
    {Reason.FETCH_TIMEOUT, Reason.FETCH_DNS, Reason.FETCH_CONNECTION, Reason.FETCH_TLS}
)


def outcome_of(error: BaseException, url: str = "") -> Outcome:
    """Translate what the downloader raised when it was asked for `url`."""
    del url
    detail = f"{type(error).__name__}: {error}"
    reason = next((reason for kind, reason in _REASONS if isinstance(error, kind)), None)
    if isinstance(error, IgnoreRequest) and str(error).partition(":")[0] in set(Reason):
        reason = Reason(str(error).partition(":")[0])
    if reason is None and isinstance(error, IgnoreRequest) and "DOWNLOAD_MAXSIZE" in str(error):
        reason = Reason.FETCH_TOO_LARGE
    if reason is None and isinstance(error, DownloadFailedError):
        is_tls = "ssl" in detail.lower() or "certificate" in detail.lower()
        reason = Reason.FETCH_TLS if is_tls else Reason.FETCH_CONNECTION
    return Outcome(
        meaning=Meaning.FAILED,
        reason=reason or Reason.FETCH_ERROR,
        detail=detail,
        final=reason is Reason.FETCH_TOO_LARGE,
        is_host=reason in _OF_HOST,
    )
