"""The verbs that look at a corpus and change nothing."""

import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from pipelines import recipe
from pipelines.cli.base import (
    DEFAULT,
    ConfigOption,
    app,
    canonical_url,
    out,
    print_lines,
    reading,
)
from pipelines.core import config as configs
from pipelines.core.errors import ConfigError
from pipelines.dataset.snapshot import current
from pipelines.verbs import (
    diff,
    export,
    inspect_stages,
    inspect_view,
    progress,
    query,
    report,
    verify,
    why,
)
from pipelines.verbs.answers import Format
from pipelines.verbs.inspect_stages import is_url


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
    wants_archive = any(is_url(one) for one in targets)
    read = partial(reading, whole=True) if wants_archive else configs.load
    settings = read(config) if config.exists() or config != DEFAULT else None
    asked = inspect_stages.Asked(
        targets=tuple(canonical_url(one) if is_url(one) else one for one in targets),
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
    print_lines(why.why(reading(config).corpus, canonical_url(url)))


@app.command("path")
def path_verb(config: ConfigOption = DEFAULT) -> None:
    """Print the directory of the current snapshot, alone on its line."""
    sys.stdout.write(f"{current(reading(config).corpus)}\n")


@app.command("query")
def query_verb(
    statement: Annotated[
        str | None,
        typer.Argument(
            metavar="[SQL]", help="One SELECT; without it a prompt, or what a pipe brings."
        ),
    ] = None,
    form: Annotated[
        Format | None, typer.Option("--format", help="How rows are written; table by default.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--out", help="The file to write; its ending tells the form.")
    ] = None,
    config: ConfigOption = DEFAULT,
) -> None:
    """Ask the current snapshot questions in DuckDB's SQL.

    `.tables` at the prompt lists what can be asked; docs/questions.md has questions.
    """
    corpus = reading(config).corpus
    query.query(query.Asked(corpus=corpus, sql=statement, form=form, file=file), out)


@app.command("status")
def status_verb(config: ConfigOption = DEFAULT) -> None:
    """Show the last run, each blog and the current snapshot."""
    for part in report.status(reading(config)):
        out.print(part)


@app.command("report")
def report_verb(
    file: Annotated[
        Path, typer.Option("--out", help="The page to write; what was there is replaced.")
    ] = Path("report.html"),
    rows: Annotated[
        int, typer.Option(help="Pages shown one by one; all are counted.", min=100)
    ] = 50_000,
    config: ConfigOption = DEFAULT,
) -> None:
    """Write one page for a browser: what was crawled, kept, dropped, and why."""
    from pipelines.verbs import report_page  # noqa: PLC0415 - half a second no other verb needs

    done = report_page.write(reading(config), file, most=rows)
    out.print(f"wrote {done.path}: {done.bytes / 1e6:.1f} MB, {done.shown} of {done.pages} pages")


@app.command("diff")
def diff_verb(
    old: Annotated[str | None, typer.Argument(help="Such as v000001; the one before NEW.")] = None,
    new: Annotated[str | None, typer.Argument(help="Such as v000002; the current one.")] = None,
    form: Annotated[
        Format | None, typer.Option("--format", help="How rows are written; table by default.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--out", help="The file to write; its ending tells the form.")
    ] = None,
    config: ConfigOption = DEFAULT,
) -> None:
    """Tell which rows one snapshot added, changed and removed, and why."""
    corpus = reading(config).corpus
    diff.diff(diff.Asked(corpus=corpus, old=old, new=new, form=form, file=file), out)


@app.command("export")
def export_verb(
    form: Annotated[
        export.Form, typer.Option("--format", help="One post a line: its tokens, or an object.")
    ] = export.Form.TEXT,
    split: Annotated[str | None, typer.Option(help="Such as train; all by default.")] = None,
    file: Annotated[
        Path | None, typer.Option("--out", help="The file to write; *.gz is compressed.")
    ] = None,
    snapshot: Annotated[str | None, typer.Option(help="Such as v000001; the current one.")] = None,
    config: ConfigOption = DEFAULT,
) -> None:
    """Write the posts in the style of the source document, or as JSON lines."""
    corpus = reading(config).corpus
    asked = export.Asked(corpus=corpus, form=form, split=split, snapshot=snapshot, file=file)
    typer.echo(export.export_posts(asked), err=True)


@app.command("verify")
def verify_verb(
    snapshot: Annotated[
        str | None, typer.Argument(help="Such as v000001; the current one.")
    ] = None,
    only: Annotated[
        str | None, typer.Option(help="`archive` or `snapshot`; both by default.")
    ] = None,
    config: ConfigOption = DEFAULT,
) -> None:
    """Read archive and snapshot again: every record, every digest."""
    corpus = reading(config, whole=True).corpus
    for line in verify.verify(corpus, snapshot, only, progress.watch()):
        print_lines([line])
