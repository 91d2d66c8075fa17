"""Talk to the service in the terminal, through the same engine and database as every channel."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

import msgspec
from rich.console import Console
from rich.panel import Panel
from sqlmodel import col, select

from backend.conversations.history import contact_of, waiting
from backend.conversations.seen import seen
from backend.errors import NotFound
from backend.ids import new_id
from backend.ports import Arrived, FileIn, Replied
from backend.runtime import Runtime
from backend.staff.chat import STATION, bind
from backend.staff.tables import Staff
from bot.bootstrap import renderer_for
from bot.channels.uploads import Brought, bring
from bot.channels.web.hook import said_in_words
from bot.render import Reply
from dialogs.said import Said

_encode = msgspec.json.Encoder().encode


class TerminalChat:
    """One conversation.

    Args:
        who: the address of the terminal's contact; the same one goes on where it stopped.
    """

    def __init__(self, runtime: Runtime, who: str) -> None:
        self._runtime = runtime
        self._render = renderer_for(runtime)
        self._who = who

    def say(self, line: str) -> tuple[list[Reply], str | None]:
        """One line in, what is answered and what was pushed since out, and the number of a case just opened.

        A line `@path` sends the file that lies there.
        """
        path = Path(line[1:].strip()) if line.startswith("@") else None
        if path is not None and path.is_file():
            brought = bring(self._runtime, "terminal", self._who, path.read_bytes(), path.name, Brought())
            said = Said(unreadable=brought.unreadable, sheet=brought.sheet)
            return self._shown(self._runtime.receive_sync(self._arrived(said, line, brought.files)))
        replied = self._runtime.receive_sync(self._arrived(said_in_words(line, self._runtime.listener()), line))
        return self._shown(replied)

    def start(self) -> list[Reply]:
        """The welcome, or the open question of a conversation that was left."""
        return self._shown(self._runtime.receive_sync(self._arrived(Said(choice="start"), "")))[0]

    def bind_assistant(self, login: str) -> None:
        """Make this terminal's contact a colleague's, as a code typed in a chat does; in the demo profile only.

        Args:
            login: whose; "" for the first village assistant there is.

        Raises:
            NotFound: no such active assistant.
        """
        runtime = self._runtime
        if runtime.settings.profile != "demo":
            return
        with runtime.database.read() as db:
            active = db.exec(select(Staff).where(col(Staff.active).is_(True)).order_by(Staff.login)).all()
            staff = next((one for one in active if STATION & set(one.roles) and login in ("", one.login)), None)
            contact = contact_of(db, runtime.env, "terminal", self._who)
        if staff is None:
            raise NotFound(f"active village assistant {login!r}")
        if contact is None:
            contact = runtime.receive_sync(self._arrived(Said(choice="start"), "")).contact_id
        runtime.writer.run_sync(lambda tx: bind(tx, runtime.env, contact, staff))

    def _arrived(self, said: Said, line: str, files: tuple[FileIn, ...] = ()) -> Arrived:
        raw = _encode({"text": line, "choice": said.choice})
        return Arrived("terminal", "terminal", self._who, new_id("inb"), raw, said, files)

    def _shown(self, replied: Replied) -> tuple[list[Reply], str | None]:
        replies = [self._render.reply(f"{replied.inbound_id}.{n}", say) for n, say in enumerate(replied.says)]
        return replies + self._pushed(), replied.case_no

    def _pushed(self) -> list[Reply]:
        runtime = self._runtime
        with runtime.database.read() as db:
            contact = contact_of(db, runtime.env, "terminal", self._who)
            rows = [] if contact is None else waiting(db, runtime.env, contact)
        if contact is not None and rows:
            runtime.writer.run_sync(lambda tx: seen(tx, runtime.env, contact, [row_id for row_id, _ in rows]))
        return [self._render.reply(row_id, say) for row_id, say in rows]


def run_lines(chat: TerminalChat, lines: Iterable[str], out: TextIO, *, as_json: bool) -> None:
    """Standard input that is no terminal: one message a line."""
    for raw in lines:
        line = raw.rstrip("\n")
        replies, case_no = chat.say(line)
        if as_json:
            out.write(_encode(as_record(line, replies, case_no)).decode("utf-8") + "\n")
        else:
            out.write(f"> {line}\n")
            for reply in replies:
                out.write(as_text(reply) + "\n")
        out.flush()


def as_record(line: str, replies: list[Reply], case_no: str | None) -> dict[str, Any]:
    """The line of `--json` (shared interfaces page)."""
    return {
        "in": line,
        "out": [{"text": reply.text, "choices": reply.choices, "files": reply.files} for reply in replies],
        "case_no": case_no,
    }


def as_text(reply: Reply) -> str:
    """A reply with its options as numbered lines."""
    return "\n".join([reply.text, *(choice.label for choice in reply.choices)])


def run_terminal(chat: TerminalChat) -> None:
    """A person at a keyboard."""
    console = Console()
    show(console, chat.start())
    for line in _typed():
        show(console, chat.say(line)[0])


def show(console: Console, replies: list[Reply]) -> None:
    """Replies as panels; nothing in them is read as markup."""
    from rich.text import Text

    for reply in replies:
        console.print(Panel(Text(as_text(reply)), border_style="red" if reply.kind == "urgent" else "green", width=60))


def _typed() -> Iterator[str]:
    while True:
        try:
            yield input("> ")
        except (EOFError, KeyboardInterrupt):
            sys.stdout.write("\n")
            return
