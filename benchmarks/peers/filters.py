"""What datatrove's filters turn down, in their default settings: JSON lines in, JSON lines out.

In: `{"text": ...}`. Out: `{"down": [...]}`, the names of the filters that turn it down.
"""

import json
import sys

from datatrove.data import Document  # type: ignore[import-not-found]
from datatrove.pipeline.filters import (  # type: ignore[import-not-found]
    C4QualityFilter,
    FineWebQualityFilter,
    GopherQualityFilter,
    GopherRepetitionFilter,
)

FILTERS = {
    "datatrove, GopherQualityFilter": GopherQualityFilter(),
    "datatrove, GopherRepetitionFilter": GopherRepetitionFilter(),
    "datatrove, C4QualityFilter": C4QualityFilter(),
    "datatrove, FineWebQualityFilter": FineWebQualityFilter(),
}


def main() -> None:
    """Answer every line of standard input."""
    for line in sys.stdin:
        text = json.loads(line)["text"]
        # A filter may change the document that it is given.
        down = [
            name
            for name, keeps in FILTERS.items()
            if keeps.filter(Document(text=text, id="")) is not True
        ]
        sys.stdout.write(f"{json.dumps({'down': down})}\n")


if __name__ == "__main__":
    main()
