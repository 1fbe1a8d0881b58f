"""Every exception of the project, so that a caller can tell them apart by exit code.

* CorpusError          1  a promise was broken; the message ends in what to do next
  + ConfigError        2  the config, a blog list or an argument is wrong
  + BlogsFailed        3  the work is done, but some blogs failed
  + LockHeld           4  another run holds the corpus, here or in its object store
  + GateFailed         5  a snapshot was not published, since it fails a gate
  + ArchiveError       1  a WARC file is missing, torn or damaged
  + StateError         1  state/frontier.sqlite cannot be used
  + SnapshotError      1  a snapshot cannot be read or written
  + CrawlError         1  the crawler stopped before its work was done
  + StoreError         1  the object store cannot be reached, or refuses

What is expected of the web or of a page is not here: it is a value (a Rejection, a
Reason in the fetch log).
"""

from typing import ClassVar


class CorpusError(Exception):
    """A broken promise, told in one sentence that says what, where and what to do next."""

    exit_code: ClassVar[int] = 1


class ConfigError(CorpusError):
    """The config, a blog list or an argument is wrong; the sentence names the key."""

    exit_code = 2


class BlogsFailed(CorpusError):
    """The run is done and what was good is published, but some blogs failed."""

    exit_code = 3


class LockHeld(CorpusError):
    """Another run holds the corpus."""

    exit_code = 4


class GateFailed(CorpusError):
    """A snapshot fails a gate of its release; it is kept aside and the former one stays."""

    exit_code = 5


class ArchiveError(CorpusError):
    """A WARC file is missing, torn or damaged."""


class StateError(CorpusError):
    """The state database cannot be used."""


class SnapshotError(CorpusError):
    """A snapshot cannot be read or written."""


class CrawlError(CorpusError):
    """The crawler stopped before its work was done."""


class StoreError(CorpusError):
    """The object store of a corpus cannot be reached, refuses, or holds something else."""
