"""Posts in any number for the platforms' sites, no two of them alike."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

from tests.sites.generated import generated
from tests.sites.posts import Comment, Post

TOPICS = ("Anxiety", "Grief", "Couples", "Sleep", "Parenting", "Boundaries")
AUTHORS = ("Mara Linden", "Tom Ashby")
_NEWEST = datetime(2026, 10, 12, 7, 30, tzinfo=UTC)
_GAP = timedelta(days=6, hours=5)
#: What readers wrote below every third post.
_COMMENTS = (
    Comment(name="Ines", text="Thank you, this came at the right moment for our family."),
    Comment(name="Paul K.", text="I read it twice and then telephoned my brother."),
)


@cache
def notes(host: str, count: int) -> tuple[Post, ...]:
    """So many posts of a blog at `host`, newest first."""
    source = generated(host, posts=count)
    return tuple(_dressed(source.post(count - index), index) for index in range(count))


def _dressed(post: Post, index: int) -> Post:
    published = _NEWEST - index * _GAP
    return replace(
        post,
        slug=re.sub(r"\W+", "-", post.title.lower()).strip("-"),
        author=AUTHORS[index % 7 == 0],
        published=published,
        modified=published + timedelta(days=3 * (index % 9 == 0)),
        labels=(TOPICS[index % len(TOPICS)], post.labels[0]),
        comments=_COMMENTS if index % 3 == 0 else (),
    )
