"""How something about a case that is handed in is asked, and how the answer is read."""

from __future__ import annotations

import msgspec

from dialogs import asking
from dialogs.context import OwnCase
from dialogs.effects import Option, Say
from dialogs.state import After
from dialogs.terms import Param
from dialogs.turn import Turn

SLOT = "@after"
YES_NO = ("yes", "no")


def ask(turn: Turn, after: After, key: str, labels: tuple[Option, ...] = (), **params: Param) -> None:
    """Ask, and know what the numbers of the answer stand for.

    Args:
        labels: options whose `id` is the bare code; they are numbered in order.
    """
    turn.state.after = msgspec.structs.replace(after, options=tuple(one.id for one in labels))
    options = tuple(
        Option(asking.button(turn.state, turn.ctx, SLOT, one.id), one.label, one.params, number)
        for number, one in enumerate(labels, start=1)
    )
    turn.do(Say(key, dict(params), options, "ask"))


def yes_or_no(topic: str) -> tuple[Option, ...]:
    """The two buttons of a question that is answered by yes or no."""
    return tuple(Option(code, f"option.after.{topic}.{code}") for code in YES_NO)


def picked(turn: Turn, after: After) -> str | None:
    """The option she chose, by button, number, or - of two - by saying yes or no."""
    said = turn.said
    if said.choice is not None:
        parts = asking.read_button(said.choice)
        known = parts is not None and parts[:3] == (turn.ctx.tag, turn.state.draft, SLOT)
        return parts[3] if known and parts is not None and parts[3] in after.options else None
    number = (said.text or "").strip().rstrip("。.、）)")
    if number.isdecimal() and number.isascii() and 1 <= int(number) <= len(after.options):
        return after.options[int(number) - 1]
    if after.options == YES_NO and said.heard is not None:
        if said.heard.agrees is not None:
            return "yes" if said.heard.agrees == "all" else "no"
        if said.heard.leans is not None:
            return "yes" if said.heard.leans else "no"
    return None


def picked_case(turn: Turn, after: After) -> OwnCase | None:
    """The case she chose from a short list: by button or number, or by whose it is."""
    option = picked(turn, after)
    listed = tuple(one for one in turn.ctx.cases() if one.number in after.options)
    if option is not None:
        return next((one for one in listed if one.number == option), None)
    named = named_case(turn, listed) if turn.said.text else ()
    return named[0] if len(named) == 1 else None


def ask_which(turn: Turn, after: After, cases: tuple[OwnCase, ...]) -> None:
    """Several cases: a short list to choose from (domain 14.3)."""
    labels = tuple(Option(one.number, "option.after.case", {"short": one.short, "called": one.called}) for one in cases)
    ask(turn, after, "ask.after.which", labels)


def case_of(turn: Turn, number: str) -> OwnCase | None:
    """One of her cases by its register number."""
    return next((one for one in turn.ctx.cases() if one.number == number), None)


def named_case(turn: Turn, cases: tuple[OwnCase, ...]) -> tuple[OwnCase, ...]:
    """Those she can mean: the one whose number or name she says, else all."""
    heard, text = turn.said.heard, turn.said.text or ""
    number = heard.case_no if heard is not None else None
    said = tuple(
        one for one in cases if (number and number in (one.number, one.short)) or (one.called and one.called in text)
    )
    return said or cases
