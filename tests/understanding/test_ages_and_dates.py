"""Ages and days (domain 10.6, reliability B046, B047)."""

from datetime import date

import pytest

from dialogs.understanding.ages import Age, read_age
from dialogs.understanding.dates import Day, read_date
from dialogs.understanding.problems import Problem

TODAY = date(2026, 11, 3)


def age(text: str) -> Age:
    read = read_age(text, TODAY)
    assert isinstance(read, Age), text
    return read


@pytest.mark.parametrize("text", ["83", "八十三岁", "八十有三", "今年83了", "八十三"])
def test_a_plain_age(text: str) -> None:
    assert age(text).years == 83
    assert (age(text).born_from, age(text).born_to) == (date(1942, 11, 4), date(1943, 11, 3))


def test_lunar_count_gives_the_bounds_of_a_lunar_year() -> None:
    read = age("虚岁七十")
    assert read.years is None
    assert (read.born_from, read.born_to) == (date(1957, 1, 31), date(1958, 2, 17))
    assert read.nominal and read.needs_confirm


def test_an_animal_gives_candidates_and_a_hint_narrows_them() -> None:
    assert age("属龙").candidates == (1940, 1952, 1964, 1976, 1988, 2000, 2012, 2024)
    assert age("属龙的，七十多").candidates == (1952,)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("六十挂零", 60, 62),
        ("快七十", 67, 69),
        ("奔七十", 67, 69),
        ("七十多", 71, 79),
        ("花甲", 60, 60),
        ("耄耋", 80, 90),
    ],
)
def test_rough_ages(text: str, low: int, high: int) -> None:
    assert (age(text).low, age(text).high) == (low, high)
    assert age(text).needs_confirm


@pytest.mark.parametrize(
    ("text", "year"),
    [("四三年生人", 1943), ("民国三十二年", 1943), ("五七年的", 1957), ("1986年生", 1986), ("二零一五年", 2015)],
)
def test_a_year_of_birth(text: str, year: int) -> None:
    assert age(text).candidates == (year,)
    assert age(text).needs_confirm


def test_small_children_count_in_months() -> None:
    assert age("八个月大").months == 8
    assert age("刚满月").years == 0


@pytest.mark.parametrize(
    ("text", "code"), [("七老八十", "age_vague"), ("150", "age_range"), ("不知道", "age_missing"), ("", "age_missing")]
)
def test_ages_that_are_asked_again(text: str, code: str) -> None:
    read = read_age(text, TODAY)
    assert isinstance(read, Problem)
    assert read.code == code


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1943年5月12日", date(1943, 5, 12)),
        ("一九四三年五月十二", date(1943, 5, 12)),
        ("八五年三月二号", date(1985, 3, 2)),
        ("1986-05-04", date(1986, 5, 4)),
        ("1991-09-15", date(1991, 9, 15)),
        ("1900-01-01", date(1900, 1, 1)),
        ("19910915", date(1991, 9, 15)),
        ("昨儿", date(2026, 11, 2)),
        ("前儿个", date(2026, 11, 1)),
        ("明天", date(2026, 11, 4)),
    ],
)
def test_days(text: str, value: date) -> None:
    read = read_date(text, TODAY)
    assert isinstance(read, Day)
    assert read.value == value


@pytest.mark.parametrize(
    ("text", "month", "day"), [("阴历九月初三", 9, 3), ("八五年腊月初三", 12, 3), ("阴历四月初九", 4, 9)]
)
def test_lunar_days_keep_their_words_and_ask(text: str, month: int, day: int) -> None:
    read = read_date(text, TODAY)
    assert isinstance(read, Day)
    assert (read.lunar, read.month, read.day, read.raw) == (True, month, day, text)
    assert read.needs_confirm


def test_days_that_do_not_exist() -> None:
    assert read_date("1985.2.30", TODAY) == Problem("date_impossible", {"m": 2, "d": 30})
    assert read_date("2/3/85", TODAY) == Problem("date_unclear")
    assert read_date("不记得", TODAY) == Problem("date_missing")
