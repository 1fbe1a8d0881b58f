"""The verbs of the command line: they read the config, call one function and print."""

import logging
import sys
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from pipelines import recipe
from pipelines.build import build as build_snapshot
from pipelines.core import config as configs
from pipelines.core import lock
from pipelines.core.config import Config
from pipelines.core.errors import ConfigError, CorpusError
from pipelines.core.urls import canonical
from pipelines.dataset import query as sql
from pipelines.dataset.snapshot import Published, current
from pipelines.verbs import (
    bring_in,
    crawl,
    demo,
    init,
    inspect_stages,
    inspect_view,
    progress,
    report,
    why,
)
from pipelines.verbs.inspect_stages import is_url

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Builds a clean, deduplicated Parquet corpus from therapists' blogs and keeps it "
    "current.\n\nBegin with `therapy-corpus demo`, or with `init`, then `run`. "
    "Exit codes: 0 done; 2 wrong use or config; 3 done, but some blogs failed; 4 another run "
    "holds the corpus; 1 anything else.",
)
# In a file or pipe nothing is folded: a line is a row.
out = Console(soft_wrap=True, width=None if sys.stdout.isatty() else 1000)

ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", help="The corpus.toml to work with.", show_default=True)
]
DEFAULT = Path("corpus.toml")


@contextmanager
def _writing(file: Path) -> Iterator[tuple[Config, int]]:
    """The config, and the corpus' lock for a verb that writes."""
    config = configs.load(file)
    recipe.configured(config)
    with lock.held(config.corpus / "state") as descriptor:
        yield config, descriptor


def _published(config: Config, published: Published) -> None:
    out.print(report.funnel(config, published.manifest))
    said = "Published" if published.is_new else "Nothing changed; still"
    out.print(f"{said} {published.directory}")


@app.command("init")
def init_verb(config: ConfigOption = DEFAULT) -> None:
    """Write a commented corpus.toml and an example list of blogs."""
    for path in init.init(config.parent, config.name):
        out.print(f"wrote {path}")
    out.print(
        "Next: set crawl.contact and crawl.mailbox, list your blogs, then `therapy-corpus run`."
    )


@app.command("crawl")
def crawl_verb(config: ConfigOption = DEFAULT) -> None:
    """Fetch new and changed posts of the listed blogs into the archive."""
    with _writing(config) as (settings, descriptor):
        crawl.crawl(settings, progress.watch(), descriptor)
        _print_lines(report.crawled(settings))
    crawl.raise_for_failed_blogs(settings)


@app.command("build")
def build_verb(
    config: ConfigOption = DEFAULT,
    workers: Annotated[int, typer.Option(help="Processes; 0: as the config says.", min=0)] = 0,
) -> None:
    """Make a snapshot from the archive; no site is asked.

    Only the sites whose archive or recipe changed are made again. The same archive and
    recipe give the same bytes, whatever the number of workers.
    """
    with _writing(config) as (settings, _):
        crew = configs.BuildSettings(workers=workers) if workers else settings.build
        _published(settings, build_snapshot(replace(settings, build=crew), progress.watch()))


@app.command("run")
def run_verb(config: ConfigOption = DEFAULT) -> None:
    """Crawl, then build: what a schedule calls.

    Fetches only what is new or changed. After a kill, call it again: it goes on where it
    was. Blogs that failed are listed, give exit code 3, and are tried again next time.
    """
    with _writing(config) as (settings, descriptor):
        _run(settings, descriptor)
    crawl.raise_for_failed_blogs(settings)


def _run(settings: Config, descriptor: int) -> None:
    watch = progress.watch()
    crawl.crawl(settings, watch, descriptor)
    _print_lines(report.crawled(settings))
    _published(settings, build_snapshot(settings, watch))


@app.command("import")
def import_verb(
    files: Annotated[list[Path], typer.Argument(help="WARC files, gzipped or not.")],
    config: ConfigOption = DEFAULT,
) -> None:
    """Take the pages of WARC files into the archive.

    Any tool's will do: Common Crawl's, wget's, browsertrix's. `build` then serves these
    pages too. Importing a file again adds nothing.
    """
    missing = next((file for file in files if not file.is_file()), None)
    if missing is not None:
        message = f"{missing}: there is no such file; name WARC files."
        raise ConfigError(message)
    with _writing(config) as (settings, _):
        done = bring_in.bring_in(settings, files, progress.watch())
    out.print(f"{done.pages} pages imported, {done.others} feeds, sitemaps and robots.txt")
    out.print(f"{done.known} were in the archive already")
    for why_not, count in sorted(done.skipped.items()):
        out.print(f"{count} passed over: {why_not}")


