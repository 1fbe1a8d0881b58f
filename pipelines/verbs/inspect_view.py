"""What `inspect` shows to a reader: a document with its marks, or what one stage changed."""

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime

from rich.text import Text

from pipelines.core.document import Document, Precision, Rejection
from pipelines.core.measures import Measures
from pipelines.core.page_kind import verdict
from pipelines.core.placeholders import PLACEHOLDER
from pipelines.core.reasons import Reason
from pipelines.stages.quality import Quality
from pipelines.verbs.inspect import NOWHERE
from pipelines.verbs.inspect_stages import Shown, Step
from pipelines.verbs.inspect_words import Change, Piece, difference

_LABEL = "bold"
_REJECTED = "bold red"
_REMOVED = "yellow"
_FLAGGED = "cyan"
_PLACEHOLDER = "bold magenta"
_NOTE = "dim"
#: Fields that are shown as a text, by their words.
_TEXTS = ("text", "normalized_text")
#: Words of an unchanged stretch that are shown beside a change.
_CONTEXT = 12
#: Characters of a value.
_MOST_VALUE = 300
_WORD = re.compile(r"\S+")
#: Line ends, and the joiners that scripts and emoji need.
_HARMLESS = frozenset("\n\u200c\u200d")
#: Parts that turn down what the topic stage has judged.
_AFTER_TOPIC = frozenset({"quality", "privacy"})


def parts(found: Shown | Step) -> Iterator[Text]:
    """Paragraphs to print, one after the other; they read well without colours, too."""
    if isinstance(found, Step):
        yield from _step(found)
    else:
        yield from _head(found)
        yield Text()
        yield _body(found.document)
    yield Text()


def _head(shown: Shown) -> Iterator[Text]:
    document = shown.document
    if document.rejection is not None:
        yield from _rejection(document.rejection)
    for label, value in _told(document):
        yield _line(label, value or "-")
    if shown.note:
        yield _line("note", shown.note, _NOTE)


def _line(label: str, value: str, style: str = "") -> Text:
    return Text.assemble((f"{label + ':':<12} ", _LABEL), (plain(value), style))


def _rejection(rejection: Rejection) -> Iterator[Text]:
    detail = f": {rejection.detail}" if rejection.detail else ""
    yield Text(f"REJECTED {rejection.reason}{plain(detail)}", style=_REJECTED)
    yield Text(f"  {rejection.reason.meaning}")
    if bound := _bound(rejection):
        yield Text(f"  The measure is {bound[0]}; [quality] {bound[1]} sets its bound.")


def _bound(rejection: Rejection) -> tuple[str, str] | None:
    """The measure that turned a text down, and the setting with its bound."""
    if rejection.reason is Reason.QUALITY_TOO_SHORT:
        return "the number of words", "min_words"
    name = rejection.detail.partition(" ")[0]
    if rejection.reason.part != "quality" or name not in {one.name for one in fields(Measures)}:
        return None
    settings = (one.name for one in fields(Quality))
    return next(((name, one) for one in settings if one[len("min_") :] == name), None)


def _told(document: Document) -> Iterator[tuple[str, str]]:
    """What is known of a document, by name."""
    yield "url", document.url
    yield "title", document.title or ""
    origin = f" (from {document.author_from})" if document.author_from else ""
    yield "author", f"{document.author}{origin}" if document.author else ""
    yield "published", _published(document)
    yield "language", _language(document)
    yield "kind", _kind(document)
    yield "subject", _number(document.subject_score)
    yield "words", str(document.word_count)
    yield "confidence", _number(document.extraction_confidence)
    licence = f", licence {document.license} (nobody has checked it)" if document.license else ""
    yield "permission", f"{document.permission}{licence}"
    for line in document.evidence:
        yield "  evidence", f"{line.signal}: {line.value} ({line.url}, {line.at:%Y-%m-%d})"
    counts = dataclasses.asdict(document.redactions).items()
    yield "redactions", ", ".join(f"{name} {count}" for name, count in counts if count)
    yield "removed", ", ".join(block.kind for block in document.removed)
    for flag in document.flags:
        yield "flag", f"{flag.kind}: {flag.sentence}"


def _published(document: Document) -> str:
    moment, offset = document.published_at, document.published_offset
    if moment is None:
        return ""
    is_day = document.published_precision is Precision.DAY
    shown = f"{moment:%Y-%m-%d}" if is_day else f"{moment:%Y-%m-%d %H:%M} UTC"
    details = [f"from {document.published_from or 'nowhere'}"]
    if document.published_precision:
        details.append(f"precision {document.published_precision}")
    if offset is not None:
        hours, minutes = divmod(abs(offset), 60)
        details.append(f"zone {'-' if offset < 0 else '+'}{hours:02d}:{minutes:02d}")
    return f"{shown} ({', '.join(details)})"


def _language(document: Document) -> str:
    sure = document.language_confidence
    return (document.language or "") + ("" if sure is None else f" ({sure:.2f})")


