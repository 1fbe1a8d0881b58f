"""`inspect`: one JSON line a page, a document or a reason, whatever the page is."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.corpus import Corpus
from tests.recurring import prose

WORDS = "In therapy we talked about worry, grief and anxiety in the quiet hours before the morning."
PARAGRAPHS = [f"{WORDS} {prose(n)} This is paragraph {n}." for n in range(8)]
BODY = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
ADDRESS = "http://blog.example/2024/05/a-long-night.html"


def page(body: str, head: str = "") -> bytes:
    """A small page around `body`; surrogates are written as they are."""
    text = (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>A long night</title>"
        f"{head}</head><body><main><article><h1>A long night</h1>{body}</article></main>"
        f"</body></html>"
    )
    return text.encode("utf-8", errors="surrogatepass")


HARD = {
    "control_reference": page(BODY.replace("worry", "wor&#11;ry")),
    "lone_surrogate": page(BODY.replace("worry", "wor\ud800ry")),
    "broken_json_ld": page(
        BODY, '<script type="application/ld+json">{"a": "' + '\\"' * 150_000 + "</script>"
    ),
    "many_spans": page("<span>" * 110_000 + "word " + "</span>" * 110_000 + BODY),
    "span_after_span": page("<span>a b</span>" * 90_000 + BODY),
    "many_attributes": page(f"<p {' '.join(f'a{n}=1' for n in range(100_000))}>x</p>{BODY}"),
    "deep_divs": page("<div>" * 100_000 + BODY),
    "line_breaks": page("<br>" * 1_000_000 + BODY),
    "empty": b"",
    "not_html": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"\x00" * 5000,
    "bytes": bytes(range(256)) * 200,
}


def inspected(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    """The lines that `inspect` prints."""
    out = Corpus(folder=folder).write().verb("inspect", *arguments)
    return [json.loads(line) for line in out.splitlines()]


@pytest.mark.parametrize("case", HARD)
def test_hard_page(tmp_path: Path, case: str) -> None:
    """A hard page gives one line, its document or why not, and never hangs."""
    file = tmp_path / f"{case}.html"
    file.write_bytes(HARD[case])

    (line,) = inspected(tmp_path, str(file), "--url", ADDRESS)

    assert line["url"] == ADDRESS
    assert line["rejection"] is not None or line["word_count"] > 200


@pytest.mark.parametrize("case", ["control_reference", "lone_surrogate", "broken_json_ld"])
def test_nothing_is_lost_to_debris(tmp_path: Path, case: str) -> None:
    """What breaks a page for other extractors costs ours no paragraph."""
    file = tmp_path / "page.html"
    file.write_bytes(HARD[case])

    (line,) = inspected(tmp_path, str(file), "--url", ADDRESS)

    assert line["rejection"] is None
    assert all(f"This is paragraph {n}." in line["text"] for n in range(8))


def test_folder_and_gzip(tmp_path: Path) -> None:
    """A folder is read with all below it, in order of the paths, packed pages too."""
    pages = tmp_path / "pages" / "deep"
    pages.mkdir(parents=True)
    (pages / "a.html").write_bytes(page(BODY))
    (pages / "b.html.gz").write_bytes(gzip.compress(page(BODY)))
    (pages / "c.txt").write_bytes(b"not a page")

    lines = inspected(tmp_path, str(tmp_path / "pages"))

    assert [line["source"]["file"].rpartition("/")[2] for line in lines] == ["a.html", "b.html.gz"]
    assert all(line["rejection"] is None for line in lines)


def test_address_of_many(tmp_path: Path) -> None:
    """One address cannot be that of two pages."""
    for name in ("a.html", "b.html"):
        (tmp_path / name).write_bytes(page(BODY))
    corpus = Corpus(folder=tmp_path).write()

    said = corpus.verb("inspect", str(tmp_path), "--url", ADDRESS, code=2)

    assert "--url" in said
