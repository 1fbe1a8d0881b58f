"""The words that stand for what was redacted: written by one stage, left out by another."""

import re
from dataclasses import fields

from pipelines.core.document import Redactions

#: One for each kind of redaction: "[EMAIL]", "[PHONE]".
PLACEHOLDERS = {item.name: f"[{item.name.upper()}]" for item in fields(Redactions)}
PLACEHOLDER = re.compile("|".join(map(re.escape, PLACEHOLDERS.values())))
