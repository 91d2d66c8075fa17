"""She applies anew after an earlier case was closed: what she told then is offered once, and taken only on her yes.

Source: domain 13.2 (`reapply_hint`). Who she is, where she lives and with whom; her trouble and her wish
she tells anew. All of it stands on the card before anything is handed in.
"""

from __future__ import annotations

from typing import Final

import msgspec

from dialogs import asking
from dialogs.context import Earlier
from dialogs.effects import Option, Say
from dialogs.question import Repeat, count
from dialogs.state import Answer, Value
from dialogs.terms import Param
from dialogs.turn import Turn
from dialogs.understanding.clean import fold
from dialogs.understanding.lexicon import words
from dialogs.volunteered import keep_what_was_told

#: What is being confirmed, and where it is kept that it was.
OFFER: Final = "as_before"
#: Characters of a message that only says whether it is still so.
LONGEST: Final = 12
#: The questions before the first of which it is offered.
_WHO: Final = frozenset({"name", "id_number", "phone", "address", "members"})
#: What is copied of herself, and everything of the people in her household.
SLOTS: Final = (
    "name", "called", "age", "id_number", "id_missing", "phone", "address", "hukou_same", "hukou", "income", "members",
)  # fmt: skip


_LABELS: Final = (("yes", "option.as_before.yes"), ("no", "option.as_before.no"))


def offers(turn: Turn) -> bool:
    """Offer it where the first question about herself would come; False when there is nothing to offer, or no more."""
    state = turn.state
    if state.dialog != "for_oneself" or not state.last_case or OFFER in state.answers or turn.ctx.helper is not None:
        return False
    slot = turn.presume()
    if slot is None or slot.question.name not in _WHO or slot.index is not None:
        return False
    earlier = turn.ctx.earlier()
    if earlier is None or not _fits(turn, earlier):
        state.answers[OFFER] = Answer(False, how="inferred")
        return False
    state.confirming = OFFER
    state.asking, state.held, state.tries = slot.name, False, 0
    place = _value(earlier, "address")
    params: dict[str, Param] = {
        "called": str(_value(earlier, "called") or _value(earlier, "name") or ""),
        "place": str(place.get("text", "")) if isinstance(place, dict) else "",
        "size": earlier.size,
    }
    options = tuple(
        Option(asking.button(state, turn.ctx, "@confirm", code), label, {}, number)
        for number, (code, label) in enumerate(_LABELS, start=1)
    )
    turn.do(Say("confirm.as_before", params, options, "ask"))
    return True


def answered(turn: Turn) -> bool | None:
    """Her yes or no; None when she speaks of something else."""
    said, state = turn.said, turn.state
    if said.choice is not None:
        parts = asking.read_button(said.choice)
        known = parts is not None and parts[:3] == (turn.ctx.tag, state.draft, "@confirm")
        return parts[3] == "yes" if known and parts is not None else None
    text, heard = (said.text or "").strip(), said.heard
    if text in ("1", "2"):
        return text == "1"
    said_so = _still(text) if len(text) <= LONGEST else None
    if said_so is not None and (heard is None or not heard.told):
        return said_so
    if heard is not None and heard.told and "name" not in heard.told and _still(text) is False:
        keep_what_was_told(state, turn.dialog, said, but="")  # one thing is different, and the rest as it was
        return True
    if heard is None or heard.told or heard.members or heard.command not in (None, "yes", "no"):
        return None
    return heard.yes


def _still(text: str) -> bool | None:
    """Whether words say that it is as it was; the longer of two that fit counts."""
    found = {
        meant: max((len(match[0]) for match in words("aftercare", listed).finditer(fold(text))), default=0)
        for meant, listed in ((True, "as_before"), (False, "as_before_not"))
    }
    return None if not any(found.values()) else found[True] > found[False]


def take(turn: Turn, wanted: bool) -> None:
    """Keep her decision, and with a yes what she told then, as far as she has not told it otherwise now."""
    state = turn.state
    state.answers[OFFER] = Answer(wanted)
    earlier = turn.ctx.earlier() if wanted else None
    if earlier is None:
        turn.say("tell.asked_anew")
        return
    step = turn.dialog.step("members")
    people = isinstance(step, Repeat) and ("members" in state.answers or count(step, state.answers) > 0)
    for slot, answer in earlier.answers.items():
        if slot.startswith("members") and people:
            continue
        known = state.answers.get(slot)
        if known is None or known.how == "presumed":
            state.answers[slot] = msgspec.structs.replace(answer, how="told")
    turn.say("tell.as_before")


def _fits(turn: Turn, earlier: Earlier) -> bool:
    """Whether nothing she has said now is of somebody else."""
    for slot in ("name", "id_number"):
        now, then = turn.state.answers.get(slot), _value(earlier, slot)
        if now is not None and now.value and then and now.value != then:
            return False
    return "name" in earlier.answers


def _value(earlier: Earlier, slot: str) -> Value:
    answer = earlier.answers.get(slot)
    return None if answer is None else answer.value
