"""The report in a browser: it asks no network, and is used by mouse, by keys, wide and narrow."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium.common.exceptions import JavascriptException
from selenium.webdriver import Chrome
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from tests.end_to_end.browser import asked, chromium, complaints, missing, resize
from tests.reported import BIO, INJECTED, POSTS, SITES, made, written

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())

#: Copies of posts, and pages that were turned down.
COPIES = 2
REJECTED = len(SITES) + 2
PAGES = len(SITES) * POSTS + 2 + COPIES + REJECTED


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a small corpus."""
    return written(made(tmp_path_factory.mktemp("reported")))


@pytest.fixture(scope="module")
def running() -> Iterator[Chrome]:
    """One browser for all of these tests."""
    with chromium() as driver:
        yield driver


@pytest.fixture
def browser(running: Chrome, page: Path) -> Chrome:
    """The browser with the page just opened, all of it drawn."""
    resize(running, 1400)
    complaints(running)
    running.get(page.as_uri())
    until(running, lambda: running.execute_script("return document.documentElement.dataset.drawn"))
    return running


def until(driver: Chrome, what: Callable[[], Any]) -> Any:
    """Wait for something to become true."""
    return WebDriverWait(driver, 20, 0.02).until(lambda _: what())


def by(driver: Chrome, selector: str) -> WebElement:
    return driver.find_element(By.CSS_SELECTOR, selector)


def texts(driver: Chrome, selector: str) -> list[str]:
    """The words of all elements of a kind, read at once: a table may be drawn anew between two."""
    read = "return [...document.querySelectorAll(arguments[0])].map((it) => it.innerText.trim())"
    told: list[str] = driver.execute_script(read, selector)
    return told


def status(driver: Chrome) -> str:
    return by(driver, "#pages-status").text


def press(driver: Chrome, *keys: str) -> None:
    ActionChains(driver).send_keys(*keys).perform()


def focused(driver: Chrome) -> str:
    """The id of what has the focus, or its words."""
    element = driver.switch_to.active_element
    return element.get_attribute("id") or element.text


def choose(driver: Chrome, field: str, value: str) -> None:
    """Choose from a list, as a reader does."""
    by(driver, f"#{field} option[value='{value}']").click()


def test_it_asks_no_network(browser: Chrome, page: Path) -> None:
    """The file itself is all that is asked for, and nothing is complained of."""
    choose(browser, "outcome", "published")
    until(browser, lambda: status(browser).startswith(f"{len(SITES) * POSTS + 2} pages"))
    by(browser, "#pages-table .open").click()
    until(browser, lambda: texts(browser, "#detail h2"))

    assert set(asked(browser)) == {page.as_uri()}
    assert complaints(browser) == []


def test_no_text_can_become_a_program(browser: Chrome) -> None:
    """The browser itself refuses markup that is made of a text, requests and new code."""
    for attempt in (
        "document.body.innerHTML = '<b>bold</b>'",
        "document.createElement('script').textContent = 'alert(1)'",
        "return fetch('http://127.0.0.1:9/')",
    ):
        with pytest.raises(JavascriptException):
            browser.execute_script(attempt)
    complaints(browser)


def test_what_a_site_says_stays_text(browser: Chrome) -> None:
    """A title that is markup is shown letter by letter, in the table and in the detail."""
    by(browser, "#search").send_keys("onerror")
    until(browser, lambda: status(browser) == "1 page")
    assert texts(browser, "#pages-table .open") == [INJECTED]
    by(browser, "#pages-table .open").click()
    until(browser, lambda: texts(browser, "#detail h2") == [INJECTED])

    assert INJECTED in by(browser, "#detail .after .words").text
    assert not browser.find_elements(By.CSS_SELECTOR, "img, iframe")
    assert browser.title == "Corpus report v000001"
    assert complaints(browser) == []


def test_shown_counts_add_up(browser: Chrome) -> None:
    """The funnel and the table of sites add up as they are read."""
    labels = texts(browser, ".funnel th[scope=row]")
    counts = [
        int(re.sub(r"\D", "", text)) * (-1 if "\N{MINUS SIGN}" in text else 1)
        for text in texts(browser, ".funnel td.number")
    ]
    pages = counts[labels.index("Pages in this snapshot")]
    assert (pages, counts[-1]) == (PAGES, len(SITES) * POSTS + 2)
    assert pages + sum(counts[labels.index("Pages in this snapshot") + 1 : -1]) == counts[-1]
    found, archived, rejected, copies, published = map(
        int, texts(browser, "#sites-table tfoot td.number")
    )
    assert (archived, rejected, copies) == (PAGES, REJECTED, COPIES)
    assert (found, published) == (counts[0], counts[-1])


def test_a_chart_has_a_table(browser: Chrome) -> None:
    """Each chart is drawn, and its table has the same counts."""
    drawn = browser.find_elements(By.CSS_SELECTOR, ".drawn figure")
    for figure in drawn:
        assert figure.find_element(By.CSS_SELECTOR, "svg").rect["width"] > 300
        figure.find_element(By.CSS_SELECTOR, "summary").click()
    until(browser, lambda: len(texts(browser, ".drawn table")) == len(drawn))
    months = [int(text) for text in texts(browser, "#chart-months td.number")]

    assert sum(months) == len(SITES) * POSTS + 2


