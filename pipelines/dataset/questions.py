"""The questions that `query` offers and docs/questions.md answers, each written once."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question in words and in SQL."""

    sentence: str
    sql: str


SITES = Question(
    sentence="How many posts and words does each site have?",
    sql="""\
SELECT site, count(*) AS posts, sum(word_count)::BIGINT AS words
FROM documents
GROUP BY site
ORDER BY posts DESC, site
""",
)
COPIES = Question(
    sentence="Which sites copy which?",
    sql="""\
SELECT copy.site AS copied_on, kept.site AS kept_on, count(*) AS posts
FROM duplicates AS copy
JOIN documents AS kept ON kept.id = copy.kept_id
WHERE copy.site <> kept.site
GROUP BY copied_on, kept_on
ORDER BY posts DESC, copied_on, kept_on
""",
)
REASONS = Question(
    sentence="Why are pages not published?",
    sql="""\
SELECT reason, count(*) AS pages, count(DISTINCT site) AS sites
FROM (
    SELECT reason, site FROM rejected
    UNION ALL
    SELECT rule, site FROM duplicates
)
GROUP BY reason
ORDER BY pages DESC, reason
""",
)
EDITS = Question(
    sentence="Which posts were edited most in the last year of the archive?",
    sql="""\
SELECT url, count(*) AS edits, sum(edit_words)::BIGINT AS words
FROM posts_history
WHERE edit_words IS NOT NULL
AND valid_from > (SELECT max(valid_from) FROM posts_history) - INTERVAL 1 YEAR
GROUP BY url
ORDER BY words DESC, url
LIMIT 10
""",
)
RIGHTS = Question(
    sentence="What may be done with the posts?",
    sql="""\
SELECT permission, coalesce(license, 'none named') AS license, count(*) AS posts
FROM documents
GROUP BY ALL
ORDER BY posts DESC, permission, license
""",
)
SPLITS = Question(
    sentence="How large is each split, and how many of its sites were joined into groups?",
    sql="""\
SELECT documents.split, count(*) AS posts, count(DISTINCT site) AS sites,
    count(DISTINCT "group") AS groups,
    count(DISTINCT site) FILTER (joined_by <> '') AS joined
FROM documents JOIN groups USING (site)
GROUP BY documents.split
ORDER BY posts DESC, documents.split
""",
)
MONTHS = Question(
    sentence="How many posts were published in each month?",
    sql="""\
SELECT strftime(published_at, '%Y-%m') AS month, count(*) AS posts
FROM documents
WHERE published_at IS NOT NULL
GROUP BY month
ORDER BY month
""",
)
STATE = Question(
    sentence="What did the corpus hold at the beginning of 2026?",
    sql="""\
SELECT site, count(*) AS posts, sum(word_count)::BIGINT AS words
FROM as_of('2026-01-01')
GROUP BY site
ORDER BY site
""",
)

#: What the prompt lists.
QUESTIONS = (SITES, COPIES, REASONS, EDITS, RIGHTS, SPLITS)
#: What the page answers besides.
MORE = (MONTHS, STATE)
