"""Somebody may be in danger: the duty chain is rung until a colleague takes it, and asked until help has arrived."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from backend.conversations import emergencies
from backend.conversations.tables import Conversation, Emergency
from backend.db import Database
from backend.deadlines.sweep import SweepReport, sweep
from backend.env import Actor
from backend.errors import NotFound, RefusedAct
from backend.journal.tables import JournalEntry
from backend.outbox.tables import Outgoing
from backend.staff.service import disable
from backend.verify import verify_all
from backend.writer import Tx, Writer
from bot.__main__ import why_refused
from tests.desk.twin import Twin, form_on, text_of
from tests.journeys.people import County, Person

FIRE = "着火了，屋里还有人"
NO_FOOD = "家里两天没吃的了，一粒米都没有"
EVENING = dt.datetime(2026, 11, 4, 13, 0, tzinfo=dt.UTC)  # Wednesday, 21:00 in China: the roster answers
NAMES = {"zhou_wenjing": "窗口", "zhao_zhiyuan": "镇领导", "shen_yan": "县中心"}


@pytest.fixture
def three(county: County) -> list[str]:
    """It is evening, and three of the roster are there: ids in the order they are rung."""
    county.clock.at = EVENING
    for login in ("liu_chunyan", "shi_dehou"):
        county.office.act(disable, Actor("bot", "test", ("sys_admin",)), county.office.as_(login).id)
    return [county.office.as_(login).id for login in NAMES]


def after(county: County, minutes: float) -> SweepReport:
    """So many minutes after the beginning of the evening every clock is asked, twice."""
    county.clock.at = EVENING + dt.timedelta(minutes=minutes)
    report = sweep(county.runtime.writer, county.runtime.env)
    assert sweep(county.runtime.writer, county.runtime.env) == SweepReport()
    return report


def rung(county: County) -> list[str | None]:
    """Who was rung, in order."""
    rows = county.office.all(Outgoing, Outgoing.message == "msg.staff_emergency_ring")
    assert all(row.urgent for row in rows)
    return [row.staff_id for row in sorted(rows, key=lambda row: row.created_at)]


def only(county: County) -> Emergency:
    [found] = county.office.all(Emergency)
    return found


def test_a_silent_chain_of_three_rings_each_in_turn_exactly_once(
    county: County, person: Person, three: list[str]
) -> None:
    person.says(FIRE)
    assert person.hears("119")
    assert rung(county) == three[:1], "the first is rung at once"
    assert any("特殊情况" in words for words in county.group_heard("town:02"))
    for minute in range(1, 15):
        after(county, minute)
        assert rung(county) == three[: 1 + minute // 5], minute
    assert county.group_heard("county") == []
    after(county, 15)
    assert rung(county) == [*three, three[-1]], "nobody has it: it is rung on"
    assert "值班的人都没应" in county.group_heard("county")[-1]
    after(county, 20)
    assert rung(county) == [*three, three[-1], three[-1]]
    assert len(county.group_heard("county")) == 2


def test_a_watcher_that_was_down_catches_up_and_floods_nobody(county: County, person: Person, three: list[str]) -> None:
    person.says(FIRE)
    after(county, 12)
    assert rung(county) == three, "both whose turn has come meanwhile"
    after(county, 3 * 24 * 60)
    assert rung(county) == [*three, three[-1]], "three days are one ring, not eight hundred"
    assert len(county.group_heard("county")) == 1


def test_what_can_wait_half_an_hour_rings_every_half_hour(county: County, person: Person, three: list[str]) -> None:
    person.says(NO_FOOD)
    assert only(county).level == "e2"
    assert "30分钟" in county.group_heard("town:02")[-1]
    after(county, 29)
    assert rung(county) == three[:1]
    after(county, 30)
    assert rung(county) == three[:2]
    person.says(FIRE)  # it has become worse
    assert only(county).level == "e1"
    after(county, 36)
    assert rung(county) == three
    assert only(county).rings == 3


def test_in_office_hours_the_window_is_first_and_the_village_s_two_are_rung_together(
    county: County, person: Person
) -> None:
    person.says(FIRE)
    ids = [county.office.as_(login).id for login in ("zhou_wenjing", "liu_chunyan", "shi_dehou", "shen_yan")]
    chain = only(county).chain
    assert chain[0] == ids[:1]
    assert chain[1] == ids[1:3]
    assert chain[-1] == ids[3:]
    assert len(chain) == 4


def test_a_dry_run_rings_nobody(county: County, person: Person, three: list[str]) -> None:
    person.says(FIRE)
    report = sweep(county.runtime.writer, county.runtime.env, EVENING + dt.timedelta(minutes=6), dry_run=True)
    assert (report.looked, report.posted) == (1, 1)
    assert rung(county) == three[:1]


def test_who_takes_it_stops_the_ringing_and_the_one_in_need_hears_who_comes(
    county: County, person: Person, three: list[str]
) -> None:
    person.says(FIRE)
    clerk = county.office.clerk
    county.office.act(emergencies.take, clerk, only(county).id)
    county.office.act(emergencies.take, clerk, only(county).id)  # pressed twice
    after(county, 60)
    assert rung(county) == three[:1]
    assert person.hears(clerk.name or "?", "马上跟您联系")
    assert "急" not in person.looks()[-1] and "火" not in person.looks()[-1], (
        "who looks over her shoulder learns nothing"
    )
    assert "接了" in county.group_heard("town:02")[-1]
    assert not county.office.all(Conversation)[0].wants_human
    taken = county.office.all(JournalEntry, JournalEntry.event == "emergency_taken")
    assert [(row.actor_id, row.subject) for row in taken] == [(clerk.id, only(county).id)]


def test_two_take_it_at_once_and_one_has_it(
    county: County, person: Person, three: list[str], database: Database
) -> None:
    person.says(FIRE)
    found, env = only(county), county.runtime.env
    both = [county.office.clerk, county.office.as_("zhao_zhiyuan")]
    ready = Barrier(2)

    def try_it(actor: Actor) -> RefusedAct | None:
        other = Database(database.url.render_as_string(hide_password=False))
        try:
            with Writer(other) as writer:
                ready.wait()
                writer.run_sync(lambda tx: emergencies.take(tx, env, actor, found.id))
        except RefusedAct as refused:
            return refused
        finally:
            other.close()
        return None

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(try_it, both))
    [refused] = [one for one in answers if one is not None]
    winner = both[answers.index(None)]
    assert only(county).taken_by == winner.id
    told = why_refused(refused)
    assert told.startswith(f"{winner.name}已经接了这件急事，正在办。您可以跟{winner.name}联系，一起帮忙。")
    assert len(county.office.all(JournalEntry, JournalEntry.event == "emergency_taken")) == 1
    assert len(county.office.all(Outgoing, Outgoing.message == "msg.emergency_taken")) == 1


def test_help_that_does_not_arrive_within_a_day_is_asked_after_until_it_is_written_down(
    county: County, person: Person, three: list[str]
) -> None:
    person.says(FIRE)
    clerk = county.office.clerk
    with pytest.raises(RefusedAct):
        county.office.act(emergencies.close, clerk, only(county).id, "送了被子和米面")  # nobody has taken it
    county.office.act(emergencies.take, clerk, only(county).id)
    assert only(county).relief_due_at == EVENING + dt.timedelta(hours=24)
    day = 24 * 60
    assert after(county, day - 1).posted == 0
    assert after(county, day).posted == 2
    assert "先行救助" in county.group_heard("county")[-1]
    assert after(county, 2 * day).posted == 2
    with pytest.raises(RefusedAct):
        county.office.act(emergencies.close, clerk, only(county).id, "好")  # what was done must be told
    county.office.act(emergencies.close, clerk, only(county).id, "一家人接到镇敬老院住下了")
    assert after(county, 3 * day).looked == 0
    assert only(county).get(county.runtime.env.sealer, "outcome") == "一家人接到镇敬老院住下了"
    [closed] = county.office.all(JournalEntry, JournalEntry.event == "relief_delivered")
    assert closed.data == {"code": "em_fire", "late": True}
    county.clock.at = EVENING + dt.timedelta(days=5)
    person.says(FIRE)
    assert len(county.office.all(Emergency)) == 2, "a danger after that is another one"
    assert rung(county)[-1] == three[0]


def test_told_again_it_reaches_who_has_taken_it_and_rings_nobody_else(
    county: County, person: Person, three: list[str]
) -> None:
    person.says(FIRE)
    county.office.act(emergencies.take, county.office.as_("zhao_zhiyuan"), only(county).id)
    person.says("火又着起来了，快来人")
    [again] = county.office.all(Outgoing, Outgoing.message == "msg.staff_emergency_again")
    assert again.staff_id == county.office.as_("zhao_zhiyuan").id
    assert rung(county) == three[:1]
    assert only(county).taken_by == again.staff_id


def test_it_is_none_of_a_department_s_business(county: County, person: Person, three: list[str]) -> None:
    person.says(FIRE)
    for act in (
        lambda tx: emergencies.take(tx, county.runtime.env, county.office.housing, only(county).id),
        lambda tx: emergencies.close(tx, county.runtime.env, county.office.housing, only(county).id, "已经处理好了"),
    ):
        with pytest.raises(NotFound):
            county.runtime.writer.run_sync(act)

    def listed(tx: Tx, actor: Actor) -> int:
        return len(emergencies.open_ones(tx, actor))

    run = county.runtime.writer.run_sync
    assert run(lambda tx: listed(tx, county.office.housing)) == 0
    assert run(lambda tx: listed(tx, county.office.clerk)) == 1


@pytest.mark.parametrize("where", ["alert", "talk"])
def test_it_is_taken_on_the_desk_and_the_second_hears_kindly_who_has_it(
    county: County, person: Person, three: list[str], where: str
) -> None:
    person.says(FIRE)
    desk = Twin(county.runtime)
    clerk, lead = desk.as_("zhou_wenjing"), desk.as_("shen_yan")
    talk = f"/desk/talks/{only(county).conversation_id}"
    [alert] = county.office.all(Outgoing, Outgoing.message == "msg.alert_emergency")
    page, action = ("/desk/alerts", f"/desk/alerts/{alert.id}/take") if where == "alert" else (talk, f"{talk}/take")
    held = form_on(lead.get(page).text, action)  # both have the page open
    assert clerk.press(page, action).status_code == 200
    assert only(county).taken_by == county.office.clerk.id
    answer = lead.post(action, held)
    assert answer.status_code == 409
    assert f"{county.office.clerk.name}已经接了这件急事" in text_of(answer.text)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("next_ring_at = NULL", "nobody will be rung for it"),
        ("taken_at = raised_at", "taken by nobody"),
    ],
)
def test_verify_names_an_emergency_that_was_left_alone(
    county: County, person: Person, three: list[str], change: str, named: str
) -> None:
    person.says(FIRE)

    def tamper(tx: Tx, setting: str) -> None:
        tx.connection.exec_driver_sql(f"UPDATE emergency SET {setting}")

    county.runtime.writer.run_sync(lambda tx: tamper(tx, change))
    [broken] = verify_all(county.runtime.database, county.runtime.env)
    assert broken.row == only(county).id
    assert named in broken.what
    county.runtime.writer.run_sync(lambda tx: tamper(tx, "taken_at = NULL, next_ring_at = raised_at"))
