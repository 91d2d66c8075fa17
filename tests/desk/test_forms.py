"""Forms: only from our own pages, everything typed kept, nobody's work overwritten, any text shown as text."""

from __future__ import annotations

import re

import pytest

from backend.cases.tables import Case
from backend.transfers.handling import receive, start
from backend.transfers.tables import Transfer
from tests.desk.households import full_case
from tests.desk.twin import Seat, Twin, form_on, text_of

pytestmark = pytest.mark.parametrize("kind", ["sqlite"])


def page_of(case: Case) -> str:
    return f"/desk/cases/{case.id}"


def in_hand(twin: Twin) -> tuple[Case, Transfer, str]:
    """Housing has it in hand; the third is its page."""
    case, transfers = twin.office.received()
    roof = next(row for row in transfers if row.dept == "housing")
    return case, roof, f"/desk/transfers/{roof.id}"


REFUSAL = {
    "refusal_code": "plan_full",
    "reason": "今年的名额满了，排到明年三月",
    "policy_basis": "县住建局2026年危房改造计划",
    "reapply": "明年三月一日后可以再来",
}


# --- where a form comes from


def test_a_form_without_the_sessions_token_changes_nothing(twin: Twin) -> None:
    case = twin.office.submitted()
    clerk = twin.as_("zhou_wenjing")
    fields = form_on(clerk.get(page_of(case)).text, f"{page_of(case)}/accept")
    other = twin.as_("wang_lili")
    for token in ("", "guess", form_on(other.get(page_of(case)).text, f"{page_of(case)}/accept")["csrf"]):
        answer = clerk.post(f"{page_of(case)}/accept", fields | {"csrf": token})
        assert answer.status_code == 403
    assert twin.office.case(case.id).status == "submitted"


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://elsewhere.example"},
    ],
)
def test_a_form_from_another_site_changes_nothing_even_with_the_token(twin: Twin, headers: dict[str, str]) -> None:
    case = twin.office.submitted()
    clerk = twin.as_("zhou_wenjing")
    fields = form_on(clerk.get(page_of(case)).text, f"{page_of(case)}/accept")
    assert clerk.post(f"{page_of(case)}/accept", fields, headers=headers).status_code == 403
    link = twin.sign_in_link(twin.office.clerk.id)
    assert twin.stranger().post(link, {}, headers=headers).status_code == 403
    assert twin.office.case(case.id).status == "submitted"
    assert twin.stranger().post(link, {}, headers={"sec-fetch-site": "same-origin"}).status_code == 200


def test_only_forms_of_a_bearable_size_are_taken(twin: Twin) -> None:
    case = twin.office.submitted()
    clerk = twin.as_("zhou_wenjing")
    path = f"{page_of(case)}/accept"
    assert clerk.send("POST", path, json={"items": []}).status_code == 415
    assert clerk.send("POST", path, content=b"x" * 200_000).status_code == 413
    assert clerk.post(path, {"reason": "长" * 60_000}).status_code == 413
    many = "&".join(f"a{n}=1" for n in range(2000)).encode()
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert clerk.send("POST", path, content=many, headers=form).status_code == 413
    assert clerk.send("POST", path, content=b"\xff\xfe=%ff%fe&csrf=%00", headers=form).status_code == 403
    assert clerk.send("PUT", path, content=b"").status_code == 404


# --- what was typed


def test_a_refusal_wants_everything_and_keeps_what_was_typed(twin: Twin) -> None:
    _, roof, page = in_hand(twin)
    housing = twin.as_("housing_liaison")
    answer = housing.press(page, f"{page}/refuse", reason="名额满了，今年排不上了", policy_basis="", reapply="")
    assert answer.status_code == 422
    words = text_of(answer.text)
    assert "有 3 处要改" in words and "请选一项" in words and words.count("这一项要填") == 2
    assert "名额满了，今年排不上了" in answer.text
    assert re.search(r'<details class="card act" open>\s*<summary>不予', answer.text)
    assert 'aria-invalid="true"' in answer.text and 'role="alert"' in answer.text
    assert twin.office.transfer(roof.id).status == "received"
    wrong = housing.press(page, f"{page}/refuse", **REFUSAL, remedy_type="org_review")
    assert wrong.status_code == 422 and "救济途径" in text_of(wrong.text)
    housing.press(page, f"{page}/refuse", **REFUSAL)
    found = twin.office.transfer(roof.id)
    assert (found.status, found.remedy_type) == ("refused", "reconsideration_county")


