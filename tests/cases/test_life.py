"""The life of a case, as the window, the departments and the applicant see it."""

from __future__ import annotations

import datetime as dt

import pytest

from backend.cases import acts, meetings
from backend.cases.rating import rate
from backend.errors import NotFound, RefusedAct
from backend.messages import MESSAGES, PERSON
from backend.objections import acts as objecting
from backend.objections.tables import Objection
from backend.outbox.post import params_of
from backend.outbox.tables import Outgoing
from backend.staff.tables import Staff
from backend.transfers import deciding, dispatching, handling, returning
from backend.transfers.plan import suggest
from backend.transfers.tables import Transfer
from backend.verify import verify_all
from dialogs.terms import Line, Term, Terms
from tests.builders import GRANT, REFUSAL, Office, applicant


def test_one_department_grants_and_one_refuses(office: Office) -> None:
    case = office.submitted()
    assert office.running(case.id) == {"clk_acceptance_review"}

    office.act(acts.accept, office.clerk, case.id, items=("medical_aid", "rural_house_repair"))
    accepted = office.case(case.id)
    assert (accepted.status, accepted.next_act) == ("accepted", "send_transfers")
    assert accepted.reply_days == 32  # thirty for the house, two for the window
    assert accepted.reply_by == dt.date(2026, 12, 18)
    assert office.running(case.id) == {"clk_dispatch", "clk_case_reply"}

    house, bills = office.act(
        dispatching.send,
        office.clerk,
        case.id,
        [("rural_house_repair", "housing"), ("medical_aid", "medical_insurance")],
    )
    assert office.case(case.id).status == "dispatched"
    assert house.transfer_no == f"ZB{accepted.register_no}-01"
    assert office.running(house.id) == {"clk_dept_receive", "clk_return_receipt", "clk_legal"}
    assert office.told("dept:housing") == ["msg.staff_transfer_card"]

    office.act(handling.receive, office.housing, house.id, **office.promise())
    assert office.case(case.id).status == "in_progress"
    assert office.running(house.id) == {"clk_promised", "clk_legal"}
    office.act(handling.receive, office.insurance, bills.id, **office.promise())
    office.act(handling.start, office.housing, house.id)

    office.act(deciding.grant, office.housing, house.id, **GRANT)
    assert office.case(case.id).status == "in_progress"  # the other one is still out
    assert office.running(house.id) == {"clk_dept_feedback"}

    office.act(deciding.refuse, office.insurance, bills.id, **REFUSAL)
    assert office.case(case.id).status == "decided"
    assert "clk_window_feedback" in office.running(case.id)

    office.act(acts.deliver_feedback, office.clerk, case.id, "said")
    done = office.case(case.id)
    assert (done.status, done.next_act) == ("feedback_delivered", "rate")
    assert {office.transfer(row.id).feedback_status for row in (house, bills)} == {"confirmed"}
    assert office.running(case.id) == {"clk_satisfaction", "clk_archive"}
    assert office.running(house.id) == office.running(bills.id) == set()

    heard = office.heard(case.id)
    assert [key for key, _ in heard] == [
        "msg.acceptance_receipt",
        "msg.dispatched",
        "msg.dept_received",
        "msg.dept_received",
        "msg.partial_result",
        "msg.result_refused",
        "msg.ask_rating",
    ]
    received = heard[2][1]
    assert received["handler"] == "孙"
    assert received["date"] == Term("day", "2026-11-16")
    refused = heard[5][1]
    reason = refused["reason"]
    assert isinstance(reason, Line)
    assert reason.params == {"ground": Term("refusal", REFUSAL["refusal_code"]), "detail": REFUSAL["reason"]}
    assert refused["after"] == Term("after", REFUSAL["refusal_code"])
    assert refused["basis"] == REFUSAL["policy_basis"]
    remedy = refused["remedy"]
    assert isinstance(remedy, Line)
    assert remedy.key == "remedy.reconsideration_county"
    assert remedy.params["reconsider_org"] == "云山县人民政府"
    assert verify_all(office.database, office.env) == []


