"""The sweep reminds, chases and apologises once, however often and by however many it is run."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from sqlalchemy import update
from sqlmodel import col

from backend.cases import acts, meetings
from backend.cases.tables import Person
from backend.deadlines.sweep import PUT_OFF, SweepReport, sweep
from backend.deadlines.tables import Deadline, Escalation
from backend.outbox.post import params_of
from backend.outbox.tables import Outgoing
from backend.transfers import deciding, handling
from backend.verify import verify_all
from backend.writer import Tx, Writer
from dialogs.terms import Term
from tests.builders import GRANT, Office, file_case


def at(day: str, time: str = "09:00") -> dt.datetime:
    """A moment in China, "2026-11-05 周四": a weekday that is written is checked."""
    date = dt.date.fromisoformat(day.split()[0])
    if " " in day:
        assert day.split()[1] == "周" + "一二三四五六日"[date.weekday()]
    return dt.datetime.combine(date, dt.time.fromisoformat(time), dt.timezone(dt.timedelta(hours=8)))


def _sweep(office: Office, moment: dt.datetime) -> SweepReport:
    office.env.clock.at = moment  # type: ignore[attr-defined]
    return sweep(office.writer, office.env)


def _levels(office: Office, deadline: Deadline) -> list[str]:
    return [row.level for row in office.all(Escalation, Escalation.deadline_id == deadline.id)]


def _read(office: Office, since: int) -> list[tuple[str, str, str]]:
    """Who was told what since: (audience, login or group, message)."""
    logins = {staff.id: login for login, staff in office._staff.items()}
    rows = office.all(Outgoing)[since:]
    return [(r.audience, logins.get(r.staff_id or "", r.group_code or ""), r.message) for r in rows]


def test_the_ladder_of_a_department_that_does_not_answer(office: Office) -> None:
    _, (house,) = office.sent(("rural_house_repair", "housing"))
    receive = office.deadline(house.id, "clk_dept_receive")
    assert receive.due_day == dt.date(2026, 11, 5)
    steps = [
        (at("2026-11-05 周四"), "r2", {("staff", "housing_liaison"), ("staff", "housing_backup")}),
        (at("2026-11-06 周五"), "o1", {("group", "dept:housing"), ("group", "town:02"), ("staff", "zhou_wenjing")}),
        (at("2026-11-09 周一"), "o2", {("group", "supervision"), ("staff", "zhao_zhiyuan")}),
        (at("2026-11-11 周三"), "o3", {("group", "county"), ("group", "supervision")}),
        (at("2026-11-13 周五"), "o4", {("group", "meeting"), ("group", "town:02")}),
    ]
    for moment, level, expected in steps:
        before = len(office.all(Outgoing))
        _sweep(office, moment)
        told = {(audience, who) for audience, who, _ in _read(office, before)}
        assert _levels(office, receive)[-1] == level
        assert expected <= told, level
    messages = [row.message for row in office.all(Outgoing, Outgoing.transfer_id == house.id)]
    for key in (
        "reminder_due_today",
        "reminder_overdue",
        "escalation_level2",
        "escalation_level3",
        "escalation_meeting",
    ):
        assert f"msg.{key}" in messages
    orders = [row.order_no for row in office.all(Escalation, Escalation.deadline_id == receive.id) if row.order_no]
    assert len(orders) == len(set(orders)) == 2
    assert office.deadline(house.id, "clk_dept_receive").next_rung_at is None
    assert verify_all(office.database, office.env) == []


def test_swept_twice_changes_nothing(office: Office) -> None:
    office.sent()
    first = _sweep(office, at("2026-11-06 周五"))
    assert first.posted > 0
    before = office.all(Outgoing), office.all(Escalation), office.all(Deadline)
    assert _sweep(office, at("2026-11-06 周五")) == SweepReport()
    after = office.all(Outgoing), office.all(Escalation), office.all(Deadline)
    assert [[row.model_dump() for row in rows] for rows in before] == [
        [row.model_dump() for row in rows] for rows in after
    ]


def test_only_what_is_due_is_read(office: Office) -> None:
    """The sweep's cost is what is due, not what is open: it goes through the partial index."""
    office.sent()
    with office.database.reading.connect() as connection:
        ask = "EXPLAIN "
        if office.database.is_sqlite:
            ask = "EXPLAIN QUERY PLAN "
        else:
            for way in ("seqscan", "bitmapscan", "sort"):  # the table is too small for its index otherwise
                connection.exec_driver_sql(f"SET enable_{way} = off")
        plan = connection.exec_driver_sql(
            ask + "SELECT id FROM deadline WHERE stopped_at IS NULL AND next_rung_at <= '2026-11-06 01:00:00'"
            " ORDER BY next_rung_at, id LIMIT 500"
        )
        assert "ix_deadline_next_rung" in str(plan.all())


