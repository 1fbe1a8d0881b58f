"""Reads opt-out.yaml, the list of what people asked to be taken out; the only home of yaml."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pipelines.core.errors import ConfigError

#: Name of the file, beside the config.
NAME = "opt-out.yaml"
#: What an entry may name.
KINDS = ("url", "site", "author", "id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One wish."""

    #: One of KINDS.
    kind: str
    target: str
    reason: str
    #: Where it stands, for messages.
    place: str


def read(config: Path) -> list[Entry]:
    """The entries of the list that lies beside a config; none where there is no list.

    Raises:
        ConfigError: It is not such a list; the sentence names the line.
    """
    path = config.with_name(NAME)
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path}: not readable ({error}); mend that, then run this again."
        raise ConfigError(message) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        said = getattr(error, "problem", None) or "it is no text"
        message = f"{path}{line}: not readable as YAML ({said}); mend that line."
        raise ConfigError(message) from None
    if node is None:
        return []
    if not isinstance(node, yaml.SequenceNode):
        message = f"{path}, line {_line(node)}: must be a list, each entry after a dash."
        raise ConfigError(message)
    return [_entry(path, number, item) for number, item in enumerate(node.value, 1)]


def _entry(path: Path, number: int, node: Any) -> Entry:
    place = f"{path}, line {_line(node)}, entry {number}"
    if not isinstance(node, yaml.MappingNode):
        message = f"{place}: must name one of {', '.join(KINDS)}, and a reason."
        raise ConfigError(message)
    said: dict[str, str] = {}
    for key, value in node.value:
        name = str(key.value)
        if name not in {*KINDS, "reason"} or name in said:
            why = "stands there twice" if name in said else "is not known"
            message = f"{place}: {name} {why}; an entry has one of {', '.join(KINDS)}, and reason."
            raise ConfigError(message)
        if not isinstance(value, yaml.ScalarNode) or not value.value.strip():
            message = f"{place}: {name} must be a text."
            raise ConfigError(message)
        said[name] = value.value.strip()
    named = [name for name in KINDS if name in said]
    if len(named) != 1 or "reason" not in said:
        message = f"{place}: must have exactly one of {', '.join(KINDS)}, and a reason."
        raise ConfigError(message)
    return Entry(kind=named[0], target=said[named[0]], reason=said["reason"], place=place)


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1