def test_the_receipt_names_items_days_and_the_clerk(office: Office) -> None:
    case = office.accepted()
    key, params = office.heard(case.id)[0]
    assert key == "msg.acceptance_receipt"
    assert params["items"] == Terms("item", ("medical_aid", "rural_house_repair"))
    assert params["clerk"] == "周文静"
    assert params["phone"] == "0900-0000000"


def test_the_last_department_to_grant_says_so_in_full(office: Office) -> None:
    case, (house,) = office.received(("rural_house_repair", "housing"))
    office.act(deciding.grant, office.housing, house.id, **GRANT)
    key, params = office.heard(case.id)[-1]
    assert key == "msg.result_granted"
    assert (params["benefit"], params["amount"]) == ("修房补助", "12000元")


def test_the_second_return_calls_the_meeting_and_no_third_department_is_tried(office: Office) -> None:
    case, (house,) = office.sent(("rural_house_repair", "housing"))
    office.act(returning.return_, office.housing, house.id, reason="not_our_duty", suggested_dept="civil_affairs")
    came_back = office.case(case.id)
    assert (came_back.status, came_back.needs_redispatch, came_back.next_act) == ("dispatched", True, "redispatch")
    assert "clk_redispatch" in office.running(case.id)

    (again,) = office.act(dispatching.send, office.clerk, case.id, [("rural_house_repair", "civil_affairs")])
    assert office.transfer(house.id).replaced_by == again.id
    assert not office.case(case.id).needs_redispatch
    assert "clk_redispatch" not in office.running(case.id)

    civil = office.as_("civil_affairs_liaison")
    office.act(returning.return_, civil, again.id, reason="not_our_duty", suggested_dept="housing")
    met = office.case(case.id)
    assert (met.status, met.return_count, met.next_act) == ("joint_meeting", 2, "resolve_meeting")
    assert {"clk_meeting_submit", "clk_case_reply"} == office.running(case.id)
    with pytest.raises(RefusedAct) as refused:
        office.act(dispatching.send, office.clerk, case.id, [("rural_house_repair", "emergency_mgmt")])
    assert refused.value.code == "not_possible_now"
    keys = [key for key, _ in office.heard(case.id)]
    assert keys == ["msg.acceptance_receipt", "msg.dispatched", "msg.rerouting", "msg.rerouted", "msg.meeting_notice"]
    assert verify_all(office.database, office.env) == []

    office.act(meetings.submit_proposal, office.clerk, case.id, "建议由住建局牵头，民政局配合")
    assert office.running(case.id) == {"clk_meeting_hold", "clk_case_reply"}
    assert office.told("meeting") == ["msg.staff_meeting_card"]
    office.act(
        meetings.resolve_meeting, office.meeting, case.id, outcome="accepted", minutes_no="〔2026〕7号",
        result="由住建局来办，民政局一起上门",
    )  # fmt: skip
    assert office.case(case.id).status == "accepted"
    assert "clk_dispatch" in office.running(case.id)
    office.act(dispatching.send, office.clerk, case.id, [("rural_house_repair", "housing")])
    assert office.case(case.id).status == "dispatched"
    assert verify_all(office.database, office.env) == []


def test_returned_twice_while_another_department_works_goes_on_and_meets_afterwards(office: Office) -> None:
    plan = (("rural_house_repair", "housing"), ("medical_aid", "medical_insurance"), ("education_aid", "education"))
    case, (house, bills, school) = office.sent(*plan)
    office.act(handling.receive, office.insurance, bills.id, **office.promise())
    office.act(returning.return_, office.housing, house.id, reason="not_our_duty", suggested_dept="civil_affairs")
    office.act(returning.return_, office.education, school.id, reason="info_insufficient_to_route")
    assert office.case(case.id).status == "in_progress"
    assert "clk_meeting_submit" in office.running(case.id)
    office.act(deciding.grant, office.insurance, bills.id, **GRANT)
    assert office.case(case.id).status == "joint_meeting"
    assert verify_all(office.database, office.env) == []


def test_what_came_back_is_never_counted_as_done(office: Office) -> None:
    case, (house, bills) = office.sent()
    office.act(handling.receive, office.insurance, bills.id, **office.promise())
    office.act(returning.return_, office.housing, house.id, reason="wrong_region", suggested_dept=None)
    office.act(deciding.grant, office.insurance, bills.id, **GRANT)
    kept = office.case(case.id)
    assert (kept.status, kept.needs_redispatch) == ("in_progress", True)


