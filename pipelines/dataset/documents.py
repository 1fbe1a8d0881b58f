"""The documents of one site on disk, so that a build makes again only what has changed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import batched, chain
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.core.errors import SnapshotError
from pipelines.core.model import CaptureRef, Document, Rejection, Via
from pipelines.core.reasons import Reason
from pipelines.dataset.durable import put_in_place, sync
