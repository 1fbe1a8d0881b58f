"""The lease of a corpus in an object store: one holder, and nobody who lost it publishes."""

import json
import shutil
import threading
import time
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.core import config as configs
from pipelines.core import state
from pipelines.core.config import Config
from pipelines.core.errors import ConfigError, CorpusError, GateFailed, LockHeld, StoreError
from pipelines.core.location import Remote
from pipelines.core.urls import site_hash
from pipelines.store import mirror
from pipelines.store.bucket import Bucket
from pipelines.store.lease import NAME, Lease, owner_of
from pipelines.store.listing import entries_of, manifest_of, objects_of
from tests.end_to_end import objects
from tests.end_to_end.objects import BUCKET, PREFIX, Store
from tests.factories import post, publish_documents

#: Objects that every corpus has beside those that its manifest names.
FIXED = {"lease.json", "manifest.json"}


# Fixtures of this module as well.
store, credentials = objects.store, objects.credentials


@pytest.fixture
def name(tmp_path: Path) -> str:
    """The name of a corpus that no other test has."""
    return tmp_path.name


def bucket(store: Store, name: str) -> Bucket:
    """Its place in the store."""
    return Bucket.of(Remote(bucket=BUCKET, prefix=f"{PREFIX}/{name}", endpoint=store.url))


def copy_of(store: Store, folder: Path, name: str) -> Config:
    """The config of a working copy."""
    return configs.load(store.corpus(folder, name).config)


def publish(config: Config, *sites: str, note: str = "") -> None:
    """Have a snapshot of some sites in the working copy, and a page of each in its archive."""
    for site in sites:
        path = config.corpus / "archive" / site_hash(site) / "000001.warc.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as stream:
            stream.write(f"{site} {note}".encode())
    publish_documents(config.corpus, [post(site, 1, note=note) for site in sites])


def named(store: Store, name: str) -> set[str]:
    """The objects that the state which is published names."""
    objects = store.objects(name)
    listing = manifest_of(objects["manifest.json"]).listing
    return FIXED | objects_of(entries_of(objects[listing]), listing)


def files(config: Config) -> dict[str, bytes]:
    """What a working copy holds, but for what is its own."""
    found = {}
    for folder in ("archive", "snapshots", "documents"):
        for path in (config.corpus / folder).rglob("*"):
            if path.is_file() and "index.duckdb" not in path.name:
                found[path.relative_to(config.corpus).as_posix()] = path.read_bytes()
    return found


def test_one_of_two_takes_it(store: Store, name: str) -> None:
    """The other is told who has it; the same working copy takes it again, with a higher number."""
    first = Lease.taken(bucket(store, name), "anna")
    with pytest.raises(LockHeld, match="the working copy anna, until"):
        Lease.taken(bucket(store, name), "bert")
    again = Lease.taken(bucket(store, name), "anna")
    assert (first.terms.token, again.terms.token) == (1, 2)

    again.give_back()
    other = Lease.taken(bucket(store, name), "bert")
    assert other.terms.token == 3


