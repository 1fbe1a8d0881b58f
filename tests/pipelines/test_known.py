"""What pages were made into is known in the next build, and changes nothing but its cost."""

import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from pipelines.build import build
from pipelines.core import absences, standing, state
from pipelines.core.config import Config, Section
from pipelines.core.document import Document
from pipelines.core.model import EvidenceLine, Tier
from pipelines.core.packing import Packing
from pipelines.core.reasons import Reason
from pipelines.core.removals import Removals
from pipelines.core.sites import states
from pipelines.core.standing import Standing
from pipelines.dataset import documents, page_file
from pipelines.dataset.page_file import Packed, opened, write
from pipelines.extract.feeds import FeedEntry
from pipelines.recipe import configured
from pipelines.shares import Made, Maker, begin_build, share_of
from pipelines.site import reader_of
from pipelines.verbs.progress import Quiet
from tests.archived import archived, captured, captured_feed, take_in, url_of
from tests.factories import NOON

HOST = "blog.example"
OTHER = "other.example"
POSTS = 7


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A corpus with a blog and its feed, and another blog."""
    config = archived(tmp_path, {HOST: POSTS, OTHER: 3})
    take_in(config, [captured_feed(HOST, [2, 3, 5, 6])])
    return config


def made(config: Config, host: str = HOST) -> Made:
    """Make the documents of a site in this process."""
    recipe = configured(config)
    with closing(state.connect(config.corpus)) as connection:
        (site,) = [one for one in states(connection) if one.ledger.site == host]
    maker = Maker(
        config=config,
        recipe=recipe,
        removals=Removals(),
        read=reader_of(config, recipe),
        token=begin_build(config.corpus),
    )
    answer = maker(share_of(site, site.identity))
    assert isinstance(answer, Made), answer
    return answer


def pages(config: Config, host: str = HOST) -> Path:
    """The file of what is known of a site."""
    return page_file.path_of(config.corpus, host)


def stored(config: Config) -> bytes:
    """The documents of the blog, byte for byte."""
    return documents.path_of(config.corpus, HOST).read_bytes()


def from_scratch(config: Config) -> bytes:
    """The same, made by a build that knows nothing."""
    pages(config).unlink()
    assert made(config).known == 0
    return stored(config)


def test_only_what_is_new_is_read(config: Config) -> None:
    """With all known, one new post is one page; a record that got lost is not missed."""
    assert made(config).known == 0
    (file,) = (config.corpus / "archive").glob(f"{documents.path_of(config.corpus, HOST).stem}/*")
    raw = bytearray(file.read_bytes())
    raw[20:60] = bytes(40)
    file.write_bytes(raw)
    take_in(config, [captured(HOST, POSTS + 1)])

    assert made(config) == Made(known=POSTS + 1)

    found = list(documents.read(documents.path_of(config.corpus, HOST)))
    assert len(found) == POSTS + 1
    assert not any(one.rejection for one in found)
    pages(config).unlink()
    assert made(config) == Made(rejected=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipes:
    """Settings of the recipe, and whether a page that was read with none has to be read again."""

    stages: Mapping[str, Section]
    is_read: bool


RECIPES = (
    Recipes(stages={"quality": {"min_words": 5000}}, is_read=False),
    Recipes(stages={"boilerplate": {"remove": False}}, is_read=False),
    Recipes(stages={"topic": {"subject": "therapy"}}, is_read=False),
    Recipes(stages={"dedup": {"permutations": 64}}, is_read=False),
    Recipes(stages={"extract": {"seconds": 6.5}}, is_read=True),
    Recipes(stages={"language": {"pieces": 4}}, is_read=True),
)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda one: next(iter(one.stages)))
def test_a_recipe_costs_what_it_changes(config: Config, recipe: Recipes) -> None:
    """Stages that look at a site read no page again; the ones before do; both change the rows."""
    made(config)
    other = replace(config, stages={**config.stages, **recipe.stages})

    assert made(other).known == (0 if recipe.is_read else POSTS + 1)

    after = stored(config)
    assert after == from_scratch(other)


def test_what_a_feed_gives_is_known(config: Config) -> None:
    """The text of a page that has none is its feed's, also when neither is read again."""
    _empty_page(config)
    made(config)
    before = stored(config)

    assert made(config).known == POSTS + 2
    assert stored(config) == before
    (lifted,) = [
        one
        for one in documents.read(documents.path_of(config.corpus, HOST))
        if one.url == url_of(HOST, 3) and one.valid_to is None
    ]
    assert lifted.rejection is None
    assert lifted.word_count > 0


