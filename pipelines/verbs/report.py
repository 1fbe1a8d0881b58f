"""What a run or a build tells at its end, and `status`: counts that add up."""

from collections.abc import Iterator

from rich.table import Table

from pipelines.core import state, survey
from pipelines.core.config import Config
from pipelines.core.errors import SnapshotError
from pipelines.dataset.snapshot import Manifest, current, manifest_of

#: Blogs that are named one by one.
_MOST_NAMED = 20


def funnel(config: Config, manifest: Manifest) -> Table:
    """From URLs that were found to rows that are published."""
    connection = state.connect(config.corpus)
    outcomes = survey.url_outcomes(connection)
    connection.close()
    table = Table(title=f"Funnel of snapshot {manifest.version}", title_justify="left")
    table.add_column("step")
    table.add_column("count", justify="right")
    table.add_row("URLs found", str(sum(outcomes.values())))
    for name, number in outcomes.items():
        table.add_row(f"  {name}", str(number))
    counts = manifest.counts
    table.add_row("pages in the archive", str(counts.pages), style="bold")
    for reason, count in sorted(counts.by_reason.items()):
        table.add_row(f"  - {reason}", str(count))
    table.add_row("documents published", str(counts.documents), style="bold")
    return table


def crawled(config: Config) -> Iterator[str]:
    """What a crawl gave, in a few lines, loud about blogs that gave nothing."""
    connection = state.connect(config.corpus)
    answers, failures, waiting = survey.run_counts(connection)
    listed = survey.listed_blogs(connection)
    empty = survey.empty_blogs(connection)
    connection.close()
    left = f", {waiting} URLs wait for the next run" if waiting else ""
    yield f"Crawled {listed} blogs: {answers} requests, {failures} without success{left}."
    if not listed:
        yield f"The list {config.blogs} names no blog."
    for blog in empty[:_MOST_NAMED]:
        yield f"  {blog.url}: {blog.why}"
    if len(empty) > _MOST_NAMED:
        yield f"  and {len(empty) - _MOST_NAMED} more; see `therapy-corpus status`."


def status(config: Config) -> Iterator[str | Table]:
    """Where the corpus stands: the last run, each blog, the current snapshot."""
    connection = state.connect(config.corpus)
    began, ended = survey.last_run(connection)
    lines = list(survey.blogs(connection))
    connection.close()
    if began:
        yield f"Last crawl: began {began[:19]}Z, " + (
            f"ended {ended[:19]}Z." if ended else "not finished; the next one goes on with it."
        )
    else:
        yield "No crawl yet."
    if lines:
        yield _blogs(lines)
    try:
        directory = current(config.corpus)
    except SnapshotError:
        yield "No snapshot yet."
    else:
        yield f"Current snapshot: {directory}"
        yield funnel(config, manifest_of(directory))


def _blogs(lines: list[survey.BlogLine]) -> Table:
    table = Table(title="Blogs", title_justify="left")
    for heading in ("blog", "posts", "waiting", "failed", "refused", "note"):
        numeric = heading not in {"blog", "note"}
        table.add_column(heading, justify="right" if numeric else "left", overflow="fold")
    for line in lines:
        note = line.trouble or ("no post found" if not line.posts and not line.waiting else "")
        table.add_row(
            line.url,
            *map(str, (line.posts, line.waiting, line.failed, line.refused)),
            note,
        )
    return table
