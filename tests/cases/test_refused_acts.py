"""What the rules do not allow is refused, by everyone's role and by where things stand."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from backend.cases import acts
from backend.cases.move import move
from backend.cases.status import CASE_MOVES, CASE_STATUSES
from backend.env import Actor
from backend.errors import NotFound, RefusedAct
from backend.staff.service import actor_for_link, issue_link, redeem
from backend.transfers import deciding, dispatching, handling, returning
from backend.writer import Writer
from tests.builders import GRANT, REFUSAL, Office, applicant


def _code(office: Office, act: Any, *args: Any, **more: Any) -> str:
    with pytest.raises(RefusedAct) as refused:
        office.act(act, *args, **more)
    return refused.value.code


def test_only_the_window_takes_in(office: Office) -> None:
    case = office.submitted()
    assert _code(office, acts.accept, applicant(case), case.id) == "not_allowed"
    assert office.case(case.id).status == "submitted"


def test_a_case_is_taken_in_once(office: Office) -> None:
    case = office.accepted()
    assert _code(office, acts.accept, office.clerk, case.id) == "not_possible_now"


def test_a_refused_act_leaves_nothing_behind(office: Office) -> None:
    case, (_, bills) = office.received()
    before = office.journal(case.id), office.heard(case.id), office.running(bills.id)
    incomplete = {**REFUSAL, "reapply": ""}
    assert _code(office, deciding.refuse, office.insurance, bills.id, **incomplete) == "too_short"
    assert (office.journal(case.id), office.heard(case.id), office.running(bills.id)) == before
    assert office.transfer(bills.id).refusal_code is None


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("reason", "不行", "too_short"),
        ("policy_basis", "", "too_short"),
        ("reapply", " ", "too_short"),
        ("refusal_code", "no_such_code", "unknown_refusal"),
        ("refusal_code", "plan_full", "unknown_refusal"),  # for building plans only
        ("remedy_type", "org_review", "wrong_remedy"),
        ("remedy_type", "", "wrong_remedy"),
    ],
)
def test_a_refusal_without_its_reasons_is_impossible(office: Office, field: str, value: str, code: str) -> None:
    _, (_, bills) = office.received()
    assert _code(office, deciding.refuse, office.insurance, bills.id, **REFUSAL | {field: value}) == code


def test_the_code_other_needs_a_longer_reason(office: Office) -> None:
    _, (_, bills) = office.received()
    short = REFUSAL | {"refusal_code": "other", "reason": "这一项不归这里管"}
    assert _code(office, deciding.refuse, office.insurance, bills.id, **short) == "too_short"


def test_a_department_sees_only_what_was_sent_to_it(office: Office) -> None:
    _, (house, _) = office.received()
    with pytest.raises(NotFound):
        office.act(deciding.grant, office.insurance, house.id, **GRANT)


def test_the_window_takes_on_only_what_its_own_house_does(office: Office) -> None:
    _, (house,) = office.sent(("rural_house_repair", "housing"))
    assert _code(office, handling.receive, office.clerk, house.id, **office.promise()) == "not_allowed"
    _, (dibao,) = office.sent(("dibao", "civil_affairs"))
    assert dibao.kind == "internal"
    office.act(handling.receive, office.clerk, dibao.id, **office.promise())
    office.act(deciding.grant, office.approver, dibao.id, **GRANT)
    assert office.transfer(dibao.id).status == "granted"


def test_a_clerk_of_another_town_finds_nothing(office: Office) -> None:
    case = office.submitted(town="02")
    elsewhere = Actor("staff", office.clerk.id, ("window_clerk", "township_lead"), town="03")
    with pytest.raises(NotFound):
        office.act(acts.accept, elsewhere, case.id)


def test_what_was_taken_on_goes_back_only_with_the_countys_consent(office: Office) -> None:
    _, (house, _) = office.received()
    back = {"reason": "not_our_duty", "suggested_dept": "civil_affairs"}
    assert _code(office, returning.return_, office.housing, house.id, **back) == "not_allowed"
    office.act(returning.return_, office.county, house.id, **back)
    assert office.transfer(house.id).status == "returned"


@pytest.mark.parametrize(
    "back",
    [{"reason": "we_are_busy"}, {"reason": "not_our_duty"}, {"reason": "not_our_duty", "suggested_dept": "housing"}],
)
def test_sending_back_needs_a_lawful_reason_and_somebody_else(office: Office, back: dict[str, str]) -> None:
    _, (house,) = office.sent(("rural_house_repair", "housing"))
    _code(office, returning.return_, office.housing, house.id, **back)
    assert office.transfer(house.id).status == "sent"


@pytest.mark.parametrize(
    "plan",
    [
        [],
        [("no_such_item", "housing")],
        [("rural_house_repair", "no_such_dept")],
        [("rural_house_repair", "finance")],  # sees figures, takes no cases
    ],
)
def test_nothing_is_sent_to_nowhere(office: Office, plan: list[tuple[str, str]]) -> None:
    case = office.accepted()
    _code(office, dispatching.send, office.clerk, case.id, plan)
    assert office.case(case.id).status == "accepted"


def test_the_same_matter_goes_to_a_department_once(office: Office) -> None:
    case, _ = office.sent(("rural_house_repair", "housing"))
    assert _code(office, dispatching.send, office.clerk, case.id, [("rural_house_repair", "housing")]) == "already_sent"


def test_a_link_opens_one_transfer_and_no_other(office: Office) -> None:
    _, (house, bills) = office.sent()
    token = office.act(issue_link, "transfer", house.id)
    link = office.act(redeem, token, "transfer")
    with office.database.read() as session:
        holder = actor_for_link(session, link)
    office.act(handling.receive, holder, house.id, **office.promise())
    assert office.transfer(house.id).status == "received"
    with pytest.raises(NotFound):
        office.act(handling.receive, holder, bills.id, **office.promise())
    with pytest.raises(NotFound):
        office.act(acts.accept, holder, house.case_id)


def test_two_people_take_the_same_transfer_and_one_of_them_has_it(office: Office) -> None:
    case, (house,) = office.sent(("rural_house_repair", "housing"))
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def take(writer: Writer, login: str) -> None:
        actor = office.as_(login)
        start.wait()
        try:
            writer.run_sync(lambda tx: handling.receive(tx, office.env, actor, house.id, **office.promise()))
        except RefusedAct as refused:
            outcomes.append(refused.code)
        else:
            outcomes.append("taken")

    with Writer(office.database) as another:  # a second process would have a writer of its own, too
        threads = [
            threading.Thread(target=take, args=(office.writer, "housing_liaison")),
            threading.Thread(target=take, args=(another, "housing_backup")),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(outcomes) == ["not_possible_now", "taken"]
    assert [key for key, _ in office.heard(case.id)].count("msg.dept_received") == 1
    assert office.journal(case.id).count("t_receive") == 2  # the transfer's, and the case's following it


@pytest.mark.parametrize("event", sorted({step.event for step in CASE_MOVES}))
def test_no_event_happens_where_the_table_has_no_arrow(office: Office, event: str) -> None:
    everything = tuple({role for step in CASE_MOVES for role in step.actors})
    allowed = {step.before for step in CASE_MOVES if step.event == event}
    case = office.submitted()
    everyone = Actor("staff", office.county.id, everything, town=case.town)
    if "submitted" not in allowed:
        with pytest.raises(RefusedAct):
            office.writer.run_sync(
                lambda tx: move(tx, office.env, everyone, acts.case_for(tx, everyone, case.id), event)
            )
    assert set(allowed) <= set(CASE_STATUSES)
