"""A small corpus with one of everything that a report shows, and the report unpacked."""

import base64
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipelines.core import config as configs
from pipelines.core import state
from pipelines.core.config import Config
from pipelines.core.document import BlockKind, Document, Flag, FlagKind, Removed
from pipelines.core.reasons import Reason
from pipelines.core.urls import site_of
from pipelines.verbs import report_page
from tests.factories import ESSAY, copied, document, post, publish_documents, rejected

#: A title and a text that would be a program if they became HTML.
INJECTED = "<img src=x onerror=\"document.title='broken'\"></script><script>alert(1)</script>"
BIO = "\n\nAnna Alder is a therapist in a small town."
#: What a rejected page says; no stage has redacted it.
NUMBER = "(415) 555-0132"
MAILBOX = "anna@alder-practice.com"
SITES = ("alder.example", "birch.example", "cedar.example")
POSTS = 25


def documents() -> Iterator[Document]:
    """Posts of three sites, copies between them, rejected pages, and one that was withdrawn."""
    for site in SITES:
        yield from (post(site, number) for number in range(POSTS))
        yield rejected(site, 90)
    yield copied("cedar.example", 80, post("alder.example", 3))
    yield copied("cedar.example", 81, post("alder.example", 4))
    yield from _special("alder.example")


def _special(site: str) -> Iterator[Document]:
    text = "\n\n".join(ESSAY)
    yield replace(
        document(url=f"https://{site}/marked", title="A marked post", text=f"Call [PHONE]. {text}"),
        removed=(Removed(at=len(text) + len("Call [PHONE]. "), text=BIO, kind=BlockKind.BIO),),
        flags=(Flag(kind=FlagKind.CRISIS, sentence="If you are in danger, call 988."),),
        word_count=107,
    )
    yield document(url=f"https://{site}/injected", title=INJECTED, text=f"{INJECTED} {text[:300]}")
    contact = document(
        url=f"https://{site}/contact",
        title=f"Call {NUMBER}",
        text=f"Call me at {NUMBER} or write to {MAILBOX} about therapy. {ESSAY[0]}",
        published_at=None,
    )
    yield contact.reject(Reason.TOPIC_CONTACT, "its address says so")
    withdrawn = document(url=f"https://{site}/secret", title=None, text="", published_at=None)
    yield replace(withdrawn, word_count=0).reject(Reason.PERMISSION_NOAI, "meta robots")


def made(folder: Path) -> Config:
    """The corpus, published, with what the crawler knows of its URLs."""
    file = folder / "corpus.toml"
    file.write_text('[corpus]\npath = "corpus"\n')
    config = configs.load(file)
    all_of_them = list(documents())
    publish_documents(config.corpus, all_of_them)
    connection = state.connect(config.corpus)
    for one in all_of_them:
        meet(connection, one.url, kind="post", told="DONE")
        archive(connection, one.url)
    for number, (kind, told, reason) in enumerate(
        (
            ("feed", "DONE", ""),
            ("post", "GONE", "fetch.gone"),
            ("post", "FAILED", "fetch.timeout"),
            ("post", "FAILED", "permission.robots"),
            ("post", "PENDING", ""),
            ("robots", "DONE", ""),
        )
    ):
        meet(connection, f"https://birch.example/x{number}", kind=kind, told=told, reason=reason)
    connection.close()
    return config


def meet(connection: Any, url: str, *, kind: str, told: str, reason: str = "") -> None:
    """Note a URL as the crawler does."""
    origin = re.match(r"https?://[^/]+", url)
    connection.execute(
        "INSERT INTO url (url, origin, blog, kind, via, found_on, score, why, state, reason) "
        "VALUES (?, ?, 'https://a.example/', ?, 'feed', '', 1, '', ?, ?)",
        (url, origin and origin[0], kind, told, reason),
    )


def archive(connection: Any, url: str, *, kind: str = "post") -> None:
    """Note a capture as the archiver does."""
    connection.execute(
        "INSERT INTO capture (site, url, kind, via, fetched_at, digest, file, offset, length) "
        "VALUES (?, ?, ?, 'feed', '2026-03-01T12:00:00+00:00', 'd', 'f', 0, 1)",
        (site_of(url), url, kind),
    )


def written(config: Config, *, most: int = 1000) -> Path:
    """The report of a corpus."""
    page = config.file.parent / "report.html"
    report_page.write(config, page, most=most)
    return page


def block(page: Path, name: str) -> Any:
    """What one data block of a page holds."""
    found = re.search(rf'id="data-{name}">([^<]*)</script>', page.read_text(encoding="utf-8"))
    assert found is not None, name
    if name == "summary":
        return json.loads(found[1])
    return json.loads(zlib.decompress(base64.b64decode(found[1])))
