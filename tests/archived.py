"""Puts the posts of generated blogs into an archive, as if they had been crawled."""

from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from pipelines.core import standing, state, warc
from pipelines.core.archive import Archive
from pipelines.core.config import BuildSettings, Config
from pipelines.core.model import Capture, Kind, Tier, Via
from pipelines.core.standing import Standing
from tests.factories import NOON
from tests.sites.feeds import rss
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
    take_in(
        config,
        (captured(host, number) for host, count in posts.items() for number in range(1, count + 1)),
    )
    return config


def take_in(config: Config, captures: Iterable[Capture]) -> None:
    """Archive those captures that are not there yet; nothing reserves their pages."""
    archive = Archive(config.corpus / "archive")
    with closing(state.connect(config.corpus)) as connection, state.transaction(connection):
        for capture in captures:
            if state.has_capture(connection, capture):
                continue
            archive.append(connection, capture, warc.encode(capture))
            standing.put(connection, capture.url, Standing(tier=Tier.UNRESERVED))


def url_of(host: str, number: int) -> str:
    """Where a post lies."""
    return f"http://{host}/blog/what-we-said-{number}"


def captured(
    host: str, number: int, *, day: int = 0, note: str = "", is_empty: bool = False
) -> Capture:
    """A post as it was on some day, with a note below its text; or without a text."""
    post = generated(host, posts=number).post(number)
    prose = "" if is_empty else f"{post.html}<p>{note}</p>"
    body = (
        f"<html><head><title>{post.title}</title></head><body><nav>{host}</nav>"
        f"<article><h1>{post.title}</h1>{prose}</article></body></html>"
    ).encode()
    return _capture(url_of(host, number), Kind.POST, day, number, body)


def captured_feed(host: str, numbers: Iterable[int], *, day: int = 0) -> Capture:
    """The feed of a blog on some day, which holds these posts whole."""
    blog = generated(host, posts=max(numbers := list(numbers)))
    items = [(url_of(host, number), blog.post(number)) for number in numbers]
    body = rss(host, host, items, self_path="/feed/")
    return _capture(f"http://{host}/feed/", Kind.FEED, day, 0, body)


def _capture(url: str, kind: Kind, day: int, minute: int, body: bytes) -> Capture:
    return Capture(
        url=url,
        kind=kind,
        via=Via.FEED,
        fetched_at=NOON + timedelta(days=day, minutes=minute),
        status=200,
        headers=(("Content-Type", "text/html; charset=utf-8"),),
        body=body,
        digest=warc.digest_of(body),
    )
