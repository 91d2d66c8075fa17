"""What becomes of a question about a case that she does not answer: back, past it, something in between, or rubbish.

A question is never dropped without a word, and what she said before it is never lost: an order to go back leads to the
question before, or out; something else is served and the question is put again; what tells nothing is asked once more,
and then a person takes it on.
"""

from __future__ import annotations

from typing import Final

import msgspec

from dialogs import aftercare, asking, dissent
from dialogs.after_asking import ask, ask_which, case_of
from dialogs.context import OwnCase
from dialogs.effects import AddToCase, CallHuman, Say
from dialogs.hearing import Heard
from dialogs.state import After
from dialogs.turn import Turn

#: How often a question is put again to somebody who answers nothing.
PATIENCE: Final = 1
#: Questions that need no answer: what was wanted is done already.
_EXTRA: Final = ("rate.why", "change.people")
_OBJECTIONS: Final = ("object.which", "object.part", "object.why")


def led_back(turn: Turn, after: After) -> bool:
    """An order to go back or past; False when her message is none."""
    heard = turn.said.heard
    command = heard.command if heard is not None else None
    if command == "back":
        turn.state.after = None
        if not _before(turn, after):
            _leave(turn, after)
        return True
    if command == "skip":
        turn.state.after = None
        _leave(turn, after)
        return True
    return False


def put_aside(turn: Turn, after: After) -> bool:
    """She would rather not, sends photos or presses what is gone; False when she says something."""
    said, heard = turn.said, turn.said.heard or Heard()
    if heard.command == "cancel":
        _leave(turn, after)
    elif said.files and after.case_no and not said.text:
        turn.state.last_case = turn.state.last_case or after.case_no
        turn.do(AddToCase(None, tuple(file.id for file in said.files)))
        _again(turn, after, after.unread)
    elif said.choice is not None and not _is_known(said.choice):
        turn.say("tell.button_expired")
        _again(turn, after, after.unread)
    else:
        return False
    return True


def told_nothing(turn: Turn, after: After) -> None:
    """Neither an answer nor anything else: asked once more, and then a person takes on what she wanted."""
    if after.topic in _EXTRA or after.unread >= PATIENCE:
        _give_up(turn, after)
    else:
        _again(turn, after, after.unread + 1)


def asked_again(turn: Turn, after: After) -> None:
    """Something else was served in between: the question is put again, unless another thing has begun."""
    state = turn.state
    if state.after is not None and state.after.topic == after.topic == "change.which":
        state.after = msgspec.structs.replace(
            state.after,
            text=f"{after.text}\n{state.after.text}",
            values={**after.values, **state.after.values},
            members=(*after.members, *state.after.members),
        )  # another thing is different as well: both wait for the same answer
        return
    if state.dialog or state.menu or state.after is not None or turn.alarmed or after.topic in _EXTRA:
        if (state.dialog or state.menu) and (after.text or after.values or after.members):
            # another thing goes first; what she said stays with the window
            turn.do(CallHuman("objects" if after.topic in _OBJECTIONS else "asked"))
        return
    _again(turn, after)


def _is_known(choice: str) -> bool:
    """Whether a button still stands for something where no form is open."""
    parts = asking.read_button(choice)
    if parts is not None:
        return parts[2] in ("@menu", "@list", "@draft", "@danger")
    return choice in _BARE or choice.startswith(("which:", "item."))


#: Buttons that carry no conversation.
_BARE: Final = frozenset({"has_read", "start", "apply", "progress", "human"})


def _before(turn: Turn, after: After) -> bool:
    """The question before this one, where there was one."""
    case = case_of(turn, after.case_no)
    cases = turn.ctx.cases()
    if after.topic == "withdraw.proof" and case is not None:
        aftercare.sure(turn, case)
        return True
    if after.topic == "withdraw.sure":
        return _which(
            turn, After("withdraw.which"), tuple(one for one in cases if one.status in aftercare.WITHDRAWABLE)
        )
    if after.topic == "object.why" and case is not None and after.part and len(case.refused) > 1:
        dissent.on(turn, case, After("object.which", text=after.text, tries=after.tries))
        return True
    if after.topic in ("object.why", "object.part"):
        open_ones = tuple(one for one in cases if one.status != "withdrawn")
        return _which(turn, After("object.which", text=after.text, tries=after.tries), open_ones)
    if after.topic == "look.prove":
        return _which(turn, After("look.which", text="relative"), cases)
    return False


def _which(turn: Turn, after: After, cases: tuple[OwnCase, ...]) -> bool:
    if len(cases) < 2:
        return False
    ask_which(turn, after, cases)
    return True


def _leave(turn: Turn, after: After) -> None:
    """She would rather not: nothing is changed, and she hears so."""
    case = case_of(turn, after.case_no)
    if after.topic.startswith("withdraw") and case is not None:
        turn.say("tell.after.goes_on", short=case.short)
    elif after.topic == "rate.score":
        turn.say("tell.after.no_mark")
    else:
        turn.say("tell.after.left_it", phone=turn.ctx.phone)


def _give_up(turn: Turn, after: After) -> None:
    """Nothing to be made of it: a person takes on what she wanted, and nothing is changed by a guess."""
    if after.topic in _OBJECTIONS:
        turn.do(CallHuman("objects"))
        turn.say("tell.objection_kept", phone=turn.ctx.phone, clerk=turn.ctx.clerk)
    elif after.topic == "change.people" and turn.said.text:
        turn.do(AddToCase(turn.said.text))
    elif after.topic.startswith("change"):
        turn.call_human()
    else:
        _leave(turn, after)


def _again(turn: Turn, after: After, unread: int = 0) -> None:
    """Put the question again, as it was."""
    case = case_of(turn, after.case_no)
    if after.topic.endswith(".which"):
        listed = tuple(one for one in turn.ctx.cases() if one.number in after.options)
        ask_which(turn, after, listed)
    elif after.topic == "withdraw.sure" and case is not None:
        aftercare.sure(turn, case)
    elif after.topic == "withdraw.proof":
        aftercare.ask_her_yes(turn, after.case_no, after.tries)
    elif after.topic == "object.part" and case is not None:
        dissent.ask_part(turn, case, after)
    elif after.topic == "rate.score" and case is not None:
        aftercare.ask_mark(turn, case)
    elif after.topic in _SIMPLE:
        ask(turn, after, _SIMPLE[after.topic], called="" if case is None else case.called)
    elif after.topic == "change.value":
        ask(turn, after, f"ask.after.new.{after.text}")
    else:
        return
    asked = turn.state.after
    if asked is not None:
        turn.state.after = msgspec.structs.replace(asked, unread=unread)
    last = turn.effects[-1]
    if isinstance(last, Say):
        turn.effects[-1] = msgspec.structs.replace(last, again=True)


_SIMPLE: Final = {
    "object.why": "ask.after.why",
    "lead.what": "ask.after.lead",
    "look.prove": "ask.after.prove",
}
