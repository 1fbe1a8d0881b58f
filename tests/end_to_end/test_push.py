"""`push` brings a repository to the state of a snapshot in one commit, against a real server."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from pipelines.core.splits import SplitSettings
from pipelines.dataset.plan import Sizes
from pipelines.dataset.schema import DATA
from pipelines.dataset.snapshot import Published
from tests.factories import NOON, copied, post, publish_documents, rejected
from tests.sites import hub as hubs
from tests.sites.hub import TOKEN, Hub

NAME = "team/corpus"
SITES = [f"site-{number}.example" for number in range(12)]
POSTS = [post(site, number) for site in SITES for number in range(3)]
OTHERS = [
    copied("z.example", 1, POSTS[0]),
    rejected("z.example", 2),
    replace(post("z.example", 5), valid_to=NOON, ended_by="deleted"),
]
LOAD = """
import json, sys
import datasets
loaded = datasets.load_dataset(sys.argv[1])
names = datasets.get_dataset_config_names(sys.argv[1])
print(json.dumps([names, {name: sorted(loaded[name]["id"]) for name in loaded}]))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A corpus, a hub, and somebody who pushes."""

    folder: Path
    hub: Hub

    def publish(self, *, without: str = "") -> Published:
        """Publish the posts but those of one site, which has a part of its own."""
        posts = [one for one in [*POSTS, *OTHERS] if one.site != without]
        return publish_documents(
            self.folder / "corpus",
            posts,
            splits=SplitSettings(test=0.3, validation=0.2),
            sizes=Sizes(part_rows=3, one_site_in=1),
        )

    def run(self, *arguments: str, token: str = TOKEN) -> "subprocess.CompletedProcess[str]":
        """Run Python with the hub as its hub."""
        environment = os.environ | {
            "HF_ENDPOINT": self.hub.url,
            "HF_HOME": str(self.folder / "home"),
            "HF_HUB_DISABLE_XET": "1",
            "HF_TOKEN": token,
            "no_proxy": "127.0.0.1",
        }
        return subprocess.run(
            [sys.executable, *arguments],
            capture_output=True,
            text=True,
            check=False,
            env=environment,
            cwd=self.folder,
        )

    def push(self, *options: str, token: str = TOKEN) -> "subprocess.CompletedProcess[str]":
        """Push to the repository of the tests."""
        return self.run("-m", "pipelines", "push", NAME, *options, token=token)

    def pushed(self, *options: str) -> str:
        """What a push that succeeds tells."""
        done = self.push(*options)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    def refused(self, code: int, *options: str, token: str = TOKEN) -> str:
        """The sentence of a push that fails."""
        done = self.push(*options, token=token)
        assert done.returncode == code, done.stderr
        assert done.stderr.count("\n") == 1
        return done.stderr

    def commits(self) -> list[str]:
        """What the commits say, the first one first."""
        return [one.message for one in self.hub.find(NAME).commits]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk with nothing on it but the config."""
    (tmp_path / "corpus.toml").write_text('[corpus]\npath = "corpus"\nblogs = "blogs.txt"\n')
    with hubs.serve(tmp_path / "hub") as hub:
        yield Desk(folder=tmp_path, hub=hub)


def parts(published: Published) -> dict[str, bytes]:
    """The files of the posts."""
    names = [file.name for file in published.manifest.files if file.table == DATA.name]
    return {name: (published.directory / name).read_bytes() for name in names}


