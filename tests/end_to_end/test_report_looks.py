"""How the report looks: light and dark, wide and narrow, on paper, with enough contrast."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.end_to_end.browser import chromium, complaints, missing, resize
from tests.reported import made, written

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())

#: Words and what they stand on, by the names of their colours.
PAIRS = (
    *(("ink", "paper"), ("quiet", "paper"), ("accent", "paper"), ("ink", "raised")),
    *(("accent", "raised"), ("removed-ink", "removed"), ("private-ink", "private")),
)
#: Bars, and fields by their edges (WCAG 2.2, 1.4.11).
SHAPES = (("bar", "paper"), ("loss", "paper"), ("quiet", "raised"))
COLOUR = """
const probe = document.createElement('span');
document.body.append(probe);
probe.style.color = `var(--${arguments[0]})`;
const told = getComputedStyle(probe).color;
probe.remove();
return told;
"""
#: Elements that are wider than the page, or stand out of it.
WIDE = """
const wide = document.documentElement.clientWidth;
return [...document.querySelectorAll('body *')]
  .filter((one) => one.checkVisibility() && !one.closest('.skip, .hidden, .scroll'))
  .filter((one) => one.getBoundingClientRect().right > wide + 1)
  .map((one) => one.outerHTML.slice(0, 80));
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a small corpus."""
    return written(made(tmp_path_factory.mktemp("looks")))


@pytest.fixture(scope="module")
def running() -> Iterator[Chrome]:
    """One browser for all of these tests."""
    with chromium() as driver:
        yield driver


def opened(driver: Chrome, page: Path, *, width: int = 1400, theme: str = "light") -> Chrome:
    """The page, all of it drawn."""
    resize(driver, width)
    scheme = [{"name": "prefers-color-scheme", "value": theme}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": scheme})
    driver.get(page.as_uri())
    drawn(driver, 1)
    return driver


def drawn(driver: Chrome, times: int) -> None:
    """Wait until the charts were drawn so many times."""
    WebDriverWait(driver, 20, 0.02).until(
        lambda it: it.execute_script("return document.documentElement.dataset.drawn") == str(times)
    )


def colour(driver: Chrome, name: str) -> tuple[int, ...]:
    told = driver.execute_script(COLOUR, name)
    return tuple(int(part) for part in re.findall(r"\d+", told)[:3])


def brightness(parts: tuple[int, ...]) -> float:
    """Relative luminance (WCAG 2.2)."""
    red, green, blue = (
        part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(driver: Chrome, one: str, other: str) -> float:
    low, high = sorted(brightness(colour(driver, name)) for name in (one, other))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_contrast(running: Chrome, page: Path, theme: str) -> None:
    """Words have a contrast of 4.5 at least, shapes one of 3, in both themes."""
    driver = opened(running, page, theme=theme)
    words = {pair: contrast(driver, *pair) for pair in PAIRS}
    shapes = {pair: contrast(driver, *pair) for pair in SHAPES}

    assert {pair: value for pair, value in words.items() if value < 4.5} == {}
    assert {pair: value for pair, value in shapes.items() if value < 3} == {}


def test_the_theme_is_turned(running: Chrome, page: Path) -> None:
    """The page begins as the system is set; the button turns all of it, charts too, and lasts."""
    driver = opened(running, page, theme="light")
    driver.execute_script("try { localStorage.clear() } catch {}")
    driver = opened(running, page, theme="light")
    button = driver.find_element(By.ID, "theme")
    label = "#chart-months svg text"
    before = driver.find_element(By.CSS_SELECTOR, label).value_of_css_property("fill")
    assert button.text == "Dark"
    button.click()
    drawn(driver, 2)

    assert brightness(colour(driver, "paper")) < 0.05 < brightness(colour(driver, "ink"))
    after = driver.find_element(By.CSS_SELECTOR, label).value_of_css_property("fill")
    assert (button.text, before == after) == ("Light", False)
    driver.refresh()
    drawn(driver, 1)
    assert driver.find_element(By.ID, "theme").text == "Light"
    driver.find_element(By.ID, "theme").click()
    assert complaints(driver) == []


@pytest.mark.parametrize("width", [320, 400, 700, 1000])
def test_narrow(running: Chrome, page: Path, width: int) -> None:
    """Nothing is wider than the screen, neither on the page nor in the detail of a post."""
    driver = opened(running, page, width=width)
    assert driver.execute_script("return document.documentElement.scrollWidth") <= width
    assert driver.execute_script(WIDE) == []
    driver.find_element(By.ID, "search").send_keys("onerror")
    WebDriverWait(driver, 20, 0.02).until(
        lambda it: it.find_element(By.ID, "pages-status").text == "1 page"
    )
    driver.find_element(By.CSS_SELECTOR, "#pages-table .open").click()
    WebDriverWait(driver, 20, 0.02).until(
        lambda it: it.find_elements(By.CSS_SELECTOR, "#detail .after")
    )
    assert driver.execute_script(WIDE) == []


def test_cards_are_sorted_too(running: Chrome, page: Path) -> None:
    """Where a table is cards, it has no headings; a list sorts them."""
    driver = opened(running, page, width=400)
    assert not driver.find_element(By.CSS_SELECTOR, "#pages-table thead").is_displayed()
    driver.find_element(By.CSS_SELECTOR, "#pages-sort option:nth-child(4)").click()
    cells = "[...document.querySelectorAll('#pages-table td:nth-child(4)')]"
    words = driver.execute_script(f"return {cells}.map((it) => +it.innerText)")

    assert words == sorted(words, reverse=True) != sorted(words)
    resize(driver, 1400)
    assert driver.find_element(By.CSS_SELECTOR, "#pages-table thead").is_displayed()


def test_what_is_read_aloud(running: Chrome, page: Path) -> None:
    """Landmarks, headings in order, names of all fields, and counts that announce themselves."""
    driver = opened(running, page)
    for landmark in ("header", "main", "footer", "nav[aria-label]", "section[aria-labelledby]"):
        assert driver.find_elements(By.CSS_SELECTOR, landmark), landmark
    levels = [
        int(found.tag_name[1])
        for found in driver.find_elements(By.CSS_SELECTOR, "h1, h2, h3")
        if found.is_displayed()
    ]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    for field in driver.find_elements(By.CSS_SELECTOR, "input, select, button"):
        assert field.accessible_name or not field.is_displayed()
    for table in driver.find_elements(By.CSS_SELECTOR, "table"):
        assert table.find_elements(By.CSS_SELECTOR, "caption")
    assert driver.find_element(By.ID, "pages-status").get_attribute("aria-live") == "polite"


def test_on_paper(running: Chrome, page: Path) -> None:
    """What is printed has the funnel and the charts, and none of the controls."""
    driver = opened(running, page)
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})

    assert driver.find_element(By.CSS_SELECTOR, ".funnel").is_displayed()
    assert driver.find_element(By.CSS_SELECTOR, "#chart-months svg").is_displayed()
    for control in ("#theme", "#pages-filter", "#pages-pager", ".contents"):
        assert not driver.find_element(By.CSS_SELECTOR, control).is_displayed(), control
