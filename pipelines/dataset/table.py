"""What a table of the dataset is: its name, its columns and what each of them holds."""

from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: what it is called and what it holds."""

    name: str
    type: pa.DataType
    #: What a reader of the dataset has to know, in one sentence.
    sentence: str
    nullable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of a snapshot: a folder of Parquet files."""

    #: Name of the folder, and of the table in the manifest.
    name: str
    #: Name of the view in SQL.
    view: str
    #: What is in it, in one sentence.
    sentence: str
    columns: tuple[Column, ...]
