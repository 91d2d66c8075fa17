"""What she sends for something she was asked for lands where it belongs, is called by name, and things go on."""

from __future__ import annotations

import itertools

import pytest

from backend.cases.tables import Addition
from backend.conversations.media import keep_file
from backend.conversations.tables import Attachment
from backend.ports import Arrived
from bot.channels.web.hook import said_in_words
from dialogs.said import Said
from dialogs.supplement import has_none, has_read, named
from tests.desk.households import PIXEL
from tests.journeys.people import County, Person
from tests.journeys.test_entrances import LINES

BILL, DIAGNOSIS = "mat_medical_bill", "mat_diagnosis"
_count = itertools.count(1)


@pytest.fixture
def filed(county: County, person: Person) -> Person:
    person.says(*LINES)
    assert person.case_no
    return person


def _asks(county: County, person: Person, *materials: str) -> None:
    from backend.cases import acts

    office = county.office
    office.act(
        acts.request_supplement, office.clerk, person.case().id, materials, reason_code="household_changed"
    )  # fmt: skip


def _sends_photo(county: County, person: Person, caption: str | None = None) -> None:
    number = next(_count)
    kept = keep_file(county.runtime.env, PIXEL + bytes([number]), f"{number}.png")
    assert not isinstance(kept, str)
    said = said_in_words(caption, county.runtime.listener()) if caption else Said()
    arrived = Arrived("web", "web", "li", f"photo{number}", b"{}", said, (kept,))
    person._read(county.runtime.receive_sync(arrived))


def _photos(county: County) -> list[str | None]:
    return [row.material for row in county.office.all(Attachment)]


def test_a_photo_without_a_word_is_the_only_thing_that_is_missing(county: County, filed: Person) -> None:
    _asks(county, filed, DIAGNOSIS)
    _sends_photo(county, filed)
    assert filed.hears("收到了", "诊断")
    assert _photos(county) == [DIAGNOSIS]
    case = filed.case()
    assert (case.status, case.supplement) == ("submitted", [])
    assert any("补" in words or "齐" in words for words in county.group_heard("town:02")[-2:])
    assert "msg.staff_supplied" in county.office.told("town:02")


def test_a_caption_says_which_of_several_it_is(county: County, filed: Person) -> None:
    _asks(county, filed, DIAGNOSIS, BILL)
    _sends_photo(county, filed, "诊断证明拍好了")
    assert filed.hears("收到了", "诊断", "还差")
    assert filed.case().supplement == [BILL]
    assert filed.case().status == "supplement_required"
    _sends_photo(county, filed, "这是结算单")
    assert filed.case().status == "submitted"
    assert _photos(county) == [DIAGNOSIS, BILL]


def test_where_it_could_be_either_she_is_asked_once_with_numbers(county: County, filed: Person) -> None:
    _asks(county, filed, DIAGNOSIS, BILL)
    _sends_photo(county, filed)
    assert filed.hears("哪一样", "回数字")
    assert filed.case().supplement == [DIAGNOSIS, BILL]
    filed.says("2")
    assert filed.hears("收到了", "还差")
    assert filed.case().supplement == [DIAGNOSIS]
    assert _photos(county) == [BILL]


def test_she_may_press_or_say_it_as_well(county: County, filed: Person) -> None:
    _asks(county, filed, DIAGNOSIS, BILL)
    _sends_photo(county, filed)
    _sends_photo(county, filed)
    filed.presses("诊断")
    assert filed.case().supplement == [BILL]
    assert _photos(county) == [DIAGNOSIS, DIAGNOSIS], "both photos that waited"
    _sends_photo(county, filed)
    assert filed.case().status == "submitted"


def test_what_cannot_be_made_out_goes_to_the_window_and_is_not_asked_again(county: County, filed: Person) -> None:
    _asks(county, filed, DIAGNOSIS, BILL)
    _sends_photo(county, filed)
    filed.says("就是那个嘛")
    assert filed.hears("加到您的事情里了")
    assert filed.case().supplement == [DIAGNOSIS, BILL]
    assert len(county.office.all(Addition)) == 2


def test_that_she_has_none_counts_and_that_she_will_bring_it_does_not(county: County, filed: Person) -> None:
    _asks(county, filed, DIAGNOSIS)
    filed.says("我还要补充，诊断证明下周去开")
    assert filed.case().status == "supplement_required"
    filed.says("我要补充，诊断证明找不到了")
    assert filed.case().status == "submitted"


def test_a_departments_request_goes_on_by_itself_as_well(county: County, filed: Person) -> None:
    from backend.transfers import handling

    case = filed.case()
    county.window.accepts(case, "medical_aid")
    [part] = county.window.sends(case, ("medical_aid", "medical_insurance"))
    insurance = county.department("medical_insurance")
    county.office.act(handling.receive, insurance.actor, part.id, **county.office.promise())
    county.office.act(
        handling.request_materials, insurance.actor, part.id, [DIAGNOSIS], reason_code="contradiction"
    )  # fmt: skip
    assert filed.hears("想再看看", "诊断")
    _sends_photo(county, filed)
    assert county.office.transfer(part.id).status == "processing"
    assert county.office.transfer(part.id).materials == []


def test_without_a_request_it_is_an_addition_as_before(county: County, filed: Person) -> None:
    _sends_photo(county, filed)
    assert filed.hears("加到您的事情里了")
    assert _photos(county) == [None]


WANTED = {"bill": ("医疗费单据", "住院发票"), "diagnosis": ("诊断证明或病历",), "card": ("银行卡或存折",)}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("诊断证明", ("diagnosis",)),
        ("这是病历", ("diagnosis",)),
        ("诊断书", ("diagnosis",)),
        ("存折拍来了", ("card",)),
        ("住院发票和银行卡都在这", ("bill", "card")),
        ("给你", ()),
        ("", ()),
    ],
)
def test_papers_are_known_by_what_people_call_them(text: str, codes: tuple[str, ...]) -> None:
    assert named(text, WANTED) == codes


def test_having_none_and_having_read() -> None:
    assert has_none("诊断证明丢了")
    assert not has_none("诊断证明丢了，下周去补")
    assert has_read("知道了。")
    assert has_read("好的，知道了！")
    assert not has_read("我知道了他打人的事")