def test_a_repository_gets_the_posts_in_one_private_commit(desk: Desk) -> None:
    """Nothing but the posts goes along, card and manifest name nothing else, and it loads."""
    published = desk.publish()
    told = desk.pushed()
    assert told.startswith("v000001: ")
    assert ", private: http" in told
    assert desk.commits() == ["initial commit", "v000001"]
    assert desk.hub.find(NAME).private
    files = desk.hub.files(NAME)
    beside = {"README.md", "manifest.json", "croissant.json", ".gitattributes"}
    assert files.keys() == parts(published).keys() | beside
    assert files.items() >= parts(published).items()
    named = {file["name"] for file in json.loads(files["manifest.json"])["files"]}
    assert named == parts(published).keys()
    assert b"duplicates/" not in files["README.md"] + files["croissant.json"]
    loaded = desk.run("-c", LOAD, NAME)
    assert loaded.returncode == 0, loaded.stderr
    names, rows = json.loads(loaded.stdout.splitlines()[-1])
    assert names == ["default"]
    assert (
        rows.keys() == published.manifest.counts.by_split.keys() == {"train", "validation", "test"}
    )
    ids = [one for found in rows.values() for one in found]
    assert sorted(ids) == sorted(one.id for one in POSTS)


def test_all_tables_go_along_where_that_is_asked(desk: Desk) -> None:
    """Then the snapshot is there as it stands, and each of its configurations opens."""
    published = desk.publish()
    desk.pushed("--all")
    found = published.directory.rglob("*")
    whole = {
        path.relative_to(published.directory).as_posix(): path.read_bytes()
        for path in found
        if path.is_file()
    }
    files = desk.hub.files(NAME)
    assert {name: files[name] for name in files if name != ".gitattributes"} == whole
    loaded = desk.run("-c", LOAD, NAME)
    names, _ = json.loads(loaded.stdout.splitlines()[-1])
    assert sorted(names) == ["default", "duplicates", "groups", "history", "rejected"]
    # Fewer tables the next time: the others leave in that commit.
    desk.pushed()
    assert {name.partition("/")[0] for name in desk.hub.files(NAME) if "/" in name} == {"data"}


def test_nothing_new_makes_no_commit(desk: Desk) -> None:
    """What is there is told from what is not by digests, so nothing is sent again."""
    desk.publish()
    desk.pushed()
    desk.hub.requests.clear()
    assert desk.pushed() == f"{NAME} holds v000001 already.\n"
    assert {method for method, _ in desk.hub.requests} == {"GET"}
    assert desk.commits() == ["initial commit", "v000001"]


def test_the_next_version_replaces_the_former_in_one_commit(desk: Desk) -> None:
    """Parts that went are removed, new ones sent, others neither; strangers stay."""
    first = desk.publish()
    desk.pushed()
    repository = desk.hub.find(NAME)
    notes = {**repository.at("main").files, "NOTES.md": repository.keep(b"ours")}
    repository.add("notes", notes)
    desk.hub.requests.clear()
    second = desk.publish(without=SITES[0])
    desk.pushed()
    files = desk.hub.files(NAME)
    assert desk.commits() == ["initial commit", "v000001", "notes", "v000002"]
    assert {name: files[name] for name in files if name.endswith(".parquet")} == parts(second)
    assert files["NOTES.md"] == b"ours"
    sent = sum(method == "PUT" for method, _ in desk.hub.requests)
    assert sent == len(parts(second).keys() - parts(first).keys())
    assert len(parts(first).keys() & parts(second).keys()) > 0
    before = desk.hub.files(NAME, repository.commits[1].oid)
    assert before.items() >= parts(first).items()


def test_history_can_be_forgotten(desk: Desk) -> None:
    """After a takedown neither commits nor large files hold what went."""
    first = desk.publish()
    desk.pushed()
    second = desk.publish(without=SITES[0])
    desk.hub.find(NAME).tags["v1"] = desk.hub.find(NAME).commits[-1].oid
    assert "has also v1" in desk.refused(2, "--forget-history")
    assert len(desk.commits()) == 2
    desk.hub.find(NAME).tags.clear()
    desk.pushed()
    assert desk.pushed("--forget-history").splitlines()[0] == f"{NAME} holds v000002 already."
    assert len(desk.commits()) == 1
    assert desk.hub.files(NAME).items() >= parts(second).items()
    kept = {file.sha256 for file in second.manifest.files if file.table == DATA.name}
    assert set(desk.hub.find(NAME).large_files()) == kept
    assert not {file.sha256 for file in first.manifest.files} <= kept


