"""Content codings: undone to their very end, bounded, and never half."""

import gzip
import random
import zlib
from collections.abc import Callable

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.middlewares.codings import Damaged, undone, zstd
from pipelines.core.reasons import Reason

MOST = 10 * 1024 * 1024
WORDS = [f"word{number}" for number in range(3000)]
PAGE = f"<html><body>{' '.join(random.Random(0).sample(WORDS, 3000))}</body></html>".encode()


def bare_deflate(body: bytes) -> bytes:
    """A deflate stream without the header of zlib, as some servers send it."""
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
}


def reason(body: bytes, *codings: str, most: int = MOST) -> Reason | None:
    """Why a body cannot be undone; None where it can."""
    try:
        undone(body, list(codings), most, is_bounded=True, is_whole=True)
    except Damaged as error:
        return error.reason
    return None


@pytest.mark.parametrize("coding", PACK)
@given(body=st.binary(max_size=3000))
def test_there_and_back(coding: str, body: bytes) -> None:
    """What was packed comes out as it was."""
    packed = PACK[coding](body)

    assert undone(packed, [coding], MOST, is_bounded=True, is_whole=True) == body


def test_other_forms() -> None:
    """Bare deflate, several gzip members, zeros after the end, one coding on another."""
    forms = {
        "deflate": bare_deflate(PAGE),
        "gzip": gzip.compress(PAGE[:99]) + gzip.compress(PAGE[99:]) + b"\0\0\0",
        "zstd": zstd.compress(PAGE[:99]) + zstd.compress(PAGE[99:]),
    }
    for coding, packed in forms.items():
        assert undone(packed, [coding], MOST, is_bounded=True, is_whole=True) == PAGE
    both = brotli.compress(gzip.compress(PAGE))
    assert undone(both, ["gzip", "br"], MOST, is_bounded=True, is_whole=True) == PAGE


@pytest.mark.parametrize("coding", PACK)
@pytest.mark.parametrize("share", range(20))
def test_cut_bodies_are_noticed(coding: str, share: int) -> None:
    """Wherever a coded body is cut, it never passes for the whole page."""
    packed = PACK[coding](PAGE)

    assert reason(packed[: len(packed) * share // 20], coding) is Reason.FETCH_INCOMPLETE


def test_all_but_the_last_byte() -> None:
    """One missing byte is enough."""
    for coding, pack in PACK.items():
        assert reason(pack(PAGE)[:-1], coding) is Reason.FETCH_INCOMPLETE


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_garbage(coding: str) -> None:
    """A body that is not coded as its header says is told apart from one that is cut."""
    assert reason(b"<html>plain words</html>" * 50, coding) is Reason.FETCH_CODING


@pytest.mark.parametrize("coding", ["gzip", "deflate", "zstd"])
@pytest.mark.parametrize("rest", [b"\0" * 512, b"\r\n", b"<!-- words -->", b"x" * 100_000])
def test_what_follows_the_end_is_ignored(coding: str, rest: bytes) -> None:
    """Bytes after a stream that ends with a checksum of its own do no harm."""
    packed = PACK[coding](PAGE) + rest

    assert undone(packed, [coding], MOST, is_bounded=True, is_whole=True) == PAGE


@pytest.mark.parametrize("coding", ["br", "deflate"])
def test_what_follows_the_end_is_told(coding: str) -> None:
    """Where there is no checksum, a stream that ends before its body is no stream."""
    packed = {"br": brotli.compress(PAGE), "deflate": bare_deflate(PAGE)}[coding]

    assert reason(packed + b"<!-- words -->", coding) is Reason.FETCH_CODING


@pytest.mark.parametrize("coding", PACK)
def test_noise_never_passes(coding: str) -> None:
    """No noise is taken for a stream of any coding."""
    noise = [random.Random(seed).randbytes(500) for seed in range(1500)]

    assert [body for body in noise if reason(body, coding) is None] == []


def test_unknown_or_too_many() -> None:
    """Codings that nobody registered, and towers of them, are turned down."""
    assert reason(PAGE, "klingon") is Reason.FETCH_CODING
    assert reason(PAGE, "gzip", "gzip", "gzip") is Reason.FETCH_CODING


@pytest.mark.parametrize("coding", PACK)
def test_bombs(coding: str) -> None:
    """A body that unpacks to more than the limit is turned down; one at the limit is not."""
    most = 1024 * 1024

    assert reason(PACK[coding](b"\0" * (64 * most)), coding, most=most) is Reason.FETCH_TOO_LARGE
    assert reason(PACK[coding](b"\0" * (most + 1)), coding, most=most) is Reason.FETCH_TOO_LARGE
    assert reason(PACK[coding](b"\0" * most), coding, most=most) is None


@pytest.mark.parametrize("coding", PACK)
def test_what_may_be_cut_is_cut(coding: str) -> None:
    """A robots.txt is read as far as it came, and no further than it has to be."""
    packed = PACK[coding](PAGE)
    part = undone(packed[: len(packed) // 2], [coding], 9000, is_bounded=False, is_whole=False)
    bounded = undone(packed, [coding], 100, is_bounded=False, is_whole=True)

    assert PAGE.startswith(part)
    assert bounded == PAGE[:100]
