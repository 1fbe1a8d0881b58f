"""What the language and topic stages say of a page by its words and its address."""

from datetime import UTC, datetime

import pytest

from pipelines.core.document import Document
from pipelines.core.model import Via
from pipelines.core.reasons import Reason
from pipelines.stages.language import Language
from pipelines.stages.topic import Topic
from tests.factories import document

TEXTS = {
    "en": "We talked for a while about sleep and about the long hours before the morning.",
    "de": "Wir sprachen eine Weile über den Schlaf und die langen Stunden vor dem Morgen.",
    "fr": "Nous avons parlé du sommeil et des longues heures avant le matin, sans hâte.",
    "es": "Hablamos un rato del sueño y de las largas horas que preceden a la mañana.",
    "it": "Abbiamo parlato del sonno e delle lunghe ore che precedono il mattino.",
}

#: Of a post: a page of a few words is a stub.
WORDS = 150
#: Of any subject: what is judged here is the kind of a page.
TOPIC = Topic(subject="any")


def of(stage: Language | Topic, given: Document) -> Document:
    """One document after one stage."""
    return next(iter(stage([given])))


def reason(found: Document) -> Reason | None:
    """Why a document was turned down."""
    return None if found.rejection is None else found.rejection.reason


@pytest.mark.parametrize("language", sorted(TEXTS))
def test_languages(language: str) -> None:
    """A few sentences are enough to name their language."""
    found = of(Language(), document(text=TEXTS[language] * 2, language=None))

    assert found.language == language
    assert found.language_confidence is not None
    assert found.language_confidence > 0.9


@pytest.mark.parametrize("text", ["", "123 456", "🙂 🙂", "!?"])
def test_undetermined(text: str) -> None:
    """Where there is nothing to tell it by, the language is `und`."""
    found = of(Language(), document(text=text, language=None))

    assert (found.language, found.language_confidence) == ("und", 0.0)


def test_short_text_is_stable() -> None:
    """A text on which the detector wavers gets the same answer every time."""
    wavering = document(text="hotel taxi radio", language=None)

    assert len({of(Language(), wavering).language for _ in range(10)}) == 1


@pytest.mark.parametrize(
    ("path", "via", "expected"),
    [
        ("/", Via.SEED, Reason.TOPIC_HOME),
        ("/category/sleep/", Via.SITEMAP, Reason.TOPIC_LISTING),
        ("/2024/05/", Via.LISTING, Reason.TOPIC_LISTING),
        ("/search?q=sleep", Via.IMPORT, Reason.TOPIC_LISTING),
        ("/tag/sleep", Via.FEED, Reason.TOPIC_LISTING),
        ("/author/ruth/", Via.IMPORT, Reason.TOPIC_LISTING),
        ("/contact/", Via.SITEMAP, Reason.TOPIC_CONTACT),
        ("/2024/05/a-long-night/", Via.IMPORT, None),
        ("/a-long-night-and-a-short-day/", Via.IMPORT, None),
        ("/rest/", Via.FEED, None),
    ],
)
def test_addresses(path: str, via: Via, expected: Reason | None) -> None:
    """An address tells listings, home pages and other pages from posts."""
    found = of(
        TOPIC,
        document(url=f"http://blog.example{path}", via=via, published_at=None, word_count=WORDS),
    )

    assert reason(found) == expected


def test_a_date_settles_a_doubt() -> None:
    """A page whose address leaves a doubt is a post if it is dated."""
    url = "http://blog.example/rest/"
    day = datetime(2024, 5, 1, tzinfo=UTC)

    assert reason(
        of(TOPIC, document(url=url, via=Via.SITEMAP, published_at=None, word_count=WORDS))
    )
    assert (
        reason(of(TOPIC, document(url=url, via=Via.SITEMAP, published_at=day, word_count=WORDS)))
        is None
    )


def test_index_of_a_section() -> None:
    """A page below which three others lie is a listing, whatever it is called."""
    paths = ("learn-more-here/", *(f"learn-more-here/on-matter-{n}/" for n in range(3)))
    pages = [
        document(url=f"http://blog.example/{path}", via=Via.SITEMAP, word_count=WORDS)
        for path in paths
    ]

    assert [reason(found) for found in TOPIC(pages)] == [Reason.TOPIC_LISTING, None, None, None]
