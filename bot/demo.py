"""`yimen demo`: fills a database by driving the real dialogs and the real staff acts over past working days.

So that the desk, the clocks and the group board have something to show. Seeded: the same call fills the same story.
"""

from __future__ import annotations

import datetime as dt
import random
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from rich.progress import track
from sqlmodel import col, select

from backend.cases import acts
from backend.cases.tables import Case
from backend.clock import ZONE, SetClock, SystemClock, local_day
from backend.deadlines.sweep import sweep
from backend.env import Actor, Env
from backend.errors import ConfigurationError, RefusedAct
from backend.ids import new_id
from backend.ports import Arrived
from backend.runtime import Runtime
from backend.settings import Settings
from backend.staff.service import actor_for
from backend.staff.tables import Staff
from backend.transfers import deciding, dispatching, handling, returning
from backend.transfers.deciding import remedy_of
from backend.transfers.handling import latest_promise
from backend.transfers.plan import suggest
from backend.transfers.tables import Transfer
from backend.writer import Tx
from bot.channels.web.hook import said_in_words
from dialogs.understanding.id_number import check_digit

_FILE = tomllib.loads((Path(__file__).parent / "demo_households.toml").read_text(encoding="utf-8"))
HOUSEHOLDS: list[list[str]] = [one["says"] for one in _FILE["household"]]
TEXTS: dict[str, str] = _FILE["texts"]
SEED = 20261121
MOST_PARTS = 3  # sent to departments from one case
#: How departments behave, and how often: most sign, some sleep, one in a while sends back.
HABITS = ("signs", "signs", "signs", "sleeps", "returns")


def fill(settings: Settings, *, cases: int, days: int) -> None:
    """Drive `cases` households over the last `days` working days.

    Raises:
        ConfigurationError: the database holds cases already, or this is no demo profile.
    """
    if settings.profile != "demo":
        raise ConfigurationError(["yimen demo fills databases of the demo profile only"])
    clock = SetClock(SystemClock().now())
    with Runtime(settings, clock) as runtime:
        with runtime.database.read() as db:
            if db.exec(select(Case.id).limit(1)).first() is not None:
                raise ConfigurationError(["this database holds cases already; name an empty one in YIMEN_DATABASE_URL"])
        Town(runtime, clock, random.Random(SEED)).live(cases, days)  # noqa: S311 - a story, not a secret


