"""An objection from its day of filing to its answer: every step it may take, and every step it may not."""

from __future__ import annotations

import datetime as dt

import pytest

from backend.cases import acts as cases
from backend.cases.tables import Case
from backend.env import Actor
from backend.errors import NotFound, RefusedAct
from backend.objections import acts, leads
from backend.objections.status import OBJECTION_STATUSES, OBJECTION_TYPES, OPEN, objection_pairs
from backend.objections.tables import Objection
from backend.transfers import deciding
from backend.transfers.tables import Transfer
from backend.verify import verify_all
from tests.builders import REFUSAL, Office

ENDED = ("upheld", "overturned", "withdrawn_by_filer")
WHY = "单据重新核过了"


def refused(office: Office) -> tuple[Case, Transfer]:
    case, (_, hospital) = office.received()
    office.act(deciding.refuse, office.insurance, hospital.id, **REFUSAL)
    return case, hospital


def filed(office: Office, kind: str = "result_objection") -> tuple[Case, Objection]:
    """An objection the window wrote down for her on the telephone."""
    case, hospital = refused(office)
    part = hospital.id if kind == "result_objection" else ""
    return case, office.act(
        acts.file_objection, office.clerk, case.id, kind=kind, text="我不服", transfer_id=part
    )  # fmt: skip


def now(office: Office, objection: Objection) -> Objection:
    [found] = office.all(Objection, Objection.id == objection.id)
    return found


def test_it_ends_once_and_nothing_follows_the_end() -> None:
    pairs = objection_pairs()
    assert {before for before, _ in pairs} == set(OPEN)
    assert {after for _, after in pairs} == set(OBJECTION_STATUSES) - {"filed"}
    assert all((end, after) not in pairs for end in ENDED for after in OBJECTION_STATUSES)
    assert ("filed", "upheld") not in pairs, "nobody answers what nobody has looked at"


def test_its_clock_runs_until_it_is_answered_and_a_second_answer_is_refused(office: Office) -> None:
    case, objection = filed(office)
    assert office.running(objection.subject) >= {"clk_objection"}
    assert office.case(case.id).objection_open
    with pytest.raises(RefusedAct, match="too_short"):
        office.act(acts.decide, office.county, objection.id, "upheld", "不")
    assert now(office, objection).status == "filed", "a refused answer leaves nothing behind"
    office.act(acts.decide, office.county, objection.id, "upheld", WHY)
    assert now(office, objection).status == "upheld"
    assert now(office, objection).reviewer_id == office.county.id
    assert "clk_objection" not in office.running(objection.subject)
    assert not office.case(case.id).objection_open
    for outcome in ("upheld", "overturned"):
        with pytest.raises(RefusedAct):
            office.act(acts.decide, office.county, objection.id, outcome, WHY, promised=dt.date(2026, 11, 11))
    assert verify_all(office.database, office.env) == []


def test_what_one_has_taken_no_other_answers(office: Office) -> None:
    _, objection = filed(office)
    office.act(acts.take, office.county, objection.id)
    with pytest.raises(RefusedAct, match="not_possible_now"):
        office.act(acts.take, office.county, objection.id)
    with pytest.raises(RefusedAct, match="not_possible_now"):
        office.act(acts.decide, office.meeting, objection.id, "upheld", WHY)


def test_who_decided_does_not_review_and_who_has_no_part_does_not_learn_of_it(office: Office) -> None:
    _, objection = filed(office)
    with pytest.raises(RefusedAct, match="reviewer_decided"):
        office.act(acts.decide, office.insurance, objection.id, "upheld", WHY)
    for nobody in (office.housing, office.clerk, Actor("person", "con_other", ("applicant",))):
        with pytest.raises(NotFound):
            office.act(acts.take, nobody, objection.id)


def test_more_words_join_the_one_that_is_open(office: Office) -> None:
    case, objection = filed(office, "service_complaint")
    again = office.act(acts.file_objection, office.clerk, case.id, kind="service_complaint", text="今天又没人接电话")
    assert again.id == objection.id
    assert (now(office, objection).get(office.env.sealer, "text") or "").splitlines() == ["我不服", "今天又没人接电话"]


@pytest.mark.parametrize("kind", ["low_rating", "weather"])
def test_what_is_no_kind_of_objection_is_not_filed_by_hand(office: Office, kind: str) -> None:
    case, _ = refused(office)
    with pytest.raises(RefusedAct, match="unknown_objection"):
        office.act(acts.file_objection, office.clerk, case.id, kind=kind, text="我不服")


def test_only_what_was_decided_can_be_objected_to(office: Office) -> None:
    case, (roof, _) = office.received()
    with pytest.raises(RefusedAct, match="not_possible_now"):
        office.act(
            acts.file_objection, office.clerk, case.id, kind="result_objection", text="不服", transfer_id=roof.id
        )


@pytest.mark.parametrize("day", ["2026-11-07", "2026-11-03", "2027-06-01"])
def test_a_new_day_is_a_working_day_that_is_not_far(office: Office, day: str) -> None:
    _, objection = filed(office)
    with pytest.raises(RefusedAct, match="promise_not_possible"):
        office.act(
            acts.decide, office.county, objection.id, "overturned", WHY, promised=dt.date.fromisoformat(day)
        )  # fmt: skip
    assert now(office, objection).status == "filed"


def test_an_acceptance_wrongly_declined_is_open_again(office: Office) -> None:
    case = office.submitted()
    office.act(
        cases.decline_accept, office.clerk, case.id,
        reason_code="not_social_assistance", reason="这是邻里之间的事", where="司法所",
    )  # fmt: skip
    objection = office.act(acts.file_objection, office.clerk, case.id, kind="accept_objection", text="该收不收")
    office.act(acts.decide, office.county, objection.id, "overturned", "家里确实困难，应当收")
    assert office.case(case.id).status == "submitted"
    assert "clk_acceptance_review" in office.running(case.id)


def test_every_kind_has_a_clock_and_somebody_to_review_it() -> None:
    for kind, rules in OBJECTION_TYPES.items():
        assert rules.clock.startswith("clk_"), kind
        assert rules.reviewers, kind
        assert rules.bars, f"{kind}: who did it must not review it"


def test_a_report_is_for_the_supervisor_alone_and_knows_nobody(office: Office) -> None:
    office.act(leads.report, "others", "村西头老张家有车还吃低保")
    supervisor = office.as_("yan_zheng")
    [found] = office.act(lambda tx, env: leads.open_leads(tx, supervisor))
    assert not {"contact_id", "case_id", "person_id"} & set(type(found).model_fields)
    assert office.act(lambda tx, env: leads.open_leads(tx, office.county)) == []
    with pytest.raises(NotFound):
        office.act(leads.close, office.county, found.id, "核实过了没有这事")
    office.act(leads.close, supervisor, found.id, "核实过了没有这事")
    with pytest.raises(RefusedAct, match="not_possible_now"):
        office.act(leads.close, supervisor, found.id, "核实过了没有这事")
