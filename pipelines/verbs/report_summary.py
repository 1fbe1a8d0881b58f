"""What a report tells of the whole corpus: a funnel that adds up, charts, sites, copies."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.core import state
from pipelines.core.placeholders import PLACEHOLDERS
from pipelines.core.reach import Outcome, Reach, reaches
from pipelines.core.reasons import Reason
from pipelines.dataset.manifest import Manifest, manifest_of
from pipelines.dataset.overview import Overview, SiteLine, overview
from pipelines.verbs.report_charts import charts

#: Sites that are listed one by one, those with the most pages; the others are one line.
MOST_SITES = 20_000
_EPOCH = date(1970, 1, 1)
_MEANINGS = {
    Outcome.LISTING: "It leads to posts and is none.",
    Outcome.NO_PAGE: "It leads to another address, or its answer was no page.",
    Outcome.MISSING: "The server says that there is nothing.",
    Outcome.REFUSED: "robots.txt or another signal says no.",
    Outcome.FAILED: "The server did not answer, or not well.",
    Outcome.WAITING: "A later run asks for it.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of the funnel: a total, or what is taken away before the next one."""

    label: str
    #: What it means, in a sentence; empty where the label says it.
    meaning: str
    count: int
    is_total: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """All that is told before the table of pages."""

    manifest: Manifest
    counted: Overview
    reached: tuple[Reach, ...]

    def told(self) -> dict[str, Any]:
        """It, as the page reads it."""
        manifest = self.manifest
        until = manifest.archived_until
        return {
            "version": manifest.version,
            "parent": manifest.parent,
            "until": None if until is None else until.strftime("%Y-%m-%d %H:%M UTC"),
            "recipe": manifest.recipe,
            "schema": manifest.schema_version,
            "accepted": manifest.accepted,
            "counts": asdict(manifest.counts),
            "leakage": None if manifest.leakage is None else manifest.leakage.jaccard,
            "funnel": [asdict(step) for step in funnel(manifest, self.reached)],
            "meanings": {reason.value: reason.meaning for reason in Reason},
            "charts": [asdict(chart) for chart in charts(self.counted)],
            "pairs": [asdict(pair) for pair in self.counted.pairs],
            "morePairs": self.counted.more_pairs,
            "placeholders": list(PLACEHOLDERS.values()),
        }

    def sites(self) -> dict[str, Any]:
        """The lines of the sites, the one with the most pages first."""
        lines = _site_lines(self.counted.sites, self.reached)
        listed, others = lines[:MOST_SITES], lines[MOST_SITES:]
        return {"rows": listed, "others": len(others), "rest": _rest(others)}


def of(corpus: Path, snapshot: Path) -> Summary:
    """Count a snapshot, and what the crawler knows of its URLs.

    Raises:
        CorpusError: The snapshot or the state cannot be read.
    """
    reached: tuple[Reach, ...] = ()
    if state.state_file(corpus).is_file():
        connection = state.connect(corpus)
        try:
            reached = tuple(reaches(connection))
        finally:
            connection.close()
    return Summary(manifest=manifest_of(snapshot), counted=overview(snapshot), reached=reached)


def funnel(manifest: Manifest, reached: Iterable[Reach]) -> Iterator[Step]:
    """From URLs that were found to posts that are published; every step adds up."""
    counts = manifest.counts
    outcomes = Counter[Outcome]()
    for reach in reached:
        outcomes[reach.outcome] += reach.urls
    if outcomes:
        yield Step(label="URLs found", meaning="", count=outcomes.total(), is_total=True)
        for outcome in Outcome:
            if outcome in _MEANINGS and outcomes[outcome]:
                yield Step(
                    label=outcome.value, meaning=_MEANINGS[outcome], count=-outcomes[outcome]
                )
        archived = outcomes[Outcome.ARCHIVED]
        yield Step(label="Pages in the archive", meaning="", count=archived, is_total=True)
        if later := counts.pages - archived:
            yield _later(later)
    yield Step(label="Pages in this snapshot", meaning="", count=counts.pages, is_total=True)
    for reason, count in sorted(counts.by_reason.items(), key=lambda item: (-item[1], item[0])):
        yield Step(label=reason, meaning=Reason(reason).meaning, count=-count)
    yield Step(label="Posts published", meaning="", count=counts.documents, is_total=True)


def _later(difference: int) -> Step:
    """What the archive and the snapshot do not share, since one is newer."""
    if difference < 0:
        return Step(
            label="archived later",
            meaning="The crawler fetched them after this snapshot was made.",
            count=difference,
        )
    return Step(
        label="no longer archived",
        meaning="This snapshot holds them; the archive was changed afterwards.",
        count=difference,
    )


def _site_lines(sites: Iterable[SiteLine], reached: Iterable[Reach]) -> list[list[Any]]:
    """The columns of each site: see `sites.js`, which shows them in this order."""
    outcomes: dict[str, Counter[Outcome]] = defaultdict(Counter)
    for reach in reached:
        outcomes[reach.site][reach.outcome] += reach.urls
    known = {line.site: line for line in sites}
    lines = (
        _site_line(known.get(name) or SiteLine(site=name), outcomes.get(name, Counter()))
        for name in sorted({*known, *outcomes})
    )
    return sorted(lines, key=lambda line: (-line[2], -line[1], line[0]))


def _site_line(line: SiteLine, outcomes: Counter[Outcome]) -> list[Any]:
    others = [
        (outcome.value, outcomes[outcome])
        for outcome in Outcome
        if outcome in _MEANINGS and outcomes[outcome]
    ]
    refused = outcomes[Outcome.REFUSED] or any(
        reason.startswith("permission.") for reason, _ in line.reasons
    )
    return [
        line.site,
        max(outcomes.total(), line.pages),
        line.pages,
        line.rejected,
        line.copies,
        line.published,
        None if line.newest is None else (line.newest - _EPOCH).days,
        line.platform,
        line.permission or ("refused" if refused else ""),
        [*line.reasons, *others],
    ]


def _rest(lines: Iterable[list[Any]]) -> list[int]:
    """The sums of the columns with counts, over the sites that are not listed."""
    sums = [0, 0, 0, 0, 0]
    for line in lines:
        sums = [total + count for total, count in zip(sums, line[1:6], strict=True)]
    return sums
