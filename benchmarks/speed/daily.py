"""What a day costs: a build after one new post on each blog, beside a build of all posts.

Real pages are put on a few blogs of many posts each, and built with one worker. Then, three
times by turns, a blog begins with one post, and each of the large blogs gets one more. The first
of both is what any build costs that has something to do (a worker starts, one page is read, the
corpus is compared and published); what the second costs beyond that is due to the posts that
were there before. Told are medians of CPU.
"""

import random
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median

from benchmarks.quality.in_process import capture
from benchmarks.quality.pages import ALL_SETS, SHARED, GoldPage, pages
from benchmarks.speed.figures import Cost, Figure, cost_of, say
from pipelines.build import build
from pipelines.core.config import BuildSettings, Config
from pipelines.core.model import Capture
from pipelines.verbs.progress import Quiet
from tests.archived import take_in

_TIMES = 3
_BLOGS = ("one.example", "two.example", "three.example")


def _config(folder: Path) -> Config:
    return Config(
        file=folder / "corpus.toml",
        corpus=folder / "corpus",
        blogs=folder / "blogs.txt",
        build=BuildSettings(workers=1),
        # Every page goes the whole way.
        stages={"topic": {"subject": "any"}, "privacy": {"leave_out": []}},
    )


def _posts(found: list[GoldPage], blogs: tuple[str, ...]) -> Iterator[Capture]:
    """Pages as posts of some blogs, in turn."""
    for number, page in enumerate(found):
        url = f"http://{blogs[number % len(blogs)]}/blog/{page.id}-{number}"
        yield replace(capture(page), url=url)


def _built(config: Config) -> str:
    """Build; what was said of the pages last."""
    watch = _Last()
    build(config, watch)
    return watch.note


class _Last(Quiet):
    """Remembers what was told last of the pages."""

    note = ""

    def advance(self, done: int, total: int | None, note: str) -> None:  # noqa: ARG002 - as told
        """Some pages are done."""
        self.note = note or self.note


def _cost(config: Config, posts: Iterator[Capture]) -> Cost:
    take_in(config, posts)
    cost = cost_of(_built, config)
    say(f"{cost.cpu:.1f} s of CPU, {cost.seconds:.1f} s ({cost.answer})")
    return cost


def figures() -> Iterator[Figure]:
    """Build all, then a new post on each blog."""
    found = list({page.url: page for name in ALL_SETS for page in pages(SHARED, name)}.values())
    random.Random(1).shuffle(found)
    new, old = found[: _TIMES * (len(_BLOGS) + 1)], found[_TIMES * (len(_BLOGS) + 1) :]
    single, more = [], []
    with tempfile.TemporaryDirectory() as folder:
        config = _config(Path(folder))
        first = _cost(config, _posts(old, _BLOGS))
        for number in range(_TIMES):
            one, *others = [new.pop() for _ in range(len(_BLOGS) + 1)]
            single.append(_cost(config, _posts([one], (f"blog-{number}.example",))).cpu)
            more.append(_cost(config, _posts(others, _BLOGS)).cpu)
        sizes = [path.stat().st_size for path in config.corpus.glob("documents/*.pages")]
    start, each = median(single), len(old) // len(_BLOGS)
    yield Figure(
        name=f"a new post on each of {len(_BLOGS)} blogs of {each} real posts, CPU",
        value=median(more),
        unit="s",
        peer="building all",
        peer_value=first.cpu,
        wanted="<= 0.25",
    )
    yield Figure(
        name="… of it what any build costs: one new blog with one post",
        value=start,
        unit="s",
    )
    yield Figure(
        name="… CPU per post that was there before",
        value=1000 * (median(more) - start) / len(old),
        unit="ms",
        peer="a post that is new",
        peer_value=1000 * (first.cpu - start) / len(old),
        wanted="<= 0.15",
    )
    yield Figure(
        name="… bytes that are kept per post",
        value=sum(sizes) / len(found),
        unit="bytes",
    )