def test_feeds_are_read_by_the_permissions_that_count(config: Config) -> None:
    """Another setting of permissions reads feeds anew, and pages not."""
    made(config)
    other = replace(config, permission=replace(config.permission, noai=False))

    assert made(other).known == POSTS


def _edit(config: Config) -> None:
    take_in(config, [captured(HOST, 2, day=3, note="What we said is no longer so.")])


def _empty_page(config: Config) -> None:
    take_in(config, [captured(HOST, 3, day=3, is_empty=True)])


def _new_feed(config: Config) -> None:
    take_in(config, [captured_feed(HOST, [1, 6, 7], day=2)])


def _delete(config: Config) -> None:
    told = standing.withdrawn(Reason.FETCH_GONE, "404", None)
    with closing(state.connect(config.corpus)) as connection, state.transaction(connection):
        standing.put(connection, url_of(HOST, 4), told)
        absences.begin(connection, url_of(HOST, 4), NOON)


def _refuse(config: Config) -> None:
    told = standing.withdrawn(Reason.PERMISSION_NOAI, "noai", None)
    with closing(state.connect(config.corpus)) as connection, state.transaction(connection):
        standing.put(connection, url_of(HOST, 5), told)


def _license(config: Config) -> None:
    line = EvidenceLine(signal="meta robots", value="all", url=url_of(HOST, 6), at=NOON)
    told = Standing(tier=Tier.OPEN, license="CC-BY-4.0", evidence=(line,))
    with closing(state.connect(config.corpus)) as connection, state.transaction(connection):
        standing.put(connection, url_of(HOST, 6), told)


CHANGES = (_edit, _empty_page, _new_feed, _delete, _refuse, _license)


@pytest.mark.parametrize("keep", [True, False])
def test_grown_is_made_at_once(config: Config, tmp_path: Path, *, keep: bool) -> None:
    """Edits, feeds, deletions and refusals, one after the other, give the bytes of one build."""
    config = replace(config, history=replace(config.history, keep=keep))
    build(config, Quiet())
    for change in CHANGES:
        change(config)
        made(config)
    take_in(config, [captured(HOST, POSTS + 1, day=4), captured(OTHER, 4, day=4)])
    grown = build(config, Quiet()).directory

    once = replace(config, corpus=tmp_path / "once")
    for name in ("archive", "state"):
        shutil.copytree(config.corpus / name, once.corpus / name)
    assert files(build(once, Quiet()).directory) == files(grown)
    for host in (HOST, OTHER):
        paths = [documents.path_of(one.corpus, host) for one in (config, once)]
        assert paths[0].read_bytes() == paths[1].read_bytes()
        with opened(pages(config, host)) as here, opened(pages(once, host)) as there:
            assert set(here) == set(there)


