"""The resident pages in a real Chromium: what a 78-year-old sees, presses, loses and gets back."""

import base64
import re
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from backend.conversations.media import media_type
from tests.browser.chat_twin import PAGES, ChatTwin, Fault, said

pytestmark = pytest.mark.browser

Shot = Callable[..., None]

CARD = said(
    "还没有交。请您看看对不对：\n姓名：王秀英\n年龄：78岁\n住在哪：青石镇石桥村三组\n家里几口人：两口，您和老伴\n"
    "每月进账：养老金168元，两个人一共336元\n电话：13000008012\n难处：老伴住院花了五万多，还欠人两万",
    "card",
    [("ok", "1. 对的，交上去"), ("edit", "2. 有一处要改"), ("later", "3. 先不交")],
)
URGENT = said("请先打120。人在哪个村哪一家？别扶着猛拉，我在给镇上打电话。", "urgent")
RECEIPT = said(
    "收下了！\n编号：26-00124\n查询码：K7M4\n办的事：低保，看病的钱\n收到日期：11月4日\n回话：12月16日前\n"
    "经办人：周文静\n电话：0900-0000000\n这是收下的凭条，不等于已经批准。",
    "receipt",
)
NOTICE = said(
    "王奶奶，这件事怎么办，一次给您说全：\n办什么：低保（家里人少钱少的帮一把）\n"
    "要的东西：\n1. 身份证、户口本，不用拿，我们能查到\n2. 社保卡那面，拍张照\n"
    "办多久：一般30个工作日\n全文在这里：/n/ntc_7Kd2mQ",
    "notice",
)
PUSH = said("王奶奶，您的事镇上接了。周文静在办，11月16日前给您回话。有事打 0900-0000000。", "push")


def open_chat(phone: Any, twin: ChatTwin, width: int = 360, height: int = 640, **more: Any) -> Page:
    page = phone(width, height, **more).page
    page.goto(twin.url + "/")
    expect(page.locator(".kind-ask .choice")).to_have_count(3)
    return page


def write(page: Page, text: str) -> None:
    page.fill("#text", text)
    page.click("#send")


def mine(page: Page) -> Locator:
    return page.locator(".msg.mine .bubble")


def wider_than_screen(page: Page) -> int:
    script = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    return int(page.evaluate(script))


SMALL_TARGETS = """least => {
  const small = [];
  const press = 'a[href], button, input:not([type=hidden]), textarea, label[for=file]';
  for (const el of document.querySelectorAll(press)) {
    if (el.matches('.skip')) continue;
    const box = el.getBoundingClientRect();
    if (!box.width) continue;
    if (box.height < least - .5 || box.width < least - .5) {
      small.push(`${el.textContent.trim()} ${box.width.toFixed(0)}x${box.height.toFixed(0)}`);
    }
  }
  return small;
}"""

WEAK_CONTRAST = """() => {
  const part = c => { c /= 255; return c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4; };
  const light = ([r, g, b]) => .2126 * part(r) + .7152 * part(g) + .0722 * part(b);
  const numbers = text => text.match(/[\\d.]+/g).map(Number);
  const weak = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const el = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !el.getClientRects().length) continue;
    if (el.closest('.unseen, noscript, .skip')) continue;
    let at = el, ground = null;
    while (at && !ground) {
      const colour = numbers(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) ground = colour;
      at = at.parentElement;
    }
    const a = light(numbers(getComputedStyle(el).color)), b = light(ground || [255, 255, 255]);
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 7) weak.push(`${walk.currentNode.data.trim().slice(0, 12)} ${ratio.toFixed(1)}`);
  }
  return weak;
}"""


