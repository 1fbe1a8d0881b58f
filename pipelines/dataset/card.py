"""Writes a snapshot's README.md: a dataset card that people, and the Hugging Face hub, read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import yaml

from pipelines.core.splits import SPLITS, TRAIN
from pipelines.dataset.manifest import Counts, Manifest
from pipelines.dataset.schema import DATA, DUPLICATES, GROUPS, HISTORY, REJECTED, TABLES
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
posts = datasets.load_dataset(".")  # a split of the table `data` each{copies}
```

Each file is sorted by `site`, then `published_at`, so that readers skip what a filter on them
rules out. `manifest.json` lists the files in the order of the sites, and `croissant.json`
describes tables and columns for programs. `datasets` cannot load a split or a table without
rows, so such a one is not named above."""

#: Stands in it where the copies are there.
_LOADING_COPIES = '\ncopies = datasets.load_dataset(".", "duplicates", split="train")'

_SPLITS = """\
Sites that share an author or a text are one group, and a group is never parted: all its posts
are in the split that a hash of the sites' names gives, `test` if any of them would be there
alone, else `validation` if any would be, else `train`. So nothing that was held out is trained
on later, however the corpus grows; a group that merges with another may leave `train`. The
table `groups` has each site with its group, what joined it, and the split that it alone would
be in."""

_COPIES = """\
`data` holds one post of each text: the one with the earliest publication that a program can
read on its page, then the longest, then the one with the smallest id. The others are in
`duplicates`, whole, with the post that is kept, the rule and the score: `dedup.exact` has the
same words; `dedup.near` a Jaccard similarity of word 5-grams from 0.8 on; `dedup.contained` at
least nine tenths of its 5-grams in the other, or the other way round, where neither is twice as
long; `dedup.url` is an older capture of the very post under another spelling of its address
(these are the defaults). A sketch proposes pairs, their texts decide. `history` holds what
posts said before they were edited or deleted."""

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


def text(manifest: Manifest, tables: Sequence[Table] = TABLES) -> str:
    """The whole card; the same manifest gives the same bytes.

    Args:
        manifest: Of the snapshot.
        tables: Those that lie beside the card; fewer where the others are not handed on.
    """
    names = [table.name for table in tables]
    copies = _LOADING_COPIES if DUPLICATES.name in names else ""
    sections = [
        ("Therapists' blogs", _INTRODUCTION + _left_out(names)),
        ("Counts", _lines(_funnel(manifest.counts))),
        ("Why pages are not published", _lines(_reasons(manifest.counts))),
        ("How to load it", _LOADING.format(copies=copies)),
        ("Splits", _lines(_splits(manifest))),
        ("Copies and former versions", _COPIES),
        *((f"Columns of `{table.name}`", _columns(table)) for table in tables),
        ("What was done to the text", _TEXT),
        ("People", _PEOPLE),
        ("How it was made", _lines(_making(manifest))),
    ]
    body = "\n\n".join(
        f"{'#' if number == 0 else '##'} {title}\n\n{content}"
        for number, (title, content) in enumerate(sections)
    )
    matter = _front_matter(manifest, names)
    told = yaml.safe_dump(matter, sort_keys=False, allow_unicode=True)
    return f"---\n{told}---\n\n{body}\n"


def _left_out(names: Sequence[str]) -> str:
    gone = [f"`{table.name}`" for table in TABLES if table.name not in names]
    return f"\n\nNot here, but with whoever runs the crawl: {', '.join(gone)}." if gone else ""


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines)


def _front_matter(manifest: Manifest, names: Sequence[str]) -> dict[str, Any]:
    """What the hub reads (huggingface.co/docs/hub/datasets-cards)."""
    counts = manifest.counts
    languages = sorted({code.partition("-")[0] for code in counts.by_language} - {"und"})
    size = next((name for bound, name in _SIZES if counts.documents < bound), _MORE)
    told: dict[str, Any] = {"pretty_name": "Therapists' blogs"}
    if languages:
        told["language"] = languages
    return told | {
        "license": "other",
        "license_name": "of-the-authors",
        "task_categories": ["text-generation", "fill-mask"],
        "size_categories": [size],
        "tags": ["blogs", "mental-health", "psychotherapy"],
        "configs": [
            _config(table, splits) for table, splits in _loadable(counts).items() if table in names
        ],
    }


def _loadable(counts: Counts) -> dict[str, tuple[str, ...]]:
    """The tables that have rows, each with its splits that have any."""
    rows = {
        DUPLICATES.name: counts.duplicates,
        REJECTED.name: counts.rejected,
        HISTORY.name: counts.former,
        GROUPS.name: counts.documents + counts.duplicates,
    }
    # `datasets` cannot load a split without rows ("corresponds to no data").
    data = tuple(split for split in SPLITS if counts.by_split.get(split))
    filled = {name: (TRAIN,) for name, count in rows.items() if count}
    return ({DATA.name: data} if data else {}) | filled


def _config(table: str, splits: tuple[str, ...]) -> dict[str, Any]:
    is_data = table == DATA.name
    files = [
        {"split": split, "path": f"{table}/{split if is_data else 'part'}-*.parquet"}
        for split in splits
    ]
    name = {"config_name": "default", "default": True} if is_data else {"config_name": table}
    return name | {"data_files": files}


def _splits(manifest: Manifest) -> Iterator[str]:
    yield _SPLITS
    yield ""
    yield "| split | rows |"
    yield "|---|---:|"
    by_split = manifest.counts.by_split
    yield from (f"| `{split}` | {by_split[split]} |" for split in SPLITS if split in by_split)
    yield ""
    leak = manifest.leakage
    if leak is None:
        yield (
            "Measured leakage: no two posts of different splits are so alike that they were "
            "compared. Pairs from a Jaccard similarity of 0.43 on are, with a probability of 0.96 "
            "or more."
        )
    else:
        yield (
            f"Measured leakage: the two most similar posts of different splits, `{leak.one}` and "
            f"`{leak.other}`, have a Jaccard similarity of {leak.jaccard} (word 5-grams), and "
            f"{leak.containment} of the shorter one is in the other."
        )


def _funnel(counts: Counts) -> Iterator[str]:
    yield "| | rows |"
    yield "|---|---:|"
    yield f"| pages that were read | {counts.pages} |"
    yield f"| less: rejected, table `{REJECTED.name}` | {counts.rejected} |"
    yield f"| less: copies of other posts, table `{DUPLICATES.name}` | {counts.duplicates} |"
    yield f"| posts, table `{DATA.name}` | {counts.documents} |"
    yield ""
    yield f"`{HISTORY.name}` holds {counts.former} former versions of posts beside these."
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
    for sentence in manifest.accepted:
        yield f"- published although a gate said no: {sentence}"
    yield "- files, with their digests: `manifest.json`"
