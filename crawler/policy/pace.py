"""How long to wait: between two requests to a host, and after a failure."""

from dataclasses import dataclass

from pipelines.core.config import CrawlSettings

#: Seconds until a URL that failed in one run is due again; doubled for each further run.
FIRST_PAUSE = 3600.0
#: Seconds; no URL waits longer for its next try.
LONGEST_PAUSE = 7 * 86400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NextTry:
    """When a URL that failed is tried again."""

    #: Unix time.
    due_at: float
    #: Whether this run gives the URL up.
    ends_run: bool


def next_try(attempts: int, now: float, settings: CrawlSettings, *, final: bool) -> NextTry:
    """Exponential back-off, first within the run, then from run to run.

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
