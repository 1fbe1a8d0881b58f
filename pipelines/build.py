"""From archive to documents to snapshot; only what changed is made again."""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.core import state
from pipelines.core.config import Config
from pipelines.core.dedup import Signer
from pipelines.core.document import Document
from pipelines.core.sieve import Sieve
from pipelines.core.sites import SiteState, states
from pipelines.core.state import LedgerRow
from pipelines.core.urls import site_of
from pipelines.core.watch import Watch
from pipelines.dataset import documents
from pipelines.dataset.documents import path_of
from pipelines.dataset.gates import Gates
from pipelines.dataset.index import Index, opened
from pipelines.dataset.release import release
from pipelines.dataset.snapshot import Origin, Published
from pipelines.engines.local import Fault
from pipelines.recipe import Recipe, configured, software_versions
from pipelines.site import Result, Site, read


def build(config: Config, watch: Watch, accepted: tuple[str, ...] = ()) -> Published:
    """Bring documents/ up to date with the archive and publish a snapshot.

    The caller holds the corpus' lock.

    Args:
        config: Of the corpus.
        watch: Is told of the steps.
        accepted: Gates of the release that are overridden this once.

    Raises:
        CorpusError: The state, the archive or the disk cannot be used.
        GateFailed: The snapshot is kept aside, the former one is still current.
    """
    recipe = configured(config)
    gates = Gates(settings=config.gates, accepted=accepted)
    connection = state.connect(config.corpus)
    with opened(config.corpus, recipe.dedup) as index:
        try:
            wanted = _documents(config, recipe, connection, index, watch)
        finally:
            connection.close()
        watch.begin("comparing, publishing", None)
        origin = Origin(recipe=recipe.fingerprint, software=software_versions())
        published = release(index, wanted, splits=config.splits, origin=origin, gates=gates)
        watch.end()
    return published


def _documents(
    config: Config, recipe: Recipe, connection: sqlite3.Connection, index: Index, watch: Watch
) -> dict[str, str]:
    """Make the documents of changed sites again; what those of each site are made from."""
    sites = {one.ledger.site: one for one in states(connection)}
    wanted = {name: _inputs(site, recipe, config) for name, site in sites.items()}
    known = index.inputs()
    stale = {
        name: site
        for name, site in sites.items()
        if not _is_current(path_of(config.corpus, name), wanted[name], known.get(name))
    }
    changed = _Changed(
        config=config,
        recipe=recipe,
        connection=connection,
        states=stale,
        sign=recipe.dedup.signer(),
        sieve=Sieve.of(config.corpus),
    )
    _refresh(changed, watch)
    if changed.sieve.purge(connection):
        # What was removed has left the archive, so its sites are made once more.
        return _documents(config, recipe, connection, index, watch)
    _forget_others(config.corpus, wanted)
    return wanted


@dataclass(slots=True, kw_only=True)
class _Changed:
    """The changed sites, each of which is stored as soon as it is whole."""

    config: Config
    recipe: Recipe
    connection: sqlite3.Connection
    states: Mapping[str, SiteState]
    sign: Signer
    sieve: Sieve
    #: Those of which captures are being read.
    begun: dict[str, Site] = field(default_factory=dict)

    def rows(self) -> Iterator[LedgerRow]:
        """The feeds and pages of all of them that are read."""
        for name in self.states:
            site = Site.of(self.connection, name, history=self.config.history.keep)
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
        path = path_of(self.config.corpus, site.name)
        inputs = _inputs(self.states[site.name], self.recipe, self.config)
        finished = self.sieve.passed(site.finished(self.recipe))
        documents.write(path, finished, inputs=inputs, sign=self.sign)


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


def _is_current(path: Path, wanted: str, known: str | None) -> bool:
    """Whether the documents of a site are made from what is wanted.

    The index knows without reading the file; it lags behind after a kill.
    """
    if known == wanted:
        return path.exists()
    return documents.inputs_of(path) == wanted


def _inputs(site: SiteState, recipe: Recipe, config: Config) -> str:
    past = "with its past" if config.history.keep else "as it is"
    return f"{recipe.fingerprint}:{site.identity}:{past}"


def _forget_others(corpus: Path, wanted: Mapping[str, str]) -> None:
    """Remove the documents of sites that the archive no longer holds."""
    paths = {path_of(corpus, site) for site in wanted}
    for path in (corpus / documents.FOLDER).glob("*.arrow"):
        if path not in paths:
            path.unlink()
