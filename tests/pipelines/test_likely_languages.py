"""Our arithmetic with langdetect's model against its own."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from langdetect import PROFILES_DIRECTORY, DetectorFactory, LangDetectException

from pipelines.core.likely_languages import likely_languages
from tests.pipelines.test_language import TEXTS, TRADITIONAL

_Judge = Callable[[str, int, int, frozenset[str]], dict[str, float]]

_SENTENCES = [*TEXTS.values(), TRADITIONAL]
#: Slices of sentences, of mixtures of them, and of anything but addresses, which are gone before.
PIECES = st.one_of(
    st.builds(
        lambda text, start, length: text[start : start + length],
        st.sampled_from(_SENTENCES),
        st.integers(0, 250),
        st.integers(0, 250),
    ),
    st.lists(st.sampled_from(" ".join(_SENTENCES).split()), max_size=30).map(" ".join),
    st.text(max_size=150).filter(lambda text: "@" not in text and "http" not in text),
    st.text(alphabet="aAbB  \n\u0301\u2019\u4e00\u3042\uac00\u1ea1\u0219i\u0130", max_size=40),
)


@pytest.fixture(scope="module")
def langdetect() -> _Judge:
    """What langdetect itself says."""
    factory = DetectorFactory()
    files = sorted(Path(PROFILES_DIRECTORY).iterdir())
    factory.load_json_profile([file.read_text(encoding="utf-8") for file in files])

    def judge(piece: str, seed: int, trials: int, without: frozenset[str]) -> dict[str, float]:
        detector = factory.create()
        detector.seed, detector.n_trial = seed, trials
        detector.set_prior_map({name: 1.0 for name in detector.langlist if name not in without})
        detector.append(piece)
        try:
            return {found.lang: found.prob for found in detector.get_probabilities()}
        except LangDetectException:
            return {}

    return judge


@settings(max_examples=300, deadline=None)
@given(
    piece=PIECES,
    seed=st.integers(0, 3),
    trials=st.integers(1, 7),
    without=st.sampled_from([frozenset[str](), frozenset({"ko"}), frozenset({"ja", "ko"})]),
)
@example(piece="no", seed=0, trials=6, without=frozenset())
@example(piece=" ".join(_SENTENCES) * 8, seed=0, trials=2, without=frozenset())
def test_as_langdetect_says(
    langdetect: _Judge, piece: str, seed: int, trials: int, without: frozenset[str]
) -> None:
    """With the same seed and trials, a piece gets the probabilities that langdetect gives it."""
    expected = langdetect(piece, seed, trials, without)

    found = likely_languages(piece, seed, trials, without)

    assert found == pytest.approx(expected, rel=0, abs=1e-9)
