"""Every question of the station's books: rubbish, orders, danger, a change of mind, and nothing of it lost or leaked."""

from __future__ import annotations

import pytest

from dialogs.context import Helper
from dialogs.effects import BindChat, Note, Rate, Station, WantedIt
from dialogs.flows.station import STATION
from dialogs.state import State
from dialogs.station import MENU, PAGES
from locales.words import words
from tests.dialogs.play import Talk

OPENS = {"register_book": "登记簿", "visit_log": "走访", "lead": "报线索", "change": "变化", "death": "有人去世"}
ANSWERS = {
    "visitor": "三组王奶奶", "matter": "问低保怎么办", "outcome": "当场答复了", "reply": "让她拿户口本来", "visited": "昨天",
    "next_visit": "11月30日", "difficulty": "老两口日子过得紧巴", "address": "柳沟村二组", "died": "前天",
}  # fmt: skip
SPOTS = tuple(f"{dialog.name}:{step.name}" for dialog in STATION for step in dialog.steps)


def talk_at(spot: str) -> Talk:
    """An assistant at that question of that book."""
    book, _, slot = spot.partition(":")
    talk = Talk()
    talk.helper = Helper("刘春燕", ("379901102201",))
    talk.hear(OPENS[book])
    for _ in OPENS:
        if talk.state.asking == slot:
            return talk
        talk.hear(ANSWERS[talk.state.asking])
    raise AssertionError(f"on the way to {spot} the talk stands at {talk.state.asking}")


@pytest.mark.parametrize("spot", SPOTS)
@pytest.mark.parametrize("text", ["。。。", "\x00\x07", "{{7*7}}", "9" * 3000, "'; DROP TABLE visit;--", "啊" * 3000])
def test_rubbish_is_kept_or_asked_again_in_plain_words(spot: str, text: str) -> None:
    talk = talk_at(spot)
    before = dict(talk.state.answers)
    for _ in range(4):
        if not talk.state.dialog:
            break
        assert all(key in words() for key in talk.hear(text))
        kept = talk.state.answers if talk.state.dialog else before
        assert {name: kept.get(name) for name in before} == before
    notes = [effect for effect in talk.effects if isinstance(effect, Note)]
    assert bool(notes) != bool(talk.state.dialog), "the book is open still, or its line is written"


@pytest.mark.parametrize("spot", SPOTS)
def test_she_may_leave_a_book_and_nothing_is_written(spot: str) -> None:
    talk = talk_at(spot)
    assert talk.hear("不办了") == ["confirm.cancel"]
    assert "tell.cancelled" in talk.hear("是")
    assert not any(isinstance(effect, Note) for effect in talk.effects)
    assert not talk.state.dialog
    assert not talk.state.answers


@pytest.mark.parametrize("spot", SPOTS)
def test_danger_comes_before_a_book_too(spot: str) -> None:
    talk = talk_at(spot)
    assert talk.hear("我不想活了")[0].startswith("safety.")


@pytest.mark.parametrize("book", sorted(OPENS))
def test_from_the_beginning_means_this_book_and_empty(book: str) -> None:
    talk = talk_at(f"{book}:{next(d.steps[1].name for d in STATION if d.name == book)}")
    talk.hear("从头来")
    talk.hear("是")
    assert (talk.state.dialog, talk.state.answers) == (book, {})


@pytest.mark.parametrize("number", range(1, len(MENU) + 1))
def test_every_number_of_the_menu_leads_somewhere_and_is_never_a_mark(number: int) -> None:
    talk = Talk()
    talk.helper = Helper("刘春燕", ("379901102201",))
    talk.state = State(last_case="37990102-2026-00001", draft=1)
    heard = talk.hear(str(number))
    assert heard or any(isinstance(effect, Station) for effect in talk.effects)
    assert not any(isinstance(effect, Rate) for effect in talk.effects)
    assert "age" not in talk.state.answers, "a number of the menu is nobody's age"


def test_a_button_of_the_menu_does_what_its_number_does() -> None:
    for number, code in enumerate(MENU, start=1):
        typed, pressed = Talk(), Talk()
        for talk in (typed, pressed):
            talk.helper = Helper("刘春燕", ("379901102201",))
            talk.hear("菜单")
        typed.hear(str(number))
        pressed.press(f"@menu:{code}")
        assert [type(one) for one in typed.effects] == [type(one) for one in pressed.effects], code
        assert typed.state.dialog == pressed.state.dialog, code


@pytest.mark.parametrize(
    ("text", "page"),
    [("我报的", "mine"), ("看登记簿", "book"), ("看走访", "visits"), ("看线索", "leads"), ("复核提醒", "recheck")],
)
def test_pages_open_by_their_words_for_an_assistant_alone(text: str, page: str) -> None:
    assert page in PAGES
    talk = Talk()
    talk.hear(text)
    assert not any(isinstance(effect, Station) for effect in talk.effects)
    talk.helper = Helper("刘春燕", ("379901102201",))
    talk.hear(text)
    assert Station(page) in talk.effects


@pytest.mark.parametrize("text", ["绑定 123456", "绑定：123456", "绑定码123456", "绑定１２３４５６", " 绑定 123456 "])
def test_a_code_is_heard_however_it_is_typed(text: str) -> None:
    talk = Talk()
    talk.hear(text)
    assert BindChat("123456") in talk.effects


@pytest.mark.parametrize("text", ["我家没人管", "俺一个人没人管俺", "我妈没人照顾，想申请低保", "没人管"])
def test_her_own_trouble_is_no_lead_about_another(text: str) -> None:
    talk = Talk()
    talk.hear(text)
    assert talk.state.dialog != "lead"
    assert not any(isinstance(effect, Note) for effect in talk.effects)


@pytest.mark.parametrize(("text", "wanted"), [("不是", False), ("不是的", False), ("我没让人报", False), ("是", True)])
def test_she_answers_whether_it_was_her_wish(text: str, wanted: bool) -> None:
    talk = Talk()
    talk.filed_for_her = True
    talk.hear(text)
    assert WantedIt(wanted) in talk.effects


def test_a_bare_no_inside_a_form_answers_the_form() -> None:
    talk = Talk()
    talk.hear("家里欠了一屁股债，日子过不下去")
    assert talk.state.asking == "consent"
    talk.filed_for_her = True
    talk.hear("不同意")
    assert not any(isinstance(effect, WantedIt) for effect in talk.effects)
