"""5.4 “如涉及两个（含）以上主管部门共同办理的……由社会救助联席会议办公室牵头，明确……联动救助方案”: the route changes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlmodel import col

from backend.cases import meetings
from backend.cases.tables import Case
from backend.errors import RefusedAct
from backend.transfers.dispatching import send
from backend.transfers.tables import Transfer
from tests.builders import Office
from tests.packs.ask import county_of

HOUSE, BILLS = ("rural_house_repair", "housing"), ("medical_aid", "medical_insurance")


@pytest.fixture
def jiangsu(office: Office) -> Office:
    office.env = replace(office.env, county=county_of("jiangsu_2021"))
    return office


def _sent(office: Office, case: Case) -> list[str]:
    return sorted(row.dept for row in office.all(Transfer, col(Transfer.case_id) == case.id))


def test_two_departments_wait_for_the_joint_plan_and_nothing_is_sent_by_half(jiangsu: Office) -> None:
    case = jiangsu.accepted()
    with pytest.raises(RefusedAct, match="joint_plan_first"):
        jiangsu.act(send, jiangsu.clerk, case.id, [HOUSE, BILLS])
    assert _sent(jiangsu, case) == [] and jiangsu.case(case.id).status == "accepted"
    jiangsu.act(
        meetings.raise_meeting, jiangsu.clerk, case.id,
        reason="multi_department", proposal="房子归住建，看病的账归医保，同时办",
    )  # fmt: skip
    jiangsu.act(
        meetings.resolve_meeting, jiangsu.meeting, case.id,
        outcome="accepted", minutes_no="2026-07", result="住建修房，医保报销，同时办",
    )  # fmt: skip
    jiangsu.act(send, jiangsu.clerk, case.id, [HOUSE, BILLS])
    assert _sent(jiangsu, case) == ["housing", "medical_insurance"]


def test_one_department_needs_no_plan_but_a_second_one_later_does(jiangsu: Office) -> None:
    case = jiangsu.accepted()
    jiangsu.act(send, jiangsu.clerk, case.id, [HOUSE])
    with pytest.raises(RefusedAct, match="joint_plan_first"):
        jiangsu.act(send, jiangsu.clerk, case.id, [BILLS])
    assert _sent(jiangsu, case) == ["housing"]


def test_an_emergency_does_not_wait_for_a_plan(jiangsu: Office) -> None:
    case = jiangsu.accepted(emergency_level="e2")
    jiangsu.act(send, jiangsu.clerk, case.id, [HOUSE, BILLS])
    assert _sent(jiangsu, case) == ["housing", "medical_insurance"]


def test_elsewhere_both_are_sent_at_once(office: Office) -> None:
    """SD 三(三)1."""
    case = office.accepted()
    office.act(send, office.clerk, case.id, [HOUSE, BILLS])
    assert _sent(office, case) == ["housing", "medical_insurance"]
