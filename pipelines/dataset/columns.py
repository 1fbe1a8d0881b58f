"""What the columns of the dataset hold, each declared once."""

import pyarrow as pa

from pipelines.dataset.rights import TIME
from pipelines.dataset.table import Column

PLACE = pa.struct(
    [
        pa.field("file", pa.string(), nullable=False),
        pa.field("offset", pa.int64(), nullable=False),
        pa.field("length", pa.int64(), nullable=False),
        pa.field("digest", pa.string(), nullable=False),
    ]
)


ID = Column(
    name="id",
    type=pa.string(),
    sentence="Hash of the canonical URL, the same in every snapshot.",
)
URL = Column(
    name="url",
    type=pa.string(),
    sentence="Address of the post as it was fetched.",
)
SITE = Column(
    name="site",
    type=pa.string(),
    sentence="Host of the blog without `www.`; each file is sorted by it.",
)
TITLE = Column(
    name="title",
    type=pa.string(),
    sentence="Title of the post; it is not part of the text.",
    nullable=True,
)
AUTHOR = Column(
    name="author",
    type=pa.string(),
    sentence="Who signed the post, as the page says.",
    nullable=True,
)
PUBLISHED_AT = Column(
    name="published_at",
    type=TIME,
    sentence="When the post was published, UTC; midnight where the page gives only a day.",
    nullable=True,
)
MODIFIED_AT = Column(
    name="modified_at",
    type=TIME,
    sentence="When the post was last changed, UTC, as the page says.",
    nullable=True,
)
FETCHED_AT = Column(
    name="fetched_at",
    type=TIME,
    sentence="When the page was fetched, UTC.",
)
VALID_FROM = Column(
    name="valid_from",
    type=TIME,
    sentence="Since when the archive holds this version of title and text, UTC.",
)
VALID_TO = Column(
    name="valid_to",
    type=TIME,
    sentence="Until when it was the version that the archive held, UTC.",
)
EDIT_WORDS = Column(
    name="edit_words",
    type=pa.int32(),
    sentence="Words put in and taken out against the version before; missing for the first one.",
    nullable=True,
)
ENDED_BY = Column(
    name="ended_by",
    type=pa.string(),
    sentence="What ended it: `edited` or `deleted`.",
)
SPLIT = Column(
    name="split",
    type=pa.string(),
    sentence="`train`, `validation` or `test`, the same for all posts of a group of sites; "
    "`holdout` for what is younger than a day that the config may set.",
)
TAGS = Column(
    name="tags",
    type=pa.list_(pa.string()),
    sentence="Tags and categories of the post, as the page says.",
)
TEXT = Column(
    name="text",
    type=pa.string(),
    sentence="Clean prose; paragraphs are separated by a blank line.",
)
NORMALIZED_TEXT = Column(
    name="normalized_text",
    type=pa.string(),
    sentence="The text in lower case and one line, tokenized as in Kim (2014), without digits "
    "and parentheses.",
)
LANGUAGE = Column(
    name="language",
    type=pa.string(),
    sentence="ISO 639-1 code of the language (`zh-cn` and `zh-tw` for Chinese); `und` where a "
    "text is too short to tell, or in more than one.",
    nullable=True,
)
LANGUAGE_CONFIDENCE = Column(
    name="language_confidence",
    type=pa.float64(),
    sentence="Probability of the language by its detector, 0 to 1.",
    nullable=True,
)
WORD_COUNT = Column(
    name="word_count",
    type=pa.int32(),
    sentence="Words of the text, separated by white space.",
)
DUPLICATE_COUNT = Column(
    name="duplicate_count",
    type=pa.int32(),
    sentence="How many other documents were turned down as copies of this one.",
)
REASON = Column(
    name="reason",
    type=pa.string(),
    sentence="Why the page is not published; the word before the dot is the part that decided.",
)
DETAIL = Column(
    name="detail",
    type=pa.string(),
    sentence="The evidence for the reason, in a few words; may be empty.",
)
RULE = Column(
    name="rule",
    type=pa.string(),
    sentence="How it is a copy: `dedup.url`, `dedup.exact`, `dedup.near` or `dedup.contained`.",
)
SCORE = Column(
    name="score",
    type=pa.float64(),
    sentence="1.0 for equal texts; of near copies the Jaccard similarity of the sets of word "
    "5-grams; of contained ones the share of the shorter text's that the longer one has.",
)
KEPT_ID = Column(
    name="kept_id",
    type=pa.string(),
    sentence="The `id` of the document that is kept instead.",
)
KEPT_URL = Column(
    name="kept_url",
    type=pa.string(),
    sentence="The `url` of the document that is kept instead.",
)
WHY = Column(
    name="why",
    type=pa.string(),
    sentence="Why the other one is kept: `published earlier`, `longer`, `smaller id` or "
    "`fetched later`.",
)
SOURCE = Column(
    name="source",
    type=PLACE,
    sentence="Where the page lies in the archive: WARC file, offset and length in bytes, and the "
    "digest of its body.",
)
RECIPE = Column(
    name="recipe",
    type=pa.string(),
    sentence="Fingerprint of the stages, settings and libraries that made the row.",
)
