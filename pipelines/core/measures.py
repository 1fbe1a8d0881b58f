"""What the quality stage measures of a text, by the names of those who proposed it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Measures of a text; shares are 0 to 1."""

    #: How much it looks like prose, 0 to 1.
    prose_confidence: float = 0.0
