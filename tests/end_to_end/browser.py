"""Chromium without a window, for tests and benchmarks of the report; nothing of it is kept."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

_DRIVER = Path("/usr/bin/chromedriver")
_OPTIONS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-dev-shm-usage", "--force-prefers-reduced-motion", "--hide-scrollbars"),
)


def missing() -> str:
    """What of the browser is not on this machine; empty where all of it is."""
    if not _DRIVER.exists():
        return f"{_DRIVER} is not there; install chromium-driver"
    return "" if shutil.which("chromium") else "there is no chromium on the PATH; install it"


@contextmanager
def chromium(width: int = 1400, height: int = 1000) -> Iterator[webdriver.Chrome]:
    """A browser with a profile of its own, which logs what it asks of the network."""
    with tempfile.TemporaryDirectory() as profile:
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium") or ""
        place = (f"--user-data-dir={profile}", f"--window-size={width},{height}")
        for option in (*_OPTIONS, *place):
            options.add_argument(option)
        options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
        driver = webdriver.Chrome(service=Service(str(_DRIVER)), options=options)
        try:
            # The page that a browser begins with asks for much; that is not ours.
            driver.get("about:blank")
            _log(driver, "performance")
            yield driver
        finally:
            driver.quit()


def _log(driver: Any, kind: str) -> list[dict[str, str]]:
    """What was logged since the last time that this was asked; selenium has no type for it."""
    lines: list[dict[str, str]] = driver.get_log(kind)
    return lines


def resize(driver: webdriver.Chrome, width: int, height: int = 1000) -> None:
    """Show the page as wide as a phone's or a desk's, which no window can be forced to."""
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
    )


def asked(driver: webdriver.Chrome) -> list[str]:
    """The addresses that the page has asked for since the last time that this was asked."""
    told = (json.loads(line["message"])["message"] for line in _log(driver, "performance"))
    return [
        message["params"]["request"]["url"]
        for message in told
        if message["method"] == "Network.requestWillBeSent"
    ]


def complaints(driver: webdriver.Chrome) -> list[str]:
    """What the page wrote to the console, breaches of its policy among it."""
    return [line["message"] for line in _log(driver, "browser")]