def _kind(document: Document) -> str:
    """What kind of page the topic stage took it for, and why."""
    rejection = document.rejection
    if rejection and rejection.reason.part == "topic":
        is_post = rejection.reason is Reason.TOPIC_OFF_SUBJECT
        return "post" if is_post else rejection.reason.partition(".")[2].replace("_", " ")
    if document.site == NOWHERE or (rejection and rejection.reason.part not in _AFTER_TOPIC):
        return ""
    judged = verdict(document)
    return f"post ({judged.why})" if judged.reason is None else "post, by the others of its site"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _body(document: Document) -> Text:
    """The text with its marks; what was taken out stands where it stood."""
    marks = sorted([*_removed_marks(document), *_flag_marks(document)], key=lambda one: one[:2])
    body = Text() if document.whole_text else Text("(no text)", _NOTE)
    at = flagged = 0
    for place, rank, mark in marks:
        body.append(plain(document.text[at:place]), _FLAGGED if flagged else "")
        body.append(mark)
        flagged += {_OPENS: 1, _CLOSES: -1}.get(rank, 0)
        at = place
    body.append(plain(document.text[at:]), _FLAGGED if flagged else "")
    body.highlight_regex(PLACEHOLDER, _PLACEHOLDER)
    return body


#: What comes first where several marks stand in one place.
_CLOSES, _BLOCK, _OPENS = range(3)


def _removed_marks(document: Document) -> Iterator[tuple[int, int, Text]]:
    for block in document.removed:
        words = block.text.strip()
        before, _, after = block.text.partition(words) if words else (block.text, "", "")
        mark = Text(f"{before}[removed: {block.kind}] {plain(words)} [/removed]{after}")
        mark.stylize(_REMOVED)
        yield block.at, _BLOCK, mark


def _flag_marks(document: Document) -> Iterator[tuple[int, int, Text]]:
    for flag in document.flags:
        start = document.text.find(flag.sentence)
        if start >= 0:
            yield start, _OPENS, Text(f"[flag: {flag.kind}] ", _FLAGGED)
            yield start + len(flag.sentence), _CLOSES, Text(" [/flag]", _FLAGGED)


def _step(step: Step) -> Iterator[Text]:
    """What one stage changed of a document."""
    rejection = step.after.rejection
    if rejection is not None and step.before.rejection is None:
        yield from _rejection(rejection)
    yield _line("stage", step.stage)
    yield _line("url", step.after.url)
    if step.note:
        yield _line("note", step.note, _NOTE)
    if step.before.rejection is not None:
        yield Text("Rejected before this stage, so that it changed nothing:")
        yield from _rejection(step.before.rejection)
        return
    if not step.changed:
        yield Text("It changed nothing.")
    for name in step.changed:
        if name not in _TEXTS:
            yield from _change(name, getattr(step.before, name), getattr(step.after, name))
    for name in _TEXTS:
        if name in step.changed:
            yield Text(f"\n{name}:", _LABEL)
            yield _difference(getattr(step.before, name), getattr(step.after, name))


def _change(name: str, before: object, after: object) -> Iterator[Text]:
    """A field, old and new; of a nested one the fields that differ."""
    old, new = _fields_of(before), _fields_of(after)
    if not old and not new:
        yield Text.assemble((f"{name}: ", _LABEL), f"{_value(before)} \u2192 {_value(after)}")
    for key in new or old:
        if old.get(key) != new.get(key):
            yield from _change(f"{name}.{key}", old.get(key), new.get(key))


def _fields_of(value: object) -> Mapping[str, object]:
    if not dataclasses.is_dataclass(value):
        return {}
    return {one.name: getattr(value, one.name) for one in dataclasses.fields(value)}


def _value(value: object) -> str:
    """A value in few words; nothing is a dash."""
    match value:
        case None | "" | ():
            return "-"
        case tuple():
            told = "; ".join(map(_value, value))
        case datetime():
            told = value.isoformat()
        case _:
            told = ", ".join(f"{key} {_value(one)}" for key, one in _fields_of(value).items())
    told = plain(" ".join((told or str(value)).split()))
    return told if len(told) <= _MOST_VALUE else f"{told[:_MOST_VALUE]}\u2026"


def _difference(before: str, after: str) -> Text:
    """The words of two texts, those in between that did not change folded."""
    pieces = difference(before, after)
    told = Text()
    last = ""
    for number, piece in enumerate(pieces):
        if piece.change is Change.SAME:
            head = _CONTEXT if number else 0
            tail = _CONTEXT if number + 1 < len(pieces) else 0
            last = plain(_folded(piece.text, head, tail))
            told.append(last)
        elif words := piece.text.strip():
            is_old = piece.change is Change.REMOVED
            opening, closing, style = ("[-", "-]", "red") if is_old else ("{+", "+}", "green")
            told.append(" " if last.strip(" ") == last != "" and is_old else "")
            told.append(f"{opening}{plain(words)}{closing}", style)
            last = _space_after(pieces, number)
            told.append(last)
    if all(piece.change is Change.SAME for piece in pieces):
        told.append("\nOnly white space changed.", _NOTE)
    return told


def _space_after(pieces: Sequence[Piece], number: int) -> str:
    """What parts a change from the words that follow; old and new stand together."""
    piece = pieces[number]
    if number + 1 < len(pieces) and pieces[number + 1].change is Change.ADDED:
        return ""
    return piece.text[len(piece.text.rstrip()) :] or " "


def _folded(text: str, head: int, tail: int) -> str:
    """An unchanged stretch without its middle: so many words are left at either end."""
    words = [match.span() for match in _WORD.finditer(text)]
    left = len(words) - head - tail
    if left <= _CONTEXT:
        return text
    start = text[: words[head - 1][1]] if head else ""
    end = text[words[-tail][0] :] if tail else ""
    return f"{start} \u2026 {left} words unchanged \u2026 {end}".strip(" ")


def plain(text: str) -> str:
    """A text that a terminal only shows; what has no picture is shown as its code point."""
    return "".join(
        sign if sign.isprintable() or sign in _HARMLESS else f"\u2039U+{ord(sign):04X}\u203a"
        for sign in text
    )
