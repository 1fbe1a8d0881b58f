"""Where the paragraphs that recur over a site's posts stand in them."""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from pipelines.core.copies import KeyedText
from pipelines.core.document import BlockKind
from pipelines.core.paragraphs import Unit
from pipelines.core.template_cues import is_section, kind_of

#: Words from which a block is no heading and no label.
LONG = 8
#: A post's own words between a block and an end of its text that is near: a byline or a
#: caption above it, a teaser below it.
NEAR = 40
#: The key of a paragraph that is the title of a page, which no block has.
_TITLE = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph that recurs, and how often it stands where."""

    #: One of its occurrences, the same in whatever order the posts come.
    sample: Unit
    kind: BlockKind | None
    #: Posts that have it and are no copies of each other.
    posts: int
    #: All posts that have it, ...
    places: int
    #: ... those with none of a post's own words between it and an end of the text, ...
    ends: int
    #: ... those with none between it and the last end, ...
    tails: int
    #: ... and those with few between it and an end.
    near: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """The recurring paragraphs of a site's posts."""

    blocks: Mapping[int, Block]
    #: For each post, the keys of its paragraphs; 0 for those that are its own.
    rows: Sequence["array[int]"]


def survey(posts: Iterable[KeyedText], counts: Mapping[int, int], titles: frozenset[int]) -> Survey:
    """Go over the posts of a site.

    Args:
        posts: Its posts.
        counts: In how many posts that are no copies each recurring key stands.
        titles: Keys of the titles of its pages, which lists of posts are made of.
    """
    samples: dict[int, str] = {}
    rows = []
    seen = {name: Counter[int]() for name in ("places", "ends", "tails", "near")}
    for post in posts:
        if counts.keys().isdisjoint(post.keys) and counts.keys().isdisjoint(post.loose_keys):
            continue
        found = list(_found(post, counts, titles))
        for text, key, _ in found:
            if key > _TITLE and (key not in samples or text < samples[key]):
                samples[key] = text
        lengths = [0 if key else length for _, key, length in found]
        keys = array("Q", (key for _, key, _ in found))
        for name, standing in _standing(keys, lengths).items():
            seen[name].update(standing)
        rows.append(keys)
    units = {key: Unit(start=0, text=text) for key, text in samples.items()}
    blocks = {
        key: Block(
            sample=sample,
            kind=kind_of(sample),
            posts=counts[key],
            **{name: counter[key] for name, counter in seen.items()},
        )
        for key, sample in units.items()
    }
    return Survey(blocks=blocks, rows=rows)


def is_loose(block: Unit) -> bool:
    """Whether a paragraph may be known by its loose key: most say too little for that."""
    if is_section(block):
        return False
    small = sum(word.islower() for word in block.text.split())
    return small >= LONG or kind_of(block) is not None


def near_ends(lengths: Sequence[int]) -> list[bool]:
    """Whether few of a post's own words stand between each paragraph and an end of the text.

    Args:
        lengths: The words of each paragraph that are the post's own.
    """
    whole = sum(lengths)
    return [
        before - length <= NEAR or whole - before <= NEAR
        for length, before in zip(lengths, accumulate(lengths), strict=True)
    ]


def _found(
    post: KeyedText, counts: Mapping[int, int], titles: frozenset[int]
) -> Iterator[tuple[str, int, int]]:
    """The paragraphs of a post that have words, their keys as far as they recur, their lengths."""
    read = zip(post.pieces, post.keys, post.loose_keys, post.lengths, strict=True)
    for text, key, loose, length in read:
        if key in counts:
            yield text, key, length
        elif key in titles:
            yield text, _TITLE, length
        elif key:
            recurs = loose in counts and is_loose(Unit(start=0, text=text))
            yield text, loose if recurs else 0, length


def _standing(keys: "array[int]", lengths: Sequence[int]) -> dict[str, set[int]]:
    """The keys of a post by where they stand, as `Block` counts them."""
    own = [at for at, key in enumerate(keys) if not key]
    first, last = (own[0], own[-1]) if own else (len(keys), -1)
    tails = set(keys[last + 1 :])
    near = {key for key, is_near in zip(keys, near_ends(lengths), strict=True) if is_near}
    return {"places": set(keys), "ends": tails | set(keys[:first]), "tails": tails, "near": near}
