"""The order and the portions in which posts come leave no trace in a snapshot."""

import hashlib
import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.core.document import Document
from pipelines.core.splits import SplitSettings
from pipelines.core.versions import Ending
from pipelines.dataset.manifest import to_json
from pipelines.dataset.plan import Sizes
from pipelines.dataset.snapshot import Published
from tests.factories import NOON, post, publish_documents, rejected
from tests.many import prose

#: So that a handful of posts makes several parts and row groups.
SIZES = Sizes(group_rows=3, part_rows=2, one_site_in=2)
SPLITS = SplitSettings(validation=0.2, test=0.2)
SITES = tuple(f"site-{letter}.example" for letter in "abcdefgh")


@st.composite
def texts(draw: st.DrawFn) -> str:
    """One of a few posts: as it was, edited, or with an introduction."""
    base = prose(draw(st.integers(0, 5)), 0, 120)
    kind = draw(st.sampled_from(["same", "edited", "introduced"]))
    if kind == "edited":
        words = base.split(" ")
        words[draw(st.integers(0, 119))] = draw(st.sampled_from(["here", "there"]))
        return " ".join(words)
    return base if kind == "same" else f"{prose(9, draw(st.integers(0, 1)), 20)} {base}"


@st.composite
def pages(draw: st.DrawFn, site: str, number: int) -> list[Document]:
    """A page of a site: a post with its past, one under two spellings, or a rejected one."""
    day = draw(st.integers(0, 3))
    one = replace(
        post(site, number),
        text=draw(texts()),
        published_at=None if day == 0 else NOON - timedelta(days=100 - day),
        author=draw(st.sampled_from([None, site, "Anna Marsh"])),
        fetched_at=NOON + timedelta(hours=draw(st.integers(0, 2))),
    )
    kind = draw(st.sampled_from(["post", "post", "edited", "spelt", "rejected"]))
    if kind == "rejected":
        return [rejected(site, number)]
    if kind == "edited":
        former = replace(one, text=draw(texts()), ended_by=Ending.EDITED, valid_to=NOON)
        return [one, replace(former, valid_from=NOON - timedelta(days=9))]
    if kind == "spelt":
        return [one, replace(one, url=one.url.replace("https:", "http:"), text=draw(texts()))]
    return [one]


@st.composite
def states(draw: st.DrawFn) -> dict[str, list[Document]]:
    """What is known of each site at some time."""
    sites = draw(st.lists(st.sampled_from(SITES), min_size=1, unique=True))
    return {
        site: [
            page
            for number in range(draw(st.integers(1, 3)))
            for page in draw(pages(site=site, number=number))
        ]
        for site in sites
    }


def publish(corpus: Path, sites: dict[str, list[Document]], order: Iterable[str]) -> Published:
    """A snapshot of these sites, which come in this order."""
    documents = [page for site in order for page in sites[site]]
    return publish_documents(corpus, documents, sizes=SIZES, splits=SPLITS)


def content(published: Published) -> dict[str, str]:
    """Digests of all files, and the manifest but for its version."""
    folder = published.directory
    found = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*.parquet")
    }
    timeless = replace(published.manifest, version="", parent=None)
    return found | {"manifest": to_json(timeless)}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(states(), min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_any_way_to_a_state_gives_its_bytes(
    way: Sequence[dict[str, list[Document]]], draw: random.Random
) -> None:
    """Whatever a corpus held before, its snapshot is that of a single run over what it holds."""
    last = way[-1]
    with TemporaryDirectory() as once, TemporaryDirectory() as by_and_by:
        for state in way:
            order = sorted(state)
            draw.shuffle(order)
            grown = publish(Path(by_and_by), state, order)
        assert content(grown) == content(publish(Path(once), last, sorted(last)))
