"""Which copies are turned down, in favour of what, and that order does not matter."""

import pickle
import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.core.document import Document
from pipelines.core.errors import ConfigError
from pipelines.core.model import CaptureRef, Via
from pipelines.core.reasons import Reason
from pipelines.stages.dedup import Dedup

EPOCH = datetime(2024, 1, 1, tzinfo=UTC)


def document(  # noqa: PLR0913 - each is a field that the rules look at
    name: str,
    text: str,
    *,
    url: str = "",
    day: int | None = 0,
    fetched: int = 0,
    normalized: str | None = None,
) -> Document:
    """A document called `name`, published on `day` and fetched on day `fetched`."""
    return Document(
        id=name,
        url=url or f"https://blog.example/{name}",
        site="blog.example",
        via=Via.FEED,
        fetched_at=EPOCH + timedelta(days=fetched),
        source=CaptureRef(file="0/1.warc.gz", offset=0, length=1, digest=""),
        published_at=None if day is None else EPOCH + timedelta(days=day),
        text=text,
        normalized_text=text if normalized is None else normalized,
        word_count=len(text.split()),
    )


def prose(seed: int, words: int = 300) -> str:
    """Words that share next to no 5-gram with those of another seed."""
    draw = random.Random(seed)
    letters = "abcdefghijklmnopqrstuvwxyz"
    return " ".join("".join(draw.choices(letters, k=4)) for _ in range(words))


def edited(text: str, edits: int) -> str:
    """`text` with `edits` words replaced, far enough apart that each breaks 5 shingles."""
    words = text.split()
    for number in range(edits):
        words[5 + number * 10] = f"edit{number}"
    return " ".join(words)


def judged(documents: Iterable[Document], stage: Dedup | None = None) -> dict[str, Document]:
    """What comes out, by URL."""
    return {one.url: one for one in (stage or Dedup())(documents)}


def outcome(result: Document) -> tuple[str, str, float, str] | int:
    """Reason, kept id, score and rule of a copy; the count of what is kept."""
    if result.rejection is None:
        return result.duplicate_count
    assert result.twin is not None
    twin = result.twin
    return result.rejection.reason.value, twin.kept_id, twin.score, twin.why


def test_different_texts_are_kept() -> None:
    """Documents that share no text, or have none, come out as they went in."""
    documents = [document(str(number), prose(number)) for number in range(20)]
    documents += [document("empty", ""), document("void", "")]
    assert list(Dedup()(documents)) == documents


def test_one_id_keeps_what_was_fetched_last() -> None:
    """Of one document under two spellings the older capture goes, whatever its text."""
    old = document("a", prose(1), url="http://blog.example/a")
    new = document("a", prose(2), url="https://blog.example/a", fetched=3)

    results = judged([old, new])

    assert outcome(results[old.url]) == ("dedup.url", "a", 0.0, "fetched later")
    assert outcome(results[new.url]) == 1


def test_one_id_fetched_at_once_keeps_the_smaller_url() -> None:
    """A tie of one id is settled by the URL."""
    one = document("a", prose(1), url="http://blog.example/a")
    other = document("a", prose(1), url="https://blog.example/a")

    results = judged([other, one])

    assert outcome(results[one.url]) == 1
    assert outcome(results[other.url]) == ("dedup.url", "a", 1.0, "fetched later")


@pytest.mark.parametrize(
    ("kept", "removed", "why"),
    [
        (document("b", "x " * 60, day=1), document("a", "x " * 60, day=2), "published earlier"),
        (document("b", "x " * 60, day=1), document("a", "x " * 60, day=None), "published earlier"),
        (document("b", "x  " * 60, day=1), document("a", "x " * 60, day=1), "longer"),
        (document("a", "x " * 60, day=None), document("b", "x " * 60, day=None), "smaller id"),
    ],
)
def test_the_same_words_keep_the_earliest_then_longest_then_smallest(
    kept: Document, removed: Document, why: str
) -> None:
    """Exact copies are settled by date, length and id, in this order."""
    for order in ([kept, removed], [removed, kept]):
        results = judged(order)

        assert outcome(results[kept.url]) == 1
        assert outcome(results[removed.url]) == ("dedup.exact", kept.id, 1.0, why)


def test_near_copies_carry_their_jaccard() -> None:
    """Five edits of 5 shingles each in 296 leave 271 of 321: 0.8442."""
    kept, near = document("a", prose(1)), document("b", edited(prose(1), 5), day=1)

    results = judged([near, kept])

    assert outcome(results[near.url]) == ("dedup.near", "a", 0.8442, "published earlier")
    rejection = results[near.url].rejection
    assert rejection is not None
    assert rejection.detail == (
        "0.8442 like https://blog.example/a, which is kept: published earlier"
    )
    assert outcome(results[kept.url]) == 1


def test_below_the_threshold_the_text_is_kept() -> None:
    """Seven edits leave 261 of 331: 0.7885, which the sketch may propose in vain."""
    documents = [document("a", prose(1)), document("b", edited(prose(1), 7), day=1)]

    assert list(Dedup()(documents)) == documents
    assert outcome(judged(documents, Dedup(threshold=0.75))[documents[1].url]) == (
        "dedup.near",
        "a",
        0.7885,
        "published earlier",
    )


