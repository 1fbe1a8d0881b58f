"""What the verbs share: the application, its output, the config and the corpus' lock."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from pipelines import recipe
from pipelines.core import config as configs
from pipelines.core import lock
from pipelines.core.config import Config
from pipelines.core.errors import ConfigError
from pipelines.core.urls import canonical
from pipelines.dataset import query as sql
from pipelines.verbs import crawl_cluster, forget, progress

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Builds a clean, deduplicated Parquet corpus from therapists' blogs and keeps it "
    "current.\n\nBegin with `therapy-corpus demo`, or with `init`, then `run`. "
    "Exit codes: 0 done; 2 wrong use or config; 3 done, but some blogs failed; 4 another run "
    "holds the corpus; 5 a new snapshot failed a gate; 1 anything else.",
)
# In a file or pipe nothing is folded: a line is a row.
out = Console(soft_wrap=True, width=None if sys.stdout.isatty() else 1000)

ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", help="The corpus.toml to work with.", show_default=True)
]
DEFAULT = Path("corpus.toml")


@contextmanager
def writing(file: Path) -> Iterator[tuple[Config, int]]:
    """The config, and the corpus' lock for a verb that writes; removals come before its work.

    A corpus in an object store is fetched before, and published after it.
    """
    config = configs.load(file)
    recipe.configured(config)
    with lock.held(config.corpus / "state") as descriptor, _published(config):
        crawl_cluster.collect(config)
        print_lines(forget.told(forget.make_good(config, progress.watch())))
        yield config, descriptor


def _published(config: Config) -> AbstractContextManager[None]:
    if not config.remote:
        return nullcontext()
    from pipelines.store import mirror  # noqa: PLC0415 - its library is an extra

    return mirror.writing(config)


def reading(file: Path, *, whole: bool = False) -> Config:
    """The config for a verb that reads; of a corpus in an object store its newest snapshots.

    Args:
        file: The corpus.toml.
        whole: The verb reads the archive too.
    """
    config = configs.load(file)
    if config.remote:
        from pipelines.store import mirror  # noqa: PLC0415 - its library is an extra

        mirror.reading(config, whole=whole)
    return config


def print_lines(lines: Iterable[str]) -> None:
    """Print lines as they are."""
    for line in lines:
        out.print(line, markup=False, highlight=False)


def print_answer(snapshot: Path, statement: str) -> None:
    """Print what a question to a snapshot gave."""
    answer = sql.run(snapshot, statement)
    table = Table(*answer.columns)
    for row in answer.rows:
        table.add_row(*("" if value is None else str(value) for value in row))
    out.print(table, markup=False)


def canonical_url(url: str) -> str:
    """The canonical form of an address that somebody typed.

    Raises:
        ConfigError: It is no address.
    """
    try:
        return canonical(url)
    except ValueError as error:
        message = f"{error}; give an address that begins with http:// or https://."
        raise ConfigError(message) from None