def test_after_a_standstill_only_the_highest_rung_is_said(office: Office) -> None:
    _, (house,) = office.sent(("rural_house_repair", "housing"))
    receive = office.deadline(house.id, "clk_dept_receive")
    _sweep(office, at("2026-11-11 周三", "12:00"))
    assert _levels(office, receive) == ["r2", "o1", "o2", "o3"]
    said = [row.message for row in office.all(Outgoing, Outgoing.staff_id == office.housing.id)]
    assert said.count("msg.escalation_level3") == 1
    assert "msg.reminder_overdue" not in said


def test_she_hears_an_apology_the_morning_after_her_day_was_missed(office: Office) -> None:
    case, _ = office.received(("rural_house_repair", "housing"))
    _sweep(office, at("2026-11-16 周一", "23:00"))
    assert "msg.delay_apology" not in [key for key, _ in office.heard(case.id)]
    _sweep(office, at("2026-11-17 周二"))
    key, params = office.heard(case.id)[-1]
    assert key == "msg.delay_apology"
    assert params["old_date"] == Term("day", "2026-11-16")
    assert params["date"] == Term("day", "2026-12-16")  # the law's own day is still ahead
    _sweep(office, at("2026-11-18 周三"))
    assert [key for key, _ in office.heard(case.id)].count("msg.delay_apology") == 1


def test_what_was_answered_in_time_is_not_chased(office: Office) -> None:
    _, (house, _) = office.received()
    report = _sweep(office, at("2026-11-06 周五"))
    assert report.posted == 0
    assert office.running(house.id) == {"clk_promised", "clk_legal"}


def test_a_paused_promise_is_not_chased(office: Office) -> None:
    _, (_, bills) = office.received()
    office.act(handling.request_materials, office.insurance, bills.id, ["mat_medical_bill"])
    _sweep(office, at("2026-11-18 周三"))
    assert not office.all(Escalation, Escalation.deadline_id == office.deadline(bills.id, "clk_promised").id)


def test_a_missing_supplement_is_remembered_twice_and_then_somebody_goes_there(office: Office) -> None:
    case = office.submitted()
    office.act(acts.request_supplement, office.clerk, case.id, ["mat_medical_bill"])
    for day in ("2026-11-11 周三", "2026-11-16 周一"):
        _sweep(office, at(day, "18:00"))
    assert [key for key, _ in office.heard(case.id)].count("msg.supplement_reminder") == 2
    before = len(office.all(Outgoing))
    _sweep(office, at("2026-11-18 周三", "18:00"))
    assert {who for _, who, _ in _read(office, before)} == {"liu_chunyan", "zhou_wenjing"}
    assert office.case(case.id).status == "supplement_required"  # it never lapses by itself


def test_nobody_is_bothered_for_a_rating_for_ever(office: Office) -> None:
    case, (house,) = office.received(("rural_house_repair", "housing"))
    office.act(deciding.grant, office.housing, house.id, **GRANT)
    office.act(acts.deliver_feedback, office.clerk, case.id, "said")
    _sweep(office, at("2026-11-09 周一", "18:00"))
    assert office.heard(case.id)[-1][0] == "msg.rating_reminder"
    _sweep(office, at("2026-11-12 周四", "18:00"))
    assert office.case(case.id).status == "rated"
    assert verify_all(office.database, office.env) == []


def test_a_dry_run_says_the_same_and_does_nothing(office: Office) -> None:
    office.sent()
    office.env.clock.at = at("2026-11-06 周五")  # type: ignore[attr-defined]
    said = sweep(office.writer, office.env, dry_run=True)
    assert said.posted > 0
    assert office.all(Escalation) == []
    assert sweep(office.writer, office.env) == said


