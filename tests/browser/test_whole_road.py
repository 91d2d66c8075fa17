"""The whole road of one case, in a real Chromium at phone width, against the real service.

She tells her trouble, a clerk accepts and sends it to two departments, one signs and grants on the desk, the other refuses
through a one-time link; each step appears in her open chat without a reload. A third department stays silent and is
escalated to the staff group.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, TimeoutError, expect

from backend.clock import SystemClock, local_day
from backend.deadlines.calendar import load_calendar
from tests.browser.conftest import SHOTS, Phone
from tests.browser.service import Service

pytestmark = pytest.mark.browser

STORY = "俺家着难了，老头子住院花了五万多，报完还欠人两万多，屋里还漏雨，日子过不下去"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    made = Service(tmp_path)
    yield made
    made.stop()
    errors = [line for line in made.errors().splitlines() if "error" in line.lower()]
    assert not errors, errors


class Chat:
    """Her phone."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def says(self, text: str, hears: str) -> None:
        """She writes, and the answer has these words; the words stay in the box until they are stored."""
        before = self.page.locator("#log").inner_text().count(hears)
        self.page.fill("#text", text)
        self.page.get_by_role("button", name="发送").click()
        self.hears(hears, before + 1)

    def hears(self, words: str, times: int = 1, seconds: int = 15) -> None:
        try:
            self.page.wait_for_function(
                "([words, times]) => document.querySelector('#log').innerText.split(words).length > times",
                arg=[words, times],
                timeout=seconds * 1000,
            )
        except TimeoutError:
            raise AssertionError(f"{words!r} was not heard:\n{self.page.locator('#log').inner_text()[-900:]}") from None

    def shot(self, name: str) -> None:
        SHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SHOTS / f"road-{name}.png")


def file_a_case(chat: Chat, base: str) -> tuple[str, str]:
    """Her part of the road; the number and the query code she is given."""
    chat.page.goto(base + "/")
    chat.hears("有难处，跟我说说就行")
    chat.shot("1-welcome")
    chat.says(STORY, "您同意我就接着问")
    chat.shot("2-consent")
    for answer, question in (
        ("同意", "同意我们登记吗"),
        ("中", "您叫什么名字"),
        ("李秀英", "身份证号是多少"),
        ("379901195709200044", "这个号码对不上"),
        ("37990119570920 0043", "打哪个电话"),
        ("1300000 0001", "哪个村"),
        ("柳沟村二组", "一个月大概有多少钱"),
        ("一百六十八养老金", "爱人叫什么名字"),
        ("赵玉柱，71岁，他也是一个月168", "还有谁一块住"),
        ("没有了", "同意查吗"),
        ("同意查", "我念一遍"),
    ):
        chat.says(answer, question)
    chat.shot("3-card")
    chat.page.get_by_role("button", name="有不对的，改一改").last.click()
    chat.hears("哪一样不对")
    chat.says("电话写错了，是13000000002", "13000000002")
    chat.page.get_by_role("button", name="都对，交上去").last.click()
    chat.hears("交上去了")
    chat.hears("一次给您说全")
    chat.shot("4-receipt")
    told = chat.page.locator("#log").inner_text()
    number = re.search(r"26-\d{5}", told)
    code = re.search(r"查询码[：:]?\s*(\d{4}-\d{4}-\d{5})", told)
    assert number and code, told[-800:]
    return number[0], code[1]


