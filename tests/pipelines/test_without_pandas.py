"""A build does not load pandas, but leaves it to those who use it as well."""

import subprocess
import sys

PROGRAM = """
import sys
from pipelines.dataset.without_pandas import without_pandas
import pyarrow as pa
without_pandas()
table = pa.table({"number": [1, 2]})
print("pandas" in sys.modules)
print(table.to_pandas().number.sum())
import pandas
print(pa.array(pandas.Series([1.0, float("nan")])).null_count)
"""


def test_pandas_is_loaded_where_it_is_asked_for() -> None:
    """The first arrays do without it; what wants it of pyarrow finds it as ever."""
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, check=True, text=True
    )

    assert told.stdout.split() == ["False", "3", "1"]
