"""How much of what reaches people is masked, and what else is, beside the tools of others.

`python -m benchmarks.quality.privacy` prints the table.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.quality.environment import ask
from benchmarks.quality.pages import SHARED
from benchmarks.quality.privacy_real import labelled
from benchmarks.quality.privacy_sentences import (
    Sentence,
    crisis_sentences,
    negatives,
    positives,
)
from benchmarks.quality.row import Row, table
from pipelines.core.contacts import contacts

KINDS = ("email", "phone")
_COUNT = 1000

Span = tuple[int, int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How the spans of one kind compare with those of a person."""

    expected: int
    found: int
    #: Expected ones that a found one overlaps by half of both together.
    hit: int
    #: Found ones that overlap an expected one in the same way.
    right: int
    #: Expected ones that were found to the character.
    exact: int

    def values(self, kind: str) -> dict[str, str]:
        """The columns of this kind."""
        return {
            f"{kind} R": _share(self.hit, self.expected),
            f"{kind} P": _share(self.right, self.found),
            f"{kind} exact": _share(self.exact, self.expected),
        }


def counted(
    kind: str, expected: Sequence[Sequence[Span]], found: Sequence[Sequence[Span]]
) -> Counted:
    """Compare the spans of a kind over texts, given in the same order."""
    pairs = [
        ([one for one in mine if one[2] == kind], [one for one in theirs if one[2] == kind])
        for mine, theirs in zip(expected, found, strict=True)
    ]
    return Counted(
        expected=sum(len(wanted) for wanted, _ in pairs),
        found=sum(len(given) for _, given in pairs),
        hit=sum(
            any(_alike(one, other) for other in given) for wanted, given in pairs for one in wanted
        ),
        right=sum(
            any(_alike(one, other) for other in wanted) for wanted, given in pairs for one in given
        ),
        exact=sum(one in given for wanted, given in pairs for one in wanted),
    )


def ours(text: str, site: str, language: str | None) -> list[Span]:
    """What the privacy stage masks, of the two kinds that others know."""
    found = contacts(text, site, language)
    return [(one.start, one.end, one.kind) for one in found if one.kind in KINDS]


def _alike(one: Span, other: Span) -> bool:
    common = min(one[1], other[1]) - max(one[0], other[0])
    return 2 * common >= max(one[1], other[1]) - min(one[0], other[0])


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.4f}" if whole else "\u2013"


def rows(shared: Path) -> Iterator[Row]:
    """Sentences that we made, then the labelled contacts of the real pages."""
    sentences = [*positives(_COUNT), *negatives(_COUNT), *crisis_sentences()]
    part = f"privacy: {_COUNT} sentences with contacts, {len(sentences) - _COUNT} without"
    found = _by_system(
        [one.text for one in sentences],
        [ours(one.text, "site.example", one.language) for one in sentences],
    )
    for system, spans in found.items():
        yield _row(part, system, [one.spans for one in sentences], spans, _crisis(sentences, spans))
    for name, pages in labelled(shared):
        expected = [one.spans for one in pages]
        part = f"privacy: contacts in {name} ({len(pages)} texts)"
        found = _by_system(
            [one.text for one in pages],
            [ours(one.text, one.site, one.language) for one in pages],
        )
        for system, spans in found.items():
            yield _row(part, system, expected, spans, {})


def _by_system(texts: Sequence[str], own: list[list[Span]]) -> dict[str, list[list[Span]]]:
    found = {"ours": own}
    answers = list(ask("private", "private.py", ({"text": text} for text in texts)))
    for system in answers[0]["spans"]:
        found[system] = [
            [(start, end, kind) for start, end, kind in answer["spans"][system]]
            for answer in answers
        ]
    return found


def _row(
    part: str,
    system: str,
    expected: Sequence[Sequence[Span]],
    found: Sequence[Sequence[Span]],
    more: Mapping[str, str],
) -> Row:
    values: dict[str, str] = {}
    for kind in KINDS:
        values |= counted(kind, expected, found).values(kind)
    return Row(part=part, system=system, values={**values, **more})


def _crisis(sentences: Sequence[Sentence], found: Sequence[Sequence[Span]]) -> dict[str, str]:
    pairs = [(one.crisis, spans) for one, spans in zip(sentences, found, strict=True) if one.crisis]
    masked = sum(
        any(span[0] < place[1] and place[0] < span[1] for span in spans) for place, spans in pairs
    )
    return {"crisis lines masked": f"{masked} of {len(pairs)}"}


if __name__ == "__main__":
    sys.stdout.write(f"{table(rows(SHARED))}\n")
