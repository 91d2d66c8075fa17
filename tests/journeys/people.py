"""The people of a journey: somebody in need, the window, the departments, and the morning that asks every clock."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from typing import Any

import msgspec

from backend.cases import acts
from backend.cases.tables import Case
from backend.clock import ZONE, SetClock
from backend.conversations.history import contact_of, waiting
from backend.conversations.seen import seen
from backend.deadlines.sweep import sweep
from backend.env import Actor
from backend.outbox.post import params_of
from backend.outbox.tables import Outgoing
from backend.ports import Arrived, FileIn, Replied
from backend.runtime import Runtime
from backend.staff.links import look_link
from backend.staff.service import actor_for_link, issue_link
from backend.transfers import deciding, dispatching, handling, returning
from backend.transfers.tables import Transfer
from backend.writer import Tx
from bot.bootstrap import renderer_for
from bot.channels.uploads import Brought, bring
from bot.channels.web.hook import said_in_words
from bot.render import Reply
from dialogs.said import Said
from tests.builders import GRANT, REFUSAL, Office

_ids = itertools.count(1)


class County:
    """A running service with everybody who works there.

    Attributes:
        window: the clerk who takes in, sends on and tells.
    """

    def __init__(self, runtime: Runtime, clock: SetClock) -> None:
        self.runtime = runtime
        self.clock = clock
        self.render = renderer_for(runtime)
        self.office = Office(runtime.writer, runtime.database, runtime.env)
        self.window = Window(self)

    def somebody(self, address: str = "a") -> Person:
        """A person at her phone."""
        return Person(self, address)

    def department(self, dept: str) -> Department:
        """A department with an account on the desk."""
        return Department(self, dept, self.office.as_(f"{dept}_liaison"))

    def department_without_account(self, transfer: Transfer) -> Department:
        """Whoever opens the one-time link to a transfer."""
        token = self.office.act(issue_link, "transfer", transfer.id)
        with self.runtime.database.read() as db:
            actor = actor_for_link(db, look_link(db, self.runtime.env, "transfer", token))
        return Department(self, transfer.dept, actor)

    def the_morning_of(self, day: str) -> None:
        """Nine o'clock of that day ("2026-11-05 周四"; a weekday that is written is checked): every clock is asked."""
        date = dt.date.fromisoformat(day.split()[0])
        assert day.split()[1:] in ([], ["周" + "一二三四五六日"[date.weekday()]]), day
        self.clock.at = dt.datetime.combine(date, dt.time(9), ZONE).astimezone(dt.UTC)
        sweep(self.runtime.writer, self.runtime.env)

    def group_heard(self, group: str) -> list[str]:
        """What a staff group was told, in words, in order."""
        rows = self.office.all(Outgoing, Outgoing.group_code == group)
        return [self.render.text(row.message, params_of(self.runtime.env, row)) for row in rows]