def test_a_supplement_stops_one_clock_and_starts_the_other(office: Office) -> None:
    case = office.submitted()
    office.act(acts.request_supplement, office.clerk, case.id, ["mat_medical_bill"], note="要有个人自付那一栏")
    assert office.case(case.id).status == "supplement_required"
    assert office.running(case.id) == {"clk_supplement"}
    key, params = office.heard(case.id)[-1]
    assert key == "msg.supplement_notice"
    assert params["list"] == Terms("material", ("mat_medical_bill",))
    assert params["date"] == Term("day", "2026-11-18")
    office.act(acts.supply, applicant(case), case.id)
    assert office.case(case.id).status == "submitted"
    assert office.running(case.id) == {"clk_acceptance_review"}
    with pytest.raises(RefusedAct) as refused:
        office.act(acts.request_supplement, office.clerk, case.id, ["mat_diagnosis"])
    assert refused.value.code == "second_supplement"


def test_not_taken_in_needs_a_reason_and_a_place_to_go(office: Office) -> None:
    case = office.submitted()
    with pytest.raises(RefusedAct) as refused:
        office.act(
            acts.decline_accept, office.clerk, case.id, reason_code="not_social_assistance", reason="不归", where="x"
        )
    assert refused.value.params == {"field": "reason", "shortest": 6}
    office.act(
        acts.decline_accept, office.clerk, case.id, reason_code="not_social_assistance",
        reason="这是邻里的地界纠纷，不是救助", where="村里的调解委员会", phone="0900-0000301",
    )  # fmt: skip
    closed = office.case(case.id)
    assert (closed.status, closed.next_act) == ("not_accepted", "none")
    assert closed.closed_at is not None
    assert office.running(case.id) == set()
    assert office.heard(case.id)[-1][0] == "msg.not_accepted"


def test_withdrawing_calls_the_departments_off(office: Office) -> None:
    case, (house, bills) = office.received()
    office.act(acts.withdraw, applicant(case), case.id)
    assert office.case(case.id).status == "withdrawn"
    assert {office.transfer(row.id).status for row in (house, bills)} == {"cancelled"}
    assert office.running(case.id) == office.running(house.id) == set()
    assert office.told("dept:housing")[-1] == "msg.staff_cancelled"
    assert office.heard(case.id)[-1][0] == "msg.withdrawn"
    assert verify_all(office.database, office.env) == []


def test_withdrawing_after_a_decision_still_tells_what_was_decided(office: Office) -> None:
    case, (house, bills) = office.received()
    office.act(deciding.grant, office.housing, house.id, **GRANT)
    office.act(acts.withdraw, applicant(case), case.id)
    assert office.case(case.id).status == "decided"
    assert office.transfer(bills.id).status == "cancelled"
    assert "clk_window_feedback" in office.running(case.id)
    assert office.heard(case.id)[-1][0] == "msg.withdrawn_rest"
    assert verify_all(office.database, office.env) == []


def test_materials_stop_the_promise_and_give_the_days_back(office: Office) -> None:
    case, (_, bills) = office.received()
    office.act(handling.request_materials, office.insurance, bills.id, ["mat_medical_bill"])
    assert office.transfer(bills.id).status == "materials_requested"
    assert office.deadline(bills.id, "clk_promised").next_rung_at is None
    office.env.clock.at += dt.timedelta(days=5)  # type: ignore[attr-defined]
    office.act(handling.materials_ok, applicant(case), bills.id)
    back = office.transfer(bills.id)
    assert back.status == "processing"
    assert back.promised_date == dt.date(2026, 11, 19)  # three working days later than promised
    assert [key for key, _ in office.heard(case.id)][-2:] == ["msg.supplement_received", "msg.promise_changed"]


def test_nobody_asks_for_what_offices_can_look_up(office: Office) -> None:
    _, (_, bills) = office.received()
    with pytest.raises(RefusedAct) as refused:
        office.act(handling.request_materials, office.insurance, bills.id, ["mat_id_card"])
    assert refused.value.code == "material_held"


