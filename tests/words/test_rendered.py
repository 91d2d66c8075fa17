"""Everything a conversation can come to say is put into words as it would be on her screen: nothing is missing."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from pathlib import Path

import pytest

from backend.messages import MESSAGES
from backend.ports import Replied
from bot.render import Renderer, Reply
from dialogs.catalogue.load import load_catalogue, load_county
from dialogs.effects import Say
from dialogs.terms import Line, Lines, Param, Term, Terms
from locales.words import MissingWords, words
from tests.dialogs.play import SLOTS, Talk, talk_at
from tests.dialogs.test_transcripts import FOLDER, _say

#: Codes, keys and machine words that must never reach a screen.
RAW = re.compile(
    r"\{|\}|\b(?:ask|tell|msg|problem|label|card|option|progress|notice)\.[a-z]|None|need_|mat_|em_|@other"
)


@cache
def renderer() -> Renderer:
    county = load_county("yunshan")
    places = {village.code: town.name + village.name for town in county.towns for village in town.villages}
    return Renderer(words(), load_catalogue(), places | {town.no: town.name for town in county.towns})


def on_her_screen(says: list[Say]) -> list[Reply]:
    replies = [renderer().reply(f"m.{number}", say) for number, say in enumerate(says)]
    for reply in replies:
        shown = [reply.text, *(choice.label for choice in reply.choices)]
        for text in shown:
            assert text.strip(), reply
            assert not RAW.search(text), text
        assert len({choice.id for choice in reply.choices}) == len(reply.choices), "two buttons of one meaning"
        assert all(len(choice.id) <= 128 and choice.id.isascii() for choice in reply.choices)
    return replies


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.txt")), ids=lambda file: file.stem)
def test_every_transcript_can_be_said(file: Path) -> None:
    talk = Talk()
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("> "):
            _say(talk, line.removeprefix("> "))
            on_her_screen(talk.says)


@pytest.mark.parametrize("slot", SLOTS)
@pytest.mark.parametrize(
    "text",
    ["", "啊？", "不知道", "跳过", "返回", "提交", "帮助", "人工", "不办了", "重来", "379901194305120027", "没有"],
)
def test_every_answer_at_every_question_can_be_said(slot: str, text: str) -> None:
    talk = talk_at(slot)
    for _ in range(3):
        if talk.state.dialog:
            talk.hear(text)
            on_her_screen(talk.says)


@pytest.mark.parametrize("slot", SLOTS)
def test_going_back_shows_the_old_answer_and_a_way_to_keep_it(slot: str) -> None:
    talk = talk_at(slot)
    talk.hear("上一步")
    on_her_screen(talk.says)
    if talk.state.held and talk.state.asking in talk.state.answers:
        assert "不改了，接着说" in [choice.label for choice in on_her_screen(talk.says)[-1].choices]
        asked = talk.state.asking
        talk.press("@keep")
        assert talk.state.asking != asked or not talk.state.held
        on_her_screen(talk.says)


def test_the_card_reads_back_everything_in_order_and_nothing_in_full_that_is_private() -> None:
    talk = Talk()
    for text in (
        "老头子住院花了五万多，报完还欠人两万多，日子过不下去", "同意", "同意", "李秀英", "379901195709200043",
        "13000000001", "柳沟村二组", "一个月168", "老伴赵玉柱，71岁，没收入", "没有了", "同意查",
    ):  # fmt: skip
        talk.hear(text)
    [card] = on_her_screen(talk.says)
    numbers = [int(line.partition(".")[0]) for line in card.text.splitlines() if re.match(r"\d+\.", line)]
    assert numbers == list(range(1, len(numbers) + 1))
    for words_on_it in (
        "李秀英",
        "379901********0043",
        "13000000001",
        "柳沟村二组",
        "168元",
        "赵玉柱",
        "71岁",
        "一共2口",
    ):
        assert words_on_it in card.text
    assert "379901195709200043" not in card.text
    assert [choice.label for choice in card.choices] == ["都对，交上去", "有不对的，改一改"]


#: One plausible value for each parameter a message may want.
EXAMPLES: dict[str, Param] = {
    "called": "王奶奶", "number": "YY-2026-0003", "short": "26-00123", "note": "", "reason": "报销后自己花的钱还没到今年的起付线", "where": "信访局",
    "phone": "0900-0000000", "clerk": "周同志", "handler": "孙", "benefit": "修房补助", "amount": "12000元",
    "basis": "《医疗救助办法》第八条", "reapply": "年底有新的结算单可以再报", "reply_days": 30, "days": 3, "score": 2, "count": 3, "code": "123456",
    "path": "/desk/cases/x", "order": "DB-2026-011", "date": Term("day", "2026-11-06"),
    "old_date": Term("day", "2026-11-06"), "due": Term("day", "2026-11-06"), "due_date": Term("day", "2026-11-06"),
    "legal_due": Term("day", "2026-11-06"), "receipt_due": Term("day", "2026-11-06"), "dept": Term("dept", "housing"),
    "item": Term("item", "dibao"), "items": Terms("item", ("dibao", "medical_aid")), "place": Term("village", "379901102201"),
    "depts": Terms("dept", ("housing",)), "list": Terms("material", ("mat_diagnosis",)), "others": Terms("item", ()),
    "reason_code": Term("reason", "not_our_duty"), "suggested": Term("dept", "housing"), "clock": Term("clock", "clk_legal"),
    "opening": Term("opening", "duplicate_in_progress"),
    "after": Term("after", "income_over"),
    "result": "由住建办", "remedy": "60天内申请复议", "green": Term("green", "yes"), "level": Term("level", "e1"),
    "what": Term("material", "mat_id_card"), "wanted": Term("material", "mat_household_register"), "name": "王桂芝",
    "known": "王桂兰", "left": "", "lines": Lines((Line("card.photo", {"label": Line("label.name"), "value": "王桂芝"}),)),
    "minutes": 5, "who": "王桂兰", "why": "", "kind": Term("report", "death"),
}  # fmt: skip


@pytest.mark.parametrize("key", sorted(MESSAGES))
def test_every_message_of_a_case_can_be_said(key: str) -> None:
    text = renderer().text(key, {name: EXAMPLES[name] for name in MESSAGES[key]})
    assert not re.search(r"[{}]|None|@other", text)
    assert "\n\n" not in text.replace("：\n\n", "")


@pytest.mark.parametrize(
    ("kind", "code"),
    [("item", "nothing"), ("dept", "nothing"), ("need", "nothing"), ("material", "nothing"), ("relation", "nothing"),
     ("village", "000000000000"), ("status", "nothing"), ("clock", "nothing"), ("reason", "nothing"), ("word", "nothing")],
)  # fmt: skip
def test_a_code_nobody_knows_is_said_as_something_else_and_never_raw(kind: str, code: str) -> None:
    assert code not in renderer().term(kind, code)


def test_what_a_person_wrote_is_never_read_as_a_template() -> None:
    for text in ("{{7*7}}", "{0.__class__}", "%s%n", "${7*7}", "{phone}", "<b>大字</b>", "[点我](http://x.example)"):
        assert renderer().text("tell.person_dropped", {"who": text}) == words().say(
            "tell.person_dropped", {"who": text}
        )
        assert text in renderer().text("tell.person_dropped", {"who": text})


def test_a_day_is_said_with_its_weekday() -> None:
    assert renderer().day(dt.date(2026, 11, 6)) == "11月6日（周五）"


def test_missing_words_are_found_at_once_and_named() -> None:
    with pytest.raises(MissingWords, match=r"tell\.nothing"):
        renderer().text("tell.nothing", {})
    assert Replied.__struct_fields__[2] == "says"
    assert renderer().param(Lines(())) == ""
