"""What a block that recurs says of itself: its kind, or that it is a post's own section."""

import re
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from pipelines.core.document import BlockKind
from pipelines.core.paragraphs import Unit

#: Words of a block that is asked for its kind; longer ones are prose that mentions things.
MOST_WORDS = 150
#: The sign of copyright, which is no word: "(c) 2019", "© 2019 A. Name".
_COPYRIGHT = re.compile(r"^\W*(?:\u00a9|\(c\)|copyright)\W{0,3}(?:19|20)\d\d\b", re.IGNORECASE)
#: A name and the letters after it, as people sign: "Jo Doe, MA, LMFT". Two letters alone
#: are a place: "Portland, OR".
_POST_NOMINALS = re.compile(r"^[^,.!?]{3,60}(?: ?, ?[A-Z][\w.-]{0,9}[A-Z][\w.-]{0,9}){1,8} ?$")
_PLACE = re.compile(r"^[^,]*,\s?[A-Z]{2}\s?$")
#: A day and nothing else, as posts carry it above their text.
_DAY = re.compile(
    r"^\W*(?:\w{3,12}\W{1,2})?(?:\d{1,2}\w{0,2}\W{1,2}[^\W\d]{3,10}\W{1,2}\d{4}|"
    r"[^\W\d]{3,10}\W{1,2}\d{1,2}\w{0,2}\W{1,2}\d{4}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|"
    r"\d{4}-\d\d-\d\d)\W*$"
)
#: What stands for up to four words between two others of a phrase.
_GAP = (" ~ ", r"(?: \w+){0,4} ")
_ENDS = (".", "!", "?", "\u2026", ":", ";", ",", "\u3002", "\uff1f", "\uff01", '."', ".\u201d")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cues:
    kinds: tuple[tuple[BlockKind, re.Pattern[str]], ...]
    sections: frozenset[str]


def kind_of(block: Unit) -> BlockKind | None:
    """The kind that the words of a block tell; None where they tell none."""
    if not block.key or len(block.words) > MOST_WORDS:
        return None
    return _kind(block.text, " ".join(block.words))


# What recurs over a site is asked for its kind wherever it stands.
@lru_cache(maxsize=1024)
def _kind(text: str, said: str) -> BlockKind | None:
    if _COPYRIGHT.search(text):
        return BlockKind.NOTICE
    if _POST_NOMINALS.match(text) and not _PLACE.match(text):
        return BlockKind.CREDENTIALS
    if _DAY.match(text):
        return BlockKind.OTHER
    return next((kind for kind, cue in _cues().kinds if cue.search(said)), None)


def is_section(block: Unit) -> bool:
    """Whether a block is a name of sections that belongs to every post which has it."""
    return " ".join(block.words) in _cues().sections


def is_heading(block: Unit) -> bool:
    """Whether a block is made like a heading: a few words that end in no mark."""
    few = 12
    return 0 < block.length <= few and not block.text.rstrip().endswith(_ENDS)


@cache
def _cues() -> _Cues:
    text = files("pipelines.core").joinpath("template_cues.toml").read_text(encoding="utf-8")
    lists = {name: part["phrases"].split("\n") for name, part in tomllib.loads(text).items()}
    sections = frozenset(filter(None, lists.pop("sections")))
    kinds = tuple((BlockKind(name), _compiled(phrases)) for name, phrases in lists.items())
    return _Cues(kinds=kinds, sections=sections)


def _compiled(phrases: list[str]) -> re.Pattern[str]:
    """One pattern of phrases, which are literal but for short gaps.

    It branches by where phrases begin and by their first signs, so that few are tried.
    """
    sources: dict[tuple[str, str], list[str]] = defaultdict(list)
    for phrase in filter(None, phrases):
        start = "^" if phrase.startswith("^") else r"\b"
        bare = phrase.removeprefix("^")
        end = "" if bare.endswith("*") else r"\b"
        parts = [re.escape(part) for part in bare[1:].removesuffix("*").split(_GAP[0])]
        sources[start, bare[0]].append(f"{_GAP[1].join(parts)}{end}")
    branches: dict[str, list[str]] = defaultdict(list)
    for (start, first), rests in sources.items():
        branches[start].append(f"{re.escape(first)}(?:{'|'.join(rests)})")
    return re.compile("|".join(f"{start}(?:{'|'.join(some)})" for start, some in branches.items()))
