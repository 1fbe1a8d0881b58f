"""Makes the documents of sites in killable processes, a large site in shares."""

import math
import pickle
import secrets
import sqlite3
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path

from pipelines.core import state
from pipelines.core.config import Config
from pipelines.core.document import Document
from pipelines.core.errors import CorpusError, SnapshotError
from pipelines.core.removals import Removals
from pipelines.core.sites import SiteState
from pipelines.core.urls import site_hash
from pipelines.dataset import documents
from pipelines.dataset.durable import write_text
from pipelines.engines.local import Fault, Limits, run
from pipelines.engines.worker import begin, told
from pipelines.recipe import Recipe
from pipelines.site import Read, Result, Site, workers_of

#: Captures that a worker reads at most before it hands over what it has; as many are read
#: again where one of them kills it.
SHARE = 64
#: The part of a share that looks at the site as a whole.
_WHOLE = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Some captures of a site; the last share of a site has none and puts it together."""

    site: str
    #: What its documents are made from.
    inputs: str
    number: int
    #: How many shares with captures the site has; a site with one is put together with it.
    count: int
    #: How many captures it has at most.
    captures: int
    #: The captures that killed a worker, by their place in the site.
    faults: Mapping[int, Fault] = field(default_factory=dict)

    @property
    def is_last(self) -> bool:
        """Whether the site is whole after it."""
        return self.count in {1, self.number}


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What came of a share, or of many."""

    rejected: int = 0
    #: Feeds that could not be read.
    unread: int = 0
    #: Documents that were removed before they came. Their sites are not stored.
    held: tuple[Document, ...] = ()

    def __add__(self, other: "Made") -> "Made":
        return Made(
            rejected=self.rejected + other.rejected,
            unread=self.unread + other.unread,
            held=self.held + other.held,
        )


def shares(site: SiteState, inputs: str) -> Iterator[Share]:
    """The shares of a site that have captures."""
    captures = site.ledger.captures + site.ledger.feeds
    count = max(1, math.ceil(captures / SHARE))
    for number in range(count):
        here = min(SHARE, captures - number * SHARE)
        name = site.ledger.site
        yield Share(site=name, inputs=inputs, number=number, count=count, captures=here)


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """What a worker does with a share: read, extract, look at the site, store its documents."""

    config: Config
    recipe: Recipe
    removals: Removals
    read: Read
    #: Names the build; one that another has followed stores nothing more.
    token: str
    #: Opens the state.
    connect: Callable[[Path], sqlite3.Connection] = state.connect
    #: Tells the files of two that do the same.
    mark: str = field(default_factory=partial(secrets.token_hex, 4))

    def __call__(self, share: Share) -> Made | CorpusError:
        """Do a share; an error that ends the build is an answer too."""
        begin(_WHOLE, is_limited=False)
        _warm_up(self.read)
        try:
            with closing(self.connect(self.config.corpus)) as connection:
                site = Site.of(connection, share.site, history=self.config.history.keep)
            own = [*self._results(site, share)]
            if share.is_last:
                begin(_WHOLE, is_limited=False)
                return self._put_together(site, share, own)
            path = self._path_of(share.site, share.number)
            path.write_bytes(pickle.dumps(own, pickle.HIGHEST_PROTOCOL))
        except OSError as error:
            message = f"{share.site} cannot be stored ({error}); free space, then run again."
            return CorpusError(message)
        except CorpusError as error:
            return error
        return Made()

    def _results(self, site: Site, share: Share) -> Iterator[Result]:
        """What came of the captures of a share, in their order."""
        if share.number == share.count:
            return
        first = share.number * SHARE
        until = first + SHARE if share.count > 1 else None
        for place, row in enumerate(site.rows[first:until], first):
            if place in share.faults:
                yield share.faults[place]
                continue
            begin(place)
            try:
                yield self.read(row)
            except MemoryError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, it is this page's
                yield Fault(kind="crashed", detail=told(error))

    def _put_together(self, site: Site, share: Share, own: list[Result]) -> Made:
        results = own if share.count == 1 else list(self._stored(share))
        rejected = unread = 0
        for row, result in zip(site.rows, results, strict=True):
            document = site.take(row, result)
            unread += document is None and isinstance(result, Fault)
            rejected += document is not None and document.rejection is not None
        finished = list(site.finished(self.recipe))
        held = tuple(one for one in finished if self.removals.covers(one))
        if not held:
            path = documents.path_of(self.config.corpus, share.site)
            sign = self.recipe.dedup.signer()
            documents.write(path, finished, inputs=share.inputs, sign=sign, fence=self._fence)
        return Made(rejected=rejected, unread=unread, held=held)

    def _fence(self) -> None:
        if _builder(self.config.corpus).read_text(encoding="ascii") != self.token:
            message = "another build has begun since; what this one makes is not stored."
            raise SnapshotError(message)

    def _path_of(self, site: str, number: int) -> Path:
        name = f"{site_hash(site)}-{self.mark}-{number}{documents.UNFINISHED}"
        return self.config.corpus / documents.FOLDER / name

    def _stored(self, share: Share) -> Iterator[Result]:
        """What the other shares of a site left, which is used up by this."""
        for number in range(share.count):
            path = self._path_of(share.site, number)
            yield from pickle.loads(path.read_bytes())  # noqa: S301 - our own worker wrote it
            path.unlink()


