"""The whole road of a household: her words in, every department's answer out, and somebody who holds it at any time."""

from __future__ import annotations

import pytest

from backend.errors import NotFound
from tests.journeys.people import County, Person

STORY = "俺家着难了，老头子住院花了五万多，报完还欠人两万多，屋里还漏雨，日子过不下去"
HER_WORDS = (
    STORY, "同意", "同意", "李秀英", "379901195709200043", "13000000001", "柳沟村二组", "一百六十八养老金",
    "老伴赵玉柱，71岁，一个月168", "没有了", "同意查",
)  # fmt: skip
ROOF, HOSPITAL, CASH = (
    ("rural_house_repair", "housing"),
    ("medical_aid", "medical_insurance"),
    ("red_cross_aid", "red_cross"),
)


def test_one_grants_one_refuses_by_link_one_keeps_silent_and_she_hears_of_each(county: County, person: Person) -> None:
    person.says(*HER_WORDS)
    assert person.hears("我念一遍", "李秀英", "379901********0043", "赵玉柱")
    person.presses("都对，交上去")
    assert person.hears("交上去了", "周同志会看", "一次给您说全", "查询码")
    case = person.case()
    assert county.group_heard("town:02")[-1].startswith("【新件】")

    county.window.accepts(case)
    assert person.hears("收下了", "不等于已经批准")
    roof, hospital, cash = county.window.sends(case, ROOF, HOSPITAL, CASH)
    assert person.hears("您的事分给了", "在家等就行")
    person.says("办到哪儿了")
    assert person.hears("等他们接", "等部门接手")

    housing = county.department("housing")
    housing.signs(roof, until="2026-11-18")
    assert person.hears("接手了", "孙", "11月18日（周三）")
    person.says("进度")
    assert person.hears("孙立军接了，11月4日（周三）起在办，11月18日（周三）前给准信")

    insurance = county.department_without_account(hospital)
    insurance.signs(hospital, until="2026-11-10", handler="李强")
    assert person.hears("接手了", "11月10日（周二）")
    insurance.refuses(hospital)
    assert person.hears(
        "没批下来", "没到今年的起付线", "《医疗救助办法》第八条", "60天内向云山县人民政府申请复议", "再申请", "还在办"
    )
    with pytest.raises(NotFound):  # the link ended with the decision
        insurance.grants(hospital)

    # The third has not signed by the day it should have: its group hears, then its leaders, then the county.
    county.the_morning_of("2026-11-06 周五")
    assert any("已逾期" in words for words in county.group_heard("dept:red_cross"))
    county.the_morning_of("2026-11-09 周一")
    assert any("督办" in words for words in county.group_heard("supervision"))
    assert not any("李秀英" in words or "379901195709200043" in words for words in county.group_heard("dept:red_cross"))
    red_cross = county.department("red_cross")
    red_cross.signs(cash, until="2026-11-16", handler="何敏")
    assert person.hears("何", "11月16日（周一）")

    housing.grants(roof)
    assert person.hears("好消息", "修房补助", "12000元", "别的还在办")
    red_cross.grants(cash, benefit="一次性慰问金", amount="800元")
    assert person.hears("慰问金")
    assert person.case().status == "decided"
    person.says("办好了没")
    assert person.hears("批了", "没批，原因告诉过您了")

    county.window.tells_by_phone(case)
    assert person.hears("满意吗")
    person.says("5")
    assert person.hears("谢谢您")
    assert person.case().status == "rated"


def test_progress_says_who_holds_it_since_when_and_until_when(county: County, person: Person) -> None:
    person.says(*HER_WORDS, "对")
    case = person.case()
    person.says("查进度")
    assert person.hears("11月4日（周三） 交上来了", "周同志来看", "0900-0000000")
    county.window.accepts(case)
    roof, _ = county.window.sends(case, ROOF, HOSPITAL)
    county.the_morning_of("2026-11-05 周四")
    county.department("housing").signs(roof, until="2026-11-18")
    person.says("查进度")
    assert person.hears("孙立军接了，11月5日（周四）起在办，11月18日（周三）前给准信", "11月4日（周三）送到，等他们接")
    county.the_morning_of("2026-11-19 周四")
    assert person.hears("对不住您")
    person.says("查进度")
    assert person.hears("说好11月18日（周三）前，晚了，我们催着呢")


def test_progress_of_a_case_is_told_on_another_phone_only_with_number_and_code(county: County, person: Person) -> None:
    person.says(*HER_WORDS, "对")
    short = person.case().short_no
    neighbour = county.somebody("neighbour")
    neighbour.says(f"查进度 {short} {person.query_code}")
    assert neighbour.hears("办到这儿", short)
    neighbour.says(f"查进度 {short} 2000-0000-00000")
    assert neighbour.hears("对不上")
    assert neighbour.hears_nothing_of("办到这儿", "李秀英")
    neighbour.says("查进度 26-99999 2345-6789-01234")
    assert neighbour.hears("对不上"), "a number that does not exist sounds the same as a wrong code"


def test_a_department_that_wants_papers_gets_them_by_photo(county: County, person: Person) -> None:
    person.says(*HER_WORDS, "对")
    case = person.case()
    county.window.accepts(case)
    [hospital] = county.window.sends(case, HOSPITAL)
    insurance = county.department("medical_insurance")
    insurance.signs(hospital, until="2026-11-10", handler="李强")
    insurance.wants_to_see(hospital, "mat_medical_bill")
    assert person.hears("想再看看", "拍照发来就行")
    person.says("查进度")
    assert person.hears("等您补东西")


def test_two_departments_that_send_it_back_bring_it_to_the_table_and_she_hears_of_no_quarrel(
    county: County, person: Person
) -> None:
    person.says(*HER_WORDS, "对")
    case = person.case()
    county.window.accepts(case)
    [roof] = county.window.sends(case, ROOF)
    county.department("housing").sends_back(roof, "emergency_mgmt")
    assert person.hears("换个部门办更合适")
    [again] = county.window.sends(case, ("rural_house_repair", "emergency_mgmt"))
    assert person.hears("不用您跑")
    county.department("emergency_mgmt").sends_back(again, "housing")
    assert person.case().status == "joint_meeting"
    assert person.hears("一起商量")
    assert person.hears_nothing_of("退回", "踢")


def test_what_the_window_misses_she_may_send_later(county: County, person: Person) -> None:
    person.says(*HER_WORDS, "对")
    county.window.wants_more(person.case(), "mat_diagnosis")
    assert person.hears("还差几样", "拍张照发来就行")
    person.says("我还要补充，诊断书丢了，医院说下周能补")
    assert person.hears("加到您的事情里了")


def test_somebody_in_danger_is_heard_before_the_form_and_the_town_rings(county: County) -> None:
    girl = county.somebody("girl")
    girl.says("我不想活了")
    assert girl.hears("我在，您别一个人", "12356")
    assert any(words.startswith("【急") for words in county.group_heard("town:02"))


def test_who_asks_for_a_person_reaches_one(county: County) -> None:
    old_man = county.somebody("old man")
    old_man.says("找人")
    assert old_man.hears("周同志", "0900-0000000")
    assert any("【找人】" in words for words in county.group_heard("town:02"))
