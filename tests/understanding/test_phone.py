"""The vectors of domain 10.2 and reliability B043-B045."""

import pytest

from dialogs.understanding.phone import Phone, read_phone
from dialogs.understanding.problems import Problem


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1300000 0001", "13000000001"),
        ("１３０００００００02", "13000000002"),
        ("+86-13000000003", "13000000003"),
        ("+86 138-0013-8000", "13800138000"),
        ("008613800138000", "13800138000"),
        ("０１３８００１３８０００", "13800138000"),
        ("一三九零零零零七四五二", "13900007452"),
        ("幺三洞洞洞洞洞洞洞洞四", "13000000004"),
        ("0537-6612345", "05376612345"),
        ("(0537)6612345", "05376612345"),
        ("(0537)6612345转801", "05376612345x801"),
        ("电话13800000002", "13800000002"),
        ("1 3 8 0 0 1 3 8 0 0 0", "13800138000"),
    ],
)
def test_numbers_as_people_give_them(text: str, value: str) -> None:
    read = read_phone(text)
    assert isinstance(read, Phone)
    assert (read.value, read.owner) == (value, "self")


def test_a_local_number_gets_the_area_code_and_is_read_back() -> None:
    read = read_phone("6612345", area_code="0537")
    assert isinstance(read, Phone)
    assert (read.value, read.kind, read.needs_confirm) == ("05376612345", "landline", True)
    assert read_phone("6612345") == Problem("phone_area_code")


def test_the_second_number_is_kept_as_a_spare() -> None:
    read = read_phone("13800138000 13900139000")
    assert isinstance(read, Phone)
    assert (read.value, read.spare) == ("13800138000", "13900139000")


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("儿子的13800138000", "child"),
        ("打俺老伴的13800138000", "spouse"),
        ("隔壁13800138000", "neighbor"),
        ("她没手机，打我的13800138000", "assistant"),
        ("村委13800138000", "village_office"),
    ],
)
def test_whose_number_it_is(text: str, owner: str) -> None:
    read = read_phone(text)
    assert isinstance(read, Phone)
    assert read.owner == owner


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("12012345678", "phone_pattern"),
        ("12345", "phone_short_code"),
        ("110", "phone_short_code"),
        ("12345678901", "phone_pattern"),
        ("11111111111", "phone_pattern"),
        ("4001234567", "phone_service"),
        ("138001380001", "phone_length"),
        ("没有电话", "phone_none"),
        ("打那个", "phone_missing"),
        ("", "phone_missing"),
    ],
)
def test_what_cannot_be_called(text: str, code: str) -> None:
    read = read_phone(text, area_code="0537")
    assert isinstance(read, Problem)
    assert read.code == code
