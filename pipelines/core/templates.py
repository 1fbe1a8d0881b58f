"""The template memory of one site: which blocks recur over its posts and belong to none.

The idea is that of site-wide template detection (Bar-Yossef and Rajagopalan, "Template
Detection via Data Mining and its Applications", WWW 2002; Yi, Liu and Li, "Eliminating
Noisy Information in Web Pages for Data Mining", KDD 2003): what stands on many pages of a
site, beside different contents, is of the site and not of the page. Three things are
added for blogs: posts that are copies of each other count as one (core.copies), where a
block stands and what it says of itself decide how often it has to recur, and what recurs
seldom goes only with a block that it always stands by.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import pairwise

from pipelines.core.copies import KeyedText, frequent, groups
from pipelines.core.document import BlockKind
from pipelines.core.paragraphs import Unit, beginnings, endings, keys_at_ends
from pipelines.core.template_cues import is_section, kind_of
from pipelines.core.template_survey import LONG, Block, Survey, is_loose, survey

#: Posts that have a block which stands in their midst, or tells its kind there in a word.
_MANY = 5
#: Share of the posts that have such a word.
_LABELS_ANYWHERE = 0.1
#: Kinds whose words in the midst of posts are buttons and captions, never headings.
_BUTTONS = frozenset({BlockKind.CALL_TO_ACTION, BlockKind.NEWSLETTER, BlockKind.CREDIT})
#: Share of a block's occurrences that have to stand at an end of their texts, and of those
#: of a label that tells its kind.
_AT_AN_END = 0.8
_LABELS_AT_AN_END = 0.5
#: Share of a block's occurrences that stand by another one, and of the other's.
_BY_ANOTHER = 0.8
_OF_THE_OTHER = 0.6
#: Blocks in a row that are learnt by the ones they stand by.
_ROW = 4
#: Words of the shortest sentence that is learnt.
_SAID = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """How often a block has to recur; shares are of the posts that are no copies."""

    #: Posts that are no copies, below which nothing is learnt.
    posts: int
    #: Posts that have it.
    least: int
    #: Share that have it, where its words tell its kind.
    told: float
    #: Share that have it, where it stands at an end of the texts.
    at_an_end: float
    #: Share that have it, wherever it stands.
    anywhere: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What recurs over the posts of one site, as keys of blocks."""

    #: Keys of paragraphs, exact and loose.
    blocks: frozenset[int] = frozenset()
    #: Those among them that are labels, and the site's only near an end of a text.
    labels: frozenset[int] = frozenset()
    #: Those that are the site's only beside others.
    parts: frozenset[int] = frozenset()
    #: Keys of sentences in a row that begin or end a paragraph of a post's own.
    sentences: frozenset[int] = frozenset()

    def key_of(self, block: Unit) -> int:
        """The key by which a paragraph is known; 0 for one that is not."""
        if block.key in self.blocks:
            return block.key
        return block.loose_key if block.loose_key in self.blocks and is_loose(block) else 0

    def may_know(self, post: KeyedText) -> bool:
        """Whether one of a post's paragraphs may be known."""
        known = self.blocks
        return not (known.isdisjoint(post.keys) and known.isdisjoint(post.loose_keys))


def learn(posts: Sequence[KeyedText], titles: frozenset[int], wanted: Thresholds) -> Memory | None:
    """Learn what recurs over the posts of one site, in whatever order they come.

    Args:
        posts: The whole texts of its posts.
        titles: Keys of the titles of its pages.
        wanted: How often a block has to recur.

    Returns:
        None where the posts are too few to learn from.
    """
    copies = groups(posts)
    different = len(set(copies))
    if different < wanted.posts:
        return None
    keys = ({*post.keys, *post.loose_keys} - {0} for post in posts)
    found = survey(posts, frequent(keys, copies, wanted.least), titles)
    blocks = found.blocks
    anywhere = {key for key, one in blocks.items() if _is_learnt(one, wanted, different)}
    labels = {key for key, one in blocks.items() if _is_label(one, wanted, different)} - anywhere
    parts: set[int] = set()
    for _ in range(_ROW):
        parts |= _by_others(found, anywhere | labels | parts)
    memory = Memory(
        blocks=frozenset(anywhere | labels | parts),
        labels=frozenset(labels),
        parts=frozenset(parts - anywhere - labels),
    )
    glue = _glue([_own_ends(post, memory) for post in posts], copies, wanted)
    return replace(memory, sentences=memory.blocks.union(glue))


