"""How long to wait: between two requests to a host, after a failure, and when asked to."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from pipelines.core.config import CrawlSettings

#: Seconds until a URL that failed in one run is due again, and for which a host is parked;
#: doubled for each further time.
FIRST_PAUSE = 3600.0
#: Seconds; nothing waits longer for its next try.
LONGEST_PAUSE = 7 * 86400.0
#: Share by which a pause may be longer than it has to be, so that requests do not beat.
JITTER = 0.3
#: Seconds of a Crawl-delay beyond which a host is put off; Nutch and StormCrawler skip
#: such hosts from 30 s on.
LONGEST_CRAWL_DELAY = 60.0
#: Seconds until robots.txt may say otherwise to a host that was put off for its Crawl-delay.
PUT_OFF = 86400.0
#: Weight of the newest answer in the smoothed latency, as in Scrapy's AutoThrottle.
_NEWEST = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class NextTry:
    """When a URL that failed is tried again."""

    #: Unix time.
    due_at: float
    #: Whether this run gives the URL up.
    ends_run: bool


def next_try(attempts: int, now: float, settings: CrawlSettings, *, final: bool) -> NextTry:
    """Exponential back-off of one URL, first within the run, then from run to run.

    Args:
        attempts: How often in a row the URL failed, this time included; at least 1.
        now: Unix time.
        settings: How many tries a run has, and the first wait between them.
        final: Whether asking again in this run is of no use.
    """
    runs, in_run = divmod(attempts, settings.tries)
    if in_run and not final:
        return NextTry(due_at=now + settings.retry_after * 2 ** (in_run - 1), ends_run=False)
    pause = min(FIRST_PAUSE * 2 ** min(max(runs - 1, 0), 20), LONGEST_PAUSE)
    return NextTry(due_at=now + pause, ends_run=True)


def pause(delay: float, latency: float, chance: float) -> float:
    """Seconds from the end of one request to a host to the beginning of the next.

    A slow host is asked more slowly, a fast one never faster than `delay`.

    Args:
        delay: The configured delay or the host's Crawl-delay, whichever is longer; 0 turns
            all politeness off.
        latency: Smoothed seconds that the host takes to answer.
        chance: 0 to 1, drawn anew each time.
    """
    if delay <= 0:
        return 0.0
    return max(delay, latency) * (1 + JITTER * chance)


def smoothed(latency: float, newest: float) -> float:
    """The smoothed latency after one more answer, all in seconds; 0 stands for none yet."""
    return newest if latency <= 0 else latency + (newest - latency) * _NEWEST


def after_failure(failures: int, wanted: float, settings: CrawlSettings) -> float:
    """Seconds for which a host is left alone that failed.

    Args:
        failures: How often in a row, this time included; at least 1.
        wanted: Seconds that it asked for (Retry-After); 0 where it did not.
        settings: The first wait, and from how many failures on the host is parked.
    """
    if failures >= settings.failures:
        own = FIRST_PAUSE * 2 ** min(failures - settings.failures, 20)
    else:
        own = settings.retry_after * 2 ** (failures - 1)
    return float(min(max(own, wanted), LONGEST_PAUSE))


def retry_after(value: str, now: float) -> float:
    """Seconds that a Retry-After header asks for (RFC 9110, section 10.2.3).

    Args:
        value: The header: seconds or an HTTP date; 0 where it is neither.
        now: Unix time.

    >>> retry_after("120", 0.0)
    120.0
    >>> retry_after("Thu, 01 Jan 1970 00:01:00 GMT", 0.0)
    60.0
    """
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(float(text), LONGEST_PAUSE)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return min(max((aware - epoch).total_seconds() - now, 0.0), LONGEST_PAUSE)
