"""What the path and query of a URL say by themselves: listings, home pages, utility pages."""

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from urllib.parse import parse_qsl, unquote, urlsplit

from pipelines.core import url_words as words
from pipelines.core.letters import folded


class Shape(StrEnum):
    """The rules that make a URL a listing or a home page, in words."""

    PAGING = "page N of a listing"
    INDEX = "index of a section"
    #: By a name that other pages bear as well: /reflections, /resources.
    SECTION = "by its name, an index"
    DATE = "date archive"
    CATEGORY = "category"
    TAG = "tag"
    AUTHOR = "author"
    SEARCH = "search"
    FEED = "feed"
    HOME = "home page"


_TERMS = (
    (words.CATEGORY, Shape.CATEGORY),
    (words.TAG, Shape.TAG),
    (words.AUTHOR, Shape.AUTHOR),
    (words.SEARCH, Shape.SEARCH),
)
_LISTING_KEYS = {
    "updated-max": Shape.PAGING,
    **dict.fromkeys(("s", "q", "query", "search", "updated-min"), Shape.SEARCH),
    **dict.fromkeys(("paged", "offset", "start", "start-index", "max-results"), Shape.PAGING),
    **dict.fromkeys(("cat", "category", "category_name", "categories"), Shape.CATEGORY),
    **dict.fromkeys(("tag", "tags", "label", "post_tag"), Shape.TAG),
    **dict.fromkeys(("author", "author_name"), Shape.AUTHOR),
    **dict.fromkeys(("year", "month", "monthnum", "archive"), Shape.DATE),
    **dict.fromkeys(("sort", "orderby", "filter", "post_type"), Shape.INDEX),
    "feed": Shape.FEED,
}
_LANGUAGE = re.compile(
    r"(?:en|de|fr|es|it|nl|pt|pl|sv|da|no|nb|fi|cs|ru|uk|ja|zh|ko|tr|el|he|hu|ro|ca|ar)"
    r"(?:[-_][a-z]{2})?"
)
_YEAR = re.compile(r"(?:19[89]|20[0-4])\d")
_MONTH = re.compile(r"0?[1-9]|1[0-2]")
_DAY = re.compile(r"0?[1-9]|[12]\d|3[01]")
_DATED_SLUG = re.compile(r"(?:19[89]|20[0-4])\d[-_]?[01]\d[-_]?[0-3]\d[-_+].*[a-z].*")
_PAGED_SLUG = re.compile(r"(?:page|seite|pagina|blog-page)[-_]?\d{1,4}")
_SEPARATORS = re.compile(r"[-_ +&.,~]+")
#: Signs of scripts that do not separate words.
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\ud7af]")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
#: Digits of a page number at most; more of them are the id of a post.
_PAGE_DIGITS = 2
#: Words of the longest name of an index (mental-health-blog) and of a utility page.
_LONGEST_INDEX = 4
_LONGEST_UTILITY = 5
_LONGEST_ABOUT = 3


