"""Into which split a site's posts go: stable hashes, and groups that stay together."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from pipelines.core.errors import ConfigError

TRAIN, VALIDATION, TEST, HOLDOUT = "train", "validation", "test", "holdout"
#: The splits in the order in which files and tables list them.
SPLITS = (TRAIN, VALIDATION, TEST, HOLDOUT)
#: What wins where groups merge: a post that was held out is never trained on later.
_STRICTNESS = {TRAIN: 0, VALIDATION: 1, TEST: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitSettings:
    """How the posts are parted: section `[splits]`."""

    #: Shares of the groups, 0 to 1; the rest is for training.
    validation: float = 0.01
    test: float = 0.01
    #: A day such as "2026-01-01": posts of training groups that were published on it (UTC) or
    #: later go to `holdout`; empty: there is no such split.
    holdout_from: str = ""
    #: Whether sites that share an author are one group, and those that share a text. Where
    #: many sites take the same posts from one source, that group may become very large;
    #: without `by_copies` a post and its copies go, alone, into the strictest of the splits of
    #: their sites.
    by_author: bool = True
    by_copies: bool = True

    def __post_init__(self) -> None:
        shares = (self.validation, self.test)
        if not all(0 <= share < 1 for share in shares) or not sum(shares) < 1:
            message = "splits.validation and splits.test must be shares, less than 1 together."
            raise ConfigError(message)
        try:
            self.holdout()
        except ValueError:
            message = (
                f"splits.holdout_from must be a day such as 2026-01-01, not {self.holdout_from!r}."
            )
            raise ConfigError(message) from None

    def holdout(self) -> datetime | None:
        """The moment from which posts are held out; None where there is none."""
        if not self.holdout_from:
            return None
        return datetime.strptime(self.holdout_from, "%Y-%m-%d").replace(tzinfo=UTC)


class Tie(NamedTuple):
    """Two sites that belong together, and by what; of tens of thousands a tuple is soon made."""

    one: str
    other: str
    #: "author" or "copies".
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A site in its group."""

    site: str
    #: The alphabetically first site of the group.
    group: str
    #: The split that the site would be in alone.
    own_split: str
    #: That of its group.
    split: str
    #: What ties it to another site of the group; empty for a group of one.
    joined_by: str
    posts: int


def own_split(site: str, settings: SplitSettings) -> str:
    """The split of a site by the hash of its name, the same for ever."""
    digest = hashlib.sha256(f"split {site}".encode()).digest()
    place = int.from_bytes(digest[:8], "big") / 2**64
    if place < settings.test:
        return TEST
    return VALIDATION if place < settings.test + settings.validation else TRAIN


def members(
    posts: Mapping[str, int], ties: Iterable[Tie], settings: SplitSettings
) -> dict[str, Member]:
    """Put each site into its group, and each group into a split.

    A group is in `test` if any of its sites would be there alone, else in `validation` if any
    would be there, else in `train`. As groups only merge while a corpus grows, no post moves
    from `test` or `validation` to `train`; and as nothing but the sites and their ties counts,
    it does not matter in which order they came.

    Args:
        posts: How many posts, copies among them, each site has.
        ties: Pairs of sites that belong together, in any order.
        settings: The shares.
    """
    leader = {site: site for site in posts}
    joined: dict[str, str] = {}
    for one, other, by in sorted(ties):
        if one not in joined:
            joined[one] = f"{by} of {other}"
        if other not in joined:
            joined[other] = f"{by} of {one}"
        first, second = _leader(leader, one), _leader(leader, other)
        if first != second:
            leader[max(first, second)] = min(first, second)
    alone = {site: own_split(site, settings) for site in posts}
    splits: dict[str, str] = {}
    for site, split in alone.items():
        group = _leader(leader, site)
        splits[group] = max(splits.get(group, TRAIN), split, key=_STRICTNESS.__getitem__)
    return {
        site: Member(
            site=site,
            group=_leader(leader, site),
            own_split=alone[site],
            split=splits[_leader(leader, site)],
            joined_by=joined.get(site, ""),
            posts=count,
        )
        for site, count in sorted(posts.items())
    }


def _leader(leader: dict[str, str], site: str) -> str:
    """The first site of the group, with the way to it made shorter (path halving)."""
    while leader[site] != site:
        leader[site] = leader[leader[site]]
        site = leader[site]
    return site
