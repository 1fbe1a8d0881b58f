"""What a worker does: a share of a site's captures, or what puts the site together."""

import math
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path

from pipelines.core import state
from pipelines.core.config import Config
from pipelines.core.document import Document
from pipelines.core.errors import CorpusError, SnapshotError
from pipelines.core.recall import recalling
from pipelines.core.removals import Removals
from pipelines.core.sites import SiteState
from pipelines.core.state import LedgerRow
from pipelines.core.urls import site_hash
from pipelines.dataset import documents, page_file
from pipelines.dataset.durable import UNFINISHED, write_text
from pipelines.dataset.without_pandas import without_pandas
from pipelines.engines.local import Fault
from pipelines.engines.worker import begin, told
from pipelines.known import PACKING, Known
from pipelines.recipe import Recipe
from pipelines.site import Read, Result, Site

#: Captures that a worker reads at most before it hands over what it has; as many are read
#: again where one of them kills it.
SHARE = 64
#: The part of a share that looks at the site as a whole.
WHOLE = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Some captures of a site that are to be read.

    The first share of a site is all of it. Where there is more to read than a worker may at
    once, it is parted: each part leaves what it has read, and a last one, which has no captures
    of its own, puts the site together.
    """

    site: str
    #: What its documents are made from.
    inputs: str
    #: How many captures it has at most.
    captures: int
    #: Which part it is, and how many parts with captures there are; 0: it is the whole.
    number: int = 0
    count: int = 0
    #: The captures that killed a worker, by their place in the site.
    faults: Mapping[int, Fault] = field(default_factory=dict)

    @property
    def is_last(self) -> bool:
        """Whether the site is whole after it."""
        return self.number == self.count

    def of(self, unread: Sequence[int]) -> Sequence[int]:
        """What it is to read of what there is to read in the site."""
        return unread[self.number * SHARE :][:SHARE] if self.count else unread


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What came of a share, or of many."""

    rejected: int = 0
    #: Feeds that could not be read.
    unread: int = 0
    #: Captures that were not read, since it was known what they are made into.
    known: int = 0
    #: Documents that were removed before they came. Their sites are not stored.
    held: tuple[Document, ...] = ()

    def __add__(self, other: "Made") -> "Made":
        return Made(
            rejected=self.rejected + other.rejected,
            unread=self.unread + other.unread,
            known=self.known + other.known,
            held=self.held + other.held,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """Says that a site has more to read than a worker may at once."""

    #: Captures that are to be read.
    unread: int

    def parts(self, whole: Share) -> list[Share]:
        """The parts of a site, the last of which puts it together."""
        count = math.ceil(self.unread / SHARE)
        sizes = [min(SHARE, self.unread - number * SHARE) for number in range(count)]
        sizes.append(whole.captures - self.unread)
        return [
            replace(whole, number=number, count=count, captures=size)
            for number, size in enumerate(sizes)
        ]


def share_of(site: SiteState, inputs: str) -> Share:
    """The first share of a site."""
    captures = site.ledger.captures + site.ledger.feeds
    return Share(site=site.ledger.site, inputs=inputs, captures=captures)


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

    def __call__(self, share: Share) -> Made | Parted | CorpusError:
        """Do a share; an error that ends the build is an answer too."""
        _warm_up(self.read)
        try:
            connection = _connected(self.connect, self.config.corpus, self.token)
            site = Site.of(connection, share.site, history=self.config.history.keep)
            with page_file.opened(page_file.path_of(self.config.corpus, share.site)) as file:
                known = Known(file, self.recipe, self.config.permission)
                return self._done(site, share, known)
        except OSError as error:
            message = f"{share.site} cannot be stored ({error}); free space, then run again."
            return CorpusError(message)
        except CorpusError as error:
            return error

    def _done(self, site: Site, share: Share, known: Known) -> Made | Parted:
        unread = [place for place, row in enumerate(site.rows) if row not in known]
        if not share.count and len(unread) > SHARE:
            return Parted(unread=len(unread))
        own = {place: self._result(site, share, place) for place in share.of(unread)}
        if share.is_last:
            return self._put_together(site, share, own, known)
        path = self._path_of(share.site, share.number)
        path.write_bytes(PACKING.pack_all(own))
        return Made()

    def _result(self, site: Site, share: Share, place: int) -> Result:
        """Read one capture."""
        if place in share.faults:
            return share.faults[place]
        begin(place)
        try:
            return self.read(site.rows[place])
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this page's
            return Fault(kind="crashed", detail=told(error))

    def _put_together(self, site: Site, share: Share, own: dict[int, Result], known: Known) -> Made:
        begin(WHOLE, is_limited=False)
        parts = [self._path_of(share.site, number) for number in range(share.count)]
        for path in parts:
            own |= PACKING.unpack_all(path.read_bytes())
        rejected = unread = 0
        for row, result in self._results(site, share, own, known):
            document = site.take(row, result)
            unread += document is None and isinstance(result, Fault)
            rejected += document is not None and document.rejection is not None
        with recalling(known.recall):
            finished = list(site.finished(self.recipe, known.alone))
        held = tuple(one for one in finished if self.removals.covers(one))
        self._store(share, finished, known, is_held=bool(held))
        for path in parts:
            path.unlink()
        return Made(rejected=rejected, unread=unread, known=known.reused, held=held)

    def _results(
        self, site: Site, share: Share, own: dict[int, Result], known: Known
    ) -> Iterator[tuple[LedgerRow, Result]]:
        """What came of each capture of a site; what was read is noted."""
        for place, row in enumerate(site.rows):
            made = None if place in own else known.result(row)
            if made is not None:
                yield row, made
                continue
            if place not in own:
                # It was known or read when the site was looked at, and is not any more.
                own[place] = self._result(site, share, place)
                begin(WHOLE, is_limited=False)
            result = own.pop(place)
            known.note(row, result)
            yield row, result

    def _store(
        self, share: Share, finished: Sequence[Document], known: Known, *, is_held: bool
    ) -> None:
        """Store the documents of a site, and what is known of it; nothing that was removed."""
        pages = page_file.path_of(self.config.corpus, share.site)
        if is_held:
            pages.unlink(missing_ok=True)
            return
        path = documents.path_of(self.config.corpus, share.site)
        documents.write(path, finished, inputs=share.inputs, sign=known.sign, fence=self._fence)
        page_file.write(pages, known.contents(), fence=self._fence)

    def _fence(self) -> None:
        if _builder(self.config.corpus).read_text(encoding="ascii") != self.token:
            message = "another build has begun since; what this one makes is not stored."
            raise SnapshotError(message)

    def _path_of(self, site: str, number: int) -> Path:
        name = f"{site_hash(site)}-{self.mark}-{number}{UNFINISHED}"
        return self.config.corpus / documents.FOLDER / name


@lru_cache(maxsize=1)
def _warm_up(read: Read) -> None:
    without_pandas()
    read.refine.warm_up()


@lru_cache(maxsize=1)
def _connected(
    connect: Callable[[Path], sqlite3.Connection], corpus: Path, _build: str
) -> sqlite3.Connection:
    """The state, opened once in a build: that takes four times as long as to ask it of a site."""
    return connect(corpus)


def begin_build(corpus: Path) -> str:
    """Begin a build: remove what a killed one has left; the token of the new one."""
    folder = corpus / documents.FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob(f"*{UNFINISHED}"):
        path.unlink(missing_ok=True)
    token = secrets.token_hex(8)
    write_text(_builder(corpus), token)
    return token


def _builder(corpus: Path) -> Path:
    return corpus / documents.FOLDER / "builder"
