"""docs/questions.md: its blocks run, and the four tools give the same answers."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines.core.reasons import Reason
from pipelines.core.splits import SplitSettings
from pipelines.dataset.query import run
from pipelines.dataset.questions import MORE, QUESTIONS, Question
from pipelines.dataset.snapshot import current
from tests.factories import NOON, copied, post, publish_documents, rejected

PAGE = (Path(__file__).parents[2] / "docs" / "questions.md").read_text(encoding="utf-8")
ALL = (*QUESTIONS, *MORE)
TOOLS = ("pandas", "polars", "datasets")
CONFIG = '[corpus]\npath = "corpus"\nblogs = "blogs.csv"\n'
YEAR = timedelta(days=365)

#: Runs blocks one after another as a notebook does, and tells the last expression of each.
NOTEBOOK = '''
import ast, json, sys

def plain(answer):
    """The rows of what a tool gives, in types that JSON has."""
    if hasattr(answer, "rows"):
        answer = answer.rows()
    elif hasattr(answer, "itertuples"):
        answer = answer.itertuples(index=False, name=None)
    return [[one if isinstance(one, str) else float(one) for one in row] for row in answer]

names, answers = {}, []
for block in json.load(sys.stdin):
    *body, last = ast.parse(block).body
    exec(compile(ast.Module(body, []), "page", "exec"), names)
    if isinstance(last, ast.Expr):
        answers.append(plain(eval(compile(ast.Expression(last.value), "page", "eval"), names)))
    else:
        exec(compile(ast.Module([last], []), "page", "exec"), names)
        answers.append(None)
json.dump(answers, sys.stdout)
'''


def posts() -> "list[Any]":
    """Blogs with all that is asked for: copies, edits, licences, refusals and groups."""
    kept = [replace(post("a.example", n), license="CC-BY-4.0") for n in range(6)]
    others = [post("b.example", n) for n in range(4)]
    alone = [post(f"site-{n}.example", 40 * n) for n in range(12)]
    old = NOON - timedelta(days=200)
    edited = [
        replace(one, valid_from=NOON - timedelta(days=n), edit_words=3 + n)
        for n, one in enumerate(kept[:4])
    ]
    former = [
        replace(
            one,
            text=f"{one.text} Once.",
            valid_from=old,
            valid_to=one.valid_from,
            ended_by="edited",
            edit_words=None if n < 2 else 100,
        )
        for n, one in enumerate(edited)
    ]
    ancient = replace(
        former[3], valid_from=old - YEAR, valid_to=old, text="An old text of it.", edit_words=None
    )
    long_ago = replace(post("c.example", 1), valid_from=NOON - 2 * YEAR, edit_words=500)
    gone = replace(post("d.example", 2), valid_from=old, valid_to=NOON, ended_by="deleted")
    undated = replace(post("e.example", 3), published_at=None)
    copies = [copied("b.example", 50, kept[0]), copied("f.example", 51, kept[1])]
    copies += [copied("f.example", 52, kept[2]), copied("a.example", 53, kept[3])]
    copies.append(replace(copied("g.example", 54, others[0]), valid_from=old, edit_words=7))
    spelt = replace(
        kept[0], url=f"{kept[0].url}?utm_source=mail", fetched_at=NOON - YEAR, edit_words=900
    )
    refused = [rejected("a.example", 60), rejected("h.example", 61)]
    refused.append(post("h.example", 62).reject(Reason.TOPIC_HOME, "a home page"))
    return [
        *alone,
        *edited,
        *kept[4:],
        *others,
        *former,
        ancient,
        long_ago,
        gone,
        undated,
        *copies,
        spelt,
        *refused,
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a config and the corpus that it names."""
    root = tmp_path_factory.mktemp("questions")
    (root / "corpus.toml").write_text(CONFIG)
    splits = SplitSettings(test=0.3, validation=0.3)
    publish_documents(root / "corpus", posts(), splits=splits)
    return root


@pytest.fixture(scope="module")
def answers(folder: Path) -> dict[str, Any]:
    """What every block of Python on the page gives, by the block."""
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    environment = os.environ | {
        "HF_DATASETS_OFFLINE": "1",
        "HF_HUB_OFFLINE": "1",
        "HF_HOME": str(folder / "cache"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    done = subprocess.run(
        [sys.executable, "-c", NOTEBOOK],
        input=json.dumps(blocks),
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(zip(blocks, json.loads(done.stdout.splitlines()[-1]), strict=True))


def section(question: Question) -> str:
    """What the page says of a question."""
    return PAGE.partition(f"## {question.sentence}\n")[2].partition("\n## ")[0]


def numbered(rows: Any) -> list[list[Any]]:
    """Rows with numbers of one kind."""
    return [[one if isinstance(one, str) else float(one) for one in row] for row in rows]


@pytest.mark.parametrize("question", ALL, ids=lambda question: question.sentence)
def test_four_tools_give_one_answer(
    question: Question, folder: Path, answers: dict[str, Any]
) -> None:
    """The SQL of the page is that of the prompt; pandas, polars and datasets agree with it."""
    text = section(question)
    assert re.findall(r"```sql\n(.*?)```", text, re.DOTALL) == [question.sql]
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert [block.partition("\n")[0] for block in blocks] == [f"# {tool}" for tool in TOOLS]

    expected = numbered(run(current(folder / "corpus"), question.sql).rows)

    assert len(expected) > 1
    assert {
        tool: answers[block] for tool, block in zip(TOOLS, blocks, strict=True)
    } == dict.fromkeys(TOOLS, expected)


def test_the_page_has_these_questions_and_no_others() -> None:
    """In the order in which the prompt lists them."""
    titles = re.findall(r"^## (.*\?)$", PAGE, re.MULTILINE)

    assert titles == [question.sentence for question in ALL]


def test_every_block_is_run(folder: Path, answers: dict[str, Any]) -> None:
    """No block is of a kind that nobody runs; those of the shell show what the verb takes."""
    fences = re.findall(r"^```(\w*)$", PAGE, re.MULTILINE)
    assert set(fences) == {"", "python", "sql", "console"}
    assert fences.count("python") == len(answers)
    command = [sys.executable, "-m", "pipelines", "query", "--out", "texts.parquet"]
    asked = re.findall(r'therapy-corpus query "([^"]+)" --out texts.parquet', PAGE)
    subprocess.run([*command, *asked], cwd=folder, check=True)
    assert (folder / "texts.parquet").stat().st_size > 0
