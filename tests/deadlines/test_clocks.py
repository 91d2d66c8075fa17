"""The clock table says what domain 4.2 says."""

from pathlib import Path

import pytest

from backend.deadlines.calendar import WorkingCalendar
from backend.deadlines.clocks import (
    TABLE,
    ClockError,
    case_reply,
    clock,
    clocks,
    config_defaults,
    due,
    override_problems,
    read_clocks,
    reminders,
    started_by,
    stopped_by,
)
from backend.deadlines.counting import due_at
from tests.deadlines.days import at, day, shanghai

# clock, variant, length, confidence: domain 4.2 and 12.6 (terms of keeping) read off by hand
LENGTHS = """
clk_first_reply        -      30 min  default
clk_first_reply        auto   10 s    default
clk_emergency_ack      e1     5 min   default
clk_emergency_ack      e2     30 min  default
clk_emergency_ack      e3     4 h     default
clk_voice_heard        -      30 min  default
clk_voice_heard        e3     4 h     default
clk_emergency_relief   -      24 h    verified_local
clk_fast_small_relief  -      3 nd    verified
clk_relief_paperwork   -      5 nd    verified_local
clk_draft_reminder     -      30 nd   default
clk_draft_deletion     -      90 nd   default
clk_voice_original     -      180 nd  default
clk_child_pictures     -      60 mo   default
clk_shorter_files      -      12 mo   default
clk_shorter_files      em_domestic_violence 60 mo default
clk_erasure            -      30 nd   default
clk_acceptance_review  -      1 wd    default
clk_supplement         -      10 wd   default
clk_dispatch           -      2 wd    seed
clk_dept_receive       -      1 wd    default
clk_return_receipt     -      5 wd    default
clk_redispatch         -      1 wd    default
clk_meeting_submit     -      2 wd    default
clk_meeting_hold       -      5 wd    default
clk_meeting_hold       e1     24 h    default
clk_meeting_hold       e2     24 h    default
clk_dept_feedback      -      2 nd    seed
clk_window_feedback    -      2 wd    default
clk_refusal_notice     -      2 nd    seed
clk_refusal_notice     dibao  3 wd    verified
clk_refusal_notice     tekun  3 wd    verified
clk_charity_reply      -      10 wd   default
clk_satisfaction       -      7 nd    default
clk_archive            -      10 wd   default
clk_objection          -      10 wd   default
clk_service_complaint  -      15 nd   verified_local
clk_low_rating         -      5 wd    default
clk_lead_visit         -      2 wd    default
clk_lead_visit         e2     0 nd    default
clk_death_report       -      24 h    default
clk_death_review       -      3 mo    verified
clk_bulletin           -      5 wd    default
clk_reconsideration    -      60 nd   verified
clk_litigation         -      6 mo    verified
"""


@pytest.mark.parametrize("row", LENGTHS.strip().splitlines())
def test_a_clock_runs_as_long_as_the_domain_says(row: str) -> None:
    clock_id, variant, amount, unit, confidence = row.split()
    length = clock(clock_id).length("" if variant == "-" else variant)
    assert (length.amount, length.unit, length.confidence) == (int(amount), unit, confidence)


def test_no_clock_is_missing_from_the_hand_written_list() -> None:
    fixed = {row.split()[0] for row in LENGTHS.strip().splitlines()}
    computed = {row.id for row in clocks().values() if row.computed}
    assert computed == {"clk_promised", "clk_legal", "clk_case_reply"}
    assert fixed | computed == set(clocks())
    assert len(clocks()) == 38


def test_only_a_promise_can_be_paused() -> None:
    assert [row.id for row in clocks().values() if row.pausable] == ["clk_promised"]


def test_nobody_is_chased_for_what_the_applicant_may_leave_undone() -> None:
    left_undone = {row.id for row in clocks().values() if row.reminds == "applicant"}
    chased_by_nobody = {row.id for row in clocks().values() if row.ladder == "none"}
    assert chased_by_nobody == left_undone | {"clk_archive"}  # which is done by itself when its time has come
    assert clock("clk_emergency_ack").ladder == "duty_chain"


