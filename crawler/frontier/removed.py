"""What of an answer may be kept beside all that somebody asked to be taken out."""

from dataclasses import replace

from crawler.frontier.fetched import Fetched
from pipelines.core import mentions, warc
from pipelines.core.removals import Removals


def spared(
    fetched: Fetched, member: bytes | None, removals: Removals
) -> tuple[Fetched, bytes | None]:
    """The answer without its links to what was removed, and its record in the archive.

    Args:
        fetched: The answer and what was read from it.
        member: Its WARC member; None where nothing is to be written.
        removals: What neither is asked for nor stored.
    """
    kept = mentions.spared(fetched.capture, removals)
    if kept is fetched.capture:
        return fetched, member
    found = tuple(link for link in fetched.links if not removals.covers_url(link.url))
    if kept is None:
        return replace(fetched, links=found), None
    return replace(fetched, links=found, capture=kept), member and warc.encode(kept)


def is_held(fetched: Fetched, removals: Removals) -> bool:
    """Whether the same body, as far as it may be kept, is in the archive from the last visit."""
    visit = fetched.lease.visit
    kept = mentions.spared(fetched.capture, removals) or fetched.capture
    return visit is not None and visit.digest == kept.digest
