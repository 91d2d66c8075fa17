"""Who is who in a told household: whose age, whose father, which name, which place (guidelines 5 and 6)."""

import datetime as dt
import json
import sys
from pathlib import Path

import pytest

from dialogs.understanding.exchange import to_guideline
from dialogs.understanding.read import understand

TODAY = dt.date(2026, 11, 3)
UNSEEN = Path(__file__).parent / "unseen" / "whole.jsonl"
SHARED = Path(__file__).parents[3] / "shared" / "understanding"


def people(text: str) -> list[tuple[str, int | None]]:
    """The members a message names, as (relation, age)."""
    return [(found.value.relation, found.value.age) for found in understand(text, today=TODAY).members]


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("我叫王桂兰，儿子八岁，他爸腿摔坏了在家，想办低保", [("son", 8), ("spouse", None)]),
        ("我男人在工地，他妈八十了跟我们过，想办低保", [("spouse", None), ("mother_in_law", 80)]),
        ("我带着双胞胎，七岁，没有收入，想办低保", [("child", 7), ("child", 7)]),
        ("我一个人带俩孩子，大的九岁小的六岁，想办低保", [("child", 9), ("child", 6)]),
        ("我家俩娃，一个十四一个十一都念书，想办低保", [("child", 14), ("child", 11)]),
        ("我叫王桂兰，一儿一女都上学，想办低保", [("son", None), ("daughter", None)]),
        ("我大哥聋哑，二哥有病，弟兄三个一起过，我叫王有福，想办低保", [("brother", None), ("brother", None)]),
        ("我叫王桂兰，儿子跟媳妇在外地，带俩孙女，想办低保", [
            ("son", None), ("daughter_in_law", None), ("granddaughter", None), ("granddaughter", None),
        ]),
        ("我叫王桂兰，跟侄儿住一块，想办低保", [("nephew", None)]),
        ("我叫王桂兰，闺女嫁到外省十来年没回来，想办低保", []),
        ("我叫王桂兰，女儿四十三没嫁人，想办低保", [("daughter", 43)]),
    ],
)  # fmt: skip
def test_who_lives_in_the_house(text: str, members: list[tuple[str, int | None]]) -> None:
    assert people(text) == members


def test_a_form_names_people_with_one_letter() -> None:
    meaning = understand(
        "户主：罗德彪 男 66岁 身份证379901196001150033 妻：杨翠莲 64岁 379901196203040028 精神二级 "
        "子：罗小军 35岁 外出务工月收入3500 申请低保",
        today=TODAY,
    )
    assert meaning.name is not None and meaning.name.value == "罗德彪"
    wife, son = (found.value for found in meaning.members)
    assert (wife.relation, wife.name, wife.age, wife.id_number) == ("spouse", "杨翠莲", 64, "379901196203040028")
    assert (son.relation, son.name, son.age) == ("son", "罗小军", 35)
    assert son.income is not None and son.income.monthly == 3500


def test_what_is_told_of_both_is_told_of_each() -> None:
    meaning = understand("我叫王桂兰，公公76婆婆72，都有高血压，想办低保", today=TODAY)
    assert [found.value.condition for found in meaning.members] == ["高血压", "高血压"]


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("我叫王桂兰，我女儿12岁，想办低保", None),
        ("俺妮儿今年19，休学在家，俺想办低保", None),
        ("我叫王桂兰，老伴比我大三岁，想办低保", None),
        ("爸78妈77我50，都干不动活，想办低保", 50),
        ("申请人王桂兰，女，苗族，72，独居，想办低保", 72),
        ("我叫王桂兰，今年七十有三，想办低保", 73),
    ],
)
def test_an_age_is_the_applicants_only_where_it_is_said_of_her(text: str, age: int | None) -> None:
    found = understand(text, today=TODAY).age
    assert (found.value if found else None) == age


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我叫牛二孬，户口本上是牛建设，六十五，想办五保", "牛建设"),
        ("我对象叫马庆山，干不了活，我叫丁桂花，想办低保", "丁桂花"),
        ("我叫冯老三五十二，想办低保", "冯老三"),
        ("申请人：德吉卓玛，女，39岁，缺学费", "德吉卓玛"),
        ("谢谢你闺女，给你们打满分", None),
        ("公租房申请表在哪下载", None),
        ("家里老母鸡叫黄鼠狼叼走了三只", None),
        ("咱村修路占了我家地不给钱找谁", None),
    ],
)
def test_a_name_is_what_names_are_made_of(text: str, name: str | None) -> None:
    found = understand(text, today=TODAY).name
    assert (found.value if found else None) == name


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("我住在和平路18号院3单元201，想办低保", "和平路18号院3单元201"),
        ("我家在青石巷7号，想办低保", "青石巷7号"),
        ("我是王庄的，想办低保", "王庄"),
        ("我是云南陇川的，想办低保", "云南陇川"),
        ("发大水房子冲走了，想办低保", None),
        ("这两个补贴冲突不", None),
    ],
)
def test_a_place_is_where_somebody_lives(text: str, place: str | None) -> None:
    meaning = understand(text, today=TODAY)
    assert (meaning.text[meaning.address.start : meaning.address.end] if meaning.address else None) == place


def test_the_number_of_a_disability_card_is_no_identity_number() -> None:
    assert understand("残疾证号37990119660606002X43，一级的", today=TODAY).id_number is None
    found = understand("身份证37990119660606002X，想办低保", today=TODAY).id_number
    assert found is not None and found.value == "37990119660606002X"


def test_who_asks_for_one_thing_is_not_said_to_want_money_to_live_on() -> None:
    needs = {found.value.code for found in understand("娃要上大学，学费八千拿不出，能不能帮一把", today=TODAY).needs}
    assert needs == {"need_tuition"}


@pytest.mark.skipif(not (SHARED / "score.py").exists(), reason="the shared scorer is not here")
def test_messages_the_judge_never_learnt_from_keep_their_figures() -> None:
    """Floors on whole messages with all their labels, kept out of what the judge learns from."""
    sys.path.insert(0, str(SHARED))
    try:
        import score
    finally:
        sys.path.pop(0)
    gold = [json.loads(line) for line in UNSEEN.read_text(encoding="utf-8").splitlines()]
    said = {line["id"]: to_guideline(line["id"], line["text"], understand(line["text"], today=TODAY)) for line in gold}
    result = score.score_messages(gold, said)
    assert result["intent"]["accuracy"] >= 0.76
    # 11 of 13 since the judge learnt from 6,255 messages (12 before); the other two are asked about.
    assert result["urgent"]["recall"] >= 0.84
    assert result["urgent"]["false_positive_rate"] <= 0.04
    for field, floor in FLOORS.items():
        assert result[field]["f1"] >= floor, field


FLOORS = {
    "hardship": 0.72, "needs": 0.71, "applicant.name": 0.88, "applicant.age": 0.92, "applicant.address": 0.96,
    "applicant.id_number": 0.97, "member.found": 0.71,
}  # fmt: skip
