"""`init`: writes a corpus.toml and a list of blogs to begin with, never over another file."""

from pathlib import Path

from pipelines.core.errors import ConfigError

CONFIG = """\
# What therapy-corpus does here. Every key is optional but crawl.contact and
# crawl.mailbox; a key that is commented out shows its default. Paths are relative to this file.

[corpus]
path = "output/corpus"      # where all of it lands: a folder, or s3://bucket/prefix
blogs = "blogs.csv"         # the list of blogs: CSV, OPML, or text with a URL a line

[crawl]
# Both are required before `crawl`, and sent with every request: the URL of a page that
# tells the owners of sites who crawls and why, and an address where they reach you.
contact = ""
mailbox = ""
# delay = 5.0               # seconds between two requests to one host
# per_host = 1              # requests under way at once to one host
# concurrency = 16          # requests under way at once, over all hosts
# timeout = 30.0            # seconds that one answer may take
# pages_per_blog = 2000     # pages that one blog is granted in one run
# tries = 3                 # tries of a URL in one run, before it waits for a later one
# retry_after = 10.0        # seconds before the second try; doubled for each further one
# failures = 5              # failures in a row after which a host is parked for an hour or more
# patience = 300.0          # seconds that a run waits for hosts that want to be left alone

[revisit]
# poll_least = 2.0          # days; a blog is looked at no more often than this
# poll_most = 45.0          # days; and no less often
# enumerate_after = 90.0    # days after which a blog is searched anew for all its posts
# gone_after = 7.0          # days between two "not found" that make a post count as deleted

[permission]
# robots.txt and noindex always count. Set to false what shall not count as a refusal.
# noai = true               # meta robots or X-Robots-Tag with noai, noimageai
# content_usage = true      # Content-Usage: train-ai=n (AIPREF)
# content_signal = true     # Content-Signal: ai-train=no
# tdmrep = true             # tdm-reservation: 1 (TDMRep)
# rsl = true                # a licence that prohibits training or asks for a fee (RSL)
# named_agent = true        # robots.txt disallows crawlers that collect for AI

[build]
# workers = 0               # processes; 0 takes one for each core

[extract]
# seconds = 7.0             # a page that takes longer is rejected as extract.timeout
# memory_mib = 1024         # a page that wants more is rejected as extract.memory

[boilerplate]
# remove = true             # take out of `text` what recurs over a site's posts

[topic]
# subject = "therapy"       # "any" keeps posts on other subjects as well

[quality]
# min_words = 10            # shorter texts are rejected as quality.too_short

[privacy]
# leave_out = ["case_material", "testimonial"]  # texts with these flags are not published

[tokenise]
# keep_removed = true       # leave what recurs in normalized_text

[dedup]
# threshold = 0.8           # Jaccard similarity of word 5-grams that makes a near copy
# containment = 0.9         # or so much of the shorter text in the longer one: a repost
# least_balance = 0.5       # but only if the shorter one is at least so long, against the longer

[splits]
# validation = 0.01         # share of the groups of sites; a group is never parted
# test = 0.01
# holdout_from = ""         # "2026-01-01": what is younger goes to the split `holdout`
# by_author = true          # sites with the same author are one group
# by_copies = true          # sites that share a text are one group

[history]
# keep = true               # publish former versions of posts, in the table `history`

[takedown]
# copies = "remove"         # "elect": copies of a post that `forget` takes out may stay

[gates]
# How far a new snapshot may be from the last one, as shares; 1.0 lets everything pass.
# rows_lost = 0.1           # posts, or
# sites_lost = 0.1          # sites that are gone
# site_loss = 0.5           # share of its posts that a site may lose, and
# sites_shrunk = 0.02       # share of the sites that may lose more than that
# nulls = 0.2               # by how much the share of missing values of a column may rise
# languages = 0.1           # by how much the share of a language may move
# length = 0.25             # by which share the median of words may move
# duplicates = 0.1          # by how much the share of copies may rise
# evidence = 0.0            # by how much the share of rows without evidence may rise
"""

BLOGS = """\
# One blog a line: the URL of its home page, and what it is called. Lines that begin with
# a hash are passed over. Ask the authors, or at least read their terms.
url,name
# https://blog.example.org/,An example
"""


def init(folder: Path, config_name: str) -> list[Path]:
    """Write both files into `folder`.

    Returns:
        The files that were written.

    Raises:
        ConfigError: One of them is there already; nothing is written then.
    """
    contents = {folder / config_name: CONFIG, folder / "blogs.csv": BLOGS}
    for path in contents:
        if path.exists():
            message = f"{path} is there already; move it away, or work with it."
            raise ConfigError(message)
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in contents.items():
        path.write_text(text, encoding="utf-8")
    return list(contents)
