"""datatrove from WARC to Parquet: `{"folder": …, "files": N, "workers": N}` in, figures out.

Its reader, trafilatura, langdetect as a filter, and the four steps of its MinHash, with its own
settings but for trafilatura's metadata (which it never asks for) and a time limit that no page
meets. Out: seconds by the clock, documents, and for each worker seconds of CPU.
"""

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

from datatrove.data import Document  # type: ignore[import-not-found]
from datatrove.executor import LocalPipelineExecutor  # type: ignore[import-not-found]
from datatrove.pipeline.dedup import (  # type: ignore[import-not-found]
    MinhashDedupBuckets,
    MinhashDedupCluster,
    MinhashDedupFilter,
    MinhashDedupSignature,
)
from datatrove.pipeline.dedup.minhash import MinhashConfig  # type: ignore[import-not-found]
from datatrove.pipeline.extractors import Trafilatura  # type: ignore[import-not-found]
from datatrove.pipeline.filters import LambdaFilter  # type: ignore[import-not-found]
from datatrove.pipeline.readers import JsonlReader, WarcReader  # type: ignore[import-not-found]
from datatrove.pipeline.writers import (  # type: ignore[import-not-found]
    JsonlWriter,
    ParquetWriter,
)
from langdetect import DetectorFactory, detect_langs
from langdetect.lang_detect_exception import LangDetectException

_SECONDS = 10.0


def told(document: Document) -> bool:
    """Note the language of a text; all languages stay."""
    DetectorFactory.seed = 0
    try:
        best = detect_langs(document.text)[0]
    except LangDetectException:
        return True
    document.metadata |= {"language": best.lang, "confidence": best.prob}
    return True


def built(folder: str, files: int, workers: int, root: Path) -> int:
    """Do all steps; how many documents there are then."""
    config = MinhashConfig()
    places = ("extracted", "signatures", "buckets", "clusters", "parquet")
    extracted, signatures, buckets, clusters, parquet = (str(root / name) for name in places)
    steps = [
        (
            files,
            [
                WarcReader(folder, glob_pattern="*.warc.gz", file_progress=False),
                Trafilatura(timeout=_SECONDS),
                LambdaFilter(told),
                JsonlWriter(extracted),
            ],
        ),
        (files, [JsonlReader(extracted), MinhashDedupSignature(signatures, config=config)]),
        (config.num_buckets, [MinhashDedupBuckets(signatures, buckets, config=config)]),
        (1, [MinhashDedupCluster(buckets, clusters, config=config)]),
        (files, [JsonlReader(extracted), MinhashDedupFilter(clusters), ParquetWriter(parquet)]),
    ]
    for number, (tasks, pipeline) in enumerate(steps):
        logs = str(root / f"logs-{number}")
        LocalPipelineExecutor(
            pipeline=pipeline, tasks=tasks, workers=workers, logging_dir=logs
        ).run()
    stats = json.loads((root / "logs-4" / "stats.json").read_text())
    return int(stats[-1]["stats"]["total"])


def main() -> None:
    """Build once."""
    asked = json.loads(sys.stdin.readline())
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        documents = built(asked["folder"], asked["files"], asked["workers"], Path(folder))
        seconds = time.monotonic() - began
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(one.ru_utime + one.ru_stime for one in used)
    print(json.dumps({"seconds": seconds, "cpu": cpu, "documents": documents}))


if __name__ == "__main__":
    main()