class Path:
    """The segments of a URL that say something, folded, and what they are."""

    __slots__ = ("before", "extension", "query", "slug", "steps")

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.query = dict(parse_qsl(parts.query, keep_blank_values=True))
        self.steps, self.extension = _steps(parts.path)
        *self.before, self.slug = self.steps or [""]

    @property
    def is_file(self) -> bool:
        """Whether the URL names something else than a page."""
        return self.extension in words.FILE_EXTENSIONS

    @property
    def is_technical(self) -> bool:
        """Whether the URL is for programs, or a preview or part of a page."""
        return not words.TECHNICAL.isdisjoint(self.steps) or not words.OTHER_KEYS.isdisjoint(
            self.query
        )

    @property
    def has_id(self) -> bool:
        """Whether the query names one thing by its number."""
        return not words.ID_KEYS.isdisjoint(self.query)

    @property
    def is_dated(self) -> bool:
        """Whether a date stands before the slug: a year with a month, or a whole year."""
        return (
            _has_date(self.before)
            or any(_YEAR.fullmatch(step) for step in self.before)
            or _DATED_SLUG.fullmatch(self.slug) is not None
        )

    @property
    def is_below_index(self) -> bool:
        """Whether a directory of posts stands before the slug."""
        return any(
            step in words.SINGULAR or step in words.ESSAYS or _index(step) is Shape.INDEX
            for step in self.before
        )

    @property
    def is_utility(self) -> bool:
        """Whether the page is about the practice or its site."""
        # Blogger keeps its static pages, not its posts, at /p/NAME.html.
        is_static = self.before == ["p"] and self.extension == "html"
        # "about" opens titles too, which a directory of posts tells from page names.
        is_page_name = self._is_about and not (self.is_dated or self.is_below_index)
        return is_static or is_page_name or _is_utility(self.slug)

    @property
    def _is_about(self) -> bool:
        return self.slug.split("-")[0] in words.ABOUT and self.size <= _LONGEST_ABOUT

    @property
    def is_below_utility(self) -> bool:
        """Whether a directory of the practice's pages stands before the slug."""
        return any(_is_utility(step) or step in words.SERVICE_SECTIONS for step in self.before)

    @property
    def is_further_page(self) -> bool:
        """Whether the URL is page N of a post that is spread over several."""
        if not self.before or not _is_short_number(self.slug):
            return False
        before = self.before[-1]
        return not (before.isdecimal() or before in words.SINGULAR or _index(before))

    @property
    def size(self) -> int:
        """Words of the slug, or of its directory where it is a number.

        Two characters count as a word in scripts that do not separate words.
        """
        if _UNSPACED.search(self.slug):
            return len(self.slug) // 2
        is_number = self.slug.isdecimal() and self.before
        return len(_parts(self.before[-1] if is_number else self.slug))

    def shape(self, *, is_named: bool) -> Shape | None:
        """The listing or home page that the URL is by its shape, if it is one.

        Args:
            is_named: A feed or a sitemap of posts names it, so that it is no list of a topic.
        """
        if found := self._queried():
            return found
        if not self.steps or (not self.before and _is_home(self.slug)):
            return (
                None if self.has_id or not words.OTHER_KEYS.isdisjoint(self.query) else Shape.HOME
            )
        found = self._term() or self._numbered()
        if found is None and not is_named and not words.TOPIC.isdisjoint(self.before):
            found = Shape.CATEGORY
        return found or self._named()

    def _queried(self) -> Shape | None:
        if self.query.get("format") == "rss":
            return Shape.FEED
        if self.has_id:
            return None
        if any(self.query.get(key, "").isdecimal() for key in words.PAGE_KEYS):
            return Shape.PAGING
        return next((shape for key, shape in _LISTING_KEYS.items() if key in self.query), None)

    def _term(self) -> Shape | None:
        if self.slug in words.FEED or self.steps[0] == "feeds":
            return Shape.FEED
        if _has_date(self.before):
            return None
        steps = {_term(step) for step in self.steps}
        return next((shape for table, shape in _TERMS if not table.isdisjoint(steps)), None)

    def _numbered(self) -> Shape | None:
        before = self.before[-1] if self.before else ""
        if _PAGED_SLUG.fullmatch(self.slug) or (before in words.PAGE and self.slug.isdecimal()):
            return Shape.PAGING
        # /blog/2 is a page of the blog, /article/2 an article; /blog/27133 and /blog/2.html
        # are posts that go by their number.
        is_short = _is_short_number(self.slug) and not self.extension
        if is_short and before not in words.SINGULAR and _index(before):
            return Shape.PAGING
        ends = (self.steps[-1:], self.steps[-2:], self.steps[-3:])
        return (
            Shape.DATE if any(_is_date(end) for end in ends) or _is_date_slug(self.slug) else None
        )

    def _named(self) -> Shape | None:
        if _has_date(self.before):
            return None
        if self.is_below_index:
            names = words.INDEX - words.SINGULAR | words.SUBLISTS
            return Shape.INDEX if set(_parts(self.slug)) <= names else None
        return _index(self.slug) or (Shape.CATEGORY if self.slug in words.TOPIC else None)


