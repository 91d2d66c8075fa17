"""Corrections of those who live with her: whose value it is, what it should be, or that she is not of the house."""

from __future__ import annotations

from dialogs import asking
from dialogs.hearing import Heard, money_value
from dialogs.household import join, may_be, one_apart, take_out
from dialogs.question import Repeat, count
from dialogs.state import Answer, Value
from dialogs.turn import Turn
from dialogs.understanding.clean import fold
from dialogs.understanding.commands import Correction
from dialogs.understanding.corrections import number_in, read_swap
from dialogs.understanding.id_number import read_id_number
from dialogs.understanding.lexicon import words
from dialogs.understanding.money import Money, read_money
from dialogs.understanding.names import read_name
from dialogs.understanding.problems import Problem

#: Characters up to which "leave out Xiaoyu" is an order and no story.
SHORT = 30
#: Years nobody lives to: a bare number beyond it is money.
OLDEST = 120
_FIELDS = frozenset({"name", "id_number", "age", "income"})
_REPEAT = "members"


def mended(turn: Turn, *, on_card: bool) -> bool:
    """Whether the message corrected the household, and if so, the change made and told.

    Args:
        on_card: the card was just read back, so that whatever is said of somebody on it is meant as a correction.
    """
    heard, repeat = turn.said.heard, _repeat(turn)
    if heard is None or repeat is None or not turn.said.text or not count(repeat, turn.state.answers):
        return False
    if _taken_out(turn, repeat, heard):
        return True
    before = _entries(turn, repeat)
    changed = [_changed(turn, repeat, one) for one in heard.corrections if one.relation is not None and not one.drop]
    done = any(changed) or _renamed(turn, repeat, heard) or (not heard.corrected and _swapped(turn, repeat, heard))
    if not done and on_card and heard.members_of_hers:
        done = join(turn.state, repeat, heard.members_of_hers, turn.said.text, how="corrected")
    if not done and on_card:
        done = _told_by_name(turn, repeat, heard)
    if done:
        after = _entries(turn, repeat)
        new = [index for index, entry in enumerate(after) if index >= len(before) or entry != before[index]]
        one = asking.member_line(turn.state, _REPEAT, new[0]) if len(new) == 1 else asking.labels([_REPEAT])
        turn.say("tell.corrected", what=one)
    return done


def _entries(turn: Turn, repeat: Repeat) -> list[dict[str, Value]]:
    """What is known of each of the house."""
    answers = turn.state.answers
    return [
        {slot: answer.value for slot, answer in answers.items() if slot.startswith(f"{_REPEAT}.{index}.")}
        for index in range(count(repeat, answers))
    ]


def _repeat(turn: Turn) -> Repeat | None:
    try:
        step = turn.dialog.step(_REPEAT)
    except KeyError:
        return None
    return step if isinstance(step, Repeat) else None


def _value(turn: Turn, index: int, inner: str) -> Value:
    answer = turn.state.answers.get(f"{_REPEAT}.{index}.{inner}")
    return None if answer is None else answer.value


def _taken_out(turn: Turn, repeat: Repeat, heard: Heard) -> bool:
    """Whether somebody is not of the house, said by relation or by name."""
    index = None
    for one in heard.corrections:
        if one.drop and one.relation is not None:
            index = _whose(turn, repeat, one)
    text = turn.said.text or ""
    if index is None and len(text) <= SHORT and words("corrections", "out").search(fold(text)):
        index = _named_in(turn, repeat, text)
    if index is None:
        return False
    who = asking.member_line(turn.state, _REPEAT, index)
    take_out(turn.state, repeat, index)
    if _REPEAT in turn.state.answers:
        turn.state.answers[_REPEAT] = Answer(count(repeat, turn.state.answers) + 1, text, "told")
    turn.say("tell.person_dropped", who=who)
    return True


def _named_in(turn: Turn, repeat: Repeat, text: str) -> int | None:
    """Who of the house is named in a message, when it is one alone."""
    found = [
        index
        for index in range(count(repeat, turn.state.answers))
        if isinstance(name := _value(turn, index, "name"), str)
        and (name in text or (len(name) > 2 and name[1:] in text))
    ]
    return found[0] if len(found) == 1 else None


