"""One crawl over every fault: each ends as one reason, none ends the run or its neighbours."""

import sqlite3
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.core.reasons import Reason
from tests.end_to_end.corpus import Corpus
from tests.sites import fault_cases, fault_tls
from tests.sites.fault_bodies import LARGE, make_ready
from tests.sites.fault_cases import Case, counted, host_of, seed_of
from tests.sites.fault_certificates import authority
from tests.sites.fault_steps import of_site
from tests.sites.faults import FaultServer, serve_faults
from tests.sites.generated import generated

#: Seconds that one answer may take here.
TIMEOUT = 2.0
#: KiB that the crawler's process may take at its most.
MOST_MEMORY = 400 * 1024
GOOD = "good.example"
POSTS = 30
SETTINGS = f"timeout = {TIMEOUT}\ntries = 1\nconcurrency = 16\npatience = 2.0\n"

CASES: Mapping[str, Case] = {**fault_cases.cases(), **fault_tls.cases()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawled:
    """What came of the crawl."""

    corpus: Corpus
    server: FaultServer
    code: int
    said: str
    #: KiB that the crawler took at its most.
    memory: int


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """One crawl over all cases and a good site."""
    trusted = authority(tmp_path_factory.mktemp("certificates"))
    pages = {**fault_cases.pages(CASES), GOOD: of_site(generated(GOOD, posts=POSTS))}
    make_ready(case.script for name, case in CASES.items() if name.startswith(LARGE))
    seeds = [seed_of(name, case) for name, case in CASES.items()]
    middle = len(seeds) // 2
    seeds[middle:middle] = [f"http://{GOOD}/"]
    with (
        pytest.MonkeyPatch.context() as patch,
        serve_faults(fault_tls.hosts(pages, trusted)) as (server),
    ):
        patch.setenv("SSL_CERT_FILE", str(trusted.file))
        folder = tmp_path_factory.mktemp("faults")
        corpus = Corpus(folder=folder, proxy=server.proxy, per_host=1).write()
        config = corpus.config.read_text()
        corpus.config.write_text(config.replace("[revisit]", f"{SETTINGS}\n[revisit]"))
        (folder / "blogs.txt").write_text("".join(f"{seed}\n" for seed in seeds))
        process = corpus.start("crawl")
        memory = _watched(process)
        _, said = process.communicate()
        yield Crawled(
            corpus=corpus, server=server, code=process.returncode, said=said, memory=memory
        )


def _watched(process: "subprocess.Popen[str]", seconds: float = 300) -> int:
    """Wait for a run to end; the most memory in KiB that its crawler took."""
    most = 0
    end = time.monotonic() + seconds
    while process.poll() is None:
        if time.monotonic() > end:
            process.kill()
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        for child in children.read_text().split() if children.exists() else ():
            most = max(most, _memory(child))
        time.sleep(0.05)
    return most


def _memory(process: str) -> int:
    """The peak of a process so far in KiB; 0 where it is not the crawler, or gone."""
    try:
        if "scrapy" not in Path(f"/proc/{process}/cmdline").read_text():
            return 0
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)


def _rows(corpus: Corpus, sql: str, *values: str) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(corpus.root / "state" / "frontier.sqlite")) as db:
        return db.execute(sql, values).fetchall()


def test_there_are_many() -> None:
    """The matrix has the size that it is said to have."""
    assert len(CASES) >= 80


@pytest.mark.parametrize("name", CASES)
def test_reason(crawled: Crawled, name: str) -> None:
    """The last word of the fetch log on a fault is the reason that is true of it."""
    beginning = counted(name, CASES[name])
    rows = _rows(
        crawled.corpus,
        "SELECT reason, detail FROM fetch_log WHERE substr(url, 1, length(?1)) = ?1 ORDER BY id",
        beginning,
    )

    assert rows, "it was not asked for"
    assert rows[-1][0] == CASES[name].expected, rows


def test_run_ends_well(crawled: Crawled) -> None:
    """The run is finished, and its exit code says that some blogs failed."""
    assert crawled.code == 3, crawled.said
    assert "Traceback" not in crawled.said
    assert _rows(crawled.corpus, "SELECT 1 FROM run WHERE finished_at IS NOT NULL")
    assert not _rows(crawled.corpus, "SELECT url FROM url WHERE state = 'LEASED'")


def test_no_crash(crawled: Crawled) -> None:
    """No fault makes our own code fail."""
    log = (crawled.corpus.root / "state" / "crawl.log").read_text()

    assert "Traceback" not in log


def test_good_neighbour(crawled: Crawled) -> None:
    """A good site among all these is crawled whole."""
    held = {url for url, _ in crawled.corpus.records()}

    assert set(generated(GOOD, posts=POSTS).urls()) <= held


def test_nothing_broken_is_kept(crawled: Crawled) -> None:
    """Of what failed, nothing is in the archive."""
    held = {url for url, _ in crawled.corpus.records()}
    failed = {seed_of(name, case) for name, case in CASES.items() if case.expected}

    # That page is whole; the answer behind it is not its own.
    assert held & failed == {seed_of("smuggled", CASES["smuggled"])}


def test_memory(crawled: Crawled) -> None:
    """The crawler's memory stays within its limit through all bombs."""
    assert 0 < crawled.memory <= MOST_MEMORY


def test_time(crawled: Crawled) -> None:
    """No request lasts longer than its time limit and a second."""
    slow = {
        (record.asked.host, record.asked.path): record.seconds
        for record in crawled.server.records()
        if record.seconds > TIMEOUT + 1
    }

    assert slow == {}


def test_no_cookies(crawled: Crawled) -> None:
    """What a site sets, no request sends back."""
    heads = [record.asked.head.lower() for record in crawled.server.records()]

    assert len(crawled.server.paths(host_of("cookies"))) > 3
    assert not [head for head in heads if "\r\ncookie:" in head]
    assert max(map(len, heads)) < 8192


def test_without_a_right_certificate(crawled: Crawled) -> None:
    """Where the handshake fails, no request is sent."""
    wrong = {Reason.FETCH_TLS, Reason.FETCH_TIMEOUT, Reason.FETCH_CONNECTION}
    hosts = [host_of(name) for name, case in fault_tls.cases().items() if case.expected in wrong]

    assert [path for host in hosts for path in crawled.server.paths(host) if path] == []
