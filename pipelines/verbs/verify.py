"""`verify`: reads what the corpus holds again, and tells what is not as it was written."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from pipelines.core import archive_check, state
from pipelines.core.errors import ArchiveError, ConfigError, CorpusError, SnapshotError
from pipelines.core.watch import Watch
from pipelines.dataset import check
from pipelines.dataset.snapshot import current

#: Damages that are told one by one.
_MOST = 100


def verify(corpus: Path, name: str | None, only: str | None, watch: Watch) -> Iterator[str]:
    """Check the archive, then a snapshot.

    Args:
        corpus: The folder of the corpus.
        name: Of the snapshot; None: the current one.
        only: "archive" or "snapshot"; None: both.
        watch: Is told how far it is.

    Yields:
        A line for each thing that is wrong, then sums.

    Raises:
        ConfigError: There is no such half, or no such snapshot.
        ArchiveError: Records are lost.
        SnapshotError: A file of the snapshot is wrong.
    """
    if only not in {None, "archive", "snapshot"}:
        message = f"--only {only}: say `archive` or `snapshot`."
        raise ConfigError(message)
    found: list[CorpusError] = []
    if only != "snapshot":
        yield from _until_the_end(archive(corpus, watch), found)
    if only != "archive":
        directory = current(corpus) if name is None else corpus / "snapshots" / name
        yield from _until_the_end(snapshot(directory, watch), found)
    if found:
        raise found[0]


def _until_the_end(lines: Iterator[str], found: list[CorpusError]) -> Iterator[str]:
    """The lines of one half; what it raises waits until the other one is done."""
    try:
        yield from lines
    except (ArchiveError, SnapshotError) as error:
        found.append(error)


def archive(corpus: Path, watch: Watch) -> Iterator[str]:
    """Check every record of the archive.

    Yields:
        A line for each damage, then the sum.

    Raises:
        ArchiveError: Records are lost.
    """
    lost = told = records = size = files = 0
    watch.begin("checking the archive", None)
    with closing(state.connect(corpus)) as connection:
        for done in archive_check.check(corpus / "archive", connection, archive_check.workers()):
            files += 1
            records += done.records
            size += done.bytes
            watch.advance(records, None, f"{lost} damaged")
            for damage in done.damages:
                lost += damage.is_loss
                told += 1
                if told <= _MOST:
                    url = f" {damage.url}:" if damage.url else ""
                    yield f"{damage.file}, byte {damage.offset}:{url} {damage.what}"
    watch.end()
    if told > _MOST:
        yield f"and {told - _MOST} more"
    yield f"Archive: {records} records in {files} files, {size / 1e6:.1f} MB; {lost} damaged."
    if lost:
        message = (
            f"{lost} records of {corpus / 'archive'} are damaged, all others are whole; restore "
            "the files that are named from a copy. A page whose record is lost is asked for again "
            "when its site says that it changed."
        )
        raise ArchiveError(message)


def snapshot(directory: Path, watch: Watch) -> Iterator[str]:
    """Check every file of a snapshot.

    Yields:
        A line for each file that is wrong, then the sum.

    Raises:
        SnapshotError: A file is wrong.
    """
    files = size = wrong = 0
    watch.begin("checking the snapshot", None)
    for file, found in check.check(directory):
        if file is not None:
            files += 1
            size += file.bytes
        if found is not None:
            wrong += 1
            yield f"{found.name}: {found.what}"
        watch.advance(files, None, f"{wrong} wrong")
    watch.end()
    yield f"Snapshot {directory.name}: {files} files, {size / 1e6:.1f} MB; {wrong} wrong."
    if wrong:
        message = (
            f"{wrong} files of {directory} are not what its manifest says; restore them from a "
            "copy, or delete that folder and run `therapy-corpus build`."
        )
        raise SnapshotError(message)
