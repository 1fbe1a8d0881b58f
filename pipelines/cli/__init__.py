"""The command line: each verb reads the config, calls one function and prints."""

import logging
import sys
import traceback
from pathlib import Path

from pipelines.cli import asking, making, sharing
from pipelines.cli.base import app
from pipelines.core.errors import CorpusError

__all__ = ["asking", "main", "making", "sharing"]


def main() -> None:
    """Run a verb; every failure is one sentence and its exit code."""
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        app()
    except CorpusError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted; what was committed is kept. Run it again to go on.\n")
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 - the last resort, so that no user sees a traceback
        place = traceback.extract_tb(error.__traceback__)[-1]
        sys.stderr.write(
            f"Unexpected {type(error).__name__} at {Path(place.filename).name}:{place.lineno}: "
            f"{error}. This is a fault of the program; please report this line.\n"
        )
        sys.exit(1)
