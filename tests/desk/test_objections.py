"""Objections, reports and what she changed, on the pages of the desk."""

from __future__ import annotations

from backend.cases.changes import change
from backend.objections import acts, leads
from backend.objections.tables import Lead, Objection
from backend.transfers import deciding
from tests.builders import REFUSAL
from tests.desk.twin import Twin, text_of

TEXT = "住院花了五万多，明明够起付线"


def filed(twin: Twin) -> Objection:
    office = twin.office
    case, (_, hospital) = office.received()
    office.act(deciding.refuse, office.insurance, hospital.id, **REFUSAL)
    return office.act(
        acts.file_objection, office.clerk, case.id, kind="result_objection", text=TEXT, transfer_id=hospital.id
    )  # fmt: skip


def test_the_county_finds_it_reads_both_sides_and_answers(twin: Twin) -> None:
    objection = filed(twin)
    page = f"/desk/objections/{objection.id}"
    county = twin.as_("shen_yan")
    assert page in county.get("/desk/objections").text
    shown = county.get(page).text
    assert TEXT in shown
    assert "起付线" in text_of(shown)
    answer = county.press(page, f"{page}/answer", outcome="upheld", reason="不")
    assert answer.status_code == 422, "an answer without a reason is none"
    assert TEXT in answer.text
    answer = county.press(page, f"{page}/answer", outcome="upheld", reason="单据重新核过，费用没到起付线")
    assert answer.status_code == 200, text_of(answer.text)
    assert page not in county.get("/desk/objections").text
    assert twin.office.heard(objection.case_id)[-1][0] == "msg.objection_result"


def test_who_decided_reads_it_and_has_no_button_and_others_have_no_page(twin: Twin) -> None:
    page = f"/desk/objections/{filed(twin).id}"
    decider = twin.as_("medical_insurance_liaison")
    assert f'action="{page}/answer"' not in decider.get(page).text
    for login in ("housing_liaison", "zhou_wenjing"):
        seat = twin.as_(login)
        assert seat.get(page).status_code in (403, 404)
        assert page not in seat.get("/desk/objections").text


def test_a_report_is_seen_and_closed_by_the_supervisor_alone(twin: Twin) -> None:
    twin.office.act(leads.report, "others", "村西头老张家有车还吃低保")
    supervisor = twin.as_("yan_zheng")
    assert "老张" in supervisor.get("/desk/objections").text
    assert "老张" not in twin.as_("shen_yan").get("/desk/objections").text
    [lead] = twin.office.all(Lead)
    supervisor.press("/desk/objections", f"/desk/leads/{lead.id}/close", result="入户核实过，没有这事")
    assert "老张" not in supervisor.get("/desk/objections").text


def test_the_case_shows_what_she_changed_from_what_to_what_with_numbers_masked(twin: Twin) -> None:
    case = twin.office.submitted()
    assert case.contact_id is not None
    for phone in ("13000000008", "13000000009"):
        twin.office.act(change, case.contact_id, case.register_no, f"电话换了{phone}", {"phone": phone}, ())
    shown = text_of(twin.as_("zhou_wenjing").get(f"/desk/cases/{case.id}").text)
    assert "130****0009" in shown
    assert "原来130****0008" in shown
    assert "13000000009" not in shown
