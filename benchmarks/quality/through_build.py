"""The documents of pages by the real verbs: `init`, `import` of a WARC, `build`."""

import io
import json
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from benchmarks.quality.in_process import FETCHED
from benchmarks.quality.pages import GoldPage
from pipelines.core.document import Document
from pipelines.core.urls import canonical
from pipelines.dataset.documents import read
from tests.end_to_end.corpus import Corpus

#: Seconds that one verb may take over a set.
_PATIENCE = 900.0


def built(
    found: Iterable[GoldPage], settings: Mapping[str, Mapping[str, Any]]
) -> dict[str, Document]:
    """The per-site documents of imported pages, before the corpus-wide comparison.

    Args:
        found: Pages, each with another URL.
        settings: What the corpus.toml says besides what `init` writes, by section.

    Returns:
        Documents by canonical URL; rejected ones among them.
    """
    with tempfile.TemporaryDirectory() as folder:
        corpus = Corpus(folder=Path(folder))
        file = warc_of(Path(folder) / "pages.warc.gz", found)
        corpus.verb("init")
        corpus.config.write_text(configured(corpus.config.read_text(), settings))
        corpus.verb("import", str(file), seconds=_PATIENCE)
        corpus.verb("build", seconds=_PATIENCE)
        paths = sorted((corpus.root / "documents").rglob("*.arrow"))
        return {canonical(document.url): document for path in paths for document in read(path)}


def warc_of(path: Path, found: Iterable[GoldPage]) -> Path:
    """Write pages as any tool would with warcio."""
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        for page in found:
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], "HTTP/1.1")
            record = writer.create_warc_record(
                page.url,
                "response",
                payload=io.BytesIO(page.html),
                length=len(page.html),
                http_headers=headers,
                warc_headers_dict={"WARC-Date": f"{FETCHED:%Y-%m-%dT%H:%M:%SZ}"},
            )
            writer.write_record(record)
    return path


def configured(written: str, settings: Mapping[str, Mapping[str, Any]]) -> str:
    """What `init` wrote with keys added to its sections; JSON's strings and lists are TOML's."""
    for section, keys in settings.items():
        lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in keys.items())
        head = f"[{section}]\n"
        written = written.replace(head, head + lines, 1)
    return written
