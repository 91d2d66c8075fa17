"""The lists: what waits for whom, what is late, what the groups were told and who took it up."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from html import unescape

import pytest

from backend.clock import SetClock
from backend.deadlines.sweep import sweep
from backend.journal.tables import JournalEntry
from backend.messages import town_group
from backend.outbox.deliver import Outbox
from backend.outbox.post import to_group
from backend.outbox.tables import Outgoing
from backend.web.board import Board
from dialogs.terms import Term
from tests.builders import TOWN
from tests.desk.households import full_case, wants_human
from tests.desk.twin import Twin, text_of

SECRETS = ("李秀英", "王桂兰", "王德福", "379901", "13000000012", "脑出血", "三组")


def test_each_list_holds_its_cases_and_counts_them(twin: Twin) -> None:
    office = twin.office
    new = office.act(full_case, office.clerk.id)
    urgent = office.act(full_case, office.clerk.id, emergency_level="e1", green_channel=True)
    accepted = office.accepted()
    sent, _ = office.sent()
    office.act(wants_human, sent)
    clerk = twin.as_("zhou_wenjing")
    html = clerk.get("/desk").text
    for code, numbers in {
        "urgent": [urgent], "new": [new, urgent], "send": [accepted], "departments": [sent], "people": [sent],
    }.items():  # fmt: skip
        section = re.search(rf'<section class="queue is-{code}".*?</section>', html, re.S)
        assert section is not None, code
        for case in numbers:
            assert case.short_no in section[0]
        assert f'class="count">{len(numbers)} ' in section[0]
    assert "李**" in html and "李秀英" not in html
    part = clerk.get("/desk/part").text
    assert part.startswith("<!DOCTYPE") is False and new.short_no in part
    assert "还有" in text_of(html)
    talk = re.search(r'href="(/desk/talks/[^"]+)"', html)
    assert talk is not None
    assert sent.short_no in clerk.get(talk[1]).text
    clerk.press(talk[1], f"{talk[1]}/take")
    assert 'queue is-people"' not in clerk.get("/desk").text


def test_a_department_sees_its_own_and_when_it_is_due(twin: Twin) -> None:
    office = twin.office
    case, _ = office.sent()
    html = twin.as_("housing_liaison").get("/desk").text
    assert html.count(f"<b>{case.short_no}-01</b>") == 1
    assert "11月5日（周四）" in html
    assert case.short_no not in twin.as_("education_liaison").get("/desk").text
    received, transfers = office.received()
    mine = twin.as_("housing_handler").get("/desk?list=d_hand").text
    assert received.short_no in mine and transfers[0].id in mine


@pytest.mark.parametrize("kind", ["sqlite"])
def test_many_cases_come_in_pages(twin: Twin, kind: str) -> None:
    for _ in range(14):
        twin.office.submitted()
    clerk = twin.as_("zhou_wenjing")
    html = clerk.get("/desk").text
    assert html.count('class="row"') == 12 and "看全部 14 件" in html
    assert clerk.get("/desk?list=new").text.count('class="row"') == 14
    for nonsense in ("x", "1.", "99999999999999999.cas_x", "12345678901234567890.x", "5.%ff"):
        assert clerk.get(f"/desk?list=new&after={nonsense}").status_code == 200
    assert clerk.get("/desk?list=new&page=x").status_code == 200


def test_what_is_late_is_seen_with_its_holder_by_everybody_who_may(twin: Twin) -> None:
    office = twin.office
    case, _ = office.sent()
    clock = twin.runtime.env.clock
    assert isinstance(clock, SetClock)
    clock.at += dt.timedelta(days=7)
    sweep(office.writer, office.env)
    clerk = twin.as_("zhou_wenjing").get("/desk/late").text
    words = text_of(clerk)
    assert "晚了 4 个工作日" in words and "应在 11月5日（周四）" in words
    assert f"/desk/cases/{case.id}" in clerk and "许振华" in words and "三级督办" in words
    housing = text_of(twin.as_("housing_liaison").get("/desk/late").text)
    assert f"{case.short_no}-01" in housing and f"{case.short_no}-02" not in housing
    supervisor = twin.as_("yan_zheng").get("/desk/late").text
    assert case.short_no in supervisor and case.id not in supervisor
    for secret in SECRETS:
        assert secret not in supervisor
    assert case.short_no in text_of(twin.as_("zhou_wenjing").get("/desk?list=late").text)


def test_the_board_shows_what_was_posted_and_who_took_it_up(twin: Twin) -> None:
    office, env = twin.office, twin.runtime.env
    case, _ = office.sent()
    emergency = {"level": "e1", "where": Term("town", TOWN), "minutes": 5, "path": "/desk"}
    office.act(to_group, town_group(TOWN), "msg.alert_emergency", emergency, key="cnv_x:1:urgent:em", urgent=True)
    clock = env.clock
    assert isinstance(clock, SetClock)
    clock.at += dt.timedelta(days=7)
    sweep(office.writer, env)
    asyncio.run(Outbox(office.writer, env, {"board": Board()}).drain())
    assert {row.status for row in office.all(Outgoing, Outgoing.channel == "board")} == {"sent"}

    clerk = twin.as_("zhou_wenjing")
    html = clerk.get("/desk/alerts").text
    words = text_of(html)
    assert "青石镇窗口群" in words and "督办" in words and case.short_no in words
    assert "【急" in words and "5分钟内" in words
    for secret in SECRETS:
        assert secret not in words
    assert office.all(JournalEntry, JournalEntry.event == "alert_taken") == [], "looking is not doing"
    action = re.findall(r'action="(/desk/alerts/[^"]+/take)"', html)[-1]
    clerk.press("/desk/alerts", action)
    csrf = re.search(r'name="csrf" value="([^"]+)"', html)
    assert csrf is not None
    second = twin.as_("wang_lili")
    assert "周文静 在处理" in text_of(second.get("/desk/alerts").text)
    clerk.post(action, {"csrf": csrf[1]})
    assert len(office.all(JournalEntry, JournalEntry.event == "alert_taken")) == 1

    housing = text_of(twin.as_("housing_liaison").get("/desk/alerts").text)
    assert "住建局（管房子的）群" in housing and "窗口群" not in housing
    county = text_of(twin.as_("shen_yan").get("/desk/alerts").text)
    for group in ("窗口群", "住建局（管房子的）群", "县中心群", "督办群"):
        assert group in county
    supervisor = text_of(twin.as_("yan_zheng").get("/desk/alerts").text)
    assert "督办群" in supervisor and "窗口群" not in supervisor


def test_every_case_of_a_long_list_is_on_one_page_and_only_on_one(twin: Twin) -> None:
    office = twin.office
    everyone = {office.submitted().short_no for _ in range(53)}
    clerk = twin.as_("zhou_wenjing")
    first = clerk.get("/desk?list=new").text
    onward = re.search(r'href="(/desk\?list=new&amp;after=[^"]+)"', first)
    assert onward is not None
    second = clerk.get(unescape(onward[1])).text
    pages = [re.findall(r'<span class="no"><b>([^<]+)</b>', page) for page in (first, second)]
    assert [len(page) for page in pages] == [50, 3]
    assert {number for page in pages for number in page} == everyone
    assert "回到最前面" in second and "后一页" not in second


def test_beyond_a_hundred_a_list_says_that_there_are_more(twin: Twin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.web.queues.MANY", 5)
    monkeypatch.setattr("backend.web.routes_lists.MANY", 5)
    for _ in range(14):
        twin.office.submitted()
    words = text_of(twin.as_("zhou_wenjing").get("/desk").text)
    assert "4 件以上" in words and "4+" in words and "看后面的" in words