def is_index_name(text: str) -> bool:
    """Whether the text of a link in a menu names an index of posts.

    >>> is_index_name("Our Blog"), is_index_name("Why I blog")
    (True, False)
    """
    parts = _parts(folded(text).strip())
    # "Read article" and "More posts" stand under the teasers of single posts.
    if not words.TEASER.isdisjoint(parts) or not words.SINGULAR.isdisjoint(parts):
        return False
    return _index("-".join(parts)) is Shape.INDEX


def _parts(name: str) -> list[str]:
    return [part for part in _SEPARATORS.split(name) if part]


def _steps(path: str) -> tuple[list[str], str]:
    steps = [step for step in unquote(path).split("/") if step.strip()]
    extension = ""
    if steps:
        stem, _, end = steps[-1].rpartition(".")
        if stem and end.lower() in words.PAGE_EXTENSIONS | words.FILE_EXTENSIONS:
            steps[-1], extension = stem, end.lower()
        steps[-1] = _CAMEL.sub("-", steps[-1])
    steps = [folded(step).strip() for step in steps]
    if steps and _LANGUAGE.fullmatch(steps[0]):
        del steps[0]
    if len(steps) > 1 and steps[-1] in {"index", "default"}:
        del steps[-1]
    return steps, extension


def _is_home(slug: str) -> bool:
    parts = {part for part in _parts(slug) if not part.isdecimal()}
    return bool(parts & words.HOME) and parts <= words.HOME | words.HOME_FILLERS


def _term(step: str) -> str:
    """The step without what its terms are of: "category" for "product-category"."""
    kind, separator, term = step.replace("_", "-").partition("-")
    return term if separator and kind in words.INDEX | words.TERM_KINDS else step


def _is_short_number(slug: str) -> bool:
    return slug.isdecimal() and len(slug) <= _PAGE_DIGITS


def _is_date(steps: Sequence[str]) -> bool:
    """Whether the segments are a year, with a month and a day at most, and nothing else."""
    return (
        bool(steps)
        and _YEAR.fullmatch(steps[0]) is not None
        and all(step in words.MONTHS or _MONTH.fullmatch(step) for step in steps[1:2])
        and all(_DAY.fullmatch(step) for step in steps[2:])
    )


def _is_date_slug(slug: str) -> bool:
    parts = [part for part in _parts(slug) if part != "archive"]
    return 1 < len(parts) <= len("YMD") and (_is_date(parts) or _is_date(parts[::-1]))


def _has_date(before: Sequence[str]) -> bool:
    return any(_is_date(pair) for pair in pairwise(before)) or any(map(_is_date_slug, before))


@lru_cache(maxsize=4096)
def _index(name: str) -> Shape | None:
    """Whether a folded segment is a name of an index."""
    parts = {part for part in _parts(name) if not part.isdecimal()}
    section = words.ESSAYS | words.LIBRARY
    known = words.INDEX | words.INDEX_FILLERS | words.INDEX_TOPICS | section
    if parts & words.INDEX and parts <= known:
        return Shape.INDEX
    is_blog = name.endswith(("blog", "blogs")) and not name.startswith("blog")
    if is_blog and len(parts) <= _LONGEST_INDEX and not parts & words.TITLE_WORDS:
        return Shape.INDEX
    if not parts.isdisjoint(("resource", "resources")) and parts <= known:
        return Shape.SECTION
    if parts & section and parts <= section | words.INDEX_FILLERS:
        return Shape.SECTION
    return None


@lru_cache(maxsize=4096)
def _is_utility(name: str) -> bool:
    parts = set(_parts(name))
    if not parts & words.UTILITY or len(_parts(name)) > _LONGEST_UTILITY:
        return False
    return parts <= words.UTILITY | words.UTILITY_FILLERS
