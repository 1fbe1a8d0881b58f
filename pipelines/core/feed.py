"""Feeds as they are in the wild, parsed once for the crawler and for the extraction."""

import io
from typing import Any

import feedparser

from pipelines.core.model import Capture


def parsed(capture: Capture) -> Any:
    """A feed as feedparser gives it; one without entries where it cannot be read.

    Never raises. Addresses are as written, markup is neither resolved nor sanitised.
    """
    headers = {
        "content-location": capture.url,
        "content-type": capture.header("content-type") or "application/xml",
    }
    try:
        # A stream: of bytes, feedparser would first try to open a file of that name.
        return feedparser.parse(
            io.BytesIO(capture.body),
            response_headers=headers,
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except Exception:  # noqa: BLE001 - its parsers raise many kinds on broken markup
        return feedparser.FeedParserDict(feed=feedparser.FeedParserDict(), entries=[])
