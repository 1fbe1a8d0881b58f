"""The columns that say what may be done with a post, and on what evidence."""

import pyarrow as pa

from pipelines.core.document import Document
from pipelines.dataset.table import Column

TIME = pa.timestamp("us", tz="UTC")
EVIDENCE = pa.list_(
    pa.struct(
        [
            pa.field("signal", pa.string(), nullable=False),
            pa.field("value", pa.string(), nullable=False),
            pa.field("url", pa.string(), nullable=False),
            pa.field("at", TIME, nullable=False),
        ]
    )
)


def evidence(document: Document) -> list[dict[str, object]]:
    """The evidence of a document as rows of its column."""
    return [
        {"signal": line.signal, "value": line.value, "url": line.url, "at": line.at}
        for line in document.evidence
    ]


PLATFORM = Column(
    name="platform",
    type=pa.string(),
    sentence="What the site is made with (`wordpress`, `blogger` …), where it says so.",
    nullable=True,
)
LICENSE = Column(
    name="license",
    type=pa.string(),
    sentence="A Creative Commons licence that the page names, such as `CC-BY-4.0`; a candidate "
    "that nobody has checked.",
    nullable=True,
)
PERMISSION = Column(
    name="permission",
    type=pa.string(),
    sentence="`open`: site or page say that training on it is allowed; `unreserved`: nothing was "
    "found that reserves it. What is refused has no row.",
)
PERMISSION_EVIDENCE = Column(
    name="permission_evidence",
    type=EVIDENCE,
    sentence="The signals that were found, each with its words, where and when (UTC) they were "
    "read.",
)
