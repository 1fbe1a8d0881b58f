"""Where the parts of a table end, so that a change makes few of them anew."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipelines.core.urls import site_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """Where row groups and parts end; settings for tests, since they decide the bytes."""

    #: Rows of a row group, at most: what a reader skips or reads as a whole.
    group_rows: int = 10_000
    #: Bytes in memory after which a row group ends early, so that memory stays flat.
    group_bytes: int = 64 * 1024 * 1024
    #: Rows after which a part may end, in a small corpus: what a changed site makes anew.
    part_rows: int = 250
    #: A part ends at the end of a site after so many times the rows at which it may end.
    longest: int = 5
    #: One site in so many may end a part.
    one_site_in: int = 4

    def part_rows_of(self, rows: int) -> int:
        """Rows after which a part may end in a table of `rows`.

        About the root of them, so that neither the parts nor the rows of a part become many:
        a changed site makes as many rows anew as there are files to open. It grows by fours,
        so that it is the same over a wide range.
        """
        size = self.part_rows
        while rows > 4 * size * size:
            size *= 4
        return size


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The rows that a site has in a table, without the rows."""

    site: str
    rows: int
    #: Another text where any of these rows is another.
    identity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The sites of one Parquet file."""

    sites: tuple[str, ...]
    rows: int
    #: Another text where any row is another.
    key: str


def parts(shares: Sequence[Share], sizes: Sizes, made_by: str) -> Iterator[Part]:
    """Cut the rows of a table into parts, each with whole sites.

    A part may end where the hash of a site's name says so, as in rsync and in FastCDC (Xia
    et al. 2016), so the parts behind a changed site are the same as before.

    Args:
        shares: The sites in order.
        sizes: How long parts are.
        made_by: What else decides the bytes of a part.
    """
    least = sizes.part_rows_of(sum(share.rows for share in shares))
    group: list[Share] = []
    count = 0
    for share in shares:
        group.append(share)
        count += share.rows
        chosen = int(site_hash(share.site), 16) % sizes.one_site_in == 0
        if count >= least * sizes.longest or (count >= least and chosen):
            yield _part(group, made_by)
            group, count = [], 0
    if group:
        yield _part(group, made_by)


def _part(shares: Iterable[Share], made_by: str) -> Part:
    group = tuple(shares)
    lines = [made_by, *(f"{share.site} {share.rows} {share.identity}" for share in group)]
    return Part(
        sites=tuple(share.site for share in group),
        rows=sum(share.rows for share in group),
        key=hashlib.sha256("\n".join(lines).encode()).hexdigest(),
    )
