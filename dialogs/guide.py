"""Answers questions about policy from the catalogue, each with its source; nothing is promised (DB32 6.2.1)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from functools import cached_property

from dialogs.catalogue.county import County
from dialogs.catalogue.facts import Facts
from dialogs.catalogue.mistakes import CatalogueMistake
from dialogs.catalogue.model import Catalogue
from dialogs.effects import Say
from dialogs.leaflet import Leaflet
from dialogs.notice import OneTimeNotice, build_notice
from dialogs.notice_text import apply_line, limit_lines, material_lines
from dialogs.terms import Line, Lines, Param, Term, Terms
from dialogs.understanding.clean import fold
from dialogs.understanding.lexicon import alternation, load

#: How many items one question is answered with.
MOST = 2
#: Grounds named in an answer, the most particular; all of them stand in the notice.
GROUNDS = 2


#: What may stand around a name: marks, blanks and the particle that asks.
_AROUND = " ，,。.!！?？~～\u5462\u5440\u554a"


class Guide:
    """What a county offers, to be asked about.

    Args:
        catalogue: all items.
        county: which of them are offered here, their limits and who answers the telephone.
    """

    def __init__(self, catalogue: Catalogue, county: County) -> None:
        self._catalogue = catalogue
        self._county = county
        self.leaflet = Leaflet(catalogue, county)

    @cached_property
    def _names(self) -> dict[str, str]:
        """Folded name to item code."""
        names: dict[str, str] = {}
        known = load("guide")["item"]
        for item in self._catalogue.items.values():
            if item.enabled and item.code not in self._county.disabled_items:
                for name in (*known.get(item.code, ()), item.plain_name, item.name):
                    names.setdefault(fold(name), item.code)
        return names

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(alternation(self._names))

    @cached_property
    def _codes(self) -> frozenset[str]:
        return frozenset(self._names.values())

    @cached_property
    def _bring(self) -> re.Pattern[str]:
        return re.compile(alternation(fold(word) for word in load("guide")["bring"]["words"]))

    @cached_property
    def _window(self) -> re.Pattern[str]:
        return re.compile(alternation(fold(word) for word in load("guide")["window"]["words"]))

    @cached_property
    def _groups(self) -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
        """Words for people or trouble, and the offered items for them."""
        return tuple(
            (re.compile(alternation(fold(word) for word in entry["words"])), offered)
            for entry in load("guide")["group"]
            if (offered := tuple(code for code in entry["items"] if code in self._codes))
        )

    @cached_property
    def _help(self) -> re.Pattern[str]:
        return re.compile(alternation(fold(word) for word in load("guide")["help"]["words"]))

    def items(self, text: str) -> tuple[str, ...]:
        """The items a question names, in the order they are named; else those for the people it asks help for."""
        said = fold(text[:200])
        found = tuple(dict.fromkeys(self._names[match[0]] for match in self._pattern.finditer(said)))
        if not found and self._help.search(said):
            found = next((items for words, items in self._groups if words.search(said)), ())
        return found[:MOST]

    def is_name(self, text: str) -> bool:
        """Whether a text is nothing but what an item is called: no wish to have it, nor a question about it."""
        return fold(text[:40]).strip(_AROUND) in self._names

    def asks_for_window(self, text: str) -> bool:
        """Whether a question is about where, when or under which number the window is found."""
        return self._window.search(fold(text[:200])) is not None

    def asks_what_to_bring(self, text: str) -> bool:
        """Whether she wants the whole list of what is needed."""
        return self._bring.search(fold(text[:200])) is not None

    def whole_list(self, codes: Iterable[str], day: dt.date) -> tuple[Say, ...]:
        """Everything these items want of a household nothing is known of; empty when we know none of them."""
        notices = [found for code in codes if code in self._codes and (found := self._notice(code, day)) is not None]
        return tuple(
            Say(
                "tell.guide.list",
                {
                    "items": Terms("item", tuple(item.code for item in notice.items)),
                    "materials": Lines(material_lines(notice)),
                    "limits": Lines(limit_lines(notice)),
                    "name": notice.place.name,
                    "address": notice.place.address,
                    "hours": notice.place.hours,
                    "phone": notice.place.phone,
                },
            )
            for notice in notices
        )

    def answer(self, text: str, day: dt.date) -> tuple[Say, ...]:
        """The answer to a question; empty when it names nothing we know."""
        says: list[Say] = []
        for code in self.items(text):
            says += self.about(code, day)
        if not says and self.asks_for_window(text):
            town = self._county.towns[0]
            says.append(
                Say(
                    "tell.guide.window",
                    {"name": town.window, "address": town.address, "hours": town.hours.text, "phone": town.phone},
                )
            )
        return tuple(says)

    def about(self, code: str, day: dt.date) -> tuple[Say, ...]:
        """What one item is for, what it wants and who decides; empty where it has no value for the day."""
        notice = self._notice(code, day)
        return () if notice is None else self._about(notice)

    def complaints(self, town: str) -> tuple[str, str]:
        """Who hears a complaint: the supervision of the town's window, and the hotline."""
        office = next((one for one in self._county.towns if one.name == town), self._county.towns[0])
        return office.supervision_phone or office.phone, self._county.hotline

    def _notice(self, code: str, day: dt.date) -> OneTimeNotice | None:
        """The item's notice for nobody in particular; None where the catalogue has no value for the day."""
        try:
            return build_notice((code,), Facts(items=frozenset({code})), self._catalogue, self._county, day)
        except CatalogueMistake:
            return None

    def _about(self, notice: OneTimeNotice) -> tuple[Say, ...]:
        item = notice.items[0]
        bring = tuple(one.code for one in notice.materials if one.supply not in ("already_held", "we_fetch", "say_it"))
        contact = next((one for one in notice.departments if one.code == item.department), None)
        basis = Lines(tuple(Line("tell.guide.basis", {"text": one.text}) for one in item.basis[-GROUNDS:]), "list")
        time = Line(f"notice.days.{item.time.unit}", {"days": item.time.days})
        params: dict[str, Param] = {
            "bring": Terms("material", bring) if bring else Line("tell.guide.nothing"),
            "time": time,
            "dept": Term("dept", item.department),
            "phone": contact.phone if contact is not None else notice.place.phone,
            "basis": basis if item.basis else Line("tell.guide.no_basis"),
            "apply": apply_line(item),
        }
        return (
            Say("tell.guide.what", {"item": Term("item", item.code), "eligible": item.eligible}),
            Say("tell.guide.how", params),
        )
