"""Names of common words, of other peoples, and whose they are; who belongs to the household (domain 10.3, 10.4)."""

from datetime import date

import pytest

from dialogs.understanding.exchange import to_guideline
from dialogs.understanding.read import understand

TODAY = date(2026, 11, 3)


def said(text: str) -> dict[str, object]:
    return to_guideline("x", text, understand(text, today=TODAY))


def people(text: str) -> list[tuple[object, object, object]]:
    return [(one["relation"], one["name"], one["age"]) for one in said(text)["members"]]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我叫王有福，想办低保", "王有福"), ("我叫李来能", "李来能"), ("申请人张和平，男，60岁", "张和平"),
        ("我是黄得贵，家住柳沟村", "黄得贵"), ("名字 隆万和", "隆万和"), ("学生卓玛拉姆，四月交的", "卓玛拉姆"),
        ("索朗多吉，青石镇石桥村，要临时救助", "索朗多吉"), ("我叫买买提·艾力", "买买提·艾力"),
        ("我叫赵全", "赵全"), ("替邻居陈在根办低保", "陈在根"),
    ],
)  # fmt: skip
def test_a_name_of_common_words_is_heard(text: str, name: str) -> None:
    assert said(text)["applicant"]["name"] == name  # type: ignore[index]


@pytest.mark.parametrize(
    "text", ["孩子都分家单过了，我过不下去", "她在屋里叫救命", "公公婆婆都七十多，跟我们过", "你们发的米生虫了"]
)
def test_no_name_is_made_of_what_is_none(text: str) -> None:
    applicant = said(text)["applicant"]
    assert applicant is None or applicant["name"] is None  # type: ignore[index]


def test_a_father_is_heard_by_name_and_age() -> None:
    found = people("家里四口人，我爹王有福81岁瘫床上，我老婆陈秀兰没收入")
    assert found == [("父亲", "王有福", 81), ("配偶", "陈秀兰", None)]


def test_the_one_help_is_asked_for_is_no_member_of_her_own_house() -> None:
    text = "替我爸申请低保，我爸周大民，58，我妈李桂英55，肾炎，我弟周小龙17上高二"
    assert said(text)["applicant"]["name"] == "周大民"  # type: ignore[index]
    assert people(text) == [("配偶", "李桂英", 55), ("儿子", "周小龙", 17)]


def test_a_group_told_one_by_one_keeps_each_age() -> None:
    assert people("我离婚了，带两个孩子，一个8岁一个5岁，日子难") == [("子女", None, 8), ("子女", None, 5)]


def test_an_age_before_the_word_belongs_to_it() -> None:
    assert people("我今年38，离婚，带个9岁的儿子过日子")[0] == ("儿子", None, 9)
    assert said("我今年38，离婚，带个9岁的儿子过日子")["applicant"]["age"] == 38  # type: ignore[index]


def test_a_number_goes_to_who_was_named_last() -> None:
    text = "请问我老伴的医疗救助审到哪了？我是黄绍华，379901195606160019"
    assert said(text)["applicant"] == {
        "name": "黄绍华", "age": None, "id_number": "379901195606160019", "phone": None, "address": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "income"),
    [
        ("儿子田军，40，打零工月入2000，孙女12", 2000), ("丈夫黄亮379901196607200019 月打零工800元，我没工作", 800),
        ("儿子25在厂里一月3500，我没收入", 3500),
    ],
)  # fmt: skip
def test_what_somebody_earns_is_not_his_age_nor_odd_jobs_nothing(text: str, income: int) -> None:
    assert said(text)["members"][0]["monthly_income"] == income  # type: ignore[index]


def test_who_minds_the_child_is_told_of_the_minder() -> None:
    assert [one[0] for one in people("我52，老婆49，大儿28在汽修厂，大儿媳26带娃没收入，想要救助")] == [
        "配偶",
        "儿子",
        "儿媳",
    ]
