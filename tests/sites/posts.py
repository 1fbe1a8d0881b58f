"""The posts of our own blogs, read from text files that are quick to write and to review.

A file has a header of `name: value` lines, an empty line, and blocks that empty lines
part: a paragraph (inline HTML is kept), `## heading`, `> quotation`, lines of `- item`,
or `![caption](image)`. A file with `copy-of: <blog>/<slug>` takes that post's blocks:
all of them, or with `insert: N` its own blocks put in before block N, or with
`replace: N` put in the place of block N.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

FOLDER = Path(__file__).parent / "posts"
_IMAGE = re.compile(r"!\[(?P<caption>[^\]]*)\]\((?P<source>[^)]+)\)")
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """What a visitor wrote below a post."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One post, whatever the theme that shows it."""

    slug: str
    title: str
    author: str
    published: datetime
    modified: datetime
    labels: tuple[str, ...]
    #: Code of ISO 639-1.
    language: str
    blocks: tuple[str, ...]
    comments: tuple[Comment, ...]
    #: The post it repeats, as "<blog>/<slug>", or "".
    copy_of: str = ""

    @property
    def html(self) -> str:
        """The body as HTML, images without a caption."""
        return "\n".join(block_html(block) for block in self.blocks)

    @property
    def text(self) -> str:
        """The body's words as a reader sees them, images left out."""
        kept = (block for block in self.blocks if not _IMAGE.fullmatch(block))
        return html.unescape(
            _TAG.sub("", "\n\n".join(re.sub(r"(?m)^(##|>|-) ", "", b) for b in kept))
        )

    @property
    def excerpt(self) -> str:
        """The first 25 words, cut short as themes do."""
        words = self.text.split()
        return " ".join(words[:25]) + (" […]" if len(words) > 25 else "")


def image_of(block: str) -> tuple[str, str] | None:
    """Caption and source of an image block, or None."""
    match = _IMAGE.fullmatch(block)
    return (match["caption"], match["source"]) if match else None


def block_html(block: str) -> str:
    """One block as HTML."""
    image = image_of(block)
    if image:
        return f'<p><img src="{image[1]}" alt="{html.escape(image[0])}"></p>'
    if block.startswith("## "):
        return f"<h2>{block[3:]}</h2>"
    if block.startswith("> "):
        return f"<blockquote><p>{block[2:]}</p></blockquote>"
    if block.startswith("- "):
        items = "".join(f"<li>{line[2:]}</li>" for line in block.splitlines())
        return f"<ul>{items}</ul>"
    return f"<p>{block}</p>"


def load(blog: str) -> tuple[Post, ...]:
    """The posts of one blog, newest first.

    Raises:
        ValueError: A file lacks a header line or has one that is not known.
    """
    posts = [_completed(_parse(path)) for path in sorted((FOLDER / blog).glob("*.md"))]
    return tuple(sorted(posts, key=lambda post: (post.published, post.slug), reverse=True))


@dataclass(frozen=True, slots=True)
class _File:
    post: Post
    header: Mapping[str, str]


def _parse(path: Path) -> _File:
    head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    pairs = [line.partition(": ")[::2] for line in head.splitlines()]
    header = dict(pairs)
    comments = [value.partition(" | ")[::2] for name, value in pairs if name == "comment"]
    blocks = (block.strip() for block in body.split("\n\n"))
    try:
        post = Post(
            slug=path.stem,
            title=header.get("title", ""),
            author=header["author"],
            published=datetime.fromisoformat(header["date"]),
            modified=datetime.fromisoformat(header.get("modified", header["date"])),
            labels=tuple(filter(None, header.get("labels", "").split(", "))),
            language=header.get("language", "en"),
            blocks=tuple(block for block in blocks if block),
            comments=tuple(Comment(name=name, text=text) for name, text in comments),
            copy_of=header.get("copy-of", ""),
        )
    except KeyError as missing:
        message = f"{path} has no header line {missing}; add it"
        raise ValueError(message) from missing
    return _File(post, header)


def _completed(file: _File) -> Post:
    """The post with what it copies from another filled in."""
    post = file.post
    if not post.copy_of:
        return post
    original = _parse(FOLDER / f"{post.copy_of}.md").post
    blocks = list(original.blocks)
    if "insert" in file.header:
        place = int(file.header["insert"])
        blocks[place:place] = post.blocks
    elif "replace" in file.header:
        place = int(file.header["replace"])
        blocks[place : place + 1] = post.blocks
    return replace(post, title=post.title or original.title, blocks=tuple(blocks))
