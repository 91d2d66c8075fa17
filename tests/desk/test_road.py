"""A case from the window to its answers, by the buttons of the desk alone."""

from __future__ import annotations

import re

from backend.cases.tables import Case
from tests.builders import MORNING
from tests.desk.twin import Seat, Twin, form_on, text_of


def case_page(case: Case) -> str:
    return f"/desk/cases/{case.id}"


def accepted_and_sent(twin: Twin, clerk: Seat) -> tuple[str, list[str]]:
    case = twin.office.submitted(needs=["need_medical_fee", "need_house_repair"])
    page = case_page(case)
    assert page in clerk.get("/desk").text
    clerk.press(page, f"{page}/accept", items=["medical_aid", "rural_house_repair"])
    answer = clerk.press(
        page,
        f"{page}/send",
        send=["medical_aid", "rural_house_repair"],
        dept__medical_aid="medical_insurance",
        dept__rural_house_repair="housing",
    )
    assert answer.status_code == 200, text_of(answer.text)
    from backend.transfers.tables import Transfer

    found = twin.office.all(Transfer, Transfer.case_id == case.id)
    assert {row.dept for row in found} == {"medical_insurance", "housing"}
    by_dept = {row.dept: row.id for row in found}
    return case.id, [by_dept["housing"], by_dept["medical_insurance"]]


def test_one_department_grants_on_the_desk_and_the_other_refuses_by_its_link(twin: Twin) -> None:
    clerk = twin.as_("zhou_wenjing")
    case_id, (roof, hospital) = accepted_and_sent(twin, clerk)
    assert twin.office.case(case_id).status == "dispatched"

    housing = twin.as_("housing_liaison")
    page = f"/desk/transfers/{roof}"
    assert page in housing.get("/desk").text
    answer = housing.press(
        page, f"{page}/receive", handler_name="孙立军", handler_phone="0900-0000205", promised="2026-11-18"
    )
    assert answer.status_code == 200, text_of(answer.text)
    assert "11月18日（周三）" in answer.text
    housing.press(page, f"{page}/start")
    housing.press(page, f"{page}/grant", effective_date="2026-12-01", benefit="修房补助", amount="12000元")
    assert twin.office.transfer(roof).status == "granted"
    assert twin.office.case(case_id).status == "in_progress"

    path = clerk.press(f"/desk/cases/{case_id}", f"/desk/cases/{case_id}/link/{hospital}")
    found = re.search(r'value="http://[^"/]+(/a/[^"]+)"', path.text)
    assert found is not None
    link = found[1]
    assert link not in clerk.get(f"/desk/cases/{case_id}").text, "a link is shown once"
    phone = twin.stranger()
    phone.press(link, f"{link}/receive", handler_name="李强", handler_phone="0900-0000207", promised="2026-11-10")
    assert twin.office.transfer(hospital).status == "received"
    answer = phone.press(
        link,
        f"{link}/refuse",
        refusal_code="below_threshold",
        reason="报销后自己花的钱还没到今年的起付线",
        policy_basis="《医疗救助办法》第八条",
        reapply="年底有新的结算单可以再报",
    )
    assert answer.url.path == "/a/done", text_of(answer.text)
    assert twin.office.transfer(hospital).remedy_type == "reconsideration_county"
    assert twin.office.case(case_id).status == "decided"
    assert phone.get(link).status_code == 404

    answer = clerk.press(f"/desk/cases/{case_id}", f"/desk/cases/{case_id}/feedback", confirmation="phone")
    assert twin.office.case(case_id).status == "feedback_delivered"
    assert [message for message, _ in twin.office.heard(case_id)] == [
        "msg.acceptance_receipt",
        "msg.dispatched",
        "msg.dept_received",
        "msg.partial_result",
        "msg.dept_received",
        "msg.result_refused",
        "msg.ask_rating",
    ]
    assert "结果告诉申请人了" in answer.text


def test_a_new_case_is_sent_with_three_presses(twin: Twin) -> None:
    clerk = twin.as_("zhou_wenjing")
    case = twin.office.submitted(needs=["need_medical_fee"])
    page = case_page(case)
    assert f'href="{page}"' in clerk.get("/desk").text  # one: open it
    answer = clerk.press(page, f"{page}/accept")  # two: take it in
    assert answer.url.path == page
    clerk.post(f"{page}/send", form_on(answer.text, f"{page}/send"))  # three: send what is ticked
    assert twin.office.case(case.id).status == "dispatched"
    assert twin.runtime.env.now == MORNING
