"""From archive to documents to snapshot; only what changed is made again."""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.core import state
from pipelines.core.config import Config
from pipelines.core.document import Document
from pipelines.core.sites import SiteState, states
from pipelines.core.stage import flow
from pipelines.core.state import LedgerRow
from pipelines.core.urls import site_hash, site_of
from pipelines.core.watch import Watch
from pipelines.dataset import documents
from pipelines.dataset.snapshot import Published, publish
from pipelines.engines.local import Fault
from pipelines.recipe import Recipe, configured, software_versions
from pipelines.site import Result, Site, read


def build(config: Config, watch: Watch) -> Published:
    """Bring documents/ up to date with the archive and publish a snapshot.

    The caller holds the corpus' lock.

    Raises:
        CorpusError: The state, the archive or the disk cannot be used.
    """
    recipe = configured(config)
    folder = config.corpus / "documents"
    connection = state.connect(config.corpus)
    try:
        sites = list(states(connection))
        stale = {one.ledger.site: one for one in sites if not _is_current(folder, one, recipe)}
        changed = _Changed(config=config, recipe=recipe, connection=connection, states=stale)
        _refresh(changed, watch)
    finally:
        connection.close()
    paths = [_path(folder, site.ledger.site) for site in sites]
    _forget_others(folder, set(paths))
    watch.begin("deduplicating, publishing", None)
    published = publish(
        config.corpus,
        flow(recipe.corpus, documents.Stored(paths)),
        recipe=recipe.fingerprint,
        software=software_versions(),
    )
    watch.end()
    return published


@dataclass(slots=True, kw_only=True)
class _Changed:
    """The changed sites, each of which is stored as soon as it is whole."""

    config: Config
    recipe: Recipe
    connection: sqlite3.Connection
    states: Mapping[str, SiteState]
    #: Those of which captures are being read.
    begun: dict[str, Site] = field(default_factory=dict)

    def rows(self) -> Iterator[LedgerRow]:
        """The feeds and pages of all of them that are read."""
        for name in self.states:
            site = Site.of(self.connection, name)
            if not site.waiting:
                self._store(site)
                continue
            self.begun[name] = site
            yield from site.rows

    def take(self, row: LedgerRow, result: Result) -> Document | None:
        """Note what became of a capture; the document of a page, nothing of a feed."""
        site = self.begun[site_of(row.url)]
        document = site.take(row, result)
        if not site.waiting:
            self._store(self.begun.pop(site.name))
        return document

    def _store(self, site: Site) -> None:
        path = _path(self.config.corpus / "documents", site.name)
        inputs = _inputs(self.states[site.name], self.recipe)
        documents.write(path, site.finished(self.recipe), inputs=inputs)


def _refresh(changed: _Changed, watch: Watch) -> None:
    """Make the documents of the changed sites again."""
    rejected = unread = 0
    total = sum(one.ledger.captures + one.ledger.feeds for one in changed.states.values())
    watch.begin("extracting", total)
    results = read(changed.config, changed.recipe, changed.rows())
    for done, (row, result) in enumerate(results, 1):
        document = changed.take(row, result)
        unread += document is None and isinstance(result, Fault)
        rejected += document is not None and document.rejection is not None
        told = f", {unread} feeds could not be read" if unread else ""
        watch.advance(done, total, f"{rejected} rejected{told}")
    watch.end()


def _is_current(folder: Path, site: SiteState, recipe: Recipe) -> bool:
    return documents.inputs_of(_path(folder, site.ledger.site)) == _inputs(site, recipe)


def _inputs(site: SiteState, recipe: Recipe) -> str:
    return f"{recipe.fingerprint}:{site.identity}"


def _path(folder: Path, site: str) -> Path:
    return folder / f"{site_hash(site)}.parquet"


def _forget_others(folder: Path, paths: set[Path]) -> None:
    """Remove the documents of sites that the archive no longer holds."""
    for path in folder.glob("*.parquet"):
        if path not in paths:
            path.unlink()
