"""Puts the posts of generated blogs into an archive, as if they had been crawled."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from pipelines.core import standing, state, warc
from pipelines.core.archive import Archive
from pipelines.core.config import BuildSettings, Config
from pipelines.core.model import Capture, Kind, Tier, Via
from pipelines.core.standing import Standing
from tests.factories import NOON
from tests.sites.generated import generated


def archived(folder: Path, posts: Mapping[str, int]) -> Config:
    """A corpus whose archive holds so many posts of each host."""
    config = Config(
        file=folder / "corpus.toml",
        corpus=folder / "corpus",
        blogs=folder / "blogs.txt",
        build=BuildSettings(workers=2),
        stages={"topic": {"subject": "any"}},
    )
    connection = state.connect(config.corpus)
    archive = Archive(config.corpus / "archive")
    with state.transaction(connection):
        for host, count in posts.items():
            for number in range(1, count + 1):
                capture = _capture(host, count, number)
                archive.append(connection, capture, warc.encode(capture))
                standing.put(connection, capture.url, Standing(tier=Tier.UNRESERVED))
    connection.close()
    return config


def _capture(host: str, count: int, number: int) -> Capture:
    post = generated(host, posts=count).post(number)
    body = (
        f"<html><head><title>{post.title}</title></head><body><nav>{host}</nav>"
        f"<article><h1>{post.title}</h1>{post.html}</article></body></html>"
    ).encode()
    return Capture(
        url=f"http://{host}/blog/what-we-said-{number}",
        kind=Kind.POST,
        via=Via.FEED,
        fetched_at=NOON + timedelta(minutes=number),
        status=200,
        headers=(("Content-Type", "text/html; charset=utf-8"),),
        body=body,
        digest=warc.digest_of(body),
    )
