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
from dialogs.anew import SLOTS
from dialogs.context import Earlier, Helper
from dialogs.effects import CallHuman, ChangeCase, Effect, Note, Say, Station, Withdraw
from dialogs.state import State
from locales.words import words
from tests.dialogs.play import Talk, talk_at
from tests.dialogs.test_station_books import ANSWERS as BOOK_ANSWERS
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


def _case(
    *texts: str, status: str = "in_progress", two: bool = False, rated: bool = False, **more: str
) -> Callable[[], Talk]:
    """A case or two that were handed in from here, and what she writes about them."""

    def make() -> Talk:
        talk = Talk()
        talk.knows(status, "王桂兰", **more)
        if two:
            talk.knows(status, "李秀英", **more)
        talk.state = State(draft=1, latest=1, last_case=CASE, rating=CASE if rated else "")
        for text in texts:
            talk.hear(text)
        return talk

    return make


def _anew() -> Talk:
    """She applies again after her case was closed."""
    talk = Talk()
    talk.knows("withdrawn", "李秀英")
    talk.state = State(draft=1, latest=1, last_case=CASE)
    first = talk_at("for_oneself:review").state
    talk.earlier = Earlier({slot: kept for slot, kept in first.answers.items() if slot in SLOTS}, 1)
    for text in ("家里欠了一屁股债，日子过不下去", "同意", "同意"):
        talk.hear(text)
    return talk


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
    "as before to be confirmed": _anew,
    "withdraw which": _case("不办了，撤回", two=True),
    "withdraw sure": _case("不办了，撤回"),
    "withdraw sure of two": _case("不办了，撤回", "1", two=True),
    "withdraw proof": _case("不办了，撤回", "是", helper="village_assistant"),
    "withdraw proof again": _case("不办了，撤回", "是", "她同意的", helper="village_assistant"),
    "object why": _case("不服", status="decided", refused="dibao"),
    "object why of a result": _case("不服", "1", status="decided", refused="dibao,medical_aid"),
    "object which": _case("我不同意这个结果，凭什么不批我家的", two=True, status="decided", refused="dibao"),
    "object which result": _case("我不同意这个结果，凭什么不批我家的", status="decided", refused="dibao,medical_aid"),
    "objection open": _case(status="decided", refused="dibao", objection="YY-2026-001"),
    "report what": _case("我要举报"),
    "mark asked": _case(status="feedback_delivered", rated=True),
    "mark to be sure of": _case("3", status="feedback_delivered"),
    "mark low, why": _case("1", status="feedback_delivered", rated=True),
    "change which": _case("电话改成13000000009", two=True),
    "change to what": _case("电话写错了"),
    "change, who else": _case("其实我家五口人"),
    "progress which": _case("办到哪儿了", two=True),
    "progress of a relative": _case("闺女问办到哪儿了"),
    "progress of a relative again": _case("闺女问办到哪儿了", "1111"),
    **{f"book {spot}": _book(spot) for spot in BOOKS},
}


_made = cache(lambda lane: LANES[lane]())


def at(lane: str) -> Talk:
    """A talk that stands there, with what was shown last."""
    made, talk = _made(lane), Talk()
    talk.state = states.read(states.write(made.state))
    talk.says, talk.helper, talk.submitted, talk.cases = made.says, made.helper, made.submitted, made.cases
    talk.earlier = made.earlier
    if lane == "form of days ago":
        talk.later(3)
    return talk


def told(state: State) -> dict[str, object]:
    """Everything somebody said that is kept anywhere, by whose form and slot."""
    found: dict[str, object] = {f"{state.draft}.{slot}": kept.value for slot, kept in state.answers.items()}
    for one in state.parked:
        found |= {f"{one.draft}.{slot}": kept.value for slot, kept in one.answers.items()}
    if state.after is not None:
        fields = ("values", "members") if state.after.topic == "change.value" else ("text", "values", "members")
        found |= {f"after.{field}": kept for field in fields if (kept := getattr(state.after, field))}
    return found | {f"rescue.{fact}": kept.value for fact, kept in state.rescue.items()}


def did(effects: tuple[Effect, ...]) -> bool:
    """Whether something was done that is answered outside the dialog (a case's answer, a page of the station)."""
    return any(not isinstance(one, Say) for one in effects)


