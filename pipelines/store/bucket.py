"""Objects below a prefix of a bucket, over S3's protocol: the one home of boto3.

boto3 for everything, since what makes two writers safe are puts with a condition
(`If-Match`, `If-None-Match`), which pyarrow's file system does not have, and one client
gives one way to sign, to retry and to tell what went wrong.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.core.errors import ConfigError, StoreError
from pipelines.core.location import Remote

try:
    import boto3
    from boto3.exceptions import Boto3Error
    from boto3.s3.transfer import TransferConfig
    from botocore.config import Config as Client
    from botocore.exceptions import (
        BotoCoreError,
        ClientError,
        HTTPClientError,
        NoCredentialsError,
        PartialCredentialsError,
    )
    from botocore.exceptions import ConnectionError as NotConnected
except ImportError as error:
    # Only a corpus in an object store needs it; nothing else imports this module.
    message = (
        "a corpus.path like s3://bucket/prefix needs a package more: run "
        "`pip install 'therapy-corpus[s3]'`."
    )
    raise ConfigError(message) from error

#: Transfers under way at once.
AT_ONCE = 16
#: Transfers that wait in line at once, so that the line stays short.
_LINE = 4096
_PIECE = 1024 * 1024
#: Objects that one request deletes at most.
_MOST_DELETED = 1000
#: What S3 answers where somebody else's write came first.
_CONFLICTS = frozenset({409, 412})
_REFUSALS = frozenset({401, 403})
_ABSENT = frozenset({"NoSuchKey", "404"})
#: Metadata of an object that tells its content.
_DIGEST = "sha256"


class Overtaken(Exception):
    """An object is no longer what it was when it was read."""


class Absent(Exception):
    """There is no such object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A small object as it was read: its bytes, and the tag that a condition names."""

    body: bytes
    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """The objects of one corpus; names are relative to its prefix."""

    remote: Remote
    client: Any

    @classmethod
    def of(cls, remote: Remote) -> "Bucket":
        """Open the place of a corpus; nothing is asked of it yet."""
        settings = Client(
            connect_timeout=10,
            read_timeout=60,
            max_pool_connections=AT_ONCE,
            retries={"mode": "standard", "max_attempts": 4},
            # Other servers than Amazon's need not know its newer checksums; a pull compares
            # SHA-256 in any case.
            request_checksum_calculation="when_required" if remote.endpoint else "when_supported",
        )
        with _telling(remote):
            client = boto3.client("s3", endpoint_url=remote.endpoint or None, config=settings)
        return cls(remote=remote, client=client)

    def get(self, name: str) -> Stored | None:
        """A small object; None where there is none."""
        with _telling(self.remote):
            try:
                found = self.client.get_object(**self._named(name))
                return Stored(body=found["Body"].read(), tag=found["ETag"])
            except ClientError as error:
                if _code(error) in _ABSENT:
                    return None
                raise

    def put(self, name: str, body: bytes, tag: str | None) -> str:
        """Write a small object if it still has a tag, or if it is still absent (None).

        Returns:
            The new tag.

        Raises:
            Overtaken: Somebody else wrote it.
        """
        where = {"IfNoneMatch": "*"} if tag is None else {"IfMatch": tag}
        with _telling(self.remote):
            try:
                done = self.client.put_object(
                    **self._named(name),
                    Body=body,
                    Metadata={_DIGEST: hashlib.sha256(body).hexdigest()},
                    **where,
                )
                return str(done["ETag"])
            except ClientError as error:
                if _status(error) not in _CONFLICTS and _code(error) not in _ABSENT:
                    raise
        # The answer to the first of two tries may have got lost on its way.
        stored = self.get(name)
        if stored is not None and stored.body == body:
            return stored.tag
        raise Overtaken(name)

    def put_whole(self, name: str, body: bytes) -> None:
        """Write an object whose name tells its content, so that no condition is needed."""
        with _telling(self.remote):
            self.client.put_object(**self._named(name), Body=body)

    def upload(self, path: Path, name: str) -> None:
        """Write a file, in pieces where it is large."""
        with _telling(self.remote):
            self.client.upload_file(
                str(path), self.remote.bucket, self._key(name), Config=_one_thread()
            )

    def copy(self, known: str, name: str) -> None:
        """Have the store copy an object, without its bytes coming here."""
        source = {"Bucket": self.remote.bucket, "Key": self._key(known)}
        with _telling(self.remote):
            self.client.copy(source, self.remote.bucket, self._key(name), Config=_one_thread())

    def download(self, name: str, path: Path) -> str:
        """Write an object to a file.

        Returns:
            The SHA-256 of what was written.

        Raises:
            Absent: There is no such object.
        """
        digest = hashlib.sha256()
        with _telling(self.remote):
            try:
                found = self.client.get_object(**self._named(name))
            except ClientError as error:
                if _code(error) in _ABSENT:
                    raise Absent(name) from error
                raise
            with path.open("wb") as stream:
                for piece in found["Body"].iter_chunks(_PIECE):
                    digest.update(piece)
                    stream.write(piece)
        return digest.hexdigest()

    def state_of(self, name: str) -> tuple[str, str] | None:
        """Tag and SHA-256 of an object that `put` wrote; None where there is none."""
        with _telling(self.remote):
            try:
                found = self.client.head_object(**self._named(name))
                return str(found["ETag"]), str(found["Metadata"].get(_DIGEST, ""))
            except ClientError as error:
                if _code(error) in _ABSENT:
                    return None
                raise

    def names(self, folder: str = "") -> Iterator[str]:
        """All objects below the prefix, or in a folder that is named with its slash."""
        whole = f"{self.remote.prefix}/"
        with _telling(self.remote):
            pages = self.client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self.remote.bucket, Prefix=whole + folder):
                for one in page.get("Contents", ()):
                    yield str(one["Key"]).removeprefix(whole)

    def abort_uploads(self) -> None:
        """Drop the pieces of uploads that a kill has left unfinished."""
        with _telling(self.remote):
            pages = self.client.get_paginator("list_multipart_uploads")
            whole = f"{self.remote.prefix}/"
            for page in pages.paginate(Bucket=self.remote.bucket, Prefix=whole):
                for one in page.get("Uploads", ()):
                    self.client.abort_multipart_upload(
                        Bucket=self.remote.bucket, Key=one["Key"], UploadId=one["UploadId"]
                    )

    def delete(self, names: Iterable[str]) -> None:
        """Delete objects; those that are gone already are none's concern.

        Raises:
            StoreError: One of them is still there.
        """
        wanted = sorted(names)
        for begin in range(0, len(wanted), _MOST_DELETED):
            keys = [{"Key": self._key(name)} for name in wanted[begin : begin + _MOST_DELETED]]
            with _telling(self.remote):
                done = self.client.delete_objects(
                    Bucket=self.remote.bucket, Delete={"Objects": keys, "Quiet": True}
                )
            for failed in done.get("Errors", ()):
                raise _failed(self.remote, f"{failed['Key']} could not be deleted", failed["Code"])

    def _key(self, name: str) -> str:
        return f"{self.remote.prefix}/{name}"

    def _named(self, name: str) -> dict[str, str]:
        return {"Bucket": self.remote.bucket, "Key": self._key(name)}


def side_by_side(work: Callable[[str], None], names: Sequence[str]) -> None:
    """Do something for each of many names, several at once; the first failure ends it."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for begin in range(0, len(names), _LINE):
            for _ in pool.map(work, names[begin : begin + _LINE]):
                pass


