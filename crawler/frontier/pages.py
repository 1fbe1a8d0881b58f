"""What a page that has answered tells of itself, its family and its blog, as rows of the state."""

import sqlite3

from crawler.frontier import standings, texts
from crawler.frontier.fetched import Fetched
from pipelines.core.model import Kind


def answered(db: sqlite3.Connection, fetched: Fetched) -> None:
    """Note what the words of a page tell, and whether it may be published."""
    lease = fetched.lease
    is_other = texts.is_other_text(db, lease.url, fetched.text)
    texts.judge_hint(db, lease.url, lease.blog, changed=is_other)
    if lease.kind is not Kind.LISTING:
        if lease.visit is None:
            is_new = texts.is_new(db, lease.url, fetched.text)
            texts.count(db, lease.url, brought_news=is_new)
        texts.note(db, lease.url, fetched.text)
    if fetched.platform and lease.kind is Kind.HOME:
        db.execute("UPDATE blog SET platform = ? WHERE url = ?", (fetched.platform, lease.blog))
    if not fetched.permission.is_refused:
        standings.accept(db, lease.url, fetched.permission, fetched.capture.fetched_at)
