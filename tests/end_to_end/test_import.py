"""`init`, `import`, `build`, `path` on a foreign WARC: every page lands in one of the tables."""

import gzip
import io
import json
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tests.end_to_end.corpus import Corpus

REAL = Path(__file__).resolve().parents[3] / "shared" / "real"
TABLES = ("documents", "duplicates", "rejected")


def warc(path: Path, pages: dict[str, bytes]) -> Path:
    """Write pages as any tool would with warcio."""
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        for url, body in pages.items():
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], "HTTP/1.1")
            record = writer.create_warc_record(
                url,
                "response",
                payload=io.BytesIO(body),
                length=len(body),
                http_headers=headers,
                warc_headers_dict={"WARC-Date": "2026-03-01T12:00:00Z"},
            )
            writer.write_record(record)
    return path


def in_empty_folder(folder: Path, file: Path) -> Corpus:
    """The four verbs, from nothing."""
    corpus = Corpus(folder=folder)
    folder.mkdir(exist_ok=True)
    corpus.verb("init")
    corpus.verb("import", str(file))
    corpus.verb("build")
    return Corpus(folder=folder)


def test_what_init_writes_builds(tmp_path: Path) -> None:
    """A corpus without a page is published, with no rows."""
    corpus = Corpus(folder=tmp_path)
    corpus.verb("init")
    corpus.verb("build")

    assert [corpus.rows(table) for table in TABLES] == [[], [], []]


def test_init_overwrites_nothing(tmp_path: Path) -> None:
    """A second init says so and leaves the files as they are."""
    corpus = Corpus(folder=tmp_path)
    corpus.verb("init")
    corpus.config.write_text("# mine\n")

    assert "is there already" in corpus.verb("init", code=2)
    assert corpus.config.read_text() == "# mine\n"


@pytest.mark.skipif(not REAL.is_dir(), reason="the real pages lie in ../shared/real, not here")
def test_every_real_page_lands(tmp_path: Path) -> None:
    """Of two hundred real pages each has its row, and each rejected one its reason."""
    pages: dict[str, bytes] = {}
    for name in ("therapist-pages", "therapist-posts", "web-pages"):
        lines = (REAL / name / "index.jsonl").read_text().splitlines()[:80]
        for entry in map(json.loads, lines):
            body = gzip.decompress((REAL / name / entry["file"]).read_bytes())
            pages.setdefault(entry["url"] or f"http://no-address.example/{entry['id']}", body)
    assert len(pages) >= 100
    corpus = in_empty_folder(tmp_path / "corpus", warc(tmp_path / "pages.warc.gz", pages))

    rows = {table: corpus.rows(table) for table in TABLES}

    assert {row["url"] for table in TABLES for row in rows[table]} == set(pages)
    assert sum(map(len, rows.values())) == len(pages)
    assert all(row["reason"] for row in rows["rejected"])
    assert rows["documents"]


def test_import_twice_adds_nothing(tmp_path: Path) -> None:
    """Importing the same file again finds every page known."""
    body = (
        b"<html><body><article><p>"
        + b"some words of a post " * 40
        + b"</p></article></body></html>"
    )
    file = warc(tmp_path / "one.warc.gz", {"http://a.example/2024/01/a-post-of-mine": body})
    corpus = in_empty_folder(tmp_path / "corpus", file)
    before = corpus.records()

    said = corpus.verb("import", str(file))

    assert "0 pages imported" in said
    assert corpus.records() == before


def test_torn_warc(tmp_path: Path) -> None:
    """A torn file is told in one sentence; what came before the tear is imported."""
    page = b"<html><body><p>" + b"word " * 400 + b"</p></body></html>"
    pages = {f"http://a.example/2024/01/post-number-{n}": page for n in range(3)}
    file = warc(tmp_path / "torn.warc.gz", pages)
    file.write_bytes(file.read_bytes()[:-40])
    corpus = Corpus(folder=tmp_path / "corpus")
    corpus.folder.mkdir()
    corpus.verb("init")

    said = corpus.verb("import", str(file), code=1)

    assert said.strip().splitlines()[-1].startswith(str(file))
    assert "Traceback" not in said
    assert len(corpus.records()) == 2