def enter(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_role("button").first.click()
    expect(page.get_by_role("heading", name="待办")).to_be_visible()


def working_day_ahead(days: int) -> str:
    return load_calendar().add_working_days(local_day(SystemClock().now()), days).day.isoformat()


def test_one_case_from_her_first_words_to_the_last_answer(
    service: Service, phone: Callable[..., Phone], chromium: object
) -> None:
    chat = Chat(phone(360, 740).page)
    number, code = file_a_case(chat, service.base)

    desk = phone(1280, 900, has_touch=False).page
    enter(desk, service.desk_link)
    desk.get_by_role("link", name=number).first.click()
    desk.screenshot(path=SHOTS / "road-5-desk-top.png")
    desk.screenshot(path=SHOTS / "road-5-desk-case.png", full_page=True)
    expect(desk.locator("blockquote").first).to_contain_text("老头子住院")
    assert "379901195709200043" not in desk.content()
    desk.get_by_role("button", name="收下", exact=True).click()
    chat.hears("收下了！")

    sent = ("medical_aid", "rural_house_repair", "red_cross_aid")
    for value in desk.eval_on_selector_all("input[name=send]", "all => all.map(one => one.value)"):
        desk.locator(f"input[name=send][value={value}]").set_checked(value in sent)
    desk.get_by_role("button", name="转出去", exact=True).click()
    chat.hears("您的事分给了")
    desk.screenshot(path=SHOTS / "road-6-desk-sent.png", full_page=True)

    # The housing office signs with a day and grants, on the desk.
    housing = phone(1280, 900, has_touch=False).page
    enter(housing, service.link_for("housing_handler"))
    housing.get_by_role("link", name=re.compile(number)).first.click()
    housing.locator("[name=promised]").fill(working_day_ahead(5))
    housing.locator("[name=handler_name]").fill("孙建平")
    housing.locator("[name=handler_phone]").fill("0900-0000205")
    housing.get_by_role("button", name="签收", exact=True).click()
    chat.hears("住建局（管房子的）接手了")
    chat.shot("7-signed")

    chat.says("办到哪儿了", "下一步")
    chat.hears("前给准信")
    chat.shot("8-progress")

    # The medical office has no account: a link the clerk made, opened on a phone.
    row = (
        desk.locator("li, tr, article, div")
        .filter(has_text="医保局")
        .filter(has=desk.locator("form[action*='/link/']"))
        .last
    )
    row.get_by_role("button", name="做一个部门链接").click()
    link = desk.locator("#the-link").input_value()
    small = phone(360, 740).page
    small.goto(link if link.startswith("http") else service.base + link)
    small.screenshot(path=SHOTS / "road-9-link.png", full_page=True)
    assert "379901195709200043" not in small.content()
    small.locator("[name=promised]").fill(working_day_ahead(3))
    small.locator("[name=handler_name]").fill("钱玉梅")
    small.locator("[name=handler_phone]").fill("0900-0000207")
    small.get_by_role("button", name="签收", exact=True).click()
    chat.hears("医保局接手了")
    small.screenshot(path=SHOTS / "road-9b-signed.png", full_page=True)
    small.locator("summary", has_text="不予").click()
    small.get_by_role("button", name="不予，写给申请人").click()  # nothing filled in: refused, kindly
    expect(small.locator("[aria-invalid=true], .problem, .bad").first).to_be_visible()
    small.locator("#refuse-refusal_code").select_option("below_threshold")
    small.locator("#refuse-reason").fill("报销后自己花的钱是6200元，还没到今年的起付线8000元")
    small.locator("#refuse-policy_basis").fill("《云山县医疗救助办法》第六条")
    small.locator("#refuse-reapply").fill("年底前再有结算单，合起来过了8000元就能再报")
    small.screenshot(path=SHOTS / "road-10-refusal.png", full_page=True)
    small.get_by_role("button", name="不予，写给申请人").click()
    chat.hears("看病钱的帮助这次没批下来")
    chat.hears("还没到今年的起付线8000元")
    chat.hears("申请复议")
    chat.shot("11-refused")
    small.goto(link if link.startswith("http") else service.base + link)
    assert small.locator("button", has_text="签收").count() == 0

    housing.locator("summary", has_text="准予").click()
    housing.locator("[name=effective_date]").fill(working_day_ahead(10))
    housing.locator("[name=benefit]").fill("给您家修房顶，补助一万二")
    housing.get_by_role("button", name="准予，写给申请人").click()
    chat.hears("好消息：修房子的补助批了")
    chat.shot("12-granted")

    # The red cross stays silent past its clock: the staff group is told, once.
    late = dt.datetime.combine(
        dt.date.fromisoformat(working_day_ahead(3)), dt.time(9, 30), dt.timezone(dt.timedelta(hours=8))
    )
    service.yimen("sweep", "--at", late.isoformat())
    first = service.yimen("sweep", "--at", late.isoformat())
    assert "posted 0" in first
    desk.goto(service.base + "/desk/alerts")
    expect(desk.get_by_text(re.compile("已逾期|督办")).first).to_be_visible()
    alerts = desk.locator("main").inner_text()
    assert "红十字会" in alerts
    for secret in ("李秀英", "379901", "13000000002", "赵玉柱"):
        assert secret not in alerts
    desk.screenshot(path=SHOTS / "road-13-alerts.png", full_page=True)

    # Progress by number and code on the page, and not with a wrong code.
    page = phone(360, 740).page
    page.goto(service.base + "/p")
    page.locator("[name=number]").fill(number)
    page.locator("[name=code]").fill("000000" if code != "000000" else "111111")
    page.get_by_role("button", name="查").click()
    expect(page.get_by_text("对不上")).to_be_visible()
    page.locator("[name=code]").fill(code)
    page.get_by_role("button", name="查").click()
    expect(page.get_by_text("办到这儿")).to_be_visible()
    page.screenshot(path=SHOTS / "road-14-progress.png", full_page=True)

    # Her notice, as a page to keep.
    chat.page.get_by_role("link", name="点开看").first.click()
    expect(chat.page.get_by_text("一次给您说全").first).to_be_visible()
    chat.page.screenshot(path=SHOTS / "road-15-notice.png", full_page=True)

    assert "nothing is broken" in service.yimen("verify", "--all")


def test_the_talk_goes_on_after_a_restart_and_a_reload(tmp_path: Path, phone: Callable[..., Phone]) -> None:
    service = Service(tmp_path)
    chat = Chat(phone(360, 740).page)
    try:
        chat.page.goto(service.base + "/")
        chat.hears("有难处")
        chat.says(STORY, "您同意我就接着问")
        chat.says("同意", "同意我们登记吗")
        chat.page.reload()
        chat.hears("同意我们登记吗")
        chat.says("同意", "您叫什么名字")
    finally:
        service.stop()
