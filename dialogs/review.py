"""The card before handing in: yes, or which line is wrong; and a correction said at any other moment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dialogs import asking, outside
from dialogs.effects import Option, Say
from dialogs.hearing import Heard
from dialogs.household import take_out
from dialogs.mending import mended
from dialogs.question import Repeat, Slot, count
from dialogs.state import Answer
from dialogs.terms import Line, Param
from dialogs.turn import Turn
from dialogs.understanding.clean import fold
from dialogs.understanding.lexicon import load
from dialogs.volunteered import FIELD_SLOTS, values_told

#: Characters of a message that only says what is different.
LONGEST_CHANGE: Final = 40


def pressed(turn: Turn, option: str) -> None:
    """A button of the card: hand in, change something, or the line to change."""
    if option == "yes":
        _hand_in(turn)
    elif option == "change":
        _which(turn)
    elif option.isdecimal():
        _line(turn, int(option))
    else:
        turn.say("tell.button_expired")
        turn.ask()


def answered(turn: Turn) -> None:
    """Words said to the card."""
    heard = turn.said.heard or Heard()
    slot = turn.open_slot()
    if heard.check_consent is not None:
        turn.state.answers["consent_check"] = Answer(heard.check_consent, turn.said.text or "")
        turn.say("tell.corrected", what=asking.labels(["consent_check"]))
        turn.ask()
    elif heard.drop_line is not None:
        _drop(turn, heard.drop_line)
    elif slot is not None and corrected(turn, slot):
        turn.ask()
    elif heard.fix_line is not None:
        _line(turn, heard.fix_line)
    elif heard.fix_field is not None and heard.fix_field in FIELD_SLOTS:
        _hold(turn, FIELD_SLOTS[heard.fix_field])
    elif heard.yes is True or heard.command == "submit":
        _hand_in(turn)
    elif heard.yes is False or heard.command == "correct":
        _which(turn)
    elif turn.said.text and turn.said.text.strip().isdecimal():
        _line(turn, int(turn.said.text.strip()))
    else:
        turn.say("problem.review")
        turn.ask()


def corrected(turn: Turn, slot: Slot | None) -> bool:
    """Take new values that were said as corrections ("电话写错了，是…"); True when there were any."""
    heard = turn.said.heard
    if mended(turn, on_card=slot is not None and slot.question.name == "review"):
        return True
    if heard is None:
        return False
    changed: list[str] = []
    told = values_told(turn.said)
    for field in heard.corrected or _said_anew(turn, told):
        name = FIELD_SLOTS.get(field)
        if name is None or (slot is not None and name == slot.name) or name not in told:
            continue
        turn.state.answers[name] = Answer(told[name], turn.said.text or "", "corrected")
        changed.append(name)
    if changed:
        turn.say("tell.corrected", what=asking.labels(changed))
    return bool(changed)


def _said_anew(turn: Turn, told: Mapping[str, object]) -> tuple[str, ...]:
    """Fields that were answered before and are told otherwise now with a word of changing ("换成13…")."""
    text = fold(turn.said.text or "")
    if len(text) > LONGEST_CHANGE or not any(word in text for word in load("commands")["correction"]["into"]):
        return ()
    known = turn.state.answers
    return tuple(
        field
        for field, slot in FIELD_SLOTS.items()
        if slot in told and field in ("name", "phone", "id_number", "address") and slot in known
        and known[slot].value != told[slot]
    )  # fmt: skip


def _hand_in(turn: Turn) -> None:
    turn.state.answers["review"] = Answer("yes", turn.said.text or "")
    outside.hand_in(turn)


def _which(turn: Turn) -> None:
    options = []
    for number, name in enumerate(asking.card_slots(turn.dialog, turn.state), start=1):
        label = f"label.{name.partition('.')[0]}"
        key = "option.line"
        params: dict[str, Param] = {"label": Line(label)}
        if turn.dialog.slot(name) is None:
            head, _, index = name.partition(".")
            key, params = "option.line.person", {"who": asking.member_line(turn.state, head, int(index))}
        options.append(Option(asking.button(turn.state, turn.ctx, "review", str(number)), key, params, number))
    turn.do(Say("ask.which_line", {}, tuple(options), "ask"))


def _line(turn: Turn, number: int) -> None:
    names = asking.card_slots(turn.dialog, turn.state)
    if not 1 <= number <= len(names):
        turn.say("problem.no_such_line", count=len(names))
        turn.ask()
        return
    name = names[number - 1]
    if turn.dialog.slot(name) is None:
        _drop(turn, number, again=True)
    else:
        _hold(turn, name)


def _hold(turn: Turn, name: str) -> None:
    turn.state.asking, turn.state.held, turn.state.tries = name, True, 0
    turn.ask()


def _drop(turn: Turn, number: int, *, again: bool = False) -> None:
    """Take one person out of the household; with `again`, ask for that person anew."""
    names = asking.card_slots(turn.dialog, turn.state)
    name = names[number - 1] if 1 <= number <= len(names) else ""
    head, _, index = name.partition(".")
    if turn.dialog.slot(name) is not None or not index.isdecimal():
        turn.say("problem.only_people_can_be_dropped")
        turn.ask()
        return
    answers = turn.state.answers
    who = asking.member_line(turn.state, head, int(index))
    repeat = turn.dialog.step(head)
    assert isinstance(repeat, Repeat)
    take_out(turn.state, repeat, int(index))
    if again:
        answers.pop(head, None)
        turn.say("tell.say_person_again", who=who)
    else:
        answers[head] = Answer(count(repeat, answers) + 1, "")
        turn.say("tell.person_dropped", who=who)
    turn.ask()
