"""What a household has, and what it asks for (domain 6.2, 7.1; guidelines 2 and 3)."""

import pytest

from dialogs.catalogue import load_catalogue
from dialogs.understanding.clean import level
from dialogs.understanding.hardships import find_hardships
from dialogs.understanding.needs import find_needs


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("我是老五保，吃五保的", "destitute"),
        ("七十多了，打了一辈子光棍，没人管", "destitute"),
        ("孙子没爹没妈", "orphan"),
        ("这孩子苦，父母双亡", "orphan"),
        ("爹坐牢，娘跑了，孩子没人管", "orphan"),
        ("我是低保户", "subsistence_allowance"),
        ("俺家吃低保的", "subsistence_allowance"),
        ("有低保本", "subsistence_allowance"),
        ("去年评上低保的", "subsistence_allowance"),
        ("给我评了个边缘户", "marginal_household"),
        ("不是低保，是那个边缘户", "marginal_household"),
        ("俩孩子都是聋哑", "special_disability"),
        ("智力二级加肢体三级", "special_disability"),
        ("我儿高位截瘫，一级残", "severe_disability"),
        ("瘫床上五年了", "severe_disability"),
        ("肢体二级，走不了路", "severe_disability"),
        ("我是工会建档的困难职工", "destitute_worker"),
        ("老板拖了四万块工资", "destitute_worker"),
        ("厂子倒了，我没活干", "unemployed_hardship"),
        ("下岗一年了", "unemployed_hardship"),
        ("退休金不够老伴看病", "retired_hardship"),
        ("我们是失独家庭", "family_planning_support"),
        ("独生子车祸走了", "family_planning_support"),
    ],
)
def test_facts_make_a_hardship(text: str, code: str) -> None:
    assert code in {one.code for one in find_hardships(level(text))}


def test_what_the_catalogue_says_people_say_is_heard_more_often_than_not() -> None:
    said = [(text, one.code) for one in load_catalogue().hardships.values() for text in one.said if one.code != "other"]
    heard = [code in {one.code for one in find_hardships(level(text))} for text, code in said]
    assert len(said) == 131
    assert sum(heard) >= 66, "a floor: raise it with what is understood"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("想办低保", "subsistence_allowance"),
        ("我想申请低保", "subsistence_allowance"),
        ("俺不是低保户", "subsistence_allowance"),
        ("低保取消了", "subsistence_allowance"),
        ("没残疾证，也没瘫", "severe_disability"),
        ("给办个五保", "destitute"),
        ("没到退休年龄", "retired_hardship"),
    ],
)
def test_wanting_or_denying_is_not_having(text: str, code: str) -> None:
    assert code not in {one.code for one in find_hardships(level(text))}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("想办低保", "need_living"),
        ("我想办底保", "need_living"),
        ("马上要交，急用钱", "need_emergency_cash"),
        ("住院花了五万，医药费凑不齐", "need_medical_fee"),
        ("孩子学费交不起", "need_tuition"),
        ("想申请公租房", "need_housing_rent"),
        ("房子漏雨", "need_house_repair"),
        ("想找个扫地的活", "need_job"),
        ("想办失业登记", "need_unemployed"),
        ("想去敬老院", "need_elder_care"),
        ("八十岁补贴", "need_elder_subsidy"),
        ("残补咋申请", "need_disability_subsidy"),
        ("给配个轮椅", "need_rehab"),
        ("想办残疾证", "need_disability_cert"),
        ("孤儿补助", "need_child_support"),
        ("遭了水灾，申请救灾款", "need_disaster"),
        ("想请律师讨薪", "need_legal"),
        ("火化费没着落", "need_funeral"),
        ("有没有人捐旧棉衣", "need_charity"),
        ("没户口，想上户口", "need_identity"),
        ("工会能管吗", "need_worker"),
    ],
)
def test_what_is_asked_for(text: str, code: str) -> None:
    assert code in {one.code for one in find_needs(level(text))}


@pytest.mark.parametrize(
    ("text", "code"),
    [("孩子上高三", "need_tuition"), ("老伴有糖尿病", "need_medical_fee"), ("不是没饭吃", "need_food")],
)
def test_background_is_not_a_need(text: str, code: str) -> None:
    assert code not in {one.code for one in find_needs(level(text))}
