"""The words of HTML that is an article and nothing else: from a feed, or from a script."""

from collections.abc import Iterable, Iterator
from itertools import islice

from lxml.html import HtmlElement
from trafilatura import load_html

from pipelines.extract.blocks import Block, blocks
from pipelines.extract.clean import clean

#: Links of one line that are looked at.
_MOST_LINKS = 20


def fragment(html: str, site: str) -> list[Block]:
    """The lines of an article in reading order, as `blocks` reads those of a page.

    A line break parts paragraphs here, as the extractor has it: Blogger and many editors
    write two of them where others write a paragraph.

    Args:
        html: Markup without a frame, as feeds hold it; a page will do.
        site: The site that it belongs to, as `core.urls.site_of` names it.
    """
    tree = _tree(html)
    if tree is None:
        return []
    for line_break in list(tree.iter("br")):
        # A rule ends a line for `blocks`, where a break is but a space.
        line_break.tag = "hr"
    return [block for block in blocks(tree, site) if not block.is_aside]


def joined(lines: Iterable[Block]) -> str:
    """Lines as the text of an article: a blank line between them, a dash before list items."""
    written: list[str] = []
    item: HtmlElement | None = None
    for line in lines:
        before, item = item, next(_items(line), None)
        is_item = item is not None and item is not before and not line.is_heading
        written.append(f"- {line.text}" if is_item else line.text)
    return "\n\n".join(written)


def text_of(html: str, site: str) -> str:
    """The paragraphs of an article, separated by a blank line."""
    return joined(fragment(html, site))


def _items(line: Block) -> Iterator[HtmlElement]:
    """The list item that a line stands in."""
    if line.tag == "li":
        yield from line.element.xpath("ancestor-or-self::li[1]")


def links(block: Block) -> Iterator[tuple[str, str]]:
    """Address and words of the links of a line, as many as a sentence may have."""
    for link in islice(block.element.iter("a"), _MOST_LINKS):
        yield link.get("href", "").strip(), " ".join(link.text_content().split())


def _tree(html: str) -> HtmlElement | None:
    page = clean(f"<html><body>{html}</body></html>")
    return load_html(page) if html.strip() else None