@pytest.mark.parametrize("day", ["2026-11-14", "2026-11-03", "2027-06-01", "someday", "", "0001-01-01"])
def test_a_day_nobody_can_promise_is_said_beside_its_field(twin: Twin, day: str) -> None:
    _, transfers = twin.office.sent()
    roof = next(row for row in transfers if row.dept == "housing")
    page = f"/desk/transfers/{roof.id}"
    answer = twin.as_("housing_liaison").press(page, f"{page}/receive", handler_name="孙立军", promised=day)
    assert answer.status_code == 422
    assert re.search(r'id="receive-promised-problem">[^<]+(最晚 12月16日|日期|要填)', answer.text)
    assert 'value="孙立军"' in answer.text
    assert twin.office.transfer(roof.id).status == "sent"


HOSTILE = [
    "<script>alert(1)</script>",
    "{{7*7}} {% raw %} ${7*7} %s %(x)s",
    '" onfocus="alert(1)" x="',
    '\'; DROP TABLE "case"; --',
    "\u202e反过来\u202c\u200b\x00\x07",
    "]]></textarea></form><form action=//elsewhere.example>",
    "👨‍👩‍👧‍👦 1️⃣ 𠮷",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_is_shown_as_text(twin: Twin, text: str) -> None:
    case = twin.office.act(full_case, twin.office.clerk.id, story=text, name=text)
    clerk = twin.as_("zhou_wenjing")
    answer = clerk.press(
        page_of(case),
        f"{page_of(case)}/decline",
        reason_code="not_social_assistance",
        reason=text,
        where=text,
        phone=text,
    )
    for html in (answer.text, clerk.get("/desk").text, clerk.get(page_of(case)).text):
        assert "<script>alert" not in html and "elsewhere.example>" not in html and 'onfocus="alert' not in html
        assert "49" not in re.sub(r"\d\d:\d\d|2026-\d+|[a-z]{3}_[0-9a-f]{32}|value=\"[^\"]*\"", "", text_of(html))
    assert answer.status_code in (200, 422)


def test_three_thousand_characters_are_refused_with_words_and_kept(twin: Twin) -> None:
    case = twin.office.submitted()
    clerk = twin.as_("zhou_wenjing")
    long = "难" * 3000
    answer = clerk.press(
        page_of(case), f"{page_of(case)}/decline", reason_code="no_consent", reason=long, where="村委会"
    )
    assert answer.status_code == 422
    assert "最多 500 个字，现在 3000 个" in text_of(answer.text)
    assert long in answer.text
    assert twin.office.case(case.id).status == "submitted"


# --- twice, and too late


def test_the_same_button_twice_does_it_once(twin: Twin) -> None:
    case = twin.office.submitted()
    clerk = twin.as_("zhou_wenjing")
    fields = form_on(clerk.get(page_of(case)).text, f"{page_of(case)}/accept")
    for _ in range(3):
        assert clerk.post(f"{page_of(case)}/accept", fields).status_code == 200
    assert twin.office.journal(case.id).count("accept") == 1
    send = form_on(clerk.get(page_of(case)).text, f"{page_of(case)}/send")
    for _ in range(3):
        assert clerk.post(f"{page_of(case)}/send", send).status_code == 200
    sent = twin.office.all(Transfer, Transfer.case_id == case.id)
    assert len({row.item for row in sent}) == len(sent) > 0


def test_the_same_button_twice_behind_a_link_does_it_once(twin: Twin) -> None:
    case, roof, _ = in_hand(twin)
    link = twin.link(roof.id)
    phone = twin.stranger()
    fields = form_on(phone.get(link).text, f"{link}/refuse") | REFUSAL
    for _ in range(3):
        answer = phone.post(f"{link}/refuse", fields)
        assert (answer.status_code, answer.url.path) == (200, "/a/done")
    assert twin.office.journal(case.id).count("t_refuse") == 1
    assert phone.get(link).status_code == 404
    stranger = twin.stranger()
    other = twin.link(roof.id)
    assert stranger.post(f"{other}/refuse", fields).status_code == 404


def test_a_page_that_is_too_old_says_who_did_what_and_gives_the_words_back(twin: Twin) -> None:
    case, roof, page = in_hand(twin)
    housing = twin.as_("housing_liaison")
    old = form_on(housing.get(page).text, f"{page}/refuse") | REFUSAL
    twin.office.act(start, twin.office.as_("housing_handler"), roof.id)
    answer = housing.post(f"{page}/refuse", old)
    words = text_of(answer.text)
    assert answer.status_code == 409
    assert "没有交上去" in words and "开始办" in words and REFUSAL["reason"] in words
    assert f'href="{page}"' in answer.text
    assert twin.office.transfer(roof.id).status == "processing"
    assert housing.post(f"{page}/refuse", old | {"stamp": "nonsense"}).status_code == 409
    assert twin.office.journal(case.id).count("t_refuse") == 0


def test_looking_at_a_case_makes_nobodys_page_old(twin: Twin) -> None:
    case = twin.office.act(full_case, twin.office.clerk.id)
    clerk, colleague = twin.as_("zhou_wenjing"), twin.as_("wang_lili")
    open_page = form_on(clerk.get(page_of(case)).text, f"{page_of(case)}/accept")
    show = form_on(colleague.get(page_of(case)).text, f"{page_of(case)}/show")
    colleague.post(f"{page_of(case)}/show", show | {"field": "phone.1", "why": "call"})
    assert clerk.post(f"{page_of(case)}/accept", open_page).status_code == 200
    assert twin.office.case(case.id).status == "accepted"


def test_two_clerks_at_once_one_is_told(twin: Twin) -> None:
    case = twin.office.submitted()
    seats: list[Seat] = [twin.as_("zhou_wenjing"), twin.as_("wang_lili")]
    first, second = (form_on(seat.get(page_of(case)).text, f"{page_of(case)}/accept") for seat in seats)
    assert seats[0].post(f"{page_of(case)}/accept", first).status_code == 200
    answer = seats[1].post(f"{page_of(case)}/accept", second)
    assert answer.status_code == 409
    assert "周文静" in text_of(answer.text)


def test_an_act_that_is_not_hers_is_refused_in_words(twin: Twin) -> None:
    _, roof, page = in_hand(twin)
    clerk = twin.as_("zhou_wenjing")
    csrf = re.search(r'name="csrf" value="([^"]+)"', clerk.get(page).text)
    assert csrf is not None and f"{page}/grant" not in clerk.get(page).text
    answer = clerk.post(
        f"{page}/grant",
        {"csrf": csrf[1], "stamp": f"{roof.version}.99", "effective_date": "2026-12-01", "benefit": "修房"},
    )
    assert answer.status_code in (409, 422)
    assert twin.office.transfer(roof.id).status == "received"


# --- the other acts of the window and of departments


def test_missing_papers_are_asked_once_and_then_supplied(twin: Twin) -> None:
    case = twin.office.act(full_case, twin.office.clerk.id)
    clerk = twin.as_("zhou_wenjing")
    empty = clerk.press(page_of(case), f"{page_of(case)}/supplement", materials=None, note="")
    assert empty.status_code == 422
    clerk.press(page_of(case), f"{page_of(case)}/supplement", materials=["mat_id_card"], note="拍清楚些")
    assert twin.office.case(case.id).status == "supplement_required"
    assert case.short_no in clerk.get("/desk?list=supplement").text
    clerk.press(page_of(case), f"{page_of(case)}/supply")
    assert twin.office.case(case.id).status == "submitted"
    again = clerk.press(page_of(case), f"{page_of(case)}/supplement", materials=["mat_id_card"])
    assert again.status_code == 422 and "要镇里领导同意" in text_of(again.text)


def test_a_department_asks_extends_and_returns(twin: Twin) -> None:
    office = twin.office
    case, transfers = office.sent()
    roof = next(row for row in transfers if row.dept == "housing")
    page = f"/desk/transfers/{roof.id}"
    housing = twin.as_("housing_liaison")
    no_idea = housing.press(page, f"{page}/return", return_reason="not_our_duty", suggested="")
    assert no_idea.status_code == 422
    office.act(receive, office.housing, roof.id, **office.promise())
    offered = re.search(r'name="materials" value="([^"]+)"', housing.get(page).text)
    assert offered is not None
    asked = housing.press(page, f"{page}/materials", materials=[offered[1]], note="")
    assert office.transfer(roof.id).status == "materials_requested", text_of(asked.text)
    housing.press(page, f"{page}/materials-ok")
    housing.press(page, f"{page}/extend", new_date="2026-11-20", reason="连着下雨，上不了房")
    assert office.transfer(roof.id).extended_count == 1
    hospital = next(row for row in transfers if row.dept == "medical_insurance")
    other = f"/desk/transfers/{hospital.id}"
    twin.as_("medical_insurance_liaison").press(
        other, f"{other}/return", return_reason="not_our_duty", suggested="civil_affairs"
    )
    clerk = twin.as_("zhou_wenjing")
    assert case.short_no in clerk.get("/desk?list=send").text
    html = clerk.get(page_of(case)).text
    assert re.search(r'<option value="civil_affairs" selected>', html), "the department that was suggested is chosen"


def test_the_window_calls_a_transfer_off_and_says_a_result_is_known(twin: Twin) -> None:
    office = twin.office
    case, roof, page = in_hand(twin)
    clerk = twin.as_("zhou_wenjing")
    other = next(row for row in office.all(Transfer, Transfer.case_id == case.id) if row.id != roof.id)
    away = f"/desk/transfers/{other.id}/cancel"
    short = clerk.press(page_of(case), away, reason="错")
    assert short.status_code == 422 and "至少 6 个字" in text_of(short.text)
    clerk.press(page_of(case), away, reason="转重了，家里已经报过")
    assert office.transfer(other.id).status == "cancelled"
    housing = twin.as_("housing_liaison")
    housing.press(page, f"{page}/grant", effective_date="2026-12-01", benefit="修房补助", amount="")
    assert housing.press(page, f"{page}/told").status_code == 422
    assert office.case(case.id).status == "decided"
    nothing = clerk.press(page_of(case), f"{page_of(case)}/feedback")
    assert nothing.status_code == 422
    clerk.press(page_of(case), f"{page_of(case)}/feedback", confirmation="visit")
    assert office.case(case.id).status == "feedback_delivered"


def test_nobody_fits_so_people_meet(twin: Twin) -> None:
    office = twin.office
    case = office.accepted()
    clerk, chair = twin.as_("zhou_wenjing"), twin.as_("jiang_yun")
    clerk.press(page_of(case), f"{page_of(case)}/meeting", reason="no_policy", proposal="拟请民政和住建一起看")
    assert office.case(case.id).status == "joint_meeting"
    assert case.short_no in chair.get("/desk?list=meeting").text
    chair.press(
        page_of(case), f"{page_of(case)}/resolve", outcome="accepted", minutes_no="会纪〔2026〕3号",
        result="住建先修屋顶，民政看临时救助",
    )  # fmt: skip
    assert office.case(case.id).status == "accepted"


def test_withdrawing_wants_a_tick(twin: Twin) -> None:
    case = twin.office.submitted()
    clerk = twin.as_("zhou_wenjing")
    assert clerk.press(page_of(case), f"{page_of(case)}/withdraw").status_code == 422
    clerk.press(page_of(case), f"{page_of(case)}/withdraw", sure="yes")
    assert twin.office.case(case.id).status == "withdrawn"


def test_a_colleague_takes_the_case_over(twin: Twin) -> None:
    case = twin.office.submitted()
    other = twin.as_("wang_lili")
    other.press(page_of(case), f"{page_of(case)}/own")
    assert twin.office.case(case.id).owner_id == twin.office.as_("wang_lili").id