def _one_thread() -> TransferConfig:
    """Files are transferred side by side already, so each gets one thread."""
    return TransferConfig(use_threads=False)


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def _telling(remote: Remote) -> Iterator[None]:
    """Tell in one sentence what went wrong at the store, or on the way there.

    Raises:
        StoreError: Whatever it was.
    """
    try:
        yield
    except ClientError as error:
        raise _told(remote, error) from error
    except (NoCredentialsError, PartialCredentialsError) as error:
        message = (
            f"There are no credentials for {remote}; set AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY, or run `aws configure`."
        )
        raise StoreError(message) from error
    except (HTTPClientError, NotConnected) as error:
        raise _failed(remote, "the server cannot be reached", _line(error)) from error
    except (BotoCoreError, Boto3Error, ValueError) as error:
        if isinstance(error.__context__, ClientError):  # What an upload wraps.
            raise _told(remote, error.__context__) from error
        raise _failed(remote, "the client of the store gave up", _line(error)) from error


def _told(remote: Remote, error: ClientError) -> StoreError:
    code, status = _code(error), _status(error)
    if code == "NoSuchBucket":
        message = f"There is no bucket {remote.bucket}; make it, or mend corpus.path ({remote})."
        return StoreError(message)
    if status in _REFUSALS:
        message = (
            f"The store does not let these credentials work on {remote} ({code}); set others, or "
            "let them list, read, write and delete there."
        )
        return StoreError(message)
    return _failed(remote, f"the store said {status}", code)


def _failed(remote: Remote, what: str, why: str) -> StoreError:
    return StoreError(
        f"{remote}: {what} ({why}); what is published there is whole, and what was done here is "
        "kept: mend that, then run this again."
    )


def _line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
