"""Documents by the million with short texts and drawn signatures, stored as a build stores them."""

import random
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path

import numpy as np

from pipelines.core.dedup import Signature
from pipelines.core.urls import document_id
from pipelines.dataset.documents import path_of, write
from tests.factories import NOON, WORDS, document

#: Posts of a site.
EACH = 1000
_BANDS = 42
#: Bands that a copy shares with its original, and one post in so many is a copy.
_SAME = 30
_COPIES = 25
_WORDS = 40
#: Days over which the posts of a site are spread.
_DAYS = 3650


def _drawn(number: int) -> np.random.Generator:
    return np.random.default_rng(number)


def _original(number: int) -> int:
    """The number of the post that a post is a copy of; its own where it is none."""
    if number == 0 or number % _COPIES:
        return number
    # One that is no copy itself.
    return 1 + _COPIES * random.Random(number).randrange(number // _COPIES)


def _signature(number: int) -> Signature:
    original = _original(number)
    bands = _drawn(original).integers(0, 2**63, _BANDS, dtype=np.uint64)
    if original != number:
        own = _drawn(-number % 2**32).integers(0, 2**63, _BANDS - _SAME, dtype=np.uint64)
        bands = np.concatenate([bands[:_SAME], own])
    return Signature(digest=f"{number:032x}", bands=bands)


def _text(number: int) -> str:
    words = random.Random(_original(number)).choices(WORDS, k=_WORDS)
    return f"{number} {' '.join(words)}"


def site(number: int) -> str:
    """The name of a site."""
    return f"site-{number:06d}.example"


def _store(corpus: Path, number: int) -> None:
    name = site(number)
    posts = sorted(
        (document_id(f"https://{name}/{post}"), post)
        for post in range(number * EACH, (number + 1) * EACH)
    )
    signatures = iter([_signature(post) for _, post in posts])
    made = (
        document(
            url=f"https://{name}/{post}",
            text=_text(post),
            author=name,
            published_at=NOON - timedelta(days=post * _DAYS // EACH % _DAYS),
        )
        for _, post in posts
    )
    write(path_of(corpus, name), made, inputs="1", sign=lambda _: next(signatures))


def store(corpus: Path, sites: Iterable[int]) -> None:
    """Store the posts of some sites, on all processors."""
    with ProcessPoolExecutor() as pool:
        list(pool.map(partial(_store, corpus), sites, chunksize=4))
