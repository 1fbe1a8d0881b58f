"""The hardened settings, as Scrapy sees them when the spider runs."""

from pathlib import Path

import pytest
from scrapy.settings import Settings
from scrapy.utils.project import get_project_settings

from crawler.spiders.blogs import BlogsSpider
from pipelines.core.config import CrawlSettings
from pipelines.core.errors import ConfigError

HARDENED = {
    "REMOTE_CONTROL_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "COOKIES_ENABLED": False,
    "REFERER_ENABLED": False,
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "DOWNLOAD_MAXSIZE": 10 * 1024 * 1024,
    "DOWNLOAD_TIMEOUT": 30,
    "REDIRECT_ENABLED": False,
    "METAREFRESH_ENABLED": False,
    "MEMUSAGE_LIMIT_MB": 1024,
    "HTTPPROXY_ENABLED": False,
    "TWISTED_DNS_RESOLVER": "crawler.middlewares.addresses.GuardedResolver",
    "ROBOTSTXT_OBEY": True,
    "ROBOTSTXT_USER_AGENT": "TherapyCorpusBot",
    "RETRY_ENABLED": False,
}


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Project settings with those of a config laid over."""
    monkeypatch.setenv("SCRAPY_SETTINGS_MODULE", "crawler.settings")
    file = tmp_path / "corpus.toml"
    lines = ['contact = "https://crawl.example/bot"', 'mailbox = "bot@crawl.example"']
    file.write_text("\n".join(["[crawl]", *lines, "delay = 7.5", ""]))
    settings = get_project_settings()
    settings.set("CORPUS_CONFIG", str(file))
    BlogsSpider.update_settings(settings)
    return settings


def test_hardened(settings: Settings) -> None:
    """Nothing listens, nothing is remembered, everything is bounded."""
    assert {name: settings.get(name) for name in HARDENED} == HARDENED
    assert not settings.get("JOBDIR")
    for scheme in ("file", "data", "ftp", "s3"):
        assert settings.getdict("DOWNLOAD_HANDLERS")[scheme] is None
    for scheme in ("http", "https"):
        bounded = "crawler.middlewares.handler.BoundedHandler"
        assert settings.getdict("DOWNLOAD_HANDLERS")[scheme] == bounded
    robots = "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware"
    middlewares = settings.getdict("DOWNLOADER_MIDDLEWARES")
    assert middlewares[robots] is None
    halves = "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware"
    assert middlewares[halves] is None
    assert "crawler.middlewares.codings.CodingsMiddleware" in middlewares
    assert "crawler.middlewares.permission.PermissionMiddleware" in middlewares


def test_polite(settings: Settings) -> None:
    """Who we are, as the config says, reaches Scrapy; its own delay is off, the frontier has it."""
    assert settings.getfloat("DOWNLOAD_DELAY") == 0
    assert settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN") == 1
    assert settings["USER_AGENT"] == "TherapyCorpusBot/0.1 (+https://crawl.example/bot)"
    assert settings["DEFAULT_REQUEST_HEADERS"]["From"] == "bot@crawl.example"


def test_default_pace_is_five_seconds() -> None:
    """Nobody has to ask for a polite crawl."""
    assert CrawlSettings().delay == 5
    assert CrawlSettings().per_host == 1


@pytest.mark.parametrize(
    ("lines", "missing"),
    [
        ("", "contact"),
        ('contact = "somebody"', "contact"),
        ('mailbox = "bot@crawl.example"', "contact"),
        ('contact = "https://crawl.example/bot"', "mailbox"),
        ('contact = "https://crawl.example/bot"\nmailbox = "https://crawl.example"', "mailbox"),
    ],
)
def test_nobody_no_crawl(tmp_path: Path, lines: str, missing: str) -> None:
    """Without a contact page and a mailbox the crawler does not start."""
    file = tmp_path / "corpus.toml"
    file.write_text(f"[crawl]\n{lines}\n")

    with pytest.raises(ConfigError, match=rf"crawl\.{missing}"):
        BlogsSpider.update_settings(Settings({"CORPUS_CONFIG": str(file)}))
