"""Something that was handed in is different now: the new value is heard, or asked for once."""

from __future__ import annotations

from typing import Any, Final

from dialogs.after_asking import ask, ask_which, named_case
from dialogs.context import OwnCase
from dialogs.effects import ChangeCase
from dialogs.hearing import Heard
from dialogs.state import After
from dialogs.turn import Turn
from dialogs.understanding.clean import fold
from dialogs.understanding.lexicon import load

FIELDS: Final = ("name", "phone", "id_number", "address", "income", "household_size")
#: Beyond this many characters it is a story, not a correction.
LONGEST: Final = 40
_INTENTS: Final = frozenset({"correct", "report_change"})
OVER: Final = frozenset({"not_accepted", "withdrawn", "archived"})


def wanted(turn: Turn, heard: Heard) -> bool:
    """Whether she says that something she told before is different."""
    if heard.corrected or heard.fix_field in FIELDS or heard.command == "correct":
        return True
    if heard.intent in _INTENTS:
        return True
    text = fold(turn.said.text or "")
    if "household_size" in heard.told and len(text) <= LONGEST and not (heard.wants_help or heard.hardships):
        return True  # how many they are, and nothing else: it was told when the case was handed in
    book = load("commands")["correction"]
    if not values_of(heard) or len(text) > LONGEST:
        return False
    return any(word in text for word in (*book["change"], *book["wrong"]))


def values_of(heard: Heard) -> dict[str, Any]:
    """What is new of herself; an income that is told of somebody in the household is theirs."""
    found: dict[str, Any] = {field: heard.told[field] for field in FIELDS if field in heard.told}
    for field in ("income", "name"):
        if field in found and found[field] in [one.get(field) for one in members_of(heard)]:
            del found[field]
    return found


def members_of(heard: Heard) -> tuple[dict[str, Any], ...]:
    """What is new of people in her household."""
    return tuple(one for one in heard.members_of_hers or heard.members if len(one) > 1 and one["relation"] != "self")


def begin(turn: Turn, heard: Heard, cases: tuple[OwnCase, ...]) -> bool:
    """Take the change in; False when her words hold no value that could be changed."""
    open_ones = tuple(one for one in cases if one.status not in OVER)
    if not open_ones:
        return False
    meant = named_case(turn, open_ones)
    new, theirs = values_of(heard), members_of(heard)
    text = turn.said.text or ""
    if not new and not theirs:
        if heard.fix_field not in FIELDS or len(meant) != 1:
            return False
        after = After("change.value", meant[0].number, text=heard.fix_field or "")
        ask(turn, after, f"ask.after.new.{heard.fix_field}")
        return True
    if len(meant) > 1:
        ask_which(turn, After("change.which", text=text, values=new, members=theirs), meant)
        return True
    take_in(turn, ChangeCase(meant[0].number, text, new, theirs))
    return True


def take_in(turn: Turn, change: ChangeCase) -> None:
    """Change it; where they are more than she named, who the others are may come next."""
    turn.do(change)
    if "household_size" in change.values:
        turn.state.after = After("change.people", change.case_no)


def go_on(turn: Turn, after: After, heard: Heard) -> bool:
    """The new value that was asked for, or the people who were."""
    if after.topic == "change.people":
        theirs = members_of(heard)
        if theirs:
            turn.do(ChangeCase(after.case_no, turn.said.text or "", {}, theirs))
        return bool(theirs)
    new = {field: value for field, value in values_of(heard).items() if field == after.text}
    if new:
        take_in(turn, ChangeCase(after.case_no, turn.said.text or "", new))
        return True
    if after.tries == 0 and heard.intent == "other":
        ask(turn, After(after.topic, after.case_no, text=after.text, tries=1), f"ask.after.new.{after.text}")
        return True
    return False
