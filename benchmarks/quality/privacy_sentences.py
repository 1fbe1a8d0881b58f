"""Sentences with contacts at known places, and others that look as if they had some.

All of them are made here from templates and a seed; nobody's address or number is stored.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.quality.privacy_numbers import number_of, written
from benchmarks.quality.privacy_templates import (
    CRISIS,
    NEGATIVES,
    POSITIVES,
    REGIONS,
)

_SLOT = re.compile(r"\{(\w+)\}")
_NAMES = [
    "anna",
    "ruth.alder",
    "j.brook",
    "marek",
    "info",
    "hello",
    "office",
    "lena-k",
    "tom_w",
    "post",
    "praxis",
    "contact",
    "kontakt",
    "cabinet",
    "studio",
    "o.farrell",
    "dr.lind",
    "mail",
    "team",
    "buero",
    "appointments",
    "jörg",
]
_PLACES = [
    "kettle-brook",
    "lindenhof",
    "quietroom",
    "stillwater",
    "harbour7",
    "therapy-room",
    "northlight",
    "praxis-am-see",
    "sanders2",
    "cabinet-du-parc",
    "estudiocalma",
    "studiolago",
]
_ENDINGS = [
    "example.com",
    "example.org",
    "example.net",
    "example.com",
    "example.org",
    "example.co.uk",
    "example.de",
    "example.fr",
    "example.it",
    "example.es",
    "example.nl",
    "example.pt",
    "example",
]
_VEILED = ("com", "org", "net")
_VEILS = {
    "en": (
        "{n} [at] {p} [dot] {e}",
        "{n}(at){p}.{e}",
        "{n} (at) {p} (dot) {e}",
        "{n} AT {p} DOT {e}",
        "{n} at {p} dot {e}",
        "{n} {{at}} {p} {{dot}} {e}",
        "{n}[at]{p}[dot]{e}",
        "{n} <at> {p}.{e}",
        "{n} [@] {p}.{e}",
        "{n} AT {p}.{e}",
        "{n} @ {p}.{e}",
    ),
    "de": (
        "{n}(at){p}.{e}",
        "{n} [ät] {p} [punkt] {e}",
        "{n} (at) {p} (Punkt) {e}",
        "{n}[at]{p}.{e}",
    ),
    "fr": ("{n} (at) {p} (point) {e}", "{n} [arobase] {p} [point] {e}", "{n}(at){p}.{e}"),
    "es": ("{n} (arroba) {p} (punto) {e}", "{n} arroba {p} punto {e}", "{n}[at]{p}.{e}"),
    "it": (
        "{n} (chiocciola) {p} (punto) {e}",
        "{n}[at]{p}[dot]{e}",
        "{n} chiocciola {p} punto {e}",
    ),
    "nl": ("{n} (apenstaartje) {p} (punt) {e}", "{n}[at]{p}.{e}", "{n} [at] {p} [punt] {e}"),
    "pt": ("{n} (arroba) {p} (ponto) {e}", "{n} arroba {p} ponto {e}", "{n}(at){p}.{e}"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A text and what a person would mask in it."""

    text: str
    language: str
    #: Start, end, and "email" or "phone".
    spans: tuple[tuple[int, int, str], ...] = ()
    #: What the text is about: the form of its number, or the kind of look-alike.
    about: str = ""
    #: Where a crisis line stands, which has to stay.
    crisis: tuple[int, int] | None = None


def positives(count: int, seed: int = 1) -> Iterator[Sentence]:
    """Sentences with an address, a number or both."""
    chance = random.Random(seed)
    languages = list(POSITIVES)
    for at in range(count):
        language = "en" if at % 2 else languages[at // 2 % len(languages)]
        template = chance.choice(POSITIVES[language])
        number, form = written(number_of(chance.choice(REGIONS[language]), chance), chance)
        values = {"email": _address(language, chance), "phone": number}
        yield _filled(template, values, language, form if "{phone}" in template else "e-mail")


def negatives(count: int, seed: int = 2) -> Iterator[Sentence]:
    """Sentences without any way to reach anybody, however they look."""
    chance = random.Random(seed)
    kinds = [(kind, text, lang) for kind, texts in NEGATIVES.items() for lang, text in texts]
    for at in range(count):
        kind, template, language = kinds[at % len(kinds)]
        text = _SLOT.sub(lambda slot: _look_alike(slot[1], chance), template)
        yield Sentence(text=text, language=language, about=kind)


def crisis_sentences() -> Iterator[Sentence]:
    """Every line of the list in every template of its language."""
    for country, (language, lines, templates) in CRISIS.items():
        for line in lines:
            for template in templates:
                start = template.index("{line}")
                text = template.replace("{line}", line)
                place = (start, start + len(line))
                yield Sentence(text=text, language=language, about=country, crisis=place)


def _filled(template: str, values: dict[str, str], language: str, about: str) -> Sentence:
    parts: list[str] = []
    spans: list[tuple[int, int, str]] = []
    length = 0
    for part in re.split(r"(\{\w+\})", template):
        kind = part.strip("{}")
        word = values[kind] if part.startswith("{") else part
        if part.startswith("{"):
            spans.append((length, length + len(word), kind))
        parts.append(word)
        length += len(word)
    return Sentence(text="".join(parts), language=language, spans=tuple(spans), about=about)


def _address(language: str, chance: random.Random) -> str:
    name, place, ending = chance.choice(_NAMES), chance.choice(_PLACES), chance.choice(_ENDINGS)
    if chance.random() < 0.25:
        # Nobody owns such a domain (RFC 2606).
        place, ending = chance.choice(((place, "example"), ("example", chance.choice(_VEILED))))
        return chance.choice(_VEILS[language]).format(n=name, p=place, e=ending)
    tagged = (
        f"{name}+{chance.choice(('blog', 'intake', '2024'))}" if chance.random() < 0.1 else name
    )
    address = f"{tagged}@{place}.{ending}"
    return address.upper() if chance.random() < 0.05 else address


def _look_alike(slot: str, chance: random.Random) -> str:
    """Digits for a slot such as {d4}, a year for {year}, a number from a range for {n100}."""
    if slot == "year":
        return str(chance.randrange(1955, 2027))
    if slot.startswith("n"):
        return str(chance.randrange(1, int(slot[1:]) + 1))
    if slot.startswith("z"):  # two digits, from 01 to a limit
        return f"{chance.randrange(1, int(slot[1:]) + 1):02d}"
    first = str(chance.randrange(1, 10))
    return first + "".join(str(chance.randrange(10)) for _ in range(int(slot[1:]) - 1))
