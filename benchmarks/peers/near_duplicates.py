"""Near duplicates as datasketch and datatrove see them: JSON lines in, JSON lines out.

In: `{"text": ...}` for each text. Out: `{"system": ..., "groups": [[0, 7], ...]}` for each system,
numbers of texts that it takes for copies of one another: pairs of datasketch's LSH as it comes,
clusters of datatrove's MinHash pipeline, both with their usual settings.
"""

import json
import struct
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from datasketch import MinHash, MinHashLSH
from datatrove.executor import LocalPipelineExecutor  # type: ignore[import-not-found]
from datatrove.pipeline.dedup import (  # type: ignore[import-not-found]
    MinhashDedupBuckets,
    MinhashDedupCluster,
    MinhashDedupSignature,
)
from datatrove.pipeline.dedup.minhash import MinhashConfig  # type: ignore[import-not-found]
from datatrove.pipeline.readers import JsonlReader  # type: ignore[import-not-found]

_SHINGLE = 5
_THRESHOLD = 0.8
_PERMUTATIONS = 128


def by_datasketch(texts: Sequence[str]) -> list[list[int]]:
    """The pairs that share a band, of sets of word 5-grams."""
    lsh = MinHashLSH(threshold=_THRESHOLD, num_perm=_PERMUTATIONS)
    pairs = []
    for number, text in enumerate(texts):
        words = text.lower().split()
        sketch = MinHash(num_perm=_PERMUTATIONS)
        sketch.update_batch(
            " ".join(words[start : start + _SHINGLE]).encode()
            for start in range(max(len(words) - _SHINGLE + 1, 1))
        )
        pairs += [[int(other), number] for other in lsh.query(sketch)]
        lsh.insert(str(number), sketch)
    return pairs


def by_datatrove(texts: Sequence[str]) -> list[list[int]]:
    """The clusters of signatures, buckets and clustering: 14 buckets of 8 hashes of 5-grams."""
    config = MinhashConfig()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "in").mkdir()
        with (root / "in" / "texts.jsonl").open("w", encoding="utf-8") as file:
            for number, text in enumerate(texts):
                file.write(json.dumps({"id": str(number), "text": text}) + "\n")
        signatures, buckets, clusters = (
            str(root / name) for name in ("signatures", "buckets", "clusters")
        )
        steps = [
            (
                1,
                [JsonlReader(str(root / "in")), MinhashDedupSignature(signatures, config=config)],
            ),
            (config.num_buckets, [MinhashDedupBuckets(signatures, buckets, config=config)]),
            (1, [MinhashDedupCluster(buckets, clusters, config=config, save_cluster_id=True)]),
        ]
        for tasks, pipeline in steps:
            logs = str(root / f"logs-{len(pipeline)}-{tasks}-{id(pipeline)}")
            LocalPipelineExecutor(pipeline=pipeline, tasks=tasks, logging_dir=logs).run()
        found: defaultdict[int, list[int]] = defaultdict(list)
        for path in Path(clusters).rglob("*.clusters"):
            for text_number, cluster in struct.iter_unpack("<II", path.read_bytes()):
                found[cluster].append(text_number)
        return list(found.values())


def main() -> None:
    """Answer for all texts at once."""
    texts = [json.loads(line)["text"] for line in sys.stdin]
    for name, system in (("datasketch", by_datasketch), ("datatrove", by_datatrove)):
        print(json.dumps({"system": name, "groups": system(texts)}))


if __name__ == "__main__":
    main()