@app.command("inspect")
def inspect_verb(  # noqa: PLR0913 - one for each option
    *,
    targets: Annotated[list[str], typer.Argument(help="HTML files, folders of them, or URLs.")],
    url: Annotated[str | None, typer.Option(help="Where a single file lies on the web.")] = None,
    stage: Annotated[
        str | None, typer.Option(help="Before and after one stage: extract, language, ...")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON lines, on a terminal too.")] = False,
    view: Annotated[bool, typer.Option("--view", help="To read, in a pipe too.")] = False,
    config: ConfigOption = DEFAULT,
) -> None:
    """Show what the stages make of a page: to read on a terminal, as JSON lines in a pipe.

    Shown is the document as the per-site stages leave it, its rejection first if it has
    one. A URL is read from the archive with all of its site, as in a build, or asked for
    once and kept nowhere.
    """
    if json and view:
        message = "--json and --view say two things; give one of them."
        raise ConfigError(message)
    settings = configs.load(config) if config.exists() or config != DEFAULT else None
    asked = inspect_stages.Asked(
        targets=tuple(_canonical(one) if is_url(one) else one for one in targets),
        recipe=recipe.configured(settings) if settings else recipe.DEFAULT,
        config=settings,
        url=url,
        stage=stage,
    )
    for found in inspect_stages.answers(asked):
        if json or not (view or sys.stdout.isatty()):
            sys.stdout.write(found.line + "\n")
            continue
        for part in inspect_view.parts(found):
            out.print(part, soft_wrap=not sys.stdout.isatty())


@app.command("why")
def why_verb(
    url: Annotated[str, typer.Argument(help="A page's address.")], config: ConfigOption = DEFAULT
) -> None:
    """Tell what happened to a URL, and why."""
    _print_lines(why.why(configs.load(config).corpus, _canonical(url)))


@app.command("path")
def path_verb(config: ConfigOption = DEFAULT) -> None:
    """Print the directory of the current snapshot, alone on its line."""
    sys.stdout.write(f"{current(configs.load(config).corpus)}\n")


@app.command("query")
def query_verb(
    statement: Annotated[
        str, typer.Argument(metavar="SQL", help="Views: documents, duplicates, rejected.")
    ],
    config: ConfigOption = DEFAULT,
) -> None:
    """Ask the current snapshot a question in DuckDB's SQL."""
    _print_answer(current(configs.load(config).corpus), statement)


@app.command("status")
def status_verb(config: ConfigOption = DEFAULT) -> None:
    """Show the last run, each blog and the current snapshot."""
    for part in report.status(configs.load(config)):
        out.print(part)


@app.command("demo")
def demo_verb(
    folder: Annotated[Path, typer.Option(help="Where it lands; emptied first.")] = Path(
        "output/demo"
    ),
) -> None:
    """See the whole way on five small blogs, on this machine."""
    file = demo.prepare(folder)
    with demo.served(folder), _writing(file) as (settings, descriptor):
        _run(settings, descriptor)
    snapshot = current(settings.corpus)
    out.print("\nThree rows:")
    _print_answer(snapshot, demo.ROWS)
    out.print("\nAsk it yourself:")
    out.print(f'therapy-corpus query --config {file} "{demo.QUESTION}"', markup=False)
    _print_answer(snapshot, demo.QUESTION)


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        out.print(line, markup=False, highlight=False)


def _print_answer(snapshot: Path, statement: str) -> None:
    answer = sql.run(snapshot, statement)
    table = Table(*answer.columns)
    for row in answer.rows:
        table.add_row(*("" if value is None else str(value) for value in row))
    out.print(table, markup=False)


def _canonical(url: str) -> str:
    try:
        return canonical(url)
    except ValueError as error:
        message = f"{error}; give an address that begins with http:// or https://."
        raise ConfigError(message) from None


def main() -> None:
    """Run a verb; every failure is one sentence and its exit code."""
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        app()
    except CorpusError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted; what was committed is kept. Run it again to go on.\n")
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 - the last resort, so that no user sees a traceback
        place = traceback.extract_tb(error.__traceback__)[-1]
        sys.stderr.write(
            f"Unexpected {type(error).__name__} at {Path(place.filename).name}:{place.lineno}: "
            f"{error}. This is a fault of the program; please report this line.\n"
        )
        sys.exit(1)
