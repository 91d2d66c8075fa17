"""The one-time notice as she gets it: whole, in large type, to print, as a picture - and she can say that she read it."""

from __future__ import annotations

import struct
from html import unescape

import pytest

from backend.cases.notices import latest
from backend.cases.tables import NoticeIssued
from bot import notice_sheet
from bot.channels.web.resident import STATIC
from dialogs.notice import OneTimeNotice
from tests.edge.browsers import Browser, Edge


@pytest.fixture
def her(edge: Edge) -> Browser:
    browser = edge.browser()
    browser.files_a_case()
    return browser


def _notice(edge: Edge, her: Browser) -> OneTimeNotice:
    with edge.runtime.database.read() as db:
        found = latest(db, edge.runtime.env, edge.her_case(her).id)
    assert found is not None
    return found[1]


def _way(edge: Edge) -> str | None:
    [row] = edge.office.all(NoticeIssued)
    assert (row.acknowledged_at is None) == (row.acknowledged_way is None)
    return row.acknowledged_way


def test_the_page_has_everything_that_must_be_said_once(edge: Edge, her: Browser) -> None:
    shown, notice = unescape(her.get(her.notice).text), _notice(edge, her)
    rules = edge.runtime.env.catalogue.photo_rules
    for item in notice.items:
        assert item.plain_name in shown and item.eligible in shown
        assert all(step.do in shown for step in item.steps)
        assert all(basis.text in shown for basis in item.basis)
    for one in notice.materials:
        if one.optional:
            continue
        assert edge.runtime.env.catalogue.materials[one.code].plain in shown
        if one.supply in ("photo", "sign", "original", "say_it"):
            assert one.who_has in shown and one.accepted in shown and one.common_mistake in shown
        if one.supply == "photo" and one.photo_rule:
            assert rules[one.photo_rule] in shown
    assert all(ground.plain in shown for ground in notice.refusals)
    place = notice.place
    assert all(part in shown for part in (place.name, place.address, place.hours, place.phone, place.supervision_phone))
    for contact in notice.departments:
        assert contact.name in shown and contact.phone in shown


def test_it_prints_on_a4_in_large_type(edge: Edge, her: Browser) -> None:
    sheet = (STATIC / "base.css").read_text(encoding="utf-8")
    printed = sheet[sheet.index("@media print") :]
    assert "size: A4" in printed and "font-size: 15pt" in printed
    assert ".back" in printed, "buttons are not printed"
    assert 'id="print"' in her.get(her.notice).text


def test_it_can_be_heard_in_order(edge: Edge, her: Browser) -> None:
    page = her.get(her.notice).text
    order = [page.index(words) for words in ("办什么", "要的东西", "办多久", "问谁", "怎么走", "什么情况办不成")]
    assert order == sorted(order)
    assert '<html lang="zh' in page and "<ol" in page and "<h2>" in page


def test_she_presses_that_she_has_read_it_on_the_page(edge: Edge, her: Browser) -> None:
    assert _way(edge) is None
    her.get(her.notice)
    assert _way(edge) == "opened"
    assert her.get(f"{her.notice}/read").status_code == 404, "a link alone says nothing for her"
    assert edge.browser().post(f"{her.notice}/read").status_code == 404
    assert her.post(f"{her.notice}/read", headers={"origin": "https://elsewhere.example"}).status_code == 404
    assert _way(edge) == "opened"
    answer = her.post(f"{her.notice}/read", headers={"origin": "http://chat"})
    assert answer.status_code == 303 and answer.headers["location"] == her.notice
    assert _way(edge) == "page"
    assert "我们记下了" in her.get(her.notice).text
    assert _way(edge) == "page", "opening it again takes nothing back"


@pytest.mark.parametrize(
    ("way", "more"), [("words", {"text": "知道了"}), ("button", {"text": None, "choice": "has_read"})]
)
def test_she_says_it_in_the_chat(edge: Edge, her: Browser, way: str, more: dict[str, str | None]) -> None:
    told = her.says(**more).json()["replies"]  # type: ignore[arg-type]
    assert "记下了" in told[-1]["text"]
    assert _way(edge) == way
    [row] = edge.office.all(NoticeIssued)
    assert row.acknowledged_at == edge.runtime.env.now
    told = her.says("知道了").json()["replies"]
    assert "有事随时" in told[-1]["text"]
    assert _way(edge) == way, "the first time counts"


def test_the_chat_brings_it_as_a_picture_and_only_she_can_open_it(edge: Edge) -> None:
    from tests.edge.browsers import HER_WORDS

    her = edge.browser()
    her.get("/")
    for line in HER_WORDS:
        replies = her.says(line).json()["replies"]
    [notice] = [one for one in replies if one["kind"] == "notice"]
    [file] = notice["files"]
    assert file["name"].endswith(".png") and [choice["label"] for choice in notice["choices"]] == ["知道了"]
    picture = her.get(file["url"])
    assert picture.status_code == 200 and picture.headers["content-type"] == "image/png"
    assert picture.headers["cache-control"] == "no-store"
    assert picture.content[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", picture.content[16:24])
    assert width >= 600 and height > 2 * width
    assert edge.browser().get(file["url"]).status_code == 404


def test_without_a_font_there_is_no_picture_and_nothing_else_is_missing(
    edge: Edge, her: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.check import report

    assert any(line.startswith("notice as a picture") and line.endswith("on") for line in report(edge.runtime.settings))

    def missing(name: str) -> object:
        raise ImportError(name)

    monkeypatch.setattr(notice_sheet, "import_module", missing)
    notice_sheet.picture_problem.cache_clear()
    try:
        assert her.get(f"{her.notice}.png").status_code == 404
        assert her.get(her.notice).status_code == 200
        [line] = [one for one in report(edge.runtime.settings) if one.startswith("notice as a picture")]
        assert "off: the package typst is missing" in line
    finally:
        monkeypatch.undo()
        notice_sheet.picture_problem.cache_clear()
