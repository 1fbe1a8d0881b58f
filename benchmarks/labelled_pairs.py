"""Pairs of posts that are the same or are not, made by rule out of texts that we wrote.

The label says what an editor would: whether the second text is the first one, published again.
No pair shares a text with another one.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.sites.blogs import blogs
from tests.sites.generated import generated

#: Words of a post, at the least and at the most.
SHORTEST, LONGEST = 150, 1500
_CITIES = ("Leeds", "Bristol", "Austin", "Portland", "Galway", "Dunedin", "Halifax", "Perth")
_NAMES = ("Harbour Counselling", "The Quiet Room", "Stillwater Therapy", "Oak Lane Practice")


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """Two texts and what they are to one another."""

    kind: str
    is_same: bool
    one: str
    other: str


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes posts and parts of them; no two are the same."""

    draw: random.Random
    blogs: Iterator[int]
    posts: Iterator[str]

    def passage(self, words: int) -> list[str]:
        """Paragraphs of about so many words, which nobody has written before."""
        blog = generated(f"blog-{next(self.blogs)}.example", posts=20)
        found: list[str] = []
        number = 0
        while count(found) < words:
            number += 1
            found += blog.post(number).blocks
        while len(found) > 1 and count(found) - len(found[-1].split()) >= words:
            found.pop()
        return found

    def post(self) -> list[str]:
        """The paragraphs of a post: one of those written by hand while there are some."""
        text = next(self.posts, None)
        if text is not None:
            return text.split("\n\n")
        return self.passage(round(SHORTEST * (LONGEST / SHORTEST) ** self.draw.random()))

    def share(self, paragraphs: list[str], least: float, most: float) -> list[str]:
        """A passage of its own with a share of the words of these paragraphs."""
        return self.passage(round(count(paragraphs) * self.draw.uniform(least, most)))


def count(paragraphs: list[str]) -> int:
    """Words of some paragraphs."""
    return sum(len(paragraph.split()) for paragraph in paragraphs)


def whole(*parts: list[str]) -> str:
    """A text of parts."""
    return "\n\n".join(paragraph for part in parts for paragraph in part)


def _replaced(writer: Writer, paragraphs: list[str], share: float) -> list[str]:
    """So many of the words changed for others, at random places."""
    others = whole(writer.passage(200)).split()
    return [
        " ".join(
            writer.draw.choice(others) if writer.draw.random() < share else word
            for word in paragraph.split(" ")
        )
        for paragraph in paragraphs
    ]


def typos(writer: Writer, post: list[str]) -> str:
    """Letters swapped in one word of sixty."""

    def mend(word: str) -> str:
        if len(word) < 4 or writer.draw.random() > 1 / 60:
            return word
        place = writer.draw.randrange(len(word) - 1)
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]

    return whole([" ".join(map(mend, paragraph.split(" "))) for paragraph in post])


def reworded(writer: Writer, post: list[str]) -> str:
    """One word of fifty is another one."""
    return whole(_replaced(writer, post, 0.02))