@pytest.mark.parametrize(
    "day",
    ["2026-11-26 周四 过了法定的最后一天", "2026-11-14 周六 不上班", "2026-11-03 周二 昨天"],
)
def test_a_promise_keeps_to_the_law_and_to_working_days(office: Office, day: str) -> None:
    _, (_, bills) = office.sent()
    assert bills.legal_due_date == dt.date(2026, 11, 25)
    promised = dt.date.fromisoformat(day.split()[0])
    with pytest.raises(RefusedAct) as refused:
        office.act(handling.receive, office.insurance, bills.id, **office.promise() | {"promised": promised})
    assert refused.value.code == "promise_not_possible"
    assert refused.value.params["latest"] == "2026-11-25"
    assert office.transfer(bills.id).status == "sent"


def test_a_promise_may_be_put_off_once_and_she_hears_why(office: Office) -> None:
    case, (house, _) = office.received()
    later = office.env.calendar.add_working_days(office.env.today, 12).day
    office.act(handling.extend, office.housing, house.id, new_date=later, reason="要等鉴定公司来看房")
    assert office.transfer(house.id).promised_date == later
    assert office.deadline(house.id, "clk_promised").due_day == later
    key, params = office.heard(case.id)[-1]
    assert key == "msg.promise_changed"
    assert params["reason"] == "要等鉴定公司来看房"
    with pytest.raises(RefusedAct) as refused:
        office.act(
            handling.extend, office.housing, house.id, new_date=later + dt.timedelta(days=1), reason="还是没来看房"
        )
    assert refused.value.code == "extended_already"


def test_past_the_law_only_the_county_and_only_as_far_as_the_law_lets_it(office: Office) -> None:
    _, (dibao,) = office.received(("dibao", "civil_affairs"))
    assert dibao.legal_due_date == dt.date(2026, 12, 16)
    longer = {"new_date": dt.date(2026, 12, 30), "reason": "公示有人提出异议，要重新调查"}
    with pytest.raises(RefusedAct) as refused:
        office.act(handling.extend, office.civil_affairs, dibao.id, **longer)
    assert refused.value.params["latest"] == "2026-12-16"
    with pytest.raises(RefusedAct) as refused:
        office.act(handling.extend, office.county, dibao.id, **longer | {"new_date": dt.date(2027, 2, 1)})
    longest = office.env.calendar.add_working_days(dt.date(2026, 11, 4), 45)
    assert refused.value.params["latest"] == longest.day.isoformat()
    office.act(handling.extend, office.county, dibao.id, **longer)
    assert office.transfer(dibao.id).legal_due_date == dt.date(2026, 12, 30)
    assert office.deadline(dibao.id, "clk_legal").due_day == dt.date(2026, 12, 30)


def test_a_transfer_sent_by_mistake_is_called_off(office: Office) -> None:
    case, (house, bills) = office.received()
    office.act(deciding.grant, office.insurance, bills.id, **GRANT)
    office.act(dispatching.cancel, office.clerk, house.id, "派错了，她家不是农村户口")
    assert office.case(case.id).status == "decided"
    assert verify_all(office.database, office.env) == []


def test_when_everything_was_called_off_the_window_must_send_again(office: Office) -> None:
    case, transfers = office.sent()
    for transfer in transfers:
        office.act(dispatching.cancel, office.clerk, transfer.id, "派错了，重新来过")
    kept = office.case(case.id)
    assert (kept.status, kept.next_act) == ("dispatched", "redispatch")
    office.act(dispatching.send, office.clerk, case.id, [("medical_aid", "medical_insurance")])
    assert office.case(case.id).next_act == "receive"
    assert verify_all(office.database, office.env) == []


def test_somebody_takes_the_case_over_and_both_sides_know(office: Office) -> None:
    case = office.submitted()
    other = office.as_("wang_lili")
    office.act(acts.take_ownership, other, case.id)
    assert office.case(case.id).owner_id == other.id
    assert office.heard(case.id)[-1] == (
        "msg.owner_changed", {"called": "王奶奶", "clerk": "王丽丽", "phone": "0900-0000000"},
    )  # fmt: skip
    assert "take_ownership" in office.journal(case.id)


