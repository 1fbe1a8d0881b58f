"""Every mistake in a corpus.toml is told with its file and key."""

import hashlib
from pathlib import Path

import pytest

from pipelines import recipe
from pipelines.core.config import BuildSettings, CrawlSettings, load
from pipelines.core.errors import ConfigError


def written(folder: Path, text: str) -> Path:
    """A corpus.toml with that text."""
    file = folder / "corpus.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_an_empty_file_has_the_defaults(tmp_path: Path) -> None:
    """Nothing must be set; paths are relative to the file, not to where one stands."""
    config = load(written(tmp_path, ""))

    assert config.corpus == tmp_path / "output" / "corpus"
    assert config.blogs == tmp_path / "blogs.csv"
    assert config.crawl == CrawlSettings()
    assert config.build == BuildSettings()
    assert config.stages == {}


def test_settings_are_read(tmp_path: Path) -> None:
    """Each section lands in its place; a whole number serves where a number is wanted."""
    config = load(
        written(
            tmp_path,
            '[corpus]\npath = "/data/c"\nblogs = "lists/a.opml"\n'
            '[crawl]\ncontact = "anna@blog.example"\ndelay = 1\n'
            "[build]\nworkers = 3\n[quality]\nmin_words = 5\n",
        )
    )

    assert config.corpus == Path("/data/c")
    assert config.blogs == tmp_path / "lists" / "a.opml"
    assert config.crawl == CrawlSettings(contact="anna@blog.example", delay=1.0)
    assert isinstance(config.crawl.delay, float)
    assert config.build.workers == 3
    assert config.stages == {"quality": {"min_words": 5}}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[crawl]\ndely = 1", r"crawl\.dely is not a setting; crawl knows: contact, mailbox"),
        ("[build]\nthreads = 1", r"build\.threads is not a setting; build knows: workers"),
        ('[corpus]\nfolder = "a"', r"corpus\.folder is not a setting; corpus knows: path, blogs"),
        ("[corpus]\npath = 1", r"corpus\.path must be a path in quotes, not 1"),
        ('[corpus]\nblogs = ""', r"corpus\.blogs must be a path in quotes, not ''"),
        ('[crawl]\ndelay = "5"', r"crawl\.delay must be a number, not '5'"),
        ("[crawl]\ndelay = true", r"crawl\.delay must be a number, not True"),
        ("[crawl]\ntries = 1.5", r"crawl\.tries must be a whole number, not 1\.5"),
        ("[crawl]\ntries = true", r"crawl\.tries must be a whole number, not True"),
        ("[crawl]\ncontact = 1", r"crawl\.contact must be a text in quotes, not 1"),
        ("[crawl]\ndelay = -1", r"crawl\.delay must be at least 0"),
        ("[crawl]\ndelay = nan", r"crawl\.delay must be at least 0"),
        ("[crawl]\ntimeout = inf", r"crawl\.timeout must be at least 0\.1 and finite, not inf"),
        ("[crawl]\nconcurrency = 0", r"crawl\.concurrency must be at least 1"),
        ("[crawl]\nper_host = 0", r"crawl\.per_host must be at least 1"),
        ("[crawl]\ntimeout = 0", r"crawl\.timeout must be at least 0\.1"),
        ("[crawl]\npages_per_blog = 0", r"crawl\.pages_per_blog must be at least 1"),
        ("[crawl]\ntries = 0", r"crawl\.tries must be at least 1"),
        ("[crawl]\nretry_after = -0.1", r"crawl\.retry_after must be at least 0"),
        ("[build]\nworkers = -1", r"build\.workers must be at least 0"),
        ("crawl = 1", r"crawl must be a section, written as \[crawl\]"),
        ("corpus = 1", r"corpus must be a section, written as \[corpus\]"),
        ("delay = 1", r"delay must be a section, written as \[delay\]"),
        ("[[crawl]]\ndelay = 1", r"crawl must be a section"),
        ("[crawl\n", r"not readable as TOML .*line 1"),
        ("[crawl]\ndelay = 1\ndelay = 2", r"not readable as TOML"),
    ],
)
def test_mistakes_are_told_by_file_and_key(tmp_path: Path, text: str, told: str) -> None:
    """The message holds the file, the key, and what would be right."""
    with pytest.raises(ConfigError, match=rf"corpus\.toml: {told}") as error:
        load(written(tmp_path, text))

    assert error.value.exit_code == 2


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """With the verb that writes one."""
    with pytest.raises(ConfigError, match=r"corpus\.toml: there is no such file; .*init"):
        load(tmp_path / "corpus.toml")


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    """Neither bytes that are not UTF-8 nor a folder are a config."""
    file = tmp_path / "corpus.toml"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match=r"corpus\.toml: not readable"):
        load(file)
    with pytest.raises(ConfigError, match="not readable"):
        load(tmp_path)


def test_lists_are_part_of_the_recipe() -> None:
    """A list of words that shapes rows names itself in the recipe, by what it holds."""
    folder = Path(recipe.__file__).parent / "core"
    lists = {file.name: file.read_bytes() for file in folder.glob("*.toml")}
    software = recipe.software_versions()

    assert {"subject.toml", "crisis_lines.toml", "template_cues.toml"} <= set(lists)
    for name, held in lists.items():
        assert hashlib.sha256(held).hexdigest().startswith(software[name])
