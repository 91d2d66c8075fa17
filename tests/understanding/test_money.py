"""The table of domain 10.5 and reliability B081-B084, B089."""

from decimal import Decimal

import pytest

from dialogs.understanding.money import Money, read_money
from dialogs.understanding.numerals import number
from dialogs.understanding.problems import Problem


@pytest.mark.parametrize(
    ("text", "monthly"),
    [
        ("一个月三千来块", "3000"),
        ("一年万把块钱", "833.33"),
        ("没收入", "0"),
        ("一分钱没有", "0"),
        ("没来钱的路", "0"),
        ("没有收入", "0"),
        ("0", "0"),
        ("两千五", "2500"),
        ("1.2万/年", "1000"),
        ("一万二一年", "1000"),
        ("低保金每月四百五", "450"),
        ("一天一百五，一个月干二十天", "3000"),
        ("三四千", "3500"),
        ("千把块", "1000"),
        ("百八十块", "90"),
        ("一季子五六千，一年两季", "916.67"),
        ("退休金两千三百六十块五毛", "2360.5"),
        ("闺女一年给两千", "166.67"),
        ("五亩地一亩八百包出去", "333.33"),
        ("一个月也就七八百", "750"),
        ("1k5", "1500"),
        ("１５００", "1500"),
        ("1,500 元", "1500"),
        ("俩人一年挣两万五", "2083.33"),
        ("一个礼拜三百", "1300"),
        ("不到五百", "450"),
        ("一千出头", "1050"),
        ("工资三千，扣完到手两千六", "2600"),
        ("残补一月一百八", "180"),
        ("去年卖了头牛八千", "666.67"),
        ("两千多", "2000"),
        ("1千5", "1500"),
        ("一年三万", "2500"),
        ("2000-3000", "2500"),
        ("一个月两千到三千", "2500"),
        ("￥1,200.50元", "1200.50"),
        ("１２００", "1200"),
        ("每月养老金136", "136"),
        ("日薪一百二，一个月做二十二天", "2640"),
    ],
)
def test_what_comes_in_a_month(text: str, monthly: str) -> None:
    read = read_money(text)
    assert isinstance(read, Money)
    assert read.monthly == Decimal(monthly)
    assert read.raw == text


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("一个月三千来块", 2700, 3300),
        ("三四千", 3000, 4000),
        ("百八十块", 80, 100),
        ("不到五百", 0, 500),
        ("一千出头", 1000, 1100),
        ("2000-3000", 2000, 3000),
    ],
)
def test_a_vague_amount_has_bounds(text: str, low: int, high: int) -> None:
    read = read_money(text)
    assert isinstance(read, Money)
    assert read.approx
    assert (read.low, read.high) == (low, high)


@pytest.mark.parametrize(
    ("text", "source", "countable"),
    [
        ("低保金每月四百五", "social_assistance", False),
        ("残补一月一百八", "social_assistance", False),
        ("闺女一年给两千", "support", True),
        ("五亩地一亩八百包出去", "property", True),
        ("退休金两千三百六十块五毛", "pension", True),
        ("计生奖扶一年一千", "family_planning", False),
        ("工资三千", "wage", True),
    ],
)
def test_where_it_comes_from_is_marked_not_judged(text: str, source: str, countable: bool) -> None:
    read = read_money(text)
    assert isinstance(read, Money)
    assert (read.source, read.countable) == (source, countable)


def test_shared_once_and_unsaid() -> None:
    shared, once, unsaid = read_money("俩人一年挣两万五"), read_money("去年卖了头牛八千"), read_money("两千五")
    assert isinstance(shared, Money) and shared.shared_persons == 2
    assert isinstance(once, Money) and once.one_off
    assert isinstance(unsaid, Money) and unsaid.needs_confirm


def test_a_fortune_is_asked_again() -> None:
    read = read_money("999999999999")
    assert isinstance(read, Money)
    assert read.needs_confirm


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("欠了三万", "money_debt"),
        ("有一天没一天", "money_unsteady"),
        ("看天吃饭", "money_unsteady"),
        ("-1", "money_negative"),
        ("倒贴", "money_negative"),
        ("NaN", "money_not_a_number"),
        ("Infinity", "money_not_a_number"),
        ("1e999", "money_not_a_number"),
        ("0x10", "money_not_a_number"),
        ("1_000", "money_not_a_number"),
        ("6222021234567890123", "money_account"),
        ("你好", "money_missing"),
        ("", "money_missing"),
    ],
)
def test_what_is_no_income(text: str, code: str) -> None:
    read = read_money(text)
    assert isinstance(read, Problem)
    assert read.code == code


@pytest.mark.parametrize(
    ("text", "value"),
    [("两千五", 2500), ("一万二", 12000), ("三百五", 350), ("一百零五", 105), ("二零二六", 2026), ("3万5", 35000),
     ("三千四百五十六万", 34_560_000), ("十", 10), ("万", 10000), ("1.2万", 12000), ("", None), ("张三", None),
     ("九" * 41, None)],
)  # fmt: skip
def test_numbers_as_they_are_said(text: str, value: int | None) -> None:
    assert number(text) == value
