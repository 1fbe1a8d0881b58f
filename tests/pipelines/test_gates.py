"""A snapshot that is not what the last one leads to expect is kept aside, and says why."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.core.document import Document
from pipelines.core.errors import ConfigError, GateFailed
from pipelines.core.gate_settings import GateSettings
from pipelines.core.model import Tier
from pipelines.core.splits import SplitSettings
from pipelines.dataset.gates import GATES, Gates
from pipelines.dataset.snapshot import Published, current, manifest_of
from tests.factories import NOON, copied, post, publish_documents

SITES = 30
POSTS = 10


def corpus() -> list[Document]:
    """Thirty sites with ten posts each."""
    return [
        post(f"s{site:02d}.example", number) for site in range(SITES) for number in range(POSTS)
    ]


def release(
    folder: Path, documents: list[Document], *accepted: str, splits: SplitSettings | None = None
) -> Published:
    """Publish with gates."""
    gates = Gates(settings=GateSettings(site_rows=POSTS), accepted=accepted)
    return publish_documents(folder, documents, gates=gates, splits=splits)


def longer(one: Document) -> Document:
    """The same with twice as many words."""
    return replace(one, text=f"{one.text} {one.text[::-1]}", word_count=2 * one.word_count)


def in_german(one: Document) -> Document:
    return replace(one, language="de")


#: A change that each gate stops; rows of odd ones are those of every second site.
WRONG: dict[str, Callable[[list[Document]], list[Document]]] = {
    "permission": lambda made: [replace(made[0], permission=Tier.OPEN), *made[1:]],
    "rows": lambda made: [one for one in made if not one.url.endswith(("1", "2"))],
    "sites": lambda made: (
        made[: (SITES - 4) * POSTS] + [post("s00.example", number) for number in range(50, 90)]
    ),
    "nulls": lambda made: [replace(one, author=None) for one in made],
    "languages": lambda made: (
        [in_german(one) if one.url.endswith("3") else one for one in made]
        + [in_german(post("z.example", number)) for number in range(40)]
    ),
    "length": lambda made: [longer(one) for one in made],
    "duplicates": lambda made: (
        made + [copied(f"t{number}.example", 1, one) for number, one in enumerate(made[:60])]
    ),
}


@pytest.mark.parametrize("gate", WRONG)
def test_each_gate_stops_what_it_is_for(tmp_path: Path, gate: str) -> None:
    """It is named with what was found; the last snapshot stays, the new one lies aside, whole."""
    first = release(tmp_path, corpus())
    with pytest.raises(GateFailed, match=rf"\({gate}: |; {gate}: ") as stopped:
        release(tmp_path, WRONG[gate](corpus()))
    assert stopped.value.exit_code == 5
    assert current(tmp_path) == first.directory
    held = tmp_path / "snapshots" / "held-v000002"
    assert str(held) in str(stopped.value)
    for file in manifest_of(held).files:
        assert (held / file.name).stat().st_size == file.bytes


def test_what_was_accepted_is_recorded(tmp_path: Path) -> None:
    """It is published, tells so in manifest and card, and nothing lies aside any more."""
    release(tmp_path, corpus())
    wrong = WRONG["nulls"](corpus())
    with pytest.raises(GateFailed):
        release(tmp_path, wrong, "length")
    done = release(tmp_path, wrong, "nulls")
    (told,) = done.manifest.accepted
    assert told.startswith("nulls: missing values of author rose by 1.000")
    assert told in (done.directory / "README.md").read_text()
    assert [path.name for path in sorted((tmp_path / "snapshots").iterdir())] == [
        "v000001",
        "v000002",
    ]
    assert release(tmp_path, [*wrong, post("new.example", 1)]).manifest.accepted == ()


def test_usual_growth_passes(tmp_path: Path) -> None:
    """New sites, new posts, an edit and a deletion are no reason to stop."""
    made = corpus()
    release(tmp_path, made)
    edited = [replace(made[0], text=f"{made[0].text} indeed"), *made[2:]]
    grown = [*edited, *(post("new.example", number) for number in range(20))]
    assert release(tmp_path, [*grown, *(post("s01.example", n) for n in range(20, 24))]).is_new


def test_small_corpora_are_not_measured_against_the_last(tmp_path: Path) -> None:
    """A share of a few rows says nothing; that none is left does."""
    made = [post("a.example", number) for number in range(8)]
    release(tmp_path, made)
    assert release(tmp_path, made[:2]).is_new
    with pytest.raises(GateFailed, match="none of 2 rows is left"):
        release(tmp_path, [])


def test_rows_that_were_held_out_stay_out_of_training(tmp_path: Path) -> None:
    """Other shares move rows, which is seen and told."""
    many = SplitSettings(test=0.5)
    assert release(tmp_path, corpus(), splits=many).manifest.counts.by_split["test"] > 0
    with pytest.raises(GateFailed, match="rows moved from validation or test into train"):
        release(tmp_path, corpus(), splits=SplitSettings(test=0.0))


def test_a_first_snapshot_has_the_absolute_gates_alone(tmp_path: Path) -> None:
    """There is nothing to compare it with."""
    early = [replace(one, fetched_at=NOON - timedelta(days=1)) for one in corpus()[:3]]
    assert release(tmp_path, early).is_new


def test_unknown_names_and_bounds_are_told() -> None:
    """One sentence with what there is."""
    with pytest.raises(ConfigError, match="--accept size: no gate; there are schema,"):
        Gates(settings=GateSettings(), accepted=("size",))
    with pytest.raises(ConfigError, match=r"gates\.nulls must be from 0 to 1"):
        GateSettings(nulls=1.5)
    assert set(WRONG) < set(GATES)
