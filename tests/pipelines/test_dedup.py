"""Which copies are turned down, in favour of what, and that order does not matter."""

import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.core.dedup import Dedup, likeness
from pipelines.core.document import Document, Origin
from pipelines.core.errors import ConfigError
from tests.factories import NOON, document, publish_documents

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def prose(seed: int, words: int = 300) -> str:
    """Words that share next to no 5-gram with those of another seed."""
    draw = random.Random(seed)
    return " ".join("".join(draw.choices(LETTERS, k=4)) for _ in range(words))


def edited(text: str, edits: int) -> str:
    """`text` with `edits` words replaced, far enough apart that each breaks 5 shingles."""
    words = text.split()
    for number in range(edits):
        words[5 + number * 10] = "edit" + LETTERS[number % 26]
    return " ".join(words)


def made(name: str, text: str, *, day: int | None = 0, origin: Origin = Origin.META) -> Document:
    """A post called `name` on a site of its own, published on `day`."""
    published = None if day is None else NOON - timedelta(days=100 - day)
    one = document(url=f"https://{name}.example/post", text=text, published_at=published)
    return replace(one, published_from=origin if published else None)


def copies(corpus: Path, documents: Iterable[Document]) -> dict[str, dict[str, Any]]:
    """The rows of the table `duplicates`, by URL."""
    directory = publish_documents(corpus, documents).directory
    found = duckdb.read_parquet(f"{directory}/duplicates/*.parquet")
    return {row["url"]: row for row in found.to_arrow_table().to_pylist()}


def outcome(row: dict[str, Any]) -> tuple[str, str, float, str]:
    """What a copy was turned down for."""
    return row["rule"], row["kept_url"], row["score"], row["why"]


def test_different_texts_are_kept(tmp_path: Path) -> None:
    """Posts that share no text, or have none, are all published."""
    documents = [made(f"a{number}", prose(number)) for number in range(20)]
    assert copies(tmp_path, [*documents, made("empty", ""), made("void", "12, 34.")]) == {}


EARLY = replace(made("a", prose(1), day=1), fetched_at=NOON - timedelta(days=200))


@pytest.mark.parametrize(
    ("kept", "removed", "why"),
    [
        (made("b", prose(1), day=1), made("a", prose(1), day=2), "published earlier"),
        (made("b", prose(1), day=1), made("a", prose(1), day=None), "published earlier"),
        (made("b", prose(1), day=3), made("a", prose(1), origin=Origin.TEXT), "published earlier"),
        (made("b", prose(1), day=3), EARLY, "published earlier"),
        (made("b", prose(1) + "  ", day=1), made("a", prose(1), day=1), "longer"),
    ],
)
def test_which_copy_is_kept(tmp_path: Path, kept: Document, removed: Document, why: str) -> None:
    """The earliest publication that can be believed, then the longest.

    A date among the words of a page is not believed, nor one after the page was fetched.
    """
    for number, order in enumerate(([kept, removed], [removed, kept])):
        found = copies(tmp_path / str(number), order)
        assert {url: outcome(row) for url, row in found.items()} == {
            removed.url: ("dedup.exact", kept.url, 1.0, why)
        }


def test_the_smaller_id_is_kept_where_all_else_is_the_same(tmp_path: Path) -> None:
    """So there is one answer, however the posts come."""
    two = [made("a", prose(1), day=None), made("b", prose(1), day=None)]
    first, second = sorted(two, key=lambda one: one.id)
    assert outcome(copies(tmp_path, two)[second.url])[1::2] == (first.url, "smaller id")


@pytest.mark.parametrize("edits", [1, 5, 12])
def test_near_copies_score_what_their_shingles_share(tmp_path: Path, edits: int) -> None:
    """Each edit breaks five of 296 shingles on either side; from 0.8 on it is a copy."""
    text = prose(1)
    found = copies(tmp_path, [made("a", text), made("b", edited(text, edits), day=1)])
    score = (296 - 5 * edits) / (296 + 5 * edits)
    expected = ("dedup.near", "https://a.example/post", round(score, 4), "published earlier")
    told = {url: outcome(row) for url, row in found.items()}
    assert told == ({"https://b.example/post": expected} if score >= 0.8 else {})


def test_a_repost_with_an_introduction_is_a_copy(tmp_path: Path) -> None:
    """Nearly all of the shorter text is in the longer one, which is not much longer."""
    text = prose(1)
    repost = f"{prose(2, 120)} {edited(text, 2)} {prose(3, 60)}"
    found = copies(tmp_path, [made("a", text), made("b", repost, day=1)])
    rule, kept, score, why = outcome(found["https://b.example/post"])
    assert (rule, kept, why) == ("dedup.contained", "https://a.example/post", "published earlier")
    assert score == round((296 - 10) / 296, 4)


