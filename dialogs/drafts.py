"""Several forms at once: one is open, the others wait under the name of the one they are for (domain 14.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from dialogs import asking
from dialogs.effects import Effect, Option, Say
from dialogs.hearing import Heard
from dialogs.state import Answer, State
from dialogs.terms import Line, Lines, Param
from dialogs.turn import Turn
from dialogs.understanding.clean import fold
from dialogs.understanding.lexicon import HAN, alternation, load, words
from dialogs.understanding.numerals import whole

#: How many forms may wait; beyond it the oldest must be finished or dropped first.
LIMIT = 12
#: A message up to this long that names one who waits is about that one; a longer one may only mention her.
SHORT = 40
_ORDINAL = re.compile(f"(?:{alternation(load('choices')['ordinal'][:1])})([0-9]+|[{HAN}])")
_PREAMBLE = frozenset({"helper", "helper_name", "for_whom"})


def about(state: State) -> str:
    """Whom the next words are about, where somebody speaks for others; "" where there is no doubt."""
    return asking.whose(state) if state.dialog == "for_another" else ""


def phone_of_helper(state: State) -> str | None:
    """The number to call, where it is the helper's own by her words ("she has none, call mine"); None otherwise."""
    answer = state.answers.get("phone") if state.dialog == "for_another" else None
    if answer is None or not answer.value or words("review", "phone_mine").search(fold(answer.raw)) is None:
        return None
    return str(answer.value)


def park(turn: Turn) -> None:
    """Put the open form aside as it stands; one with nothing in it is let go."""
    state = turn.state
    if state.dialog == "for_oneself" and turn.said.heard is not None and turn.said.heard.next_person:
        _was_for_another(state)
    remember_helper(state)
    left = state.copy()
    left.parked, left.helper = [], {}
    state.latest = max(state.latest, state.draft)
    if set(left.answers) - _PREAMBLE:
        state.parked.append(left)


def _was_for_another(state: State) -> None:
    """Who goes on to the next resident spoke of another all the time: nothing was agreed to in her own name."""
    state.dialog, state.asking, state.trail = "for_another", "", []
    for slot in ("consent", "consent_sensitive", "consent_check"):
        state.answers.pop(slot, None)


def remember_helper(state: State) -> None:
    """Who speaks for others is asked once, not with every resident."""
    if state.dialog == "for_another":
        state.helper |= {slot: state.answers[slot] for slot in ("helper", "helper_name") if slot in state.answers}


def resume(turn: Turn, number: int) -> None:
    """Take up a form that waits; the open one waits in its place."""
    if turn.state.dialog:
        park(turn)
    state = turn.state
    found = next(one for one in state.parked if one.draft == number)
    taken = found.copy()
    taken.parked = [one for one in state.parked if one.draft != number]
    taken.latest = max(state.latest, state.draft)
    taken.helper, taken.last_case, taken.touched = state.helper, state.last_case, state.touched
    taken.confirming, taken.held, taken.of_sheet = "", False, False
    turn.state = taken


def waiting_for(state: State, text: str) -> int | None:
    """The draft of the one a short message names, when she waits and the open form is not hers."""
    if len(text) > SHORT or (asking.whose(state) and asking.whose(state) in text):
        return None
    named = next((one.draft for one in state.parked if asking.whose(one) and asking.whose(one) in text), None)
    told = counted(state, text) if named is None else None
    return named if told in (None, state.draft) else told


def counted(state: State, text: str) -> int | None:
    """The draft of the one a message counts ("the second one has no telephone"), when she has one already."""
    match = words("review", "next_person").search(fold(text))
    number = whole(ordinal[1]) if match and (ordinal := _ORDINAL.search(match[0])) else None
    begun = sorted(one.draft for one in unfinished(state))
    return begun[number - 1] if number is not None and not state.last_case and number <= len(begun) else None


