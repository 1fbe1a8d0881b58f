"""The file of a site's pages: whole or not at all, and nothing in it can run."""

import os
import pickle
from pathlib import Path

import pytest

from pipelines.core.document import Document
from pipelines.core.packing import Packing
from pipelines.dataset.page_file import ENDING, Packed, opened, write
from pipelines.extract.feeds import FeedEntry
from pipelines.shares import Made
from tests.factories import NOON


def test_bytes_name_no_other_class() -> None:
    """What could run code, or is of another kind, is not unpacked."""
    packing = Packing(Document, FeedEntry)
    for value in (os.system, Path("a"), Made()):
        assert packing.unpack(pickle.dumps(value)) is None
    assert packing.unpack(b"") is None
    entry = FeedEntry(url="http://blog.example/", fetched_at=NOON)
    assert packing.unpack(packing.pack((entry, {}))) == (entry, {})
    assert Packing(Document).shape != packing.shape


def test_a_failing_source_leaves_the_former_file(tmp_path: Path) -> None:
    """A file is replaced as a whole or not at all, and nothing is left beside it."""
    path = tmp_path / f"a{ENDING}"
    write(path, [(bytes(16), Packed.of(b"former"))])

    def overtaken() -> None:
        raise InterruptedError

    with pytest.raises(Exception, match="cannot be written"):
        write(path, [(bytes(16), Packed.of(b"later"))], fence=overtaken)
    with opened(path) as file:
        found = file.get(bytes(16))
        assert found is not None
        assert found.unpacked() == b"former"
        assert file.get(bytes(15) + b"1") is None
    assert list(tmp_path.iterdir()) == [path]
