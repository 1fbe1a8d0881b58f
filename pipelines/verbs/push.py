"""`push`: a snapshot as one commit of a dataset repository at the Hugging Face hub."""

import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipelines.core.errors import ConfigError, CorpusError
from pipelines.dataset.shared import Shared, chosen, is_strange, rights, shared

try:
    import huggingface_hub as hub
    from huggingface_hub import errors
    from huggingface_hub.utils.tqdm import disable_progress_bars
except ImportError as error:
    # Only who pushes needs it; the command line imports this module for that verb alone.
    message = "push needs a package more: run `pip install 'therapy-corpus[hub]'`."
    raise ConfigError(message) from error

_TYPE = "dataset"
_BRANCH = "main"
#: What the library lets through: its client's errors, files, the large files' protocol, the card.
_UNTOLD = (errors.HTTPError, OSError, RuntimeError, ValueError)  # type: ignore[attr-defined]
#: What the commit says where somebody else's came between.
_OVERTAKEN = frozenset({409, 412})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What goes where, and who may read it."""

    #: The corpus' folder.
    corpus: Path
    #: As "owner/name".
    repository: str
    #: Such as v000001; None for the current one.
    snapshot: str | None = None
    #: All tables, not the posts alone.
    whole: bool = False
    #: Everybody may read it.
    public: bool = False
    #: Whoever asks says that the texts may be shared.
    has_rights: bool = False
    #: Former commits and their files are deleted.
    forgets: bool = False
    #: Nothing is changed at the hub.
    rehearses: bool = False


def push(asked: Asked) -> Iterator[str]:
    """Bring a repository to the state of a snapshot, in one commit.

    Yields:
        What was done, in sentences.

    Raises:
        ConfigError: The repository cannot be written to, or not in this way.
        SnapshotError: There is no snapshot, or it is damaged.
        CorpusError: The hub failed; each of its commits is whole.
    """
    if asked.repository.count("/") != 1:
        message = f"{asked.repository!r} is no repository; name one as owner/name."
        raise ConfigError(message)
    directory = chosen(asked.corpus, asked.snapshot)
    given = shared(directory, whole=asked.whole)
    if asked.public:
        _allow(asked, directory)
    _quiet()
    with _telling(asked.repository):
        yield from _pushed(hub.HfApi(), asked, given)


def _pushed(api: hub.HfApi, asked: Asked, given: Shared) -> Iterator[str]:
    head = _head(api, asked, given.directory)
    if head is None and asked.rehearses:
        yield f"{asked.repository} is not there; it would be made, {_audience(asked.public)}."
    elif head is None:
        head = _made(api, asked, given.directory)
    there = {} if head is None else _tree(api, asked.repository, str(head.sha))
    _refuse_strange(api, asked, there)
    put, gone = given.changes(there)
    size = f"{given.size(put) / 1e6:.1f} MB"
    told = f"{given.directory.name}: {len(put)} files put ({size}), {len(gone)} removed"
    if head is None or asked.rehearses:
        yield f"{told}, if this were no rehearsal."
        return
    if put or gone:
        done = _commit(api, asked.repository, given, put, gone, str(head.sha))
        yield f"{told}, {_audience(not head.private)}: {done}"
    else:
        yield f"{asked.repository} holds {given.directory.name} already."
    if asked.forgets:
        yield _forget(api, asked.repository)


def _head(api: hub.HfApi, asked: Asked, directory: Path) -> hub.DatasetInfo | None:
    """The newest commit; None where there is no repository that this token may see."""
    try:
        head = api.dataset_info(asked.repository, revision=_BRANCH)
    except errors.RepositoryNotFoundError:
        return None
    if not head.private:
        _allow(asked, directory)
    return head


def _made(api: hub.HfApi, asked: Asked, directory: Path) -> hub.DatasetInfo:
    """The first commit of a new repository.

    Raises:
        ConfigError: It is there already, for others.
    """
    api.create_repo(asked.repository, repo_type=_TYPE, private=not asked.public, exist_ok=True)
    head = _head(api, asked, directory)
    if head is None:
        message = f"{asked.repository} is there, but this token may not see it; set another one."
        raise ConfigError(message)
    return head


def _allow(asked: Asked, directory: Path) -> None:
    """Let nobody publish by mistake.

    Raises:
        ConfigError: Not everything was said that a public repository takes.
    """
    if asked.public and asked.has_rights:
        return
    message = (
        f"Everybody could read {asked.repository}: {rights(directory)}. Give --public and "
        "--i-have-the-rights if you may share all of them, or use a private repository."
    )
    raise ConfigError(message)


def _audience(is_public: bool) -> str:  # noqa: FBT001 - the word for it
    return "public" if is_public else "private"


def _tree(api: hub.HfApi, repository: str, commit: str) -> dict[str, str]:
    """The files of a commit, each with its digest."""
    found = api.list_repo_tree(repository, recursive=True, revision=commit, repo_type=_TYPE)
    return {
        one.path: one.blob_id if one.lfs is None else one.lfs.sha256
        for one in found
        if isinstance(one, hub.RepoFile)
    }


def _commit(  # noqa: PLR0913, PLR0917 - one for each thing that a commit is made of
    api: hub.HfApi, repository: str, given: Shared, put: list[str], gone: list[str], parent: str
) -> str:
    given.check(put)
    additions = [
        hub.CommitOperationAdd(name, given.texts.get(name) or given.directory / name)
        for name in put
    ]
    done = api.create_commit(
        repository,
        [*additions, *(hub.CommitOperationDelete(name, is_folder=False) for name in gone)],
        commit_message=given.directory.name,
        repo_type=_TYPE,
        revision=_BRANCH,
        # Whoever else commits meanwhile makes this one fail, so that states never mix.
        parent_commit=parent,
    )
    return str(done.commit_url)


def _refuse_strange(api: hub.HfApi, asked: Asked, there: Mapping[str, str]) -> None:
    """Keep from removing what others put there, and from calling gone what a tag still holds.

    Raises:
        ConfigError: There is such.
    """
    repository = asked.repository
    if is_strange(there):
        message = (
            f"{repository} holds data that push did not put there, and would remove; name "
            "another repository."
        )
        raise ConfigError(message)
    if not (asked.forgets and there):
        return
    refs = api.list_repo_refs(repository, repo_type=_TYPE)
    names = [one.name for one in [*refs.branches, *refs.tags] if one.name != _BRANCH]
    if names:
        message = (
            f"{repository} has also {', '.join(sorted(names))}, which may hold former texts; "
            "delete these branches and tags at the hub, then push with --forget-history again."
        )
        raise ConfigError(message)


def _forget(api: hub.HfApi, repository: str) -> str:
    """Make the newest commit the only one, and delete large files that it does not name."""
    api.super_squash_history(repository, branch=_BRANCH, repo_type=_TYPE)
    kept = set(_tree(api, repository, _BRANCH).values())
    listed = list(api.list_lfs_files(repository, repo_type=_TYPE))
    former = [one for one in listed if not {one.oid, one.file_oid} & kept]
    if listed and len(former) == len(listed):
        message = (
            f"{repository} has one commit now, but its list of large files cannot be told from "
            "that of former ones; delete those in its settings at the hub."
        )
        raise CorpusError(message)
    api.permanently_delete_lfs_files(repository, former, repo_type=_TYPE)
    return f"Former commits are gone, and {len(former)} large files that only they named."


def _quiet() -> None:
    """Leave it to this verb to tell what happened.

    Raises:
        ConfigError: Nobody has logged in.
    """
    logging.getLogger("huggingface_hub").setLevel(logging.CRITICAL)
    if not sys.stderr.isatty():
        disable_progress_bars()
    if hub.get_token() is None:
        message = "The hub wants to know who you are; set HF_TOKEN, or run `hf auth login`."
        raise ConfigError(message)


@contextmanager
def _telling(repository: str) -> Iterator[None]:
    """Tell in one sentence what went wrong at the hub, or on the way there.

    Raises:
        ConfigError: The token may not write there.
        CorpusError: Anything else.
    """
    try:
        yield
    except errors.HfHubHTTPError as error:
        status = error.response.status_code
        if status in {401, 403}:
            message = (
                f"The hub does not let this token write to {repository} ({status}); set HF_TOKEN "
                "to one that may, or run `hf auth login`."
            )
            raise ConfigError(message) from error
        why = "somebody else committed meanwhile" if status in _OVERTAKEN else f"it said {status}"
        raise _failed(repository, why) from error
    except errors.HFValidationError as error:
        message = f"{repository!r} is no name of a repository; name one as owner/name."
        raise ConfigError(message) from error
    except _UNTOLD as error:
        why = next(iter(str(error).splitlines()), type(error).__name__)
        raise _failed(repository, why) from error


def _failed(repository: str, why: str) -> CorpusError:
    return CorpusError(
        f"{repository} could not be pushed ({why}); commits are whole or absent: push again."
    )
