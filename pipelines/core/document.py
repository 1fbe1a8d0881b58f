"""What we made of a capture: the document, and what its stages found in it."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from pipelines.core.measures import Measures
from pipelines.core.model import CaptureRef, EvidenceLine, Tier, Via
from pipelines.core.reasons import Reason
from pipelines.core.signs import Signs


class Origin(StrEnum):
    """Where a date or a name was read; the first is believed most."""

    JSON_LD = "json_ld"
    META = "meta"
    FEED = "feed"
    URL = "url"
    #: The visible words of the page.
    TEXT = "text"


class Precision(StrEnum):
    """How exactly the moment of a publication is known."""

    #: To the second or minute.
    TIME = "time"
    #: The day only; stored as its midnight, UTC.
    DAY = "day"


class BlockKind(StrEnum):
    """What a block that recurs over the posts of a site is."""

    BIO = "bio"
    CREDENTIALS = "credentials"
    CALL_TO_ACTION = "call_to_action"
    NEWSLETTER = "newsletter"
    LATEST_POSTS = "latest_posts"
    CREDIT = "credit"
    SHARING = "sharing"
    DISCLAIMER = "disclaimer"
    NOTICE = "notice"
    OTHER = "other"


class FlagKind(StrEnum):
    """What a reader has to know of a text before it is used."""

    #: It tells of a client, or of what a client said.
    CASE_MATERIAL = "case_material"
    #: Clients praise the practice.
    TESTIMONIAL = "testimonial"
    #: It speaks to people in acute danger: suicide, self-harm, crisis lines.
    CRISIS = "crisis"


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """A block that was taken out of a text, so that it can be put back."""

    #: Where in `text` it stood: the offset, in characters, at which `text` goes on after it.
    at: int
    #: The words, with the line ends that parted them from the text.
    text: str
    kind: BlockKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """Something to know of a text, and the sentence that shows it."""

    kind: FlagKind
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Redactions:
    """How often something private was replaced by a placeholder, by kind."""

    email: int = 0
    phone: int = 0
    address: int = 0
    licence: int = 0
    handle: int = 0
    booking: int = 0
    name: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """Why a document is not published."""

    reason: Reason
    #: The evidence in a few words: "31 words, fewer than 50".
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What we made of a capture; a rejected one keeps all that was known of it."""

    #: Hash of the canonical URL; the same in every snapshot.
    id: str
    #: The URL as it was fetched.
    url: str
    #: The host without "www."; see core.urls.site_of.
    site: str
    #: How the URL became known.
    via: Via
    fetched_at: datetime
    source: CaptureRef
    #: When the first capture with this version of title and text was made.
    valid_from: datetime | None = None
    #: Of a former version: when it was over, and by what; of the present one None.
    valid_to: datetime | None = None
    ended_by: str | None = None
    #: Words put in and taken out against the version before; None for the first one.
    edit_words: int | None = None
    title: str | None = None
    author: str | None = None
    author_from: Origin | None = None
    #: When the post was published; midnight UTC where only a day is given.
    published_at: datetime | None = None
    published_from: Origin | None = None
    published_precision: Precision | None = None
    #: How far, in minutes, the clock of the page that tells the moment is ahead of UTC.
    published_offset: int | None = None
    modified_at: datetime | None = None
    tags: tuple[str, ...] = ()
    #: What the site calls itself.
    site_name: str | None = None
    #: Clean prose, paragraphs separated by a blank line; what recurs over the site is out.
    text: str = ""
    #: What was taken out of the text, in order.
    removed: tuple[Removed, ...] = ()
    #: The text in the tokenization of Kim (2014), without digits and parentheses.
    normalized_text: str = ""
    #: How well two readings of the page agree on its text, 0 to 1.
    extraction_confidence: float | None = None
    #: What the markup says of the kind of page; known while a site is built, not stored.
    signs: Signs = field(default_factory=Signs)
    #: ISO 639-1 code (zh-cn and zh-tw for Chinese), or "und".
    language: str | None = None
    #: Probability that the detector gave, 0 to 1.
    language_confidence: float | None = None
    #: Words of the text, separated by white space.
    word_count: int = 0
    #: How much the text is about therapy or mental health, 0 to 1.
    subject_score: float | None = None
    quality: Measures | None = None
    redactions: Redactions = field(default_factory=Redactions)
    flags: tuple[Flag, ...] = ()
    #: What the site is made with, such as "wordpress"; None where that is not known.
    platform: str | None = None
    #: A licence that the page names; nobody has checked it.
    license: str | None = None
    permission: Tier = Tier.UNRESERVED
    #: The signals on which the permission rests.
    evidence: tuple[EvidenceLine, ...] = ()
    rejection: Rejection | None = None

    @property
    def whole_text(self) -> str:
        """The text with what was removed put back in its place."""
        parts: list[str] = []
        start = 0
        for block in self.removed:
            parts += [self.text[start : block.at], block.text]
            start = block.at
        return "".join([*parts, self.text[start:]])

    def reject(self, reason: Reason, detail: str = "") -> "Document":
        """A copy of this document that is turned down for `reason`."""
        return replace(self, rejection=Rejection(reason=reason, detail=detail))
