"""Corrections in words: field, from, to, and whose it is (guidelines 1, correct)."""

import datetime as dt

import pytest

from dialogs.hearing import Listener
from dialogs.understanding.corrections import read_corrections

LISTENER = Listener(dt.date(2026, 11, 3))


@pytest.mark.parametrize(
    ("text", "field", "old", "new"),
    [
        ("我收入不对，是一个月800", "income", None, "一个月800"),
        ("名字写错了，叫王有福", "name", None, "王有福"),
        ("电话写错了，是13000001234", "phone", None, "13000001234"),
        ("电话号码改成13000004321", "phone", None, "13000004321"),
        ("地址不对，是柳树沟村", "address", None, "柳树沟村"),
        ("我不是三组是五组", "address", "三组", "五组"),
        ("刚才说错了，是七十二岁，不是七十一岁", "age", "七十一岁", "七十二岁"),
    ],
)
def test_what_is_mine_comes_out_with_field_old_and_new(text: str, field: str, old: str | None, new: str) -> None:
    (one,) = read_corrections(text)
    assert (one.relation, one.field, one.old, one.new) == (None, field, old, new)
    assert field in LISTENER.hear(text).corrected or LISTENER.hear(text).fix_field == field


@pytest.mark.parametrize(
    ("text", "relation", "field", "old", "new"),
    [
        ("儿子4岁不是3岁", "son", "age", "3岁", "4岁"),
        ("儿子不是3岁，是4岁", "son", "age", "3岁", "4岁"),
        ("闺女十二岁，不是十一", "daughter", "age", "十一", "十二岁"),
        ("儿媳不是三十五，是三十三", "daughter_in_law", "age", "三十五", "三十三"),
        ("我刚才说错了，儿子一个月挣三千五，不是五千三", "son", "income", "五千三", "一个月挣三千五"),
        ("老伴收入写错了，一个月五百", "spouse", "income", None, "一个月五百"),
        ("闺女的名字写错了，叫王小燕", "daughter", "name", None, "王小燕"),
    ],
)
def test_what_is_of_the_house_names_whose_it_is(
    text: str, relation: str, field: str, old: str | None, new: str
) -> None:
    (one,) = read_corrections(text)
    assert (one.relation, one.field, one.old, one.new) == (relation, field, old, new)
    heard = LISTENER.hear(text)
    assert heard.fix_field == "members"
    assert field not in heard.told, "what is said of another is not the speaker's own"


@pytest.mark.parametrize(
    ("text", "relation"),
    [("把婆婆去掉", "mother_in_law"), ("把我爹那一条删了", "father"), ("婆婆不算，去掉", "mother_in_law")],
)
def test_somebody_is_taken_out_by_the_word_for_her(text: str, relation: str) -> None:
    (one,) = read_corrections(text)
    assert (one.relation, one.drop) == (relation, True)


@pytest.mark.parametrize(
    "text",
    [
        "儿子",
        "我不是低保户",
        "没有了",
        "不是",
        "不要",
        "老伴不在家",
        "数着是2位",
        "我想办低保",
        "儿子死了",
        "两口人",
        "是",
    ],
)
def test_what_corrects_nothing_is_no_correction(text: str) -> None:
    assert read_corrections(text) == ()