def test_of_many_at_once_one_takes_it(store: Store, name: str) -> None:
    """Whoever comes second in the same moment is refused by the condition of the put."""
    taken: list[str] = []
    ready = threading.Barrier(8)

    def take(owner: str) -> None:
        mine = bucket(store, name)
        ready.wait()
        with suppress(LockHeld):
            taken.append(Lease.taken(mine, owner).terms.owner)

    threads = [threading.Thread(target=take, args=(f"owner-{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 1


def test_one_that_ran_out_is_taken_over(store: Store, name: str) -> None:
    """Its former holder can neither renew it nor give it back."""
    former = Lease.taken(bucket(store, name), "anna", term=0.05)
    time.sleep(0.1)
    former.check()
    time.sleep(0.1)
    Lease.taken(bucket(store, name), "bert")
    for ask in (former.check, former.renew):
        with pytest.raises(LockHeld, match="has taken the lease"):
            ask()
    with pytest.raises(LockHeld):
        former.give_back()


def test_it_is_renewed_while_work_goes_on(store: Store, name: str) -> None:
    """Work that takes longer than a term keeps it."""
    lease = Lease.taken(bucket(store, name), "anna", term=1.2)
    with lease.renewed():
        time.sleep(2)
        lease.check()
        with pytest.raises(LockHeld):
            Lease.taken(bucket(store, name), "bert")


def test_a_damaged_one_is_told(store: Store, name: str) -> None:
    """Nobody guesses who holds it."""
    store.put(name, NAME, b"{}")
    with pytest.raises(StoreError, match="cannot be read"):
        Lease.taken(bucket(store, name), "anna")


def test_a_working_copy_has_one_name(tmp_path: Path) -> None:
    """It is made up once, and another folder has another."""
    assert owner_of(tmp_path / "a") == owner_of(tmp_path / "a") != owner_of(tmp_path / "b")


@pytest.mark.parametrize("has_published", [True, False])
def test_who_was_overtaken_publishes_nothing(
    store: Store, tmp_path: Path, name: str, *, has_published: bool
) -> None:
    """Also if the one who took over has published nothing yet; what it put is deleted."""
    slow, quick = (copy_of(store, tmp_path / one, name) for one in "ab")
    with mirror.writing(slow):
        publish(slow, "a.example")
    before = named(store, name)

    def overtaken() -> None:
        with mirror.writing(slow):
            publish(slow, "a.example", "late.example")
            run_out(store, name)
            with mirror.writing(quick):
                if has_published:
                    publish(quick, "a.example", "quick.example")

    with pytest.raises(LockHeld, match="has taken the lease"):
        overtaken()
    assert (named(store, name) == before) != has_published
    with mirror.writing(quick):
        pass
    assert set(store.objects(name)) == named(store, name)
    with mirror.writing(slow):
        # What is here alone is kept only while nobody else has published.
        assert (files(slow) == files(quick)) == has_published


def run_out(store: Store, name: str) -> None:
    """Let an hour go by for whoever holds the lease."""
    terms = json.loads(store.objects(name)[NAME])
    store.put(name, NAME, json.dumps({**terms, "until": 1.0}).encode())


def test_what_a_verb_leaves_is_published_if_it_is_good(
    store: Store, tmp_path: Path, name: str
) -> None:
    """What came before a gate that fails is kept; a failure in the middle publishes nothing."""
    config = copy_of(store, tmp_path / "a", name)

    def work(ends_in: CorpusError, *sites: str) -> None:
        with mirror.writing(config):
            publish(config, *sites)
            raise ends_in

    with pytest.raises(GateFailed):
        work(GateFailed(), "a.example")
    before = store.objects(name)
    assert "CURRENT" in before

    with pytest.raises(ConfigError):
        work(ConfigError(), "a.example", "b.example")
    assert named(store, name) == set(store.objects(name))
    assert store.objects(name)["CURRENT"] == before["CURRENT"]

    # Nothing that is here alone is replaced by the older state that is there.
    with mirror.writing(config):
        assert any("v000002" in path for path in files(config))
    assert store.objects(name)["CURRENT"] == b"v000002\n"


def test_only_what_changed_is_moved(store: Store, tmp_path: Path, name: str) -> None:
    """An unchanged part is copied in the store, and is a link in a working copy."""
    config = copy_of(store, tmp_path / "a", name)
    with mirror.writing(config):
        publish(config, *(f"site-{number}.example" for number in range(5)))
    before = store.objects(name)
    with mirror.writing(config):
        publish(config, "site-1.example", note="again")
    after = store.objects(name)
    archived = {key for key in after if key.startswith("archive/")}
    assert len(archived - set(before)) == 1

    other = copy_of(store, tmp_path / "b", name)
    with mirror.writing(other):
        assert files(other) == files(config)
    empty = list((other.corpus / "snapshots").rglob("rejected/*.parquet"))
    assert len({path.stat().st_ino for path in empty}) == 1
    assert {path.stat().st_mode & 0o777 for path in empty} == {0o444}


def test_what_a_kill_has_left_is_swept_up(store: Store, tmp_path: Path, name: str) -> None:
    """Where a publication was not ended, the next deletes what no state names, and mends names."""
    config = copy_of(store, tmp_path / "a", name)
    with mirror.writing(config):
        publish(config, "a.example")
    store.put(name, "unfinished/some-host-7", b"")
    store.put(name, "archive/ab/000001.0123456789abcdef.warc.gz", b"unnamed")
    store.put(name, "snapshots/v000001/README.md", b"half done")
    store.put(name, "notes.txt", b"somebody else's")

    with mirror.writing(config):
        pass

    objects = store.objects(name)
    assert objects.pop("notes.txt") == b"somebody else's"
    assert set(objects) == named(store, name)
    card = config.corpus / "snapshots" / "v000001" / "README.md"
    assert objects["snapshots/v000001/README.md"] == card.read_bytes()


def test_what_would_destroy_something_is_refused(store: Store, tmp_path: Path, name: str) -> None:
    """Another corpus in the folder; a store that was set back."""
    config = copy_of(store, tmp_path / "a", name)
    with mirror.writing(config):
        publish(config, "a.example")
    stranger = copy_of(store, tmp_path / "b", name)
    publish(stranger, "b.example")
    with pytest.raises(ConfigError, match="is no working copy of"), mirror.writing(stranger):
        pass
    assert (stranger.corpus / "snapshots" / "v000001").exists()

    manifest = manifest_of(store.objects(name)["manifest.json"])
    back = replace(manifest, generation=0, listing="")
    store.put(name, "manifest.json", back.written())
    with pytest.raises(StoreError, match="is at generation 0"), mirror.writing(config):
        pass
    assert (config.corpus / "CURRENT").exists()


def test_a_part_that_was_deleted_here_stays_there(store: Store, tmp_path: Path, name: str) -> None:
    """Whoever deletes the archive of a working copy does not delete the only one."""
    config = copy_of(store, tmp_path / "a", name)
    with mirror.writing(config):
        publish(config, "a.example")
        with closing(state.connect(config.corpus)) as connection:
            file = f"{site_hash('a.example')}/000001.warc.gz"
            connection.execute("INSERT INTO archive_file VALUES (?, 1)", (file,))
    before = named(store, name)
    shutil.rmtree(config.corpus / "archive")
    with pytest.raises(StoreError, match="is missing, so nothing"), mirror.writing(config):
        pass
    assert named(store, name) == before
    assert any(key.startswith("archive/") for key in before)
