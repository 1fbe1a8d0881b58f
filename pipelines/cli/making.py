"""The verbs that change a corpus."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from pipelines.build import build as build_snapshot
from pipelines.cli.base import (
    DEFAULT,
    ConfigOption,
    app,
    out,
    print_answer,
    print_lines,
    writing,
)
from pipelines.core.config import Config
from pipelines.core.errors import ConfigError
from pipelines.dataset.snapshot import Published, current
from pipelines.verbs import bring_in, crawl, demo, forget, init, progress, report
from pipelines.verbs.forget_targets import judged

AcceptOption = Annotated[
    list[str] | None,
    typer.Option("--accept", help="Publish although this gate says no; `all` for any."),
]
EngineOption = Annotated[
    str, typer.Option(help="local or ray; empty: as the config says.", show_default=False)
]
AddressOption = Annotated[
    str, typer.Option(help="Of the head of the Ray cluster.", show_default=False)
]


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
def crawl_verb(
    config: ConfigOption = DEFAULT, engine: EngineOption = "", address: AddressOption = ""
) -> None:
    """Fetch new and changed posts of the listed blogs into the archive."""
    with writing(config) as (settings, descriptor):
        asked = replace(
            settings.crawl,
            engine=engine or settings.crawl.engine,
            address=address or settings.crawl.address,
        )
        crawl.crawl(replace(settings, crawl=asked), progress.watch(), descriptor)
        print_lines(report.crawled(settings))
    crawl.raise_for_failed_blogs(settings)


@app.command("build")
def build_verb(
    config: ConfigOption = DEFAULT,
    workers: Annotated[int, typer.Option(help="Processes; 0: as the config says.", min=0)] = 0,
    accept: AcceptOption = None,
    engine: EngineOption = "",
    address: AddressOption = "",
) -> None:
    """Make a snapshot from the archive; no site is asked.

    Only the sites whose archive or recipe changed are made again. The same archive and
    recipe give the same bytes, whatever the number of workers, on one machine or many.
    """
    with writing(config) as (settings, _):
        asked = replace(
            settings.build,
            workers=workers or settings.build.workers,
            engine=engine or settings.build.engine,
            address=address or settings.build.address,
        )
        tuned = replace(settings, build=asked)
        _published(settings, build_snapshot(tuned, progress.watch(), tuple(accept or ())))


@app.command("run")
def run_verb(config: ConfigOption = DEFAULT, accept: AcceptOption = None) -> None:
    """Crawl, then build: what a schedule calls.

    Fetches only what is new or changed. After a kill, call it again: it goes on where it
    was. Blogs that failed are listed, give exit code 3, and are tried again next time.
    """
    with writing(config) as (settings, descriptor):
        _run(settings, descriptor, tuple(accept or ()))
    crawl.raise_for_failed_blogs(settings)


def _run(settings: Config, descriptor: int, accepted: tuple[str, ...] = ()) -> None:
    watch = progress.watch()
    crawl.crawl(settings, watch, descriptor)
    print_lines(report.crawled(settings))
    _published(settings, build_snapshot(settings, watch, accepted))


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
    with writing(config) as (settings, _):
        done = bring_in.bring_in(settings, files, progress.watch())
    out.print(f"{done.pages} pages imported, {done.others} feeds, sitemaps and robots.txt")
    out.print(f"{done.known} were in the archive already")
    for why_not, count in sorted(done.skipped.items()):
        out.print(f"{count} passed over: {why_not}")


@app.command("forget")
def forget_verb(
    target: Annotated[str, typer.Argument(help="A URL, a site, an author's name, or an id.")],
    reason: Annotated[str, typer.Option(help="Why; kept in the record of removals.")],
    kind: Annotated[
        str | None, typer.Option("--as", help="What it is: url, site, author or id.")
    ] = None,
    config: ConfigOption = DEFAULT,
) -> None:
    """Take posts out of everything that the corpus holds, and keep them out.

    The archive, the state, the logs and all snapshots are written anew without them.
    """
    wish = judged(target, kind, reason)
    with writing(config) as (settings, _):
        watch = progress.watch()
        print_lines(forget.told([forget.forget(settings, [wish], watch)]))
        if forget.has_snapshot(settings):
            _published(settings, build_snapshot(settings, watch, forget.WANTED_LOSSES))


@app.command("demo")
def demo_verb(
    folder: Annotated[Path, typer.Option(help="Where it lands; emptied first.")] = Path(
        "output/demo"
    ),
) -> None:
    """See the whole way on five small blogs, on this machine."""
    file = demo.prepare(folder)
    with demo.served(folder), writing(file) as (settings, descriptor):
        _run(settings, descriptor)
    snapshot = current(settings.corpus)
    out.print("\nThree rows:")
    print_answer(snapshot, demo.ROWS)
    out.print("\nAsk it yourself:")
    out.print(f'therapy-corpus query --config {file} "{demo.QUESTION}"', markup=False)
    print_answer(snapshot, demo.QUESTION)