def sentence(writer: Writer, post: list[str]) -> str:
    """A sentence is put in, in each stretch of about 250 words."""
    changed = list(post)
    for _ in range(max(1, count(post) // 250)):
        place = writer.draw.randrange(len(changed))
        new = writer.passage(8)[0].partition(". ")[0]
        changed[place] = f"{changed[place]} {new}."
    return whole(changed)


def retyped(writer: Writer, post: list[str]) -> str:
    """Typed again: other quotes and dashes, numbers as digits, capitals in places."""
    text = whole(post).replace("'", "\u2019").replace(", ", " \u2013 ", 3).replace(" two ", " 2 ")
    words = text.split(" ")
    for _ in range(len(words) // 20):
        place = writer.draw.randrange(len(words))
        words[place] = words[place].upper()
    return " ".join(words)


def mirrored(writer: Writer, post: list[str]) -> str:
    """Lines broken elsewhere, blanks doubled."""
    words = whole(post).split()
    width = writer.draw.randint(7, 15)
    lines = [" ".join(words[start : start + width]) for start in range(0, len(words), width)]
    return "\n".join(lines).replace(". ", ".  ")


def introduced(writer: Writer, post: list[str]) -> str:
    """A repost with an introduction of up to nine tenths of its length, and a line at the end."""
    added = writer.share(post, 0.05, 0.9)
    return whole(added, post, ["This post first appeared on another blog of ours last spring."])


def syndicated(writer: Writer, post: list[str]) -> str:
    """A vendor's text under the name of another practice, with another call to action."""
    city, name = writer.draw.choice(_CITIES), writer.draw.choice(_NAMES)
    opened = [f"At {name} in {city}, we hear about this every week.", *post]
    number = f"555 01{writer.draw.randrange(100):02d}"
    return whole(opened, [f"Call {name}, {city}, on {number} for a first talk.", *_action(writer)])


def _action(writer: Writer) -> list[str]:
    return [f"{writer.passage(12)[0].partition('. ')[0]}. Book online today."]


def reordered(writer: Writer, post: list[str]) -> str:
    """The same paragraphs in another order."""
    return whole(writer.draw.sample(post, len(post)))


def updated(writer: Writer, post: list[str]) -> str:
    """The same post a year later: a tenth to a fifth of it written anew."""
    new = writer.share(post, 0.1, 0.2)
    kept = list(post)
    while len(kept) > 1 and count(post) - count(kept) < count(new):
        kept.pop(writer.draw.randrange(len(kept)))
    place = writer.draw.randint(0, len(kept))
    return whole(kept[:place], new, kept[place:])


def excerpt(writer: Writer, post: list[str]) -> str:
    """The first fifth to two fifths of a post, as a teaser on another site."""
    words = whole(post).split(" ")
    return " ".join(words[: round(len(words) * writer.draw.uniform(0.2, 0.4))]) + " \u2026"


SAME: dict[str, Callable[[Writer, list[str]], str]] = {
    "typing mistakes mended": typos,
    "one word of fifty changed": reworded,
    "a sentence added": sentence,
    "typed again": retyped,
    "other line breaks": mirrored,
    "repost with an introduction": introduced,
    "syndicated by a vendor": syndicated,
    "paragraphs in another order": reordered,
    "a tenth to a fifth updated": updated,
    "excerpt of two tenths to four": excerpt,
}


def another(writer: Writer, post: list[str]) -> tuple[str, str]:
    """The same title and the same subject, other words."""
    title = "What to expect from a first session"
    return whole([title], post), whole([title], writer.post())


def template(writer: Writer, post: list[str]) -> tuple[str, str]:
    """One opening and one closing block around different bodies, up to half of each text."""
    opening, closing = writer.share(post, 0.2, 0.6), writer.share(post, 0.1, 0.35)
    return whole(opening, post, closing), whole(opening, writer.share(post, 1, 1.2), closing)


def series(writer: Writer, post: list[str]) -> tuple[str, str]:
    """Two weeks of a course, with the same notes on how it works."""
    notes = writer.share(post, 0.2, 0.5)
    other = writer.share(post, 0.8, 1.2)
    return whole(["Week 3 of 8"], notes, post), whole(["Week 4 of 8"], notes, other)


def quoting(writer: Writer, post: list[str]) -> tuple[str, str]:
    """A text that quotes a long passage of another one."""
    half = len(post) // 2
    passage = post[: max(half, 1)]
    return whole(post), whole(writer.share(passage, 0.8, 2), passage, writer.share(passage, 0.8, 2))


def round_up(writer: Writer, post: list[str]) -> tuple[str, str]:
    """A short post, whole, in a collection that is three to five times as long."""
    return whole(post), whole(writer.share(post, 1, 2), post, writer.share(post, 1, 2))


def rewritten(writer: Writer, post: list[str]) -> tuple[str, str]:
    """More than half of the words changed."""
    return whole(post), whole(_replaced(writer, post, writer.draw.uniform(0.5, 0.8)))


DIFFERENT: dict[str, Callable[[Writer, list[str]], tuple[str, str]]] = {
    "same title, other text": another,
    "same template": template,
    "two parts of a series": series,
    "a long quotation": quoting,
    "in a collection": round_up,
    "mostly rewritten": rewritten,
}


def pairs(each: int, seed: int = 1) -> Iterator[Labelled]:
    """So many pairs of each kind; the same ones for the same seed."""
    draw = random.Random(seed)
    posts = [post for blog in blogs() for post in blog.posts if not post.copy_of]
    by_hand = [post.text for post in posts if len(post.text.split()) >= SHORTEST]
    writer = Writer(draw, iter(range(10**9)), iter(draw.sample(by_hand, len(by_hand))))
    for _ in range(each):
        for kind, change in SAME.items():
            post = writer.post()
            yield Labelled(kind=kind, is_same=True, one=whole(post), other=change(writer, post))
        for kind, make in DIFFERENT.items():
            one, other = make(writer, writer.post())
            yield Labelled(kind=kind, is_same=False, one=one, other=other)
