"""Who signed a page: names as people are called, without titles of roles or of sites."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from lxml.etree import iterwalk
from lxml.html import HtmlElement

from pipelines.core.document import Origin
from pipelines.extract.elements import Elements, compiled
from pipelines.extract.page import Page
from pipelines.extract.surroundings import Surroundings, line_of, names_of

_BY = re.compile(
    r"^\W*(?:(?:written|posted|published|authored|words|story|article|analysis|text)\s)?(?:(?:by|author|autor|"
    r"auteur|autore)\b[\s:]*|(?:von|par|di|por|door|av):?\s)",
    re.IGNORECASE,
)
#: What follows a name in a byline: a date, a role, "in Category".
_AFTER = re.compile(
    r"\s*(?:[(|\u2022\u00b7\u2014\u2013]|\s-\s|\bon\s|\bin\s|\b(?:posted|published|reviewed|edited|last)\b|"
    r"\bupdated\b|\bview\s(?:more|all)\b|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|"
    r"(?<=[a-z]{4})\.\s|\b(?:19|20)\d\d\b|\d{1,2}\s\w{3,9}\s\d{4}|@|https?:).*$",
    re.IGNORECASE | re.DOTALL,
)
#: Degrees and licences that are written behind a name, as they stand between commas.
_DEGREE = re.compile(
    r"(?:[A-Z][A-Za-z]{0,3}\.?){1,3}[A-Z]{0,4}(?:-[A-Z]{1,4})?|Ph\.?\s?D\.?|Psy\.?\s?D\.?|Ed\.?\s?D\.?|"
    r"Dr\.?|Jr\.?|Sr\.?|II|III|Dipl\.?[\w-]*"
)
_NOBODY = frozenset(
    {
        *("admin", "administrator", "author", "editor", "staff", "guest", "unknown", "anonymous"),
        *("webmaster", "user", "root", "blog", "team", "noreply", "wpadmin", "siteadmin", "owner"),
        *(
            "guest author",
            "site admin",
            "super user",
            "default",
            "none",
            "null",
            "n/a",
            "undefined",
        ),
    }
)
_ADMIN = re.compile(r"\w*admin\w*", re.IGNORECASE)
#: What people do, which bylines add as if it were another name.
_ROLE = re.compile(
    r"\b(?:writer|editor|editor-at-large|reporter|correspondent|columnist|contributor|founder|"
    r"co-founder|owner|director|attorney)\b",
    re.IGNORECASE,
)
_META = ("author", "article:author", "dc.creator", "dcterms.creator", "citation_author")
_MORE_META = ("parsely-author", "sailthru.author", "byl", "twitter:data1")
_AUTHOR = re.compile(r"(?:^|\s|[_-](?<!has[_-]))(?:authors?|bylines?|fn|by)(?:$|[\s_-])")
_NAMES_OF_AUTHORS = compiled("//*[@itemprop='author']//*[@itemprop='name'] | //*[@rel='author']")
#: Parts of a post that name others than who wrote it.
_OTHERS = re.compile(r"testimonial|review|quote|avatar|image|social|share")
_BLOCKS = ("br", "div", "p", "li", "td", "h2", "h3", "h4", "h5")
_ROOTS = frozenset(("html", "body", "main"))
_PARTICLES = frozenset(
    (
        *("de", "del", "della", "der", "den", "di", "da", "dos", "du", "la", "le", "van", "von"),
        *("zu", "bin", "al", "el", "y", "e", "ten", "ter", "af", "av"),
    )
)
_AND = re.compile(r"\s+(?:and|und|et|y|e|&)\s+")
#: "Text: Anna Alder".
_LABEL = re.compile(r"^[^\W\d_]{3,12}:\s")
_MOST_WORDS = 7
_MOST_NAMES = 4
_MOST_CALLED = 5
_MOST_LETTERS = 80
_MOST_ELEMENTS = 30


def author(
    page: Page,
    things: Iterable[Mapping[str, Any]],
    site_name: str | None,
    around: Surroundings,
) -> tuple[str, Origin] | None:
    """Who signed the page, several joined by "; ", and where it says so.

    What the sources name is asked in the order of their trust; but the name of a firm, or a
    single word such as an account's, gives way to a person's full name.
    """
    spare: tuple[str, Origin] | None = None
    for name, origin, is_person in _candidates(page, things, site_name, around):
        if is_person and _is_full(name):
            return name, origin
        spare = spare or (name, origin)
    return spare


def _candidates(
    page: Page,
    things: Iterable[Mapping[str, Any]],
    site_name: str | None,
    around: Surroundings,
) -> Iterator[tuple[str, Origin, bool]]:
    """Names, where each was read, and whether it may be a person's; the best source first."""
    known = {str(thing.get("@id")): thing for thing in page.json_ld if "@id" in thing}
    for thing in things:
        named = list(_of_json(thing.get("author") or thing.get("creator"), known, 0))
        people = [name for name, is_person in named if is_person]
        if found := _joined(people or [name for name, _ in named]):
            yield found, Origin.JSON_LD, bool(people)
    if found := _joined(_of_meta(page.elements)):
        yield found, Origin.META, True
    for found in _shown(page.elements, site_name, around):
        yield found, Origin.TEXT, True


def _is_full(names: str) -> bool:
    """Whether each of a few names has more than one word."""
    parts = names.split("; ")
    are_full = all(len(name.partition(",")[0].split()) > 1 for name in parts)
    return are_full and len(parts) <= _MOST_NAMES


