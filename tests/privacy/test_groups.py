"""What a staff group may read (domain 12.5): number, town and village, item, status, days, link."""

import pytest

from backend.privacy.mask import assert_group_safe, group_banned, mask_address, mask_id_number, mask_phone

FINE = "26-00124 柳沟镇柳沟村 住房救助 超期 2 天 https://x.example/desk/t/trf_019a4130000000129999999999999999"


@pytest.mark.parametrize("text", [FINE, "12月3号前办完", "26-00124 特殊情况，请点开处理", ""])
def test_what_the_rule_allows_passes(text: str) -> None:
    assert assert_group_safe(text, group_banned()) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("王桂兰 379901194305120026", ["number"]),
        ("130 0000 0012", ["number"]),
        ("请打 0900-6612345", ["phone"]),
        ("请打（0900）６６１２３４５", ["phone"]),
        ("柳沟村12号", ["house_number"]),
        ("柳沟小区３号楼201室", ["house_number"]),
        ("十二号楼", ["house_number"]),
        ("疑似家 暴，失独", ["word:失独", "word:家暴"]),
    ],
)
def test_what_it_forbids_is_named(text: str, found: list[str]) -> None:
    assert assert_group_safe(text, group_banned()) == found


def test_the_words_are_the_caller_s() -> None:
    assert assert_group_safe("离异", ["离异"]) == ["word:离异"]
    assert assert_group_safe("离异", []) == []


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("云山县柳沟镇柳沟村二组12号", "云山县柳沟镇柳沟村"),
        ("柳沟村二组", "柳沟村"),
        ("李家村镇王家村三组", "李家村镇王家村"),
        ("青石街道5号楼2单元301室", "青石街道"),
        ("县城东大街8号", ""),
        ("", ""),
    ],
)
def test_addresses_end_at_the_village(address: str, shown: str) -> None:
    assert mask_address(address) == shown


def test_a_mask_never_shows_more_of_an_odd_number() -> None:
    assert mask_phone("+86 130-0000-0012") == "130****0012"
    assert mask_phone("0900-6612345-801") == "0900-661****"
    assert mask_id_number("123456789") == "****"
    assert mask_id_number("379901430512002") == "379901*****2002"
