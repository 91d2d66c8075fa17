"""Somebody whose home lies in another county: nothing she said is lost, and the window reads where it is."""

from __future__ import annotations

from tests.journeys.people import County, Person

BEFORE = (
    "俺家着难了，老头子住院花了五万多，报完还欠人两万多，屋里还漏雨，日子过不下去",
    "同意", "同意", "李秀英", "379901195709200043", "13000000001",
)  # fmt: skip
AFTER = ("一百六十八养老金", "老伴赵玉柱，71岁，一个月168", "没有了", "同意查")


def test_the_window_reads_the_village_with_its_code(county: County, person: Person) -> None:
    person.says(*BEFORE, "取县三板镇神山村二社", *AFTER)
    assert person.hears("我念一遍", "取县三板镇神山村二社（四川省达州市渠县三板镇神山村）")
    person.presses("都对，交上去")
    case = person.case()
    with county.runtime.database.read() as db:
        kept = db.get(type(case), case.id)
        assert kept is not None
        address = kept.get(county.runtime.env.sealer, "address")
    assert address == "取县三板镇神山村二社 (四川省达州市渠县三板镇神山村 511725118204)"
    assert case.village is None


def test_she_is_asked_which_of_two_villages(county: County, person: Person) -> None:
    person.says(*BEFORE, "陕西镇巴双河村")
    assert person.hears("不止一个")
    person.presses("陕西省汉中市镇巴县三元镇双河村")
    person.says(*AFTER)
    assert person.hears("我念一遍", "陕西镇巴双河村（陕西省汉中市镇巴县三元镇双河村）")
