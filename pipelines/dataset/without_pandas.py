"""Keeps pyarrow from loading pandas, which nothing here uses and which takes longer than a site."""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

import pyarrow as pa


class _Hidden:
    """Finds no pandas."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Say that there is none."""
        del path, target
        if name == "pandas":
            raise ModuleNotFoundError(name=name)
        return None


def without_pandas() -> None:
    """Make the first Arrow array of this process while pandas cannot be found.

    With that one pyarrow looks whether there is pandas, and loads it where there is. It looks
    again where something wants pandas of it, so that those who use both lose nothing.
    """
    if "pandas" in sys.modules:
        return
    sys.meta_path.insert(0, _Hidden)
    try:
        pa.array([])
    finally:
        sys.meta_path.remove(_Hidden)
