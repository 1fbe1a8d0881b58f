"""Groups of sites and their splits, over any ties and any growth."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.core.errors import ConfigError
from pipelines.core.splits import (
    TEST,
    TRAIN,
    VALIDATION,
    SplitSettings,
    Tie,
    members,
    own_split,
)

SETTINGS = SplitSettings(validation=0.25, test=0.25)
SITES = [f"site-{number}.example" for number in range(16)]
TIES = st.lists(
    st.tuples(st.sampled_from(SITES), st.sampled_from(SITES), st.sampled_from(["author", "copies"]))
    .filter(lambda tie: tie[0] != tie[1])
    .map(lambda tie: Tie(one=tie[0], other=tie[1], by=tie[2])),
    max_size=12,
)
STRICTNESS = [TRAIN, VALIDATION, TEST]


@given(TIES, TIES)
def test_growth_only_makes_stricter(before: list[Tie], after: list[Tie]) -> None:
    """New sites and new ties move no site from test or validation into train."""
    young = {site: 1 for tie in before for site in (tie.one, tie.other)}
    grown = members(dict.fromkeys(SITES, 1), [*before, *after], SETTINGS)
    for site, member in members(young, before, SETTINGS).items():
        assert STRICTNESS.index(grown[site].split) >= STRICTNESS.index(member.split)


@given(TIES)
def test_tied_sites_are_in_one_group_and_split(ties: list[Tie]) -> None:
    """A group is closed under ties, and its split is the strictest of its sites' own."""
    found = members(dict.fromkeys(SITES, 1), ties, SETTINGS)
    for tie in ties:
        assert found[tie.one].group == found[tie.other].group
        assert found[tie.one].joined_by
    for member in found.values():
        same = [other for other in found.values() if other.group == member.group]
        assert member.group == min(other.site for other in same)
        assert member.split == max((other.own_split for other in same), key=STRICTNESS.index)
        assert (len(same) > 1) == bool(member.joined_by)


@given(TIES, st.data())
def test_the_order_of_ties_does_not_matter(ties: Sequence[Tie], data: st.DataObject) -> None:
    """Nor does the side on which a site of a tie stands change its group."""
    others = data.draw(st.permutations(ties))
    assert members(dict.fromkeys(SITES, 1), others, SETTINGS) == members(
        dict.fromkeys(SITES, 1), ties, SETTINGS
    )


def test_shares_are_kept() -> None:
    """Of many sites, each split has its share."""
    settings = SplitSettings()
    splits = [own_split(f"blog-{number}.example", settings) for number in range(20_000)]
    assert 150 < splits.count(TEST) < 250
    assert 150 < splits.count(VALIDATION) < 250


def test_more_for_test_takes_no_site_out_of_it() -> None:
    """A larger share adds sites to the test split and keeps those that it has."""
    small, large = SplitSettings(test=0.1), SplitSettings(test=0.2)
    sites = [f"blog-{number}.example" for number in range(500)]
    assert all(own_split(site, large) == TEST for site in sites if own_split(site, small) == TEST)


@pytest.mark.parametrize(
    ("validation", "test", "day"), [(0.6, 0.4, ""), (-0.1, 0.1, ""), (0.1, 0.1, "2026")]
)
def test_wrong_settings_are_told(validation: float, test: float, day: str) -> None:
    """Shares that leave nothing to train on, and a day that is none."""
    with pytest.raises(ConfigError, match=r"splits\."):
        SplitSettings(validation=validation, test=test, holdout_from=day)
