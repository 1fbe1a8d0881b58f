"""Which hosts belong together, so that they can be asked by a crawler of their own."""

import hashlib
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.core.urls import origin_of

#: Hosts on which a blog has pages, and hosts whose notices lie on another one.
_BLOGS = "SELECT DISTINCT url.blog, origin.host FROM url JOIN origin USING (origin)"
_NOTICES = "SELECT origin, url FROM notice WHERE url NOT LIKE origin || '/%'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """Hosts that one crawler asks, and all blogs with pages there."""

    number: int
    hosts: tuple[str, ...]
    blogs: tuple[str, ...]


def deal(connection: sqlite3.Connection, count: int, until: float) -> list[Bucket]:
    """Deal all hosts that may be asked until Unix time `until`, with whatever belongs to them.

    A host keeps its pace within one bucket, and a blog has all its hosts there, so that nothing
    which is known of either is needed twice. Together they are dealt by the hash of the first of
    their names, so they come to the same bucket every time.

    Args:
        connection: The state.
        count: Buckets at most.
        until: Unix time.
    """
    leader: dict[str, str] = {}
    hosts_of: dict[str, str] = {}
    blogs: dict[str, str] = {}
    for row in connection.execute("SELECT origin, host FROM origin"):
        hosts_of[row["origin"]] = row["host"]
        leader[row["host"]] = row["host"]
    for row in connection.execute(_BLOGS):
        _join(leader, row["host"], blogs.setdefault(row["blog"], row["host"]))
    for row in connection.execute(_NOTICES):
        asked = hosts_of.get(origin_of(row["url"]))
        if asked is not None:
            _join(leader, hosts_of[row["origin"]], asked)
    ready = connection.execute("SELECT host FROM host WHERE ready_at <= ?", (until,))
    awake = {_leader(leader, row["host"]) for row in ready if row["host"] in leader}
    place = {name: _place(name, count) for name in awake}
    return _buckets(
        ((place[name], host) for host in leader if (name := _leader(leader, host)) in place),
        (
            (place[name], blog)
            for blog, host in blogs.items()
            if (name := _leader(leader, host)) in place
        ),
    )


def _buckets(hosts: Iterable[tuple[int, str]], blogs: Iterable[tuple[int, str]]) -> list[Bucket]:
    dealt: defaultdict[int, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for number, host in hosts:
        dealt[number][0].append(host)
    for number, blog in blogs:
        dealt[number][1].append(blog)
    return [
        Bucket(number=number, hosts=tuple(some), blogs=tuple(theirs))
        for number, (some, theirs) in sorted(dealt.items())
    ]


def _place(host: str, count: int) -> int:
    digest = hashlib.blake2b(host.encode(), digest_size=8).digest()
    return int.from_bytes(digest) % count


def _join(leader: dict[str, str], one: str, other: str) -> None:
    first, second = sorted((_leader(leader, one), _leader(leader, other)))
    leader[second] = first


def _leader(leader: dict[str, str], host: str) -> str:
    """The first host of those that belong together, with the way to it made shorter."""
    while leader[host] != host:
        leader[host] = leader[leader[host]]
        host = leader[host]
    return host
