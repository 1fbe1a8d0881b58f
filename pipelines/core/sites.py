"""The sites of a corpus with all that decides their documents, besides the recipe."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.core import standing, state
from pipelines.core.state import SiteLedger


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteState:
    """All that a site's documents are made from, besides the recipe."""

    ledger: SiteLedger
    #: Grows with every change of what may be published of the site.
    serial: int
    #: What the site is made with; empty where that is not known.
    platform: str

    @property
    def identity(self) -> str:
        """Another text for another state: more pages or feeds, a refusal, a platform."""
        ledger = self.ledger
        pages, feeds = (ledger.captures, ledger.newest), (ledger.feeds, ledger.newest_feed)
        return f"{pages}:{feeds}:{self.serial}:{self.platform}"


def states(connection: sqlite3.Connection) -> Iterator[SiteState]:
    """Every site that the archive holds pages of."""
    for ledger in state.sites(connection):
        yield SiteState(
            ledger=ledger,
            serial=standing.serial_of_site(connection, ledger.site),
            platform=standing.platform_of_site(connection, ledger.site),
        )
