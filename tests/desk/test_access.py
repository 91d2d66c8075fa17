"""Who may open what: every route for every role, and the same page for everything that is not there."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from sqlmodel import select

from backend.cases.acts import accept
from backend.cases.tables import Case
from backend.clock import SetClock
from backend.conversations.tables import Attachment
from backend.ids import new_id
from backend.journal.tables import JournalEntry
from backend.messages import group_params, town_group
from backend.outbox.post import to_group
from backend.outbox.tables import Outgoing
from backend.staff.service import disable, revoke_links
from backend.staff.tables import Staff, StaffSession
from backend.transfers.dispatching import send
from backend.transfers.handling import receive
from backend.writer import Tx
from dialogs.terms import Param, Term
from tests.builders import MORNING, TOWN
from tests.desk.households import ID_NUMBER, PHONE, PIXEL, full_case, wants_human
from tests.desk.twin import Seat, Twin, running, text_of

pytestmark = pytest.mark.parametrize("kind", ["sqlite"])

ROLES = {
    "clerk": "zhou_wenjing",
    "clerk_elsewhere": "clerk_elsewhere",
    "liaison": "housing_liaison",
    "liaison_elsewhere": "education_liaison",
    "county": "shen_yan",
    "supervisor": "yan_zheng",
    "admin": "admin_desk",
}


@pytest.fixture
def seats(twin: Twin) -> dict[str, Seat]:
    """A browser for each role, and one nobody signed in with."""
    twin.office.act(_another_town)
    with twin.runtime.database.read() as session:
        twin.office._staff = {staff.login: staff for staff in session.exec(select(Staff)).all()}
    return {"anonymous": twin.stranger(), **{role: twin.as_(login) for role, login in ROLES.items()}}


def _another_town(tx: Tx, env: object) -> None:
    tx.session.add(
        Staff(
            id=new_id("stf"), login="clerk_elsewhere", name="冯镇西", roles=["window_clerk"], dept="", county="379901",
            town="03",
        )
    )  # fmt: skip


def test_each_page_opens_for_whom_it_is_meant_and_for_nobody_else(twin: Twin, seats: dict[str, Seat]) -> None:
    office = twin.office
    case = office.act(full_case, office.clerk.id)
    office.act(accept, office.clerk, case.id, items=("rural_house_repair",))
    transfer = office.act(send, office.clerk, case.id, [("rural_house_repair", "housing")])[0]
    talk = office.act(wants_human, case)
    photo = office.all(Attachment)[0].id
    params: dict[str, Param] = group_params(twin.runtime.env, case)
    office.act(
        to_group,
        town_group(TOWN),
        "msg.staff_new_case",
        {**params, "green": Term("green", "no")},
        key="n",
        case_id=case.id,
    )
    town_alert = office.all(Outgoing, Outgoing.group_code == "town:02")[0].id
    everyone = set(ROLES)
    window = {"clerk", "county"}
    open_to: dict[tuple[str, str], set[str]] = {
        ("GET", "/desk"): everyone,
        ("GET", "/desk/part"): everyone,
        ("GET", "/desk/alerts"): everyone,
        ("GET", "/desk/alerts/part"): everyone,
        ("GET", "/desk/late"): everyone - {"admin"},
        ("GET", "/desk/late/part"): everyone - {"admin"},
        ("GET", "/desk?list=new"): {"clerk", "clerk_elsewhere", "county"},
        ("GET", "/desk?list=d_sign"): {"liaison", "liaison_elsewhere"},
        ("GET", f"/desk/talks/{talk.id}"): window,
        ("GET", f"/desk/cases/{case.id}"): window,
        ("GET", f"/desk/cases/{case.id}/files/{photo}"): window,
        ("GET", f"/desk/transfers/{transfer.id}"): window | {"liaison"},
        ("POST", f"/desk/talks/{talk.id}/take"): window,
        ("POST", f"/desk/alerts/{town_alert}/take"): window,
        ("POST", f"/desk/cases/{case.id}/show"): window,
        ("POST", f"/desk/cases/{case.id}/link/{transfer.id}"): window,
        ("POST", f"/desk/cases/{case.id}/withdraw"): window,
        ("POST", f"/desk/cases/{case.id}/nonsense"): set(),
        ("POST", f"/desk/transfers/{transfer.id}/show"): window | {"liaison"},
        ("POST", f"/desk/transfers/{transfer.id}/receive"): window | {"liaison"},
        ("POST", f"/desk/transfers/{transfer.id}/refuse"): window | {"liaison"},
        ("POST", f"/desk/transfers/{transfer.id}/nonsense"): set(),
    }
    missing = seats["county"].get("/desk/cases/cas_nothing").text
    for (method, path), roles in open_to.items():
        for role, seat in seats.items():
            said = f"{method} {path} as {role}"
            if method == "GET":
                answer = seat.get(path)
            else:
                field = {"field": "phone.1", "why": "call"} if path.endswith("show") else {}
                answer = seat.post(path, {"csrf": csrf_of(seat), **field})
            if role == "anonymous":
                assert answer.status_code == 401, said
                assert "登录链接" in answer.text
            elif role in roles:
                assert answer.status_code not in (401, 403, 404, 500), said
            else:
                assert answer.status_code == 404, f"{said}: {answer.status_code}"
                assert answer.text == missing, said
    journal = [entry.actor_id for entry in office.all(JournalEntry, JournalEntry.event == "sensitive_shown")]
    assert set(journal) == {office.clerk.id, office.county.id, office.housing.id}


def csrf_of(seat: Seat) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', seat.get("/desk").text)
    return found[1] if found else ""


@pytest.mark.parametrize(
    "path",
    [
        "/desk/cases/1", "/desk/cases/cas_" + "0" * 32, "/desk/cases/" + "x" * 500, "/desk/cases/%00",
        "/desk/cases/..%2f..", "/desk/transfers/1", "/desk/transfers/" + "y" * 500, "/desk/talks/1", "/desk/nothing",
        "/desk/enter/guess", "/a/guess", "/a/" + "z" * 500, "/desk?list=nothing", "/desk/cases/'%20OR%201=1--",
    ],
)  # fmt: skip
def test_what_is_not_there_is_always_the_same_page(twin: Twin, path: str) -> None:
    clerk = twin.as_("zhou_wenjing")
    answer = clerk.get(path)
    assert (answer.status_code, answer.text) == (404, clerk.get("/desk/cases/nope").text)


def test_a_link_run_out_taken_back_used_up_or_guessed_looks_the_same(twin: Twin) -> None:
    office = twin.office
    _, transfers = office.sent()
    short, foreign = twin.link(transfers[0].id, hours=1), twin.sign_in_link(office.clerk.id)
    stranger = twin.stranger()
    assert stranger.get(short).status_code == 200
    clock = twin.runtime.env.clock
    assert isinstance(clock, SetClock)
    clock.at += dt.timedelta(hours=2)
    taken_back = twin.link(transfers[0].id)
    office.act(revoke_links, transfers[0].id)
    pages = [
        stranger.get(path) for path in (short, taken_back, foreign.replace("/desk/enter/", "/a/"), "/a/" + "A" * 43)
    ]
    pages += [stranger.post(f"{short}/start", {}), stranger.post(f"{short}/show", {"field": "phone.1", "why": "call"})]
    assert {page.status_code for page in pages} == {404}
    assert len({page.text for page in pages}) == 1
    for page in pages:
        assert page.headers["referrer-policy"] == "no-referrer"


def test_a_link_reaches_its_one_transfer_and_never_the_desk(twin: Twin) -> None:
    _, transfers = twin.office.sent()
    stranger = twin.stranger()
    link = twin.link(transfers[0].id)
    assert stranger.get(link).status_code == 200
    assert stranger.get("/desk").status_code == 401
    assert stranger.get(f"/desk/transfers/{transfers[0].id}").status_code == 401
    assert stranger.post(f"{link}/cancel", {"reason": "不想办了不想办了"}).status_code == 404
    assert stranger.post(f"{link}/told", {"confirmation": "phone"}).status_code == 404


def test_masked_fields_are_shown_for_a_reason_and_after_the_journal(twin: Twin) -> None:
    office = twin.office
    case = office.act(full_case, office.clerk.id)
    clerk = twin.as_("zhou_wenjing")
    page = f"/desk/cases/{case.id}"
    seen = clerk.get(page).text
    assert ID_NUMBER not in seen and PHONE not in seen
    assert "379901********0026" in seen and "130****0012" in seen
    field = {"csrf": csrf_of(clerk), "field": "id_number.1"}
    refused = clerk.post(f"{page}/show", field)
    assert refused.status_code == 422 and ID_NUMBER not in refused.text
    assert "sensitive_shown" not in office.journal(case.id)
    shown = clerk.post(f"{page}/show", field | {"why": "verify"})
    assert ID_NUMBER in shown.text and PHONE not in shown.text
    entry = office.all(JournalEntry, JournalEntry.event == "sensitive_shown")[0]
    assert entry.data == {"field": "id_number", "position": 1, "reason": "verify"}
    assert ID_NUMBER not in clerk.get(page).text


def test_a_photo_is_journalled_and_then_opened(twin: Twin) -> None:
    office = twin.office
    case = office.act(full_case, office.clerk.id)
    other = office.act(full_case, office.clerk.id)
    clerk = twin.as_("zhou_wenjing")
    photo = office.all(Attachment, Attachment.case_id == case.id)[0].id
    elsewhere = clerk.get(f"/desk/cases/{case.id}/files/{photo}", headers={"sec-fetch-site": "cross-site"})
    assert elsewhere.status_code == 403 and "file_opened" not in office.journal(case.id)
    answer = clerk.get(f"/desk/cases/{case.id}/files/{photo}")
    assert answer.content == PIXEL
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "file_opened" in office.journal(case.id)
    assert clerk.get(f"/desk/cases/{other.id}/files/{photo}").status_code == 404
    for path in (twin.runtime.env.settings.media_dir).rglob("att_*"):
        path.write_bytes(b"\x01\x01" + b"x" * 60)
    gone = clerk.get(f"/desk/cases/{case.id}/files/{photo}")
    assert gone.status_code == 410 and "找不到了" in gone.text
    assert clerk.get(f"/desk/cases/{case.id}").status_code == 200


def test_a_department_sees_what_its_item_needs(twin: Twin) -> None:
    office = twin.office
    case = office.act(full_case, office.clerk.id, needs=["need_tuition", "need_medical_fee"])
    office.act(accept, office.clerk, case.id, items=("education_aid", "medical_aid"))
    plan = [("education_aid", "education"), ("medical_aid", "medical_insurance")]
    school, hospital = office.act(send, office.clerk, case.id, plan)
    teacher = twin.as_("education_liaison").get(f"/desk/transfers/{school.id}").text
    assert "李秀英" in teacher and "****0026" in teacher
    for hidden in ("脑出血", "379901*", "166.67", "三组", "看病住院"):
        assert hidden not in teacher
    insurance = twin.as_("medical_insurance_liaison").get(f"/desk/transfers/{hospital.id}").text
    for open_ in ("脑出血", "379901********0026", "166.67"):
        assert open_ in insurance
    office.act(receive, office.insurance, hospital.id, **office.promise())
    phone = twin.stranger().get(twin.link(hospital.id)).text
    assert "379901*" not in phone and "****0026" in phone


def test_somebody_disabled_is_out_at_her_next_click(twin: Twin) -> None:
    clerk = twin.as_("zhou_wenjing")
    assert clerk.get("/desk").status_code == 200
    twin.office.act(disable, twin.office.county, twin.office.clerk.id)
    assert clerk.get("/desk").status_code == 401


def test_a_link_preview_does_not_use_the_sign_in_link_and_leaving_ends_it(twin: Twin) -> None:
    link = twin.sign_in_link(twin.office.clerk.id)
    preview = twin.stranger()
    for _ in range(3):
        assert preview.get(link).status_code == 200
    clerk = twin.stranger()
    clerk.enter(link)
    assert text_of(clerk.get("/desk").text).find("周文静") > 0
    assert twin.stranger().post(link, {}).status_code == 404
    held = dict(clerk.cookies)
    clerk.post("/desk/leave", {"csrf": csrf_of(clerk)})
    clerk.cookies.update(held)
    assert clerk.get("/desk").status_code == 401
    sessions = twin.office.all(StaffSession)
    assert all(value not in row.token_hash for row in sessions for value in held.values())


def test_the_cookie_is_kept_from_scripts_and_bound_to_https(tmp_path: Path, kind: str) -> None:
    url = f"sqlite:///{tmp_path}/desk.db"
    with running(url, tmp_path, SetClock(MORNING), base_url="https://desk.example") as runtime:
        twin = Twin(runtime)
        seat = twin.stranger()
        answer = seat.send(
            "POST", twin.sign_in_link(twin.office.clerk.id), follow_redirects=False, headers={"host": "desk.example"}
        )
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-desk=")
        for part in ("HttpOnly", "SameSite=lax", "Secure", "Path=/"):
            assert part in cookie


def test_every_answer_carries_the_headers(twin: Twin) -> None:
    clerk = twin.as_("zhou_wenjing")
    case: Case = twin.office.submitted()
    for path in ("/desk", f"/desk/cases/{case.id}", "/desk/none", "/a/none", "/desk/static/desk.css", "/a/done"):
        headers = clerk.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'self'")
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-frame-options"] == "DENY"
