"""What several posts share is kept up to date as sites come, change and go, whatever breaks off."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.core.dedup import Dedup
from pipelines.core.document import Document
from pipelines.core.errors import SnapshotError
from pipelines.dataset import index as index_module
from pipelines.dataset.index import opened
from tests.factories import document, stored
from tests.many import prose

#: Numbers of the address and of the text of each post of each site; text 0 has no words.
State = dict[str, list[tuple[int, int]]]

STATES = st.dictionaries(
    st.sampled_from([f"site-{letter}.example" for letter in "abcd"]),
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=4),
)
#: Asked of all posts, and what is kept up to date instead.
SAME = {
    "SELECT id FROM post GROUP BY id HAVING count(*) > 1": "FROM repeated",
    "SELECT text FROM post GROUP BY text HAVING count(*) > 1": "FROM several",
    "SELECT DISTINCT text FROM post WHERE text > 0": "SELECT text FROM text",
    "SELECT text FROM text": "SELECT DISTINCT text FROM band",
    "SELECT text FROM text WHERE false": "FROM loose",
}


def posts(state: State) -> list[Document]:
    """The posts of a state; one address may be on several sites."""
    return [
        replace(
            document(
                url=f"https://any.example/{address}", text=prose(words, 0, 30) if words else "1, 2."
            ),
            site=site,
        )
        for site, pages in state.items()
        for address, words in pages
    ]


def taken_in(corpus: Path, state: State, broken_at: int | None) -> None:
    """Bring the index up to date, or as far as to a site whose documents are not there."""
    wanted = list(stored(corpus, posts(state)).items())
    with opened(corpus, Dedup()) as index:
        if broken_at is None:
            index.update(dict(wanted))
            return
        wanted.insert(broken_at, ("missing.example", "1"))
        with pytest.raises(SnapshotError):
            index.update(dict(wanted))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(STATES, st.none() | st.integers(0, 4)), max_size=4), STATES)
def test_what_is_shared_is_what_all_posts_tell(
    way: Sequence[tuple[State, int | None]], last: State
) -> None:
    """The ids and texts that several posts have, and no text that none has, as if asked anew."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(index_module, "_AT_ONCE", 1)
        corpus = Path(folder)
        for state, broken_at in [*way, (last, None)]:
            taken_in(corpus, state, broken_at)
        with duckdb.connect(str(corpus / "documents" / "index.duckdb")) as database:
            for asked, kept in SAME.items():
                found = sorted(database.execute(kept).fetchall())
                assert found == sorted(database.execute(asked).fetchall())
