"""The desk in a real Chromium: wide and narrow, with and without scripts, by keyboard, on paper."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Page, expect

from backend.cases.acts import accept, request_supplement
from backend.cases.tables import Case
from backend.clock import SetClock
from backend.deadlines.sweep import sweep
from backend.messages import town_group
from backend.outbox.post import to_group
from backend.transfers.dispatching import send
from backend.transfers.handling import receive
from backend.transfers.tables import Transfer
from dialogs.terms import Term
from tests.builders import MORNING, TOWN
from tests.desk.households import PHONE, full_case, wants_human
from tests.desk.twin import Twin, running

pytestmark = pytest.mark.browser

Shot = Callable[..., None]


class Served:
    """The twin behind a real port."""

    def __init__(self, twin: Twin) -> None:
        self.twin = twin
        config = uvicorn.Config(twin.app, host="127.0.0.1", port=0, log_level="warning", lifespan="off", ws="none")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.02)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.base = f"http://127.0.0.1:{port}"

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)

    def enter(self, page: Page, login: str) -> None:
        page.goto(self.base + self.twin.sign_in_link(self.twin.office.as_(login).id))
        page.get_by_role("button", name="进入工作台").click()
        page.wait_for_url(f"{self.base}/desk")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    clock = SetClock(MORNING - dt.timedelta(days=14))
    with running(f"sqlite:///{tmp_path}/desk.db", tmp_path, clock) as runtime:
        made = Served(Twin(runtime))
        yield made
        made.stop()


def a_busy_morning(twin: Twin) -> dict[str, Case]:
    """Two weeks of work behind, some of it late, and new cases on the desk."""
    office, clock = twin.office, twin.runtime.env.clock
    assert isinstance(clock, SetClock)
    clerk = office.clerk
    late = office.act(full_case, clerk.id, name="赵长贵")
    office.act(accept, clerk, late.id, items=("medical_aid", "rural_house_repair"))
    plan = (("rural_house_repair", "housing"), ("medical_aid", "medical_insurance"))
    sent = office.act(send, clerk, late.id, plan)
    insurance = next(row for row in sent if row.dept == "medical_insurance")
    office.act(receive, office.insurance, insurance.id, **office.promise(6))
    clock.at = MORNING - dt.timedelta(days=6)
    missing = office.act(full_case, clerk.id, name="孙二妮", needs=["need_living"])
    office.act(request_supplement, clerk, missing.id, ["mat_id_card", "mat_household_register"])
    clock.at = MORNING - dt.timedelta(hours=20)
    sweep(office.writer, office.env)
    to_send = office.act(full_case, clerk.id, name="周大山", needs=["need_tuition"])
    office.act(accept, clerk, to_send.id)
    clock.at = MORNING
    sweep(office.writer, office.env)
    new = office.act(full_case, clerk.id)
    urgent = office.act(
        full_case, clerk.id, name="钱小凤", story="昨晚房子塌了一角，没地方住，家里有个三岁娃。",
        needs=["need_emergency_cash"], emergency_level="e1", emergency_code="em_house_collapse", green_channel=True,
    )  # fmt: skip
    office.act(wants_human, new)
    office.act(
        to_group, town_group(TOWN), "msg.alert_emergency", {"level": "e1", "where": Term("town", TOWN), "minutes": 5, "path": "/desk"},
        key="cnv_x:1:urgent:em_house_collapse", urgent=True,
    )  # fmt: skip
    return {"late": late, "missing": missing, "to_send": to_send, "new": new, "urgent": urgent}


def no_sideways(page: Page) -> None:
    """Nothing sticks out to the right."""
    page.wait_for_load_state("load")  # before its style sheet is there a page has no width to judge
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide}px too wide"


def part_of(twin: Twin, case: Case, dept: str) -> Transfer:
    return next(row for row in twin.office.all(Transfer, Transfer.case_id == case.id) if row.dept == dept)


@pytest.mark.parametrize("width", [1280, 360])
def test_a_case_goes_its_way(served: Served, phone: Callable[..., Any], shot: Shot, width: int) -> None:
    twin = served.twin
    cases = a_busy_morning(twin)
    page: Page = phone(width, 800 if width > 600 else 740, has_touch=width < 600).page

    def look(name: str, full: bool = True) -> None:
        no_sideways(page)
        shot(page, f"desk-{name}-{width}", full=full)

    page.goto(served.base + "/desk")
    look("0-signed-out")
    served.enter(page, "zhou_wenjing")
    look("1-queues")
    page.get_by_role("link", name=cases["new"].short_no).last.click()
    expect(page.get_by_text("屋顶漏雨")).to_be_visible()
    look("2-new-case")
    page.get_by_role("button", name="收下", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("收下了")
    look("3-accepted")
    page.get_by_role("button", name="转出去").click()
    expect(page.get_by_role("status")).to_contain_text("转出去了")
    look("4-sent")
    page.get_by_text("显示", exact=True).nth(1).click()
    reveal = page.locator("details.reveal[open]")
    reveal.get_by_label("为什么要看").select_option("call")
    reveal.get_by_role("button", name="记下并显示").click()
    expect(page.get_by_text(PHONE)).to_be_visible()
    look("5-shown")
    roof = part_of(twin, cases["new"], "housing")
    page.locator("li.part", has_text="管房子").get_by_role("button", name="做一个部门链接").click()
    link = page.get_by_label("链接").input_value()
    look("6-link", full=False)
    page.goto(served.base + "/desk/alerts")
    page.get_by_role("button", name="我来处理").first.click()
    expect(page.get_by_text("在处理").first).to_be_visible()
    look("7-alerts")
    page.goto(served.base + "/desk/late")
    look("8-late")

    page.context.clear_cookies()
    token = link.rsplit("/", 1)[1]
    page.goto(f"{served.base}/a/{token}")
    look("9-link-receive")
    page.get_by_label("经办人").fill("孙立军")
    page.get_by_label("经办电话").fill("0900-0000205")
    page.get_by_label("哪天前给准信").fill("2026-11-14")
    page.get_by_role("button", name="签收").click()
    expect(page.get_by_text("这一天不行")).to_be_visible()
    assert page.get_by_label("经办人").input_value() == "孙立军"
    look("10-link-problem")
    page.get_by_label("哪天前给准信").fill("2026-11-18")
    page.get_by_role("button", name="签收").click()
    expect(page.get_by_text("准予", exact=True)).to_be_visible()
    page.get_by_text("不予", exact=True).click()
    page.get_by_role("button", name="不予，写给申请人").click()
    look("11-link-refuse")
    page.get_by_text("准予", exact=True).click()
    page.get_by_label("从哪天起").fill("2026-12-01")
    page.get_by_label("给什么").fill("修房补助")
    page.get_by_label("多少").fill("12000元")
    page.get_by_role("button", name="准予，写给申请人").click()
    expect(page.get_by_role("heading", name="记下了，谢谢")).to_be_visible()
    look("12-link-done")
    page.goto(f"{served.base}/a/{token}")
    look("13-link-over")
    assert twin.office.transfer(roof.id).status == "granted"

    served.enter(page, "medical_insurance_liaison")
    look("14-department")
    page.get_by_role("link", name=cases["new"].short_no).first.click()
    look("15-transfer")


def test_the_lists_renew_themselves_and_work_without_scripts(
    served: Served, phone: Callable[..., Any], shot: Shot
) -> None:
    twin = served.twin
    page: Page = phone(1280, 800, has_touch=False).page
    served.enter(page, "zhou_wenjing")
    expect(page.get_by_text("没有新来的。")).to_be_visible()
    case = twin.office.act(full_case, twin.office.clerk.id)
    expect(page.get_by_role("link", name=case.short_no)).to_be_visible(timeout=9000)
    expect(page.locator("#fresh")).to_contain_text("自动更新")
    plain: Page = phone(360, 740, java_script_enabled=False).page
    served.enter(plain, "zhou_wenjing")
    plain.get_by_role("link", name=case.short_no).click()
    plain.get_by_role("button", name="收下", exact=True).click()
    assert twin.office.case(case.id).status == "accepted"


def test_the_keyboard_reaches_everything_and_paper_holds_the_case(
    served: Served, phone: Callable[..., Any], shot: Shot
) -> None:
    twin = served.twin
    cases = a_busy_morning(twin)
    page: Page = phone(1280, 800, has_touch=False).page
    served.enter(page, "zhou_wenjing")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    shot(page, "desk-16-skip-1280")
    page.goto(f"{served.base}/desk/cases/{cases['new'].id}")
    page.get_by_role("button", name="收下", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("收下了")
    page.emulate_media(media="print")
    shot(page, "desk-17-print", full=True)
    small = page.evaluate(
        """() => Array.from(document.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary'))
            .map(e => [e.textContent.trim() || e.name, e.getBoundingClientRect()])
            .filter(([_, r]) => r.width && r.height && (r.height < 24 || r.width < 24)).map(([t, r]) => t + ' ' + r.height)"""
    )
    page.emulate_media(media="screen")
    assert small == []
