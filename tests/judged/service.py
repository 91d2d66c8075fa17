"""A real service on SQLite, people who write to it, and what it has kept of each of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec
from sqlmodel import select

from backend.cases.tables import Case
from backend.clock import SetClock
from backend.conversations.media import keep_file
from backend.conversations.tables import Conversation
from backend.db import Database
from backend.migrate import upgrade
from backend.ports import Arrived, FileIn, Replied
from backend.runtime import Runtime
from bot.channels.web.hook import said_in_words
from dialogs import state as states
from dialogs.said import Said
from dialogs.state import Answer, State
from tests.builders import MORNING
from tests.desk.twin import running

FRESH = Path(__file__).parents[1] / "fresh"

_ids = itertools.count(1)
_answers = msgspec.json.Decoder(dict[str, Answer])


class Kept(NamedTuple):
    """What is kept of one case or one draft.

    Attributes:
        draft: its number in the conversation.
        handed_in: it is a case.
        danger: the emergency code, or None.
        matter: the draft of the case the form completes, where it goes on from a danger.
    """

    draft: int
    answers: Mapping[str, Answer]
    handed_in: bool
    danger: str | None
    matter: int = 0


@contextmanager
def service(folder: Path) -> Iterator[Runtime]:
    """A runtime on a new SQLite file, at ten o'clock of a working day."""
    url = f"sqlite:///{folder}/judged.db"
    database = Database(url)
    upgrade(database)
    database.close()
    with running(url, folder, SetClock(MORNING)) as runtime:
        yield runtime


class Chat:
    """One person at her telephone.

    Attributes:
        replied: what the last message led to.
        sent: how many messages she has sent.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._address = f"judged-{next(_ids)}"
        self.replied: Replied | None = None
        self.sent = 0

    def says(self, text: str) -> list[str]:
        """She writes; the keys she is answered with, in order."""
        said = said_in_words(text, self._runtime.listener())
        return self._send(said, {"text": text, "choice": None})

    def photographs(self) -> list[str]:
        """She sends a photo."""
        photo = keep_file(self._runtime.env, b"\xff\xd8\xff" + str(next(_ids)).encode(), "photo.jpg")
        assert isinstance(photo, FileIn), photo
        return self._send(Said(), {"text": None, "choice": None}, photo)

    def presses(self, option: str) -> list[str]:
        """She presses the last shown button whose id ends like this, or sends exactly this id."""
        shown = () if self.replied is None else [one.id for say in self.replied.says for one in say.options]
        choice = next((one for one in reversed(shown) if one.endswith(f":{option}")), option)
        return self._send(Said(choice=choice), {"text": None, "choice": choice})

    def _send(self, said: Said, body: Mapping[str, str | None], *files: FileIn) -> list[str]:
        self.sent += 1
        arrived = Arrived("web", "web", self._address, f"m{next(_ids)}", msgspec.json.encode(body), said, files)
        self.replied = self._runtime.receive_sync(arrived)
        return self.keys

    @property
    def keys(self) -> list[str]:
        return [] if self.replied is None else [say.key for say in self.replied.says]

    @property
    def state(self) -> State:
        """Where her conversation stands, read from the database."""
        with self._runtime.database.read() as db:
            row = db.exec(
                select(Conversation).where(Conversation.contact_id == (self.replied.contact_id if self.replied else ""))
            ).first()
        if row is None or row.state_sealed is None:
            return State()
        opened = self._runtime.env.sealer.open(
            row.state_sealed, table="conversation", column="state_sealed", row_id=row.id
        )
        return states.read(opened)

    def kept(self) -> list[Kept]:
        """Her cases and drafts in the order they were begun."""
        state = self.state
        found = [
            Kept(
                one.draft,
                one.answers,
                False,
                one.raised[0] if one.raised else None,
                one.matter.draft if one.matter is not None else 0,
            )
            for one in (*state.parked, state)
            if one.answers or one.raised
        ]
        with self._runtime.database.read() as db:
            mine = self.replied.contact_id if self.replied else ""
            cases = db.exec(select(Case).where(Case.contact_id == mine)).all()
            for case in cases:
                answers = _answers.decode(case.get(self._runtime.env.sealer, "answers") or "{}")
                found.append(Kept(case.draft or 0, answers, True, case.emergency_code))
        return sorted(found, key=lambda one: one.draft)
