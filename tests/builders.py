"""A county with its people, a household that needs help, and short ways to let everybody act."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from sqlmodel import col, select

from backend.cases.move import move
from backend.cases.numbers import next_register_no
from backend.cases.tables import Case, Household, HouseholdMember, Person
from backend.clock import Clock
from backend.db import Database
from backend.deadlines.calendar import WorkingCalendar, load_calendar
from backend.deadlines.tables import Deadline
from backend.env import Actor, Env
from backend.ids import new_id
from backend.inbox.tables import Contact
from backend.journal.tables import JournalEntry
from backend.outbox.post import params_of
from backend.outbox.tables import Outgoing
from backend.privacy.keys import KeyRing
from backend.privacy.seal import Sealer
from backend.settings import Settings
from backend.staff.load import load_people
from backend.staff.service import actor_for
from backend.staff.tables import Staff
from backend.transfers.tables import Transfer
from backend.writer import Tx, Writer
from dialogs.catalogue import Catalogue, County, load_catalogue, load_county
from dialogs.terms import Param

T = TypeVar("T")

MORNING = dt.datetime(2026, 11, 4, 2, 0, tzinfo=dt.UTC)  # Wednesday, 10:00 in China
TOWN = "02"
BRIDGE = "379901102201"  # 石桥村

_count = itertools.count(1)


@cache
def _policy() -> tuple[Catalogue, County, WorkingCalendar]:
    return load_catalogue(), load_county("yunshan"), load_calendar()


def env(clock: Clock, folder: Path) -> Env:
    """The sample county on the given clock, with a key nobody else has."""
    catalogue, county, calendar = _policy()
    return Env(
        settings=Settings(media_dir=folder / "media"),
        clock=clock,
        sealer=Sealer(KeyRing({1: b"k" * 32}, b"l" * 32)),
        catalogue=catalogue,
        county=county,
        calendar=calendar,
    )


class Office:
    """The people of the county, and the acts they do, each in a transaction of its own."""

    def __init__(self, writer: Writer, database: Database, env: Env) -> None:
        self.writer = writer
        self.database = database
        self.env = env
        self.act(load_people)
        with database.read() as session:
            self._staff = {staff.login: staff for staff in session.exec(select(Staff)).all()}
        self.clerk = self.as_("zhou_wenjing")
        self.approver = self.as_("li_guodong")
        self.county = self.as_("shen_yan")
        self.meeting = self.as_("jiang_yun")
        self.housing = self.as_("housing_liaison")
        self.insurance = self.as_("medical_insurance_liaison")
        self.education = self.as_("education_liaison")
        self.civil_affairs = self.as_("civil_affairs_handler")

    def as_(self, login: str) -> Actor:
        """A colleague as she acts."""
        return actor_for(self._staff[login])

    def act(self, act: Callable[..., T], *args: Any, **more: Any) -> T:
        """Do one act; returns when it is on disk."""
        return self.writer.run_sync(lambda tx: act(tx, self.env, *args, **more))

    # --- what is in the database

    def case(self, case_id: str) -> Case:
        return self._one(Case, case_id)

    def transfer(self, transfer_id: str) -> Transfer:
        return self._one(Transfer, transfer_id)

    def _one(self, table: type[T], row_id: str) -> T:
        with self.database.read() as session:
            row = session.get(table, row_id)
            assert row is not None
            return row

    def all(self, table: type[T], *conditions: Any) -> list[T]:
        """Rows of a table in order of their ids."""
        with self.database.read() as session:
            return list(session.exec(select(table).where(*conditions).order_by(table.id)).all())  # type: ignore[attr-defined]

    def heard(self, case_id: str) -> list[tuple[str, dict[str, Param]]]:
        """What the applicant was told, in order."""
        rows = self.all(Outgoing, Outgoing.case_id == case_id, Outgoing.audience == "person")
        return [(row.message, params_of(self.env, row)) for row in rows]

    def told(self, group: str) -> list[str]:
        """Keys of what a staff group was told, in order."""
        return [row.message for row in self.all(Outgoing, Outgoing.group_code == group)]

    def running(self, subject: str) -> set[str]:
        """The clocks that run on a case or a transfer."""
        rows = self.all(Deadline, Deadline.subject == subject, col(Deadline.stopped_at).is_(None))
        return {row.clock for row in rows}

    def deadline(self, subject: str, clock: str) -> Deadline:
        """The latest clock of a kind."""
        return self.all(Deadline, Deadline.subject == subject, Deadline.clock == clock)[-1]

    def journal(self, case_id: str) -> list[str]:
        """The events of a case, in order."""
        rows = self.all(JournalEntry, JournalEntry.chain == case_id)
        return [row.event for row in sorted(rows, key=lambda row: row.seq)]

    # --- a household that needs help

    def submitted(self, **more: Any) -> Case:
        """王奶奶 of 石桥村 has handed in: bills of the hospital, a roof that leaks."""
        return self.act(file_case, self.clerk.id, **more)

    def accepted(self, **more: Any) -> Case:
        from backend.cases.acts import accept

        case = self.submitted(**more)
        return self.act(accept, self.clerk, case.id, items=("medical_aid", "rural_house_repair"))

    def sent(self, *plan: tuple[str, str], **more: Any) -> tuple[Case, list[Transfer]]:
        """Accepted and sent to the departments named; to housing and medical insurance when none are."""
        from backend.transfers.dispatching import send

        case = self.accepted(**more)
        wanted = plan or (("rural_house_repair", "housing"), ("medical_aid", "medical_insurance"))
        return case, self.act(send, self.clerk, case.id, wanted)

    def received(self, *plan: tuple[str, str], **more: Any) -> tuple[Case, list[Transfer]]:
        """The same, and every department has it in hand for three weeks from now."""
        from backend.transfers.handling import receive

        case, transfers = self.sent(*plan, **more)
        for transfer in transfers:
            self.act(receive, self.of(transfer), transfer.id, **self.promise())
        return case, transfers

    def of(self, transfer: Transfer) -> Actor:
        """The liaison of the department that has it."""
        return self.as_(f"{transfer.dept}_liaison")

    def promise(self, days: int = 8) -> dict[str, Any]:
        day = self.env.calendar.add_working_days(self.env.today, days).day
        return {"handler_name": "孙立军", "handler_phone": "0900-0000205", "promised": day}


REFUSAL: dict[str, str] = {
    "refusal_code": "below_threshold",
    "reason": "报销后自己花的钱还没到今年的起付线",
    "policy_basis": "《医疗救助办法》第八条",
    "remedy_type": "reconsideration_county",
    "reapply": "年底有新的结算单可以再报",
}
GRANT: dict[str, Any] = {"effective_date": dt.date(2026, 12, 1), "benefit": "修房补助", "amount": "12000元"}


def open_office(writer: Writer, database: Database, env: Env) -> Office:
    """The county's people, loaded."""
    return Office(writer, database, env)


