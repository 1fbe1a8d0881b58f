"""A publication under way shows one state or the other; one that is killed is ended later."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from pipelines.core import config as configs
from pipelines.core.config import Config
from pipelines.dataset.check import check
from pipelines.dataset.snapshot import current
from pipelines.store import mirror
from pipelines.store.listing import entries_of, manifest_of, objects_of
from tests.end_to_end import objects
from tests.end_to_end.objects import Store
from tests.factories import post, publish_documents

SITES = [f"site-{number}.example" for number in range(40)]
KILLS = 8
PUBLICATIONS = 3
#: Publishes what a working copy holds.
PUBLISH = """
import sys
from pathlib import Path
from pipelines.core import config
from pipelines.store import mirror
with mirror.writing(config.load(Path(sys.argv[1]))):
    print("begun", flush=True)
"""


# Fixtures of this module as well.
store, credentials = objects.store, objects.credentials


def published(config: Config, note: str) -> None:
    """Have a snapshot in the working copy, of which nothing is as it was before."""
    publish_documents(config.corpus, [post(site, 1, note=note) for site in SITES])


def files(config: Config) -> dict[str, bytes]:
    """The files of the current snapshot."""
    folder = current(config.corpus)
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.*")}


def start(config: Config) -> "subprocess.Popen[str]":
    """Begin to publish, in a process of its own."""
    command = [sys.executable, "-c", PUBLISH, str(config.file)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    return process


def test_a_killed_publication_is_ended_by_the_next(store: Store, tmp_path: Path) -> None:
    """At any moment readers elsewhere see one state or the other, and nothing stays behind."""
    writer = configs.load(store.corpus(tmp_path / "w", "kills").config)
    reader = configs.load(store.corpus(tmp_path / "r", "kills").config)
    published(writer, "0")
    began = time.monotonic()
    start(writer).communicate()
    seconds = time.monotonic() - began
    states = [files(writer)]
    seen = 0
    for number in range(1, KILLS + 1):
        published(writer, str(number))
        states.append(files(writer))
        process = start(writer)
        time.sleep(random.Random(number).uniform(0, seconds))
        process.send_signal(signal.SIGKILL)
        process.communicate()

        mirror.reading(reader, whole=False)
        assert [wrong for _, wrong in check(current(reader.corpus)) if wrong] == []
        assert files(reader) in states[seen:]
        seen = states.index(files(reader))

    with mirror.writing(writer):
        pass
    mirror.reading(reader, whole=False)
    assert files(reader) == states[-1]
    objects = store.objects("kills")
    listing = manifest_of(objects["manifest.json"]).listing
    named = objects_of(entries_of(objects[listing]), listing)
    assert set(objects) == named | {"lease.json", "manifest.json"}
    for path in named:
        if path.startswith("snapshots/"):
            assert objects[path] == (writer.corpus / path).read_bytes(), path


def test_a_reader_beside_a_writer_finds_one_state_or_the_other(
    store: Store, tmp_path: Path
) -> None:
    """While one publishes, each look is at a whole snapshot that is no older than the last."""
    writer = configs.load(store.corpus(tmp_path / "w", "beside").config)
    reader = configs.load(store.corpus(tmp_path / "r", "beside").config)
    published(writer, "0")
    start(writer).communicate()
    states = [files(writer)]
    seen = 0
    for number in range(1, PUBLICATIONS + 1):
        published(writer, str(number))
        states.append(files(writer))
        process = start(writer)
        while process.poll() is None:
            mirror.reading(reader, whole=False)
            assert [wrong for _, wrong in check(current(reader.corpus)) if wrong] == []
            found = states.index(files(reader))
            assert found >= seen
            seen = found
        process.communicate()
        assert process.returncode == 0
    mirror.reading(reader, whole=False)
    assert files(reader) == states[-1]