def photo(width: int = 2400, height: int = 1800) -> bytes:
    """A real PNG of one colour band per row, made here so that no picture file is kept."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    rows = b"".join(b"\0" + bytes((200 - y % 90, 170, 120 + y % 60)) * width for y in range(height))
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes((8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b"")


def file(name: str, kind: str, body: bytes) -> dict[str, Any]:
    return {"name": name, "mimeType": kind, "buffer": body}


# --- the talk ---


def test_the_first_visit_shows_the_welcome_and_three_choices(phone: Any, twin: ChatTwin, shot: Shot) -> None:
    page = open_chat(phone, twin)
    assert twin.requests[0]["choice"] == "start"
    assert twin.requests[0]["session"] is None
    expect(page.locator(".kind-ask .words")).to_contain_text("慢慢说，我都记下")
    expect(mine(page)).to_have_count(0)
    assert page.title() == "一门"
    assert page.get_attribute("html", "lang") == "zh-CN"
    assert page.get_attribute("#log", "aria-live") == "polite"
    shot(page, "01-welcome-360")


def test_words_sent_appear_once_with_the_answer_and_the_box_is_empty(phone: Any, twin: ChatTwin, shot: Shot) -> None:
    page = open_chat(phone, twin)
    write(page, "老头子住院花了五万多，\n还欠人两万")
    expect(page.locator(".msg.bot")).to_have_count(2)
    expect(mine(page)).to_have_text("老头子住院花了五万多，\n还欠人两万")
    expect(page.locator("#text")).to_have_value("")
    assert twin.stored[-1]["session"].startswith("ses-")
    shot(page, "02-sent-360")


def test_a_pressed_choice_is_her_own_words_and_older_buttons_go_grey(phone: Any, twin: ChatTwin, shot: Shot) -> None:
    page = open_chat(phone, twin)
    page.get_by_role("button", name="1. 家里有难处").click()
    expect(mine(page)).to_have_text("1. 家里有难处，想申请帮助")
    old, new = page.locator(".choices").nth(0), page.locator(".choices").nth(1)
    expect(new.locator(".choice")).to_have_count(3)
    for index in range(3):
        expect(old.locator(".choice").nth(index)).to_be_disabled()
        expect(new.locator(".choice").nth(index)).to_be_enabled()
    assert twin.stored[-1]["choice"] == "need"
    assert twin.stored[-1]["text"] is None
    shot(page, "03-choice-360")


def test_a_double_tap_sends_once(phone: Any, twin: ChatTwin) -> None:
    page = open_chat(phone, twin)
    twin.faults.append(Fault(delay=0.4))
    page.fill("#text", "家里没吃的了")
    page.locator("#send").dblclick()
    expect(mine(page)).to_have_count(1)
    twin.faults.append(Fault(delay=0.4))
    page.locator(".choices").last.locator(".choice").first.dblclick()
    expect(mine(page)).to_have_count(2)
    expect(page.locator(".msg.bot")).to_have_count(3)
    assert len(twin.requests) == 3


def test_an_answer_given_twice_is_shown_once(phone: Any, twin: ChatTwin) -> None:
    page = open_chat(phone, twin)
    twin.faults.append(Fault(doubled=True))
    write(page, "两口")
    expect(mine(page)).to_have_count(1)
    expect(page.locator(".msg.bot")).to_have_count(2)


def test_reload_brings_back_the_talk_the_draft_and_the_number(phone: Any, twin: ChatTwin) -> None:
    page = open_chat(phone, twin)
    twin.case_no = "26-00124"
    write(page, "屋里漏雨")
    expect(page.locator("#caseno")).to_have_text("26-00124")
    page.fill("#text", "还没写完")
    page.reload()
    expect(page.locator(".msg.bot")).to_have_count(2)
    expect(mine(page)).to_have_text("屋里漏雨")
    expect(page.locator("#text")).to_have_value("还没写完")
    expect(page.locator("#caseno")).to_have_text("26-00124")
    expect(page.locator(".choices").first.locator(".choice").first).to_be_disabled()
    expect(page.locator(".choices").last.locator(".choice").first).to_be_enabled()
    assert [message["choice"] for message in twin.stored] == ["start", None]


def test_an_unknown_session_begins_anew_without_an_error(phone: Any, twin: ChatTwin) -> None:
    page = open_chat(phone, twin)
    twin.talks.clear()
    page.reload()
    expect(page.locator(".kind-ask .choice")).to_have_count(3)
    expect(page.locator("#trouble")).to_be_hidden()


def test_two_tabs_opened_apart_keep_their_own_talk(phone: Any, twin: ChatTwin) -> None:
    one = phone(360, 640)
    first, second = one.page, one.context.new_page()
    first.goto(twin.url + "/")
    expect(first.locator(".choice")).to_have_count(3)
    second.goto(twin.url + "/")
    expect(second.locator(".choice")).to_have_count(3)
    write(second, "第二页写的")
    expect(mine(second)).to_have_count(1)
    write(first, "第一页写的")
    expect(mine(first)).to_have_count(1)
    assert len({message["id"] for message in twin.stored}) == 3


# --- the line breaks ---


@pytest.mark.parametrize("fault", [Fault(cut=True), Fault(cut=True, stored=False), Fault(status=500)])
def test_when_the_line_breaks_the_words_stay_and_go_again_under_the_same_id(
    phone: Any, twin: ChatTwin, shot: Shot, fault: Fault
) -> None:
    page = open_chat(phone, twin)
    twin.faults.append(fault)
    write(page, "我摔了一跤，腿疼")
    expect(page.locator("#again")).to_have_text("没发出去，点这里再发")
    expect(page.locator("#text")).to_have_value("我摔了一跤，腿疼")
    expect(mine(page)).to_have_count(0)
    shot(page, "04-line-broke-360")
    page.click("#again")
    expect(mine(page)).to_have_text("我摔了一跤，腿疼")
    expect(page.locator("#text")).to_have_value("")
    expect(page.locator("#trouble")).to_be_hidden()
    first, second = twin.requests[-2:]
    assert first["id"] == second["id"]
    assert len(twin.stored) == 2
    expect(page.locator(".msg.bot")).to_have_count(2)


def test_no_network_then_network_sends_by_itself(phone: Any, twin: ChatTwin) -> None:
    page = open_chat(phone, twin)
    page.context.set_offline(True)
    write(page, "有人吗")
    expect(page.locator("#again")).to_be_visible()
    page.context.set_offline(False)
    expect(mine(page)).to_have_text("有人吗")
    assert len(twin.stored) == 2


@pytest.mark.parametrize("stored", [False, True], ids=["lost", "kept"])
def test_unsent_words_survive_a_reload_with_their_id(phone: Any, twin: ChatTwin, stored: bool) -> None:
    page = open_chat(phone, twin)
    twin.faults.append(Fault(cut=True, stored=stored))
    twin.own_ids = True
    write(page, "煤没了，屋里冷")
    expect(page.locator("#again")).to_be_visible()
    page.reload()
    expect(page.locator("#again")).to_have_text("没发出去，点这里再发")
    expect(page.locator("#text")).to_have_value("煤没了，屋里冷")
    page.click("#again")
    expect(mine(page)).to_have_text("煤没了，屋里冷")
    expect(page.locator("#text")).to_have_value("")
    assert twin.requests[-1]["id"] == twin.requests[-2]["id"]


def test_words_changed_after_a_break_are_a_new_message_and_nothing_is_missing(phone: Any, twin: ChatTwin) -> None:
    page = open_chat(phone, twin)
    twin.faults.append(Fault(cut=True))
    write(page, "两口人")
    expect(page.locator("#again")).to_be_visible()
    write(page, "三口人")
    expect(mine(page)).to_have_text(["两口人", "三口人"])
    expect(page.locator("#text")).to_have_value("")
    assert twin.requests[-1]["id"] != twin.requests[-2]["id"]


def test_a_choice_that_did_not_go_can_be_pressed_again(phone: Any, twin: ChatTwin) -> None:
    page = open_chat(phone, twin)
    twin.faults.append(Fault(cut=True))
    page.get_by_role("button", name="2. 查查").click()
    expect(page.locator("#again")).to_contain_text("没发出去，点这里再发")
    expect(page.locator(".choice").first).to_be_enabled()
    page.get_by_role("button", name="2. 查查", exact=False).first.click()
    expect(mine(page)).to_have_text("2. 查查办到哪儿了")
    assert twin.requests[-1]["id"] == twin.requests[-2]["id"]


def test_a_refused_message_says_so_and_keeps_the_words(phone: Any, twin: ChatTwin) -> None:
    page = open_chat(phone, twin)
    twin.faults.append(Fault(status=422))
    write(page, "这条不收")
    expect(page.locator("#status")).to_contain_text("这条没收下")
    expect(page.locator("#text")).to_have_value("这条不收")
    assert twin.requests[-1]["text"] == "这条不收"


def test_a_broken_first_visit_offers_to_try_again(phone: Any, twin: ChatTwin) -> None:
    twin.faults.append(Fault(cut=True, stored=False))
    page = phone(360, 640).page
    page.goto(twin.url + "/")
    expect(page.locator("#again")).to_have_text("网断了，点这里再试")
    page.click("#again")
    expect(page.locator(".choice")).to_have_count(3)


# --- what comes later ---


def test_a_push_appears_without_reload_and_is_acknowledged(phone: Any, twin: ChatTwin, shot: Shot) -> None:
    page = open_chat(phone, twin)
    key = twin.push(PUSH)
    expect(page.locator(".kind-push .words")).to_contain_text("您的事镇上接了")
    expect(page.locator(".kind-push a[href='tel:0900-0000000']")).to_have_count(1)
    for _ in range(100):
        if twin.seen:
            break
        page.wait_for_timeout(50)
    assert twin.seen == [key]
    shot(page, "05-push-360")


def test_a_push_out_of_sight_is_not_acknowledged_until_it_is_seen(phone: Any, twin: ChatTwin) -> None:
    page = open_chat(phone, twin)
    for turn in range(6):
        write(page, f"第{turn}句")
        expect(mine(page)).to_have_count(turn + 1)
    page.evaluate("window.scrollTo(0, 0)")
    page.wait_for_timeout(300)
    key = twin.push(PUSH)
    expect(page.locator("#newer")).to_be_visible()
    page.wait_for_timeout(600)
    assert twin.seen == []
    page.click("#newer")
    expect(page.locator("#newer")).to_be_hidden()
    page.wait_for_timeout(600)
    assert twin.seen == [key]


def test_a_push_that_overtakes_an_answer_stays_behind_it(phone: Any, twin: ChatTwin) -> None:
    page = open_chat(phone, twin)
    twin.faults.append(Fault(delay=0.6))
    write(page, "先说的")
    page.wait_for_timeout(100)
    twin.push(PUSH)
    expect(page.locator(".kind-push")).to_have_count(1)
    order = page.locator("#log > .msg").evaluate_all("els => els.map(el => el.className.split(' ').pop())")
    assert order == ["kind-ask", "mine", "kind-ask", "kind-push"]


def test_without_a_stream_it_asks_for_what_is_waiting(phone: Any, twin: ChatTwin) -> None:
    one = phone(360, 640)
    one.page.add_init_script("delete window.EventSource")
    one.page.goto(twin.url + "/")
    expect(one.page.locator(".choice")).to_have_count(3)
    twin.push(PUSH)
    expect(one.page.locator(".kind-push")).to_have_count(1, timeout=13_000)
    assert twin.events_opened == 0


def test_a_stream_that_fails_three_times_gives_way_to_asking(phone: Any, twin: ChatTwin) -> None:
    twin.events_status = 503
    page = open_chat(phone, twin)
    twin.push(PUSH)
    expect(page.locator(".kind-push")).to_have_count(1)
    assert twin.events_opened == 3
    assert twin.pending_asked >= 1


# --- what is said stays words ---


def test_script_in_a_message_is_literal_text(phone: Any, twin: ChatTwin) -> None:
    page = open_chat(phone, twin)
    evil = "<img src=x onerror=alert(1)><script>alert(2)</script>&amp;"
    page.on("dialog", lambda dialog: pytest.fail("a message ran as script"))
    twin.next_replies(
        said(evil, "tell", [("x", evil)], files=[{"name": evil, "url": "javascript:alert(3)"}]),
        said("姓名：" + evil, "card"),
        said("编号：" + evil, "receipt"),
        said(evil, "constructor"),
    )
    write(page, evil)
    expect(mine(page)).to_have_text(evil)
    expect(page.locator(".msg.bot .words").nth(1)).to_have_text(evil)
    expect(page.locator(".kind-card .row b")).to_have_text(evil)
    expect(page.locator(".choices").last.locator(".choice")).to_have_text(evil)
    assert page.locator("#log img, #log script, #log a[href^='javascript']").count() == 0


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("请先打110，再打120。", ["tel:110", "tel:120"]),
        ("110/120 或 12345", ["tel:110", "tel:120", "tel:12345"]),
        ("每月110元，共120户，编号119", []),
        ("打 13000008012 或 0900-0000000", ["tel:13000008012", "tel:0900-0000000"]),
        ("身份证379901194305120026，编号26-00110", []),
        ("打120人马上来", ["tel:120"]),
        ("点开 /n/abc_D-1。", ["/n/abc_D-1"]),
        ("https://evil.example/n/abc 和 //evil.example/n/abc", []),
    ],
)
def test_telephones_and_own_addresses_become_links(phone: Any, twin: ChatTwin, text: str, links: list[str]) -> None:
    twin.next_replies(said(text))
    page = phone(360, 640).page
    page.goto(twin.url + "/")
    expect(page.locator(".msg.bot .words")).to_have_text(text.replace("/n/abc_D-1", "点开看"))
    found = page.locator(".words a").evaluate_all("els => els.map(el => el.getAttribute('href'))")
    assert found == links


# --- photos ---


def test_a_photo_is_made_smaller_sent_with_its_caption_and_shown(phone: Any, twin: ChatTwin, shot: Shot) -> None:
    page = open_chat(phone, twin)
    page.set_input_files("#file", [file("结算单.png", "image/png", photo())])
    expect(page.locator("#tray li")).to_have_count(1)
    page.fill("#text", "这是住院的单子")
    shot(page, "06-tray-360")
    page.click("#send")
    expect(page.locator(".msg.mine img")).to_have_count(1)
    expect(page.locator("#tray")).to_be_hidden()
    expect(page.locator("#text")).to_have_value("")
    sent = twin.stored[-1]
    assert sent["text"] == "这是住院的单子"
    assert sent["file"] == "结算单.jpg"
    assert sent["bytes"][:2] == b"\xff\xd8"
    size = page.evaluate(
        """async body => { const image = new Image(); image.src = URL.createObjectURL(
             new Blob([Uint8Array.from(atob(body), c => c.charCodeAt(0))]));
             await image.decode(); return [image.naturalWidth, image.naturalHeight]; }""",
        base64.b64encode(sent["bytes"]).decode(),
    )
    assert size == [1600, 1200]
    shot(page, "07-photo-sent-360")


def test_each_file_has_its_own_trouble(phone: Any, twin: ChatTwin, shot: Shot) -> None:
    page = open_chat(phone, twin)
    twin.faults.extend([Fault(), Fault(status=415, message="这张看不清，请再拍一张。")])
    page.set_input_files(
        "#file",
        [
            file("身份证正面.png", "image/png", photo(40, 30)),
            file("很长很长的名字的一份证明材料扫描件.pdf", "application/pdf", b"%PDF-1.4 x"),
            file("空的.jpg", "image/jpeg", b""),
            file("表.exe", "application/x-msdownload", b"MZ"),
        ],
    )
    page.click("#send")
    expect(page.locator("#tray li.bad")).to_have_count(3)
    expect(page.locator("#tray")).to_contain_text("这张看不清，请再拍一张。")
    expect(page.locator("#tray")).to_contain_text("这个是空的")
    expect(page.locator("#tray")).to_contain_text("请发照片，或者 PDF")
    expect(page.locator(".msg.mine img")).to_have_count(1)
    shot(page, "08-file-trouble-360")
    for _ in range(3):
        page.locator("#tray button").first.click()
    expect(page.locator("#tray")).to_be_hidden()


def test_a_photo_cut_on_the_way_goes_again_under_the_same_id(phone: Any, twin: ChatTwin) -> None:
    page = open_chat(phone, twin)
    twin.faults.append(Fault(cut=True))
    page.set_input_files("#file", [file("户口本.png", "image/png", photo(40, 30))])
    page.click("#send")
    expect(page.locator("#again")).to_have_text("没发出去，点这里再发")
    expect(page.locator("#tray li.bad")).to_have_count(1)
    page.click("#again")
    expect(page.locator(".msg.mine img")).to_have_count(1)
    expect(page.locator("#trouble")).to_be_hidden()
    assert twin.requests[-1]["id"] == twin.requests[-2]["id"]
    assert twin.requests[-1]["bytes"] == twin.requests[-2]["bytes"]


# --- her voice ---


def test_she_speaks_into_the_page_and_sends_it_like_a_photo(phone: Any, twin: ChatTwin, shot: Shot) -> None:
    page = open_chat(phone, twin)
    page.click("#voice")
    expect(page.locator("label[for=voice]")).to_have_text("说完了")
    expect(page.locator("#status")).to_contain_text("正在录")
    page.wait_for_timeout(700)
    shot(page, "13-speaking-360")
    page.click("#voice")
    expect(page.locator("#tray li")).to_have_count(1)
    expect(page.locator("#tray li")).not_to_have_class("bad")
    expect(page.locator("label[for=voice]")).to_have_text("说话")
    page.click("#send")
    expect(page.locator("#tray")).to_be_hidden()
    assert twin.stored[-1]["file"].startswith("语音.")
    assert media_type(twin.stored[-1]["bytes"]) in ("audio/webm", "audio/ogg", "audio/mp4")


def test_where_the_page_cannot_record_the_telephone_s_recorder_opens(phone: Any, twin: ChatTwin) -> None:
    page = open_chat(phone, twin)
    page.set_input_files("#voice", [file("录音.amr", "audio/amr", b"#!AMR\n1234")])
    expect(page.locator("#tray li")).to_contain_text("语音")
    page.click("#send")
    expect(page.locator("#tray")).to_be_hidden()
    assert twin.stored[-1]["file"] == "录音.amr"


# --- eyes, fingers, keys ---


def every_kind(phone: Any, twin: ChatTwin, width: int, height: int = 640) -> Page:
    page = open_chat(phone, twin, width, height)
    twin.case_no = "26-00124"
    twin.next_replies(NOTICE, URGENT)
    write(page, "老伴摔倒了，叫不醒")
    expect(page.locator(".kind-urgent")).to_have_count(1)
    twin.next_replies(CARD)
    write(page, "送医院了")
    expect(page.locator(".kind-card")).to_have_count(1)
    twin.next_replies(RECEIPT)
    page.get_by_role("button", name="1. 对的").click()
    expect(page.locator(".kind-receipt")).to_have_count(1)
    twin.push(PUSH)
    expect(page.locator(".kind-push")).to_have_count(1)
    return page


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
@pytest.mark.parametrize("width", [320, 360, 768])
def test_nothing_is_wider_than_the_screen_small_or_pale(
    phone: Any, twin: ChatTwin, shot: Shot, width: int, large: bool
) -> None:
    page = every_kind(phone, twin, width, 1024 if width == 768 else 640)
    if large:
        page.evaluate("window.scrollTo(0, 0)")
        page.click("#large")
    name = f"{width}{'-large' if large else ''}"
    for kind in ("notice", "urgent", "card", "receipt", "push"):
        page.locator(f".kind-{kind}").evaluate(
            "el => window.scrollTo(0, el.getBoundingClientRect().top + pageYOffset - 80)"
        )
        shot(page, f"10-{kind}-{name}")
    page.evaluate("window.scrollTo(0, 0)")
    shot(page, f"09-top-{name}")
    assert wider_than_screen(page) == 0
    least = 60 if large else 48
    assert page.evaluate(SMALL_TARGETS, 44) == []
    pressed = "#send, .choice, .tool, .leave, .danger a, .attach label, #text"
    heights = page.locator(pressed).evaluate_all("els => els.map(el => el.getBoundingClientRect().height)")
    assert min(heights) >= least
    assert page.evaluate(WEAK_CONTRAST) == []


def test_urgent_words_have_a_big_call_button(phone: Any, twin: ChatTwin) -> None:
    page = every_kind(phone, twin, 360)
    call = page.locator(".kind-urgent .calls a")
    expect(call).to_have_text("打 120")
    assert call.get_attribute("href") == "tel:120"
    box = call.bounding_box()
    assert box is not None
    assert box["height"] >= 60


def test_the_card_has_one_line_a_thing_and_the_receipt_a_big_number(phone: Any, twin: ChatTwin) -> None:
    page = every_kind(phone, twin, 360)
    expect(page.locator(".kind-card .row")).to_have_count(8)
    expect(page.locator(".bignum b")).to_have_text("26-00124")
    size = page.locator(".bignum b").evaluate("el => parseFloat(getComputedStyle(el).fontSize)")
    assert size >= 36
    expect(page.locator(".kind-receipt .hint")).to_contain_text("截个图")
    expect(page.locator(".kind-notice a[href='/n/ntc_7Kd2mQ']")).to_have_count(1)


def test_large_type_is_26_px_and_is_remembered(phone: Any, twin: ChatTwin) -> None:
    page = open_chat(phone, twin)
    size = "parseFloat(getComputedStyle(document.querySelector('.words')).fontSize)"
    assert page.evaluate(size) == 20
    page.click("#large")
    assert page.evaluate(size) == 26
    expect(page.locator("#large")).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(page.locator(".kind-ask .choice")).to_have_count(3)
    assert page.evaluate(size) == 26


def test_four_hundred_percent_zoom_still_shows_and_sends(phone: Any, twin: ChatTwin, shot: Shot) -> None:
    page = open_chat(phone, twin, 320, 256)
    assert wider_than_screen(page) == 0
    write(page, "看得见")
    expect(mine(page)).to_have_text("看得见")
    shot(page, "11-zoom-400")


def test_an_engine_without_sticky_scrolls_inside_the_talk(phone: Any, twin: ChatTwin, shot: Shot) -> None:
    style = (PAGES / "static" / "base.css").read_text(encoding="utf-8")
    old = style.replace("@supports (position: sticky)", "@supports (position: unheard-of)")
    assert old != style
    page = phone(360, 640).page
    page.route("**/static/base.css*", lambda route: route.fulfill(body=old, content_type="text/css"))
    page.goto(twin.url + "/")
    expect(page.locator(".choice")).to_have_count(3)
    for turn in range(4):
        write(page, f"第{turn}句")
        expect(mine(page)).to_have_count(turn + 1)
    expect(page.locator(".choices").last.locator(".choice").first).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    key = twin.push(PUSH)
    expect(page.locator(".kind-push")).to_be_in_viewport()
    page.wait_for_timeout(600)
    assert twin.seen == [key]
    shot(page, "16-no-sticky")


def test_the_keyboard_alone_is_enough(phone: Any, twin: ChatTwin, shot: Shot) -> None:
    page = open_chat(phone, twin, 768, 900, has_touch=False)
    keys = page.keyboard
    keys.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    shot(page, "12-skip-link")
    keys.press("Enter")
    assert page.evaluate("document.activeElement.id") == "text"
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(outline) == "solid"
    keys.type("家里漏雨")
    keys.press("Enter")
    expect(mine(page)).to_have_text("家里漏雨")
    for _ in range(20):
        keys.press("Shift+Tab")
        if page.evaluate("document.activeElement.matches('.choice:not([disabled])')"):
            break
    assert page.evaluate("document.activeElement.textContent") == "3. 不知道"
    assert page.evaluate(outline) == "solid"
    keys.press("Enter")
    expect(mine(page)).to_have_text(["家里漏雨", "3. 不知道"])
    expect(page.locator(".msg.bot")).to_have_count(3)
    keys.press("Tab")
    assert page.evaluate("document.activeElement.matches('.choice:not([disabled])')"), "focus goes on from the answer"


def test_enter_while_the_input_method_composes_does_not_send(phone: Any, twin: ChatTwin) -> None:
    page = open_chat(phone, twin)
    page.fill("#text", "ni hao")
    page.evaluate(
        "document.getElementById('text').dispatchEvent("
        "new KeyboardEvent('keydown', {keyCode: 229, which: 229, key: 'Enter', bubbles: true, cancelable: true}))"
    )
    page.keyboard.press("Shift+Enter")
    page.wait_for_timeout(200)
    assert len(twin.requests) == 1


# --- storage refused, leaving, no script ---


def test_a_phone_that_refuses_storage_still_talks(phone: Any, twin: ChatTwin) -> None:
    one = phone(360, 640)
    one.page.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty("
        "window, name, {get() { throw new DOMException('no', 'SecurityError'); }});"
    )
    one.page.goto(twin.url + "/")
    expect(one.page.locator(".choice")).to_have_count(3)
    write(one.page, "能用吗")
    expect(mine(one.page)).to_have_text("能用吗")
    one.page.click("#large")
    assert len({message["session"] for message in twin.stored[1:]}) == 1


def test_leaving_quickly_leaves_nothing(phone: Any, twin: ChatTwin, shot: Shot) -> None:
    one = phone(360, 640)
    page, other = one.page, one.context.new_page()
    page.goto(twin.url + "/")
    expect(page.locator(".choice")).to_have_count(3)
    other.goto(twin.url + "/")
    expect(other.locator(".choice")).to_have_count(3)
    write(page, "他打我")
    expect(mine(page)).to_have_count(1)
    page.fill("#text", "没写完")
    page.get_by_role("link", name="快速离开").click()
    page.wait_for_url("**/leave")
    other.wait_for_url("**/leave")
    assert page.title() == "二十四节气"
    kept = page.evaluate("JSON.stringify(localStorage) + JSON.stringify(sessionStorage)")
    assert kept == "{}{}"
    shot(page, "13-leave")
    page.go_back()
    assert "他打我" not in page.content()


def test_without_script_the_plain_form_works(phone: Any, twin: ChatTwin, shot: Shot) -> None:
    page = phone(360, 640, java_script_enabled=False).page
    page.goto(twin.url + "/")
    expect(page.locator("noscript .plain-hint")).to_be_visible()
    shot(page, "14-no-script")
    page.fill("#text", "没钱看病 <b>")
    page.click("#send")
    expect(page.locator(".mine .words")).to_have_text("没钱看病 <b>")
    assert page.url == twin.url + "/chat-form"
    page.get_by_role("button", name="1. 两口").click()
    expect(page.locator(".mine .words")).to_have_text(["没钱看病 <b>", "1. 两口"])
    shot(page, "15-plain-answer")


# --- the other pages ---

PROGRESS: dict[str, Any] = {
    "form": {"number": "26-00124", "code": ""},
    "problem": "",
    "number": "26-00124",
    "next": "补一张住院的结算单，拍照发来就行。别的您不用管。",
    "timeline": [
        {"day": "11月3日", "text": "交上来", "state": "done"},
        {"day": "11月5日", "text": "分给四个部门", "state": "done"},
        {"day": "11月10日", "text": "住建晚了两天才接，我们催过了", "state": "late"},
        {"day": "11月16日", "text": "低保：来家里看过，正在村里贴七天", "state": "now"},
        {"day": "12月16日前", "text": "给您准信", "state": "wait"},
    ],
    "holder": [
        {"what": "低保", "who": "镇上民政办 周文静", "since": "11月5日", "until": "12月16日", "phone": "0900-0000000"},
        {"what": "看病的钱", "who": "县医保局 李强", "since": "11月6日", "until": "", "phone": "0900-0000001"},
    ],
}
EMPTY = {"accepted": "", "sample": "", "mistake": "", "because": ""}
NOTICE_PAGE: dict[str, Any] = {
    "called": "王奶奶",
    "number": "26-00124",
    "items": [{"name": "低保", "plain": "家里人少钱少的，每月帮一把"}, {"name": "医疗救助", "plain": ""}],
    "basis": ["《社会救助法》", "《最低生活保障审核确认办法》"],
    "materials": [
        {
            "no": 1,
            "name": "同意查收入的签字",
            "how": "每个大人签一个，也可以说一段话",
            **EMPTY,
            "by_whom": "您和老伴",
            "mistake": "不能替别人签",
        },
        {
            "no": 2,
            "name": "住院结算单",
            "how": "拍张照就行",
            "accepted": "医院打印的就行",
            "sample": "",
            "because": "",
            "by_whom": "闺女帮拍也行",
            "mistake": "要盖章的那张，不是每天的收费单",
        },
    ],
    "limits": [
        {"what": "低保", "days": "一般30个工作日", "ground": "《最低生活保障审核确认办法》第二十五条"},
        {"what": "看病的钱", "days": "一般15个工作日", "ground": ""},
    ],
    "rules": [{"text": "窗口当天就登记", "ground": "鲁民〔2015〕65号"}],
    "apply": [{"what": "低保", "how": "您自己、家里人或者村里人都能来说"}],
    "photo": "平放在桌上拍，四个角都要拍到",
    "fetched": ["身份证", "户口本"],
    "steps": [{"what": "低保", "steps": ["我们交上去", "镇上来家里看看，来两个人", "村里贴七天", "县里定"]}],
    "refusals": ["收入、存款、车、房超过规定", "没有如实说"],
    "phones": [
        {"who": "周文静", "phone": "0900-0000000", "address": "青石镇便民服务中心一楼"},
        {"who": "村里找刘春燕", "phone": "13000008012", "address": ""},
    ],
    "place": {
        "name": "青石镇社会救助窗口",
        "address": "青石镇便民服务中心一楼",
        "hours": "周一到周五 8:30-12:00，14:00-17:30",
        "phone": "0900-0000000",
    },
    "complain": "12345",
    "read": False,
    "token": "ntc_7Kd2mQ",
    "receipt": {
        "number": "26-00124",
        "code": "K7M4",
        "items": "低保、看病的钱",
        "received": "2026年11月4日",
        "reply_by": "2026年12月16日",
        "handler": "周文静",
        "phone": "0900-0000000",
        "qr": "",
        "slip": ["这张是受理通知单"],
    },
}


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
@pytest.mark.parametrize("width", [320, 360, 768])
def test_the_other_pages_fit_and_can_be_read(phone: Any, twin: ChatTwin, shot: Shot, width: int, large: bool) -> None:
    twin.shown = {
        "progress": twin.page("progress.html", **PROGRESS),
        "ask": twin.page(
            "progress.html",
            form={"number": "26-0012", "code": ""},
            problem="没找到这个编号。请对着凭条再看一遍，比如 26-00124。",
            timeline=None,
            holder=[],
        ),
        "notice": twin.page("notice.html", **NOTICE_PAGE),
        "error": twin.page("error.html"),
    }
    page = phone(width, 800).page
    for name in twin.shown:
        page.goto(f"{twin.url}/show/{name}")
        if large and page.locator("#large").get_attribute("aria-pressed") == "false":
            page.click("#large")
        assert wider_than_screen(page) == 0
        assert page.evaluate(SMALL_TARGETS, 44) == []
        assert page.evaluate(WEAK_CONTRAST) == []
        if width != 320:
            shot(page, f"20-{name}-{width}{'-large' if large else ''}", full=True)


def test_the_notice_prints_without_the_buttons(phone: Any, twin: ChatTwin, shot: Shot) -> None:
    twin.shown["notice"] = twin.page("notice.html", **NOTICE_PAGE)
    page = phone(794, 1123).page
    page.goto(twin.url + "/show/notice")
    page.emulate_media(media="print")
    expect(page.locator(".danger")).to_be_hidden()
    expect(page.locator("#print")).to_be_hidden()
    expect(page.locator(".materials li")).to_have_count(2)
    expect(page.locator(".fetched")).to_have_text("身份证、户口本")
    expect(page.get_by_text("镇上来家里看看")).to_be_visible()  # folded on a screen, whole on paper
    expect(page.locator(".slip")).to_contain_text("低保、看病的钱")
    shot(page, "21-notice-print")


def test_what_a_person_wrote_is_escaped_on_every_page(twin: ChatTwin) -> None:
    evil = '<script>alert(1)</script>"'
    pages = [
        twin.page("progress.html", form={"number": evil, "code": evil}, problem=evil, timeline=None, holder=[]),
        twin.page("notice.html", **{**NOTICE_PAGE, "called": evil, "steps": [{"what": evil, "steps": [evil]}]}),
        twin.page("error.html", text=evil),
        twin.page("chat.html", window=evil),
    ]
    for body in pages:
        assert "<script>alert" not in body
        assert evil not in body


def test_the_chat_page_is_small_asks_nobody_and_speaks_plainly(twin: ChatTwin) -> None:
    script = (PAGES / "static" / "yimen.js").read_text(encoding="utf-8")
    style = (PAGES / "static" / "base.css").read_bytes()
    html = twin.page("chat.html")
    assert len(script.encode()) + len(style) + len(html.encode()) <= 60 * 1024
    assert not re.search(r"innerHTML|insertAdjacentHTML|document\.write|\beval\(|=>|\b(?:let|const)\b|`", script)
    for page in PAGES.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        words = re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)
        assert not re.search(r"受理|补正|转办|提交人|无效|非法|错误代码", words), page.name
        assert not re.search(r"https?://|\sstyle=|\son[a-z]+=", words), page.name
