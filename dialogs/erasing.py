"""She wants what is kept of her deleted (个人信息保护法 47): what was never handed in goes after one yes, at once.

What lies in a case has its own term: she is told which and why, and a colleague answers her within a clock's time.
"""

from __future__ import annotations

from typing import Final

from dialogs.after_asking import YES_NO, ask, picked, yes_or_no
from dialogs.effects import AskErasure, Erase
from dialogs.state import After, State
from dialogs.turn import Turn
from dialogs.understanding.clean import fold
from dialogs.understanding.lexicon import load

TOPIC: Final = "erase.sure"


def answered(turn: Turn) -> bool:
    """Whether she asks to be forgotten, or answers whether she is sure; an assistant's account is the office's."""
    after, heard = turn.state.after, turn.said.heard
    if turn.ctx.helper is not None:
        return False
    if after is not None and after.topic == TOPIC:
        turn.state.after = None
        option = picked(turn, after) or _in_words(turn)
        if option is not None:
            _decided(turn, yes=option == "yes")
            return True
    if heard is None or not heard.erases or turn.said.choice is not None:
        return False
    filed = bool(turn.ctx.cases())
    if filed:
        turn.do(AskErasure())
    if not filed or turn.state.dialog or turn.state.parked:
        ask(turn, After(TOPIC), "ask.erase_rest" if filed else "ask.erase", yes_or_no("erase"))
    return True


def _in_words(turn: Turn) -> str | None:
    text = fold(turn.said.text or "").rstrip("。.!！~")
    said = {option: {fold(one) for one in load("review")[f"erase_{option}"]} for option in YES_NO}
    if text in said["no"]:
        return "no"
    repeats = turn.said.heard is not None and turn.said.heard.erases
    return "yes" if repeats or text in said["yes"] else None


def _decided(turn: Turn, *, yes: bool) -> None:
    state = turn.state
    if yes:
        turn.do(Erase())
        turn.state = State(
            draft=state.draft, latest=max(state.latest, state.draft), touched=state.touched, last_case=state.last_case
        )
        return
    turn.say("tell.erase_left")
    if state.dialog:
        turn.ask()