def test_a_post_that_waits_to_be_taken_out_is_not_pushed(desk: Desk) -> None:
    """A wish is carried out before anything is handed on."""
    desk.publish()
    wish = f"- url: {POSTS[3].url}\n  reason: the author asked\n"
    (desk.folder / "opt-out.yaml").write_text(wish)
    assert desk.push().returncode == 0
    loaded = desk.run("-c", LOAD, NAME)
    _, rows = json.loads(loaded.stdout.splitlines()[-1])
    ids = {one for found in rows.values() for one in found}
    assert ids == {one.id for one in POSTS if one is not POSTS[3]}


def test_what_everybody_can_read_takes_two_words(desk: Desk) -> None:
    """A public repository is neither made nor filled by mistake."""
    desk.publish()
    told = desk.refused(2, "--public")
    assert "of 36 posts 0 name a licence and 0 say yes to training" in told
    assert NAME not in desk.hub.repositories
    desk.hub.make(NAME, private=False)
    assert "Everybody could read" in desk.refused(2)
    assert desk.commits() == ["initial commit"]
    assert ", public: http" in desk.pushed("--public", "--i-have-the-rights")


def test_a_rehearsal_changes_nothing(desk: Desk) -> None:
    """It tells what would be put, and makes no repository."""
    desk.publish()
    told = desk.pushed("--dry-run").splitlines()
    assert told[0] == f"{NAME} is not there; it would be made, private."
    assert told[1].startswith("v000001: ")
    assert desk.hub.repositories == {}


def test_data_of_others_is_left_alone(desk: Desk) -> None:
    """A repository that came about in another way is not overwritten."""
    desk.publish()
    repository = desk.hub.make(NAME, private=True)
    repository.add("mine", {"data/train.csv": repository.keep(b"a,b")})
    assert "did not put there" in desk.refused(2)
    assert desk.hub.files(NAME) == {"data/train.csv": b"a,b"}
    repository.hidden = True
    assert "this token may not see it" in desk.refused(2)


def test_a_wrong_token_is_told(desk: Desk) -> None:
    """As a mistake of whoever pushes, in one sentence; so is none at all."""
    desk.publish()
    assert "does not let this token write" in desk.refused(2, token="hf_wrong")  # noqa: S106
    assert "set HF_TOKEN" in desk.refused(2, token="")
    assert desk.hub.repositories == {}


@pytest.mark.parametrize("step", ["repos/create", "lfs/", "commit/main"])
def test_a_failing_hub_leaves_no_half_state(desk: Desk, step: str) -> None:
    """One sentence, no commit; the next push makes it good."""
    published = desk.publish()
    desk.hub.broken = step
    assert "it said 500" in desk.refused(1)
    made = desk.hub.repositories.get(NAME)
    assert made is None or len(made.commits) == 1
    desk.hub.broken = ""
    desk.pushed()
    assert desk.hub.files(NAME).items() >= parts(published).items()


def test_two_that_push_at_once_do_not_mix(desk: Desk) -> None:
    """The one that comes later fails, and may try again."""
    desk.publish()
    desk.hub.is_busy = True
    assert "somebody else committed meanwhile" in desk.refused(1)
    assert desk.commits() == ["initial commit", "another commit"]
    desk.hub.is_busy = False
    desk.pushed()
    assert desk.commits()[-1] == "v000001"


def test_a_damaged_part_is_not_sent(desk: Desk) -> None:
    """What the manifest does not vouch for stays here."""
    published = desk.publish()
    name = next(iter(parts(published)))
    path = published.directory / name
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content[:-1] + b"?")
    assert "is not what its manifest says" in desk.refused(1)
    assert desk.commits() == ["initial commit"]


def test_the_package_that_is_missing_is_named(desk: Desk) -> None:
    """Whoever never pushes does not need it."""
    desk.publish()
    (desk.folder / "huggingface_hub.py").write_text("raise ImportError")
    assert "pip install 'therapy-corpus[hub]'" in desk.refused(2)
