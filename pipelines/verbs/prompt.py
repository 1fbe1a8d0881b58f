"""`query` on a terminal: a prompt with a history, completion and several lines."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.output import Output

from pipelines.core.errors import CorpusError
from pipelines.verbs.completion import Vocabulary, candidates, last_word, vocabulary
from pipelines.verbs.dialogue import Dialogue, is_whole

_MESSAGE = "query> "
_CONTINUED = "  ...> "


class _Words(Completer):
    """Offers the words of questions."""

    def __init__(self, words: Vocabulary) -> None:
        self.words = words

    def get_completions(
        self,
        document: Document,
        complete_event: CompleteEvent,  # noqa: ARG002 - the library's form
    ) -> Iterator[Completion]:
        before = document.text_before_cursor
        typed = before.lstrip() if before.lstrip().startswith(".") else last_word(before)
        for word in candidates(self.words, before, document.text_after_cursor):
            start = typed if word.startswith(".") else last_word(before)
            yield Completion(word, start_position=-len(start))


def talk(
    dialogue: Dialogue,
    corpus: Path,
    *,
    typed: Input | None = None,
    shown: Output | None = None,
) -> None:
    """Ask for questions and answer them until somebody leaves.

    Args:
        dialogue: Answers.
        corpus: The corpus' folder; nothing is remembered in it.
        typed: Where keys come from; the terminal where it is not given.
        shown: Where the prompt is shown.
    """
    session: PromptSession[str] = PromptSession(
        _MESSAGE,
        history=_history(corpus),
        completer=_Words(vocabulary(dialogue.connection)),
        complete_while_typing=False,
        multiline=True,
        prompt_continuation=_CONTINUED,
        key_bindings=_keys(),
        input=typed,
        output=shown,
    )
    dialogue.greet()
    while _is_going_on(session, dialogue):
        pass


def _is_going_on(session: PromptSession[str], dialogue: Dialogue) -> bool:
    """Whether somebody asked, and wants to ask again."""
    said = None
    try:
        said = session.prompt()
        return dialogue.reply(said)
    except CorpusError as error:
        dialogue.complain(str(error))
    except KeyboardInterrupt:
        if said is not None:
            dialogue.complain("Stopped.")
    except EOFError:
        return False
    return True


def _keys() -> KeyBindings:
    """Enter answers what is whole, else it begins a line."""
    keys = KeyBindings()

    @keys.add("enter")
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if is_whole(buffer.text):
            buffer.validate_and_handle()
        else:
            buffer.insert_text("\n")

    return keys


def history_file() -> Path:
    """Where questions are remembered, as the XDG Base Directory Specification says.

    Raises:
        RuntimeError: The user has no home.
    """
    state = Path(os.environ.get("XDG_STATE_HOME", ""))
    base = state if state.is_absolute() else Path.home() / ".local" / "state"
    return base / "therapy-corpus" / "history"


def _history(corpus: Path) -> History:
    """The questions of former times; those of this time alone where no file can be kept."""
    try:
        file = history_file()
        if file.resolve().is_relative_to(corpus.resolve()):
            return InMemoryHistory()
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.touch(mode=0o600)
        with file.open("a+", encoding="utf-8"):
            return FileHistory(file)
    except (OSError, RuntimeError):
        return InMemoryHistory()


def is_terminal() -> bool:
    """Whether somebody types, and reads what is printed."""
    return sys.stdin.isatty() and sys.stdout.isatty()