def new_person(state: State, heard: Heard, text: str = "") -> bool:
    """Whether a message begins the next resident: it says so, or it names another one with a number of her own."""
    if heard.next_person and counted(state, text) == state.draft:
        return False
    if heard.next_person and (state.dialog == "for_another" or asking.whose(state)):
        return True
    if state.dialog != "for_another":
        return False
    name, number = heard.told.get("name"), heard.told.get("id_number")
    if heard.for_named and name is not None and asking.whose(state) not in ("", name) and "name" not in heard.corrected:
        return True  # "file for Wang Guilan", in the middle of somebody else's form
    known = state.answers.get("id_number")
    return (
        name is not None
        and number is not None
        and known is not None
        and known.value is not None
        and known.value != number
        and bool(asking.whose(state))
        and name != asking.whose(state)
        and "id_number" not in heard.corrected
    )


def listing(turn: Turn) -> None:
    """Who waits, each with a button to go on with."""
    state = turn.state
    options = tuple(
        Option(asking.button(state, turn.ctx, "@draft", str(one.draft)), "option.draft", {"who": _name(one)}, number)
        for number, one in enumerate(state.parked, start=1)
    )
    turn.do(Say("tell.waiting", {"names": names(state)}, options, "ask"))


def names(state: State) -> Lines:
    """The names of those who wait."""
    return Lines(tuple(Line("list.waiting", {"who": _name(one)}) for one in state.parked), "list")


def _name(one: State) -> Param:
    return asking.whose(one) or Line("member.nameless", {"number": one.draft})


def marked(effects: list[Effect], state: State) -> list[Effect]:
    """The effects with the questions of a form for somebody else saying whose they are."""
    who = about(state)
    if not who:
        return effects
    return [
        msgspec.structs.replace(one, about=who) if isinstance(one, Say) and one.kind in ("ask", "card") else one
        for one in effects
    ]


def unfinished(state: State) -> tuple[State, ...]:
    """The forms that were begun and not handed in: the open one first, then those that wait."""
    return ((state,) if state.dialog else ()) + tuple(state.parked)


def has_content(state: State) -> bool:
    """Whether somebody would miss the form: more was said than who speaks for whom, or files were sent."""
    return bool(set(state.answers) - _PREAMBLE or state.files)


def put_aside(state: State) -> State:
    """The state with its open form among those that wait; one with nothing in it is let go."""
    after = state.copy()
    remember_helper(after)
    left = after.copy()
    left.parked, left.helper = [], {}
    waiting = [*after.parked, left] if has_content(left) else after.parked
    return _nothing_open(after, waiting)


def without(state: State, number: int) -> State:
    """The state as if the form of this number had never been begun; its number is not used again."""
    rest = [one for one in state.parked if one.draft != number]
    if state.dialog and state.draft == number:
        return _nothing_open(state, rest)
    after = state.copy()
    after.parked = rest
    return after


def from_rows(state: State, rows: Sequence[Mapping[str, Answer]], helper: str, today: str) -> State:
    """The state with the rows of a table among the forms that wait.

    Args:
        rows: answers by slot.
        helper: the assistant's name; she is not asked for it.
    """
    after = state.copy()
    who = {"helper": Answer("village_assistant"), "helper_name": Answer(helper)}
    for answers in rows:
        after.latest = after.next_draft
        after.parked.append(
            State(dialog="for_another", draft=after.latest, answers={**who, **answers}, touched=today, of_sheet=True)
        )
    return after


def without_rows(state: State) -> tuple[State, int]:
    """The state without the rows of a table that nobody has begun to ask for, and how many there were."""
    after = state.copy()
    after.parked = [one for one in state.parked if not one.of_sheet]
    return after, len(state.parked) - len(after.parked)


def _nothing_open(state: State, waiting: list[State]) -> State:
    return State(
        draft=state.draft,
        touched=state.touched,
        last_case=state.last_case,
        parked=list(waiting),
        latest=max(state.latest, state.draft),
        helper=state.helper,
    )
