"""Writes a snapshot's README.md: a dataset card that people, and the Hugging Face hub, read."""

from collections.abc import Iterable, Iterator, Mapping

from pipelines.dataset.manifest import Counts, Manifest
from pipelines.dataset.parts import SPLIT
from pipelines.dataset.schema import DATA, DUPLICATES, REJECTED, TABLES
from pipelines.dataset.table import Table

#: Size categories of dataset cards, by their upper bound in rows
#: (huggingface.co/docs/hub/datasets-cards).
_SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
    (100_000_000, "10M<n<100M"),
    (1_000_000_000, "100M<n<1B"),
)
_MORE = "1B<n<10B"

_INTRODUCTION = """\
Posts of blogs that therapists write, fetched from their sites, cleaned and deduplicated.
Every page that was fetched is in one of three tables, so nothing is lost without a reason."""

_LOADING = """\
Run these in this folder, or put its path before `data`. It never changes; ask
`therapy-corpus path` once for the current one.

```sql
-- DuckDB
SELECT site, count(*), sum(word_count) FROM 'data/*.parquet' GROUP BY site;
```

```python
import pandas
posts = pandas.read_parquet("data")

import polars
posts = polars.scan_parquet("data/*.parquet")

import datasets
posts = datasets.load_dataset(".", split="train")
copies = datasets.load_dataset(".", "duplicates", split="train")
```

Each file is sorted by `site`, then `published_at`, so that readers skip what a filter on them
rules out. `manifest.json` lists the files in the order of the sites. `datasets` cannot load
a table without rows, so such a table has no configuration."""

_TEXT = """\
`text` is the article alone. What recurs over a site's posts (who writes here, book a session,
latest posts) is taken out and kept in `removed`, with the place at which it stood; the view
`templates` of `therapy-corpus query` counts it. `[EMAIL]`, `[PHONE]`, `[ADDRESS]`, `[LICENCE]`,
`[HANDLE]`, `[BOOKING]` and `[NAME]` stand where somebody could be reached or recognised;
numbers of crisis lines stay readable. `normalized_text` has the recurring blocks as well, and
no trace of what was redacted. `flags` names the sentence that makes a text case material, a
testimonial or a text for people in crisis."""

_PEOPLE = """\
The authors are named professionals who wrote in public, and some write of their clients.
The texts belong to those who wrote them: this card gives no licence. Do not use the data to
contact, rate or profile anybody. Who asks to be taken out is taken out: tell whoever runs
this crawl, and later snapshots do not hold the posts; delete the earlier ones you keep."""


def text(manifest: Manifest) -> str:
    """The whole card; the same manifest gives the same bytes."""
    sections = [
        ("Therapists' blogs", _INTRODUCTION),
        ("Counts", _lines(_funnel(manifest.counts))),
        ("Why pages are not published", _lines(_reasons(manifest.counts))),
        ("How to load it", _LOADING),
        *((f"Columns of `{table.name}`", _columns(table)) for table in TABLES),
        ("What was done to the text", _TEXT),
        ("People", _PEOPLE),
        ("How it was made", _lines(_making(manifest))),
    ]
    body = "\n\n".join(
        f"{'#' if number == 0 else '##'} {title}\n\n{content}"
        for number, (title, content) in enumerate(sections)
    )
    return f"---\n{_lines(_front_matter(manifest.counts))}\n---\n\n{body}\n"


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines)


def _front_matter(counts: Counts) -> Iterator[str]:
    yield 'pretty_name: "Therapists\' blogs"'
    languages = sorted({code.partition("-")[0] for code in counts.by_language} - {"und"})
    if languages:
        yield "language:"
        # Quoted, since YAML reads a bare no (Norwegian) as false.
        yield from (f'- "{code}"' for code in languages)
    yield "size_categories:"
    size = next((name for bound, name in _SIZES if counts.documents < bound), _MORE)
    yield f'- "{size}"'
    yield "tags:"
    yield from ("- blogs", "- mental-health", "- psychotherapy")
    yield "configs:"
    names = {
        DATA.name: ("default", f"{DATA.name}/{SPLIT}-*.parquet"),
        DUPLICATES.name: (DUPLICATES.name, f"{DUPLICATES.name}/*.parquet"),
        REJECTED.name: (REJECTED.name, f"{REJECTED.name}/*.parquet"),
    }
    rows = {DUPLICATES.name: counts.duplicates, REJECTED.name: counts.rejected}
    for table, (config, files) in names.items():
        # `datasets` cannot load a split without rows ("corresponds to no data").
        if rows.get(table) == 0:
            continue
        yield f"- config_name: {config}"
        if config == "default":
            yield "  default: true"
        yield "  data_files:"
        yield f"  - split: {SPLIT}"
        yield f'    path: "{files}"'


def _funnel(counts: Counts) -> Iterator[str]:
    yield "| | rows |"
    yield "|---|---:|"
    yield f"| pages that were read | {counts.pages} |"
    yield f"| less: rejected, table `{REJECTED.name}` | {counts.rejected} |"
    yield f"| less: copies of other posts, table `{DUPLICATES.name}` | {counts.duplicates} |"
    yield f"| posts, table `{DATA.name}` | {counts.documents} |"
    yield ""
    yield f"The posts come from {counts.sites} sites and have {counts.words} words."
    if counts.by_language:
        yield ""
        yield from _counted("language", counts.by_language)


def _reasons(counts: Counts) -> Iterator[str]:
    if counts.by_reason:
        yield from _counted("reason", counts.by_reason)
    else:
        yield "All pages are published."


def _counted(heading: str, counts: Mapping[str, int]) -> Iterator[str]:
    yield f"| {heading} | rows |"
    yield "|---|---:|"
    yield from (f"| `{name}` | {counts[name]} |" for name in sorted(counts))


def _columns(table: Table) -> str:
    lines = [f"{table.sentence}", "", "| column | type | |", "|---|---|---|"]
    for column in table.columns:
        missing = "; may be missing" if column.nullable else ""
        lines.append(f"| `{column.name}` | `{column.type}`{missing} | {column.sentence} |")
    return _lines(lines)


def _making(manifest: Manifest) -> Iterator[str]:
    until = manifest.archived_until
    yield f"- version: {manifest.version}, after {manifest.parent or 'none'}"
    yield f"- newest page fetched: {'none' if until is None else f'{until:%Y-%m-%d %H:%M:%S} UTC'}"
    yield f"- recipe: `{manifest.recipe}`, schema {manifest.schema_version}"
    named = (f"{name} {number}" for name, number in sorted(manifest.software.items()))
    yield f"- software: {', '.join(named)}"
    yield "- files, with their digests: `manifest.json`"