def _of_json(
    value: object, known: Mapping[str, Mapping[str, Any]], depth: int
) -> Iterator[tuple[str, bool]]:
    """Names of an `author`, and whether each is a person's."""
    if depth > 3:  # noqa: PLR2004 - objects that name each other
        return
    if isinstance(value, str):
        yield value, True
    elif isinstance(value, list):
        for one in value[:10]:
            yield from _of_json(one, known, depth + 1)
    elif isinstance(value, dict):
        name = value.get("name")
        if name is None and str(value.get("@id")) in known:
            name = known[str(value["@id"])].get("name")
        kinds = str(value.get("@type", "Person"))
        for one in name if isinstance(name, list) else [name]:
            if isinstance(one, str):
                yield one, "Person" in kinds


def _of_meta(elements: Elements) -> list[str]:
    found: dict[str, list[str]] = {}
    label = ""
    for element in elements.tagged("meta"):
        if element.get("content") is None:
            continue
        name = (element.get("name") or element.get("property") or "").strip().lower()
        value = element.get("content") or ""
        if name == "twitter:label1":
            label = value.lower()
        if name in _META or name in _MORE_META:
            found.setdefault(name, []).append(value)
    if "written" not in label and "author" not in label:
        found.pop("twitter:data1", None)
    for name in (*_META, *_MORE_META):
        values = [value for value in found.get(name, ()) if not value.startswith("http")]
        if _joined(values):
            return values
    return []


def _shown(elements: Elements, site_name: str | None, around: Surroundings) -> Iterator[str]:
    """The first name of each place that names who wrote something."""
    for element in islice(_marked(elements), _MOST_ELEMENTS):
        if element.tag in {"meta", "link"} or around.is_elsewhere(element) or _is_other(element):
            continue
        lines = _line_of(element).split(";")
        names = (_joined([line], site_name=site_name, is_shown=True) for line in lines)
        if found := next(filter(None, names), None):
            yield found


def _marked(elements: Elements) -> Iterator[HtmlElement]:
    """Elements that are marked as a name's; of those by class the innermost come first."""
    authors = [one for one, item in elements.having("itemprop") if item == "author"]
    if authors:
        yield from _NAMES_OF_AUTHORS(authors[0])
    else:
        yield from (one for one, relation in elements.having("rel") if relation == "author")
    classed = [one for one, names in elements.having("class") if _may_name(names)]
    named = [
        one
        for one in classed
        if _AUTHOR.search(names_of(one)) and next(one.iterancestors("body"), None) is not None
    ]
    outer = {around for element in named for around in element.iterancestors()}
    yield from sorted(named, key=lambda element: element in outer)
    yield from authors


def _may_name(names: str) -> bool:
    parts = f" {names} "
    return "uthor" in names or "yline" in names or " fn " in parts or " by " in parts


def _line_of(element: HtmlElement) -> str:
    """The line of an element; what stands in blocks of its own is parted by semicolons."""
    if next(element.iterdescendants(*_BLOCKS), None) is None:
        return line_of(element)
    parts: list[str] = []
    for event, inner in iterwalk(element, events=("start", "end", "comment")):
        mark = "; " if inner.tag in _BLOCKS else " "
        said = inner.text if event == "start" else inner.tail if inner is not element else None
        parts += [mark, said or ""]
    return " ".join("".join(parts).split())[:_MOST_LETTERS].strip("; ")


def _is_other(element: HtmlElement) -> bool:
    return any(
        one.tag == "blockquote" or (one.tag not in _ROOTS and _OTHERS.search(names_of(one)))
        for one in (element, *element.iterancestors())
    )


def _joined(values: Iterable[str], *, site_name: str | None = None, is_shown: bool = False) -> str:
    names: list[str] = []
    for value in values:
        for name in _parted(value):
            folded = name.casefold()
            is_site = site_name is not None and folded == site_name.casefold()
            is_known = folded in {known.casefold() for known in names}
            if is_shown and not _is_called(name):
                return ""
            if not is_site and not is_known:
                names.append(name)
    return "; ".join(names)


def _parted(value: str) -> list[str]:
    """The names in a byline; a degree stays with its name ("Anna Alder, MD")."""
    text = _AFTER.sub("", _LABEL.sub("", _BY.sub("", " ".join(value.split()))))
    names: list[str] = []
    for part in re.split(r"\s*[;,]\s*", text.strip(" ,;:.-|/")):
        if names and _DEGREE.fullmatch(part):
            names[-1] = f"{names[-1]}, {part}"
            continue
        if names and _ROLE.search(part):
            continue
        several = _AND.split(part)
        # "Alder & Birch" is a practice, "Anna Alder & Ben Birch" are two people.
        are_people = all(len(one.split()) > 1 for one in several)
        names += filter(_is_name, several if are_people else [part])
    return names


def _is_name(text: str) -> bool:
    if not text or len(text) > _MOST_LETTERS or len(text.split()) > _MOST_WORDS:
        return False
    is_somebody = text.casefold() not in _NOBODY and not _ADMIN.fullmatch(text)
    is_bare = is_somebody and not any(char.isdigit() for char in text)
    return is_bare and text[0].isalpha() and "@" not in text and "/" not in text


def _is_called(text: str) -> bool:
    """Whether visible words are written as people's names are."""
    name = text.partition(",")[0].split()
    if len(name) > _MOST_CALLED or name[0] in {"The", "A", "Our", "About", "By", "Meet"}:
        return False
    is_cased = all(
        not word[0].islower() or word in _PARTICLES or word.lower() == word.upper() for word in name
    )
    return is_cased and not set(text) & set('"\u201c\u201d?!:>\u203a\u00bb')
