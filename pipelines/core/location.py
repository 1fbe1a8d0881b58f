"""Where a corpus lies: the section `[corpus]`, whose path may be that of an object store."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.core.errors import ConfigError

_DEFAULTS = {
    "path": "output/corpus",
    "blogs": "blogs.csv",
    "work": "",
    "endpoint": "",
}
#: A bucket and a prefix, as `s3://bucket/prefix` names them.
_REMOTE = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/(?P<prefix>[^\s]+?)/*")
_ENDPOINT = re.compile(r"https?://[^\s/]+/?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """The place of a corpus in an object store; empty where it lies on this machine alone."""

    bucket: str = ""
    #: Without slashes at its ends.
    prefix: str = ""
    #: URL of a server other than Amazon's.
    endpoint: str = ""

    def __bool__(self) -> bool:
        """Whether there is an object store at all."""
        return bool(self.bucket)

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """What the section `[corpus]` says."""

    #: The local folder: the corpus itself, or its working copy.
    corpus: Path
    blogs: Path
    remote: Remote


def read(file: Path, section: Mapping[str, object]) -> Location:
    """Read the section; relative paths are relative to the file's folder.

    Raises:
        ConfigError: A key is unknown or wrong.
    """
    unknown = set(section) - set(_DEFAULTS)
    if unknown:
        known = ", ".join(_DEFAULTS)
        message = f"{file}: corpus.{min(unknown)} is not a setting; corpus knows: {known}."
        raise ConfigError(message)
    values = {
        key: _text(file, key, section.get(key, default)) for key, default in _DEFAULTS.items()
    }
    home = file.resolve().parent
    remote = _remote(file, values)
    folder = values["path"]
    if remote:
        folder = values["work"] or f"output/{remote.prefix.rpartition('/')[2]}"
    return Location(corpus=home / folder, blogs=home / values["blogs"], remote=remote)


def _text(file: Path, key: str, value: object) -> str:
    is_optional = _DEFAULTS[key] == ""
    if not isinstance(value, str) or not (value or is_optional):
        message = f"{file}: corpus.{key} must be a path in quotes, not {value!r}."
        raise ConfigError(message)
    return value


def _remote(file: Path, values: Mapping[str, str]) -> Remote:
    path, endpoint = values["path"], values["endpoint"]
    if "://" not in path:
        alone = next((key for key in ("work", "endpoint") if values[key]), None)
        if alone:
            message = (
                f"{file}: corpus.{alone} belongs to a corpus.path like s3://bucket/prefix, not to "
                f"{path!r}; remove it."
            )
            raise ConfigError(message)
        return Remote()
    found = _REMOTE.fullmatch(path)
    if not found or {"", ".", ".."} & set(found["prefix"].split("/")):
        message = f"{file}: corpus.path must be a folder or s3://bucket/prefix, not {path!r}."
        raise ConfigError(message)
    if endpoint and not _ENDPOINT.fullmatch(endpoint):
        message = f"{file}: corpus.endpoint must be the http(s) URL of a server, not {endpoint!r}."
        raise ConfigError(message)
    return Remote(bucket=found["bucket"], prefix=found["prefix"], endpoint=endpoint)
