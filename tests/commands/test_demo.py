"""`yimen demo` fills a database by the real dialogs and the real acts, and leaves nothing broken behind."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from backend.cases.tables import Case
from backend.clock import SystemClock, local_day
from backend.deadlines.tables import Escalation
from backend.errors import ConfigurationError
from backend.inbox.tables import Inbound
from backend.journal.tables import JournalEntry
from backend.outbox.tables import Outgoing
from backend.runtime import Runtime
from backend.settings import Settings
from backend.transfers.tables import Transfer
from backend.verify import verify_all
from bot.demo import HOUSEHOLDS, fill


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Twelve working days of six households."""
    home: Path = tmp_path_factory.mktemp("demo")
    settings = Settings(
        database_url=f"sqlite:///{home}/yimen.db", media_dir=home / "media", data_key_file=None, profile="demo"
    )
    fill(settings, cases=6, days=12)
    return settings


def _rows(settings: Settings, table: type[Any], *conditions: Any) -> list[Any]:
    with Runtime(settings) as runtime, runtime.database.read() as db:
        return list(db.exec(select(table).where(*conditions)).all())


def test_nothing_is_broken_afterwards(filled: Settings) -> None:
    with Runtime(filled) as runtime:
        assert verify_all(runtime.database, runtime.env) == []


def test_every_household_has_its_case_and_something_has_happened_to_it(filled: Settings) -> None:
    cases = _rows(filled, Case)
    assert len(cases) == 6
    assert len({case.contact_id for case in cases}) == 6
    assert len(_rows(filled, Inbound)) >= 6 * 12, "they talked, message by message"
    assert len(_rows(filled, Transfer)) >= 6
    events = Counter(entry.event for entry in _rows(filled, JournalEntry))
    assert {"submit", "accept", "t_send", "t_receive"} <= set(events)
    assert events["t_grant"] + events["t_refuse"] >= 1


def test_it_lies_on_past_working_days(filled: Settings) -> None:
    today = local_day(SystemClock().now())
    with Runtime(filled) as runtime:
        calendar = runtime.env.calendar
    days = {local_day(case.submitted_at) for case in _rows(filled, Case)}
    assert len(days) >= 3
    assert all(day <= today and (calendar.is_working_day(day) or not calendar.known(day.year)) for day in days)


def test_who_slept_was_woken(filled: Settings) -> None:
    assert _rows(filled, Escalation)
    assert _rows(filled, Outgoing, col(Outgoing.message).in_(("msg.reminder_overdue", "msg.reminder_due_today")))


def test_a_filled_database_is_left_as_it_is(filled: Settings) -> None:
    with pytest.raises(ConfigurationError, match="holds cases already; name an empty one"):
        fill(filled, cases=1, days=1)
    assert len(_rows(filled, Case)) == 6


def test_production_is_never_filled(filled: Settings) -> None:
    with pytest.raises(ConfigurationError, match="demo profile"):
        fill(filled.model_copy(update={"profile": "production"}), cases=1, days=1)


def test_the_households_are_many_and_different() -> None:
    assert len(HOUSEHOLDS) >= 12
    assert len({one[0] for one in HOUSEHOLDS}) == len(HOUSEHOLDS)
    assert all(one[-1] == "对" for one in HOUSEHOLDS), "each is handed in by saying yes to the card"
