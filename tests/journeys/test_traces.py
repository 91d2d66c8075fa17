"""What somebody has looked at is known: her notice, what she added, and who writes from an account."""

from __future__ import annotations

import asyncio
import re

import httpx
from sqlmodel import select

from backend.cases.additions import unseen
from backend.cases.tables import Addition, NoticeIssued
from backend.inbox.tables import Contact
from backend.privacy.seal import Sealer
from backend.writer import Tx
from bot.app import App
from tests.desk.twin import Twin
from tests.journeys.people import County, Person
from tests.journeys.test_whole_road import HER_WORDS


def test_she_opens_her_notice_and_the_window_sees_when(county: County) -> None:
    session = Sealer.token()
    person = county.somebody(session)
    person.says(*HER_WORDS)
    person.presses("都对，交上去")
    case = person.case()
    path = re.search(r"/n/[\w-]+", "\n".join(person.looks()))
    assert path is not None
    assert [row.acknowledged_at for row in county.office.all(NoticeIssued)] == [None]

    async def open_it() -> int:
        transport = httpx.ASGITransport(App(county.runtime, "web"))
        async with httpx.AsyncClient(transport=transport, base_url="http://test", cookies={"chat": session}) as phone:
            return (await phone.get(path[0])).status_code

    first = county.clock.now()
    assert asyncio.run(open_it()) == 200
    county.clock.at = first.replace(hour=first.hour + 1)
    assert asyncio.run(open_it()) == 200
    assert [row.acknowledged_at for row in county.office.all(NoticeIssued)] == [first], "the first time counts"
    clerk = Twin(county.runtime).as_("zhou_wenjing")
    assert "看过" in clerk.get(f"/desk/cases/{case.id}").text


def test_what_she_added_is_seen_when_the_window_opens_the_case_and_not_before(county: County, person: Person) -> None:
    person.says(*HER_WORDS)
    person.presses("都对，交上去")
    case = person.case()
    person.says("我还要补充，老屋上月塌了一角")

    def is_new() -> bool:
        with county.runtime.database.reading.connect() as connection:
            return bool(unseen(Tx(connection, set()), (case.id,)))

    assert is_new()
    desk = Twin(county.runtime)
    desk.as_("housing_liaison").get(f"/desk/cases/{case.id}")
    assert is_new(), "a department has nothing to do with it"
    desk.as_("zhou_wenjing").get(f"/desk/cases/{case.id}")
    assert not is_new()
    assert [row.seen_at for row in county.office.all(Addition)] == [county.clock.now()]


def test_who_files_for_herself_is_the_person_behind_the_account(county: County, person: Person) -> None:
    person.says("你好")
    with county.runtime.database.read() as db:
        assert db.exec(select(Contact.person_id)).all() == [None]
    person.says(*HER_WORDS)
    person.presses("都对，交上去")
    with county.runtime.database.read() as db:
        assert db.exec(select(Contact.person_id)).all() == [person.case().applicant_id]
