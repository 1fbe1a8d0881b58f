"""How far a new snapshot may be from the last one: section `[gates]` of the config."""

from dataclasses import dataclass, fields

from pipelines.core.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class GateSettings:
    """Bounds of the gates; all are shares from 0 to 1, or counts. A share of 1 never closes."""

    #: Rows, or sites, below which a snapshot is not measured against the last one.
    least_rows: int = 200
    least_sites: int = 20
    #: By how much the share of missing values of a column may rise.
    nulls: float = 0.2
    #: Share of all rows, and of all sites, that may be lost.
    rows_lost: float = 0.1
    sites_lost: float = 0.1
    #: Share of its rows that a site with `site_rows` rows or more may lose; how many such sites
    #: may lose more: this share of them.
    site_rows: int = 50
    site_loss: float = 0.5
    sites_shrunk: float = 0.02
    #: By how much the share of a language may move.
    languages: float = 0.1
    #: By which share the median of words may move.
    length: float = 0.25
    #: By how much the share of copies may rise.
    duplicates: float = 0.1
    #: By how much the share of rows without any evidence of their permission may rise.
    evidence: float = 0.0

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if value < 0 or (item.type is float and value > 1):
                span = "from 0 to 1" if item.type is float else "at least 0"
                message = f"gates.{item.name} must be {span}, not {value}."
                raise ConfigError(message)
