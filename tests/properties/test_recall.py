"""What was found in the texts of a site is found again without looking, and is the same."""

from hypothesis import given
from hypothesis import strategies as st

from pipelines.core.document import Document
from pipelines.core.recall import Recall, key_of, recalling
from pipelines.core.stage import flow
from pipelines.known import PACKING
from pipelines.recipe import DEFAULT
from tests.contracts.test_stages import DOCUMENTS
from tests.recurring import LETTER, OFFER, PLAIN, posts


def _looked_at(documents: list[Document], recall: Recall) -> list[Document]:
    with recalling(recall):
        return list(flow(DEFAULT.together, documents))


@given(documents=DOCUMENTS, blocks=st.lists(st.sampled_from([LETTER, OFFER, PLAIN]), max_size=3))
def test_what_is_known_is_what_would_be_found(documents: list[Document], blocks: list[str]) -> None:
    """Documents are the same with and without what is known, and nothing is found twice."""
    site = [*flow(DEFAULT.per_page, documents), *posts(6, *blocks)]
    made = list(flow(DEFAULT.together, site))
    first = Recall()
    assert _looked_at(site, first) == made
    former = PACKING.unpack(PACKING.pack(first.used))
    assert isinstance(former, dict)
    again = Recall(former=former)

    assert _looked_at(site, again) == made

    assert again.used == first.used
    assert all(found is former[key] for key, found in again.used.items())


def test_nothing_is_noted_outside() -> None:
    """What is looked at later, by whomever, leaves nothing in a site's memory."""
    recall = Recall()
    _looked_at(posts(6, OFFER), recall)
    before = dict(recall.used)

    list(flow(DEFAULT.together, posts(9, LETTER)))

    assert recall.used == before


@given(st.lists(st.text(), max_size=3), st.lists(st.text(), max_size=3))
def test_other_parts_have_another_key(one: list[str], other: list[str]) -> None:
    """Keys are equal where all parts are, wherever one part ends and the next begins."""
    assert (key_of(*one) == key_of(*other)) == (one == other)
    assert key_of("".join(one)) != key_of("".join(one), "")
