"""Reads what staff typed: cleaned, measured, and kept as typed when it cannot be taken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Final
from urllib.parse import parse_qsl

import msgspec

from dialogs.understanding.clean import clean, one_line

MOST_FIELDS: Final = 400
LONG: Final = 500  # a reason, a proposal
LINE: Final = 60  # a name, an amount


class Problem(msgspec.Struct, frozen=True):
    """What is wrong with a field; the words are in the templates.

    Attributes:
        code: required, too_short, too_long, not_a_date, not_possible, choose, confirm, or a refusal's code.
        limit: the number or the date the words need.
        length: how long the text was.
        words: of a refusal that has words of its own.
        ground: by which clause it is refused; "" for a mere slip.
    """

    code: str
    limit: str = ""
    length: int = 0
    words: str = ""
    ground: str = ""


class Invalid(Exception):
    """The form cannot be taken; it knows its problems and everything that was typed."""

    def __init__(self, form: Form) -> None:
        super().__init__("the form has problems")
        self.form = form


class Form:
    """One posted form.

    Args:
        values: every value of every field, in order.
        act: which of the page's forms it is.
    """

    def __init__(self, values: Mapping[str, Sequence[str]], act: str = "") -> None:
        self._values = {name: list(found) for name, found in values.items()}
        self.act = act
        self.problems: dict[str, Problem] = {}

    def value(self, name: str, default: str = "") -> str:
        """A field as it was typed, to show it again."""
        return next(iter(self._values.get(name, ())), default)

    def values(self, name: str) -> list[str]:
        """All values of a field as they were sent."""
        return list(self._values.get(name, ()))

    def names(self) -> list[str]:
        """The fields that were sent."""
        return list(self._values)

    def problem(
        self, name: str, code: str, *, limit: str = "", length: int = 0, words: str = "", ground: str = ""
    ) -> None:
        """Say what is wrong with a field; the first thing said stays."""
        self.problems.setdefault(name, Problem(code, limit, length, words, ground))

    def text(self, name: str, *, shortest: int = 1, longest: int = LONG, lines: bool = True) -> str:
        """A text without what cannot be seen.

        Args:
            shortest: 0 when it may stay empty.
            lines: whether it may have several lines.
        """
        typed = self.value(name)
        text = clean(typed) if lines else one_line(typed)
        if not text and shortest:
            self.problem(name, "required")
        elif text and len(text) < shortest:
            self.problem(name, "too_short", limit=str(shortest), length=len(text))
        elif len(text) > longest:
            self.problem(name, "too_long", limit=str(longest), length=len(text))
        return text

    def code(self, name: str, among: Collection[str], *, optional: bool = False) -> str:
        """One of the codes that were offered."""
        found = self.value(name)
        if optional and not found:
            return ""
        if found not in among:
            self.problem(name, "choose")
        return found

    def codes(self, name: str, among: Collection[str]) -> list[str]:
        """Several of the codes that were offered."""
        found = list(dict.fromkeys(self.values(name)))
        if any(code not in among for code in found):
            self.problem(name, "choose")
        return found

    def date(self, name: str) -> dt.date:
        """A date; today's stand-in when it is none, with the problem noted."""
        typed = self.value(name).strip()
        try:
            return dt.date.fromisoformat(typed)
        except ValueError:
            self.problem(name, "not_a_date" if typed else "required")
            return dt.date.min

    def ticked(self, name: str) -> None:
        """A box that must be ticked."""
        if not self.value(name):
            self.problem(name, "confirm")

    def check(self) -> None:
        """Raises Invalid when anything is wrong."""
        if self.problems:
            raise Invalid(self)


NO_FORM: Final = Form({})


def read_form(body: bytes, act: str = "") -> Form:
    """A urlencoded body as a form. Raises ValueError for too many fields."""
    values: dict[str, list[str]] = {}
    text = body.decode("utf-8", "replace")
    for name, value in parse_qsl(
        text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="replace", encoding="utf-8"
    ):
        values.setdefault(name, []).append(value)
    return Form(values, act)
