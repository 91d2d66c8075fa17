"""Whatever residents read is short, plain and kind (domain 13.1, reliability G20), and what is not gets found."""

from __future__ import annotations

import re

import pytest

from backend.messages import PERSON, STAFF
from dialogs.catalogue.load import load_catalogue
from locales.lint import lint, tone
from locales.words import Words, languages, words

KNOWN = words()
RULES = tone(KNOWN.language)


@pytest.mark.parametrize("language", languages())
def test_every_language_is_said_as_people_speak(language: str) -> None:
    assert lint(words(language)) == []


@pytest.mark.parametrize("language", languages())
def test_what_residents_read_is_looked_at_as_theirs(language: str) -> None:
    rules = tone(language)
    read = {key for key in words(language) if not rules.for_staff(key)}
    assert set(PERSON) <= read
    assert not set(STAFF) & read
    assert {key.partition(".")[0] for key in read} >= {"ask", "tell", "msg", "problem", "safety", "notice", "progress"}


class Said(Words):
    """One thing said, under one key."""

    def __init__(self, key: str, text: str, language: str) -> None:
        self.language = language
        self._catalogue = {key: text}


@pytest.mark.parametrize(
    ("key", "text", "found"),
    [
        ("tell.x", "好。\n", "empty line"),
        ("tell.x", "好，{who。", "brace"),
        ("tell.x", "家里的难处慢慢说" * 5 + "吧", "sentence of 41"),
        ("tell.x", "您慢慢说，我都记着呢。" * 14, "is 126 long"),
        ("ask.x", "您叫什么？住哪儿？电话多少？", "more than two"),
        ("option.x", "我已经看过了，都对，请帮我交上去", "12 is the most"),
        ("safety.x", "请您别着急，先坐下来喝口水，" * 6, "60 is the most"),
        ("tell.x", "您的申请已受理。", "say 收下"),
        ("tell.x", "您还需补正。", "say 还差几样"),
        ("tell.x", "现在公示。", "say 在村里贴出来让大伙看看"),
        ("msg.x", "此件已转办。", "say 转给"),
        ("progress.x", "已办结。", "say 办好了"),
        ("tell.x", "系统错误，请稍后再试。", "say 我这边出了点毛病"),
        ("tell.x", "必须填写。", "say 请您"),
        ("tell.x", "他（她）住哪儿", "say 要帮的人"),
        ("tell.x", "你叫什么", "say 您"),
        ("tell.x", "您肯定能批下来。", "say 部门查了才知道"),
        ("tell.x", "过三天再来。", "say 阿拉伯数字"),
        ("tell.x", "not a json", "say 人话"),
        ("tell.x", "不服可以申请复议。", "does not explain it"),
        ("tell.x", "3个工作日给您回话。", "周末过节不算"),
        ("tell.x", "请您彳亍而行。", "rare characters: 亍彳"),
        ("tell.x", "请在{month}{day}日来。", "without {weekday}"),
        ("problem.x", "电话不对。", "without an example"),
        ("needed.x", "要名字。", "without an example"),
        ("msg.result_refused", "没批。原因：{reason}", "refuses without {basis}, {reapply}, {remedy}, {phone}"),
        ("msg.not_accepted", "不归我们管，是{reason}。", "refuses without {basis}, {where}, {phone}, 觉得不对"),
        ("msg.relief_refused", "没有批。", "list it under [[refusal]]"),
    ],
)
def test_what_a_villager_would_stumble_on_is_found(key: str, text: str, found: str) -> None:
    assert [line for line in lint(Said(key, text, "zh_CN"), RULES) if found in line and key in line] != []


@pytest.mark.parametrize(
    ("key", "text", "found"),
    [
        ("tell.x", "Call 110 now.", "'110 for the police'"),
        ("tell.x", "Call 119 now.", "'119 for a fire'"),
        ("safety.x", "Call 120.", "'120 for an ambulance'"),
        ("tell.x", "This is invalid.", "say what to do instead"),
        ("tell.x", "The applicant can come.", "say you, or a plain word"),
        ("tell.x", "Please try again later.", "say when, or whom to call"),
        ("tell.x", "您好, welcome.", "not all in its own script"),
        ("tell.x", "For example “老伴赵玉柱，70岁”.", "does not explain it"),
        ("problem.x", "That is wrong.", "without an example"),
        ("tell.x", "and on " * 20, "sentence of 40"),
        ("msg.result_refused", "No: {reason}", "refuses without {basis}"),
    ],
)
def test_what_a_reader_of_english_would_stumble_on_is_found(key: str, text: str, found: str) -> None:
    assert [line for line in lint(Said(key, text, "en"), tone("en")) if found in line] != []


def test_colleagues_may_use_the_words_of_the_office() -> None:
    assert lint(Said("msg.staff_x", "【转办】请签收；逾期督办，5个工作日内反馈。", "zh_CN"), RULES) == []
    assert lint(Said("msg.staff_x", "请阅囿", "zh_CN"), RULES) == []
    assert len(lint(Said("msg.x", "请阅囿", "zh_CN"), RULES)) == 1


@pytest.mark.parametrize("key", [key for key in KNOWN if key.startswith(("ask.", "confirm."))])
def test_one_can_see_what_is_asked(key: str) -> None:
    assert key.endswith(".review") or re.search("？|您同意|选|拍照|回“", KNOWN.template(key)), KNOWN.template(key)


@pytest.mark.parametrize("key", [key for key in KNOWN if key.startswith("safety.")])
def test_danger_is_answered_with_a_number_or_a_person(key: str) -> None:
    assert re.search(r"1[12]\d|12356|96110|镇上|村里|叫人|找人", KNOWN.template(key))
    assert "{" not in KNOWN.template(key), "nothing has to be looked up before it can be said"


def test_plain_names_of_the_catalogue_are_plain() -> None:
    catalogue = load_catalogue()
    plain = {f"item.{one.code}": one.plain_name for one in catalogue.items.values()}
    plain |= {f"dept.{one.code}": one.plain for one in catalogue.departments.values()}
    plain |= {f"need.{one.code}": one.plain for one in catalogue.needs.values()}
    plain |= {f"material.{one.code}": one.plain for one in catalogue.materials.values()}
    assert [line for key, name in plain.items() for line in lint(Said(key, name, "zh_CN"), RULES)] == []


def test_the_table_of_characters_is_whole() -> None:
    """《通用规范汉字表》: 3500 everyday characters and 3000 common ones, none twice."""
    levels = RULES.characters
    assert {name: len(found) for name, found in levels.items()} == {"level_1": 3500, "level_2": 3000}
    assert not levels["level_1"] & levels["level_2"]
    assert {"一", "矗"} <= levels["level_1"] and {"乂", "齉"} <= levels["level_2"]
