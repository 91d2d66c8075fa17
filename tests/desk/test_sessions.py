"""A desk nobody sits at signs itself out; a look at somebody's case leaves an entry before anything is shown."""

from __future__ import annotations

import datetime as dt

import pytest

from backend.clock import SetClock
from backend.journal.tables import JournalEntry
from backend.staff.service import disable
from backend.staff.tables import StaffSession
from tests.desk.twin import Twin


def minutes(clock: SetClock, count: float) -> None:
    clock.at += dt.timedelta(minutes=count)


def test_after_half_an_hour_without_a_click_she_is_signed_out(twin: Twin, clock: SetClock) -> None:
    clerk = twin.as_("zhou_wenjing")
    minutes(clock, 29)
    assert clerk.get("/desk").status_code == 200
    minutes(clock, 29)
    assert clerk.get("/desk").status_code == 200, "the click began the half hour anew"
    minutes(clock, 30)
    assert clerk.get("/desk").status_code == 401
    assert clerk.post("/desk/leave", {}).status_code == 401


def test_a_list_that_renews_itself_keeps_nobody_signed_in(twin: Twin, clock: SetClock) -> None:
    clerk = twin.as_("zhou_wenjing")
    for _ in range(5):
        minutes(clock, 5)
        assert clerk.get("/desk/part").status_code == 200
    minutes(clock, 5)
    assert clerk.get("/desk/part").status_code == 401


def test_whoever_works_all_day_signs_in_again_after_twelve_hours(twin: Twin, clock: SetClock) -> None:
    clerk = twin.as_("zhou_wenjing")
    for _ in range(35):
        minutes(clock, 20)
        assert clerk.get("/desk").status_code == 200
    minutes(clock, 20)
    assert clerk.get("/desk").status_code == 401


def test_clicks_within_a_minute_write_nothing(twin: Twin, clock: SetClock) -> None:
    clerk = twin.as_("zhou_wenjing")
    before = twin.runtime.writer.acts
    for _ in range(5):
        clerk.get("/desk")
    assert twin.runtime.writer.acts == before
    minutes(clock, 2)
    clerk.get("/desk")
    assert twin.runtime.writer.acts == before + 1


def test_a_colleague_who_leaves_is_out_on_every_screen_at_once(twin: Twin) -> None:
    screens = [twin.as_("zhou_wenjing") for _ in range(3)]
    other = twin.as_("housing_liaison")
    unused = twin.sign_in_link(twin.office.clerk.id)
    twin.office.act(disable, twin.office.as_("housing_liaison"), twin.office.clerk.id)
    assert {screen.get("/desk").status_code for screen in screens} == {401}
    assert twin.stranger().post(unused, {}).status_code == 404
    assert other.get("/desk").status_code == 200
    ended = [row for row in twin.office.all(StaffSession) if row.ended_at is not None]
    assert {row.staff_id for row in ended} == {twin.office.clerk.id} and len(ended) == 3


def looks(twin: Twin, event: str) -> list[tuple[str, str | None]]:
    return [(row.actor_id, row.subject) for row in twin.office.all(JournalEntry, JournalEntry.event == event)]


def test_opening_a_case_is_in_its_journal_once_a_person_and_day(twin: Twin, clock: SetClock) -> None:
    case = twin.office.submitted()
    clerk = twin.as_("zhou_wenjing")
    for _ in range(3):
        page = clerk.get(f"/desk/cases/{case.id}")
    assert looks(twin, "case_opened") == [(twin.office.clerk.id, case.id)]
    assert "看了这一件" in page.text
    clock.at += dt.timedelta(hours=14)  # the next day in China
    twin.as_("zhou_wenjing").get(f"/desk/cases/{case.id}")
    assert len(looks(twin, "case_opened")) == 2


def test_a_look_that_is_refused_is_no_look(twin: Twin) -> None:
    case = twin.office.submitted()
    assert twin.as_("education_liaison").get(f"/desk/cases/{case.id}").status_code == 404
    assert twin.stranger().get(f"/desk/cases/{case.id}").status_code == 401
    assert looks(twin, "case_opened") == []


def test_a_department_that_looks_is_named_with_an_account_and_behind_a_link(twin: Twin) -> None:
    _, transfers = twin.office.sent()
    twin.as_("housing_liaison").get(f"/desk/transfers/{transfers[0].id}")
    link = twin.link(transfers[0].id)
    for _ in range(2):
        twin.stranger().get(link)
    kinds = [row.actor_kind for row in twin.office.all(JournalEntry, JournalEntry.event == "transfer_opened")]
    assert sorted(kinds) == ["link", "staff"]


def test_what_cannot_be_written_down_is_not_shown(twin: Twin, monkeypatch: pytest.MonkeyPatch) -> None:
    case = twin.office.submitted()
    clerk = twin.as_("zhou_wenjing")

    def no_journal(*_: object, **__: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("backend.web.looks.record", no_journal)
    page = clerk.get(f"/desk/cases/{case.id}")
    assert page.status_code == 500
    assert case.short_no not in page.text


def test_a_look_is_no_conflict_with_what_somebody_else_is_about_to_do(twin: Twin) -> None:
    case = twin.office.submitted()
    clerk, other = twin.as_("zhou_wenjing"), twin.as_("zhou_wenjing")
    clerk.get(f"/desk/cases/{case.id}")
    held = clerk.get(f"/desk/cases/{case.id}").text
    other.get(f"/desk/cases/{case.id}")
    assert "收下" in held
    assert clerk.press(f"/desk/cases/{case.id}", f"/desk/cases/{case.id}/accept").status_code == 200
    assert twin.office.case(case.id).status == "accepted"
