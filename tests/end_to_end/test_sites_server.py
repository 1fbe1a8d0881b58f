"""The loopback sites keep their promises, so that crawls of them prove something."""

import gzip
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests.sites.server import SiteServer, serve
from tests.sites.site import EVERYWHERE, Answer, Site
from tests.sites.visit import fetch

REPOSITORY = Path(__file__).parents[2]
HOST = "one.example"
CHANGED = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)

Reply = tuple[int, dict[str, str], bytes]


@pytest.fixture
def site() -> Site:
    """A site of three pages, one of them of 8 MB."""
    site = Site(ignores=frozenset({"m"}))
    site.put("/", Answer(body=b"<p>home</p>", modified=CHANGED))
    site.put("/list?page=2", "<p>second page</p>")
    site.put("/big", Answer(body=os.urandom(8 << 20), content_type="image/x-noise"))
    return site


@pytest.fixture
def server(site: Site, tmp_path: Path) -> Iterator[SiteServer]:
    """That site, served, with a log file."""
    with serve({HOST: site}, log=tmp_path / "log.jsonl") as server:
        yield server


def ask(server: SiteServer, target: str, *, method: str = "GET", **headers: str) -> Reply:
    """Send one request with just this target; underscores in header names are hyphens."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, target, headers={"Host": HOST, **named})
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read()
    finally:
        connection.close()


def test_absolute_and_origin_form_reach_the_same_page(server: SiteServer) -> None:
    """As a proxy and as a plain server it answers alike, queries included."""
    for target in ("/list?page=2", f"http://{HOST}/list?page=2", f"http://{HOST}:80/list?page=2"):
        assert ask(server, target)[2] == b"<p>second page</p>"

    assert server.count(HOST, "/list?page=2") == 3
    assert ask(server, f"http://{HOST}/?m=1")[2] == b"<p>home</p>"
    assert ask(server, "/list?page=3")[0] == 404


def test_a_host_that_is_not_held_is_a_bad_gateway(server: SiteServer) -> None:
    """No host but its own is ever reached, and no tunnel is opened."""
    status, _, body = ask(server, "http://elsewhere.example/")

    assert (status, body.count(b"\n")) == (502, 1)
    assert ask(server, "elsewhere.example:443", method="CONNECT")[0] == 501
    assert ask(server, f"http://{HOST}/", method="POST")[0] == 501


def test_validators_save_the_body_and_the_tag_decides(server: SiteServer, site: Site) -> None:
    """304 for the current tag or date; a stale tag beats a current date (RFC 9110, 13.2.2)."""
    tag = ask(server, "/")[1]["ETag"]
    date = format_datetime(CHANGED, usegmt=True)

    assert ask(server, "/", If_None_Match=f'"old", W/{tag}')[::2] == (304, b"")
    assert ask(server, "/", If_Modified_Since=date)[0] == 304
    assert ask(server, "/", If_None_Match='"old"', If_Modified_Since=date)[0] == 200
    assert ask(server, "/", If_Modified_Since="no date")[0] == 200
    assert ask(server, "/missing", If_None_Match="*")[0] == 404

    site.put("/", Answer(body=b"<p>edited</p>", modified=CHANGED))
    status, headers, _ = ask(server, "/", If_None_Match=tag)
    assert status == 200
    assert headers["ETag"] != tag
    assert [record.conditional for record in server.requests()] == [False] + [True] * 6


def test_bodies_are_coded_where_client_and_site_want_it(server: SiteServer, site: Site) -> None:
    """A coded body is another representation with a tag of its own."""
    _, plain, _ = ask(server, "/")
    _, headers, body = ask(server, "/", Accept_Encoding="gzip, deflate")

    assert gzip.decompress(body) == b"<p>home</p>"
    assert headers["Content-Encoding"] == "gzip"
    assert headers["ETag"] != plain["ETag"]
    assert ask(server, "/", Accept_Encoding="gzip", If_None_Match=headers["ETag"])[0] == 304
    site.gzip = False
    assert ask(server, "/", Accept_Encoding="gzip")[2] == b"<p>home</p>"


def test_head_has_the_headers_of_get_and_no_body(server: SiteServer) -> None:
    """And the connection stays usable for a second request."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request("HEAD", f"http://{HOST}/")
    head = connection.getresponse()
    assert (head.read(), head.headers["Content-Length"]) == (b"", "11")

    connection.request("GET", f"http://{HOST}/")
    assert connection.getresponse().read() == b"<p>home</p>"
    connection.close()


def test_switches_delay_break_redirect_and_remove(server: SiteServer, site: Site) -> None:
    """A test can make a site slow, broken for a while, moved or smaller."""
    site.override("/", Answer(status=503, headers={"Retry-After": "7"}), times=2)
    assert [ask(server, "/")[0] for _ in range(3)] == [503, 503, 200]

    site.override(EVERYWHERE, Answer(status=500))
    assert ask(server, "/list?page=2")[0] == 500
    site.restore(EVERYWHERE)

    site.redirect("/old", "/")
    assert ask(server, "/old")[1]["Location"] == "/"
    site.remove("/old")
    assert ask(server, "/old")[0] == 404

    site.delay = 0.3
    start = time.monotonic()
    ask(server, "/")
    assert time.monotonic() - start >= 0.3


def test_a_client_that_breaks_off_is_logged_in_silence(
    server: SiteServer, capfd: pytest.CaptureFixture[str]
) -> None:
    """The log says how little was sent, no traceback is printed, and service goes on."""
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.sendall(f"GET http://{HOST}/big HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        assert client.recv(1000).startswith(b"HTTP/1.1 200")
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    deadline = time.monotonic() + 20
    while not server.count(HOST, "/big") and time.monotonic() < deadline:
        time.sleep(0.01)

    (record,) = server.requests(HOST)
    assert 0 <= record.sent < 8 << 20
    assert ask(server, "/")[0] == 200
    assert capfd.readouterr() == ("", "")


def test_the_log_file_holds_the_records(server: SiteServer, tmp_path: Path) -> None:
    """Whoever has an answer finds its line in the file."""
    ask(server, f"http://{HOST}/", User_Agent="test/1")

    lines = (tmp_path / "log.jsonl").read_text().splitlines()
    (record,) = map(json.loads, lines)
    assert {name: record[name] for name in ("host", "path", "status", "sent", "user_agent")} == {
        "host": HOST,
        "path": "/",
        "status": 200,
        "sent": 11,
        "user_agent": "test/1",
    }
    assert abs(record["wall"] - time.time()) < 20
    assert abs(record["monotonic"] - time.monotonic()) < 20


def test_an_own_process_serves_until_its_input_ends_or_it_is_told(tmp_path: Path) -> None:
    """The port file is there whole or not at all; both ways of stopping are clean."""
    for stop in (None, signal.SIGTERM):
        port_file = tmp_path / f"port-{stop}"
        command = [sys.executable, "-m", "tests.sites", "--demo", "--port-file", str(port_file)]
        with subprocess.Popen(
            command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as process:
            assert process.stdout
            assert process.stdin
            proxy = process.stdout.readline().decode().strip().removeprefix("http_proxy=")
            assert proxy == f"http://127.0.0.1:{port_file.read_text().strip()}"
            status, _ = fetch(proxy, "http://quietriver.example/")
            assert status == 200
            if stop is None:
                process.stdin.close()
            else:
                process.send_signal(stop)
            assert process.wait(20) == 0
