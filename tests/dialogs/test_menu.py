"""DB32 6.2.1: the menu has exactly the parts the standard names, and behind each is an answer."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from bot.bootstrap import renderer_of
from dialogs import menu
from dialogs.catalogue.grounds import valid_here
from dialogs.context import Helper
from dialogs.effects import AddToCase, CallHuman, Say, ShowProgress
from dialogs.leaflet import CONTENTS, GROUPS
from dialogs.understanding.lexicon import load
from tests.dialogs.play import CATALOGUE, COUNTY, Talk

#: 6.2.1 线上服务系统……宜包含……等内容，并提供……等服务功能: its own words, and what they are called here.
DB32_6_2_1 = {
    "救助申请通道": "channels",
    "救助类别": "kinds",
    "救助项目": "items",
    "政策法规": "laws",
    "中心简介": "centre",
    "救助流程": "steps",
    "救助公示": "posted",
    "网上申请": "apply",
    "进程查询": "progress",
    "服务指南": "guide",
    "投诉反馈": "complaint",
}


def at_menu() -> Talk:
    talk = Talk()
    assert talk.hear("菜单") == ["msg.welcome"]
    return talk


def words_of(say: Say, language: str = "zh_CN") -> str:
    """What she reads, the list below it included."""
    reply = renderer_of(language, CATALOGUE, COUNTY).reply("m", say)
    return "\n".join((reply.text, *(choice.label for choice in reply.choices)))


def test_the_menu_has_the_parts_of_the_standard_and_a_person_and_nothing_else() -> None:
    parts = {*menu.MENU, *CONTENTS} - {"about", "human"}
    assert parts == set(DB32_6_2_1.values())
    assert len(menu.MENU) + len(CONTENTS) == len(DB32_6_2_1) + 2


def test_each_part_answers_to_its_name_in_the_standard() -> None:
    for name, part in DB32_6_2_1.items():
        by_name = Talk()
        by_name.hear(name)
        by_button = at_menu()
        if part in CONTENTS:
            by_button.press("about")
        by_button.press(part)
        assert [one.key for one in by_name.says] == [one.key for one in by_button.says], name
        assert by_name.state.dialog == by_button.state.dialog
        assert "tell.button_expired" not in [one.key for one in by_button.says]
        assert not any(isinstance(one, CallHuman) for one in by_name.effects), name


@pytest.mark.parametrize(("number", "name"), list(enumerate(menu.MENU, start=1)))
def test_a_number_of_the_first_list_is_its_entry(number: int, name: str) -> None:
    talk = at_menu()
    talk.hear(str(number))
    match name:
        case "apply":
            assert talk.state.dialog == "for_oneself"
        case "progress":
            assert any(isinstance(one, ShowProgress) for one in talk.effects)
        case "human":
            assert any(isinstance(one, CallHuman) for one in talk.effects)
        case _:
            assert talk.says and talk.says[0].key.startswith("tell.leaflet.")


@pytest.mark.parametrize(("number", "name"), list(enumerate(CONTENTS, start=1)))
def test_a_number_of_the_second_list_is_its_page_and_there_is_a_way_on(number: int, name: str) -> None:
    talk = at_menu()
    talk.hear("看看有哪些帮助")
    assert talk.hear(str(number)) == [f"tell.leaflet.{name}"]
    assert talk.says[0].options, "every page offers something next"


def test_every_item_is_reached_by_its_kind_and_told_with_what_to_bring() -> None:
    reached = []
    for group in range(1, len(GROUPS) + 1):
        number = 1
        while True:
            talk = at_menu()
            talk.hear("救助类别")
            talk.hear(str(group))
            if number > len(talk.says[0].options):
                break
            keys = talk.hear(f"{number}。")
            assert keys == ["tell.guide.what", "tell.guide.how", "tell.guide.further"]
            reached += talk.state.asked_about
            assert talk.hear("要带什么")[0] == "tell.guide.list"
            number += 1
    assert sorted(reached) == sorted(CATALOGUE.open_items())


def test_after_the_guide_a_name_alone_is_enough() -> None:
    talk = at_menu()
    talk.hear("3")
    assert talk.hear("低保") == ["tell.guide.what", "tell.guide.how", "tell.guide.further"]
    assert talk.state.asked_about == ["dibao"]


def test_a_complaint_is_passed_on_and_goes_to_the_case_where_there_is_one() -> None:
    talk = at_menu()
    talk.hear("4")
    assert "0900-0000119" in words_of(talk.says[0]), "the phone where complaints are heard"
    assert talk.hear("上回那个小伙子说话带刺，问一句顶一句") == ["tell.objection_kept"]
    assert [one.reason for one in talk.effects if isinstance(one, CallHuman)] == ["objects"]
    assert not any(isinstance(one, AddToCase) for one in talk.effects)
    talk.state.last_case = "37990102-2026-00001"
    talk.hear("投诉")
    talk.hear("等了半个月没人理")
    assert [one.text for one in talk.effects if isinstance(one, AddToCase)] == ["等了半个月没人理"]


def test_who_thinks_better_of_a_complaint_is_not_held_to_it() -> None:
    talk = at_menu()
    talk.hear("投诉")
    talk.hear("转人工")
    assert [one.reason for one in talk.effects if isinstance(one, CallHuman)] == ["asked"]


def test_the_documents_are_all_told_a_few_at_a_time() -> None:
    talk = Talk()
    talk.hear("政策法规")
    told = [words_of(talk.says[0])]
    while talk.says[0].options[0].label == "option.more":
        talk.hear("1")
        told.append(words_of(talk.says[0]))
    text = "\n".join(told)
    grounds = [basis for item in CATALOGUE.open_items().values() for basis in item.basis if basis.holds_on(talk.today)]
    grounds = [basis for basis in grounds if valid_here(basis.text, COUNTY.rules)]  # what holds in this county
    may_be_shown = {basis.text for basis in grounds if basis.confidence in ("seed", "verified", "confirmed_local")}
    listed = re.findall(r"^· (.+)$", text, re.MULTILINE)
    assert len(may_be_shown) > 20
    assert sorted(listed) == sorted(may_be_shown)


def test_before_the_act_is_in_force_it_is_not_named() -> None:
    talk = Talk()
    talk.today = dt.date(2026, 6, 30)
    told = []
    talk.hear("政策法规")
    while True:
        told.append(words_of(talk.says[0]))
        if talk.says[0].options[0].label != "option.more":
            break
        talk.hear("1")
    assert "《中华人民共和国社会救助法》" not in "".join(told)
    assert "《社会救助暂行办法》" in "".join(told)


def test_a_day_no_value_covers_leads_to_a_person_and_not_to_the_last_value_known() -> None:
    talk = Talk()
    talk.today = dt.date(2014, 1, 6)
    assert talk.hear("救助流程") == ["tell.guide.unknown"]
    assert any(isinstance(one, CallHuman) for one in talk.effects)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("name", [*CONTENTS, "guide", "complaint", "about"])
def test_every_page_has_words_without_gaps(name: str, language: str) -> None:
    talk = Talk()
    talk.press(f"t1:0:@menu:{name}")
    for say in talk.says:
        text = words_of(say, language)
        assert not re.search(r"[{}]|@other|leaflet\.|option\.|class\.", text), text
        assert "0900-" in text or name in ("kinds", "items", "laws", "steps", "guide", "about"), text


def test_no_name_of_an_entry_is_two_entries() -> None:
    named = [word for listed in load("menu")["entry"].values() for word in listed]
    assert len(named) == len(set(named))
    assert set(load("menu")["entry"]) == {*menu.MENU, *CONTENTS} - {"human"}


def test_an_assistants_numbers_pick_from_the_page_she_looks_at() -> None:
    talk = Talk()
    talk.helper = Helper("刘春燕", ("379901102201",))
    talk.hear("救助类别")
    talk.hear("1")
    assert [one.key for one in talk.says] == ["tell.leaflet.class"]


@pytest.mark.parametrize(("word", "key"), [
    ("政策法规", "tell.leaflet.laws"), ("救助流程", "tell.leaflet.steps"), ("救助中心", "tell.leaflet.centre"),
    ("申请通道", "tell.leaflet.channels"), ("公示", "tell.leaflet.posted"), ("办事指南", "tell.leaflet.items"),
    ("投诉", "tell.objection_kept"),
])  # fmt: skip
@pytest.mark.parametrize("at", ["consent", "name", "difficulty"])
def test_in_the_middle_of_a_form_an_entry_is_told_and_the_form_goes_on(word: str, key: str, at: str) -> None:
    talk = Talk()
    talk.hear("我想求助" if at == "difficulty" else "家里欠了一屁股债，日子过不下去")
    while talk.state.asking != at:
        talk.hear("同意")
    before = dict(talk.state.answers)
    heard = talk.hear(word)
    assert heard == [key, f"ask.for_oneself.{at}"]
    assert not talk.says[0].options, "a number is the question's"
    assert talk.state.answers == before, "it is no answer"
