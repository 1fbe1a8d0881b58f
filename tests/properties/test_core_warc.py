"""What is archived comes back as it was, and other readers and writers of WARC agree."""

import io
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from gzip import compress
from pathlib import Path
from typing import Any

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipelines.core.errors import ArchiveError
from pipelines.core.model import Capture, Kind, Via
from pipelines.core.warc import Unreadable, decode, digest_of, encode, foreign

PAGE = b"<html><body><p>Written for this test.</p></body></html>"
URL = "http://blog.example/post"

#: RFC 9110, section 5.6.2.
TOKENS = st.text("!#$%&'*+-.^_`|~0123456789abcXYZ", min_size=1, max_size=12)
#: Field values as sent: any bytes a server may put there, read as Latin-1 or as UTF-8.
VALUES = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]) | st.sampled_from("é💡\t"),
    max_size=30,
).map(str.strip)
NAMES = TOKENS | st.sampled_from(
    ["Content-Type", "content-encoding", "Transfer-Encoding", "Content-Length", "Set-Cookie"]
)


@st.composite
def captures(draw: st.DrawFn) -> Capture:
    """Any capture that the crawler may hand over."""
    body = draw(
        st.binary(max_size=200) | st.sampled_from([b"", PAGE * 2000, b"\r\n\r\n", b"WARC/1.1\r\n"])
    )
    return Capture(
        url=draw(
            st.sampled_from([URL, "https://blog.example/%C3%BC?a=1&b=%20", "http://[::1]:8080/"])
        ),
        kind=draw(st.sampled_from(Kind)),
        via=draw(st.sampled_from(Via)),
        fetched_at=draw(
            st.datetimes(datetime(1996, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis adds it
        ),
        status=draw(st.sampled_from([200, 203, 206, 301, 304, 404, 410, 503])),
        headers=tuple(draw(st.lists(st.tuples(NAMES, VALUES), max_size=6))),
        body=body,
        digest=digest_of(body),
        truncated=draw(st.sampled_from(["", "length", "time", "disconnect"])),
    )


@settings(deadline=None)
@given(captures())
def test_what_is_written_is_read(capture: Capture) -> None:
    """Decoding what was encoded gives the capture, field by field."""
    assert decode(encode(capture)) == capture


@settings(deadline=None)
@given(captures())
def test_a_record_is_one_gzip_member(capture: Capture) -> None:
    """So that an offset and a length suffice to read it, and a cut never splits another."""
    member = encode(capture)
    stream = zlib.decompressobj(wbits=31)
    content = stream.decompress(member)

    assert stream.eof
    assert stream.unused_data == b""
    assert content.startswith(b"WARC/1.1\r\n")
    assert content.endswith(b"\r\n\r\n")


@settings(deadline=None)
@given(st.lists(captures(), min_size=1, max_size=4))
def test_other_readers_accept_the_archive(several: list[Capture]) -> None:
    """Warcio reads the records one after the other and finds nothing wrong with a digest."""
    stream = io.BytesIO(b"".join(map(encode, several)))
    records = ArchiveIterator(stream, check_digests=True)
    seen = []
    for record in records:
        body = record.content_stream().read()
        assert record.digest_checker.problems == []
        seen.append((record.rec_headers.get_header("WARC-Target-URI"), body))

    assert seen == [(capture.url, capture.body) for capture in several]
    assert records.err_count == 0


@settings(deadline=None, max_examples=300)
@given(captures(), st.floats(0, 1, exclude_max=True), st.integers(0, 7) | st.none())
def test_damage_is_never_taken_for_a_page(capture: Capture, where: float, bit: int | None) -> None:
    """With a bit flipped or the end cut off, the capture is right or there is an error."""
    member = bytearray(encode(capture))
    position = int(where * len(member))
    if bit is None:
        del member[position:]
    else:
        member[position] ^= 1 << bit
    try:
        read = decode(bytes(member))
    except ArchiveError:
        return

    assert read == capture


def record(  # noqa: PLR0913 - the ways in which WARCs differ
    writer: Any,
    kind: str = "response",
    *,
    url: str = URL,
    body: bytes = PAGE,
    status: str = "200 OK",
    headers: tuple[tuple[str, str], ...] = (),
) -> None:
    """Write one record with `writer`, as any tool would."""
    lines = [("Content-Type", "text/html"), *headers]
    http = StatusAndHeaders(status, lines, protocol="HTTP/1.1")
    if kind == "request":
        http = StatusAndHeaders(
            "GET /post HTTP/1.1", [("Host", "blog.example")], is_http_request=True
        )
        body = b""
    if kind in {"metadata", "warcinfo"}:
        writer.write_record(
            writer.create_warc_record(
                url,
                kind,
                payload=io.BytesIO(b"fetchTimeMs: 12\r\n"),
                warc_content_type="application/warc-fields",
            )
        )
        return
    writer.write_record(
        writer.create_warc_record(url, kind, payload=io.BytesIO(body), http_headers=http)
    )


def chunked(body: bytes) -> bytes:
    """`body` in the chunked transfer coding (RFC 9112, section 7.1)."""
    half = len(body) // 2
    parts = [body[:half], body[half:], b""]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)


def like_common_crawl(stream: Any) -> None:
    """Triples of request, response and metadata; one gzip member each; bodies as sent."""
    writer = WARCWriter(stream, gzip=True, warc_version="1.0")
    writer.write_record(writer.create_warcinfo_record("CC.warc.gz", {"software": "Nutch"}))
    record(writer, "request")
    coded = (("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip"))
    record(writer, body=chunked(compress(PAGE)), headers=coded)
    record(writer, "metadata")


def like_wget(stream: Any) -> None:
    """Not compressed, with warcinfo first; URLs in angle brackets as in WARC 1.0."""
    writer = WARCWriter(stream, gzip=False, warc_version="1.0")
    writer.write_record(writer.create_warcinfo_record("a.warc", {"software": "Wget/1.21"}))
    record(writer, "request", url=f"<{URL}>")
    record(writer, url=f"<{URL}>")


def like_browsertrix(stream: Any) -> None:
    """WARC 1.1 with Brotli, and a revisit of what was seen before."""
    writer = WARCWriter(stream, gzip=True, warc_version="1.1")
    record(writer, body=brotli.compress(PAGE), headers=(("Content-Encoding", "br"),))
    writer.write_record(writer.create_revisit_record(URL, "sha1:ABC", URL, "2024-01-01T00:00:00Z"))


@pytest.mark.parametrize("write", [like_common_crawl, like_wget, like_browsertrix])
def test_archives_of_other_tools_are_read(tmp_path: Path, write: Callable[[Any], None]) -> None:
    """One page comes out of each, decoded, as an import of unknown kind."""
    path = tmp_path / "other.warc"
    with path.open("wb") as stream:
        write(stream)
    (capture,) = foreign(path)

    assert isinstance(capture, Capture)
    assert (capture.url, capture.status, capture.body) == (URL, 200, PAGE)
    assert (capture.kind, capture.via) == (Kind.PAGE, Via.IMPORT)
    assert capture.digest == digest_of(PAGE)
    assert capture.header("content-type") == "text/html"
    assert abs(capture.fetched_at - datetime.now(UTC)) < timedelta(minutes=5)
    assert decode(encode(capture)).body == PAGE


def test_answers_that_are_no_pages_are_passed_over(tmp_path: Path) -> None:
    """A 404 or a redirect of a foreign archive is not a capture of a page."""
    path = tmp_path / "other.warc.gz"
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        record(writer, status="404 Not Found")
        record(writer, status="301 Moved Permanently")
        record(writer, status="200 OK")

    assert [capture.status for capture in foreign(path) if isinstance(capture, Capture)] == [200]


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("zstd", b"\x28\xb5\x2f\xfd" + b"x" * 20),
        ("br", b"no brotli at all"),
        ("compress", b"x"),
    ],
)
def test_a_body_that_cannot_be_decoded_is_unreadable(
    tmp_path: Path, coding: str, body: bytes
) -> None:
    """It is named with its URL and coding, and the next record is read."""
    path = tmp_path / "other.warc.gz"
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        record(
            writer,
            url="http://blog.example/odd",
            body=body,
            headers=(("Content-Encoding", coding),),
        )
        record(writer)
    first, second = foreign(path)

    assert isinstance(first, Unreadable)
    assert first.url == "http://blog.example/odd"
    assert coding in first.why
    assert isinstance(second, Capture)