def files(snapshot: Path) -> dict[str, bytes]:
    """The tables of a snapshot, byte for byte."""
    found = sorted(snapshot.rglob("*.parquet"))
    return {path.relative_to(snapshot).as_posix(): path.read_bytes() for path in found}


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _flip(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


def _other(path: Path) -> None:
    path.write_bytes(page_file.path_of(path.parents[1], OTHER).read_bytes())


@pytest.mark.parametrize("damage", [_cut, _empty, _flip, _other])
def test_what_cannot_be_trusted_is_read_over(
    config: Config, damage: Callable[[Path], None]
) -> None:
    """A damaged file, or that of another site, is as good as none, and is written anew."""
    made(config)
    made(config, OTHER)
    before = stored(config)
    damage(pages(config))

    assert made(config).known == 0
    assert stored(config) == before
    assert made(config).known == POSTS + 1


def test_contents_that_nobody_understands_are_read_over(config: Config) -> None:
    """A whole file with strange contents costs the reading of its pages, and nothing else."""
    made(config)
    before = stored(config)
    with opened(pages(config)) as file:
        keys = list(file)
    strange = [Packed.of(pickle.dumps(one)) for one in (3, ("a", "b"), os.getcwd)]
    write(pages(config), ((key, strange[at % 3]) for at, key in enumerate(keys)))

    assert made(config).known == 0
    assert stored(config) == before
    assert made(config).known == POSTS + 1


def test_bytes_name_no_other_class() -> None:
    """What could run code, or is of another kind, is not unpacked."""
    packing = Packing(Document, FeedEntry)
    for value in (os.system, Path("a"), Made()):
        assert packing.unpack(pickle.dumps(value)) is None
    assert packing.unpack(b"") is None
    entry = FeedEntry(url="http://blog.example/", fetched_at=NOON)
    assert packing.unpack(packing.pack((entry, {}))) == (entry, {})
    assert Packing(Document).shape != packing.shape


def test_a_failing_source_leaves_the_former_file(tmp_path: Path) -> None:
    """A file is replaced as a whole or not at all, and nothing is left beside it."""
    path = tmp_path / f"a{page_file.ENDING}"
    write(path, [(bytes(16), Packed.of(b"former"))])

    def overtaken() -> None:
        raise InterruptedError

    with pytest.raises(Exception, match="cannot be written"):
        write(path, [(bytes(16), Packed.of(b"later"))], fence=overtaken)
    with opened(path) as file:
        found = file.get(bytes(16))
        assert found is not None
        assert found.unpacked() == b"former"
        assert file.get(bytes(15) + b"1") is None
    assert list(tmp_path.iterdir()) == [path]


def test_sites_that_are_gone_leave_nothing(config: Config) -> None:
    """Documents and pages of a site that the archive no longer holds are removed."""
    build(config, Quiet())
    assert pages(config, OTHER).exists()
    with closing(state.connect(config.corpus)) as connection, state.transaction(connection):
        connection.execute("DELETE FROM capture WHERE site = ?", (OTHER,))

    build(config, Quiet(), accepted=("rows", "sites"))

    assert not pages(config, OTHER).exists()
    assert pages(config).exists()


BUILD = """
import sys
from pathlib import Path
from pipelines.build import build
from pipelines.core import config
from pipelines.verbs.progress import Quiet
build(config.load(Path(sys.argv[1])), Quiet())
"""


def test_a_kill_at_any_moment_changes_no_byte(tmp_path: Path) -> None:
    """Builds that are killed while they read and write leave what the next one can go on with."""
    hosts = {f"blog-{number}.example": 5 for number in range(30)}
    config = archived(tmp_path, hosts)
    text = '[corpus]\npath = "corpus"\nblogs = "blogs.txt"\n[topic]\nsubject = "any"\n'
    config.file.write_text(text)
    command = [sys.executable, "-c", BUILD, str(config.file)]
    folder = config.corpus / documents.FOLDER
    for day, wanted in enumerate((1, 12, 25), 1):
        take_in(config, [captured(host, 6, day=day, note=f"On day {day}.") for host in hosts])
        process = subprocess.Popen(command, start_new_session=True)
        began = time.time()
        while process.poll() is None and newer(folder, began) < wanted:
            time.sleep(0.001)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    grown = files(build(config, Quiet()).directory)

    shutil.rmtree(folder)
    assert files(build(config, Quiet()).directory) == grown
    assert not list(folder.glob(f"*{documents.UNFINISHED}"))


def newer(folder: Path, moment: float) -> int:
    """How many files of known pages were written since then."""
    times = [path.stat().st_mtime for path in folder.glob(f"*{page_file.ENDING}")]
    return sum(one > moment for one in times)
