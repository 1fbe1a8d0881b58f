"""`query`: what a question gave, as a table to read, or as CSV, JSON lines or Parquet."""

import json
import os
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from math import isfinite
from pathlib import Path
from typing import IO, Any

from pipelines.core.errors import ConfigError, CorpusError
from pipelines.dataset.answer_file import write_parquet
from pipelines.dataset.durable import put_in_place, sync
from pipelines.dataset.query import Answer, Connection, ask


class Format(StrEnum):
    """How rows are written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


#: The form of a file by the end of its name.
_ENDINGS = {
    ".csv": Format.CSV,
    ".json": Format.JSON,
    ".jsonl": Format.JSON,
    ".ndjson": Format.JSON,
    ".parquet": Format.PARQUET,
}


def format_of(given: Format | None, file: Path | None) -> Format:
    """The form that is asked for, by its name or by that of the file.

    Raises:
        ConfigError: Parquet is asked for, but no file.
    """
    if given is Format.PARQUET and file is None:
        message = "Parquet is no text to print; name a file with --out."
        raise ConfigError(message)
    return given or _ENDINGS.get(file.suffix.lower() if file else "", Format.TABLE)


def lines(answer: Answer, form: Format) -> Iterator[bytes]:
    """An answer as CSV or JSON lines in UTF-8."""
    if form is Format.CSV:
        return _csv(answer)
    return (
        _json(dict(zip(answer.columns, row, strict=True))).encode() + b"\n" for row in answer.rows
    )


def write(chunks: Iterable[bytes], stream: IO[bytes]) -> None:
    """Write to a stream, which a reader may close before the end."""
    try:
        for chunk in chunks:
            stream.write(chunk)
        stream.flush()
    except BrokenPipeError:
        # What Python still holds of it would fail once more when the process ends.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        raise


def save(
    connection: Connection,
    sql: str,
    form: Format,
    path: Path,
    text: Callable[[Answer, IO[bytes]], None],
) -> None:
    """Write an answer into a file, which is there as a whole or not at all.

    Args:
        connection: To the snapshot.
        sql: The question.
        form: How it is written.
        path: The file; what was there is replaced.
        text: Writes an answer as a table.

    Raises:
        ConfigError: The question is wrong, or there can be no such file.
        CorpusError: The disk does not take it.
    """
    with saving(path) as unfinished:
        if form is Format.PARQUET:
            write_parquet(connection, sql, unfinished)
            return
        answer = ask(connection, sql)
        with unfinished.open("wb") as stream:
            if form is Format.TABLE:
                text(answer, stream)
            else:
                write(lines(answer, form), stream)


def refuse_inside(snapshot: Path, path: Path) -> None:
    """Keep answers away from snapshots, and from what is no file.

    Raises:
        ConfigError: The path is such a place.
    """
    target = path.resolve()
    if target.is_relative_to(snapshot.resolve().parent):
        message = f"{path} lies among the snapshots, which never change; name another file."
        raise ConfigError(message)
    if target.exists() and not target.is_file():
        message = f"{path} is no file; name one, or leave --out away to print."
        raise ConfigError(message)


@contextmanager
def saving(path: Path) -> Iterator[Path]:
    """A path beside `path`, whose file takes its place if all goes well.

    Raises:
        ConfigError: There can be no such file.
        CorpusError: The disk does not take it.
    """
    target = path.resolve()
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.unfinished")
    try:
        yield unfinished
        sync(unfinished)
        put_in_place(unfinished, target)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError) as error:
        message = f"{path} cannot be written ({error.strerror}); name a file in a folder of yours."
        raise ConfigError(message) from error
    except OSError as error:
        message = f"{path} cannot be written ({error}); mend that, then ask again."
        raise CorpusError(message) from error
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def _csv(answer: Answer) -> Iterator[bytes]:
    """RFC 4180; what is missing is empty, and an empty text is a pair of quotes."""
    alone = len(answer.columns) == 1
    yield _record(answer.columns, alone=alone)
    for row in answer.rows:
        yield _record(row, alone=alone)


def _record(values: Iterable[Any], *, alone: bool) -> bytes:
    return (",".join(_field(value, alone=alone) for value in values) + "\r\n").encode()


def _field(value: Any, *, alone: bool) -> str:
    if value is None:
        # An empty line is none to many readers.
        return '""' if alone else ""
    if isinstance(value, dict | list | tuple | bool):
        value = _json(value)
    elif not isinstance(value, str | int | float | Decimal):
        value = _plain(value)
    text = str(value)
    if text and not any(mark in text for mark in ',"\r\n') and text == text.strip():
        return text
    return '"' + text.replace('"', '""') + '"'


def _json(value: Any) -> str:
    return json.dumps(_plain(value), ensure_ascii=False)


def _plain(value: Any) -> Any:  # noqa: PLR0911 - one for each kind
    """The JSON form of a value; times as in ISO 8601."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if isfinite(value) else None
        case Decimal():
            return float(value) if Decimal(str(float(value))) == value else str(value)
        case dict():
            return {str(_plain(key)): _plain(one) for key, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case bytes():
            return b64encode(value).decode()
        case _:
            return str(value)