def test_a_clause_fits_its_column() -> None:
    assert all(len(one.source_clause) <= 200 for row in clocks().values() for one in row.lengths)


def test_events_start_and_stop_clocks() -> None:
    assert {row.id for row in stopped_by("send_transfers")} == {"clk_dispatch"}
    assert {"clk_dept_receive", "clk_return_receipt", "clk_legal"} <= {row.id for row in started_by("t_send")}
    assert {row.id for row in started_by("submit")} == {"clk_acceptance_review"}
    assert {row.id for row in stopped_by("t_refuse")} == {"clk_promised", "clk_legal"}
    assert {"clk_dept_feedback", "clk_refusal_notice"} <= {row.id for row in started_by("t_refuse")}


@pytest.mark.parametrize(
    ("clock_id", "variant", "start", "end"),
    [
        ("clk_dispatch", "", "2026-09-29 10:00", "2026-10-08 17:30"),
        ("clk_dispatch", "", "2026-02-13 10:00", "2026-02-24 17:30"),
        ("clk_dept_feedback", "", "2026-09-30 10:00", "2026-10-08 17:30"),
        ("clk_fast_small_relief", "", "2026-11-06 10:00", "2026-11-09 17:30"),
        ("clk_emergency_relief", "", "2026-09-30 22:00", "2026-10-01 22:00"),
        ("clk_emergency_ack", "e1", "2026-11-04 03:00", "2026-11-04 03:05"),
        ("clk_emergency_ack", "e3", "2026-11-04 22:00", "2026-11-05 02:00"),
        ("clk_emergency_ack", "", "2026-11-04 03:00", "2026-11-04 03:05"),
        ("clk_first_reply", "", "2026-11-04 22:00", "2026-11-05 09:00"),
        ("clk_refusal_notice", "dibao", "2026-11-04 10:00", "2026-11-09 17:30"),
        ("clk_refusal_notice", "medical_aid", "2026-11-04 10:00", "2026-11-06 17:30"),
        ("clk_lead_visit", "e2", "2026-11-07 10:00", "2026-11-07 17:30"),
        ("clk_lead_visit", "", "2026-11-07 10:00", "2026-11-10 17:30"),
        ("clk_bulletin", "", "2026-09-30 00:00", "2026-10-13 17:30"),  # 8, 9, 10 (Saturday, worked), 12, 13
        ("clk_death_review", "", "2026-07-01 10:00", "2026-10-08 17:30"),
    ],
)
def test_a_clock_is_due(calendar: WorkingCalendar, clock_id: str, variant: str, start: str, end: str) -> None:
    assert shanghai(due(clock_id, at(start), calendar, variant=variant).at) == end


def test_a_county_has_its_own_amounts(calendar: WorkingCalendar) -> None:
    start = at("2026-11-04 10:00")
    assert due("clk_dispatch", start, calendar, {"cfg.dispatch_days": 3}).day == day("2026-11-09 周一")
    assert due("clk_dispatch", start, calendar, {"cfg.feedback_days": 9}).day == day("2026-11-06 周五")
    assert due("clk_death_review", start, calendar, {"": 1}).provisional  # no key, no change: into 2027


def test_the_configured_amounts_are_those_of_15_1() -> None:
    defaults = config_defaults()
    assert {key: defaults[f"cfg.{key}"] for key in ("dispatch_days", "feedback_days", "receipt_days")} == {
        "dispatch_days": 2,
        "feedback_days": 2,
        "receipt_days": 5,
    }
    assert (defaults["cfg.dept_feedback_days"], defaults["cfg.supplement_days"]) == (2, 10)
    assert (defaults["cfg.acceptance_days"], defaults["cfg.dept_receive_days"]) == (1, 1)
    assert (defaults["cfg.relief_first_hours"], defaults["cfg.fast_small_days"]) == (24, 3)