@pytest.mark.parametrize("gzip", [True, False])
def test_a_torn_end_is_an_error_after_what_was_good(tmp_path: Path, gzip: bool) -> None:  # noqa: FBT001 - a parameter
    """The whole records come out; the torn one is an ArchiveError, not a short page.

    Only where no more than the checksum of the gzip member is missing, the page is whole.
    """
    stream = io.BytesIO()
    writer = WARCWriter(stream, gzip=gzip)
    record(writer)
    whole = stream.tell()
    record(writer, url="http://blog.example/torn", body=PAGE * 50)
    size = stream.tell()
    for end in range(whole + 1, size - 5, 7):
        path = tmp_path / "torn.warc"
        path.write_bytes(stream.getvalue()[:end])
        good, error = read_until_error(path)

        bodies = [one.body for one in good if isinstance(one, Capture)]
        if gzip and end > size - 16 and error is None:
            assert bodies == [PAGE, PAGE * 50]
        else:
            assert bodies == [PAGE]
            assert "after record 1" in str(error)


def read_until_error(path: Path) -> tuple[list[Capture | Unreadable], ArchiveError | None]:
    """What a foreign archive gives before it fails, and how it fails."""
    good: list[Capture | Unreadable] = []
    try:
        good.extend(foreign(path))
    except ArchiveError as error:
        return good, error
    return good, None


def test_what_is_no_warc_is_an_error(tmp_path: Path) -> None:
    """A file of another kind is named."""
    path = tmp_path / "page.html"
    path.write_bytes(PAGE)

    with pytest.raises(ArchiveError, match=r"page\.html"):
        list(foreign(path))
