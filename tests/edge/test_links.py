"""Links end with what they are for, and a link that does not work looks the same whatever the reason."""

from __future__ import annotations

import datetime as dt

import pytest

from backend.cases import acts
from backend.cases.tables import Representation
from backend.clock import SetClock
from backend.ids import new_id
from backend.inbox.tables import Contact
from backend.staff.service import issue_link
from backend.staff.tables import OneTimeLink
from backend.transfers import deciding, dispatching, returning
from backend.transfers.tables import Transfer
from backend.writer import Tx
from tests.builders import GRANT, applicant
from tests.desk.twin import Twin
from tests.edge.browsers import Browser, Edge
from tests.edge.conftest import Open


@pytest.fixture
def her(edge: Edge) -> Browser:
    """李秀英, who handed in her case."""
    browser = edge.browser()
    browser.files_a_case()
    return browser


def test_her_notice_opens_for_her_and_forwarded_expired_revoked_or_guessed_looks_the_same(
    edge: Edge, her: Browser, clock: SetClock
) -> None:
    shown = her.get(her.notice)
    assert shown.status_code == 200 and "一次给您说全" in shown.text
    assert her.get(her.notice).status_code == 200, "she may open it as often as she likes"
    neighbour = edge.browser()
    neighbour.get("/")
    neighbour.says("你好")
    dead = [edge.browser().get(her.notice), neighbour.get(her.notice), her.get("/n/" + "A" * 43), her.get("/n/x")]
    case = edge.her_case(her)
    edge.office.act(acts.withdraw, applicant(case), case.id)
    dead.append(her.get(her.notice))
    clock.at += dt.timedelta(days=61)
    dead.append(her.get(her.notice))
    assert {page.status_code for page in dead} == {404}
    assert len({page.text for page in dead}) == 1
    assert "打窗口电话" in dead[0].text and "0900-" in dead[0].text
    assert {page.headers["referrer-policy"] for page in (shown, *dead)} == {"no-referrer"}
    assert {page.headers["cache-control"] for page in (shown, *dead)} == {"no-store"}


def test_whoever_acts_for_her_may_read_it_until_that_ends(edge: Edge, her: Browser, clock: SetClock) -> None:
    case = edge.her_case(her)
    helper = edge.browser()
    helper.get("/")
    helper.says("你好")
    [contact] = edge.office.all(Contact, Contact.id != case.contact_id, Contact.channel == "web")

    def may_act(tx: Tx) -> None:
        tx.session.add(
            Representation(
                id=new_id("rep"), case_id=case.id, principal_id=case.applicant_id, agent_id=case.applicant_id,
                contact_id=contact.id, relation="daughter", proof="signature", starts_at=clock.at,
                ends_at=clock.at + dt.timedelta(days=2),
            )
        )  # fmt: skip

    assert helper.get(her.notice).status_code == 404
    edge.runtime.writer.run_sync(may_act)
    assert helper.get(her.notice).status_code == 200
    clock.at += dt.timedelta(days=3)
    assert helper.get(her.notice).status_code == 404


@pytest.mark.parametrize("days", [1, 20])
def test_how_long_a_notice_is_open_is_a_setting(open_edge: Open, clock: SetClock, days: int) -> None:
    edge = open_edge(notice_link_days=days)
    her = edge.browser()
    her.files_a_case()
    clock.at += dt.timedelta(days=days, seconds=-1)
    assert her.get(her.notice).status_code == 200
    clock.at += dt.timedelta(seconds=1)
    assert her.get(her.notice).status_code == 404


def test_a_case_that_is_not_taken_ends_the_link_to_its_notice(edge: Edge, her: Browser) -> None:
    case = edge.her_case(her)
    edge.office.act(
        acts.decline_accept, edge.office.clerk, case.id, reason_code="not_social_assistance",
        reason="这件事不归社会救助管，要到人社所办。", where="青石镇人社所", phone="0900-0000300",
    )  # fmt: skip
    assert her.get(her.notice).status_code == 404


def test_told_elsewhere_than_in_a_browser_the_first_one_to_open_it_keeps_it(edge: Edge, her: Browser) -> None:
    case = edge.her_case(her)

    def on_another_channel(tx: Tx) -> str:
        contact = tx.session.get(Contact, case.contact_id)
        assert contact is not None
        contact.channel = "terminal"
        tx.session.add(contact)
        return issue_link(tx, edge.runtime.env, "notice", case.id)

    path = "/n/" + edge.runtime.writer.run_sync(on_another_channel)
    phone, neighbour = edge.browser("203.0.113.9"), edge.browser("203.0.113.10")
    first = phone.get(path)
    assert first.status_code == 200 and "HttpOnly" in first.headers["set-cookie"]
    assert phone.get(path).status_code == 200
    forwarded = neighbour.get(path)
    assert forwarded.status_code == 404
    assert forwarded.text == neighbour.get("/n/" + "B" * 43).text


@pytest.mark.parametrize("ending", ["cancelled", "withdrawn", "sent back", "granted"])
def test_a_departments_link_ends_with_its_transfer(edge: Edge, ending: str) -> None:
    twin = Twin(edge.runtime)
    office = twin.office
    case, transfers = office.sent() if ending == "sent back" else office.received()
    transfer = transfers[0]
    link = twin.link(transfer.id)
    stranger = twin.stranger()
    assert stranger.get(link).status_code == 200
    if ending == "cancelled":
        office.act(dispatching.cancel, office.clerk, transfer.id, reason="申请人说不用办这一项了")
    elif ending == "withdrawn":
        office.act(acts.withdraw, applicant(case), case.id)
    elif ending == "sent back":
        office.act(
            returning.return_, office.of(transfer), transfer.id, reason="not_our_duty", suggested_dept="civil_affairs"
        )
    else:
        office.act(deciding.grant, office.of(transfer), transfer.id, **GRANT)
    row = office.all(OneTimeLink, OneTimeLink.subject == transfer.id)[0]
    assert row.revoked_at is not None
    gone = stranger.get(link)
    assert (gone.status_code, gone.text) == (404, stranger.get("/a/" + "A" * 43).text)


def test_a_decision_that_is_opened_again_does_not_bring_the_old_link_back(edge: Edge) -> None:
    twin = Twin(edge.runtime)
    _, transfers = twin.office.received()
    link = twin.link(transfers[0].id)
    twin.office.act(deciding.grant, twin.office.of(transfers[0]), transfers[0].id, **GRANT)

    _set_status(edge, transfers[0].id, "processing")  # as an objection that was upheld does
    assert twin.stranger().get(link).status_code == 404
    _set_status(edge, transfers[0].id, "granted")


def _set_status(edge: Edge, transfer_id: str, status: str) -> None:
    def act(tx: Tx) -> None:
        row = tx.session.get(Transfer, transfer_id)
        assert row is not None
        row.status = status
        tx.session.add(row)

    edge.runtime.writer.run_sync(act)