def test_a_wrong_amount_is_told_with_its_key(calendar: WorkingCalendar) -> None:
    assert override_problems({"cfg.dispatch_days": 3}) == ()
    problems = override_problems({"cfg.dispatch_days": -1, "cfg.dispach_days": 2, "cfg.feedback_days": True})
    assert [problem.split(" ")[0] for problem in problems] == [
        "cfg.dispatch_days",
        "cfg.dispach_days",
        "cfg.feedback_days",
    ]
    with pytest.raises(ClockError, match=r"cfg\.dispatch_days = -1 is no whole number"):
        due("clk_dispatch", at("2026-11-04 10:00"), calendar, {"cfg.dispatch_days": -1})


def test_a_draft_a_supplement_and_a_rating_are_remembered_on_the_way(calendar: WorkingCalendar) -> None:
    start = at("2026-11-04 10:00")
    assert [one.day.isoformat() for one in reminders("clk_draft_reminder", start, calendar)] == [
        "2026-11-09",  # the 7th is a Saturday
        "2026-11-11",
    ]
    assert [one.day.isoformat() for one in reminders("clk_supplement", start, calendar)] == [
        "2026-11-11",
        "2026-11-16",
    ]
    assert [one.day.isoformat() for one in reminders("clk_satisfaction", start, calendar)] == ["2026-11-09"]
    assert len(reminders("clk_supplement", start, calendar, {"cfg.supplement_days": 6})) == 1
    assert reminders("clk_dispatch", start, calendar) == ()


def test_a_case_is_answered_after_its_slowest_item(calendar: WorkingCalendar) -> None:
    accepted = at("2026-11-04 10:00")
    dibao = due_at(accepted, 30, "wd", calendar)
    legal_aid = due_at(accepted, 7, "nd", calendar)
    reply = case_reply([legal_aid, dibao], accepted, calendar)
    assert (reply.day, reply.start) == (day("2026-12-18 周五"), accepted)
    assert calendar.working_days_between(day("2026-11-04 周三"), reply.day) == 32  # what the receipt prints
    assert case_reply([dibao], accepted, calendar, {"cfg.feedback_days": 1}).day == day("2026-12-17 周四")
    assert case_reply([], accepted, calendar).day == day("2026-11-06 周五")
    assert case_reply([due_at(accepted, 40, "wd", calendar)], accepted, calendar).provisional


def test_a_computed_clock_says_how_it_comes_about(calendar: WorkingCalendar) -> None:
    with pytest.raises(ClockError, match=r"clk_promised has no fixed length; .*due_on"):
        due("clk_promised", at("2026-11-04 10:00"), calendar)
    with pytest.raises(ClockError, match="no clock 'clk_dipatch'; the clocks are clk_first_reply"):
        due("clk_dipatch", at("2026-11-04 10:00"), calendar)


@pytest.mark.parametrize(
    ("right", "wrong", "reason"),
    [
        ('config = "cfg.dispatch_days"\n', 'confg = "cfg.dispatch_days"\n', "unknown field `confg`"),
        (
            'config = "cfg.archive_days"\n',
            "",
            "clk_archive: 10 wd is default, so a county must be able to change it",
        ),
        ("reminders = [5, 8]", "reminders = [5, 12]", "clk_supplement: a reminder lies outside the clock"),
        ('computed = "legal_limit"\n', "", "clk_legal: give amount and unit, or computed, and not both"),
        ('id = "clk_legal"', 'id = "clk_promised"', "two clocks have the same id"),
        ('id = "clk_legal"', 'id = "legal"', "legal: an id begins with clk_"),
        ('stops_on = ["archive"]', "stops_on = []", "clk_archive: starts_on and stops_on each need an event"),
        ("amount = 24\n", "amount = -24\n", "lies before the start"),
        ("[[clock]]", "[[clock", "clocks.toml"),
    ],
)
def test_a_mistake_in_the_table_is_told(tmp_path: Path, right: str, wrong: str, reason: str) -> None:
    text = TABLE.read_text(encoding="utf-8")
    assert right in text
    path = tmp_path / "clocks.toml"
    path.write_text(text.replace(right, wrong), encoding="utf-8")
    with pytest.raises(ClockError) as caught:
        read_clocks(path)
    assert reason in str(caught.value)
    assert "clocks.toml" in str(caught.value)
