"""The gates of a release: what a new snapshot must keep, and how far from the last it may be."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.core.errors import ConfigError, GateFailed
from pipelines.core.gate_settings import GateSettings
from pipelines.dataset.measured import Measured

#: The gates by name, in the order in which they are told.
GATES = (
    *("schema", "permission", "splits", "rows", "sites", "nulls", "languages", "length"),
    "duplicates",
)
ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A gate that a snapshot does not pass."""

    gate: str
    #: What was found, and the bound.
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    """The gates with the bounds of one corpus."""

    settings: GateSettings
    #: Names of gates that are overridden this once, or `all`.
    accepted: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        unknown = set(self.accepted) - {*GATES, ALL}
        if unknown:
            message = f"--accept {min(unknown)}: no gate; there are {', '.join(GATES)} and {ALL}."
            raise ConfigError(message)


def check(new: Measured, former: Measured | None, settings: GateSettings) -> tuple[Failure, ...]:
    """The gates that a snapshot does not pass.

    Args:
        new: What was measured on it.
        former: What was measured on the last one; None for a first one, which has the absolute
            gates alone.
        settings: The bounds.
    """
    found = list(_absolute(new))
    if former is not None:
        found += _against(new, former, settings)
    return tuple(sorted(found, key=lambda failure: (GATES.index(failure.gate), failure.sentence)))


def let_through(
    failures: Collection[Failure], accepted: Collection[str], where: Path
) -> tuple[str, ...]:
    """What goes into the record of a snapshot that is published in spite of its gates.

    Args:
        failures: The gates that it does not pass.
        accepted: Names of gates that are overridden, or `all`.
        where: Where the snapshot is kept aside.

    Raises:
        GateFailed: A gate fails that is not overridden.
    """
    closed = [one for one in failures if ALL not in accepted and one.gate not in accepted]
    if closed:
        told = "; ".join(f"{failure.gate}: {failure.sentence}" for failure in closed)
        names = " ".join(f"--accept {gate}" for gate in dict.fromkeys(one.gate for one in closed))
        message = (
            f"The new snapshot does not pass its gates ({told}), so the former one is still "
            f"current. Look at it in {where}; if it is right, run `therapy-corpus build {names}`."
        )
        raise GateFailed(message)
    return tuple(f"{failure.gate}: {failure.sentence}" for failure in failures)


def _absolute(new: Measured) -> Iterator[Failure]:
    for name in new.wrong_schemas:
        yield Failure(gate="schema", sentence=f"{name} has other columns than its table")
    for name, count in sorted(new.missing.items()):
        yield Failure(gate="schema", sentence=f"{count} rows have no {name}, which all must have")
    if new.odd_permissions:
        sentence = f"{new.odd_permissions} rows have no permission that may be published"
        yield Failure(gate="permission", sentence=sentence)
    if new.unproven_open:
        sentence = f"{new.unproven_open} rows are `open` without evidence"
        yield Failure(gate="permission", sentence=sentence)


def _against(new: Measured, former: Measured, settings: GateSettings) -> Iterator[Failure]:
    if new.moved_to_train:
        sentence = f"{new.moved_to_train} rows moved from validation or test into train"
        yield Failure(gate="splits", sentence=sentence)
    if former.rows < settings.least_rows or not new.rows:
        if former.rows and not new.rows:
            yield Failure(gate="rows", sentence=f"none of {former.rows} rows is left")
        return
    yield from _rows(new, former, settings)
    yield from _shares(new, former, settings)
    risen = new.unproven / new.rows - former.unproven / former.rows
    if risen > settings.evidence:
        yield Failure(
            gate="permission",
            sentence=f"rows without evidence rose by {risen:.3f}, more than {settings.evidence}",
        )


def _rows(new: Measured, former: Measured, settings: GateSettings) -> Iterator[Failure]:
    lost = 1 - new.rows / former.rows
    if lost > settings.rows_lost:
        sentence = f"{new.rows} rows after {former.rows}, {lost:.1%} less"
        yield Failure(gate="rows", sentence=f"{sentence}; the bound is {settings.rows_lost:.1%}")
    if len(former.sites) >= settings.least_sites:
        gone = [site for site in former.sites if site not in new.sites]
        if len(gone) > settings.sites_lost * len(former.sites):
            sentence = f"{len(gone)} of {len(former.sites)} sites have no row, such as {min(gone)}"
            bound = f"; the bound is {settings.sites_lost:.1%}"
            yield Failure(gate="sites", sentence=sentence + bound)
    large = {site: rows for site, rows in former.sites.items() if rows >= settings.site_rows}
    shrunk = sorted(
        site
        for site, rows in large.items()
        if 0 < new.sites.get(site, 0) < (1 - settings.site_loss) * rows
    )
    if len(shrunk) > settings.sites_shrunk * len(large):
        sentence = f"{len(shrunk)} of {len(large)} large sites lost more than "
        sentence += f"{settings.site_loss:.0%} of their rows, such as {shrunk[0]}"
        bound = f"; the bound is {settings.sites_shrunk:.1%} of them"
        yield Failure(gate="sites", sentence=sentence + bound)


def _shares(new: Measured, former: Measured, settings: GateSettings) -> Iterator[Failure]:
    for name in sorted(new.nulls.keys() & former.nulls.keys()):
        risen = new.nulls[name] / new.rows - former.nulls[name] / former.rows
        if risen > settings.nulls:
            sentence = f"missing values of {name} rose by {risen:.3f}, more than {settings.nulls}"
            yield Failure(gate="nulls", sentence=sentence)
    for code in sorted(new.languages.keys() | former.languages.keys()):
        moved = new.languages.get(code, 0) / new.rows - former.languages.get(code, 0) / former.rows
        if abs(moved) > settings.languages:
            sentence = f"the share of {code} moved by {moved:+.3f}, more than {settings.languages}"
            yield Failure(gate="languages", sentence=sentence)
    moved = new.median_words / max(former.median_words, 1) - 1
    if abs(moved) > settings.length:
        sentence = f"a median of {new.median_words} words after {former.median_words}"
        yield Failure(gate="length", sentence=f"{sentence}; the bound is {settings.length:.0%}")
    risen = new.copies / (new.rows + new.copies) - former.copies / (former.rows + former.copies)
    if risen > settings.duplicates:
        sentence = f"the share of copies rose by {risen:.3f}, more than {settings.duplicates}"
        yield Failure(gate="duplicates", sentence=sentence)
