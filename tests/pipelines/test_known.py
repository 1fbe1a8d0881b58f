"""What pages were made into is known in the next build, and changes nothing but its cost."""

import os
import pickle
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from pipelines.core import state
from pipelines.core.config import Config, Section
from pipelines.core.removals import Removals
from pipelines.core.sites import states
from pipelines.dataset import documents, page_file
from pipelines.dataset.page_file import Packed, opened, write
from pipelines.known import Known
from pipelines.recipe import configured
from pipelines.shares import Made, Maker, begin_build, share_of
from pipelines.site import reader_of
from tests.archived import archived, captured, captured_feed, take_in, url_of

HOST = "blog.example"
OTHER = "other.example"
POSTS = 7


def blogs(folder: Path) -> Config:
    """A corpus with a blog and its feed, and another blog."""
    config = archived(folder, {HOST: POSTS, OTHER: 3})
    take_in(config, [captured_feed(HOST, [2, 3, 5, 6])])
    return config


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Such a corpus."""
    return blogs(tmp_path)


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


def test_texts_are_looked_at_once(config: Config) -> None:
    """A site that has a new post looks for nothing in its old texts that is known of them."""
    made(config)
    before = _found(config)
    take_in(config, [captured(HOST, POSTS + 1)])
    made(config)

    after = _found(config)

    assert before
    assert before.items() < after.items()


def _found(config: Config) -> Mapping[bytes, object]:
    """What the next build is to know of the texts of the blog."""
    with opened(pages(config)) as file:
        return Known(file, configured(config), config.permission).recall.former


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
    take_in(config, [captured(HOST, 3, day=3, is_empty=True)])
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
        keys = list(file.places)
    strange = [Packed.of(pickle.dumps(one)) for one in (3, ("a", "b"), os.getcwd)]
    write(pages(config), ((key, strange[at % 3]) for at, key in enumerate(keys)))

    assert made(config).known == 0
    assert stored(config) == before
    assert made(config).known == POSTS + 1
