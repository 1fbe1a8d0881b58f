"""Blogs by the thousand, whose posts are generated: the same number gives the same words."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate
from pathlib import Path

from pipelines.core.document import Document
from pipelines.dataset.documents import path_of
from tests.factories import NOON, document

#: Posts of a blog.
POSTS = 50
#: One post in so many is an edited copy of one of another blog, the first of its family.
_COPIES = 25
_FAMILY = 8
_SYLLABLES = ("ba", "de", "fi", "go", "hu", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "wo")


def _vocabulary() -> tuple[str, ...]:
    draw = random.Random(0)
    return tuple("".join(draw.choices(_SYLLABLES, k=draw.randint(1, 4))) for _ in range(5000))


_WORDS = _vocabulary()
#: Few words are frequent and most are rare, as in any language (Zipf).
_WEIGHTS = tuple(accumulate(1 / (rank + 3) for rank in range(len(_WORDS))))


def prose(blog: int, number: int, words: int) -> str:
    """The words of a post."""
    draw = random.Random(blog * 100_003 + number)
    return " ".join(draw.choices(_WORDS, cum_weights=_WEIGHTS, k=words))


@dataclass(frozen=True, slots=True, kw_only=True)
class Blog:
    """A blog and how many posts it has."""

    number: int
    posts: int
    words: int

    @property
    def site(self) -> str:
        """Its host."""
        return f"blog-{self.number * 7919 % 1_000_003:07d}.example"

    @property
    def identity(self) -> str:
        """Another text for another state."""
        return f"{self.number} {self.posts} {self.words}"

    def path(self, corpus: Path) -> Path:
        """Where its documents lie."""
        return path_of(corpus, self.site)

    def documents(self) -> Iterator[Document]:
        """Its posts, in order of their ids."""
        made = (self._post(number) for number in range(self.posts))
        return iter(sorted(made, key=lambda post: (post.id, post.url)))

    def _post(self, number: int) -> Document:
        text = prose(self.number, number, self.words)
        original = self.number - self.number % _FAMILY
        if self.number != original and (self.number + number) % _COPIES == 0:
            copied = prose(original, number, self.words).split(" ")
            text = " ".join([*copied[: self.words // 2], "edited", *copied[self.words // 2 :]])
        return document(
            url=f"https://{self.site}/{number}",
            title=f"Post {number}",
            author=f"Author {self.number - self.number % 2}",
            published_at=NOON - timedelta(days=3000 - 31 * number, seconds=self.number),
            text=text,
            normalized_text=text,
            word_count=self.words,
        )


def blogs(posts: int, words: int, *, each: int = POSTS) -> Iterator[Blog]:
    """Blogs with so many posts in all."""
    for number in range(posts // each):
        yield Blog(number=number, posts=each, words=words)


def added(sizes: dict[int, int], new: int, on: int, each: int, words: int) -> Iterator[Blog]:
    """The blogs that change when some begin and others go on.

    Args:
        sizes: How many posts each blog has, by its number; brought up to date.
        new: Blogs that begin.
        on: Blogs that go on, all over the corpus.
        each: New posts on each of these.
        words: Of a post.
    """
    count = len(sizes)
    going = [place * count // on for place in range(on)]
    sizes |= {number: sizes[number] + each for number in going}
    sizes |= dict.fromkeys(range(count, count + new), POSTS)
    for number in [*going, *range(count, count + new)]:
        yield Blog(number=number, posts=sizes[number], words=words)
