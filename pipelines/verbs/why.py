"""`why`: the whole story of one URL, from where it was found to the row it became."""

from collections.abc import Iterator
from pathlib import Path

from pipelines.core import standing, state, survey
from pipelines.core.errors import SnapshotError
from pipelines.core.standing import Standing
from pipelines.core.urls import document_id
from pipelines.dataset import query
from pipelines.dataset.snapshot import current


def why(corpus: Path, url: str) -> Iterator[str]:
    """Tell in plain lines what is known of a canonical URL.

    Yields:
        How it was found, what the web answered, and where it stands in the snapshot.
    """
    connection = state.connect(corpus)
    story = survey.url_story(connection, url)
    captures = state.captures_of(connection, url)
    told = standing.get(connection, url)
    connection.close()
    if story is None:
        yield "Frontier: the crawler never met this URL."
    else:
        yield from _frontier(story)
    for row in captures:
        when = f"{row.fetched_at:%Y-%m-%d %H:%M:%S} UTC"
        yield f"Archive: captured {when} in {row.ref.file}, byte {row.ref.offset}."
    if not captures:
        yield "Archive: no capture of it."
    if told is not None:
        yield from _standing(told)
    yield from _snapshot(corpus, url)


def _standing(told: Standing) -> Iterator[str]:
    licence = f", licence {told.license} (nobody has checked it)" if told.license else ""
    yield f"Permission: {told.tier}{licence}."
    for line in told.evidence:
        yield f"  {line.signal}: {line.value} ({line.url}, {line.at:%Y-%m-%d})"
    if told.reason:
        yield f"Withdrawn: {told.reason} ({told.detail})."


def _frontier(story: survey.UrlStory) -> Iterator[str]:
    origin = f" on {story.found_on}" if story.found_on else ""
    yield f"Frontier: a {story.kind} found via {story.via}{origin}; blog {story.blog}."
    yield f"Judged {story.score:.2f} likely a post: {story.why}."
    visited = f", answered {story.visited_at}" if story.visited_at else ""
    trouble = f": {story.reason} ({story.detail})" if story.reason else ""
    detail = f" ({story.detail})" if story.detail and not story.reason else ""
    yield f"State: {story.state}{visited}{trouble}{detail}."


def _snapshot(corpus: Path, url: str) -> Iterator[str]:
    try:
        directory = current(corpus)
    except SnapshotError:
        yield "Snapshot: there is none yet."
        return
    found = query.lookup(directory, document_id(url))
    if found is None:
        yield f"Snapshot {directory.name}: not in it."
        return
    title = f"“{found.title}”, " if found.title else ""
    yield f"Snapshot {directory.name}: in {found.table}; {title}{found.word_count} words."
    if found.reason:
        yield f"Reason: {found.reason} ({found.detail})."
    if found.kept_url:
        yield f"Kept instead: {found.kept_url}, similarity {found.score}."
