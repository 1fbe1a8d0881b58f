"""Who may import whom, how long a file is, and what the repository may not name."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("crawler", "pipelines")

#: Third-party libraries and the only modules that may import them (a folder ends in "/").
HOMES = {
    "altair": ("pipelines/verbs/",),
    "backports": ("crawler/middlewares/codings.py",),
    "boto3": ("pipelines/store/bucket.py",),
    "botocore": ("pipelines/store/bucket.py",),
    "brotli": ("crawler/middlewares/codings.py", "pipelines/core/warc.py"),
    "charset_normalizer": ("pipelines/extract/decode.py",),
    "duckdb": ("pipelines/dataset/",),
    "feedparser": ("pipelines/core/feed.py",),
    "ftfy": ("pipelines/stages/normalise.py",),
    "huggingface_hub": ("pipelines/verbs/push.py",),
    "langdetect": ("pipelines/core/likely_languages.py",),
    "phonenumbers": ("pipelines/core/phones.py",),
    "prompt_toolkit": ("pipelines/verbs/prompt.py",),
    "protego": ("crawler/policy/robots.py",),
    "pyarrow": ("pipelines/dataset/",),
    "rapidfuzz": ("pipelines/core/versions.py",),
    "ray": ("pipelines/engines/cluster.py",),
    "rich": ("pipelines/cli/", "pipelines/verbs/"),
    "scrapy": (
        "crawler/archiver.py",
        "crawler/faults.py",
        "crawler/middlewares/",
        "crawler/spiders/",
        "crawler/talk.py",
    ),
    "trafilatura": ("pipelines/extract/",),
    "twisted": ("crawler/faults.py", "crawler/middlewares/", "crawler/spiders/"),
    "typer": ("pipelines/cli/",),
    "vl_convert": ("pipelines/verbs/",),
    "warcio": ("pipelines/core/warc.py",),
    "yaml": ("pipelines/core/opt_out.py", "pipelines/dataset/card.py"),
}

#: An import that breaks each contract, and where it would stand.
WRONG = {
    "the crawler imports a stage": ("crawler/seeds.py", "import pipelines.stages.dedup"),
    "the pipelines import the crawler": ("pipelines/build.py", "import crawler.seeds"),
    "the pipelines import scrapy": ("pipelines/core/urls.py", "import scrapy"),
    "a stage imports a stage": ("pipelines/stages/quality.py", "import pipelines.stages.topic"),
    "the core imports upwards": ("pipelines/core/model.py", "import pipelines.recipe"),
    "extract imports dataset": ("pipelines/extract/clean.py", "import pipelines.dataset.schema"),
    "discovery imports sqlite3": ("crawler/discovery/pages.py", "import sqlite3"),
    "policy imports scrapy": ("crawler/policy/pace.py", "import scrapy"),
    "policy imports sockets": ("crawler/policy/pace.py", "import socket"),
}


def sources() -> list[Path]:
    """Every Python file of both packages."""
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def lint_imports(root: Path) -> "subprocess.CompletedProcess[str]":
    """Run import-linter over a tree."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the packages and their contracts, to break."""
    root = tmp_path_factory.mktemp("copy")
    for path in [*sources(), ROOT / "pyproject.toml"]:
        target = root / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    return root


def test_contracts_are_kept(copy: Path) -> None:
    """Imports point the way that the design says."""
    done = lint_imports(copy)

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("case", WRONG)
def test_wrong_import_is_caught(copy: Path, case: str) -> None:
    """Each contract fails on an import that is put in wrong."""
    name, line = WRONG[case]
    file = copy / name
    text = file.read_text()
    file.write_text(f"{text}\n{line}\n")
    done = lint_imports(copy)
    file.write_text(text)

    assert done.returncode == 1, done.stdout
    assert "BROKEN" in done.stdout


def test_one_library_one_home() -> None:
    """A third-party library is imported in its home only."""
    strays = []
    for path in sources():
        name = path.relative_to(ROOT).as_posix()
        found = re.findall(r"^\s*(?:from|import) (\w+)", path.read_text(), re.MULTILINE)
        strays += [
            f"{name} imports {library}"
            for library in sorted(set(found) & set(HOMES))
            if not name.startswith(HOMES[library])
        ]

    assert strays == []


def test_files_are_short() -> None:
    """No file is longer than 300 lines."""
    files = [*sources(), *sorted((ROOT / "tests").rglob("*.py"))]
    long = {
        str(path): count for path in files if (count := len(path.read_text().splitlines())) > 300
    }

    assert long == {}


def test_functions_are_short() -> None:
    """No function of the packages has more than 30 lines beside its docstring."""
    long = {}
    for path in sources():
        for found in ast.walk(ast.parse(path.read_text())):
            if isinstance(found, ast.FunctionDef | ast.AsyncFunctionDef):
                told = len((ast.get_docstring(found, clean=False) or "").splitlines())
                lines = (found.end_lineno or 0) - found.lineno + 1 - told
                if lines > 30:
                    long[f"{path.name}:{found.name}"] = lines

    assert long == {}


def test_modules_say_why_they_exist() -> None:
    """Every module begins with a docstring."""
    silent = [str(path) for path in sources() if not path.read_text().startswith('"""')]

    assert silent == []
