"""What the markup of a page says of its kind, before any words of it are read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """Signs of a page's kind; the default says nothing."""

    #: Types that its JSON-LD names: "BlogPosting", "WebPage".
    json_ld_types: tuple[str, ...] = ()
