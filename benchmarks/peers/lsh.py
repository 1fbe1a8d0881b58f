"""What datasketch's LSH takes for so many sketches: `{"count": N}` in, seconds and MiB out."""

import json
import random
import resource
import sys
import time

import numpy as np
from datasketch import MinHash, MinHashLSH

_PERMUTATIONS = 128
_COPIES = 25
_SAME = 110


#: Made once, as they take longer than all the rest of a sketch.
_MADE = MinHash(num_perm=_PERMUTATIONS, scheme="legacy").permutations


def _sketch(number: int) -> MinHash:
    original = number
    if number and number % _COPIES == 0:
        original = 1 + _COPIES * random.Random(number).randrange(number // _COPIES)
    values = np.random.default_rng(original).integers(0, 2**32, _PERMUTATIONS, dtype=np.uint64)
    if original != number:
        draw = np.random.default_rng(-number % 2**32)
        values[_SAME:] = draw.integers(0, 2**32, _PERMUTATIONS - _SAME, dtype=np.uint64)
    return MinHash(num_perm=_PERMUTATIONS, hashvalues=values, permutations=_MADE, scheme="legacy")


def main() -> None:
    """Query, then insert each sketch; drawing them is not timed."""
    count = json.loads(sys.stdin.readline())["count"]
    lsh = MinHashLSH(threshold=0.8, num_perm=_PERMUTATIONS)
    seconds = 0.0
    for start in range(0, count, 10_000):
        sketches = [(number, _sketch(number)) for number in range(start, start + 10_000)]
        began = time.perf_counter()
        for number, sketch in sketches:
            lsh.query(sketch)
            lsh.insert(number, sketch)
        seconds += time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak": peak}))


if __name__ == "__main__":
    main()
