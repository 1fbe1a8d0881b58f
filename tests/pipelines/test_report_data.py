"""What a report holds: counts that add up, texts without what is private, the same bytes."""

from pathlib import Path
from typing import Any

import lxml.html
import pytest

from pipelines.core import config as configs
from pipelines.core.config import Config
from pipelines.core.errors import CorpusError, SnapshotError
from pipelines.dataset.documents import path_of
from pipelines.dataset.snapshot import current, manifest_of
from pipelines.verbs import report_page
from tests.end_to_end.corpus import Corpus
from tests.reported import BIO, INJECTED, MAILBOX, NUMBER, POSTS, SITES, block, made, written


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """One corpus for all of these tests, which do not change it."""
    return made(tmp_path_factory.mktemp("reported"))


@pytest.fixture(scope="module")
def page(config: Config) -> Path:
    """Its report."""
    return written(config)


def row_of(page: Path, end: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The index and the text of the page whose URL ends like that."""
    index = block(page, "index")
    place = next(i for i, url in enumerate(index["url"]) if url.endswith(end))
    columns = ("site", "outcome", "title", "url", "day", "words", "marks")
    return {name: index[name][place] for name in columns}, block(page, "texts-0")[place]


def test_the_funnel_adds_up(page: Path, config: Config) -> None:
    """Each total is the one before it less the steps between; the last is what is published."""
    steps = block(page, "summary")["funnel"]
    left = steps[0]["count"]
    for step in steps[1:]:
        if step["is_total"]:
            assert step["count"] == left, step
        else:
            left += step["count"]
    counts = manifest_of(current(config.corpus)).counts
    assert left == counts.documents == len(SITES) * POSTS + 2
    assert steps[0] == {**steps[0], "label": "URLs found", "count": counts.pages + 5}


def test_a_site_adds_up(page: Path) -> None:
    """What was found is published, a copy, rejected for a reason, or never became a page."""
    lines = block(page, "sites")["rows"]

    assert {line[0] for line in lines} == set(SITES)
    for site, found, pages, rejected, copies, published, *_, why in lines:
        assert pages == rejected + copies + published, site
        assert found == published + copies + sum(count for _, count in why), site


def test_what_a_page_awaits_is_counted(page: Path) -> None:
    """A snapshot that is older than the archive says how many pages it lacks."""
    labels = {step["label"] for step in block(page, "summary")["funnel"]}

    assert {"feed or sitemap", "not there", "refused by its site", "waits for its turn"} <= labels
    assert not {"archived later", "no longer archived"} & labels


def test_charts_count_all_posts(page: Path) -> None:
    """The bars of a chart of posts add up to the posts, those without a date aside."""
    summary = block(page, "summary")
    posts = summary["counts"]["documents"]
    charts = {chart["id"]: chart for chart in summary["charts"]}

    for name in ("months", "lengths", "languages", "platforms", "permissions", "splits"):
        assert sum(count for _, count in charts[name]["rows"]) == posts, name
    assert dict(charts["reasons"]["rows"])["quality.too_short"] == len(SITES)


def test_pairs_of_sites(page: Path) -> None:
    """Who copied whom is told with how often and how alike."""
    (pair,) = block(page, "summary")["pairs"]

    assert (pair["copier"], pair["original"], pair["copies"]) == (SITES[2], SITES[0], 2)
    assert 0.8 < pair["score"] <= 1


def test_before_and_after(page: Path) -> None:
    """A removed block stands in its place with its kind; the rest is the text as published."""
    row, told = row_of(page, "/marked")
    kept = [piece for piece in told["text"] if isinstance(piece, str)]

    assert row["marks"] == 7
    assert told["text"][-1] == ["bio", BIO]
    assert kept[0].startswith("Call [PHONE]. We talked")
    cut = sum(piece for piece in told["text"] if isinstance(piece, int))
    assert sum(map(len, kept)) + cut == told["length"]


def test_rejected_texts_are_redacted(page: Path) -> None:
    """What a page says that was turned down is shown, without the numbers and names in it."""
    row, told = row_of(page, "/contact")

    assert row["title"] == "Call [PHONE]"
    assert told["text"][0].startswith("Call me at [PHONE] or write to [EMAIL] about therapy.")
    assert told["detail"] == "its address says so"
    everything = page.read_text(encoding="utf-8") + str(block(page, "texts-0"))
    assert NUMBER not in everything
    assert MAILBOX not in everything


def test_withdrawn_pages_have_no_text(page: Path) -> None:
    """Of a page that its site refuses, the report has the reason and nothing else."""
    row, told = row_of(page, "/secret")

    assert row["title"] == ""
    assert "text" not in told


def test_nothing_of_a_site_is_markup(page: Path) -> None:
    """The page has the elements of its template, whatever a title says."""
    html = page.read_text(encoding="utf-8")

    assert INJECTED not in html
    assert row_of(page, "/injected")[0]["title"] == INJECTED
    elements = list(lxml.html.fromstring(html).iter())
    assert not [element for element in elements if element.tag in {"img", "link", "iframe"}]
    links = [element.get("href") or element.get("src") or "#" for element in elements]
    assert {link[0] for link in links} == {"#"}


def test_the_same_bytes_again(config: Config, page: Path) -> None:
    """The same snapshot and state give the same page."""
    first = page.read_bytes()

    assert written(config).read_bytes() == first


def test_a_sample_has_each_reason(config: Config, tmp_path: Path) -> None:
    """Above the limit some pages of each reason are shown; all are counted."""
    out = tmp_path / "small.html"
    done = report_page.write(config, out, most=20)
    index = block(out, "index")
    counts = manifest_of(current(config.corpus)).counts

    assert (done.shown, done.pages) == (20, counts.pages)
    assert set(index["outcomes"]) == {"published", *counts.by_reason}
    assert block(out, "summary")["counts"]["pages"] == counts.pages
    assert sum(line[2] for line in block(out, "sites")["rows"]) == counts.pages


def test_without_stored_documents(tmp_path: Path) -> None:
    """Rejected pages have no text and no title where documents/ is not at hand."""
    config = made(tmp_path)
    for site in SITES:
        path_of(config.corpus, site).unlink()
    row, told = row_of(written(config), "/contact")

    assert row["title"] == ""
    assert "text" not in told


def test_one_sentence_where_it_cannot(tmp_path: Path) -> None:
    """No snapshot, and a place that cannot be written to, are told as such."""
    (tmp_path / "corpus.toml").write_text("")
    with pytest.raises(SnapshotError, match="no snapshot yet"):
        report_page.write(configs.load(tmp_path / "corpus.toml"), tmp_path / "x.html", most=1)
    (tmp_path / "made").mkdir()
    config = made(tmp_path / "made")
    with pytest.raises(CorpusError, match="name another file with --out"):
        report_page.write(config, tmp_path / "nowhere" / "x.html", most=1)


def test_the_verb(config: Config, tmp_path: Path) -> None:
    """`report` writes the page and says where, how large, and how much of the corpus it shows."""
    out = tmp_path / "here.html"
    told = Corpus(folder=config.file.parent).verb("report", "--out", str(out))

    assert f"wrote {out}: 1.0 MB, 84 of 84 pages" in told
    assert out.read_bytes() == written(config).read_bytes()
