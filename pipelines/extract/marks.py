"""What the markup of a page says of its kind."""

from pipelines.core.signs import Signs
from pipelines.extract.page import Page


def signs(page: Page) -> Signs:
    """Read the signs of a page's kind from its markup."""
    return Signs(json_ld_types=_types(page))


def _types(page: Page) -> tuple[str, ...]:
    found: list[str] = []
    for thing in page.json_ld:
        names = thing.get("@type", ())
        found += [names] if isinstance(names, str) else [str(name) for name in names]
    return tuple(dict.fromkeys(found))
