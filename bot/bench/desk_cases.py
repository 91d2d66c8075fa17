"""Fills an empty database with many cases for the desk's benchmark: rows as the service writes them, by bulk inserts.

Driving the dialogs would take an hour; only what the desk's pages read is written. Most cases are done, as after some
years; of the open ones most wait for departments, some are late, a few are urgent. Seeded: the same call, the same
rows. Cases are born in the middle of their life here, so the guards of the status tables are lifted while it fills.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

import msgspec
from sqlalchemy import insert
from sqlmodel import SQLModel, select

from backend.cases.tables import Case, Household, HouseholdMember, Person, RegisterCounter
from backend.conversations.tables import Conversation
from backend.deadlines.tables import Deadline
from backend.env import Env
from backend.errors import ConfigurationError
from backend.ids import new_id
from backend.inbox.tables import Contact
from backend.journal.record import Head, entry_hash, head_mac
from backend.journal.tables import JournalEntry, JournalHead
from backend.messages import town_group
from backend.outbox.tables import Outgoing
from backend.runtime import Runtime
from backend.staff.tables import Staff
from backend.transfers.tables import Transfer
from backend.writer import Tx
from dialogs.terms import Param, Term
from dialogs.understanding.id_number import check_digit

SEED: Final = 20261121
CHUNK: Final = 2_000
#: What share of the cases stands where, in parts of a thousand.
SHARES: Final = {
    "archived": 720, "rated": 40, "withdrawn": 30, "not_accepted": 40, "feedback_delivered": 15, "decided": 10,
    "submitted": 20, "supplement_required": 10, "accepted": 15, "dispatched": 40, "in_progress": 55,
    "joint_meeting": 5,
}  # fmt: skip
_OPEN_CLOCK: Final = {
    "submitted": "clk_acceptance_review", "supplement_required": "clk_supplement", "accepted": "clk_dispatch",
    "decided": "clk_window_feedback", "joint_meeting": "clk_meeting_hold",
}  # fmt: skip
#: A transfer's status to how often, by the status of its case, and the clock that runs on it.
_PART_STATUS: Final = {"dispatched": ("sent",), "in_progress": ("sent", "received", "processing", "granted")}
_PART_CLOCK: Final = {"sent": "clk_dept_receive", "received": "clk_promised", "processing": "clk_promised"}
_SENT_ON: Final = frozenset({"dispatched", "in_progress", "decided", "feedback_delivered", "rated", "archived"})
_URGENT_EACH: Final = 400  # one open case in so many is urgent
_WAITING_EACH: Final = 1_000  # one conversation in so many waits for a person
_BOARD_EACH: Final = 10  # one case in so many has a line on the staff board of the last month
_LATE: Final = 0.08

_Rows = dict[type[SQLModel], list[dict[str, Any]]]


class DeskCases:
    """Writes `count` cases of one county.

    Args:
        runtime: started, on a database without cases.
    """

    def __init__(self, runtime: Runtime, count: int) -> None:
        self._runtime = runtime
        self._env: Env = runtime.env
        self._count = count
        self._dice = random.Random(SEED)  # noqa: S311 - a story, not a secret
        self._now = self._env.now
        self._towns = [town.no for town in self._env.county.towns]
        self._numbers = dict.fromkeys(self._towns, 0)
        items = [one for one in self._env.catalogue.items.values() if one.enabled]
        self._matters = [(one.code, one.department) for one in items if self._env.county.contact(one.department)]
        self._clerks: dict[str, str] = {}

    def write(self, tick: Callable[[], object] = int) -> None:
        """All of them, some thousand in a transaction."""
        with self._runtime.database.read() as db:
            staff = db.exec(select(Staff).order_by(Staff.login)).all()
            if db.exec(select(Case.id).limit(1)).first() is not None:
                raise ConfigurationError(["the benchmark fills an empty database, and this one holds cases"])
        for one in staff:
            if "window_clerk" in one.roles and one.town:
                self._clerks.setdefault(one.town, one.id)
        someone = next(iter(self._clerks.values()))
        self._clerks = {town: self._clerks.get(town, someone) for town in self._towns}
        guards = self._runtime.writer.run_sync(_lift)
        for first in range(0, self._count, CHUNK):
            rows = self._chunk(range(first, min(first + CHUNK, self._count)), tick)
            self._runtime.writer.run_sync(partial(_insert, rows))
        self._runtime.writer.run_sync(partial(_put_back, guards))
        self._runtime.writer.run_sync(self._finish)

    def _finish(self, tx: Tx) -> None:
        """The counters go on where the cases stop, and the planner learns what is in the tables."""
        for town, last in self._numbers.items():
            tx.session.add(
                RegisterCounter(series=f"{self._env.county.code}{town}-{self._env.today.year:04d}", last=last)
            )
        tx.connection.exec_driver_sql("ANALYZE")

    def _chunk(self, numbers: range, tick: Callable[[], object]) -> _Rows:
        rows: _Rows = {}
        for number in numbers:
            for row in self._case(number):
                rows.setdefault(type(row), []).append(row.model_dump())
            tick()
        return rows

    def _case(self, number: int) -> Iterator[SQLModel]:
        dice, env = self._dice, self._env
        status = dice.choices(tuple(SHARES), tuple(SHARES.values()))[0]
        done = status in ("archived", "rated", "withdrawn", "not_accepted", "feedback_delivered")
        town = self._towns[0] if number % 3 else self._towns[number % len(self._towns)]
        self._numbers[town] += 1
        days = dice.uniform(60, 700) if done else dice.uniform(0, 40)
        at = self._now - dt.timedelta(days=days)
        accepted = None if status in ("submitted", "supplement_required") else at + dt.timedelta(days=1)
        urgent = not done and number % _URGENT_EACH == 0
        person, household, contact = new_id("per"), new_id("hhd"), new_id("ctc")
        villages = [one.code for one in env.county.town(town).villages]
        village = dice.choice(villages) if villages else None
        yield from self._people(number, person, household, village, at)
        yield Contact(
            id=contact, channel="web", account="web", address_hash=env.sealer.lookup("bench", str(number)),
            created_at=at,
        )  # fmt: skip
        waits = number % _WAITING_EACH == 0
        yield Conversation(
            id=new_id("cnv"), contact_id=contact, messages=9, drafts=1, wants_human=waits,
            updated_at=self._now - dt.timedelta(minutes=number % 600) if waits else at,
        )  # fmt: skip
        full = f"{env.county.code}{town}-{env.today.year:04d}-{self._numbers[town]:05d}"
        case = Case(
            id=new_id("cas"), register_no=full, short_no=f"{env.today.year % 100:02d}-{self._numbers[town]:05d}",
            status=status, county=env.county.code, town=town, village=village, household_id=household,
            applicant_id=person, contact_id=contact, draft=1, channel_in="bot_direct",
            hardships=[{"code": "subsistence_allowance", "claim_status": "claimed"}], needs=["need_living"],
            emergency_level="e2" if urgent else "none", emergency_code="food_shelter" if urgent else None,
            green_channel=urgent, owner_id=self._clerks[town], next_act="accept",
            query_code_hash=env.sealer.lookup("bench", f"code {number}"), submitted_at=at, accepted_at=accepted,
            closed_at=at + dt.timedelta(days=40) if done else None,
        )  # fmt: skip
        case.put(env.sealer, "difficulty", f"{number}")
        parts = list(self._parts(case, status, at)) if status in _SENT_ON else []
        entries = list(self._journal(case, contact, status))
        yield case
        yield from parts
        yield from self._clocks(case, [one for one in parts if isinstance(one, Transfer)], done)
        yield from entries
        if number % _BOARD_EACH == 0:
            yield self._posted(case, urgent)

    def _people(
        self, number: int, person: str, household: str, village: str | None, at: dt.datetime
    ) -> Iterator[SQLModel]:
        env, size = self._env, 1 + number % 4
        yield Household(id=household, village=village, size=size, created_at=at)
        for position in range(1, size + 1):
            first17 = f"379901{1940 + number % 40}{1 + number % 12:02d}{1 + position * 5:02d}{number % 1000:03d}"
            one = Person(id=person if position == 1 else new_id("per"), created_at=at)
            one.put(env.sealer, "name", f"{chr(0x738B)}{chr(0x4E00 + number % 500)}")
            one.put(env.sealer, "id_number", first17 + check_digit(first17))
            one.id_number_hash = env.sealer.lookup("id_number", first17)
            one.put(env.sealer, "phone", f"1300000{number % 10_000:04d}")
            yield one
            yield HouseholdMember(
                id=new_id("hhm"), household_id=household, person_id=one.id, position=position,
                relation="self" if position == 1 else "spouse" if position == 2 else "child",
            )  # fmt: skip

    def _parts(self, case: Case, status: str, at: dt.datetime) -> Iterator[Transfer]:
        for seq in range(1, self._dice.randint(1, 3) + 1):
            item, dept = self._dice.choice(self._matters)
            state = self._dice.choice(_PART_STATUS.get(status, ("granted",)))
            granted = state == "granted"
            part = Transfer(
                id=new_id("trf"), transfer_no=f"ZB{case.register_no}-{seq:02d}", case_id=case.id, seq=seq, item=item,
                dept=dept, kind="external", status=state, sent_at=at + dt.timedelta(days=2),
                received_at=None if state == "sent" else at + dt.timedelta(days=3),
                promised_date=self._env.today, decided_at=at + dt.timedelta(days=20) if granted else None,
                effective_date=self._env.today if granted else None,
                feedback_status="confirmed" if granted else "none",
            )  # fmt: skip
            for column in ("benefit",) if granted else ("handler", "handler_phone") if part.received_at else ():
                part.put(self._env.sealer, column, "0900-0000200")
            yield part

    def _clocks(self, case: Case, parts: list[Transfer], done: bool) -> Iterator[Deadline]:
        yield self._clock(case, None, "clk_case_reply", stopped=done)
        if case.accepted_at is not None:
            yield self._clock(case, None, "clk_acceptance_review", stopped=True)
        if case.status in _OPEN_CLOCK:
            yield self._clock(case, None, _OPEN_CLOCK[case.status], stopped=False)
        if case.green_channel:
            yield self._clock(case, None, "clk_emergency_relief", stopped=done)
        for part in parts:
            running = _PART_CLOCK.get(part.status)
            yield self._clock(case, part, running or "clk_dept_receive", stopped=running is None)
            yield self._clock(case, part, "clk_legal", stopped=part.status == "granted")

    def _clock(self, case: Case, part: Transfer | None, clock: str, *, stopped: bool) -> Deadline:
        late = self._dice.random() < _LATE
        away = dt.timedelta(days=self._dice.uniform(-10, 0) if late else self._dice.uniform(0, 25))
        due = (case.submitted_at + dt.timedelta(days=15)) if stopped else self._now + away
        return Deadline(
            id=new_id("ddl"), case_id=case.id, transfer_id=part.id if part else None,
            subject=part.id if part else case.id, clock=clock, unit="wd", started_at=case.submitted_at, due_at=due,
            due_day=due.date(), stopped_at=due if stopped else None,
            next_rung_at=None if stopped else self._now + dt.timedelta(days=30),
        )  # fmt: skip

    def _journal(self, case: Case, contact: str, status: str) -> Iterator[JournalEntry | JournalHead]:
        """The entries the case's page shows, in one true chain."""
        steps = [("person", contact, "submit", "draft", "submitted")]
        if status != "submitted":
            steps.append(("staff", case.owner_id or "", "accept", "submitted", status))
        previous = ""
        for seq, (kind, who, event, before, after) in enumerate(steps, start=1):
            entry = JournalEntry(
                id=new_id("jrn"), chain=case.id, seq=seq, at=case.submitted_at + dt.timedelta(days=seq - 1),
                actor_kind=kind, actor_id=who, event=event, subject=case.id, before=before, after=after,
                prev_hash=previous, hash="", key_id=self._env.sealer.key_id,
            )  # fmt: skip
            previous = entry.hash = entry_hash(entry, self._env.sealer)
            yield entry
        case.journal_seq, case.journal_hash = len(steps), previous
        head, key_id, sealer = Head(len(steps), previous), self._env.sealer.key_id, self._env.sealer
        yield JournalHead(
            chain=case.id, **head._asdict(), key_id=key_id, mac=head_mac(case.id, head, key_id, sealer)
        )  # fmt: skip

    def _posted(self, case: Case, urgent: bool) -> Outgoing:
        at = self._now - dt.timedelta(days=self._dice.uniform(0, 29))
        row = Outgoing(
            id=new_id("out"), key=f"{case.id}:new", channel="board", audience="group", group_code=town_group(case.town),
            case_id=case.id, message="msg.staff_new_case", urgent=urgent, status="sent", due_at=at, created_at=at,
            sent_at=at,
        )  # fmt: skip
        params: dict[str, Param] = {
            "short": case.short_no,
            "place": Term("town", case.town),
            "green": Term("green", "yes" if urgent else "no"),
            "path": f"/desk/cases/{case.id}",
        }
        row.put(self._env.sealer, "params", msgspec.json.encode(params).decode("utf-8"))
        return row


_GUARDED: Final = ("case", "transfer")


def _lift(tx: Tx) -> list[str]:
    """Take the triggers off; the statements that bring them back."""
    if tx.connection.dialect.name != "sqlite":
        for table in _GUARDED:
            tx.connection.exec_driver_sql(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        return [f'ALTER TABLE "{table}" ENABLE TRIGGER USER' for table in _GUARDED]
    rows = tx.connection.exec_driver_sql("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'").all()
    guards = [(name, sql) for name, table, sql in rows if table in _GUARDED]
    for name, _ in guards:
        tx.connection.exec_driver_sql(f"DROP TRIGGER {name}")
    return [sql for _, sql in guards]


def _put_back(guards: list[str], tx: Tx) -> None:
    for statement in guards:
        tx.connection.exec_driver_sql(statement)


def _insert(rows: _Rows, tx: Tx) -> None:
    order = {table.name: place for place, table in enumerate(SQLModel.metadata.sorted_tables)}
    for model in sorted(rows, key=lambda one: order[str(one.__tablename__)]):
        tx.connection.execute(insert(model), rows[model])