class Town:
    """The people of the story and what they do day by day."""

    def __init__(self, runtime: Runtime, clock: SetClock, dice: random.Random) -> None:
        self._runtime = runtime
        self._clock = clock
        self._dice = dice
        self._filed = 0
        self._household_of: dict[str, int] = {}  # register number to the number of the household

    def live(self, cases: int, days: int) -> None:
        """Day by day: the morning's sweep, new households, their answers, the window's and the departments' work."""
        for day in track(self._past_days(days), description="days", transient=True):
            self._at(day, 9, 0)
            sweep(self._runtime.writer, self._runtime.env, self._clock.now())
            self._at(day, 9, 30)
            for _ in range(-(-cases // days) if self._filed < cases else 0):
                if self._filed < cases and self._dice.random() < 0.9:
                    self._household()
            self._at(day, 10, 0)
            self._people()
            self._at(day, 10, 30)
            self._window()
            self._at(day, 14, 0)
            self._departments()
        while self._filed < cases:
            self._household()
        self._clock.at = SystemClock().now()
        sweep(self._runtime.writer, self._runtime.env, self._clock.now())

    def _past_days(self, days: int) -> list[dt.date]:
        calendar = self._runtime.env.calendar
        today = local_day(SystemClock().now())
        first = calendar.working_days_before(today, days).day
        span = (today - first).days
        return [day for day in (first + dt.timedelta(n) for n in range(span)) if calendar.is_working_day(day)]

    def _at(self, day: dt.date, hour: int, minute: int) -> None:
        self._clock.at = dt.datetime.combine(day, dt.time(hour, minute), ZONE).astimezone(dt.UTC)

    def _household(self) -> None:
        """One household files by chat, message by message."""
        number = self._filed
        self._filed += 1
        first17 = f"379901{1938 + number * 7 % 60}{1 + number % 12:02d}{1 + number * 3 % 28:02d}{number % 1000:03d}"
        words = {"{id}": first17 + check_digit(first17), "{phone}": f"1300000{number % 10000:04d}"}
        for text in HOUSEHOLDS[number % len(HOUSEHOLDS)]:
            for mark, value in words.items():
                text = text.replace(mark, value)
            case_no = self._says(number, text)
        if case_no is None:
            raise RuntimeError(f"household {number % len(HOUSEHOLDS) + 1} of demo_households.toml ends without a case")
        self._household_of[case_no] = number

    def _says(self, number: int, text: str) -> str | None:
        """A household writes; the number of a case that this opened."""
        self._clock.at += dt.timedelta(seconds=40)
        said = said_in_words(text, self._runtime.listener())
        raw = msgspec.json.encode({"text": text, "choice": None})
        replied = self._runtime.receive_sync(Arrived("web", "web", f"demo-{number}", new_id("inb"), raw, said))
        return replied.case_no

    def _people(self) -> None:
        """What was asked for comes after some days; what is done gets a mark; now and then one wants it no more."""
        for case_id, status, owner, register_no in self._cases(
            ("supplement_required", "feedback_delivered", "dispatched")
        ):
            number = self._household_of[register_no]
            if status == "supplement_required" and self._dice.random() < 0.5:
                self._says(number, TEXTS["supplement"])
                self._try(acts.supply, self._staff(owner), case_id)
            elif status == "feedback_delivered" and self._dice.random() < 0.6:
                self._says(number, str(self._dice.choice((5, 5, 4, 2))))
            elif status == "dispatched" and self._dice.random() < 0.1:
                self._try(acts.withdraw, self._staff(owner), case_id)

    def _window(self) -> None:
        """The window takes in what is new and sends the parts on; one in eight is asked for a paper first."""
        for case_id, status, owner, _ in self._cases(("submitted", "accepted", "decided")):
            clerk = self._staff(owner)
            if status == "submitted" and self._dice.random() < 0.12:
                self._try(acts.request_supplement, clerk, case_id, ["mat_diagnosis"], reason_code="contradiction")
            elif status == "submitted":
                self._try(acts.accept, clerk, case_id)
                self._try(self._send, clerk, case_id)
            elif status == "decided":
                self._try(acts.deliver_feedback, clerk, case_id, "phone")

    def _send(self, tx: Tx, env: Env, clerk: Actor, case_id: str) -> None:
        case = tx.session.get(Case, case_id)
        assert case is not None
        plan = [(one.item, one.dept) for one in suggest(tx, env, case)][:MOST_PARTS]
        dispatching.send(tx, env, clerk, case_id, plan)

    def _departments(self) -> None:
        """Each department does something about some of what it has."""
        with self._runtime.database.read() as db:
            rows = db.exec(
                select(Transfer)
                .where(col(Transfer.status).in_(("sent", "received", "processing")))
                .order_by(Transfer.id)
            ).all()
            handlers = {
                one.dept: actor_for(one)
                for one in db.exec(select(Staff).order_by(Staff.login))
                if {"dept_handler", "township_approver"} & set(one.roles)
            }
        for row in rows:
            handler = handlers.get(row.dept)
            if handler is None:
                continue
            habit = HABITS[sum(row.transfer_no.encode("ascii")) % len(HABITS)]
            if row.status == "sent" and habit != "sleeps":
                self._try(self._first_act, row, handler, habit)
            elif row.status != "sent" and self._dice.random() < 0.3:
                self._try(self._decide, row, handler)

    def _first_act(self, tx: Tx, env: Env, row: Transfer, handler: Actor, habit: str) -> None:
        if habit == "returns" and self._dice.random() < 0.5:
            returning.return_(tx, env, handler, row.id, reason="info_insufficient_to_route")
            return
        promised = min(latest_promise(env, row), env.calendar.add_working_days(env.today, self._dice.randint(2, 8)).day)
        handling.receive(
            tx, env, handler, row.id, handler_name=handler.name or "", handler_phone="0900-0000200", promised=promised
        )

    def _decide(self, tx: Tx, env: Env, row: Transfer, handler: Actor) -> None:
        if self._dice.random() < 0.7:
            deciding.grant(tx, env, handler, row.id, effective_date=env.today, benefit=TEXTS["benefit"])
            return
        item = env.catalogue.items[row.item]
        deciding.refuse(
            tx, env, handler, row.id, refusal_code=item.refusals[0], reason=TEXTS["reason"],
            policy_basis=item.basis[0].text, remedy_type=remedy_of(env, row), reapply=TEXTS["reapply"],
        )  # fmt: skip

    @property
    def _env(self) -> Env:
        return self._runtime.env

    def _cases(self, statuses: tuple[str, ...]) -> list[tuple[str, str, str, str]]:
        with self._runtime.database.read() as db:
            rows = db.exec(select(Case).where(col(Case.status).in_(statuses)).order_by(Case.register_no)).all()
            return [(row.id, row.status, row.owner_id or "", row.register_no) for row in rows]

    def _staff(self, staff_id: str) -> Actor:
        with self._runtime.database.read() as db:
            staff = db.get(Staff, staff_id)
            assert staff is not None
            return actor_for(staff)

    def _try(self, act: Callable[..., Any], *details: Any, **more: Any) -> None:
        """Do it; a refusal is part of life and changes nothing."""
        try:
            self._runtime.writer.run_sync(lambda tx: act(tx, self._env, *details, **more))
        except RefusedAct:
            return
