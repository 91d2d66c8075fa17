"""Addresses (domain 10.7, reliability B048)."""

import pytest

from dialogs.understanding.places import Address, Gazetteer, Place, read_address
from dialogs.understanding.problems import Problem

BRIDGE = Place("云山县", "青石镇", "石桥村", "379901100001")
WILLOW = Place("云山县", "青石镇", "柳沟村", "379901100002")
YELLOW = Place("云山县", "白水镇", "黄家庄村", "379901101001")
OTHER_BRIDGE = Place("云山县", "白水镇", "石桥村", "379901101002")
KNOWN = Gazetteer([BRIDGE, WILLOW, YELLOW, OTHER_BRIDGE])


def address(text: str, default: Place | None = None) -> Address:
    read = read_address(text, KNOWN, default=default)
    assert isinstance(read, Address), text
    return read


def test_down_to_the_door() -> None:
    read = address("青石镇石桥村三组十七号")
    assert (read.place, read.group, read.house_no) == (BRIDGE, 3, "17")
    assert (read.county, read.town, read.village) == ("云山县", "青石镇", "石桥村")
    assert not read.needs_confirm


def test_without_a_list_of_places_the_words_are_kept() -> None:
    read = read_address("青石镇石桥村三组十七号")
    assert isinstance(read, Address)
    assert (read.town, read.village, read.group, read.house_no) == ("青石镇", "石桥村", 3, "17")


def test_a_landmark() -> None:
    assert address("石桥村东头，老槐树那家").landmark == "东头，老槐树那家"


@pytest.mark.parametrize("text", ["俺们村三队", "咱村三组", "本村3社"])
def test_our_village_is_the_bound_one(text: str) -> None:
    read = address(text, BRIDGE)
    assert (read.place, read.group) == (BRIDGE, 3)


def test_two_villages_of_one_name_are_asked() -> None:
    read = address("石桥村")
    assert set(read.candidates) == {BRIDGE, OTHER_BRIDGE}
    assert read.needs_confirm


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("青石镇石乔村", BRIDGE),
        ("柳够村", WILLOW),
        ("白水镇黄家桩", YELLOW),
        ("青石石桥3组", BRIDGE),
        ("住柳沟村二组", WILLOW),
    ],
)
def test_a_name_by_ear_is_recognised(text: str, place: Place) -> None:
    assert address(text).place == place


def test_without_a_village_it_is_asked() -> None:
    assert read_address("云山县青石镇", KNOWN) == Problem("address_no_village", {"town": "青石镇"})
    assert read_address("云山县青石镇") == Problem("address_no_village", {"town": "青石镇"})


def test_a_village_nobody_knows() -> None:
    read = read_address("青石镇大榆树村", KNOWN)
    assert isinstance(read, Problem)
    assert read.code == "address_unknown_village"


@pytest.mark.parametrize("text", ["不知道", "", "13800138000"])
def test_no_place_at_all(text: str) -> None:
    read = read_address(text, KNOWN)
    assert isinstance(read, Problem)
    assert read.code == "address_missing"


def test_words_without_a_village_are_kept_as_text() -> None:
    read = read_address("村东头第三家")
    assert isinstance(read, Address)
    assert (read.landmark, read.village) == ("村东头第三家", None)


def test_five_hundred_characters_are_read_without_harm() -> None:
    assert read_address("石桥村" + "旁边" * 300, KNOWN) is not None
