"""What was written while a clock ran ahead is taken up again, and what is gone from the county file is let go."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import replace
from types import SimpleNamespace

import pytest
from sqlalchemy import update
from sqlmodel import col

from backend.conversations.seen import seen
from backend.journal.tables import JournalEntry
from backend.outbox.deliver import CONTACTS, Outbox
from backend.outbox.post import to_group
from backend.outbox.tables import Outgoing
from backend.ports import Delivery
from backend.staff.load import load_people
from backend.staff.tables import Staff
from backend.transfers.deciding import grant
from tests.builders import GRANT, Office


class _Channel:
    def __init__(self, name: str, contacts: list[str] | None = None) -> None:
        self.name, self.contacts, self.taken = name, contacts, list[str]()

    def reachable(self) -> list[str] | None:
        return self.contacts

    async def send(self, delivery: Delivery) -> None:
        self.taken.append(delivery.id)


def _drained(office: Office, channel: _Channel) -> list[str]:
    async def go() -> None:
        await Outbox(office.writer, office.env, {channel.name: channel}).drain()

    asyncio.run(go())
    return channel.taken


@pytest.mark.parametrize(
    "columns",
    [
        {"status": "leased", "leased_until": dt.timedelta(days=365), "attempts": 1},
        {"status": "waiting", "due_at": dt.timedelta(days=365), "attempts": 3},
        {"status": "waiting", "due_at": dt.timedelta(days=365), "created_at": dt.timedelta(days=365)},
    ],
)
def test_a_message_written_a_year_ahead_goes_out_today(office: Office, columns: dict[str, object]) -> None:
    office.act(to_group, "town:02", "msg.staff_handover", {}, key="k")
    now = office.env.now
    values = {name: now + value if isinstance(value, dt.timedelta) else value for name, value in columns.items()}
    office.writer.run_sync(lambda tx: tx.connection.execute(update(Outgoing).values(**values)))
    assert len(_drained(office, _Channel("board"))) == 1


def test_a_lease_that_runs_is_left_alone(office: Office) -> None:
    office.act(to_group, "town:02", "msg.staff_handover", {}, key="k")
    until = office.env.now + dt.timedelta(seconds=20)
    office.writer.run_sync(
        lambda tx: tx.connection.execute(update(Outgoing).values(status="leased", leased_until=until))
    )
    assert _drained(office, _Channel("board")) == []


def test_however_many_are_reachable_hers_is_found(office: Office) -> None:
    case, _ = office.received()
    others = [f"con_{number:036d}" for number in range(2 * CONTACTS)]
    channel = _Channel("web", [*others, str(case.contact_id)])
    assert len(_drained(office, channel)) == len(office.heard(case.id))


def test_a_result_she_sees_again_and_again_is_reported_once(office: Office) -> None:
    case, (house,) = office.received(("rural_house_repair", "housing"))
    office.act(grant, office.housing, house.id, **GRANT)
    ids = [row.id for row in office.all(Outgoing, col(Outgoing.contact_id) == case.contact_id)]
    for _ in range(3):
        office.act(seen, case.contact_id, ids)
    assert office.journal(case.id).count("result_reported") == 1


def test_who_is_gone_from_the_county_file_can_sign_in_no_more(office: Office) -> None:
    county = office.env.county
    gone = next(person for person in county.people if person.code == "housing_liaison")
    fewer = SimpleNamespace(
        people=tuple(person for person in county.people if person is not gone),
        code=county.code, town=county.town, contact=county.contact, center_phone=county.center_phone,
    )  # fmt: skip
    smaller = replace(office.env, county=fewer)  # type: ignore[arg-type]
    for _ in range(2):
        office.writer.run_sync(lambda tx: load_people(tx, smaller))
    assert [one.login for one in office.all(Staff, col(Staff.active).is_(False))] == ["housing_liaison"]
    (entry,) = office.all(JournalEntry, JournalEntry.event == "staff_disabled")
    assert entry.subject == office.housing.id
