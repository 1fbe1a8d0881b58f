"""Lists of blogs: every format gives the same seeds, every mistake names its line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from crawler import seeds
from pipelines.core.errors import ConfigError

Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return written


def test_csv_with_header(write: Write) -> None:
    """Columns are found by name, whatever their order and case."""
    path = write("blogs.csv", "Name,Note,URL\nAnna,x,https://anna.example/\n,,blog.example\n")

    found = list(seeds.load(path))

    assert [(seed.url, seed.name) for seed in found] == [
        ("https://anna.example/", "Anna"),
        ("https://blog.example/", ""),
    ]
    assert found[1].source == f"{path}:3"


def test_csv_without_header(write: Write) -> None:
    """The first column is the URL; a BOM, comments and empty lines are passed over."""
    path = write("blogs.csv", '\ufeffhttps://a.example/,"Anna, B."\n\n# later\nb.example\n')

    assert [(seed.url, seed.name) for seed in seeds.load(path)] == [
        ("https://a.example/", "Anna, B."),
        ("https://b.example/", ""),
    ]


def test_opml(write: Write) -> None:
    """The page is preferred to the feed; folders have neither; namespaces do not matter."""
    path = write(
        "blogs.opml",
        """<?xml version="1.0"?><opml version="2.0"><body><outline text="Folder">
        <outline text="Anna" type="rss" htmlUrl="https://a.example" xmlUrl="https://a.example/f"/>
        <outline title="Ben" xmlUrl="https://b.example/feed/"/></outline></body></opml>""",
    )

    assert [(seed.url, seed.name) for seed in seeds.load(path)] == [
        ("https://a.example/", "Anna"),
        ("https://b.example/feed/", "Ben"),
    ]


def test_text(write: Write) -> None:
    """One URL a line; comments stand on their own line or after a blank."""
    path = write("blogs.txt", "# blogs\nhttp://a.example/blog/  # Anna\n\nb.example:8080/x\n")

    assert [seed.url for seed in seeds.load(path)] == [
        "http://a.example/blog/",
        "https://b.example:8080/x",
    ]


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("https://a.example/\nhttps://b.example/\n", 2),
        ("name,url\nAnna,https://a.example/\n", 1),
        ("https://a.example/,Anna\n", 1),
        ('<opml><body><outline xmlUrl="https://a.example/feed"/></body></opml>', 1),
        ("", 0),
    ],
)
def test_the_format_is_told_by_the_content(write: Write, text: str, urls: int) -> None:
    assert len(list(seeds.load(write("blogs.list", text)))) == urls


def test_a_blog_that_is_listed_twice_is_one(write: Write) -> None:
    """Spellings of one canonical URL are one blog, named as it was first."""
    path = write("blogs.csv", "url,name\nA.example,One\nhttps://a.example/#top,Two\n")

    assert [(seed.url, seed.name) for seed in seeds.load(path)] == [("https://a.example/", "One")]


@pytest.mark.parametrize(
    "bad",
    ["ftp://a.example/", "mailto:a@b.example", "file:///etc/passwd", "blog", "https://", "a b.c"],
)
def test_a_bad_line_is_named(write: Write, bad: str) -> None:
    """The message holds the file, the line and what to do."""
    path = write("blogs.txt", f"https://a.example/\n{bad}\n")

    with pytest.raises(ConfigError, match=r"blogs\.txt:2: .*; mend or remove that line"):
        list(seeds.load(path))


def test_broken_opml_names_its_line(write: Write) -> None:
    path = write("blogs.opml", '<opml>\n<outline xmlUrl="https://a.example/"/>\n<body></opml>')

    with pytest.raises(ConfigError, match=r"blogs\.opml:3: not readable as OPML"):
        list(seeds.load(path))


def test_entities_are_not_resolved(write: Write, tmp_path: Path) -> None:
    """A list cannot make us read another file."""
    (tmp_path / "secret.txt").write_text("secret.example")
    path = write(
        "blogs.opml",
        '<!DOCTYPE o [<!ENTITY e SYSTEM "secret.txt">]><opml><outline text="&amp;" '
        'htmlUrl="https://a.example/"/><x>&e;</x></opml>',
    )

    assert [seed.url for seed in seeds.load(path)] == ["https://a.example/"]


def test_a_missing_or_undecodable_list_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file; list the blogs there"):
        list(seeds.load(tmp_path / "blogs.csv"))
    (tmp_path / "blogs.txt").write_bytes(b"https://a.example/\xff")
    with pytest.raises(ConfigError, match="save the list as UTF-8"):
        list(seeds.load(tmp_path / "blogs.txt"))


def test_reads_as_a_stream(write: Write) -> None:
    """The first blogs are there before a later mistake is met."""
    path = write("blogs.txt", "https://a.example/\nnot a url\n")

    stream = seeds.load(path)

    assert next(stream).url == "https://a.example/"
    with pytest.raises(ConfigError):
        next(stream)


def test_broken_csv_names_its_line(write: Write) -> None:
    """A cell beyond the reader's limit, as an unclosed quote makes of a long list."""
    path = write("blogs.csv", 'url,name\nhttps://a.example/,"' + "x" * 200_000)

    with pytest.raises(ConfigError, match=r"blogs\.csv:\d+: not readable as CSV"):
        list(seeds.load(path))