@lru_cache(maxsize=1)
def _warm_up(read: Read) -> None:
    read.refine.warm_up()


def begin_build(corpus: Path) -> str:
    """Begin a build: remove what a killed one has left; the token of the new one."""
    folder = corpus / documents.FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob(f"*{documents.UNFINISHED}"):
        path.unlink(missing_ok=True)
    token = secrets.token_hex(8)
    write_text(_builder(corpus), token)
    return token


def _builder(corpus: Path) -> Path:
    return corpus / documents.FOLDER / "builder"


def make(maker: Maker, waiting: Iterable[Share], told_of: Callable[[int, Made], None]) -> Made:
    """Make the documents of sites in killable processes.

    Args:
        maker: What the workers do.
        waiting: The shares of whole sites.
        told_of: Is told now and then how many captures are read and what came of them.

    Returns:
        What came of all.

    Raises:
        CorpusError: A site cannot be stored, or its documents cannot be made.
    """
    queue = _Queue(waiting)
    limits = Limits(
        seconds=maker.recipe.extract.seconds, memory_mib=maker.recipe.extract.memory_mib
    )
    workers = workers_of(maker.config)
    total = Made()

    def begun(share: Share, place: int) -> None:
        if place != _WHOLE:
            queue.under_way[share.site, share.number] = place - share.number * SHARE
            told_of(queue.read + sum(queue.under_way.values()), total)

    for share, result in run(maker, queue, workers=workers, limits=limits, begun=begun):
        total += queue.ended(share, result)
        told_of(queue.read + sum(queue.under_way.values()), total)
    return total


class _Queue:
    """The shares that wait, in which a site is put together when its shares are done."""

    def __init__(self, waiting: Iterable[Share]) -> None:
        self._waiting = iter(waiting)
        self._next: deque[Share] = deque()
        self._done: Counter[str] = Counter()
        #: Captures that were read, and those of shares that are being done.
        self.read = 0
        self.under_way: dict[tuple[str, int], int] = {}

    def __iter__(self) -> Iterator[Share]:
        return self

    def __next__(self) -> Share:
        return self._next.popleft() if self._next else next(self._waiting)

    def ended(self, share: Share, result: Made | CorpusError | Fault) -> Made:
        """Note what came of a share, and what there is to do then."""
        self.under_way.pop((share.site, share.number), None)
        if isinstance(result, CorpusError):
            raise result
        if isinstance(result, Fault):
            self._next.append(_again(share, result))
            return Made()
        self.read += share.captures
        if share.number < share.count and share.count > 1:
            self._done[share.site] += 1
            if self._done[share.site] == share.count:
                del self._done[share.site]
                self._next.append(replace(share, number=share.count, captures=0))
        return result


def _again(share: Share, fault: Fault) -> Share:
    """The share without the capture on which its worker was lost.

    Raises:
        CorpusError: It was lost on the site as a whole.
    """
    if fault.part is None or fault.part == _WHOLE:
        message = (
            f"the documents of {share.site} cannot be made ({fault.detail}); what was published "
            "before is as it was: take the blog off the list, or report this."
        )
        raise CorpusError(message)
    lost = replace(fault, part=None)
    return replace(share, faults={**share.faults, fault.part: lost})