def file_case(
    tx: Tx,
    env: Env,
    owner_id: str,
    *,
    village: str = BRIDGE,
    town: str = TOWN,
    called: str = "王奶奶",
    **more: Any,
) -> Case:
    """A case as submitting leaves it."""
    contact = Contact(
        id=new_id("con"),
        channel="web",
        account="web",
        address_hash=env.sealer.lookup("address", f"somebody-{next(_count)}"),
        created_at=env.now,
    )
    person = Person(id=new_id("per"), created_at=env.now)
    person.put(env.sealer, "name", "王桂兰")
    person.put(env.sealer, "called", called)
    person.put(env.sealer, "age", "83")
    household = Household(id=new_id("hsh"), village=village, size=1, created_at=env.now)
    tx.session.add_all((contact, person, household))
    tx.flush()
    tx.session.add(
        HouseholdMember(id=new_id("hsm"), household_id=household.id, person_id=person.id, position=1, relation="self")
    )
    number = next_register_no(tx, env, town)
    case = Case(
        id=new_id("cas"),
        register_no=number.full,
        short_no=number.short,
        status="draft",
        county=env.county.code,
        town=town,
        village=village,
        household_id=household.id,
        applicant_id=person.id,
        contact_id=contact.id,
        channel_in="bot_direct",
        owner_id=owner_id,
        next_act="confirm",
        query_code_hash="",
        submitted_at=env.now,
        **{"hardships": [{"code": "other", "claim_status": "claimed"}], "needs": ["need_medical_fee"], **more},
    )
    case.put(env.sealer, "difficulty", "住院欠了钱，屋顶漏雨")
    tx.session.add(case)
    tx.flush()
    move(tx, env, applicant(case), case, "submit")
    return case


def applicant(case: Case) -> Actor:
    """The person whose case it is, on the channel she wrote from."""
    assert case.contact_id is not None
    return Actor("person", case.contact_id, ("applicant",))
