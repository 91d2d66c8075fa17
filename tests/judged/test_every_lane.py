"""The states outside the two forms, walked like theirs: the station's books, an emergency, after handing in, photos that
are to be named, forms that wait, a wish to be confirmed, a question of care. Anything sent there is answered, nothing told
is lost, a person can be had, and one comes back to where something can be begun.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from dialogs import state as states
from dialogs.context import Helper
from dialogs.effects import CallHuman, Effect, Note, Say, Station
from dialogs.state import State
from locales.words import words
from tests.dialogs.play import Talk, talk_at
from tests.dialogs.test_station_books import SPOTS as BOOKS
from tests.dialogs.test_station_books import talk_at as book_at
from tests.judged.test_every_state import KINDS, LONGEST, sends_on, sent

CASE = "37990102-2026-00001"
ASSISTANT = Helper("刘春燕", ("379901102201",))


def _said(*texts: str) -> Callable[[], Talk]:
    def make() -> Talk:
        talk = Talk()
        for text in texts:
            talk.hear(text)
        return talk

    return make


def _kept(**fields: Any) -> Callable[[], Talk]:
    def make() -> Talk:
        talk = Talk()
        talk.state = State(**fields)
        return talk

    return make


def _at(spot: str, *texts: str) -> Callable[[], Talk]:
    def make() -> Talk:
        talk = talk_at(spot)
        for text in texts:
            talk.hear(text)
        return talk

    return make


def _after(*texts: str) -> Callable[[], Talk]:
    def make() -> Talk:
        talk = talk_at("for_oneself:review")
        for text in ("对", *texts):
            talk.hear(text)
        return talk

    return make


def _station(*texts: str) -> Callable[[], Talk]:
    def make() -> Talk:
        talk = Talk()
        talk.helper = ASSISTANT
        for text in texts:
            talk.hear(text)
        return talk

    return make


def _book(spot: str) -> Callable[[], Talk]:
    return lambda: book_at(spot)


_WAITING = ("我是协理员，给单桂荣办，女，81，看病没钱，柳沟村二组", "刘春燕", "还有一户，给季兆林办，46，工地断了腿")
#: Where she stands -> how she came there.
LANES: dict[str, Callable[[], Talk]] = {
    "nothing yet": Talk,
    "menu": _said("你好"),
    "policy answered": _said("低保怎么办"),
    "emergency where": _said("家里没米了，三天没吃饭"),
    "emergency who": _said("家里没米了，三天没吃饭", "柳沟村二组"),
    "emergency call": _said("家里没米了，三天没吃饭", "柳沟村二组", "李秀英，两口人"),
    "emergency told": _said("家里没米了，三天没吃饭", "柳沟村二组", "李秀英，两口人", "13000000001"),
    "emergency in a form": _at("for_oneself:income", "老伴昏过去了叫不醒"),
    "violence": _said("他又打我了，拿着刀"),
    "self harm": _said("我不想活了"),
    "worry asked": _said("活着真累"),
    "cancel to be confirmed": _at("for_oneself:phone", "不办了"),
    "restart to be confirmed": _at("for_oneself:phone", "从头来"),
    "form of days ago": _at("for_oneself:phone"),
    "after handing in": _after(),
    "progress asked after": _after("办到哪儿了"),
    "photos to be named": _kept(
        last_case=CASE, draft=1, latest=1, which=["mat_diagnosis", "mat_medical_bill"], unsorted=["att_1", "att_2"]
    ),
    "two forms, one open": _said(*_WAITING),
    "one form waits": _said(*_WAITING, "不办了", "是"),
    "station menu": _station("你好"),
    "station form": _station("给王桂兰办低保，83，石桥村三组"),
    **{f"book {spot}": _book(spot) for spot in BOOKS},
}


_made = cache(lambda lane: LANES[lane]())


def at(lane: str) -> Talk:
    """A talk that stands there, with what was shown last."""
    made, talk = _made(lane), Talk()
    talk.state = states.read(states.write(made.state))
    talk.says, talk.helper, talk.submitted = made.says, made.helper, made.submitted
    if lane == "form of days ago":
        talk.later(3)
    return talk


def told(state: State) -> dict[str, object]:
    """Everything somebody said that is kept anywhere, by whose form and slot."""
    found: dict[str, object] = {f"{state.draft}.{slot}": kept.value for slot, kept in state.answers.items()}
    for one in state.parked:
        found |= {f"{one.draft}.{slot}": kept.value for slot, kept in one.answers.items()}
    return found | {f"rescue.{fact}": kept.value for fact, kept in state.rescue.items()}


def did(effects: tuple[Effect, ...]) -> bool:
    """Whether something was done that is answered outside the dialog (a case's answer, a page of the station)."""
    return any(not isinstance(one, Say) for one in effects)


#: What may end a form: handing in, writing a book's line, a danger's case.
ENDS = ("tell.cancelled", "tell.declined", "tell.unwilling")


@pytest.mark.parametrize("lane", LANES)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind["code"]))
def test_anything_is_answered_and_nothing_is_lost(lane: str, kind: dict[str, Any]) -> None:
    talk = at(lane)
    before, submitted = told(talk.state), talk.submitted
    heard = sent(talk, kind)
    assert heard or did(talk.effects), "she was left without an answer"
    assert all(key in words() for key in heard), heard
    noted = any(isinstance(one, Note) for one in talk.effects)
    begun_anew = lane.startswith("restart") and talk.state.draft > 1
    if talk.submitted == submitted and not noted and not begun_anew and not set(ENDS) & set(heard):
        assert before.keys() <= told(talk.state).keys(), "something told was lost"
    _comes_out(states.write(talk.state), assistant=talk.helper is not None)