def test_search_and_filters(browser: Chrome) -> None:
    """Words, reason, site and marks narrow the table together; clearing shows all again."""
    assert status(browser) == f"{PAGES} pages; 1 to 25"
    by(browser, "#search").send_keys("POST-7 birch")
    until(browser, lambda: status(browser) == "1 page")
    by(browser, "#pages-filter button[type=reset]").click()
    until(browser, lambda: status(browser) == f"{PAGES} pages; 1 to 25")
    choose(browser, "outcome", "quality.too_short")
    until(browser, lambda: status(browser) == f"{len(SITES)} pages")
    assert set(texts(browser, "#pages-table td:nth-child(2)")) == {"quality.too_short"}
    by(browser, "#site").send_keys("cedar")
    until(browser, lambda: status(browser) == "1 page")
    by(browser, "#pages-filter button[type=reset]").click()
    choose(browser, "marks", "1")
    until(browser, lambda: texts(browser, "#pages-table .open") == ["A marked post"])
    choose(browser, "outcome", "rejected")
    until(browser, lambda: status(browser) == "0 pages")


def test_the_page_is_kept_when_a_field_is_left(browser: Chrome) -> None:
    """Leaving the search, which tells of its change once more, does not turn back the pages."""
    by(browser, "#search").send_keys("post-1")
    count = f"{len(SITES) * 11} pages"
    until(browser, lambda: status(browser) == f"{count}; 1 to 25")
    by(browser, "#pages-pager button:last-child").click()
    time.sleep(0.3)

    assert status(browser).startswith(f"{count}; 26 to 33")


def test_pages_and_order(browser: Chrome) -> None:
    """The table is turned a page at a time and sorted by its headings."""
    first = texts(browser, "#pages-table .open")
    by(browser, "#pages-pager button:last-child").click()
    assert status(browser) == f"{PAGES} pages; 26 to 50"
    assert not set(first) & set(texts(browser, "#pages-table td.lead"))
    for heading, place in (("Words", 4), ("Title", 1)):
        button = f"#pages-table th:nth-child({place}) button"
        by(browser, button).click()
        assert by(browser, f"#pages-table th:nth-child({place})").get_attribute("aria-sort")
        assert focused(browser) == heading
    titles = [title.lower() for title in texts(browser, "#pages-table .open")]
    assert titles == sorted(titles)
    words = "#pages-table th:nth-child(4) button"
    by(browser, words).click()
    shown = [int(text) for text in texts(browser, "#pages-table td:nth-child(4)")]
    assert shown == sorted(shown, reverse=True)


def test_before_and_after(browser: Chrome) -> None:
    """A post is shown as extracted, with what was taken out, and as published."""
    by(browser, "#search").send_keys("a marked post")
    until(browser, lambda: status(browser) == "1 page")
    by(browser, "#pages-table .open").click()
    until(browser, lambda: texts(browser, "#detail .before del"))

    assert BIO.strip() in by(browser, "#detail .before").text
    assert BIO.strip() not in by(browser, "#detail .after").text
    assert texts(browser, "#detail mark") == ["[PHONE]", "[PHONE]"]
    assert texts(browser, "#detail .before .kind") == ["bio"]
    assert "If you are in danger, call 988." in by(browser, "#detail dl").text


def test_why_not(browser: Chrome) -> None:
    """A rejected page has its reason, its meaning and its text; a copy what is kept instead."""
    choose(browser, "outcome", "topic.contact")
    until(browser, lambda: status(browser) == "1 page")
    by(browser, "#pages-table .open").click()
    until(browser, lambda: texts(browser, "#detail .verdict"))
    told = by(browser, "#detail").text
    assert "The page tells how to reach or book somebody." in told
    assert "Call me at [PHONE] or write to [EMAIL]" in told
    assert not texts(browser, "#detail .after")
    press(browser, Keys.ESCAPE)
    choose(browser, "outcome", "copies")
    until(browser, lambda: status(browser) == f"{COPIES} pages")
    by(browser, "#pages-table .open").click()
    until(browser, lambda: "https://alder.example/post-" in by(browser, "#detail .verdict").text)


def test_a_site_leads_to_its_pages(browser: Chrome) -> None:
    """The name of a site shows its pages."""
    next(
        found
        for found in browser.find_elements(By.CSS_SELECTOR, "#sites-table .open")
        if found.text == "birch.example"
    ).click()

    until(browser, lambda: status(browser).startswith(f"{POSTS + 1} pages"))
    assert set(texts(browser, "#pages-table .under")) == {"birch.example"}


def test_by_keys_alone(browser: Chrome) -> None:
    """All can be done without a mouse, and the focus comes back to where it was."""
    press(browser, "/")
    assert focused(browser) == "search"
    press(browser, "post/")
    assert by(browser, "#search").get_attribute("value") == "post/"
    by(browser, "#search").clear()
    press(browser, " ", Keys.BACKSPACE)
    until(browser, lambda: status(browser) == f"{PAGES} pages; 1 to 25")
    rows = texts(browser, "#pages-table .open")
    browser.execute_script("document.querySelector('#pages-table .open').focus()")
    press(browser, Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ARROW_UP)
    assert focused(browser) == rows[1]
    press(browser, Keys.ENTER)
    until(browser, lambda: texts(browser, "#detail h2") == [rows[1]])
    assert focused(browser) == "Close"
    press(browser, Keys.ARROW_RIGHT)
    until(browser, lambda: texts(browser, "#detail h2") == [rows[2]])
    press(browser, Keys.ESCAPE)
    until(browser, lambda: not by(browser, "#detail").is_displayed())
    assert focused(browser) == rows[2]
    press(browser, Keys.PAGE_DOWN)
    assert status(browser) == f"{PAGES} pages; 26 to 50"
    press(browser, Keys.PAGE_UP)
    assert status(browser) == f"{PAGES} pages; 1 to 25"
