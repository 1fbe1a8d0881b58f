"""Posts that have blocks in common, for the tests of what recurs over a site."""

import random
from collections.abc import Iterable, Sequence

from pipelines.core.document import BlockKind, Document
from pipelines.stages.boilerplate import Boilerplate
from tests.factories import document

BIO = "Jo Doe is a licensed psychotherapist who sees adults and couples in a small town."
OFFER = "Would you like to talk? Book a free consultation and tell me what brings you here."
LETTER = "Sign up for my newsletter and get one calm page in your inbox every month."
PLAIN = "The kettle on this page was drawn by a neighbour who prefers not to be named here."
WORDS = (
    *("amber", "basin", "candle", "dapple", "ember", "fable", "garden", "harbour"),
    *("island", "jasmine", "kernel", "ladder", "meadow", "nettle", "orchard", "pebble"),
    *("quarry", "ribbon", "saddle", "timber", "umbrella", "velvet", "willow", "yarrow"),
)


def prose(seed: object, size: int = 40) -> str:
    """A paragraph that no other seed gives."""
    chosen = random.Random(str(seed))
    return " ".join(["While", *chosen.choices(WORDS, k=size)]) + "."


def post(number: int, *parts: str, site: str = "blog.example") -> Document:
    """A post of a site, made of the paragraphs given."""
    text = "\n\n".join(parts)
    title = f"{WORDS[number % 24].title()} and {WORDS[number // 24 + 3].title()}, part {number}"
    url = f"https://{site}/2024/05/a-calm-day-{number}"
    return document(url=url, title=title, text=text, word_count=len(text.split()))


def posts(count: int, *after: str, before: Sequence[str] = ()) -> list[Document]:
    """Posts of two paragraphs of their own, with the same paragraphs before and after them."""
    return [post(n, *before, prose((n, 1)), prose((n, 2)), *after) for n in range(count)]


def cleaned(documents: Iterable[Document]) -> list[Document]:
    """What the stage makes of documents with its default settings."""
    return list(Boilerplate()(documents))


def kinds(found: Document) -> list[BlockKind]:
    """The kinds of what was taken out of a document."""
    return [block.kind for block in found.removed]
