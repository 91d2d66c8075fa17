"""What the open form was told so far, heard as one story: what is told later finds its person and its wish.

A message is first heard by itself (`dialogs.volunteered`). When it is more than a short answer, everything this form
was told is heard once more as one text, and what was read out of single messages gives way to it. What was answered
to a question or put right in so many words stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from dialogs.hearing import Heard, is_bare_number
from dialogs.household import meet, not_of_the_others, take_out
from dialogs.kinds import helper_of
from dialogs.question import Dialog, Repeat, count
from dialogs.said import Said
from dialogs.state import Answer, State, Value
from dialogs.understanding.lexicon import HAN
from dialogs.volunteered import VAGUE

#: Forms that are told a story.
FORMS = frozenset({"for_oneself", "for_another"})
#: Characters of a story that are kept; what came second goes first, for the beginning says what it is about.
LONGEST = 600
#: Up to so many characters a message is an answer and adds nothing to a story.
SHORT = 4
#: Up to so many characters such an answer tells of nothing else.
ANSWER = 7
#: The applicant's own values a story may tell, in the slots of the form.
_OWN = ("name", "called", "age", "id_number", "phone", "address", "income", "hukou_same")
#: What is told of somebody who lives there.
_IDENTITY = ("name", "age", "id_number", "income")
_HAN = re.compile(f"[{HAN}]")


def belongs(said: Said) -> bool:
    """Whether a message is part of a story: more than a short answer, a number or an order."""
    text, heard = said.text or "", said.heard
    if heard is None or is_bare_number(text) or len(_HAN.findall(text)) <= SHORT:
        return False
    if heard.told or heard.members:
        return True
    return heard.command is None and heard.intent != "ask_policy"  # what there is to be had is no wish to have it


#: Questions whose answer speaks of somebody without telling of the household: whose telephone it is, who helps.
_ASIDE = frozenset({"phone", "helper", "helper_name", "agreed", "proof", "id_missing"})

#: Questions that are answered with a story.
_TOLD_IN = frozenset({"for_whom", "difficulty", "needs", "hardships"})


def answered(state: State, slot: str, said: Said) -> bool:
    """Whether a message was no more than the answer to the question that was open."""
    text, heard = said.text or "", said.heard
    if slot.partition(".")[0] == "members":
        return heard is not None and _names_people(heard)
    known = state.answers.get(slot)
    return slot not in _TOLD_IN and known is not None and known.raw == text and len(_HAN.findall(text)) <= ANSWER


def _names_people(heard: Heard) -> bool:
    """Whether a message names people of the house in full and tells of nothing else."""
    besides = {"name", "called", "id_number", "phone", "address"} & heard.told.keys()
    # "my daughter Zhao, 40, earns nothing" is no wish of its own
    more = (set(heard.needs) - {VAGUE["needs"], "need_living"}) | (set(heard.hardships) - {VAGUE["hardships"]})
    whole = all({"relation", "name"} <= one.keys() for one in heard.members)
    return bool(heard.members) and whole and not (besides or more or heard.corrections)


def is_aside(slot: str) -> bool:
    """Whether the answer to a question speaks of one person alone, or of somebody who is not of the house."""
    return slot in _ASIDE or "." in slot


def tells(said: Said) -> bool:
    """Whether a message tells of somebody, so that it is worth keeping before a form is open."""
    heard = said.heard
    text = said.text or ""
    if heard is None or is_bare_number(text) or not any(map(str.isalpha, text)):
        return False
    wish = heard.needs and heard.needs != (VAGUE["needs"],)  # before a form it is one, though asked as a question
    return bool(heard.told or heard.members or heard.hardships or heard.kin or wish)


def keep(state: State, text: str) -> None:
    """Add a message to the story of the open form."""
    state.story.append(text[:LONGEST])
    while sum(map(len, state.story)) > LONGEST and len(state.story) > 1:
        del state.story[min(1, len(state.story) - 2)]


def is_settled(state: State) -> bool:
    """Whether it is known whom the form is for; until then nobody knows whose names and numbers they are."""
    return state.dialog == "for_another" or "for_whom" in state.answers


def tell(state: State, dialog: Dialog, hear: Callable[[str], Heard]) -> list[str]:
    """Hear the story of the open form as one text and put what it tells at its place; the slots that were filled."""
    whole = hear("\n".join(state.story))
    raw = state.story[-1]
    filled = _own(state, dialog, whole, raw)
    for slot, codes in (("needs", whole.needs), ("hardships", whole.hardships)):
        known = state.answers.get(slot)
        if not codes or codes == (VAGUE[slot],) or not dialog.asks(slot):
            continue
        if codes == ("need_living",) and known is not None and set(known.value or ()) - {"need_unknown"}:
            continue  # hardship told beside a wish that was named is no other wish
        if known is None or (known.how == "inferred" and set(known.value or ()) != set(codes)):
            state.answers[slot] = Answer(list(codes), raw, "inferred")
            if known is None:
                filled.append(slot)
    step = dialog.step("members")
    assert isinstance(step, Repeat)
    _leave_her_out(state, step)
    people = _without_hers(state, _people(state, whole))
    if whole.told.get("household_size") == 1:
        people = tuple(one for one in people if any(field in one for field in _IDENTITY))
    if people and meet(state, step, people, raw):
        filled.append("members")
    return filled


def _own(state: State, dialog: Dialog, whole: Heard, raw: str) -> list[str]:
    filled = []
    told = not_of_the_others(state, whole.told, _people(state, whole))
    for slot in _OWN:
        value = told.get(slot)
        if slot == "name" and "helper_name" in state.answers and state.answers["helper_name"].value == value:
            continue  # she who speaks, and not the one she speaks for
        if value is None or not (dialog.asks(slot) or slot in ("age", "called")):
            continue
        known = state.answers.get(slot)
        if known is None or known.value is None or known.doubtful or _gives_way(known, value):
            state.answers[slot] = Answer(value, raw, "told")
            if (known is None or known.value is None) and dialog.asks(slot):  # the others are no line of the card
                filled.append(slot)
    return filled


def _people(state: State, whole: Heard) -> tuple[dict[str, Value], ...]:
    """The people of the story, seen from the one help is asked for; nobody where the story does not say who that is."""
    if _for_herself(state):
        return whole.members_of_hers
    helper, kin = state.answers.get("helper"), state.answers.get("kin")
    if state.dialog != "for_another" or helper is None or whole.kin is not None:
        return whole.members
    # Seen by the speaker: who is to her what the one helped is, is no other person of the house.
    theirs = [(one, str(one.get("relation"))) for one in whole.members]
    if kin is not None:
        return tuple(one for one, relation in theirs if relation != kin.value)
    return tuple(
        one for one, relation in theirs if helper_of(relation) == "relative" or helper_of(relation) != helper.value
    )


def _leave_her_out(state: State, repeat: Repeat) -> None:
    """Who was taken into the house before it was clear that the form is for her: she is the applicant."""
    kin = state.answers.get("kin")
    if kin is None or state.dialog != "for_another" or repeat.name in state.answers or state.held:
        return
    for index in reversed(range(count(repeat, state.answers))):
        own = {
            slot.rsplit(".", 1)[1]: one
            for slot, one in state.answers.items()
            if slot.startswith(f"{repeat.name}.{index}.")
        }
        if own["relation"].value == kin.value and all(one.how in ("told", "inferred") for one in own.values()):
            for field in ("name", "age", "id_number"):
                if field in own:
                    state.answers.setdefault(field, own[field])
            take_out(state, repeat, index)


def _without_hers(state: State, people: tuple[dict[str, Value], ...]) -> tuple[dict[str, Value], ...]:
    """The people without a name or number that is known to be the applicant's."""
    hers = {(slot, state.answers[slot].value) for slot in ("name", "id_number") if slot in state.answers}
    return tuple(
        {field: value for field, value in one.items() if field == "income" or (field, value) not in hers}
        for one in people
    )


def _gives_way(known: Answer, value: Value) -> bool:
    return known.how in ("told", "presumed") and known.value != value and not is_bare_number(known.raw)


def _for_herself(state: State) -> bool:
    settled = state.answers.get("for_whom")
    return state.dialog == "for_oneself" and settled is not None and settled.value == "self"
