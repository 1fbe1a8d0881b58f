"""The closed vocabulary of why something was not fetched, not kept, or not published."""

from enum import StrEnum
from typing import Self


class Reason(StrEnum):
    """Why a URL has no capture, or a capture no row in the dataset.

    The word before the dot is the part of the system that decided, and is the same
    word as its module, its section of the config and its column.
    """

    #: What it means, in a sentence.
    meaning: str

    def __new__(cls, code: str, meaning: str = "") -> Self:
        """A member is its code; its meaning goes with it."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member

    FETCH_TIMEOUT = ("fetch.timeout", "The server did not answer within the time limit.")
    FETCH_DNS = ("fetch.dns", "The host name could not be resolved.")
    FETCH_CONNECTION = (
        "fetch.connection",
        "The connection was refused, reset or closed before an answer.",
    )
    FETCH_TLS = ("fetch.tls", "The certificate or the TLS handshake was not acceptable.")
    FETCH_INCOMPLETE = (
        "fetch.incomplete",
        "The body ended before its announced length, or its coding was damaged.",
    )
    FETCH_TOO_LARGE = ("fetch.too_large", "The body, packed or unpacked, is larger than the limit.")
    FETCH_STATUS = (
        "fetch.status",
        "The server answered with an error that may pass (5xx, 429 and the like).",
    )
    FETCH_GONE = (
        "fetch.gone",
        "The server says that there is nothing here (404, 410); the page is withdrawn.",
    )
    FETCH_REDIRECT = (
        "fetch.redirect",
        "More redirects than the limit, or a redirect to somewhere we may not go.",
    )
    FETCH_NOT_TEXT = (
        "fetch.not_text",
        "The answer is neither a page, a feed, a sitemap nor a robots.txt.",
    )
    FETCH_HEADERS = (
        "fetch.headers",
        "The header lines of the answer are more, or longer, than the limit.",
    )
    FETCH_CODING = (
        "fetch.coding",
        "The body is coded in a way that we do not read, or not as its header says.",
    )
    FETCH_PROTOCOL = ("fetch.protocol", "The answer is not HTTP.")
    FETCH_ADDRESS = (
        "fetch.address",
        "The name leads to an address that is not on the public internet.",
    )
    FETCH_SOFT_404 = (
        "fetch.soft_404",
        "The server says 'not found' with the status of a page that is there.",
    )
    FETCH_TRAP = ("fetch.trap", "Pages of this pattern have brought no new text for long.")
    FETCH_PARKED = (
        "fetch.parked",
        "The host is left alone for now: it asked for that, or failed too often.",
    )
    FETCH_ERROR = (
        "fetch.error",
        "Anything else that went wrong on the wire; the detail says what.",
    )

    PERMISSION_ROBOTS = ("permission.robots", "robots.txt disallows the URL for our product token.")
    PERMISSION_UNREACHABLE = (
        "permission.unreachable",
        "robots.txt could not be had, which RFC 9309 reads as a complete disallow.",
    )
    PERMISSION_NOINDEX = (
        "permission.noindex",
        "The page asks not to be indexed, archived or quoted (robots meta, X-Robots-Tag).",
    )
    PERMISSION_NOAI = ("permission.noai", "The page asks not to be used for AI (noai, noimageai).")
    PERMISSION_CONTENT_USAGE = (
        "permission.content_usage",
        "Content-Usage (AIPREF) says that training is not allowed.",
    )
    PERMISSION_CONTENT_SIGNAL = (
        "permission.content_signal",
        "Content-Signal says that training is not allowed.",
    )
    PERMISSION_TDMREP = ("permission.tdmrep", "Text and data mining is reserved (TDMRep).")
    PERMISSION_RSL = (
        "permission.rsl",
        "The licence of the site prohibits our use or asks for a fee (RSL).",
    )
    PERMISSION_NAMED_AGENT = (
        "permission.named_agent",
        "robots.txt disallows it for crawlers that collect for AI.",
    )

    EXTRACT_EMPTY = ("extract.empty", "The page holds no article text.")
    EXTRACT_NOT_HTML = ("extract.not_html", "The page is not HTML.")
    EXTRACT_TRUNCATED = (
        "extract.truncated",
        "Whoever archived the page marked its body as cut short.",
    )
    EXTRACT_TOO_LARGE = ("extract.too_large", "The page is larger than what is extracted.")
    EXTRACT_TIMEOUT = (
        "extract.timeout",
        "Extraction did not end within its time limit and was killed.",
    )
    EXTRACT_MEMORY = ("extract.memory", "Extraction wanted more memory than its limit.")
    EXTRACT_CRASHED = (
        "extract.crashed",
        "Extraction raised or its process died; the detail says how.",
    )
    STAGE_CRASHED = (
        "stage.crashed",
        "A later stage raised on this document; the detail names the stage.",
    )

    EXTRACT_DISAGREEMENT = (
        "extract.disagreement",
        "Two readings of the page differ so far that neither is believed.",
    )
    EXTRACT_EXCERPT = ("extract.excerpt", "The page holds only the beginning of the post.")

    TOPIC_LISTING = (
        "topic.listing",
        "The page lists other pages: an archive, a category, a tag, a search.",
    )
    TOPIC_HOME = ("topic.home", "The page is the home page of its site.")
    TOPIC_SERVICE = ("topic.service", "The page offers a service of the practice.")
    TOPIC_BIO = ("topic.bio", "The page presents a person or the practice.")
    TOPIC_CONTACT = ("topic.contact", "The page tells how to reach or book somebody.")
    TOPIC_SHOP = ("topic.shop", "The page sells something.")
    TOPIC_UTILITY = (
        "topic.utility",
        "The page serves the site itself: legal notices, forms, accounts, confirmations.",
    )
    TOPIC_STUB = ("topic.stub", "The page only sends its reader elsewhere.")
    TOPIC_EMBED = ("topic.embed", "The page is made to stand inside another.")
    TOPIC_LANDING = (
        "topic.landing",
        "The page is made for a place, an advertisement or a campaign.",
    )
    TOPIC_NOT_A_POST = (
        "topic.not_a_post",
        "The page is something else than a post; the detail says why.",
    )
    TOPIC_OFF_SUBJECT = ("topic.off_subject", "The post is not about therapy or mental health.")

    QUALITY_TOO_SHORT = ("quality.too_short", "The text has fewer words than the minimum.")
    QUALITY_NOT_PROSE = (
        "quality.not_prose",
        "A measure says that it is no prose: code, tags, keywords; the detail names it.",
    )
    QUALITY_REPETITION = ("quality.repetition", "Most of it repeats what stands in it already.")
    QUALITY_ENCODING = ("quality.encoding", "Many of its characters could not be read.")

    PRIVACY_CASE_MATERIAL = (
        "privacy.case_material",
        "It tells of a client, which the config keeps out.",
    )
    PRIVACY_TESTIMONIAL = (
        "privacy.testimonial",
        "Clients praise the practice in it, which the config keeps out.",
    )
    PRIVACY_CRISIS = (
        "privacy.crisis",
        "It speaks to people in acute danger, which the config keeps out.",
    )

    DEDUP_URL = ("dedup.url", "The same document under another spelling of its URL.")
    DEDUP_EXACT = ("dedup.exact", "The same normalised text as the document that was kept.")
    DEDUP_NEAR = ("dedup.near", "Nearly the same text as the document that was kept.")
    DEDUP_CONTAINED = (
        "dedup.contained",
        "Nearly all of it is in the document that was kept, or the other way round.",
    )

    @property
    def part(self) -> str:
        """The part of the system that decided: the word before the dot."""
        return self.value.partition(".")[0]