class Person:
    """Somebody who writes from her phone and reads what comes back."""

    def __init__(self, county: County, address: str) -> None:
        self._county = county
        self._address = address
        self._screen: list[str] = []  # since she last wrote
        self._choices: list[tuple[str, str]] = []
        self.case_no: str | None = None
        self.query_code: str | None = None

    def says(self, *texts: str) -> None:
        """She writes, one message after the other."""
        for text in texts:
            self._send({"text": text, "choice": None}, said_in_words(text, self._county.runtime.listener()))

    def presses(self, label: str) -> None:
        """She presses the button with these words."""
        found = [option for option, words in self._choices if label in words]
        assert len(found) == 1, f"{label!r} is no button among {[words for _, words in self._choices]}"
        self._send({"text": None, "choice": found[0]}, Said(choice=found[0]))

    def sends(self, data: bytes, name: str, words: str | None = None) -> None:
        """She sends a file, with a word or without."""
        brought = bring(self._county.runtime, "web", self._address, data, name, Brought())
        said = said_in_words(words, self._county.runtime.listener())
        said = msgspec.structs.replace(said, unreadable=brought.unreadable, sheet=brought.sheet)
        self._send({"text": words}, said, brought.files)

    def _send(self, body: dict[str, Any], said: Said, files: tuple[FileIn, ...] = ()) -> None:
        message_id = f"m{next(_ids)}"
        raw = msgspec.json.encode(body)
        replied = self._county.runtime.receive_sync(Arrived("web", "web", self._address, message_id, raw, said, files))
        self._read(replied)

    def _read(self, replied: Replied) -> None:
        self._screen, self._choices = [], []
        for number, say in enumerate(replied.says):
            self._put(self._county.render.reply(f"{replied.inbound_id}.{number}", say))
        if replied.case_no is not None:
            self.case_no = replied.case_no
            code = re.search(r"(?:查询码：|Query code: )(\d{4}-\d{4}-\d{5})", "\n".join(self._screen))
            assert code is not None or "都报上去了" in "\n".join(self._screen), self._screen  # an emergency has none
            self.query_code = code[1] if code is not None else None

    def _put(self, reply: Reply) -> None:
        assert "{" not in reply.text, reply.text
        self._screen.append(reply.text)
        if reply.choices:
            self._choices = [(one.id, one.label) for one in reply.choices]

    def looks(self) -> list[str]:
        """She looks at her phone: what was pushed joins what she reads, and counts as delivered."""
        runtime = self._county.runtime
        with runtime.database.read() as db:
            contact = contact_of(db, runtime.env, "web", self._address)
            rows = [] if contact is None else waiting(db, runtime.env, contact)
        if contact is not None and rows:
            runtime.writer.run_sync(lambda tx: seen(tx, runtime.env, contact, [row_id for row_id, _ in rows]))
        for row_id, say in rows:
            self._put(self._county.render.reply(row_id, say))
        return self._screen

    def hears(self, *words: str) -> bool:
        """Whether each of these words is in what she has read since she last wrote; what she read when not."""
        screen = "\n".join(self.looks())
        missing = [one for one in words if one not in screen]
        assert not missing, f"she did not hear {missing}, but:\n{screen}"
        return True

    def hears_nothing_of(self, *words: str) -> bool:
        screen = "\n".join(self.looks())
        return not [one for one in words if one in screen]

    def case(self) -> Case:
        """Her case as it is in the database."""
        [case] = self._county.office.all(Case, Case.register_no == self.case_no)
        return case


class Window:
    """The town's window."""

    def __init__(self, county: County) -> None:
        self._office = county.office
        self._clerk = county.office.clerk

    def accepts(self, case: Case, *items: str) -> None:
        self._office.act(acts.accept, self._clerk, case.id, items=items or None)

    def wants_more(self, case: Case, *materials: str) -> None:
        self._office.act(acts.request_supplement, self._clerk, case.id, materials)

    def sends(self, case: Case, *plan: tuple[str, str]) -> list[Transfer]:
        """Send items to departments; the transfers in the order of the plan."""
        return self._office.act(dispatching.send, self._clerk, case.id, plan)

    def tells_by_phone(self, case: Case) -> None:
        self._office.act(acts.deliver_feedback, self._clerk, case.id, "phone")


class Department:
    """A department that answers, at its desk or through a link."""

    def __init__(self, county: County, dept: str, actor: Actor) -> None:
        self._office = county.office
        self.dept = dept
        self.actor = actor

    def signs(self, transfer: Transfer, *, until: str, handler: str = "孙立军") -> None:
        promised = dt.date.fromisoformat(until)
        self._office.act(
            handling.receive, self.actor, transfer.id,
            handler_name=handler, handler_phone="0900-0000205", promised=promised,
        )  # fmt: skip

    def grants(self, transfer: Transfer, **more: Any) -> None:
        self._office.act(deciding.grant, self.actor, transfer.id, **(GRANT | more))

    def refuses(self, transfer: Transfer, **more: Any) -> None:
        def act(tx: Tx, env: Any) -> None:
            remedy = deciding.remedy_of(env, tx.session.get(Transfer, transfer.id))
            deciding.refuse(tx, env, self.actor, transfer.id, **(REFUSAL | {"remedy_type": remedy} | more))

        self._office.act(act)

    def sends_back(self, transfer: Transfer, suggested: str) -> None:
        self._office.act(returning.return_, self.actor, transfer.id, reason="not_our_duty", suggested_dept=suggested)

    def wants_to_see(self, transfer: Transfer, *materials: str) -> None:
        self._office.act(handling.request_materials, self.actor, transfer.id, materials)
