"""A large site is made in shares, and a capture that kills a worker costs itself alone."""

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace

import pytest

from pipelines.buckets import into_buckets
from pipelines.core import state
from pipelines.core.config import Config
from pipelines.core.document import Document
from pipelines.core.errors import SnapshotError
from pipelines.core.reasons import Reason
from pipelines.core.removals import Mark, Removals
from pipelines.core.sites import SiteState, states
from pipelines.core.state import LedgerRow
from pipelines.dataset import documents, page_file
from pipelines.dataset.durable import UNFINISHED
from pipelines.extract.feeds import FeedEntry
from pipelines.recipe import configured
from pipelines.shares import SHARE, Made, Maker, Parted, begin_build, share_of
from pipelines.site import Read, reader_of
from pipelines.workers import make
from tests.archived import archived

LARGE = "large.example"
SMALL = "small.example"
POSTS = 2 * SHARE + 10
#: Pages that kill the worker which reads them.
FATAL = (f"http://{LARGE}/blog/what-we-said-7", f"http://{LARGE}/blog/what-we-said-100")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fatal(Read):
    """Reads captures, but dies on some."""

    def __call__(self, row: LedgerRow) -> Document | tuple[FeedEntry, ...]:
        """Read one capture."""
        if row.url in FATAL:
            os._exit(9)
        return Read.__call__(self, row)


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """A corpus with a site of three shares and a site of one."""
    return archived(tmp_path_factory.mktemp("corpus"), {LARGE: POSTS, SMALL: 3})


def sites(config: Config) -> list[SiteState]:
    """The sites of the corpus."""
    with closing(state.connect(config.corpus)) as connection:
        return list(states(connection))


def maker(config: Config, removals: Removals | None = None) -> Maker:
    """What a build of the corpus lets workers do."""
    recipe = configured(config)
    return Maker(
        config=config,
        recipe=recipe,
        removals=removals or Removals(),
        read=reader_of(config, recipe),
        token=begin_build(config.corpus),
    )


def made(config: Config, work: Maker) -> tuple[Made, list[int]]:
    """Make all sites anew; what came of them, and how many captures were told to be read."""
    forget_pages(config)
    told: list[int] = []
    waiting = (share_of(site, "1") for site in sites(config))
    return make(work, waiting, lambda read, _: told.append(read)), told


def forget_pages(config: Config) -> None:
    """Let nothing be known of any page."""
    for path in (config.corpus / documents.FOLDER).glob(f"*{page_file.ENDING}"):
        path.unlink()


def stored(config: Config, site: str) -> list[Document]:
    """The documents of a site."""
    return list(documents.read(documents.path_of(config.corpus, site)))


def test_shares_make_what_one_would(config: Config) -> None:
    """A site in three parts has the documents of one that is known; nothing is left over."""
    _, told = made(config, maker(config))
    in_shares = stored(config, LARGE)
    assert max(told) == POSTS + 3
    assert not list((config.corpus / documents.FOLDER).glob(f"*{UNFINISHED}"))

    whole = share_of(sites(config)[0], "1")
    result = make(maker(config), [whole], lambda *_: None)
    assert result.known == POSTS
    assert stored(config, LARGE) == in_shares
    assert len(in_shares) == POSTS


def test_a_large_site_alone_is_put_together(config: Config) -> None:
    """Its last share comes when nothing else is left to do."""
    path = documents.path_of(config.corpus, LARGE)
    path.unlink(missing_ok=True)
    alone = next(site for site in sites(config) if site.ledger.site == LARGE)

    forget_pages(config)
    make(maker(config), [share_of(alone, "1")], lambda *_: None)

    assert len(stored(config, LARGE)) == POSTS


def test_a_fatal_page_costs_itself(config: Config) -> None:
    """Pages on which a worker dies are turned down, and read again the next time; no others."""
    work = maker(config)
    fatal = Fatal(refine=work.read.refine, permission=work.read.permission)

    result, _ = made(config, replace(work, read=fatal))

    crashed = {one.url for one in stored(config, LARGE) if _is_crashed(one)}
    assert crashed == set(FATAL)
    assert len(stored(config, LARGE)) == POSTS
    assert result.rejected == len(FATAL)

    again = make(work, [share_of(sites(config)[0], "2")], lambda *_: None)
    assert again == Made(known=POSTS - len(FATAL))


def _is_crashed(document: Document) -> bool:
    return bool(document.rejection and document.rejection.reason is Reason.EXTRACT_CRASHED)


def test_what_was_removed_is_held_back(config: Config) -> None:
    """A site with a removed post is not stored, nor stays known; the post is handed up."""
    path = documents.path_of(config.corpus, SMALL)
    path.unlink(missing_ok=True)
    gone = stored_ids(config)[0]
    small = [share_of(site, "1") for site in sites(config) if site.ledger.site == SMALL]

    result = make(maker(config, Removals().with_all(Mark.ID, [gone])), small, lambda *_: None)

    assert result.known == 3
    assert [one.id for one in result.held] == [gone]
    assert not path.exists()
    assert not page_file.path_of(config.corpus, SMALL).exists()


def stored_ids(config: Config) -> list[str]:
    """The ids of the posts of the small site."""
    made(config, maker(config))
    ids = [one.id for one in stored(config, SMALL)]
    documents.path_of(config.corpus, SMALL).unlink()
    return ids


def test_a_build_that_was_overtaken_stores_nothing(config: Config) -> None:
    """What a lost node still does after the next build began changes no file."""
    late = maker(config)
    made(config, maker(config))
    paths = [one.path_of(config.corpus, SMALL) for one in (documents, page_file)]
    before = [path.read_bytes() for path in paths]

    answer = late(share_of(sites(config)[1], "2"))

    assert isinstance(answer, SnapshotError)
    assert [path.read_bytes() for path in paths] == before


def test_two_make_the_same_site(config: Config) -> None:
    """One that was believed lost goes on where another has been done meanwhile; no file is torn."""
    one = maker(config)
    other = replace(one, mark="other")
    forget_pages(config)
    whole = share_of(sites(config)[0], "3")
    parted = one(whole)
    assert isinstance(parted, Parted)
    first, *others = parted.parts(whole)
    assert one(first) == Made()
    make(other, [whole], lambda *_: None)
    before = stored(config, LARGE)

    *_, last = [one(share) for share in others]

    assert last == Made(known=POSTS - SHARE)
    assert stored(config, LARGE) == before
    assert make(one, [whole], lambda *_: None).known == POSTS


def test_a_settled_state_is_read_without_locks(config: Config) -> None:
    """It shows what was committed; with a reader in between nothing is settled."""
    state.settle(config.corpus)
    with closing(state.still(config.corpus)) as connection:
        assert len(list(states(connection))) == 2
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            connection.execute("DELETE FROM capture")


def test_buckets_hold_each_site_once(config: Config) -> None:
    """Sites are dealt by name, whatever their order."""
    found = [(site, "1") for site in sites(config)]

    dealt = [{site.ledger.site for site, _ in one.sites} for one in into_buckets(found, 3)]
    again = [{site.ledger.site for site, _ in one.sites} for one in into_buckets(found[::-1], 3)]

    assert dealt == again
    assert sorted(name for names in dealt for name in names) == [LARGE, SMALL]
