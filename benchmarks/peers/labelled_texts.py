"""Texts whose language is known: the messages that translators wrote for programs.

In: `{"lengths": [40, ...], "most": 20}`. Out, for each text: `{"language": ..., "length": ...,
"text": ...}`, whole messages joined up to the length, no message twice in one length.
"""

import gettext
import json
import random
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

#: Packages that ship their translations; there is no locale of their source, English.
_PACKAGES = ("django", "wagtail", "sphinx")
#: Locales by the code that the detectors know them under; others are what stands before "_".
_CODES = {
    "nb": "no",
    "nb_NO": "no",
    "zh_Hans": "zh-cn",
    "zh_CN": "zh-cn",
    "zh_Hant": "zh-tw",
    "zh_TW": "zh-tw",
}
#: Other scripts or other written forms than those that the detectors learned.
_LEFT_OUT = re.compile("@|_Latn$|^nn$|^zh$")
#: What is of the program and not of the language: fields, tags, roles, addresses, names.
_MARKUP = re.compile(
    r"%\([^)]*\)\w|%[a-z]|\{[^}]*\}|<[^>]*>|&\w+;|:[\w:-]+:`[^`]*`|`+[^`]*`+"
    r"|https?://\S+|\S+@\S+|\S*[\w/]*[_/\\.=][\w/]\S*|[*|\"']{2,}|[A-Z_]{3,}\b"
)
_SHORTEST = 25


def _messages() -> dict[str, list[str]]:
    """What each locale says, without repetitions; a message of one word tells nothing."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for package in _PACKAGES:
        spec = find_spec(package)
        home = Path((spec and spec.origin) or "").parent
        for file in sorted(home.rglob("LC_MESSAGES/*.mo")):
            locale = file.parts[-3]
            if _LEFT_OUT.search(locale):
                continue
            code = _CODES.get(locale, locale.partition("_")[0])
            for source, translated in _catalogue(file):
                found["en"].setdefault(_prose(source))
                if translated != source:
                    found[code].setdefault(_prose(translated))
    return {code: [text for text in told if len(text) >= _SHORTEST] for code, told in found.items()}


def _catalogue(file: Path) -> Iterator[tuple[str, str]]:
    with file.open("rb") as stream:
        catalogue = gettext.GNUTranslations(stream)._catalog  # type: ignore[attr-defined]  # noqa: SLF001 - it has no list of its messages
    for key, translated in catalogue.items():
        # Plural forms are often left in English in part; the empty key holds headers.
        if isinstance(key, str) and key:
            yield key.rpartition("\x04")[2], translated


def _prose(message: str) -> str:
    return " ".join(_MARKUP.sub(" ", message).split())


def _texts(messages: list[str], length: int, most: int) -> Iterator[str]:
    """Whole messages up to `length` characters, cut at the last word."""
    mixed = random.Random(length).sample(messages, len(messages))
    made: list[str] = []
    for _ in range(most):
        while sum(map(len, made)) + len(made) < length:
            if not mixed:
                return
            made.append(mixed.pop())
        yield _cut("\n".join(made), length)
        made = []


def _cut(text: str, length: int) -> str:
    if len(text) <= length:
        return text
    kept = text[: length + 1].rpartition(" ")[0]
    return kept if len(kept) > length // 2 else text[:length]


def main() -> None:
    """Answer one line."""
    asked = json.loads(sys.stdin.readline())
    for language, messages in sorted(_messages().items()):
        for length in asked["lengths"]:
            for text in _texts(messages, length, asked["most"]):
                line = {"language": language, "length": length, "text": text}
                sys.stdout.write(f"{json.dumps(line)}\n")


if __name__ == "__main__":
    main()
