"""Which of several villages of the country an address means: asked with a short choice."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import SequenceMatcher

import msgspec

from dialogs.context import Context
from dialogs.kinds import Kind, Offered
from dialogs.said import Said
from dialogs.state import Answer, Value
from dialogs.understanding.choices import Option, read_choices
from dialogs.understanding.clean import fold
from dialogs.understanding.problems import Problem


class WhichPlace(Kind):
    """Which of a few villages of the country she meant, or none of them.

    Args:
        places: those that fit, as `may_be` of `Place` has them; all that can be, to look at the words.
    """

    def __init__(self, places: tuple[Mapping[str, Value], ...] = ()) -> None:
        self._places = places

    def given(self, answers: Mapping[str, Answer]) -> WhichPlace:
        return WhichPlace(may_be(answers))

    def options(self) -> tuple[Offered, ...]:
        offered: list[Offered] = [
            (str(number), "option.which_place.this", {"place": str(place["place"])})
            for number, place in enumerate(self._places or ({"place": ""},), start=1)
        ]
        return (*offered, ("none", "option.which_place.none", {}))

    def read(self, said: Said, ctx: Context) -> Value | Problem:
        if said.heard is not None and said.heard.command in ("unknown", "skip"):
            return False
        words = said.text or ""
        told = fold(words)
        shared = [_shared(told, fold(str(place["place"]))) for place in self._places]
        if shared and max(shared) >= 2 and shared.count(max(shared)) == 1:
            return dict(self._places[shared.index(max(shared))])
        options = tuple(Option(str(number), (str(place["place"]),)) for number, place in enumerate(self._places, 1))
        picked = read_choices(words, (*options, Option("none")), none_id="none")
        if isinstance(picked, Problem):
            return False if said.heard is not None and said.heard.yes is False else Problem("which_place")
        return self.read_option(picked[0], said, ctx)

    def read_option(self, option: str, said: Said, ctx: Context) -> Value | Problem:
        if option == "none":
            return False
        if option.isdecimal() and 1 <= int(option) <= len(self._places):
            return dict(self._places[int(option) - 1])
        return Problem("no_such_option")

    def names_an_option(self, said: Said, ctx: Context) -> bool:
        return not isinstance(self.read(said, ctx), Problem)

    def take_as_is(self, said: Said) -> Value:
        return False


def _shared(told: str, place: str) -> int:
    """How many characters of a place's name she said in one go."""
    return SequenceMatcher(None, told[:60], place, autojunk=False).find_longest_match().size


def may_be(answers: Mapping[str, Answer]) -> tuple[Mapping[str, Value], ...]:
    """The villages of the country that the address can mean, while it is open which."""
    address = answers.get("address")
    value = address.value if address is not None else None
    found = value.get("may_be") if isinstance(value, dict) else None
    return tuple(found) if found else ()


def place_settled(answers: dict[str, Answer]) -> None:
    """Her choice among the villages goes into the address, and the question is done with."""
    chosen, address = answers.pop("which_place"), answers.get("address")
    if address is not None and isinstance(address.value, dict):
        kept = {name: one for name, one in address.value.items() if name != "may_be"}
        if isinstance(chosen.value, dict):
            kept["division"] = chosen.value
        answers["address"] = msgspec.structs.replace(address, value=kept, how="asked")
