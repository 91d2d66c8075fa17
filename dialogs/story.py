"""What the open form was told so far, heard as one story: what is told later finds its person and its wish.

A message is first heard by itself (`dialogs.volunteered`). When it is more than a short answer, everything this form
was told is heard once more as one text, and what was read out of single messages gives way to it. What was answered
to a question or put right in so many words stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from dialogs.hearing import Heard, is_bare_number
from dialogs.household import meet
from dialogs.question import Dialog, Question, Repeat
from dialogs.said import Said
from dialogs.state import Answer, State, Value
from dialogs.understanding.lexicon import HAN

#: Forms that are told a story.
FORMS = frozenset({"for_oneself", "for_another"})
#: Characters of a story that are kept; what came second goes first, for the beginning says what it is about.
LONGEST = 1000
#: Up to so many characters a message is an answer and adds nothing to a story.
SHORT = 4
#: Up to so many characters such an answer tells of nothing else.
ANSWER = 10
#: The applicant's own values a story may tell, in the slots of the form.
_OWN = ("name", "called", "age", "id_number", "phone", "address", "income", "hukou_same")
#: What is read out of a story, and the code that says no more than "something".
_HAN = re.compile(f"[{HAN}]")
_VAGUE = {"needs": "need_unknown", "hardships": "other"}


def belongs(said: Said) -> bool:
    """Whether a message is part of a story: more than a short answer, a number or an order."""
    text, heard = said.text or "", said.heard
    if heard is None or is_bare_number(text) or len(_HAN.findall(text)) <= SHORT:
        return False
    return heard.command is None or bool(heard.told or heard.members)


#: Questions whose answer speaks of somebody without telling of the household: whose telephone it is, who helps.
_ASIDE = frozenset({"phone", "helper", "helper_name", "agreed", "proof", "id_missing"})


def answered(state: State, slot: str, text: str) -> bool:
    """Whether a message was no more than the answer to such a question, or to one about one person of the house."""
    known = state.answers.get(slot)
    if known is None or known.raw != text or len(_HAN.findall(text)) > ANSWER:
        return False
    return slot in _ASIDE or "." in slot


def tells(said: Said) -> bool:
    """Whether a message tells of somebody, so that it is worth keeping before a form is open."""
    heard = said.heard
    return belongs(said) and heard is not None and bool(heard.told or heard.members or heard.hardships or heard.kin)


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
        if not codes or codes == (_VAGUE[slot],) or not _has(dialog, slot):
            continue
        if known is None or (known.how == "inferred" and set(known.value or ()) != set(codes)):
            state.answers[slot] = Answer(list(codes), raw, "inferred")
            if known is None:
                filled.append(slot)
    step = dialog.step("members")
    assert isinstance(step, Repeat)
    people = whole.members_of_hers if _for_herself(state) else whole.members
    if people and meet(state, step, people, raw):
        filled.append("members")
    return filled


def _own(state: State, dialog: Dialog, whole: Heard, raw: str) -> list[str]:
    filled = []
    people = whole.members_of_hers if _for_herself(state) else whole.members
    for slot in _OWN:
        value = whole.told.get(slot)
        if value is None or not (_has(dialog, slot) or slot in ("age", "called")):
            continue
        if slot in ("name", "age", "id_number") and any(one.get(slot) == value for one in people):
            continue
        known = state.answers.get(slot)
        if known is None or known.value is None or known.doubtful or _gives_way(known, value):
            state.answers[slot] = Answer(value, raw, "told")
            if known is None or known.value is None:
                filled.append(slot)
    return filled


def _gives_way(known: Answer, value: Value) -> bool:
    return known.how in ("told", "presumed") and known.value != value and not is_bare_number(known.raw)


def _for_herself(state: State) -> bool:
    settled = state.answers.get("for_whom")
    return state.dialog == "for_oneself" and settled is not None and settled.value == "self"


def _has(dialog: Dialog, slot: str) -> bool:
    try:
        return isinstance(dialog.step(slot), Question | Repeat)
    except KeyError:
        return False
