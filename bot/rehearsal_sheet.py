"""A rehearsal in words: what changes for how many recorded cases, each difference once, with both clauses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, Final, TypeVar

from backend.rehearsal.compare import PARTS, Change, Rehearsal
from backend.rehearsal.replay import Said
from dialogs.catalogue.model import Catalogue
from dialogs.terms import Param, Term, Terms

if TYPE_CHECKING:
    from bot.render import Renderer

_K = TypeVar("_K", bound=Hashable)

_UNITS: Final = {"wd": "cli.wd", "nd": "cli.nd", "h": "cli.h"}
_SUPPLY: Final = {
    "already_held": "desk.sup_held",
    "we_fetch": "desk.sup_fetch",
    "say_it": "desk.sup_say",
    "sign": "desk.sup_sign",
    "photo": "desk.sup_photo",
    "original": "desk.sup_original",
}
_WAY: Final = {
    "stays": "cli.way_stays",
    "send": "desk.way_send",
    "advise": "desk.way_advise",
    "parallel": "desk.way_parallel",
    "joint_plan": "desk.way_joint_plan",
}
_PART: Final = {"notice": "cli.rehearsed_notice", "route": "cli.rehearsed_route", "date": "cli.rehearsed_date"}
_WHAT: Final = {
    "limit": "cli.what_limit",
    "basis": "cli.what_basis",
    "material": "cli.what_material",
    "refusal": "cli.what_refusal",
    "item": "cli.what_item",
    "clk_legal": "cli.what_legal",
}
_RULE: Final = {
    "dispatch_days": "cli.rule_dispatch",
    "feedback_days": "cli.rule_feedback",
    "brand": "cli.rule_brand",
    "forms": "cli.rule_forms",
    "levels": "cli.rule_levels",
}
_FORM: Final = {
    "application": "cli.form_application",
    "combined_application": "cli.form_combined",
    "acceptance_slip": "cli.form_slip",
}


class Sheet:
    """Finds words for one rehearsal.

    Args:
        catalogue: the changed one, whose names differences are called by.
    """

    def __init__(self, render: Renderer, catalogue: Catalogue) -> None:
        self._render = render
        self._catalogue = catalogue

    def lines(self, done: Rehearsal) -> Iterator[str]:
        """The whole sheet, line by line."""
        say = self._say
        yield say("cli.rehearsed", {"county": done.county, "date": Term("day", done.on.isoformat())}) + f" {done.on}"
        yield say("cli.rehearsed_sides", {"before": done.before.document, "after": done.after.document})
        yield say("cli.rehearsed_sum", {"cases": done.cases, **done.differ})
        for part in PARTS:
            found = [one for one in done.changes if one.part == part]
            if found:
                yield ""
                yield say(_PART[part], {})
            yield from self._dates(found) if part == "date" else self._changes(found)
        if done.late:
            yield ""
            yield say("cli.rehearsed_late", {})
            for what, found in _grouped(done.late, lambda one: one.what).items():
                yield f"  {self._what(what)} {self._cases(found)}"
        if done.clauses:
            yield ""
            yield say("cli.rehearsed_clauses", {"count": len(done.clauses)})

    def _changes(self, found: Iterable[Change]) -> Iterator[str]:
        for one in found:
            yield from self._change(one)

    def _dates(self, found: Iterable[Change]) -> Iterator[str]:
        """By clock; days that move alike are one line, with the first of them to show."""
        for what, of_clock in _grouped(found, lambda one: one.what).items():
            yield f"  {self._what(what)}"
            for shift, alike in _grouped(of_clock, _shift).items():
                first = alike[0]
                if shift is None:
                    moved = self._say("cli.day_new" if first.before is None else "cli.day_gone", {})
                else:
                    moved = self._say("cli.day_later" if shift > 0 else "cli.day_sooner", {"days": abs(shift)})
                was, becomes = self._value(first, first.before), self._value(first, first.after)
                example = self._say("cli.day_example", {"before": was, "after": becomes})
                yield f"     {moved} {self._cases(alike)} {example}"
            yield from self._clauses(of_clock[0])

    def _change(self, one: Change) -> Iterator[str]:
        was, becomes = self._value(one, one.before), self._value(one, one.after)
        yield f"  {self._what(one.what)}: {was} → {becomes} {self._cases((one,))}"
        yield from self._clauses(one)

    def _clauses(self, one: Change) -> Iterator[str]:
        clauses = [said.ground for said in (one.before, one.after) if said is not None]
        if any(clauses):
            none = self._say("cli.no_clause", {})
            told = list(dict.fromkeys(clause or none for clause in clauses))
            yield f"     {self._say('cli.by_clause', {})}{' → '.join(told)}"

    def _cases(self, found: Iterable[Change]) -> str:
        alike = tuple(found)
        numbers = sorted({number for one in alike for number in one.cases})
        shown = ", ".join(str(number) for number in numbers[:8]) + (" …" if len(numbers) > 8 else "")
        return self._say("cli.rehearsed_cases", {"count": sum(one.count for one in alike), "numbers": shown})

    def _what(self, what: str) -> str:
        head, _, code = what.partition(":")
        if head == "way":
            return self._say("cli.what_way", {})
        if head == "rule":
            return self._say(_RULE[code], {})
        if head in _WHAT:
            return self._say(_WHAT[head], {"what": self._named(head, code)})
        return self._render.term("clock", head)

    def _named(self, head: str, code: str) -> str:
        if head == "refusal":
            return self._catalogue.refusals[code].beforehand if code in self._catalogue.refusals else code
        return self._render.term("material" if head == "material" else "item", code)

    def _value(self, one: Change, said: Said | None) -> str:
        if said is None:
            return self._say("cli.not_there", {})
        head, _, code = one.what.partition(":")
        if head == "way":
            return self._say(_WAY[said.value], {})
        if head in ("limit", "rule") and " " in said.value and said.value.split(" ")[1] in _UNITS:
            return self._amount(said.value)
        if one.what == "rule:forms":
            return self._say(
                "cli.list", {"list": "".join(self._say(_FORM[form], {}) for form in said.value.split(" "))}
            )
        if one.what == "rule:levels":
            return self._render.param(Terms("level_of_window", tuple(said.value.split(" "))))
        if head == "material":
            supply, _, later = said.value.partition(" ")
            return self._say(_SUPPLY[supply], {}) + (self._say("cli.later", {}) if later else "")
        if head == "item":
            dept, _, check = said.value.partition(" ")
            return self._render.term("dept", dept) + (self._say("cli.looked_at", {}) if check else "")
        if head == "refusal":
            return self._say("cli.listed", {})
        day, _, provisional = said.value.partition(" ")
        return day + self._say("cli.provisional", {}) if provisional == "provisional" else said.value or code

    def _amount(self, value: str) -> str:
        days, unit, *more = value.split(" ")
        text = self._say(_UNITS[unit], {"days": days})
        return text + self._say("cli.posted", {"days": more[0].removeprefix("+")}) if more else text

    def _say(self, key: str, params: dict[str, Param]) -> str:
        return self._render.text(key, params)


def _grouped(found: Iterable[Change], by: Callable[[Change], _K]) -> dict[_K, list[Change]]:
    groups: dict[_K, list[Change]] = {}
    for one in found:
        groups.setdefault(by(one), []).append(one)
    return groups


def _shift(one: Change) -> int | None:
    """By how many days a date moves; None where there was or will be none."""
    if one.before is None or one.after is None:
        return None
    was, becomes = (dt.date.fromisoformat(said.value.partition(" ")[0]) for said in (one.before, one.after))
    return (becomes - was).days


__all__ = ["Sheet"]
