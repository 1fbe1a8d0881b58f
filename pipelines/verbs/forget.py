"""`forget`: takes posts out of everything a corpus holds, and keeps them out."""

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from pipelines.core import doomed as intents
from pipelines.core import erase, opt_out, state
from pipelines.core.config import Config
from pipelines.core.doomed import Doomed
from pipelines.core.errors import StateError
from pipelines.core.places import places_of
from pipelines.core.purge import Purged, blogs_of, purge
from pipelines.core.removals import Mark, Removals, write_whole
from pipelines.core.urls import site_hash
from pipelines.core.watch import Watch
from pipelines.dataset import documents
from pipelines.dataset.compact import compact
from pipelines.dataset.withdraw import withdraw
from pipelines.recipe import configured
from pipelines.verbs.forget_targets import Target, gathered, judged

#: Gates that a removal may well not pass, as less is there than before.
WANTED_LOSSES = ("rows", "sites", "nulls", "languages", "length", "duplicates")
#: The record of removals, which tells no address, title, name or text.
RECORD = "removals.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What a removal took out."""

    #: Tells it from others.
    removal: str
    #: When it was asked for (UTC).
    at: str
    #: What was named (url, site, author or id) and why it went, for each that asked.
    wishes: tuple[tuple[str, str], ...]
    #: What became of copies.
    policy: str
    #: Pages that went, and rows of them in the snapshot that was current.
    pages: int
    rows: int
    #: Captures that went out of the archive, and those that were edited, in this attempt.
    captures: int
    edited: int
    #: Snapshots that were written anew, in this attempt.
    snapshots: int


def forget(config: Config, targets: Sequence[Target], watch: Watch) -> Forgotten:
    """Take out some targets; the caller holds the corpus' lock.

    What goes is written down first, so that after a kill the next verb that writes ends it.

    Raises:
        CorpusError: The state, the archive or a snapshot cannot be used.
    """
    watch.begin("looking for what goes", None)
    found = gathered(config, targets)
    intents.write(config.corpus, found)
    watch.end()
    return _carried_out(config, found, watch)


def make_good(config: Config, watch: Watch) -> list[Forgotten]:
    """End a removal that was killed, then take out what opt-out.yaml names anew.

    Every verb that writes does this first.

    Raises:
        ConfigError: There is a mistake in opt-out.yaml; nothing of it was done.
    """
    done: list[Forgotten] = []
    wishes = [
        replace(judged(one.target, one.kind, one.reason), is_entry=True)
        for one in opt_out.read(config.file)
    ]
    unfinished = intents.read(config.corpus)
    if unfinished is not None:
        done.append(_carried_out(config, unfinished, watch))
    removals = Removals.load(config.corpus)
    new = [wish for wish in wishes if not removals.holds(Mark.ENTRY, wish.entry)]
    if new:
        done.append(forget(config, new, watch))
    return done


def has_snapshot(config: Config) -> bool:
    """Whether anything was published, so that a build has to follow."""
    return (config.corpus / "CURRENT").exists()


def told(done: Sequence[Forgotten]) -> Iterator[str]:
    """What was taken out, in a line for each removal."""
    for one in done:
        if not one.pages and not one.captures:
            yield "Nothing of it was here; it is on the list, so it will not come in."
            continue
        yield (
            f"Taken out: {one.pages} pages with {one.rows} rows of the current snapshot, "
            f"{one.captures} captures; {one.edited} captures lost links to them, "
            f"{one.snapshots} snapshots were written anew."
        )


def _carried_out(config: Config, found: Doomed, watch: Watch) -> Forgotten:
    """Do all steps; each of them, done again, ends what it had begun."""
    corpus = config.corpus
    watch.begin("taking out", None)
    removals = Removals.load(corpus)
    Removals(salt=removals.salt, hashes=removals.hashes | found.hashes).save(corpus)
    connection = state.connect(corpus)
    try:
        blogs = blogs_of(connection, found)
        purged = purge(connection, corpus / "archive", found)
        erase.erase(connection, found, blogs)
        sites = found.touched | found.neighbours
        _clear_documents(config, sites)
        snapshots = withdraw(corpus, found, places_of(connection, sites))
        erase.clean_logs(corpus / "state", found)
        erase.tidy(connection)
    finally:
        connection.close()
    forgotten = _told(found, purged, snapshots)
    if found.wishes:
        _record(corpus / RECORD, forgotten)
    intents.path_of(corpus).unlink(missing_ok=True)
    watch.end()
    return forgotten


def _told(found: Doomed, purged: Purged, snapshots: int) -> Forgotten:
    return Forgotten(
        removal=found.removal,
        at=found.at,
        wishes=found.wishes,
        policy=found.policy,
        pages=len(found.ids),
        rows=found.rows,
        captures=purged.captures,
        edited=purged.edited,
        snapshots=snapshots,
    )


def _clear_documents(config: Config, sites: frozenset[str]) -> None:
    """Let the next build make the documents of the sites anew; end what killed ones began."""
    folder = config.corpus / documents.FOLDER
    names = [f"{site_hash(site)}.*" for site in sites]
    for path in [path for name in ["*.unfinished", *names] for path in folder.glob(name)]:
        path.unlink(missing_ok=True)
    shutil.rmtree(folder / "index.tmp", ignore_errors=True)
    compact(config.corpus, configured(config).dedup, sites)
    snapshots = config.corpus / "snapshots"
    for path in [*snapshots.glob(".tmp-*"), *snapshots.glob("held-*")]:
        shutil.rmtree(path)


def _record(path: Path, forgotten: Forgotten) -> None:
    """Add a line to the record of removals; one that is there already is not added again."""
    try:
        known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    except (OSError, ValueError) as error:
        message = f"{path} cannot be read ({error}); mend or move it, then run this again."
        raise StateError(message) from error
    if all(one["removal"] != forgotten.removal for one in known):
        wishes = [{"kind": kind, "reason": reason} for kind, reason in forgotten.wishes]
        known.append({**asdict(forgotten), "wishes": wishes})
        write_whole(path, json.dumps(known, indent=2, ensure_ascii=False) + "\n")
