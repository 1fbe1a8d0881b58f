"""A hub for datasets on loopback, which answers what the library `huggingface_hub` asks.

Large files go by Git LFS's basic transfer. The hub's other protocol, Xet, is not spoken here;
HF_HUB_DISABLE_XET=1 tells the library so.
"""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from tests.sites.hub_store import Commit, Refused, Repository

TOKEN = "hf_of_the_test"  # noqa: S105 - of nothing else
_API = re.compile(r"/api/datasets/([^/]+/[^/]+)(?:/([^/]+)(?:/([^/]+)(?:/(.+))?)?)?")
_RESOLVE = re.compile(r"/datasets/([^/]+/[^/]+)/resolve/([^/]+)/(.+)")
_BATCH = re.compile(r"/datasets/([^/]+/[^/]+)\.git/info/lfs/objects/batch")
_LARGE = re.compile(r"/lfs/([^/]+/[^/]+)/([0-9a-f]{64})")


@dataclass(slots=True, kw_only=True)
class Hub:
    """What a test sees of the hub."""

    folder: Path
    url: str = ""
    repositories: dict[str, Repository] = field(default_factory=dict)
    #: Method and path of each request.
    requests: list[tuple[str, str]] = field(default_factory=list)
    #: The last part of paths that are answered with 500.
    broken: str = ""
    #: Somebody else commits while large files are put.
    is_busy: bool = False

    def make(self, name: str, *, private: bool) -> Repository:
        """Make a repository with its first commit, as the hub does."""
        folder = self.folder / name
        folder.mkdir(parents=True)
        made = Repository(name=name, private=private, folder=folder)
        made.add("initial commit", {".gitattributes": made.keep(b"*.parquet filter=lfs\n")})
        self.repositories[name] = made
        return made

    def find(self, name: str) -> Repository:
        """A repository.

        Raises:
            Refused: There is none.
        """
        if name not in self.repositories or self.repositories[name].hidden:
            raise Refused(404, "Repository not found", "RepoNotFound")
        return self.repositories[name]

    def files(self, name: str, revision: str = "main") -> dict[str, bytes]:
        """The files of a commit, with their bytes."""
        repository = self.find(name)
        files = repository.at(revision).files
        return {path: repository.content(entry) for path, entry in files.items()}


