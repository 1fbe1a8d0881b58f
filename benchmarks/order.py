"""Whether the way in which a corpus came together leaves a trace in its snapshot.

`python -m benchmarks.order [DOCUMENTS] [BATCHES]` publishes generated documents in one run, then
the same in batches of random blogs in random order, of which some come first with fewer posts or
with others that are gone later, with a snapshot after each batch. Compared are the bytes of all
Parquet files, and the manifests but for the version.
"""

import hashlib
import random
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from benchmarks.growth import publish, store
from pipelines.dataset.manifest import Manifest, to_json
from pipelines.dataset.snapshot import Published
from tests.many import POSTS, Blog, blogs

_WORDS = 300


def digests(published: Published) -> dict[str, str]:
    """The digest of each Parquet file, and of what the manifest says of all of them."""
    found = {
        path.relative_to(published.directory).as_posix(): _sha256(path.read_bytes())
        for path in published.directory.rglob("*.parquet")
    }
    return found | {"manifest": _sha256(_timeless(published.manifest).encode())}


def _timeless(manifest: Manifest) -> str:
    return to_json(replace(manifest, version="", parent=None))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def in_batches(corpus: Path, all_blogs: list[Blog], count: int, draw: random.Random) -> Published:
    """Publish after each batch; the last one leaves what a single run finds."""
    waiting = draw.sample(all_blogs, len(all_blogs))
    size = -(-len(waiting) // count)
    wanted: dict[str, str] = {}
    for start in range(0, len(waiting), size):
        batch = waiting[start : start + size]
        early = draw.sample(waiting, len(batch) // 2)
        wanted |= store(corpus, (_other(blog, draw) for blog in early if blog.site not in wanted))
        wanted |= store(corpus, iter(batch))
        last = publish(corpus, wanted)
    whole = {blog.site: blog.identity for blog in all_blogs}
    stale: Iterable[Blog] = (blog for blog in all_blogs if wanted[blog.site] != blog.identity)
    wanted |= store(corpus, iter(stale))
    last = publish(corpus, whole)
    assert wanted == whole, "the batches did not end in the whole corpus"  # noqa: S101
    return last


def _other(blog: Blog, draw: random.Random) -> Blog:
    """The blog as it was before: shorter, or with posts that are gone by now."""
    return replace(blog, posts=draw.randint(1, 2 * POSTS))


def main() -> None:
    """Publish in both ways and tell what differs."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 12
    with tempfile.TemporaryDirectory() as folder:
        everything = list(blogs(size, _WORDS))
        whole = Path(folder) / "whole"
        once = publish(whole, store(whole, iter(everything)))
        parts = in_batches(Path(folder) / "parts", everything, count, random.Random(7))
        one, other = digests(once), digests(parts)
    counts = once.manifest.counts
    print(
        f"{counts.pages:,} documents, {counts.duplicates:,} of them copies, {len(one) - 1} files; "
        f"{parts.manifest.version[1:].lstrip('0')} snapshots on the way"
    )
    differing = sorted(
        name for name in one.keys() | other.keys() if one.get(name) != other.get(name)
    )
    print(f"{len(differing)} of {len(one)} differ from those of a single run", *differing)
    sys.exit(bool(differing))


if __name__ == "__main__":
    main()
