"""The nouns of the crawl: what is asked for, what may be done with it, what the web said."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pipelines.core.reasons import Reason


class Kind(StrEnum):
    """What a URL is fetched as."""

    ROBOTS = "robots"
    #: /.well-known/tdmrep.json: what a site reserves (TDMRep).
    TDMREP = "tdmrep"
    #: The licence that a robots.txt names (RSL).
    RSL = "rsl"
    #: A page that cannot exist, which shows how a site answers for missing ones.
    PROBE = "probe"
    SITEMAP = "sitemap"
    FEED = "feed"
    HOME = "home"
    LISTING = "listing"
    POST = "post"
    #: A page whose kind nobody has said: an imported one, or one given by hand.
    PAGE = "page"

    @property
    def is_page(self) -> bool:
        """Whether captures of this kind are read as documents."""
        return self in {Kind.HOME, Kind.LISTING, Kind.POST, Kind.PAGE}

    @property
    def is_notice(self) -> bool:
        """Whether it says what an origin allows, rather than leading to posts."""
        return self in {Kind.ROBOTS, Kind.TDMREP, Kind.RSL}


class Via(StrEnum):
    """How a URL became known: the provenance that its judgement leans on."""

    SEED = "seed"
    ROBOTS = "robots"
    FEED = "feed"
    #: A sitemap whose name says that it lists posts.
    POST_SITEMAP = "post_sitemap"
    #: A sitemap that says nothing about what it lists.
    SITEMAP = "sitemap"
    #: A sitemap whose name says that it lists pages, terms or users.
    PAGE_SITEMAP = "page_sitemap"
    #: A link in the content of a home or listing page.
    LISTING = "listing"
    #: A link in a navigation bar, header, footer or sidebar.
    NAVIGATION = "navigation"
    #: A previous/next link of a page or feed.
    PAGING = "paging"
    #: A source of its platform that names all posts: the pages of an API or of a feed.
    ENUMERATION = "enumeration"
    IMPORT = "import"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """One line of a list of blogs."""

    #: Absolute http(s) URL of the blog's home page.
    url: str
    #: What people call the blog; empty where the list does not say.
    name: str = ""
    #: File and line that named it, for error messages.
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A URL that a capture points to, with what is known of it before it is fetched."""

    url: str
    kind: Kind
    via: Via
    #: URL of the capture that held the link.
    found_on: str
    #: How likely the URL is a post, 0 to 1.
    score: float
    #: The rule that gave the score, in a few words.
    why: str
    #: When the feed or sitemap says that the page last changed (UTC).
    modified_hint: datetime | None = None


class Tier(StrEnum):
    """What may be done with a page, as its site and the page say."""

    #: A signal says that training on it is allowed.
    OPEN = "open"
    #: Nothing was found that reserves it.
    UNRESERVED = "unreserved"
    #: A signal says no: it is not fetched, not stored and not published.
    REFUSED = "refused"


class Use(StrEnum):
    """What a signal speaks of."""

    FETCH = "fetch"
    STORE = "store"
    #: Its links may be followed.
    FOLLOW = "follow"
    TRAIN = "train"
    #: It names a licence.
    LICENSE = "license"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One thing that a site or a page says about its use."""

    #: What it is called where people write it: "robots.txt", "X-Robots-Tag", "meta robots".
    name: str
    use: Use
    #: Whether it says yes; a licence is only a candidate, so it says neither.
    allows: bool | None
    #: The words that said it, at most 200 characters.
    value: str
    #: Where it was read.
    url: str
    #: When (UTC).
    at: datetime
    #: What a page is turned down with where it says no.
    reason: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceLine:
    """A signal as it is stored beside the page that it speaks of."""

    signal: str
    value: str
    url: str
    #: When it was read (UTC).
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """What all signals together say of a page; any "no" wins."""

    tier: Tier
    #: Why it is refused; None where it is not.
    reason: Reason | None = None
    #: A licence that the page names, such as "CC-BY-4.0"; a candidate, nobody has checked it.
    license: str = ""
    #: Whether the links of the page may be followed.
    may_follow: bool = True
    #: The signals that were found; those that refuse come first.
    evidence: tuple[Signal, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Whether the page may not be fetched, stored or published."""
        return self.tier is Tier.REFUSED

    @property
    def detail(self) -> str:
        """The signal that refuses, in words; empty where none does."""
        if not self.is_refused or not self.evidence:
            return ""
        signal = self.evidence[0]
        return f"{signal.name} of {signal.url}: {signal.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What the last successful visit of a URL left behind for the next one."""

    #: When it was last answered (UTC).
    visited_at: datetime
    #: The validators of RFC 9110, section 8.8, as the server sent them.
    etag: str = ""
    last_modified: str = ""
    #: Digest of the body, as in Capture.
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureRef:
    """Where in the archive a capture lies: one gzip member."""

    #: Path below archive/, with forward slashes.
    file: str
    #: First byte of the member.
    offset: int
    #: Bytes of the member.
    length: int
    #: ``sha256:`` and the hex digest of the body.
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """What the web said; never edited."""

    #: The URL that answered, after redirects.
    url: str
    kind: Kind
    via: Via
    #: When the answer was complete (UTC).
    fetched_at: datetime
    status: int
    #: Header lines as sent, in order; codings of transfer and content are undone.
    headers: tuple[tuple[str, str], ...]
    body: bytes
    #: ``sha256:`` and the hex digest of the body.
    digest: str
    #: Why the body is cut short, where it is (a WARC-Truncated value).
    truncated: str = ""

    def header(self, name: str) -> str:
        """The first header line of that name, or an empty string."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")
