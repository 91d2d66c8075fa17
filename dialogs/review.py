"""The card before handing in: yes, or which line is wrong; and a correction said at any other moment."""

from __future__ import annotations

from functools import cache

from dialogs import asking, outside
from dialogs.effects import Option, Say
from dialogs.hearing import Heard
from dialogs.household import may_be
from dialogs.kinds import IdNumber, Money, PersonName
from dialogs.question import Repeat, Slot, count
from dialogs.said import Said
from dialogs.state import Answer, Value
from dialogs.terms import Line, Param
from dialogs.turn import Turn
from dialogs.understanding.clean import level
from dialogs.understanding.commands import Correction
from dialogs.understanding.lexicon import load
from dialogs.understanding.numerals import whole
from dialogs.understanding.problems import Problem
from dialogs.volunteered import FIELD_SLOTS, values_told


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
    elif heard.fix_line is not None:
        _line(turn, heard.fix_line)
    elif heard.drop_line is not None:
        _drop(turn, heard.drop_line)
    elif slot is not None and (corrected_of_the_house(turn) or corrected(turn, slot)):
        turn.ask()
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
    if heard is None or not heard.corrected:
        return False
    changed: list[str] = []
    told = values_told(turn.said)
    for field in heard.corrected:
        name = FIELD_SLOTS.get(field)
        if name is None or (slot is not None and name == slot.name) or name not in told:
            continue
        turn.state.answers[name] = Answer(told[name], turn.said.text or "", "told")
        changed.append(name)
    if changed:
        turn.say("tell.corrected", what=asking.labels(changed))
    return bool(changed)


def corrected_of_the_house(turn: Turn) -> bool:
    """Take what was said to be wrong of somebody of the house ("my grandson is ten, not nine"); True when it was."""
    heard, state = turn.said.heard, turn.state
    said = () if heard is None else tuple(one for one in heard.corrections if one.relation is not None)
    done = False
    for one in said:
        index = next((n for n in range(_entries(turn, "members")) if _is(state.answers, n, one.relation)), None)
        value = None if index is None else _new_value(one, turn)
        if index is None or (value is None and not one.drop):
            continue
        if one.drop:
            turn.say("tell.person_dropped", who=asking.member_line(state, "members", index))
            _take_out(turn, "members", index)
        else:
            state.answers[f"members.{index}.{one.field}"] = Answer(value, turn.said.text or "", "told")
            turn.say("tell.corrected", what=asking.member_line(state, "members", index))
        done = True
    return done


def _is(answers: dict[str, Answer], index: int, relation: str | None) -> bool:
    known = answers.get(f"members.{index}.relation")
    return known is not None and (may_be(known.value, relation) or may_be(relation, known.value))


def _new_value(one: Correction, turn: Turn) -> Value:
    """The new words of a correction as the value of its field; None when they are none."""
    kind = {"name": PersonName(), "id_number": IdNumber(), "income": Money()}.get(one.field or "")
    if one.field == "age":
        return whole(level(one.new or "").strip(_years()))
    if kind is None:
        return None
    read = kind.read(Said(text=one.new), turn.ctx)
    value = read.value if isinstance(read, Answer) else read
    return None if isinstance(value, Problem) else value


@cache
def _years() -> str:
    return "".join(sorted(set("".join(load("ages")["years"]))))


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
    who = asking.member_line(turn.state, head, int(index))
    _take_out(turn, head, int(index))
    if again:
        turn.state.answers.pop(head, None)
        turn.say("tell.say_person_again", who=who)
    else:
        turn.say("tell.person_dropped", who=who)
    turn.ask()


def _take_out(turn: Turn, head: str, index: int) -> None:
    """Whoever comes after moves up, and the household counts one less."""
    answers, total = turn.state.answers, _entries(turn, head)
    for position in range(index, total):
        for slot in [s for s in answers if s.startswith(f"{head}.{position}.")]:
            del answers[slot]
        if position + 1 < total:
            for slot in [s for s in answers if s.startswith(f"{head}.{position + 1}.")]:
                answers[f"{head}.{position}.{slot.rsplit('.', 1)[1]}"] = answers[slot]
    if head in answers:
        answers[head] = Answer(_entries(turn, head) + 1, "")


def _entries(turn: Turn, head: str) -> int:
    try:
        repeat = turn.dialog.step(head)
    except KeyError:
        return 0  # a book of the station has no household
    assert isinstance(repeat, Repeat)
    return count(repeat, turn.state.answers)
