"""Makes documents for tests: whole ones, of which a test names only what it is about."""

import hashlib
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipelines.core.dedup import Dedup
from pipelines.core.document import Document, Rejection
from pipelines.core.model import CaptureRef, Via
from pipelines.core.reasons import Reason
from pipelines.core.splits import SplitSettings
from pipelines.core.urls import document_id, site_hash, site_of
from pipelines.dataset.documents import inputs_of, path_of, write
from pipelines.dataset.gates import Gates
from pipelines.dataset.index import opened
from pipelines.dataset.plan import Sizes
from pipelines.dataset.release import release
from pipelines.dataset.snapshot import Origin, Published
from pipelines.dataset.spread import Spread

#: Comes after any moment at which a version ends.
FOREVER = datetime.max.replace(tzinfo=UTC)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
#: What therapists write of, in paragraphs that are published: no two sentences are the same.
ESSAY = (
    "We talked for a while about sleep and worry. In therapy the first hour of a day says much.",
    "Anxiety is often a guest who came early. A therapist learns to ask it what it wants.",
    "Grief keeps its own calendar, and clients know that. Nobody is late in mourning somebody.",
    "Couples counselling begins with a pause. Both of them hear the kettle before they speak.",
    "Depression makes a room smaller than it is. Opening one window is a good enough plan.",
    "Trauma lives in the shoulders, as people say. Our sessions go slowly there, and stop often.",
    "A panic attack ends, even if it says that it will not. Breathing out is the longer half.",
    "Self-compassion sounds soft to many of us. It is the harder homework of the two I give.",
)
_SENTENCE = "we talk about sleep and about the weight of a long week before we begin to rest"
WORDS = tuple(_SENTENCE.split(" "))


def document(  # noqa: PLR0913 - one keyword for each field that a test may be about
    *,
    url: str = "https://blog.example/a-post",
    via: Via = Via.FEED,
    fetched_at: datetime = NOON,
    title: str | None = "A post",
    author: str | None = "A. Therapist",
    published_at: datetime | None = NOON - timedelta(days=30),
    modified_at: datetime | None = None,
    tags: tuple[str, ...] = ("sleep",),
    text: str = "We talk about sleep.\n\nThen we rest.",
    normalized_text: str = "we talk about sleep then we rest",
    language: str | None = "en",
    language_confidence: float | None = 0.999,
    word_count: int = 7,
    source: CaptureRef | None = None,
    rejection: Rejection | None = None,
) -> Document:
    """A document as the stages leave it; `id`, `site` and `source` follow from `url`."""
    site = site_of(url)
    place = CaptureRef(
        file=f"{site_hash(site)}/000001.warc.gz", offset=0, length=512, digest="sha256:" + "0" * 64
    )
    return Document(
        id=document_id(url),
        url=url,
        site=site,
        via=via,
        fetched_at=fetched_at,
        source=source or place,
        title=title,
        author=author,
        published_at=published_at,
        modified_at=modified_at,
        tags=tags,
        text=text,
        normalized_text=normalized_text,
        language=language,
        language_confidence=language_confidence,
        word_count=word_count,
        rejection=rejection,
    )


def post(site: str, number: int, *, note: str = "") -> Document:
    """The numbered post of a site, with words of its own, a day after the one before it."""
    draw = random.Random(f"{site} {number}")
    prose = " ".join([*draw.choices(WORDS, k=40), site.partition(".")[0], f"{note}."])
    return document(
        url=f"https://{site}/post-{number}",
        title=f"Post {number}",
        author=f"Author of {site}",
        published_at=NOON - timedelta(days=1000 - number),
        text=prose,
        normalized_text=prose.rstrip("."),
        word_count=len(prose.split()),
    )


def rejected(site: str, number: int) -> Document:
    """A page of a site that has too few words."""
    return post(site, number).reject(Reason.QUALITY_TOO_SHORT, "3 words, fewer than 50")


def copied(site: str, number: int, kept: Document) -> Document:
    """A post of a site that is `kept` with a word more, published later."""
    text = f"{kept.text} Again."
    later = (kept.published_at or NOON) + timedelta(hours=1)
    return replace(post(site, number), text=text, published_at=later)


def stored(corpus: Path, documents: Iterable[Document], *, made_by: str = "") -> dict[str, str]:
    """Store documents as a build does; the files of sites that did not change stay.

    Returns:
        What the documents of each site are made from.
    """
    sites: defaultdict[str, list[Document]] = defaultdict(list)
    for one in documents:
        sites[one.site].append(one)
    wanted: dict[str, str] = {}
    sign = Dedup().signer()
    for site, found in sites.items():
        found.sort(key=lambda one: (one.id, one.url, one.valid_to or FOREVER))
        wanted[site] = f"{made_by} {hashlib.sha256(repr(found).encode()).hexdigest()}"
        path = path_of(corpus, site)
        if inputs_of(path) != wanted[site]:
            write(path, found, inputs=wanted[site], sign=sign)
    return wanted


def publish_documents(  # noqa: PLR0913 - one for each setting
    corpus: Path,
    documents: Iterable[Document],
    *,
    recipe: str = "r",
    software: Mapping[str, str] | None = None,
    sizes: Sizes | None = None,
    splits: SplitSettings | None = None,
    dedup: Dedup | None = None,
    gates: Gates | None = None,
    spread: Spread | None = None,
) -> Published:
    """Store these documents and publish them: all that follows the stages of the sites."""
    wanted = stored(corpus, documents, made_by=recipe)
    with opened(corpus, dedup or Dedup()) as index:
        return release(
            index,
            wanted,
            splits=splits or SplitSettings(),
            origin=Origin(recipe=recipe, software=software or {}),
            sizes=sizes,
            gates=gates,
            spread=spread,
        )
