"""Object stores on loopback, moto's and SeaweedFS, and corpora whose path lies in one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from tests.end_to_end import seaweed
from tests.end_to_end.corpus import Corpus
from tests.sites.server import SiteServer

#: Servers that the tests run against.
SERVERS = ("moto", "seaweedfs")
BUCKET = "corpora"
PREFIX = "team/therapy"
_KEY = "testing"
_SECRET = "testing"  # noqa: S105 - of nothing else
#: Any will do for moto, these for SeaweedFS; nothing asks the network for others.
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": _KEY,
    "AWS_SECRET_ACCESS_KEY": _SECRET,
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """A server with one bucket."""

    url: str
    client: Any

    def section(self, name: str, *, bucket: str = BUCKET, url: str | None = None) -> str:
        """The lines of `[corpus]` for a corpus of this name, with `corpus` as working copy."""
        return (
            f'path = "s3://{bucket}/{PREFIX}/{name}"\n'
            f'work = "corpus"\nendpoint = "{url or self.url}"'
        )

    def corpus(
        self, folder: Path, name: str, server: SiteServer | None = None, hosts: tuple[str, ...] = ()
    ) -> Corpus:
        """A working copy of a corpus, in a folder of its own."""
        proxy = "" if server is None else server.proxy
        corpus = Corpus(folder=folder, proxy=proxy, hosts=hosts).write()
        corpus.config.write_text(
            corpus.config.read_text().replace('path = "corpus"', self.section(name))
        )
        return corpus

    def objects(self, name: str) -> dict[str, bytes]:
        """Every object of a corpus."""
        prefix = f"{PREFIX}/{name}/"
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
        keys = [one["Key"] for page in pages for one in page.get("Contents", ())]
        return {key.removeprefix(prefix): self.get(key) for key in keys}

    def get(self, key: str) -> bytes:
        """The bytes of one object."""
        body: bytes = self.client.get_object(Bucket=BUCKET, Key=key)["Body"].read()
        return body

    def put(self, name: str, file: str, body: bytes) -> None:
        """Write an object without asking anybody."""
        self.client.put_object(Bucket=BUCKET, Key=f"{PREFIX}/{name}/{file}", Body=body)


@pytest.fixture(scope="module", params=SERVERS)
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A store with a bucket, of each server."""
    with serve(request.param) as store:
        yield store


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the credentials in the environment."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)


@contextmanager
def serve(server: str) -> Iterator[Store]:
    """Serve an empty store until the end.

    Args:
        server: One of `SERVERS`.
    """
    with seaweed.running(_KEY, _SECRET) if server == "seaweedfs" else _moto() as url:
        client = boto3.client(
            "s3",
            endpoint_url=url,
            aws_access_key_id=_KEY,
            aws_secret_access_key=_SECRET,
            region_name="us-east-1",
        )
        client.create_bucket(Bucket=BUCKET)
        yield Store(url=url, client=client)


@contextmanager
def _moto() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()