def test_a_group_reads_only_what_it_may(office: Office) -> None:
    office.sent(called="王奶奶")
    _sweep(office, at("2026-11-09 周一"))
    allowed = {"short", "place", "item", "due", "days", "path", "clock", "order", "legal_due", "receipt_due"}
    rows = office.all(Outgoing, Outgoing.audience == "group")
    assert rows
    for row in rows:
        params = params_of(office.env, row)
        assert set(params) <= allowed
        assert "王" not in str(params)


def _many(tx: Tx, env: object, office: Office, count: int) -> None:
    for _ in range(count):
        file_case(tx, office.env, office.clerk.id)


def test_three_sweeps_at_once_do_what_one_would(office: Office) -> None:
    office.act(_many, office, 150)
    office.env.clock.at = at("2026-11-06 周五")  # type: ignore[attr-defined]
    reports: list[SweepReport] = []
    writers = [Writer(office.database).start() for _ in range(3)]
    try:
        threads = [
            threading.Thread(target=lambda w=writer: reports.append(sweep(w, office.env, page=20)))  # type: ignore[misc]
            for writer in writers
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        for writer in writers:
            writer.stop()
    reports.append(sweep(office.writer, office.env))  # what somebody had in hand just then
    total = sum(reports, SweepReport())
    deadlines = office.all(Deadline, Deadline.clock == "clk_acceptance_review")
    assert len(deadlines) == 150
    assert total.reached == len(office.all(Escalation)) == 2 * len(deadlines)  # r2 and o1
    assert total.posted == len(office.all(Outgoing)) == 2 * len(deadlines)  # the clerk and her group, each once


@pytest.mark.parametrize("level", ["e1"])
def test_an_urgent_meeting_has_a_day_and_not_a_week(office: Office, level: str) -> None:
    case = office.accepted(emergency_level=level, green_channel=True)
    office.act(
        meetings.raise_meeting, office.clerk, case.id, reason="unclear_implementer", proposal="请民政局先给临时救助"
    )
    hold = office.deadline(case.id, "clk_meeting_hold")
    assert hold.due_at - hold.started_at == dt.timedelta(hours=24)
    assert office.case(case.id).status == "joint_meeting"


def test_one_case_that_cannot_be_opened_holds_up_no_other(office: Office) -> None:
    """Fifty are owed an apology; what one of them is called does not open any more."""
    cases = [office.accepted() for _ in range(50)]
    broken = cases[17]
    office.writer.run_sync(
        lambda tx: tx.connection.execute(
            update(Person).where(col(Person.id) == broken.applicant_id).values(called_sealed=b"not what was written")
        )
    )
    due = office.deadline(broken.id, "clk_case_reply").due_day
    morning = at((due + dt.timedelta(days=1)).isoformat(), "12:00")
    assert _sweep(office, morning).put_off == 1
    healthy = {case.id for case in cases} - {broken.id}
    assert _apologised(office) == sorted(healthy), "each of the others once"
    assert office.told("county").count("msg.staff_unreadable") == 1

    before = len(office.all(Outgoing))
    report = _sweep(office, morning)
    assert report == SweepReport(), "it waits a little before it is tried again"
    again = _sweep(office, morning + PUT_OFF)
    assert again.put_off == 1
    assert _apologised(office) == sorted(healthy)
    assert office.told("county").count("msg.staff_unreadable") == 1
    assert len(office.all(Outgoing)) == before + again.posted

    def mend(tx: Tx) -> None:
        person = tx.session.get(Person, broken.applicant_id)
        assert person is not None
        person.put(office.env.sealer, "called", "王奶奶")
        tx.session.add(person)

    office.writer.run_sync(mend)
    _sweep(office, morning + dt.timedelta(hours=2))
    assert _apologised(office) == sorted(case.id for case in cases), "nothing was lost by waiting"


def _apologised(office: Office) -> list[str]:
    rows = office.all(Outgoing, Outgoing.message == "msg.delay_apology_case")
    return sorted(str(row.case_id) for row in rows)
