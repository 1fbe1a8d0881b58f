"""The views of a snapshot that are made of its tables, each with a sentence."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from pipelines.core.reasons import Reason
from pipelines.dataset.columns import RECIPE
from pipelines.dataset.schema import DATA, DUPLICATES, HISTORY, TABLES

#: The macro that tells the state of the corpus at a moment, as it is called.
AS_OF = "as_of(moment)"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A view, or a macro that gives a table."""

    name: str
    #: What its rows are.
    sentence: str
    #: The statement that makes it.
    sql: str
    #: The folders of the tables that it reads; older snapshots do not have all of them.
    needs: frozenset[str]


def made(tables: Collection[str]) -> Iterator[View]:
    """The views that can be made of these tables, in an order in which each can be made."""
    return (view for view in _VIEWS if view.needs <= set(tables))


def sentence_of(name: str) -> str:
    """What the rows of a view are; empty where there is no such view."""
    told = {table.view: table.sentence for table in TABLES}
    told |= {view.name: view.sentence for view in _VIEWS}
    return told.get(name, "")


def _with_copies(*rules: Reason) -> str:
    """The documents, and the copies that were turned down by these rules."""
    columns = ", ".join(column.name for column in DATA.columns)
    listed = ", ".join(f"'{rule.value}'" for rule in rules)
    return (
        f"SELECT {columns} FROM {DATA.view} UNION ALL "  # noqa: S608 - ours
        f"SELECT {columns} FROM {DUPLICATES.view} WHERE rule IN ({listed})"
    )


def _versions() -> str:
    """Former versions of posts, and the present ones, which nothing has ended."""
    names = [column.name for column in HISTORY.columns if column != RECIPE]
    missing = {"valid_to": "NULL::TIMESTAMPTZ AS valid_to", "ended_by": "NULL::TEXT AS ended_by"}
    present = ", ".join(missing.get(name, name) for name in names)
    return (
        f"SELECT {', '.join(names)} FROM {HISTORY.view} UNION ALL "  # noqa: S608 - ours
        f"SELECT {present} FROM documents_all"
    )


#: What was taken out of the posts of each site, and out of how many of them.
_TEMPLATES = f"""
SELECT site, block.kind AS kind, trim(block.text, chr(10)) AS text, count(DISTINCT id) AS posts
FROM (SELECT site, id, unnest(removed) AS block FROM {DATA.view})
GROUP BY ALL
"""  # noqa: S608 - ours
_IN_FORCE = """
SELECT * FROM posts_history WHERE valid_from <= moment::TIMESTAMPTZ
AND (valid_to IS NULL OR moment::TIMESTAMPTZ < valid_to)
"""
_DATA = frozenset({DATA.name})
_NEAR = (Reason.DEDUP_NEAR, Reason.DEDUP_CONTAINED)
# Copies have their text, and posts their versions, since there is a table of these.
_ALL = frozenset({DATA.name, DUPLICATES.name, HISTORY.name})
_VIEWS = (
    View(
        name="documents_strict",
        sentence="The same as documents: no copies of any kind.",
        sql=f"CREATE VIEW documents_strict AS SELECT * FROM {DATA.view}",  # noqa: S608 - ours
        needs=_DATA,
    ),
    View(
        name="documents_loose",
        sentence="The posts with their near and contained copies; only exact copies are out.",
        sql=f"CREATE VIEW documents_loose AS {_with_copies(*_NEAR)}",
        needs=_ALL,
    ),
    View(
        name="documents_all",
        sentence="Every accepted post, with its copies under other addresses.",
        sql=f"CREATE VIEW documents_all AS {_with_copies(Reason.DEDUP_EXACT, *_NEAR)}",
        needs=_ALL,
    ),
    View(
        name="posts_history",
        sentence="Every version of every accepted post; the present one has no valid_to.",
        sql=f"CREATE VIEW posts_history AS {_versions()}",
        needs=_ALL,
    ),
    View(
        name=AS_OF,
        sentence="The versions of posts_history that stood at a moment, such as '2026-01-31'.",
        sql=f"CREATE MACRO {AS_OF} AS TABLE {_IN_FORCE}",
        needs=_ALL,
    ),
    View(
        name="templates",
        sentence="Blocks that were taken out of a site's posts, and how many posts had them.",
        sql=f"CREATE VIEW templates AS {_TEMPLATES}",
        needs=_DATA,
    ),
)