@cache
def _comes_out(state: bytes, *, assistant: bool) -> None:
    """Within a few messages she stands where something can be begun, or her form goes on to its end."""
    talk = Talk()
    talk.state, talk.helper = states.read(state), ASSISTANT if assistant else None
    for _ in range(LONGEST + 4):
        if not (talk.state.dialog or talk.state.paused):
            break
        talk.hear(_on(talk))
    else:
        raise AssertionError(f"no way out: {talk.state.dialog} {talk.state.asking} {talk.state.asking_fact}")
    heard = talk.hear("家里欠债过不下去，想申请救助")
    assert talk.state.dialog or did(talk.effects) or heard, "nothing can be begun any more"


def _on(talk: Talk) -> str:
    """What she says who wants to have done with it."""
    state = talk.state
    if state.paused:
        return "没事了"
    if state.confirming:
        return "2" if state.dialog in ("for_oneself", "for_another") else "是"
    if state.dialog in ("for_oneself", "for_another"):
        return sends_on(talk) or "没事了"
    return "不办了"


@pytest.mark.parametrize("lane", LANES)
def test_a_person_can_be_had(lane: str) -> None:
    talk = at(lane)
    before = told(talk.state)
    heard = talk.hear("人工")
    if "confirmed" in lane:  # the question what is to become of the form goes first, and the form is still there
        assert talk.state.dialog
        heard = talk.hear("人工")
    assert any(isinstance(one, CallHuman) for one in talk.effects), heard
    assert before.keys() <= told(talk.state).keys()


@pytest.mark.parametrize("lane", LANES)
def test_back_and_skip_are_understood(lane: str) -> None:
    for order in ("返回", "跳过"):
        talk = at(lane)
        before = states.write(talk.state)
        heard = talk.hear(order)
        assert heard or did(talk.effects), order
        if talk.state.dialog and not talk.state.paused and states.write(talk.state) == before:
            reasons = [key for key in heard if key.startswith(("needed.", "problem.", "tell.", "ask.", "confirm."))]
            assert reasons, f"{order}: neither done nor told why"


@pytest.mark.parametrize("lane", [lane for lane in LANES if lane.startswith("book ")])
def test_a_book_can_be_left_for_another_thing(lane: str) -> None:
    talk = at(lane)
    talk.hear("不办了")
    talk.hear("是")
    assert not talk.state.dialog
    talk.hear("帮助")
    assert any(isinstance(one, Say | Station) for one in talk.effects)