def _whose(turn: Turn, repeat: Repeat, one: Correction) -> int | None:
    """Who of the house a correction is about: the one of that relation, told apart by the old value or by name."""
    alike = [
        index
        for index in range(count(repeat, turn.state.answers))
        if may_be(_value(turn, index, "relation"), one.relation)
        or may_be(one.relation, _value(turn, index, "relation"))
    ]
    if one.old is not None and len(alike) > 1:
        had = [index for index in alike if _had(turn, index, one)]
        alike = had or alike
    return alike[0] if len(alike) == 1 else None


def _had(turn: Turn, index: int, one: Correction) -> bool:
    if one.drop or one.field == "name":
        return bool(_value(turn, index, "name") == one.old)
    if one.field is None or one.old is None:
        return False
    return bool(_value(turn, index, one.field) == _read(turn, one.field, one.old))


def _changed(turn: Turn, repeat: Repeat, one: Correction) -> bool:
    index = _whose(turn, repeat, one)
    if index is None or one.new is None or one.field not in _FIELDS:
        return False
    field = one.field
    if field == "age" and (number_in(one.new) or 0) > OLDEST:
        field = "income"
    value = _read(turn, field, one.new)
    if value is None:
        return False
    turn.state.answers[f"{_REPEAT}.{index}.{field}"] = Answer(value, turn.said.text or "", "corrected")
    return True


def _read(turn: Turn, field: str, text: str) -> Value:
    """The value in the words of a correction; None when there is none."""
    match field:
        case "name":
            name = read_name(text)
            return None if isinstance(name, Problem) else name.value
        case "id_number":
            number = read_id_number(text, turn.ctx.today)
            return None if isinstance(number, Problem) else number.value18
        case "age":
            return number_in(text)
        case _:
            money = read_money(text)
            return money_value(money) if isinstance(money, Money) else None


def _renamed(turn: Turn, repeat: Repeat, heard: Heard) -> bool:
    """A corrected name that differs in one character from one person's alone is that person's."""
    name = heard.told.get("name")
    if heard.intent != "correct" or not isinstance(name, str):
        return False
    own = turn.state.answers.get("name")
    alike = [
        slot
        for slot in ("name", *(f"{_REPEAT}.{index}.name" for index in range(count(repeat, turn.state.answers))))
        if slot in turn.state.answers and one_apart(str(turn.state.answers[slot].value or ""), name)
    ]
    if len(alike) != 1 or (own is not None and own.value == name):
        return False
    turn.state.answers[alike[0]] = Answer(name, turn.said.text or "", "corrected")
    return True


def _swapped(turn: Turn, repeat: Repeat, heard: Heard) -> bool:
    """A correction that names nobody and no field: the old value says whose it is, where one person alone has it."""
    found = read_swap(turn.said.text or "") if heard.intent == "correct" else None
    if found is None:
        return False
    old, new = found
    for field in ("income", "age", "id_number", "name"):
        was, now = _read(turn, field, old), _read(turn, field, new)
        if was is None or now is None or was == now:
            continue
        having = [
            index for index in range(count(repeat, turn.state.answers)) if _same(field, _value(turn, index, field), was)
        ]
        if len(having) == 1:
            name = f"{_REPEAT}.{having[0]}.{field}"
            turn.state.answers[name] = Answer(now, turn.said.text or "", "corrected")
            return True
    return _health_swapped(turn, repeat, old, new)


def _same(field: str, known: Value, said: Value) -> bool:
    if field == "income" and isinstance(known, dict) and isinstance(said, dict):
        return bool(known.get("monthly") == said.get("monthly"))
    return bool(known == said)


def _health_swapped(turn: Turn, repeat: Repeat, old: str, new: str) -> bool:
    """The old words stand in what was told of one person's health or schooling."""
    having = [
        index
        for index in range(count(repeat, turn.state.answers))
        if len(old) > 1 and old in str(_value(turn, index, "condition") or "")
    ]
    if len(having) != 1:
        return False
    told = str(_value(turn, having[0], "condition")).replace(old, new)
    turn.state.answers[f"{_REPEAT}.{having[0]}.condition"] = Answer(told, turn.said.text or "", "corrected")
    return True


def _told_by_name(turn: Turn, repeat: Repeat, heard: Heard) -> bool:
    """ "Jianguo earns nothing": what is told of somebody on the card who is named."""
    index = _named_in(turn, repeat, turn.said.text or "")
    told = {field: heard.told[field] for field in ("id_number", "age", "income") if field in heard.told}
    if index is None or not told:
        return False
    for field, value in told.items():
        turn.state.answers[f"{_REPEAT}.{index}.{field}"] = Answer(value, turn.said.text or "", "corrected")
    return True