#: What may end a form: handing in, writing a book's line, a danger's case.
ENDS = ("tell.cancelled", "tell.declined", "tell.unwilling")
#: She would rather not, and hears that nothing is changed.
LEFT = ("tell.after.left_it", "tell.after.goes_on")


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
        lost = before.keys() - told(talk.state).keys()
        if did(talk.effects) or set(LEFT) & set(heard):  # it was taken up, or she wants it no more
            lost = {name for name in lost if not name.startswith("after.")}
        assert not lost, "something told was lost"
    _comes_out(states.write(talk.state), lane, assistant=talk.helper is not None)


@cache
def _comes_out(state: bytes, lane: str, *, assistant: bool) -> None:
    """Within a few messages she stands where something can be begun, or her form goes on to its end."""
    talk = Talk()
    talk.state, talk.helper, talk.cases = states.read(state), ASSISTANT if assistant else None, _made(lane).cases
    for _ in range(LONGEST + 4):
        if not (talk.state.dialog or talk.state.paused or talk.state.after):
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
    if state.after is not None:
        return "返回"
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


#: Lanes that ask nothing at the moment: there is nothing to go back from.
ASKS_NOTHING = frozenset(
    {
        "nothing yet", "menu", "policy answered", "after handing in", "progress asked after", "objection open",
        "mark asked", "one form waits", "station menu", "worry asked", "emergency told", "emergency in a form",
    }
)  # fmt: skip
#: Where a question about a case was put -> where "back" leads; the others lead out, and she hears that nothing is done.
LEADS_BACK = {
    "withdraw proof": "withdraw.sure",
    "withdraw proof again": "withdraw.sure",
    "withdraw sure of two": "withdraw.which",
    "object why of a result": "object.part",
}


@pytest.mark.parametrize("lane", LANES)
def test_back_leads_where_she_came_from(lane: str) -> None:
    """Back is done or she is told why not, nothing is lost, and going on brings her to where she was."""
    talk = at(lane)
    before, was = told(talk.state), talk.state
    heard = talk.hear("返回")
    assert heard or did(talk.effects)
    now = talk.state
    if was.after is not None:
        if lane in LEADS_BACK:
            assert now.after is not None and now.after.topic == LEADS_BACK[lane]
        else:
            assert now.after is None and heard[0] in (*LEFT, "tell.after.no_mark"), heard
        assert not did(talk.effects), "going back does nothing to a case"
        return
    assert {name for name in before if not name.startswith("after.")} <= told(now).keys()
    if was.paused:
        assert now.paused, "nobody is led away from a danger by a word"
    elif was.confirming == "as_before":
        assert heard[0] == "tell.back" and not now.confirming
    elif was.confirming:
        assert heard[0] == "tell.going_on" and now.asking == was.asking and not now.confirming
    elif was.dialog:
        if "tell.at_the_start" in heard:
            assert now.asking == was.asking
            return
        assert "tell.back" in heard and now.asking != was.asking, heard
        talk.press("@keep") if now.held and now.dialog not in BOOK_NAMES else talk.hear(_same(talk))
        assert talk.state.asking == was.asking, f"from {now.asking} she does not come back to {was.asking}"
    else:
        assert lane in ASKS_NOTHING or was.which, lane


BOOK_NAMES = frozenset(spot.partition(":")[0] for spot in BOOKS)


def _same(talk: Talk) -> str:
    """The answer she gave before, in words."""
    return BOOK_ANSWERS[talk.state.asking]


@pytest.mark.parametrize("lane", LANES)
def test_a_question_can_be_passed_or_she_hears_why_not(lane: str) -> None:
    talk = at(lane)
    was = talk.state
    heard = talk.hear("跳过")
    assert heard or did(talk.effects)
    now = talk.state
    if was.after is not None:
        assert now.after is None and not any(isinstance(one, Withdraw | ChangeCase) for one in talk.effects)
    elif was.dialog and not was.paused and not was.confirming and now.dialog == was.dialog:
        reasons = [key for key in heard if key.startswith(("needed.", "problem."))]
        assert now.asking != was.asking or reasons, f"neither passed nor told why: {heard}"


@pytest.mark.parametrize("lane", [lane for lane in LANES if lane.startswith("book ")])
def test_a_book_can_be_left_for_another_thing(lane: str) -> None:
    talk = at(lane)
    talk.hear("不办了")
    talk.hear("是")
    assert not talk.state.dialog
    talk.hear("帮助")
    assert any(isinstance(one, Say | Station) for one in talk.effects)
