"""What a corpus asks of an object store, against each server that the tests know."""

import hashlib
import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipelines.core.location import Remote
from pipelines.store.bucket import Bucket, Overtaken
from tests.end_to_end import objects
from tests.end_to_end.objects import BUCKET, PREFIX, Store

WRITERS = 8
ROUNDS = 5
#: More than two of the pieces in which large files go.
LARGE = 20 * 1024 * 1024 + 7
#: More than a page of a listing holds, and one request deletes.
MANY = 1003


# Fixtures of this module as well.
store, credentials = objects.store, objects.credentials


@pytest.fixture
def bucket(store: Store, tmp_path: Path) -> Bucket:
    """A prefix that no other test has."""
    return Bucket.of(Remote(bucket=BUCKET, prefix=f"{PREFIX}/{tmp_path.name}", endpoint=store.url))


@pytest.mark.parametrize("is_there", [False, True])
def test_of_many_puts_on_one_condition_one_is_done(bucket: Bucket, *, is_there: bool) -> None:
    """Whether the object has to be absent or unchanged, and all others are told."""
    with ThreadPoolExecutor(WRITERS) as pool:
        for number in range(ROUNDS):
            name = f"state/{number}"
            tag = bucket.put(name, b"before", None) if is_there else None

            def put(writer: int, name: str = name, tag: str | None = tag) -> str:
                try:
                    return bucket.put(name, f"by {writer}".encode(), tag)
                except Overtaken:
                    return ""

            tags = list(pool.map(put, range(WRITERS)))
            winners = [writer for writer, done in enumerate(tags) if done]
            stored = bucket.get(name)
            assert stored is not None
            assert [f"by {writer}".encode() for writer in winners] == [stored.body]
            assert stored.tag == tags[winners[0]]


def test_a_put_on_an_object_that_is_gone_is_overtaken(bucket: Bucket) -> None:
    """Nobody brings back what another one deleted."""
    tag = bucket.put("CURRENT", b"v000001\n", None)
    bucket.delete(["CURRENT"])
    with pytest.raises(Overtaken):
        bucket.put("CURRENT", b"v000002\n", tag)
    assert bucket.get("CURRENT") is None
    assert bucket.state_of("CURRENT") is None


def test_a_large_file_goes_and_is_copied_in_pieces(
    store: Store, bucket: Bucket, tmp_path: Path
) -> None:
    """It comes back as it was, and no piece of it is left lying."""
    body = random.Random(7).randbytes(LARGE)
    (tmp_path / "large").write_bytes(body)
    bucket.upload(tmp_path / "large", "archive/large")
    bucket.copy("archive/large", "archive/copied")

    for name in ("archive/large", "archive/copied"):
        head = store.client.head_object(Bucket=BUCKET, Key=f"{bucket.remote.prefix}/{name}")
        # The tag of what came in pieces tells how many there were.
        assert head["ETag"].strip('"').endswith("-3")
        assert bucket.download(name, tmp_path / "back") == hashlib.sha256(body).hexdigest()
        assert (tmp_path / "back").read_bytes() == body
    assert uploads(store, bucket.remote.prefix) == []


def uploads(store: Store, prefix: str) -> list[str]:
    """Objects whose upload has begun and not ended."""
    found = store.client.list_multipart_uploads(Bucket=BUCKET, Prefix=f"{prefix}/")
    return [one["Key"].removeprefix(f"{prefix}/") for one in found.get("Uploads", ())]


def test_an_upload_that_was_cut_off_is_dropped(
    store: Store, bucket: Bucket, tmp_path: Path
) -> None:
    """That of another corpus in the same bucket is not."""
    other = f"{PREFIX}/other-{tmp_path.name}"
    for prefix in (bucket.remote.prefix, other):
        where = {"Bucket": BUCKET, "Key": f"{prefix}/archive/cut"}
        begun = store.client.create_multipart_upload(**where)
        store.client.upload_part(
            **where, UploadId=begun["UploadId"], PartNumber=1, Body=b"x" * 6 * 1024 * 1024
        )
    assert uploads(store, bucket.remote.prefix) == ["archive/cut"]

    bucket.abort_uploads()

    assert uploads(store, bucket.remote.prefix) == []
    assert uploads(store, other) == ["archive/cut"]
    assert list(bucket.names()) == []


def test_more_objects_than_one_answer_holds(bucket: Bucket) -> None:
    """All are listed, in order, and all are deleted, those that are gone already too."""
    names = [f"documents/{number:04}.arrow" for number in range(MANY)]
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(lambda name: bucket.put_whole(name, b""), names))
    assert list(bucket.names("documents/")) == names
    assert list(bucket.names("document/")) == []

    bucket.delete([*names, "documents/gone.arrow"])

    assert list(bucket.names()) == []