def test_the_plan_is_suggested_and_shrinks_as_parts_are_sent(office: Office) -> None:
    case = office.accepted(needs=["need_medical_fee", "need_house_repair"])
    planned = office.act(suggest, case)
    found = {one.item: one for one in planned}
    assert {"medical_aid", "rural_house_repair"} <= set(found)
    assert found["rural_house_repair"].dept == "housing"
    assert found["rural_house_repair"].kind == "external"
    assert found["rural_house_repair"].due == dt.date(2026, 12, 16)
    office.act(dispatching.send, office.clerk, case.id, [("rural_house_repair", "housing")])
    assert "rural_house_repair" not in {one.item for one in office.act(suggest, office.case(case.id))}


def test_she_says_how_content_she_is_and_a_low_score_is_called_back(office: Office) -> None:
    case, (house,) = office.received(("rural_house_repair", "housing"))
    office.act(deciding.grant, office.housing, house.id, **GRANT)
    office.act(acts.deliver_feedback, office.clerk, case.id, "said")
    with pytest.raises(RefusedAct):
        office.act(rate, office.clerk, case.id, 5)  # nobody says it for her
    office.act(rate, applicant(case), case.id, 2)
    rated = office.case(case.id)
    assert (rated.status, rated.rating, rated.next_act) == ("rated", 2, "archive")
    assert office.heard(case.id)[-1][0] == "msg.low_rating_followup"
    low = office.all(Outgoing, Outgoing.message == "msg.staff_low_rating")
    assert {row.staff_id for row in low} == {office.clerk.id, office.as_("zhao_zhiyuan").id}
    assert office.running(case.id) == {"clk_archive", "clk_low_rating"}
    with pytest.raises(RefusedAct, match="objection_open"):
        office.act(acts.archive, office.clerk, case.id)  # nobody has rung her yet
    [order] = office.all(Objection, Objection.case_id == case.id)
    office.act(objecting.decide, office.as_("zhao_zhiyuan"), order.id, "overturned", "打过电话，工期说清楚了")
    assert office.running(case.id) == {"clk_archive"}
    office.act(acts.archive, office.clerk, case.id)
    assert office.case(case.id).next_act == "none"
    assert office.running(case.id) == set()
    assert verify_all(office.database, office.env) == []


def test_a_result_known_to_have_arrived_stops_its_clock(office: Office) -> None:
    case, (house, _) = office.received()
    office.act(deciding.grant, office.housing, house.id, **GRANT)
    office.act(deciding.confirm_feedback, office.clerk, house.id, "phone")
    assert office.running(house.id) == set()
    assert office.case(case.id).status == "in_progress"


def test_every_message_is_in_the_list_with_its_parameters(office: Office) -> None:
    test_one_department_grants_and_one_refuses(office)
    test_the_second_return_calls_the_meeting_and_no_third_department_is_tried(office)
    test_a_supplement_stops_one_clock_and_starts_the_other(office)
    test_materials_stop_the_promise_and_give_the_days_back(office)
    test_withdrawing_after_a_decision_still_tells_what_was_decided(office)
    for row in office.all(Outgoing):
        params = params_of(office.env, row)
        assert row.message in MESSAGES
        assert set(params) <= set(MESSAGES[row.message]), row.message
        if row.audience != "person":
            assert row.message not in PERSON
            assert not {"called", "reason", "benefit", "note", "phone", "handler"} & set(params)


def test_nobody_without_a_right_learns_that_a_case_exists(office: Office) -> None:
    case, (house, _) = office.sent()
    stranger = applicant(office.submitted())
    for act, subject, more in (
        (acts.withdraw, case.id, {}),
        (acts.accept, case.id, {}),
        (handling.receive, house.id, office.promise()),
    ):
        words = set()
        for actor in (stranger, office.education, office.as_("yan_zheng"), office.as_("admin_desk")):
            for wanted in (subject, "cas_00000000000000000000000000000000"):
                with pytest.raises(NotFound) as hidden:
                    office.act(act, actor, wanted, **more)
                words.add(str(hidden.value))
        assert len(words) == 1
    assert office.all(Transfer, Transfer.case_id == case.id)
    assert office.all(Staff)
