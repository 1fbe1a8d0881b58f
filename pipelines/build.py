"""From archive to documents to snapshot; only what changed is made again."""

import sqlite3
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path

from pipelines.buckets import SameVersions, made
from pipelines.core import state
from pipelines.core.config import Config
from pipelines.core.sieve import take_out
from pipelines.core.sites import SiteState, states
from pipelines.core.urls import site_hash
from pipelines.core.watch import Watch
from pipelines.dataset import documents, page_file
from pipelines.dataset.documents import path_of
from pipelines.dataset.gates import Gates
from pipelines.dataset.index import Index, opened
from pipelines.dataset.release import release
from pipelines.dataset.snapshot import Origin, Published
from pipelines.dataset.spread import Spread
from pipelines.dataset.without_pandas import without_pandas
from pipelines.engines import cluster
from pipelines.recipe import Recipe, configured, software_versions


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
    if config.build.engine == "local":
        without_pandas()
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
        spread = _spread(config, recipe)
        published = release(
            index, wanted, splits=config.splits, origin=origin, gates=gates, spread=spread
        )
        watch.end()
    return published


def _spread(config: Config, recipe: Recipe) -> Spread | None:
    """The cluster, where there is one that may find the copies."""
    if config.build.engine == "local":
        return None
    return Spread(
        engine=cluster,
        address=config.build.address,
        least=config.build.shuffle_from,
        agree=SameVersions(config=config, fingerprint=recipe.fingerprint),
    )


def _documents(
    config: Config, recipe: Recipe, connection: sqlite3.Connection, index: Index, watch: Watch
) -> dict[str, str]:
    """Make the documents of changed sites again; what those of each site are made from."""
    sites = {one.ledger.site: one for one in states(connection)}
    fingerprint = recipe.fingerprint
    wanted = {name: _inputs(site, fingerprint, config) for name, site in sites.items()}
    known = index.inputs()
    stale = [
        (site, wanted[name])
        for name, site in sites.items()
        if not _is_current(path_of(config.corpus, name), wanted[name], known.get(name))
    ]
    held = made(config, recipe, stale, watch)
    if held:
        # What was removed has left the archive, so its sites are made once more.
        take_out(connection, config.corpus, held, partial(_forget_pages, config.corpus))
        return _documents(config, recipe, connection, index, watch)
    _forget_others(config.corpus, wanted)
    return wanted


def _is_current(path: Path, wanted: str, known: str | None) -> bool:
    """Whether the documents of a site are made from what is wanted.

    The index knows without reading the file; it lags behind after a kill.
    """
    if known == wanted:
        return path.exists()
    return documents.inputs_of(path) == wanted


def _inputs(site: SiteState, fingerprint: str, config: Config) -> str:
    past = "with its past" if config.history.keep else "as it is"
    return f"{fingerprint}:{site.identity}:{past}"


def _forget_others(corpus: Path, wanted: Mapping[str, str]) -> None:
    """Remove the documents and pages of sites that the archive no longer holds."""
    hashes = {site_hash(site) for site in wanted}
    for ending in (documents.ENDING, page_file.ENDING):
        for path in (corpus / documents.FOLDER).glob(f"*{ending}"):
            if path.stem not in hashes:
                path.unlink()


def _forget_pages(corpus: Path, sites: Iterable[str]) -> None:
    """Remove what the pages of some sites were made into."""
    for site in sites:
        page_file.path_of(corpus, site).unlink(missing_ok=True)
