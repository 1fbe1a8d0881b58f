"""Makes the documents of changed sites, on this machine or as tasks of a cluster."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pipelines import engines
from pipelines.core import state
from pipelines.core.config import BuildSettings, Config
from pipelines.core.document import Document
from pipelines.core.errors import CorpusError
from pipelines.core.removals import Removals
from pipelines.core.sites import SiteState
from pipelines.core.urls import site_hash
from pipelines.core.watch import Watch
from pipelines.dataset.documents import FOLDER
from pipelines.dataset.durable import sync
from pipelines.engines import cluster
from pipelines.recipe import Recipe, configured
from pipelines.shares import Made, Maker, begin_build, share_of
from pipelines.site import reader_of
from pipelines.workers import make

#: Tasks for each processor of a cluster: more, and the last ones end together; fewer, and
#: less is spent on starting them.
_EACH = 4

#: Sites with what their documents are to be made from.
Sites = Sequence[tuple[SiteState, str]]


def _captures(wanted: tuple[SiteState, str]) -> int:
    ledger = wanted[0].ledger
    return ledger.captures + ledger.feeds


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """Some sites, which belong to one task at a time."""

    sites: Sites

    @property
    def captures(self) -> int:
        """How many captures are read for it at most."""
        return sum(map(_captures, self.sites))


@dataclass(frozen=True, slots=True, kw_only=True)
class SameVersions:
    """Sees to it that what a node makes is what the machine that hands out the work would make."""

    config: Config
    #: What decides the content of a snapshot on that machine.
    fingerprint: str

    def __call__(self) -> None:
        """Compare this machine with that one.

        Raises:
            CorpusError: They have other versions.
        """
        if configured(self.config).fingerprint != self.fingerprint:
            message = (
                "a node of the cluster has other versions of therapy-corpus or its libraries; "
                "install the same ones there, then run this again."
            )
            raise CorpusError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Builder:
    """What a task of a cluster does: make the documents of a bucket in a process of its own."""

    config: Config
    recipe: Recipe
    token: str
    agree: SameVersions

    def __call__(self, bucket: Bucket) -> Made | CorpusError:
        """Make a bucket; an error that ends the build is an answer too."""
        try:
            self.agree()
            maker = _maker(self.config, self.recipe, self.token)
            return _made(replace(maker, connect=state.still), bucket.sites, _Unseen())
        except CorpusError as error:
            return error


def made(config: Config, recipe: Recipe, stale: Sites, watch: Watch) -> tuple[Document, ...]:
    """Make the documents of changed sites.

    The caller holds the corpus' lock.

    Args:
        config: Of the corpus; `[build]` says who does it.
        recipe: How.
        stale: The sites, and what their documents are to be made from.
        watch: Is told of the captures that were read.

    Returns:
        Documents that were removed before they came. Their sites are not stored.

    Raises:
        ConfigError: There is no such engine, or Ray is not installed.
        CorpusError: The archive, the disk or the cluster cannot be used.
    """
    token = begin_build(config.corpus)
    engine = config.build.engine
    engines.check(config.file, "build.engine", engine)
    watch.begin("extracting", Bucket(sites=stale).captures)
    if engine == "local" or not stale:
        done = _made(_maker(config, recipe, token), stale, watch)
    else:
        done = _on_cluster(config, recipe, token, stale, watch)
    # Before the index says that these are the documents.
    sync(config.corpus / FOLDER)
    watch.end()
    return done.held


def _maker(config: Config, recipe: Recipe, token: str) -> Maker:
    return Maker(
        config=config,
        recipe=recipe,
        removals=Removals.load(config.corpus),
        read=reader_of(config, recipe),
        token=token,
    )


def _made(maker: Maker, sites: Sites, watch: Watch) -> Made:
    """Make the documents of some sites in processes of this machine, the largest sites first.

    A large one that begins last would keep one process at work while the others have none.
    """
    total = Bucket(sites=sites).captures
    ordered = sorted(sites, key=_captures, reverse=True)

    def told(read: int, made: Made) -> None:
        watch.advance(read, total, _note(made))

    return make(maker, (share_of(site, inputs) for site, inputs in ordered), told)


def _on_cluster(config: Config, recipe: Recipe, token: str, sites: Sites, watch: Watch) -> Made:
    """Make the documents of some sites as tasks of a cluster, a bucket of sites each."""
    state.settle(config.corpus)
    with cluster.joined(config.build.address) as processors:
        builder = Builder(
            # One process for each task: the cluster counts processors.
            config=replace(config, build=BuildSettings(workers=1)),
            recipe=recipe,
            token=token,
            agree=SameVersions(config=config, fingerprint=recipe.fingerprint),
        )
        read, total, done = 0, Bucket(sites=sites).captures, Made()
        buckets = into_buckets(sites, _EACH * processors)
        for bucket, result in cluster.run(builder, buckets, at_once=2 * processors):
            if isinstance(result, CorpusError):
                raise result
            done += result
            read += bucket.captures
            watch.advance(read, total, _note(done))
    return done


def into_buckets(sites: Sites, count: int) -> Iterable[Bucket]:
    """Deal sites by the hash of their name, so that a site is always in one bucket."""
    dealt: list[list[tuple[SiteState, str]]] = [[] for _ in range(count)]
    for site, inputs in sites:
        dealt[int(site_hash(site.ledger.site), 16) % count].append((site, inputs))
    return [Bucket(sites=some) for some in dealt if some]


def _note(made: Made) -> str:
    known = f", {made.known} as before" if made.known else ""
    unread = f", {made.unread} feeds could not be read" if made.unread else ""
    return f"{made.rejected} rejected{known}{unread}"


class _Unseen:
    """Nobody looks on within a task."""

    def begin(self, label: str, total: int | None) -> None:
        """Say nothing."""

    def advance(self, done: int, total: int | None, note: str) -> None:
        """Say nothing."""

    def end(self) -> None:
        """Say nothing."""
