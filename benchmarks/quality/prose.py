"""Which texts are turned down as no prose: none of the gold ones, all of the broken ones.

`python -m benchmarks.quality.prose`; texts are broken by rule, the same at every run.
"""

import base64
import json
import random
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice, pairwise
from pathlib import Path

from benchmarks.quality.environment import ask
from benchmarks.quality.in_process import of_text
from benchmarks.quality.pages import SETS, SHARED, pages
from benchmarks.quality.row import Row, table
from pipelines.stages.quality import Quality

#: Texts of each kind of damage, drawn from the gold texts.
_BROKEN = 40
#: Words of a gold text that is broken.
_FEWEST = 80
_SEED = 20_260_301
_OURS = "ours"
_WORD = re.compile(r"\w+")


def rows(shared: Path) -> Iterator[Row]:
    """Each system on gold and on broken texts, and what of each kind ours and theirs catch."""
    gold = {name: [page.gold for page in pages(shared, name)] for name in SETS}
    broken = dict(_broken([text for texts in gold.values() for text in texts]))
    down = _down({**gold, **broken})
    of_gold = sum(map(len, gold.values()))
    part = f"{of_gold} gold texts, {len(broken) * _BROKEN} broken ones"
    for system, told in down.items():
        lost = sum(sum(told[name]) for name in gold)
        caught = sum(sum(told[kind]) for kind in broken) / (len(broken) * _BROKEN)
        values = {"gold turned down": str(lost), "share of gold": f"{lost / of_gold:.2%}"}
        by_set = {name: str(sum(told[name])) for name in gold}
        yield Row(
            part=part, system=system, values=values | {"broken caught": f"{caught:.1%}"} | by_set
        )
    for kind in broken:
        values = {system: str(sum(told[kind])) for system, told in down.items()}
        yield Row(part=f"caught of {_BROKEN} texts each", system=kind, values=values)


def _broken(gold: list[str]) -> Iterator[tuple[str, list[str]]]:
    long = [text for text in gold if len(text.split()) >= _FEWEST]
    for kind, damage in DAMAGES.items():
        chance = random.Random(f"{_SEED} {kind}")
        yield kind, [damage(chance, text) for text in chance.sample(long, _BROKEN)]


def _down(groups: Mapping[str, list[str]]) -> Mapping[str, Mapping[str, list[bool]]]:
    """For each system and each group of texts, which of the texts it turns down."""
    texts = [text for group in groups.values() for text in group]
    theirs = [answer["down"] for answer in ask("filters", "filters.py", _questions(texts))]
    found = {
        _OURS: [_is_down(text) for text in texts],
        **{peer: [peer in down for down in theirs] for peer in _PEERS},
        "datatrove, all of them": [bool(down) for down in theirs],
    }
    return {system: _grouped(groups, down) for system, down in found.items()}


def _questions(texts: Iterable[str]) -> Iterator[Mapping[str, str]]:
    return ({"text": text} for text in texts)


def _grouped(groups: Mapping[str, list[str]], down: list[bool]) -> Mapping[str, list[bool]]:
    answers = iter(down)
    return {name: list(islice(answers, len(texts))) for name, texts in groups.items()}


_LATIN = (
    *("lorem", "ipsum", "dolor", "sit", "amet", "consectetur", "adipiscing", "elit", "sed", "do"),
    *("eiusmod", "tempor", "incididunt", "ut", "labore", "et", "dolore", "magna", "aliqua"),
    *("quis", "nostrud", "ullamco", "nisi", "ex", "ea", "commodo", "duis", "aute", "in", "velit"),
    *("esse", "cillum", "fugiat", "nulla", "sint", "non", "culpa", "qui", "mollit", "est"),
)
_NOTICES = (
    "We use cookies on this website. Tell us below which of them you want.",
    "By staying here you accept our cookies. You can change your consent at any time.",
    "This website stores cookies on your device, so that it knows your browser next time.",
    "You can delete cookies in the settings of your browser. Some pages may then not work.",
    "Our cookie policy lists every cookie, who set it, and how long your browser keeps it.",
    "Manage consent. Accept all cookies, refuse all cookies, or save what you have chosen.",
)
_PURPOSES = (
    "are needed for the website to work",
    "remember the language that you chose",
    "count how many people visit a page, without their names",
    "let others show you what they want to sell",
    "stay in your browser until it is closed",
)

_PEERS = (
    "datatrove, GopherQualityFilter",
    "datatrove, GopherRepetitionFilter",
    "datatrove, C4QualityFilter",
    "datatrove, FineWebQualityFilter",
)


def _is_down(text: str) -> bool:
    return next(iter(Quality()([of_text(text)]))).rejection is not None


def _unreadable(chance: random.Random, text: str) -> str:
    """One character in ten, up to one in three, could not be decoded."""
    share = chance.uniform(0.1, 0.3)
    return "".join("\ufffd" if chance.random() < share else char for char in text)


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


def _long_menu(chance: random.Random, text: str) -> str:
    """Links of three and four words: "Grief And Loss Counselling"."""
    pairs = _pairs(_names(chance, text), 60)
    return "\n\n".join(
        f"{one} and {two} {chance.choice(('', 'page'))}".strip().title() for one, two in pairs
    )


def _keywords(chance: random.Random, text: str) -> str:
    """What search engines were fed: phrases of two to four words on one line."""
    pairs = _pairs(_names(chance, text), 60)
    places = ("", "online", "near me", "help")
    return ", ".join(f"{one} {two} {chance.choice(places)}".strip() for one, two in pairs)


def _dummy(chance: random.Random, _: str) -> str:
    """What fills a theme before anybody writes: words in any order, after the first two."""
    paragraphs = [" ".join(chance.choices(_LATIN, k=40)) for _ in range(5)]
    return "\n\n".join(["Lorem ipsum dolor sit amet.", *(f"{one}." for one in paragraphs)])


def _cookies(chance: random.Random, _: str) -> str:
    """What stands before the page, instead of the page."""
    kinds = ("Necessary", "Functional", "Analytics", "Marketing", "Session", "Third-party")
    told = [f"{kind} cookies {chance.choice(_PURPOSES)}." for kind in kinds]
    chance.shuffle(told)
    return "\n\n".join([*chance.sample(_NOTICES, 3), *told[: chance.randint(2, 6)]])


def _tagged(chance: random.Random, text: str) -> str:
    return " ".join(f"#{name}" for name in _names(chance, text))


def _decorated(chance: random.Random, _: str) -> str:
    signs = "\u2605\u2606\u2764\u2728\u25ba\u2022~=-*|\U0001f642\U0001f33f\U0001f49c"
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


DAMAGES: Mapping[str, Callable[[random.Random, str], str]] = {
    "not decoded": _unreadable,
    "base64": _packed,
    "hex dump": _dumped,
    "JavaScript": _scripted,
    "CSS": _styled,
    "JSON": _stored,
    "a paragraph 30 times": _repeated,
    "14 words 40 times": _looped,
    "menu": _menu,
    "menu of longer links": _long_menu,
    "hashtags": _tagged,
    "keywords": _keywords,
    "dummy text": _dummy,
    "cookie notice": _cookies,
    "signs and emoji": _decorated,
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
