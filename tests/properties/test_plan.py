"""Where parts end, over any sites and any change."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pipelines.dataset.plan import Share, Sizes, parts

SIZES = Sizes(part_rows=10, longest=4, one_site_in=3)
SHARES = st.lists(
    st.tuples(st.integers(0, 500), st.integers(1, 9)), unique_by=lambda share: share[0]
).map(
    lambda shares: [
        Share(site=f"site-{number:03d}.example", rows=rows, identity="")
        for number, rows in sorted(shares)
    ]
)


@given(SHARES)
def test_each_site_is_in_one_part(shares: Sequence[Share]) -> None:
    """Parts hold all sites in order; they are no shorter, and not much longer, than told."""
    found = list(parts(shares, SIZES, "r"))
    assert [site for part in found for site in part.sites] == [share.site for share in shares]
    assert sum(part.rows for part in found) == sum(share.rows for share in shares)
    assert all(part.rows >= SIZES.part_rows for part in found[:-1])
    assert all(part.rows < SIZES.part_rows * SIZES.longest + 9 for part in found)


@given(SHARES.filter(bool), st.data())
def test_a_change_makes_one_part_anew(shares: list[Share], data: st.DataObject) -> None:
    """Where a site's rows change and their number does not, all other parts stay as they are."""
    number = data.draw(st.integers(0, len(shares) - 1))
    changed = list(shares)
    changed[number] = replace(changed[number], identity="another")
    before = {part.key for part in parts(shares, SIZES, "r")}
    after = {part.key for part in parts(changed, SIZES, "r")}
    assert len(after - before) == 1
    assert not before & {part.key for part in parts(shares, SIZES, "another recipe")}


@given(SHARES, st.integers(0, 500))
def test_a_new_site_leaves_the_parts_before_it(shares: list[Share], number: int) -> None:
    """Parts that end before the place of a new site are those of before."""
    new = Share(site=f"site-{number:03d}.new.example", rows=5, identity="")
    before = list(parts(shares, SIZES, "r"))
    after = {part.key for part in parts(sorted([*shares, new], key=_site), SIZES, "r")}
    assert all(part.key in after for part in before[:-1] if part.sites[-1] < new.site)


def _site(share: Share) -> str:
    return share.site


def test_parts_grow_with_the_root_of_the_rows() -> None:
    """Over many sizes of a corpus, parts and rows of a part stay within a factor of four."""
    for rows in (100_000, 1_000_000, 30_000_000):
        size = Sizes().part_rows_of(rows)
        assert rows**0.5 / 4 <= size <= 4 * rows**0.5
