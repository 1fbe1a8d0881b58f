"""The verb that hands a snapshot on to others."""

from typing import Annotated, TypeAlias

import typer

from pipelines.cli.base import DEFAULT, ConfigOption, app, print_lines, writing

_Repository: TypeAlias = Annotated[str, typer.Argument(metavar="OWNER/NAME", help="At the hub.")]
_Snapshot: TypeAlias = Annotated[
    str | None, typer.Option("--snapshot", help="Such as v000001; the current one.")
]
_Whole: TypeAlias = Annotated[
    bool, typer.Option("--all", help="Also copies, rejected pages, former versions, groups.")
]
_Public: TypeAlias = Annotated[bool, typer.Option("--public", help="Everybody may read it.")]
_Rights: TypeAlias = Annotated[
    bool, typer.Option("--i-have-the-rights", help="You may share all texts; for --public.")
]
_Forgets: TypeAlias = Annotated[
    bool, typer.Option("--forget-history", help="Delete former commits and their files.")
]
_Rehearses: TypeAlias = Annotated[
    bool, typer.Option("--dry-run", help="Change nothing at the hub; tell what it would do.")
]


@app.command("push")
def push_verb(  # noqa: PLR0913 - one for each option
    *,
    repository: _Repository,
    snapshot: _Snapshot = None,
    whole: _Whole = False,
    public: _Public = False,
    has_rights: _Rights = False,
    forgets: _Forgets = False,
    rehearses: _Rehearses = False,
    config: ConfigOption = DEFAULT,
) -> None:
    """Put a snapshot into a dataset repository of the Hugging Face hub, as one commit.

    A new repository is private. The token is that of HF_TOKEN or of `hf auth login`.
    """
    from pipelines.verbs import push  # noqa: PLC0415 - its library is an extra

    with writing(config) as (settings, _):
        corpus = settings.corpus  # Removals that wait come before anything is handed on.
    asked = push.Asked(
        corpus=corpus,
        repository=repository,
        snapshot=snapshot,
        whole=whole,
        public=public,
        has_rights=has_rights,
        forgets=forgets,
        rehearses=rehearses,
    )
    print_lines(push.push(asked))
