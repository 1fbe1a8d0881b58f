"""Each golden page gives exactly the document that lies beside it.

A case is a folder: page.html, meta.toml (address, content type, provenance), and
expected.json, which `pytest --update-golden` writes and the diff reviews.
"""

import json
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.core import warc
from pipelines.core.document import Document
from pipelines.core.model import Capture, CaptureRef, Kind, Via
from pipelines.core.stage import flow
from pipelines.recipe import DEFAULT

CASES = sorted(path.parent for path in Path(__file__).parent.glob("*/meta.toml"))
#: What of a document is golden: what the page and its address decide.
FIELDS = ("title", "author", "published_at", "tags", "text", "normalized_text")
FIELDS_TOLD = (*FIELDS, "language", "word_count", "rejection")


def document(case: Path) -> Document:
    """The document of a case as the per-site stages leave it."""
    meta = tomllib.loads((case / "meta.toml").read_text(encoding="utf-8"))
    body = (case / "page.html").read_bytes()
    capture = Capture(
        url=meta["url"],
        kind=Kind.POST,
        via=Via(meta["via"]),
        fetched_at=datetime(2026, 3, 1, tzinfo=UTC),
        status=200,
        headers=(("Content-Type", meta["content_type"]),),
        body=body,
        digest=warc.digest_of(body),
    )
    source = CaptureRef(file=case.name, offset=0, length=len(body), digest=capture.digest)
    return next(flow(DEFAULT.per_site, [DEFAULT.extract(capture, source)]))


def told(found: Document) -> dict[str, object]:
    """A document as expected.json tells it."""
    values = {name: getattr(found, name) for name in FIELDS_TOLD}
    values["published_at"] = found.published_at and found.published_at.isoformat()
    values["rejection"] = found.rejection and str(found.rejection.reason)
    return {**values, "tags": list(found.tags)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_golden(case: Path, pytestconfig: pytest.Config) -> None:
    """The page gives what it gave when somebody last looked at it."""
    found = told(document(case))
    file = case / "expected.json"
    if pytestconfig.getoption("--update-golden"):
        text = json.dumps(found, ensure_ascii=False, indent=2)
        file.write_text(f"{text}\n", encoding="utf-8")

    assert found == json.loads(file.read_text(encoding="utf-8"))
