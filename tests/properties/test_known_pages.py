"""Whatever a site went through, what is known of its pages leaves no trace in its documents."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.core import absences, standing, state
from pipelines.core.config import Config
from pipelines.core.model import Tier
from pipelines.core.reasons import Reason
from pipelines.core.standing import Standing
from tests.archived import archived, captured, captured_feed, take_in, url_of
from tests.factories import NOON
from tests.pipelines.test_known import HOST, from_scratch, made, pages, stored
from tests.recurring import OFFER

Step: TypeAlias = Callable[[Config], Config]
NUMBERS = st.integers(1, 6)


def posted(number: int, day: int, note: str) -> Step:
    """A post is fetched, anew or again; without a note it has no text."""

    def step(config: Config) -> Config:
        take_in(config, [captured(HOST, number, day=day, note=note, is_empty=not note)])
        return config

    return step


def fed(numbers: Sequence[int], day: int) -> Step:
    """The feed is fetched."""

    def step(config: Config) -> Config:
        take_in(config, [captured_feed(HOST, numbers, day=day)])
        return config

    return step


def judged(number: int, day: int, reason: Reason | None) -> Step:
    """A post is deleted, refused, or there again."""

    def step(config: Config) -> Config:
        told = Standing(tier=Tier.UNRESERVED)
        if reason is not None:
            told = standing.withdrawn(reason, "said so", None)
        note = absences.begin if reason is Reason.FETCH_GONE else absences.end
        with closing(state.connect(config.corpus)) as connection, state.transaction(connection):
            standing.put(connection, url_of(HOST, number), told)
            note(connection, url_of(HOST, number), NOON.replace(day=10 + day))
        return config

    return step


def set_up(section: str, key: str, value: object) -> Step:
    """A setting of the recipe is another one."""

    def step(config: Config) -> Config:
        return replace(config, stages={**config.stages, section: {key: value}})

    return step


def with_past(*, keep: bool) -> Step:
    """Former versions are wanted, or not."""
    return lambda config: replace(config, history=replace(config.history, keep=keep))


def damaged(at: int) -> Step:
    """A bit of what is known is lost, or the file is cut there."""

    def step(config: Config) -> Config:
        raw = bytearray(pages(config).read_bytes())
        raw[at % len(raw)] ^= 1
        pages(config).write_bytes(raw if at % 2 else raw[: at % len(raw)])
        return config

    return step


STEPS = st.one_of(
    st.builds(posted, NUMBERS, st.integers(1, 5), st.sampled_from(["", "Again.", OFFER])),
    st.builds(fed, st.lists(NUMBERS, min_size=1, unique=True), st.integers(1, 5)),
    st.builds(
        judged,
        NUMBERS,
        st.integers(1, 5),
        st.sampled_from([None, Reason.FETCH_GONE, Reason.PERMISSION_NOAI]),
    ),
    st.builds(set_up, st.just("quality"), st.just("min_words"), st.sampled_from([10, 80])),
    st.builds(set_up, st.just("boilerplate"), st.just("remove"), st.booleans()),
    st.builds(set_up, st.just("topic"), st.just("subject"), st.sampled_from(["therapy", "any"])),
    st.builds(set_up, st.just("language"), st.just("pieces"), st.sampled_from([2, 3])),
    st.builds(with_past, keep=st.booleans()),
    st.builds(damaged, st.integers(0, 10**6)),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEPS, min_size=1, max_size=6))
def test_documents_are_those_of_a_build_that_knows_nothing(steps: Sequence[Step]) -> None:
    """After any steps, each with a build, the documents are those of one build, byte for byte."""
    with TemporaryDirectory() as folder:
        config = archived(Path(folder), {HOST: 5})
        made(config)
        for step in steps:
            config = step(config)
            made(config)
        grown = stored(config)
        assert grown == from_scratch(config)
