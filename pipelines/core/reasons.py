"""The closed vocabulary of why something was not fetched, not kept, or not published."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a URL has no capture, or a capture no row in the dataset.

    The word before the dot is the part of the system that decided, and is the same
    word as its module, its section of the config and its column.
    """

    #: The server did not answer within the time limit.
    FETCH_TIMEOUT = "fetch.timeout"
    #: The host name could not be resolved.
    FETCH_DNS = "fetch.dns"
    #: The connection was refused, reset or closed before an answer.
    FETCH_CONNECTION = "fetch.connection"
    #: The certificate or the TLS handshake was not acceptable.
    FETCH_TLS = "fetch.tls"
    #: The body ended before its announced length, or its coding was damaged.
    FETCH_INCOMPLETE = "fetch.incomplete"
    #: The body, packed or unpacked, is larger than the limit.
    FETCH_TOO_LARGE = "fetch.too_large"
    #: The server answered with an error that may pass (5xx, 429 and the like).
    FETCH_STATUS = "fetch.status"
    #: The server says that there is nothing here (404, 410); the page is withdrawn.
    FETCH_GONE = "fetch.gone"
    #: More redirects than the limit, or a redirect to somewhere we may not go.
    FETCH_REDIRECT = "fetch.redirect"
    #: The answer is neither a page, a feed, a sitemap nor a robots.txt.
    FETCH_NOT_TEXT = "fetch.not_text"
    #: The header lines of the answer are more, or longer, than the limit.
    FETCH_HEADERS = "fetch.headers"
    #: The body is coded in a way that we do not read, or not as its header says.
    FETCH_CODING = "fetch.coding"
    #: The answer is not HTTP.
    FETCH_PROTOCOL = "fetch.protocol"
    #: The name leads to an address that is not on the public internet.
    FETCH_ADDRESS = "fetch.address"
    #: The server says "not found" with the status of a page that is there.
    FETCH_SOFT_404 = "fetch.soft_404"
    #: Pages of this pattern have brought no new text for long.
    FETCH_TRAP = "fetch.trap"
    #: The host is left alone for now: it asked for that, or failed too often.
    FETCH_PARKED = "fetch.parked"
    #: Anything else that went wrong on the wire; the detail says what.
    FETCH_ERROR = "fetch.error"

    #: robots.txt disallows the URL for our product token.
    PERMISSION_ROBOTS = "permission.robots"
    #: robots.txt could not be had, which RFC 9309 reads as a complete disallow.
    PERMISSION_UNREACHABLE = "permission.unreachable"
    #: The page asks not to be indexed, archived or quoted (robots meta, X-Robots-Tag).
    PERMISSION_NOINDEX = "permission.noindex"
    #: The page asks not to be used for AI (noai, noimageai).
    PERMISSION_NOAI = "permission.noai"
    #: Content-Usage (AIPREF) says that training is not allowed.
    PERMISSION_CONTENT_USAGE = "permission.content_usage"
    #: Content-Signal says that training is not allowed.
    PERMISSION_CONTENT_SIGNAL = "permission.content_signal"
    #: Text and data mining is reserved (TDMRep).
    PERMISSION_TDMREP = "permission.tdmrep"
    #: The licence of the site prohibits our use or asks for a fee (RSL).
    PERMISSION_RSL = "permission.rsl"
    #: robots.txt disallows it for crawlers that collect for AI.
    PERMISSION_NAMED_AGENT = "permission.named_agent"

    #: The page holds no article text.
    EXTRACT_EMPTY = "extract.empty"
    #: The page is not HTML.
    EXTRACT_NOT_HTML = "extract.not_html"
    #: Whoever archived the page marked its body as cut short.
    EXTRACT_TRUNCATED = "extract.truncated"
    #: The page is larger than what is extracted.
    EXTRACT_TOO_LARGE = "extract.too_large"
    #: Extraction did not end within its time limit and was killed.
    EXTRACT_TIMEOUT = "extract.timeout"
    #: Extraction wanted more memory than its limit.
    EXTRACT_MEMORY = "extract.memory"
    #: Extraction raised or its process died; the detail says how.
    EXTRACT_CRASHED = "extract.crashed"
    #: A later stage raised on this document; the detail names the stage.
    STAGE_CRASHED = "stage.crashed"

    #: Two readings of the page differ so far that neither is believed.
    EXTRACT_DISAGREEMENT = "extract.disagreement"
    #: The page holds only the beginning of the post.
    EXTRACT_EXCERPT = "extract.excerpt"

    #: The page lists other pages: an archive, a category, a tag, a search.
    TOPIC_LISTING = "topic.listing"
    #: The page is the home page of its site.
    TOPIC_HOME = "topic.home"
    #: The page offers a service of the practice.
    TOPIC_SERVICE = "topic.service"
    #: The page presents a person or the practice.
    TOPIC_BIO = "topic.bio"
    #: The page tells how to reach or book somebody.
    TOPIC_CONTACT = "topic.contact"
    #: The page sells something.
    TOPIC_SHOP = "topic.shop"
    #: The page serves the site itself: legal notices, forms, accounts, confirmations.
    TOPIC_UTILITY = "topic.utility"
    #: The page only sends its reader elsewhere.
    TOPIC_STUB = "topic.stub"
    #: The page is made to stand inside another.
    TOPIC_EMBED = "topic.embed"
    #: The page is made for a place, an advertisement or a campaign.
    TOPIC_LANDING = "topic.landing"
    #: The page is something else than a post; the detail says why.
    TOPIC_NOT_A_POST = "topic.not_a_post"
    #: The post is not about therapy or mental health.
    TOPIC_OFF_SUBJECT = "topic.off_subject"

    #: The text has fewer words than the minimum.
    QUALITY_TOO_SHORT = "quality.too_short"
    #: A measure says that it is no prose: code, tags, keywords; the detail names it.
    QUALITY_NOT_PROSE = "quality.not_prose"
    #: Most of it repeats what stands in it already.
    QUALITY_REPETITION = "quality.repetition"
    #: Many of its characters could not be read.
    QUALITY_ENCODING = "quality.encoding"

    #: It tells of a client, which the config keeps out.
    PRIVACY_CASE_MATERIAL = "privacy.case_material"
    #: Clients praise the practice in it, which the config keeps out.
    PRIVACY_TESTIMONIAL = "privacy.testimonial"
    #: It speaks to people in acute danger, which the config keeps out.
    PRIVACY_CRISIS = "privacy.crisis"

    #: The same document under another spelling of its URL.
    DEDUP_URL = "dedup.url"
    #: The same normalised text as the document that was kept.
    DEDUP_EXACT = "dedup.exact"
    #: Nearly the same text as the document that was kept.
    DEDUP_NEAR = "dedup.near"

    @property
    def part(self) -> str:
        """The part of the system that decided: the word before the dot."""
        return self.value.partition(".")[0]