@contextmanager
def serve(folder: Path) -> Iterator[Hub]:
    """Run a hub until the block ends."""
    hub = Hub(folder=folder)

    class Handler(_Handler):
        kept = hub

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    kept: Hub

    def do_GET(self) -> None:
        """Answer; the other methods do as well."""
        self._reply()

    do_HEAD = do_POST = do_PUT = do_GET  # noqa: N815 - the hooks' names

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the hook's name
        """Keep the test's output clean."""

    def _reply(self) -> None:
        body = self._body()
        path = unquote(urlsplit(self.path).path)
        self.kept.requests.append((self.command, path))
        try:
            self._allow(path)
            answer = self._answer(path, body)
        except Refused as refused:
            # Else the library waits half a minute in all before it gives up.
            headers = {"X-Error-Message": str(refused), "Retry-After": "0"}
            if refused.code:
                headers["X-Error-Code"] = refused.code
            self._send(
                refused.status,
                json.dumps({"error": str(refused), "url": refused.url}).encode(),
                headers,
            )
            return
        if isinstance(answer, tuple):
            self._send(200, *answer)
        else:
            self._send(200, json.dumps(answer).encode(), {"Content-Type": "application/json"})

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        found = b""
        while size := int(self.rfile.readline(), 16):
            found += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return found

    def _send(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _allow(self, path: str) -> None:
        if self.kept.broken and f"/{self.kept.broken}" in path:
            raise Refused(500, "Internal error")
        # What large files are put to is signed, and takes no token.
        token = self.headers.get("Authorization")
        if not _LARGE.fullmatch(path) and token != f"Bearer {TOKEN}":
            raise Refused(401, "Invalid credentials in Authorization header")

    def _answer(self, path: str, body: bytes) -> Any:
        if path == "/api/repos/create":
            return self._create(json.loads(body))
        if path == "/api/validate-yaml":
            return {"errors": [], "warnings": []}
        if found := _LARGE.fullmatch(path):
            self.kept.find(found[1]).upload(found[2], body)
            return {}
        if found := _BATCH.fullmatch(path):
            return self._batch(self.kept.find(found[1]), json.loads(body)["objects"])
        if found := _RESOLVE.fullmatch(path):
            return _file(self.kept.find(found[1]), found[2], found[3])
        if found := _API.fullmatch(path):
            repository = self.kept.find(found[1])
            return self._asked(repository, found[2] or "", found[3] or "main", found[4], body)
        raise Refused(404, "no such address")

    def _create(self, wish: dict[str, Any]) -> dict[str, str]:
        name = f"{wish['organization']}/{wish['name']}"
        url = f"{self.kept.url}/datasets/{name}"
        if name in self.kept.repositories:
            raise Refused(409, "You already created this dataset repo", url=url)
        self.kept.make(name, private=wish["visibility"] == "private")
        return {"url": url}

    def _batch(self, repository: Repository, wishes: list[dict[str, Any]]) -> dict[str, Any]:
        told = []
        if self.kept.is_busy:
            repository.add("another commit", repository.at("main").files)
        for wish in wishes:
            place = {"href": f"{self.kept.url}/lfs/{repository.name}/{wish['oid']}"}
            is_there = wish["oid"] in repository.large_files()
            told.append(wish if is_there else wish | {"actions": {"upload": place}})
        return {"transfer": "basic", "objects": told}

    def _asked(  # noqa: C901, PLR0911 - one for each thing that can be asked
        self, repository: Repository, verb: str, revision: str, path: str | None, body: bytes
    ) -> Any:
        match verb:
            case "" | "revision":
                return _info(repository, repository.at(revision))
            case "tree":
                return list(_tree(repository.at(revision), path, self.path))
            case "paths-info":
                files = repository.at(revision).files
                wanted = json.loads(body)["paths"]
                return [files[one].told(one) for one in wanted if one in files]
            case "preupload":
                return {"files": [_mode(repository, one) for one in json.loads(body)["files"]]}
            case "commit":
                done = repository.commit(body.splitlines())
                place = f"{self.kept.url}/datasets/{repository.name}/commit/{done.oid}"
                return {"commitUrl": place, "commitOid": done.oid}
            case "super-squash":
                return repository.squash(json.loads(body)["message"])
            case "refs":
                return _refs(repository)
            case "lfs-files" if self.command == "GET":
                return [_large(one) for one in repository.large_files()]
            case "lfs-files":
                for one in json.loads(body)["deletions"]["sha"]:
                    (repository.folder / one).unlink()
                return {}
        raise Refused(404, "no such address")


def _file(repository: Repository, revision: str, path: str) -> tuple[bytes, dict[str, str]]:
    commit = repository.at(revision)
    if path not in commit.files:
        raise Refused(404, "Entry not found", "EntryNotFound")
    entry = commit.files[path]
    etag = f'"{entry.sha256 or entry.oid}"'
    return repository.content(entry), {"X-Repo-Commit": commit.oid, "ETag": etag}


def _info(repository: Repository, commit: Commit) -> dict[str, Any]:
    siblings = [{"rfilename": path} for path in commit.files]
    known = {"id": repository.name, "sha": commit.oid, "private": repository.private}
    return known | {"siblings": siblings, "tags": [], "downloads": 0, "likes": 0}


def _tree(commit: Commit, folder: str | None, query: str) -> Iterator[dict[str, Any]]:
    start = f"{folder}/" if folder else ""
    inside = {path: one for path, one in commit.files.items() if path.startswith(start)}
    if folder and not inside:
        raise Refused(404, "Entry not found", "EntryNotFound")
    is_deep = "recursive=true" in query.lower()
    folders = {start + path.removeprefix(start).partition("/")[0] for path in inside} - {*inside}
    for path in sorted(folders):
        yield {"type": "directory", "path": path, "oid": "0" * 40, "size": 0}
    for path, entry in inside.items():
        if is_deep or "/" not in path.removeprefix(start):
            yield entry.told(path)


def _mode(repository: Repository, file: dict[str, Any]) -> dict[str, Any]:
    entry = repository.at("main").files.get(file["path"])
    mode = "lfs" if file["path"].endswith(".parquet") else "regular"
    told = {"path": file["path"], "uploadMode": mode, "shouldIgnore": False}
    return told | ({"oid": entry.sha256 or entry.oid} if entry else {})


def _refs(repository: Repository) -> dict[str, Any]:
    main = {"name": "main", "ref": "refs/heads/main", "targetCommit": repository.at("main").oid}
    tags = [
        {"name": name, "ref": f"refs/tags/{name}", "targetCommit": oid}
        for name, oid in repository.tags.items()
    ]
    return {"branches": [main], "converts": [], "tags": tags}


def _large(sha256: str) -> dict[str, Any]:
    known = {"fileOid": sha256, "oid": sha256, "filename": "a.parquet", "size": 1}
    return known | {"pushedAt": "2026-03-01T12:00:00.000Z"}
