"""`report`: one page that shows what was crawled, kept, dropped and why, and asks no network."""

import base64
import hashlib
import json
import os
import zlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import IO

from pipelines.core.config import Config
from pipelines.core.errors import CorpusError
from pipelines.dataset.durable import put_in_place, sync
from pipelines.dataset.snapshot import current
from pipelines.verbs import report_charts, report_rows, report_summary

#: Files of the page, in the order in which they stand in it.
_FOLDER = "report_files"
_STYLES = ("style.css", "narrow.css")
_SCRIPTS = (
    *("dom.js", "store.js", "charts.js", "summary.js", "grid.js", "sites.js", "filter.js"),
    *("table.js", "detail.js", "page.js"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The page that was made."""

    path: Path
    bytes: int
    #: Pages of the corpus that are shown one by one, of how many.
    shown: int
    pages: int


def write(config: Config, out: Path, *, most: int) -> Written:
    """Make the report of the current snapshot.

    The same snapshot and the same state give the same bytes. What was at `out` before is
    replaced when the new one is whole.

    Args:
        config: Whose corpus.
        out: The file to write.
        most: Pages that are shown one by one at most; all are counted.

    Raises:
        CorpusError: There is no snapshot, it cannot be read, or `out` not be written.
    """
    snapshot = current(config.corpus)
    summary = report_summary.of(config.corpus, snapshot)
    unfinished = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        with unfinished.open("w", encoding="utf-8", newline="\n") as file:
            shown = _written(file, config, snapshot, summary, most)
        sync(unfinished)
        put_in_place(unfinished, out)
        size = out.stat().st_size
    except OSError as error:
        message = f"{out} cannot be written ({error}); name another file with --out."
        raise CorpusError(message) from error
    finally:
        with suppress(OSError):
            unfinished.unlink()
    return Written(path=out, bytes=size, shown=shown, pages=summary.manifest.counts.pages)


def _written(
    file: IO[str], config: Config, snapshot: Path, summary: report_summary.Summary, most: int
) -> int:
    """Write the page from its head to its end; the rows, which are many, one chunk at a time."""
    style = "".join(_read(name) for name in _STYLES)
    code = "".join(["(() => {\n'use strict';\n", *map(_read, _SCRIPTS), "})();\n"])
    library = report_charts.code().replace("\r", "\\r")
    head, rest = _read("page.html").split("<!-- data -->")
    policy = _policy([library, code], style)
    file.write(head.replace("<!-- policy -->", policy).replace("/* style */", style))
    index = report_rows.Index()
    rows = report_rows.chunks(config, snapshot, index, most=most)
    for number, chunk in enumerate(rows):
        file.write(_packed(f"data-texts-{number}", chunk))
    file.write(_packed("data-index", index.columns()))
    file.write(_packed("data-sites", summary.sites()))
    told = summary.told() | {"shown": len(index), "chunk": report_rows.CHUNK}
    file.write(f'<script type="application/json" id="data-summary">{_json(told)}</script>\n')
    file.write(rest.replace("/* library */", library).replace("/* code */", code))
    return len(index)


def _read(name: str) -> str:
    return (files("pipelines.verbs") / _FOLDER / name).read_text(encoding="utf-8")


def _policy(scripts: Iterable[str], style: str) -> str:
    """What the browser lets the page do: run these scripts, draw, and nothing else.

    With trusted types no text can become HTML, wherever it comes from.
    """
    allowed = {
        "default-src": "'none'",
        "script-src": " ".join(map(_hash, scripts)),
        "style-src": _hash(style),
        "base-uri": "'none'",
        "form-action": "'none'",
        "trusted-types": "default",
        "require-trusted-types-for": "'script'",
    }
    return "; ".join(f"{name} {value}" for name, value in allowed.items())


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _json(value: object) -> str:
    """JSON in which nothing can end the element that it stands in."""
    told = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return told.replace("<", "\\u003c")


def _packed(name: str, value: object) -> str:
    """An element with compressed JSON, which the page unpacks when it needs it."""
    packed = base64.b64encode(zlib.compress(_json(value).encode("utf-8", "replace"), 9))
    return f'<script type="application/octet-stream" id="{name}">{packed.decode()}</script>\n'
