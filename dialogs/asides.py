"""What people say beside the matter and are answered at once: whether we are there, what it costs, who reads it, why.

The words are in `lexicons/asides.toml`, each list under the name of its answer (`tell.aside.<name>`). Nothing here
promises anything; whatever stood open before stands open after.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from dialogs.terms import Param
from dialogs.turn import Turn
from dialogs.understanding.clean import fold
from dialogs.understanding.lexicon import alternation, load

#: Characters up to which a message can be such a question and nothing else.
LONGEST: Final = 24
#: Only said where a form is open: outside, these are greetings and have the greeting's answer.
_INSIDE: Final = frozenset({"here", "why"})
#: Questions whose answer is known better where a case is open or an item was named.
_OF_THE_MATTER: Final = frozenset({"how_long", "will_it"})


#: Who tells one of these does not only ask.
_TELLS: Final = frozenset({"name", "age", "id_number", "phone", "income"})


def answered(turn: Turn) -> bool:
    """Whether the message is such a question; then it has been answered, and nothing was asked anew."""
    text, inside = turn.said.text or "", bool(turn.state.dialog)
    heard = turn.said.heard
    if (
        turn.said.choice is not None
        or not text
        or len(text) > LONGEST
        or (heard is not None and _TELLS & heard.told.keys())
    ):
        return False
    name = _named(fold(text))
    if name is None or (name in _INSIDE and not inside):
        return False
    if name in _OF_THE_MATTER and turn.state.last_case and not inside:
        return False  # how far her own matter is says more
    if name == "how_much" and inside and turn.state.asking.endswith("income"):
        return False  # her own answer may sound like that
    if name == "why":
        return _why(turn)
    params: Mapping[str, Param] = {"phone": turn.ctx.phone, "clerk": turn.ctx.clerk, "town": turn.ctx.town}
    turn.say(f"tell.aside.{name}", **params)
    return True


def names() -> tuple[str, ...]:
    """Every answer there is but the reasons of questions, which stand with the questions."""
    return tuple(name for name in load("asides") if name != "why")


def _why(turn: Turn) -> bool:
    """Why the open question is asked; some say it themselves whenever they are put."""
    slot = turn.open_slot()
    if slot is None:
        return False
    if slot.question.why:
        turn.say(f"why.{slot.question.name}")
    elif slot.question.name in _CONSENT:
        turn.say("tell.aside.consent")
    else:
        return False
    return True


_CONSENT: Final = ("consent", "consent_sensitive", "agreed")


def _named(said: str) -> str | None:
    match = _pattern().search(said)
    return None if match is None else match.lastgroup


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(
        "|".join(f"(?P<{name}>{alternation(fold(word) for word in listed)})" for name, listed in load("asides").items())
    )
