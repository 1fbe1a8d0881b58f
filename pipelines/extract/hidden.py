"""Articles that a page keeps in a script only, where no reader of its markup can see them."""

import html
import json
import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from pipelines.core.urls import document_id, joined
from pipelines.extract.page import Page, types_of

#: Where GoDaddy's Websites + Marketing puts a post: an object in a script of the page.
_GODADDY = re.compile(r"_BLOG_DATA\s{0,9}=\s{0,9}(JSON\.parse\(\s{0,9})?")
#: Keys of that object that hold the whole post, the first one first.
_CONTENT = ("fullContent", "content")
#: Types of schema.org that have an `articleBody` (schema.org/Article and its subtypes).
_ARTICLES = frozenset(
    {"Article", "BlogPosting", "NewsArticle", "Report", "ScholarlyArticle", "TechArticle"}
)
#: Where an object of JSON-LD says which page it is about.
_ADDRESSES = ("mainEntityOfPage", "url", "@id")
_MARKUP = re.compile(
    r"<(?:p|br|div|h[1-6]|ul|ol|blockquote|section|span)\b[^<>]{0,2000}>", re.IGNORECASE
)
#: Elements for the types of a block (Draft.js, model/immutable/DefaultDraftBlockRenderMap).
_ELEMENTS = {
    **{f"header-{name}": f"h{n}" for n, name in enumerate(("one", "two", "three"), 1)},
    **{f"header-{name}": f"h{n}" for n, name in enumerate(("four", "five", "six"), 4)},
    "blockquote": "blockquote",
    "code-block": "pre",
    "unordered-list-item": "li",
    "ordered-list-item": "li",
    "unstyled": "p",
    "paragraph": "p",
}
_LISTS = {"unordered-list-item": "ul", "ordered-list-item": "ol"}


def hidden_body(page: Page) -> str | None:
    """The HTML of the article that a script of the page holds; None where none does.

    Read are `_BLOG_DATA` of GoDaddy's Websites + Marketing (Draft.js' raw content, or
    HTML) and `articleBody` of the JSON-LD object that is this page's article. Never
    raises, and takes time linear in the size of the page.
    """
    found = _of_godaddy(page) or _of_json_ld(page)
    return found if found and found.strip() else None


def _of_godaddy(page: Page) -> str:
    for script in page.tree.iter("script"):
        code = script.text or ""
        start = _GODADDY.search(code)
        if start is None:
            continue
        told = _json(code, start.end())
        if isinstance(told, str):
            told = _json(told, 0)
        post = told.get("post") if isinstance(told, dict) else None
        if isinstance(post, dict):
            return next((body for key in _CONTENT if (body := _content(post.get(key)))), "")
    return ""


def _json(text: str, start: int) -> Any:
    """The JSON value that begins at `start`, whatever follows it."""
    try:
        return json.JSONDecoder().raw_decode(text, start)[0]
    except (ValueError, RecursionError):
        return None


def _content(value: object) -> str:
    """What a post holds: blocks as an object or written as JSON, or HTML."""
    if isinstance(value, str):
        told = _json(value.strip(), 0)
        if not isinstance(told, dict):
            return value if _MARKUP.search(value) else _paragraphs(value)
        value = told
    blocks = value.get("blocks") if isinstance(value, dict) else None
    if not isinstance(blocks, list):
        return ""
    return "\n".join(_elements([block for block in blocks if isinstance(block, dict)]))


def _elements(blocks: list[Mapping[str, Any]]) -> Iterator[str]:
    """Blocks of Draft.js as elements; those without words are pictures and rules."""
    for kind, group in groupby(blocks, key=lambda block: _LISTS.get(str(block.get("type")), "")):
        lines = [line for block in group if (line := _element(block))]
        if lines:
            yield f"<{kind}>{''.join(lines)}</{kind}>" if kind else "\n".join(lines)


def _element(block: Mapping[str, Any]) -> str:
    text = block.get("text")
    if block.get("type") == "atomic" or not isinstance(text, str) or not text.strip():
        return ""
    name = _ELEMENTS.get(str(block.get("type")), "p")
    return f"<{name}>{html.escape(text.strip(), quote=False).replace(chr(10), '<br>')}</{name}>"


def _of_json_ld(page: Page) -> str:
    articles = [thing for thing in page.json_ld if _is_article(thing)]
    named = [thing for thing in articles if _is_about(thing, page.url)]
    chosen = named or (articles if len(articles) == 1 and not _has_address(articles[0]) else [])
    return next((_body(thing) for thing in chosen), "")


def _is_article(thing: Mapping[str, Any]) -> bool:
    is_article = not _ARTICLES.isdisjoint(types_of(thing))
    return is_article and isinstance(thing.get("articleBody"), str)


def _addresses(thing: Mapping[str, Any]) -> Iterator[str]:
    for key in _ADDRESSES:
        value = thing.get(key)
        if isinstance(value, dict):
            value = value.get("@id") or value.get("url")
        if isinstance(value, str) and value.startswith(("http:", "https:", "/")):
            yield value


def _has_address(thing: Mapping[str, Any]) -> bool:
    return any(True for _ in _addresses(thing))


def _is_about(thing: Mapping[str, Any], url: str) -> bool:
    wanted = document_id(url)
    found = (joined(url, address) for address in _addresses(thing))
    return any(document_id(address) == wanted for address in found if address)


def _body(thing: Mapping[str, Any]) -> str:
    text = str(thing["articleBody"])
    if "<" not in text and "&lt;" in text:
        text = html.unescape(text)
    return text if _MARKUP.search(text) else _paragraphs(text)


def _paragraphs(text: str) -> str:
    """Lines of plain text as paragraphs; references in it mean their characters."""
    lines = (" ".join(line.split()) for line in html.unescape(text).splitlines())
    return "\n".join(f"<p>{html.escape(line, quote=False)}</p>" for line in lines if line)
