"""Which texts are turned down as no prose: none of the gold ones, all of the broken ones.

`python -m benchmarks.quality.prose`; texts are broken by rule, the same at every run.
"""

import base64
import json
import random
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from benchmarks.quality.environment import ask
from benchmarks.quality.pages import SETS, pages
from benchmarks.quality.row import Row, table
from pipelines.core.document import Document
from pipelines.core.model import CaptureRef, Via
from pipelines.stages.quality import Quality

SHARED = Path(__file__).resolve().parents[3] / "shared"
#: Texts of each kind of damage, drawn from the gold texts.
_BROKEN = 40
#: Words of a gold text that is broken.
_FEWEST = 80
_SEED = 20_260_301
_OURS = "ours"
_WORD = re.compile(r"\w+")


def rows(shared: Path) -> Iterator[Row]:
    """Gold texts turned down, by set; broken ones turned down, by what is wrong with them."""
    gold = {name: [page.gold for page in pages(shared, name)] for name in SETS}
    for name, texts in gold.items():
        told = _down(texts)
        yield from _gold_rows(f"gold texts of {name} that are turned down ({len(texts)})", told)
    long = [text for texts in gold.values() for text in texts if len(text.split()) >= _FEWEST]
    caught: Mapping[str, dict[str, str]] = defaultdict(dict)
    total: Mapping[str, list[bool]] = defaultdict(list)
    for kind, damage in _DAMAGES.items():
        chance = random.Random(f"{_SEED} {kind}")
        texts = [damage(chance, text) for text in chance.sample(long, _BROKEN)]
        for system, down in _down(texts).items():
            caught[system][kind] = f"{sum(down) / len(down):.2f}"
            total[system] += down
    part = f"broken texts that are turned down ({_BROKEN} of each kind)"
    for system, values in caught.items():
        share = f"{sum(total[system]) / len(total[system]):.3f}"
        yield Row(part=part, system=system, values={"all": share, **values})


def _gold_rows(part: str, told: Mapping[str, list[bool]]) -> Iterator[Row]:
    for system, down in told.items():
        values = {"turned down": str(sum(down)), "share": f"{sum(down) / len(down):.4f}"}
        yield Row(part=part, system=system, values=values)


def _down(texts: list[str]) -> Mapping[str, list[bool]]:
    """For each system, which of the texts it turns down."""
    found = {_OURS: [_is_down(text) for text in texts]}
    answers = list(ask("filters", "filters.py", ({"text": text} for text in texts)))
    for system in _PEERS:
        found[system] = [system in answer["down"] for answer in answers]
    found["datatrove, all of them"] = [bool(answer["down"]) for answer in answers]
    return found


_PEERS = (
    "datatrove, GopherQualityFilter",
    "datatrove, GopherRepetitionFilter",
    "datatrove, C4QualityFilter",
    "datatrove, FineWebQualityFilter",
)


def _is_down(text: str) -> bool:
    document = Document(
        id="0" * 32,
        url="http://blog.example/post",
        site="blog.example",
        via=Via.IMPORT,
        fetched_at=datetime(2026, 3, 1, tzinfo=UTC),
        source=CaptureRef(file="a", offset=0, length=0, digest=""),
        text=text,
    )
    return next(iter(Quality()([document]))).rejection is not None


def _unreadable(chance: random.Random, text: str) -> str:
    """One character in ten could not be decoded."""
    return "".join("\ufffd" if chance.random() < 0.1 else char for char in text)


def _packed(_: random.Random, text: str) -> str:
    return base64.encodebytes(text.encode()).decode()


def _dumped(_: random.Random, text: str) -> str:
    lines = (text.encode()[at : at + 16] for at in range(0, 1600, 16))
    return "\n".join(line.hex(" ") for line in lines if line)


def _scripted(chance: random.Random, text: str) -> str:
    names = _names(chance, text)
    return "".join(
        f"function {one}(a,b){{if(a.{other}){{return b[{number}]}}var {one}{number}="
        f"a.{other}||{{}};{one}{number}.x=b}}"
        for number, (one, other) in enumerate(pairwise(names))
    )


def _styled(chance: random.Random, text: str) -> str:
    return "\n".join(
        f".{name}-{number} {{ margin: {number}px 0; color: #{number:06x}; }}"
        for number, name in enumerate(_names(chance, text))
    )


def _stored(chance: random.Random, text: str) -> str:
    """What a script holds instead of a post."""
    return json.dumps(
        [{"id": number, "k": name} for number, name in enumerate(_names(chance, text))]
    )


def _repeated(_: random.Random, text: str) -> str:
    longest = max(text.split("\n"), key=len)
    return "\n\n".join([longest] * 30)


def _looped(_: random.Random, text: str) -> str:
    return " ".join([" ".join(text.split()[:14])] * 40)


def _menu(chance: random.Random, text: str) -> str:
    return "\n\n".join(
        f"{one.title()} {two.title()}" for one, two in _pairs(_names(chance, text), 60)
    )


def _tagged(chance: random.Random, text: str) -> str:
    return " ".join(f"#{name}" for name in _names(chance, text))


def _decorated(chance: random.Random, _: str) -> str:
    signs = "\u2605\u2606\u2764\u2728\u25ba\u2022~=-*|"
    return "\n\n".join(" ".join(chance.choices(signs, k=20)) for _ in range(30))


def _tabled(chance: random.Random, _: str) -> str:
    return "\n\n".join(
        " ".join(f"{chance.uniform(0, 1000):.2f}" for _ in range(8)) for _ in range(40)
    )


def _joined(_: random.Random, text: str) -> str:
    """All spaces are lost."""
    return "\n\n".join("".join(line.split()) for line in text.split("\n") if line.strip())


def _marked_up(chance: random.Random, text: str) -> str:
    """Tags that were escaped twice, and hardly a word."""
    names = _names(chance, text)
    return "\n\n".join(
        f'<div class="{one}-{two}" data-{two}="{{{{{one}}}}}"><img src="/{one}.png"/></div>'
        for one, two in _pairs(names, 40)
    )


_DAMAGES: Mapping[str, Callable[[random.Random, str], str]] = {
    "not decoded": _unreadable,
    "base64": _packed,
    "hex dump": _dumped,
    "JavaScript": _scripted,
    "CSS": _styled,
    "JSON": _stored,
    "a paragraph 30 times": _repeated,
    "14 words 40 times": _looped,
    "menu": _menu,
    "hashtags": _tagged,
    "ornaments": _decorated,
    "numbers": _tabled,
    "no spaces": _joined,
    "markup": _marked_up,
}


def _names(chance: random.Random, text: str) -> list[str]:
    """Words of a text as identifiers, in any order."""
    found = [word.lower() for word in _WORD.findall(text) if word.isascii() and word.isalpha()]
    names = sorted(set(found))
    chance.shuffle(names)
    return names or ["a", "b"]


def _pairs(names: list[str], most: int) -> Iterable[tuple[str, str]]:
    return list(zip(names[::2], names[1::2], strict=False))[:most]


if __name__ == "__main__":
    sys.stdout.write(f"{table(rows(SHARED))}\n")
