"""`export`: the posts as plain text, one a line as in the source document, or as JSON lines."""

import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO

from pipelines.core.errors import ConfigError
from pipelines.core.splits import SPLITS
from pipelines.dataset import export
from pipelines.dataset.shared import chosen
from pipelines.verbs.answers import refuse_inside, saving, write

#: The name of standard output, as other programs have it.
_PRINTED = Path("-")


class Form(StrEnum):
    """How posts are written."""

    TEXT = "text"
    JSONL = "jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What to write, and where."""

    #: The corpus' folder.
    corpus: Path
    form: Form = Form.TEXT
    #: None for all splits.
    split: str | None = None
    #: Such as v000001; None for the current one.
    snapshot: str | None = None
    #: The file; None or "-" to print. One whose name ends in `.gz` is compressed.
    file: Path | None = None


def export_posts(asked: Asked) -> str:
    """Write the posts.

    Returns:
        What was written, in a sentence.

    Raises:
        ConfigError: There is no such split or snapshot, or the file cannot be there.
        SnapshotError: A file of the snapshot cannot be read.
        CorpusError: The disk does not take it.
    """
    if asked.split is not None and asked.split not in SPLITS:
        message = f"--split {asked.split}: there are {', '.join(SPLITS)}."
        raise ConfigError(message)
    folder = chosen(asked.corpus, asked.snapshot)
    counts: Counter[str] = Counter()
    lines = _lines(folder, asked, counts)
    if asked.file in {None, _PRINTED}:
        write(lines, sys.stdout.buffer)
    else:
        refuse_inside(folder, asked.file)
        with saving(asked.file) as unfinished, unfinished.open("wb") as stream:
            _write(lines, stream, is_packed=asked.file.suffix == ".gz")
    told = f"{counts['posts']} posts, {counts['words']} tokens of {folder.name}"
    return told + (f"; {counts['empty']} without any left out" if counts["empty"] else "")


def _write(lines: Iterator[bytes], stream: IO[bytes], *, is_packed: bool) -> None:
    if not is_packed:
        write(lines, stream)
        return
    # Neither name nor time, so that the same posts give the same bytes.
    with gzip.GzipFile(filename="", mode="wb", fileobj=stream, mtime=0) as packed:
        packed.writelines(lines)


def _lines(folder: Path, asked: Asked, counts: Counter[str]) -> Iterator[bytes]:
    columns = export.TOKENS if asked.form is Form.TEXT else export.COLUMNS
    for post in export.posts(folder, asked.split, columns):
        tokens = post["normalized_text"]
        if not tokens:
            counts["empty"] += 1
            continue
        counts["posts"] += 1
        counts["words"] += tokens.count(" ") + 1
        if asked.form is Form.JSONL:
            moment = post["published_at"]
            post["published_at"] = moment and moment.isoformat()
            tokens = json.dumps(post, ensure_ascii=False)
        yield tokens.encode() + b"\n"