def _is_learnt(block: Block, wanted: Thresholds, different: int) -> bool:
    """Whether a block recurs often enough to be the site's, for what it is."""
    if is_section(block.sample):
        return False
    share = block.posts / different
    if block.sample.length < LONG:
        # One word in the midst of a post is a heading, whatever it says.
        is_button = block.kind in _BUTTONS and len(block.sample.words) > 1
        is_far = block.near < _LABELS_AT_AN_END * block.places
        return is_button and is_far and block.posts >= _MANY and share >= _LABELS_ANYWHERE
    if block.kind is not None and share >= wanted.told:
        return True
    if block.ends >= _AT_AN_END * block.places:
        return share >= wanted.at_an_end
    return share >= wanted.anywhere and block.posts >= _MANY


def _is_label(block: Block, wanted: Thresholds, different: int) -> bool:
    """Whether a few words recur often enough near the ends of texts."""
    if block.sample.length >= LONG or is_section(block.sample):
        return False
    share = block.posts / different
    if block.kind is not None and share >= wanted.told:
        return block.near >= _LABELS_AT_AN_END * block.places
    return share >= wanted.anywhere and block.tails >= _AT_AN_END * block.places


def _by_others(found: Survey, learnt: AbstractSet[int]) -> set[int]:
    """Blocks that stand by a learnt one nearly always, as it by them: parts of one block."""
    together: Counter[tuple[int, int]] = Counter()
    for keys in found.rows:
        pairs = {*pairwise(keys), *pairwise(keys[::-1])}
        together.update((one, other) for one, other in pairs if other in learnt)
    blocks = found.blocks
    return {
        one
        for (one, other), count in together.items()
        if one in blocks
        and count >= _BY_ANOTHER * blocks[one].places
        and count >= _OF_THE_OTHER * blocks[other].places
        and not is_section(blocks[one].sample)
    }


def _own_ends(post: KeyedText, memory: Memory) -> list[Unit]:
    """The first and the last of the paragraphs that are a post's own."""
    if not memory.may_know(post):
        return post.outermost
    own = [unit for unit in post.units if unit.key and not memory.key_of(unit)]
    return [*own[:1], *own[-1:]]


def _glue(
    ends: Sequence[Sequence[Unit]], copies: Sequence[int], wanted: Thresholds
) -> Iterator[int]:
    """The keys of sentences that recur at the ends of what is left of the posts."""
    keys = [set(keys_at_ends(*(end.text for end in own)) if own else ()) for own in ends]
    counts = frequent(keys, copies, wanted.least)
    different = len(set(copies))
    samples: dict[int, str] = {}
    for own, found in zip(ends, keys, strict=True):
        if counts.keys().isdisjoint(found):
            continue
        for one in (*beginnings(own[0]), *endings(own[-1])):
            if one.key in counts:
                samples[one.key] = min(one.text, samples.get(one.key, one.text))
    for key, text in samples.items():
        if _is_glue(Unit(start=0, text=text), counts[key] / different, wanted):
            yield key


def _is_glue(sentence: Unit, share: float, wanted: Thresholds) -> bool:
    if sentence.length < _SAID:
        return False
    if kind_of(sentence) is not None:
        return share >= wanted.told
    return sentence.length >= LONG and share >= wanted.anywhere
