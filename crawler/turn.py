"""Begins or ends a run of a corpus without asking for anything: `python -m crawler.turn`.

Where several crawlers share the hosts of a run, none of them can do it.
"""

import sys
import time
from pathlib import Path

from crawler import seeds
from crawler.frontier import Frontier
from pipelines.core import config as configs
from pipelines.core import lock


def main(which: str, file: str) -> None:
    """Begin a run, or go on with one that is not finished; `finish` ends it."""
    config = configs.load(Path(file))
    with lock.held(config.corpus / "state"):
        frontier = Frontier(config, seeds.load(config.blogs), time.time())
        if which == "finish":
            frontier.finish("finished")
        frontier.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
