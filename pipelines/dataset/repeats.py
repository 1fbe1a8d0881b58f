"""Which ids and texts several posts have, and which texts none: told anew of changed sites alone.

Few posts share an id or a text with another one, and they alone have to be put in order.
"""

import duckdb

#: Texts of the posts of some sites, which may be the last that have them.
LOOSEN = """
INSERT INTO loose SELECT DISTINCT text FROM post WHERE text > 0 AND site IN (SELECT unnest(?))
"""
_DUE = "SELECT EXISTS (FROM site WHERE NOT is_settled) OR EXISTS (FROM loose)"
#: What may have come to be shared is what a changed site has; what may no longer be is what was.
_SHARED = """
CREATE OR REPLACE TEMP TABLE again AS
SELECT {key} FROM post WHERE {key} IN (
    SELECT {key} FROM post SEMI JOIN (FROM site WHERE NOT is_settled) USING (site)
    UNION ALL SELECT {key} FROM {table}
) GROUP BY {key} HAVING count(*) > 1;
DELETE FROM {table};
INSERT INTO {table} FROM again;
DROP TABLE again;
"""
_DEAD = """
CREATE OR REPLACE TEMP TABLE dead AS
SELECT DISTINCT text FROM loose ANTI JOIN post USING (text)
"""
_FORGET_DEAD = """
DELETE FROM band WHERE text IN (FROM dead);
DELETE FROM pair WHERE one IN (FROM dead) OR other IN (FROM dead);
DELETE FROM proposal WHERE one IN (FROM dead) OR other IN (FROM dead);
DELETE FROM text WHERE text IN (FROM dead);
"""
_SETTLED = """
DELETE FROM loose;
UPDATE site SET is_settled = true WHERE NOT is_settled;
"""


def settle(database: duckdb.DuckDBPyConnection) -> None:
    """Bring `repeated` and `several` up to date, and forget the texts that no post has.

    The caller commits it. Until then sites that came are marked, and texts that a post lost
    are in `loose`, so that nothing is left out after a kill.

    Args:
        database: The index.
    """
    if database.execute(_DUE).fetchone() != (True,):
        return
    database.execute(_SHARED.format(key="id", table="repeated"))
    database.execute(_SHARED.format(key="text", table="several"))
    database.execute(_DEAD)
    if database.execute("SELECT EXISTS (FROM dead)").fetchone() == (True,):
        database.execute(_FORGET_DEAD)
    database.execute("DROP TABLE dead")
    database.execute(_SETTLED)
