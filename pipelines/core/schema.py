"""The tables of state/frontier.sqlite: what the crawler knows and what the archive holds."""

SCHEMA_VERSION = 3

SCHEMA = """
CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    note TEXT NOT NULL DEFAULT '',
    -- Requests so far, and failures among them.
    answered INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    -- What counted as a refusal, so that another policy judges anew.
    policy TEXT NOT NULL DEFAULT ''
);
-- Bytes of a WARC file that are known to be whole; the rest is cut off at start.
CREATE TABLE archive_file (file TEXT PRIMARY KEY, size INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE capture (
    id INTEGER PRIMARY KEY,
    site TEXT NOT NULL,
    url TEXT NOT NULL,
    kind TEXT NOT NULL,
    via TEXT NOT NULL,
    fetched_at TEXT NOT NULL,
    digest TEXT NOT NULL,
    file TEXT NOT NULL,
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL,
    UNIQUE (url, fetched_at, digest)
);
CREATE INDEX capture_by_site ON capture (site, url, fetched_at);
-- What may be done with a page; one without a row is unreserved.
CREATE TABLE standing (
    -- Grows with every change, so that a build sees which sites have any.
    serial INTEGER PRIMARY KEY AUTOINCREMENT,
    url TEXT NOT NULL UNIQUE,
    site TEXT NOT NULL,
    tier TEXT NOT NULL,
    license TEXT NOT NULL,
    -- Why the page is not published: refused by its site, or withdrawn; empty: it may be.
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    -- The signals as JSON: a list of {signal, value, url, at}.
    evidence TEXT NOT NULL
);
CREATE INDEX standing_by_site ON standing (site, serial);
-- When a page that the archive holds was not there: counted as deleted, then found again.
CREATE TABLE absence (
    url TEXT NOT NULL,
    site TEXT NOT NULL,
    since TEXT NOT NULL,
    until TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (url, since)
) WITHOUT ROWID;
CREATE INDEX absence_by_site ON absence (site);
CREATE TABLE blog (
    url TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    site TEXT NOT NULL,
    source TEXT NOT NULL,
    -- What its pages are made with, once that is known.
    platform TEXT NOT NULL DEFAULT '',
    -- Whether the list of the last run names it.
    listed INTEGER NOT NULL DEFAULT 1,
    -- Requests of the last run.
    spent INTEGER NOT NULL DEFAULT 0,
    -- Unix times: of the next look, of the last full enumeration, of the first look.
    due_at REAL NOT NULL DEFAULT 0,
    enumerated_at REAL,
    watched_since REAL,
    -- Looks since then, looks that found news, looks since the last of these.
    looks INTEGER NOT NULL DEFAULT 0,
    changes INTEGER NOT NULL DEFAULT 0,
    idle INTEGER NOT NULL DEFAULT 0,
    -- What came of fetches caused by a date of change: see policy/revisit.py.
    trials TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE INDEX blog_by_site ON blog (site);
-- Hosts of one platform share a row, since they share a server.
CREATE TABLE host (
    host TEXT PRIMARY KEY,
    -- Unix time from which it is worth looking at; NULL: nothing is waiting.
    ready_at REAL,
    -- Unix time before which it may not be asked.
    not_before REAL NOT NULL DEFAULT 0,
    -- Failures in a row, and smoothed seconds of its answers.
    failures INTEGER NOT NULL DEFAULT 0,
    latency REAL NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX host_ready ON host (ready_at) WHERE ready_at IS NOT NULL;
CREATE TABLE origin (
    origin TEXT PRIMARY KEY,
    host TEXT NOT NULL,
    -- Unix time from which one of its URLs may be asked for; NULL: nothing is waiting.
    ready_at REAL,
    -- Unix time of the last probe, and the words of a page that is not there.
    probed_at REAL,
    missing_words TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE INDEX origin_ready ON origin (host, ready_at) WHERE ready_at IS NOT NULL;
-- robots.txt, tdmrep.json and the RSL licence of an origin.
CREATE TABLE notice (
    origin TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- Where the answer came from, after redirects, and how many there were.
    url TEXT NOT NULL,
    hops INTEGER NOT NULL DEFAULT 0,
    -- Whether an answer from `url` is awaited.
    waits INTEGER NOT NULL,
    -- The last answer: Unix time, HTTP status (0: none), body.
    at REAL,
    status INTEGER,
    body BLOB,
    PRIMARY KEY (origin, kind)
) WITHOUT ROWID;
CREATE INDEX notice_by_url ON notice (url);
CREATE TABLE url (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL UNIQUE,
    origin TEXT NOT NULL,
    blog TEXT NOT NULL,
    kind TEXT NOT NULL,
    via TEXT NOT NULL,
    found_on TEXT NOT NULL,
    score REAL NOT NULL,
    why TEXT NOT NULL,
    hops INTEGER NOT NULL DEFAULT 0,
    modified_hint TEXT,
    -- Id of the sitemap or feed page that last named it, among those that name all posts.
    listed_in INTEGER,
    state TEXT NOT NULL CHECK (state IN ('PENDING', 'LEASED', 'DONE', 'FAILED', 'GONE')),
    run INTEGER,
    due_at REAL NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    -- Whether it waits because a date of change says so.
    hinted INTEGER NOT NULL DEFAULT 0,
    -- Unix time of the first "not found" since it was there.
    gone_since REAL,
    reason TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT '',
    visited_at TEXT,
    etag TEXT NOT NULL DEFAULT '',
    last_modified TEXT NOT NULL DEFAULT '',
    digest TEXT NOT NULL DEFAULT '',
    -- What it said: a key of its words, or of the posts that a listing named.
    text INTEGER,
    -- Whether a listing has named it.
    in_listing INTEGER NOT NULL DEFAULT 0,
    -- Whether its site says no, as against a site that could not be asked.
    is_refused INTEGER GENERATED ALWAYS AS (state = 'FAILED' AND reason LIKE 'permission.%'
        AND reason != 'permission.unreachable') VIRTUAL
);
CREATE INDEX url_waiting ON url (origin, score DESC, id) WHERE state = 'PENDING';
CREATE INDEX url_due ON url (due_at) WHERE state IN ('DONE', 'FAILED', 'GONE');
CREATE INDEX url_by_blog ON url (blog, kind);
CREATE INDEX url_by_text ON url (text, origin) WHERE text IS NOT NULL;
CREATE INDEX url_listed ON url (listed_in) WHERE listed_in IS NOT NULL;
CREATE INDEX url_home ON url (origin) WHERE kind = 'home';
CREATE INDEX url_leased ON url (state) WHERE state = 'LEASED';
-- Families of URLs and how many of their pages in a row brought no new text.
CREATE TABLE family (name TEXT PRIMARY KEY, idle INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE fetch_log (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL,
    at TEXT NOT NULL,
    url TEXT NOT NULL,
    status INTEGER,
    reason TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    detail TEXT NOT NULL
);
"""
