"""What was removed stays out, whatever is imported or built afterwards."""

from dataclasses import replace
from pathlib import Path

from pipelines.build import build
from pipelines.core.config import Config
from pipelines.verbs.forget import forget
from pipelines.verbs.forget_targets import judged
from pipelines.verbs.progress import Quiet
from tests.end_to_end.leftovers import leftovers
from tests.factories import ESSAY
from tests.pipelines.test_import_standing import URL, corpus, published, take

OTHER = "http://other.example/2024/02/what-was-said-elsewhere"


def page(title: str, author: str, *paragraphs: str) -> str:
    """A post that somebody signed."""
    prose = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<html><head><title>{title}</title><meta name='author' content='{author}'></head>"
        f"<body><article><h1>{title}</h1>{prose}</article></body></html>"
    )


HERS = page("A long night", "Anna Marsh", *ESSAY[:4])
LATER = page("Another evening", "Anna Marsh", *reversed(ESSAY[:4]))
HIS = page("What he wrote", "Jonas Doe", *ESSAY[4:])


def forgotten(config: Config, target: str) -> None:
    """Take something out."""
    forget(config, [judged(target, None, "asked by mail")], Quiet())


def test_a_removed_page_is_passed_over(tmp_path: Path) -> None:
    """Neither the same file nor a newer copy brings a removed page back."""
    config = corpus(tmp_path)
    take(config, 1, HERS)
    assert published(config) == [URL]
    forgotten(config, URL)

    imported = [take(config, day, HERS) for day in (1, 9)]

    assert [dict(one.skipped) for one in imported] == [{"somebody asked for its removal": 1}] * 2
    assert published(config) == []
    assert leftovers(config.corpus, [URL[7:], "A long night", ESSAY[0][:40]]) == []


def test_a_new_post_of_a_removed_author(tmp_path: Path) -> None:
    """What an author who left writes later stands in no table and leaves the archive."""
    config = corpus(tmp_path)
    take(config, 1, HERS)
    assert published(config) == [URL]
    forgotten(config, "Anna Marsh")
    take(config, 3, LATER, url=OTHER)
    take(config, 5, HIS, url=f"{OTHER}-by-him")

    assert published(config) == [f"{OTHER}-by-him"]

    assert leftovers(config.corpus, [f"{OTHER[7:]}.", "Another evening", "Anna Marsh"]) == []
    assert not (config.corpus / "state" / "removal.unfinished.json").exists()
    assert dict(take(config, 3, LATER, url=OTHER).skipped)


def test_a_removed_text_at_another_address(tmp_path: Path) -> None:
    """The words of a removed post are known again at an address that nobody had seen."""
    config = corpus(tmp_path)
    take(config, 1, HERS)
    assert published(config) == [URL]
    forgotten(config, URL)
    take(config, 3, HERS.replace("Anna Marsh", "J. Doe"), url=OTHER)

    assert published(config) == []
    assert leftovers(config.corpus, [OTHER[7:], ESSAY[0][:40]]) == []


def test_what_another_one_says_too_is_not_a_removed_text(tmp_path: Path) -> None:
    """Where only one copy was removed, a third copy of the same words is let in."""
    config = replace(corpus(tmp_path))
    take(config, 1, HERS)
    take(config, 3, HERS, url=OTHER)
    build(config, Quiet())
    kept = published(config)
    copy = ({URL, OTHER} - set(kept)).pop()
    forgotten(config, copy)

    assert published(config) == kept