def test_there_are_no_chains() -> None:
    """A copy of a copy stays where it is too unlike what is kept."""
    first = document("a", prose(1), day=0)
    middle = document("b", edited(prose(1), 5), day=1)
    words = edited(prose(1), 5).split()
    for number in range(5):
        words[155 + number * 10] = f"more{number}"
    last = document("c", " ".join(words), day=2)

    results = judged([last, middle, first])

    assert [outcome(results[one.url]) for one in (first, last)] == [1, 0]
    assert outcome(results[middle.url]) == ("dedup.near", "a", 0.8442, "published earlier")


def test_exact_copies_of_a_near_copy_name_what_is_kept() -> None:
    """Nothing names a document as kept that is itself turned down."""
    kept = document("a", prose(1), day=0)
    near = [document(name, edited(prose(1), 3), day=1) for name in "bcd"]
    old = document("d", prose(9), url="http://old.example/d", fetched=-1)

    results = judged([*near, old, kept])

    for one in near:
        assert outcome(results[one.url]) == ("dedup.near", "a", 0.9035, "published earlier")
    assert outcome(results[old.url]) == ("dedup.url", "a", 0.0, "fetched later")
    assert outcome(results[kept.url]) == 4


def test_text_in_another_script_is_compared_by_itself() -> None:
    """Where the normalised text lost the words, those of the text decide."""
    greek = " ".join(f"λέξη{number}" for number in range(60))
    other = " ".join(f"φράση{number}" for number in range(60))
    documents = [
        document("a", greek, normalized=""),
        document("b", greek.upper(), normalized="", day=1),
        document("c", other, normalized=""),
    ]

    assert [outcome(one) for one in Dedup()(documents)] == [
        1,
        ("dedup.exact", "a", 1.0, "published earlier"),
        0,
    ]


def test_rejected_documents_take_no_part() -> None:
    """What an earlier stage has rejected neither goes nor makes another go."""
    rejected = document("a", prose(1)).reject(Reason.QUALITY_TOO_SHORT)
    copy = document("b", prose(1), day=1)

    assert list(Dedup()([rejected, copy])) == [rejected, copy]


def test_a_second_pass_changes_nothing() -> None:
    """Counts are neither doubled nor forgotten when the output is judged again."""
    once = list(Dedup()(family()))

    assert list(Dedup()(once)) == once
    assert sum(one.duplicate_count for one in once) == sum(one.twin is not None for one in once)


def test_settings_that_make_no_sense_are_told_by_their_key() -> None:
    """A wrong setting is a ConfigError."""
    with pytest.raises(ConfigError, match=r"dedup\.threshold"):
        Dedup(threshold=1.5)
    with pytest.raises(ConfigError, match=r"dedup\.shingle"):
        Dedup(shingle=0)


class Reread:
    """Documents that are made anew for each reading, as from a disk."""

    def __init__(self, documents: list[Document]) -> None:
        self.documents = documents
        self.readings = 0

    def __iter__(self) -> Iterator[Document]:
        """Start another reading."""
        self.readings += 1
        return map(pickle.loads, map(pickle.dumps, self.documents))


def family() -> list[Document]:
    """Originals, copies, near copies, other spellings and strangers."""
    documents = []
    for number in range(6):
        name = f"{number:02d}"
        documents += [
            document(name, prose(number), day=number % 3),
            document(f"{name}-copy", prose(number), day=2),
            document(f"{name}-near", edited(prose(number), 2 + number % 3), day=None),
            document(f"{name}-like", edited(prose(number), 6), day=1),
            document(name, prose(number + 50), url=f"http://old.example/{name}", fetched=-1),
            document(f"{name}-short", "four words are few", day=number),
            document(f"{name}-alone", prose(number + 100)).reject(Reason.TOPIC_LISTING),
        ]
    return documents


def test_an_iterator_is_as_good_as_what_can_be_read_again() -> None:
    """Stored documents are read three times, an iterator once; the result is the same."""
    stored = Reread(family())

    assert list(Dedup()(stored)) == list(Dedup()(iter(family())))
    assert stored.readings == 3


@settings(deadline=None, max_examples=40)
@given(st.permutations(family()))
def test_the_order_of_the_input_does_not_matter(documents: list[Document]) -> None:
    """Each document has the same fate in any order, and comes out in its place."""
    results = list(Dedup()(documents))

    assert [one.url for one in results] == [one.url for one in documents]
    assert {one.url: one for one in results} == judged(family())


@settings(deadline=None)
@given(
    st.lists(
        st.builds(
            document,
            st.sampled_from("abcdef"),
            st.lists(st.sampled_from("uvwxyz"), max_size=9).map(" ".join),
            day=st.none() | st.integers(0, 2),
            fetched=st.integers(0, 1),
            normalized=st.none() | st.just(""),
        ),
        max_size=12,
    )
)
def test_every_copy_is_a_verified_copy_of_something_kept(documents: list[Document]) -> None:
    """Whatever comes in: nothing is lost, and each twin holds what it says."""
    stage = Dedup(shingle=2)
    documents = [
        replace(one, url=f"https://blog.example/{index}") for index, one in enumerate(documents)
    ]
    results = list(stage(documents))

    assert [one.url for one in results] == [one.url for one in documents]
    assert list(stage(results)) == results
    kept = {one.id: one for one in results if one.rejection is None}
    assert len(kept) == sum(one.rejection is None for one in results)
    for one in results:
        if one.rejection is not None:
            assert one.twin is not None
            assert one.twin.kept_url == kept[one.twin.kept_id].url
            assert one.rejection.reason is not Reason.DEDUP_NEAR or one.twin.score >= 0.8