def test_a_round_up_that_quotes_a_post_whole_is_no_copy(tmp_path: Path) -> None:
    """More of it is new than old."""
    text = prose(1)
    assert copies(tmp_path, [made("a", text), made("b", f"{text} {prose(2, 400)}")]) == {}


def test_numbers_marks_and_case_do_not_make_a_difference(tmp_path: Path) -> None:
    """The letters decide, whatever stands between them."""
    text = prose(1)
    other = text.upper().replace(" ", ", ") + " (2024)"
    found = copies(tmp_path, [made("a", text), made("b", other, day=1)])
    assert found["https://b.example/post"]["rule"] == "dedup.exact"


@pytest.mark.parametrize("letters", ["абвгдежзиклмн", "一二三四五六七八九十心理治疗"])
def test_other_scripts_are_compared(tmp_path: Path, letters: str) -> None:
    """Texts without a Latin letter are copies of their like, and of nothing else."""
    draw = random.Random(1)
    texts = [" ".join("".join(draw.choices(letters, k=5)) for _ in range(200)) for _ in range(3)]
    found = copies(
        tmp_path,
        [made("a", texts[0]), made("b", f"{texts[0]} {letters}", day=1), made("c", texts[1])],
    )
    assert list(found) == ["https://b.example/post"]


def test_there_are_no_chains(tmp_path: Path) -> None:
    """What is like a copy alone, and not like what is kept, is kept as well."""
    first = prose(1)
    second = edited(first, 5)
    words = second.split()
    third = " ".join(f"new{LETTERS[n % 26]}" if n % 40 == 3 else w for n, w in enumerate(words))
    posts = [made("a", first), made("b", second, day=1), made("c", third, day=2)]
    found = copies(tmp_path, posts)
    assert list(found) == ["https://b.example/post"]
    assert found["https://b.example/post"]["kept_url"] == "https://a.example/post"


def test_an_older_capture_of_a_post_is_the_same_post(tmp_path: Path) -> None:
    """Of two spellings of one address the one that was fetched last is kept, and counts it."""
    new = document(url="https://blog.example/a", text=prose(2), fetched_at=NOON)
    old = replace(new, url="http://blog.example/a", text=prose(1))
    found = copies(tmp_path, [replace(old, fetched_at=NOON - timedelta(days=3)), new])
    assert outcome(found[old.url]) == ("dedup.url", new.url, 0.0, "fetched later")
    assert found[old.url]["id"] == new.id
    data = duckdb.read_parquet(f"{tmp_path}/snapshots/v000001/data/*.parquet")
    assert data.project("url, duplicate_count").fetchall() == [(new.url, 1)]


def test_what_is_kept_is_published_and_counts_its_copies(tmp_path: Path) -> None:
    """Each copy names a row of `data`, which counts just these."""
    draw = random.Random(4)
    posts = []
    for number in range(40):
        text = prose(draw.randint(0, 9))
        text = draw.choice([text, edited(text, 3), f"{text} {prose(77, 90)}"])
        posts.append(made(f"site{number}", text, day=draw.choice([None, 1, 2, 3])))
    found = copies(tmp_path, posts)
    data = duckdb.read_parquet(f"{tmp_path}/snapshots/v000001/data/*.parquet")
    counted = dict(data.project("id, duplicate_count").fetchall())
    assert len(found) > 15
    assert sum(counted.values()) == len(found)
    for one, number in counted.items():
        assert sum(row["kept_id"] == one for row in found.values()) == number


def test_likeness_of_sets() -> None:
    """The measures are what their definitions say."""
    dedup = Dedup(shingle=1)
    like = likeness(dedup.shingles("a b c d"), dedup.shingles("c d e f g h"))
    assert (like.jaccard, like.containment, like.balance) == (2 / 8, 2 / 4, 4 / 6)
    assert likeness(dedup.shingles(""), dedup.shingles("a")).jaccard == 0.0


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("threshold", lambda: Dedup(threshold=0.0)),
        ("containment", lambda: Dedup(containment=1.1)),
        ("least_balance", lambda: Dedup(least_balance=-1.0)),
    ],
)
def test_settings_out_of_range_are_told(name: str, made: Callable[[], Dedup]) -> None:
    """One sentence names the key and its range."""
    with pytest.raises(ConfigError, match=rf"dedup\.{name} must be above 0 and at most 1"):
        made()
