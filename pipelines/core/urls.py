"""What one page is called: canonical URLs, sites, origins and identities."""

import hashlib
import re
from functools import lru_cache
from urllib.parse import unquote_plus, urljoin, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

#: Longest URL that is asked for; the limit of the sitemaps protocol is 2,048.
MAX_URL_LENGTH = 2083

#: Query parameters that change who is counted, or how the page is dressed, not what it says,
#: by name in lower case.
_ALWAYS = re.compile(
    r"utm_.*|aspsessionid.*|commentpage|dclid|fbclid|gad_source|gbraid|gclid|igshid|mc_cid|mc_eid"
    r"|mkt_tok|msclkid|replytocom|share|showcomment|spref|twclid|wbraid|yclid|jsessionid|phpsessid",
    re.DOTALL,
)
#: Those that may mean something elsewhere, with the values that change nothing.
_YES = "|1|true|yes"
_SESSION = r"(?=.*\d)[0-9a-z,_-]{16,}"
_SOMETIMES = {
    **dict.fromkeys(("sid", "session", "sessionid", "session_id", "zenid", "oscsid"), _SESSION),
    "amp": _YES,
    "format": "json|json-pretty|page-context|main-content|amp",
    "m": "[01]?",
    "nb": "1",
    "print": f"{_YES}|print|pdf",
    "ref": r".*\D.*|",
    "source": "rss-.*",
}
_VALUES = {name: re.compile(value, re.IGNORECASE | re.DOTALL) for name, value in _SOMETIMES.items()}
_SESSION_IN_PATH = re.compile(r";+(?:jsessionid|phpsessid|sid)=[^/;]*", re.IGNORECASE)
_NOISE_TAIL = re.compile(r"(?:/(?:amp|comment-page-\d+))+/?$", re.IGNORECASE)
#: Labels of letters, digits, hyphens and, as seen in the wild, underscores; or IPv6.
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|[0-9a-f:.]*:[0-9a-f:.]*")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_BLOGSPOT = re.compile(r"\.blogspot\.(?:com?\.)?[a-z]{2,3}$")


# A build asks for that of each page several times.
@lru_cache(maxsize=4096)
def canonical(url: str) -> str:
    """The one spelling of `url` that the project asks for and stores.

    Scheme and host in lower case, no default port, user name, fragment, tracking or
    rendering parameters, percent-encoding made uniform, Blogger's country domains folded. Applying
    it twice changes nothing.

    Raises:
        ValueError: `url` is not an absolute http(s) URL with a host.

    >>> canonical("HTTP://Blog.Example:80/a/?utm_source=x&b=2#top")
    'http://blog.example/a/?b=2'
    """
    address = canonicalize_url(url.strip(), keep_blank_values=True)
    parts = urlsplit(address)
    if parts.scheme not in _DEFAULT_PORTS:
        message = f"not an absolute http(s) URL: {url[:200]!r}"
        raise ValueError(message)
    path = _SESSION_IN_PATH.sub("", parts.path).rstrip(";")
    path = _NOISE_TAIL.sub("/", path) or "/"
    query = "&".join(pair for pair in parts.query.split("&") if not _is_noise(pair))
    plain = urlunsplit((parts.scheme, _authority(address), path, query, ""))
    # What is left of a path without its noise may be noise again, or "." and "..".
    return plain if path == parts.path else canonical(plain)


def _is_noise(pair: str) -> bool:
    name, _, value = unquote_plus(pair).partition("=")
    values = _VALUES.get(name.lower(), _ALWAYS)
    said = name.lower() if values is _ALWAYS else value
    return not pair or values.fullmatch(said) is not None


def _authority(url: str) -> str:
    """Host and unusual port: user names are dropped, as they are nobody's to publish."""
    parts = urlsplit(url.strip())
    host = _BLOGSPOT.sub(".blogspot.com", (parts.hostname or "").rstrip("."))
    if not host.isascii():
        host = host.encode("idna").decode()
    if not _HOST.fullmatch(host):
        message = f"not an absolute http(s) URL: {url[:200]!r}"
        raise ValueError(message)
    if ":" in host:
        host = f"[{host}]"
    default = _DEFAULT_PORTS.get(parts.scheme.lower())
    return host if parts.port in {None, default} else f"{host}:{parts.port}"


def joined(base: str, href: str) -> str | None:
    """The canonical URL of a link, or None where it leads nowhere we fetch."""
    try:
        url = canonical(urljoin(base, href.strip()))
    except ValueError:
        return None
    return url if len(url) <= MAX_URL_LENGTH else None


def origin_of(url: str) -> str:
    """Scheme and authority of a canonical URL: the scope of one robots.txt (RFC 9309)."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def site_of(url: str) -> str:
    """The site that a page belongs to: its host without "www.", with a port that is not usual.

    >>> site_of("https://www.blog.example/a")
    'blog.example'
    """
    return _authority(url).removeprefix("www.")


def site_hash(site: str) -> str:
    """Folder name of a site: 16 hexadecimal digits."""
    return hashlib.sha256(site.encode()).hexdigest()[:16]


def document_id(url: str) -> str:
    """Identity of a document: a hash of its canonical URL without scheme and "www.".

    So a site that moves to https keeps its identities.

    >>> document_id("http://www.blog.example/a#b") == document_id("https://blog.example/a")
    True
    """
    parts = urlsplit(canonical(url))
    name = urlunsplit(("", parts.netloc.removeprefix("www."), parts.path, parts.query, ""))
    return hashlib.sha256(name.encode()).hexdigest()[:32]
