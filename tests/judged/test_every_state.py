"""Every state of every dialog: a way back, a way past or a reason why not, a person, and an answer to anything.

The walk: from every question, after every one of the fifty kinds of input of `tests/fresh/kinds.toml`, a person who then
answers what she is asked still comes to the end of the form within a number of steps, and can leave it in two.
"""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

import pytest

from dialogs import state as states
from dialogs.effects import CallHuman, Say
from dialogs.said import File, Said
from dialogs.state import State
from locales.words import words
from tests.dialogs.play import ANSWERS, SLOTS, Talk, slot_of, talk_at
from tests.judged.service import FRESH

KINDS: list[dict[str, Any]] = tomllib.loads((FRESH / "kinds.toml").read_text(encoding="utf-8"))["kind"]
#: Answers from any state to the end of the form; the longest way alone takes 15.
LONGEST = 18
#: A form may be changed for the other one, or laid down, by these.
LEAVES = frozenset({"no_consent"})


def sent(talk: Talk, kind: dict[str, Any]) -> list[str]:
    """What she is answered when she sends this."""
    say = str(kind["say"])
    if say.startswith("@repeat:"):
        _, text, times = say.split(":")
        return talk.hear(text * int(times))
    match kind["send"]:
        case "photo":
            count = 9 if kind["code"] == "photo_many" else 1
            return talk._take(Said(files=tuple(File(f"att_k{number}", "image/jpeg") for number in range(count))))
        case "file" if kind["code"] == "file_pdf":
            return talk._take(Said(files=(File("att_k0", "application/pdf"),)))
        case "file" | "sticker" | "voice" | "location" | "contact":
            # Channels without a reader for these hand on that something came which could not be read.
            return talk._take(Said(unreadable=("file_type",)))
        case "button" if kind["code"] == "double_tap":
            heard = talk.press("yes")
            return heard + talk.press("yes")
        case "button":
            return talk.press("t1:0:review:yes")
        case _:
            return talk.hear(say)


def sends_on(talk: Talk) -> str | None:
    """What somebody who wants to get on says to the open question; None when the form is at its end."""
    state = talk.state
    if state.paused:
        return "接着办"
    if state.confirming:
        return "2"
    if not state.dialog:
        return None
    if state.asking == "review":
        return "对"
    if state.asking == "for_whom":
        return "给我自己办"
    if state.asking == "members" or state.asking.endswith(".relation"):
        return "没有了" if state.asking == "members" else "儿子"
    if state.asking.startswith("members."):
        return {"name": "李建国", "income": "没收入"}[state.asking.rsplit(".", 1)[1]]
    return ANSWERS[state.dialog][state.asking]


@cache
def steps_to_the_end(state: bytes) -> int:
    """How many answers end the form from this state; `LONGEST` + 1 when it does not end."""
    talk = Talk()
    talk.state = states.read(state)
    for step in range(LONGEST + 1):
        answer = sends_on(talk)
        if answer is None:
            return step
        talk.hear(answer)
    return LONGEST + 1


@cache
def state_at(spot: str) -> bytes:
    return states.write(talk_at(spot).state)


def talk_from(spot: str) -> Talk:
    """A talk that stands at that question, with its buttons shown."""
    talk = Talk()
    talk.state = states.read(state_at(spot))
    talk.says = talk_at(spot).says
    return talk


def _shown(state: State) -> bytes:
    return states.write(state)


@pytest.mark.parametrize("spot", SLOTS)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind["code"]))
def test_anything_is_answered_and_leads_to_no_dead_end(spot: str, kind: dict[str, Any]) -> None:
    talk = talk_from(spot)
    before = talk.state.answers
    heard = sent(talk, kind)
    ended = talk.submitted or not talk.state.dialog
    assert heard or ended, "she was left without an answer"
    assert all(key in words() for key in heard), heard
    if not ended:
        assert before.keys() <= talk.state.answers.keys() | _aside(talk.state), "something told was lost"
    elif not talk.submitted:
        assert kind["code"] in LEAVES or slot_of(spot).startswith(("consent", "agreed")), "the form was dropped"
    assert steps_to_the_end(_shown(talk.state)) <= LONGEST, f"no end from here: {talk.state.asking}"
    if talk.state.dialog and not talk.state.paused:
        talk.hear("不办了")
        talk.hear("是")
        assert not talk.state.dialog, "she cannot leave"


def _aside(state: State) -> set[str]:
    """What was told and waits: forms put aside, and what was kept for another."""
    waiting = {name for one in state.parked for name in one.answers}
    return waiting | {name.removeprefix("@") for name in state.answers} | {f"@{name}" for name in state.answers}


@pytest.mark.parametrize("spot", SLOTS)
def test_every_question_has_a_way_back_a_way_past_and_a_person(spot: str) -> None:
    talk = talk_from(spot)
    back = talk.hear("返回")
    assert back[0] in ("tell.back", "tell.at_the_start"), back
    talk = talk_from(spot)
    before = talk.state.asking
    past = talk.hear("跳过")
    reasons = [key for key in past if key.startswith(("needed.", "problem."))]
    assert talk.state.asking != before or talk.submitted or reasons, f"neither passed nor told why: {past}"
    talk = talk_from(spot)
    called = talk.hear("人工")
    assert any(isinstance(effect, CallHuman) for effect in talk.effects), called
    assert any(isinstance(effect, Say) and effect.key == "tell.human" for effect in talk.effects)
    assert talk.state.asking == before, "asking for a person keeps her place"
