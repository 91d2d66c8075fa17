"""What an online service shows besides forms: ways to apply, kinds, items, law, centre, course, postings (DB32 6.2.1).

Everything comes from the catalogue and the county's file as of a day; nothing is written twice.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Final, NamedTuple, get_args

from dialogs.catalogue.county import County, Town
from dialogs.catalogue.grounds import item_grounds
from dialogs.catalogue.mistakes import UnknownCode
from dialogs.catalogue.model import Catalogue, Item
from dialogs.catalogue.parts import Group
from dialogs.effects import Say
from dialogs.terms import Line, Lines, Param, Term, Terms

#: The contents DB32 6.2.1 names, in its order: 申请通道、类别、项目、政策法规、中心简介、流程、公示.
CONTENTS: Final = ("channels", "kinds", "items", "laws", "centre", "steps", "posted")
GROUPS: Final[tuple[str, ...]] = get_args(Group)
#: How many documents are named at once.
LAWS: Final = 8
#: The course every case takes, each stage with the setting that says how long it may last; domain 3, 4.2.
COURSE: Final = (
    ("told", ""),
    ("accepted", "acceptance_days"),
    ("sent", "dispatch_days"),
    ("received", "dept_receive_days"),
    ("decided", ""),
    ("answered", "feedback_days"),
    ("after", ""),
)


class Page(NamedTuple):
    """One page: what is said, and what may be picked from it next (`class.<group>`, `item.<code>`, `laws.<from>`)."""

    say: Say
    offers: tuple[str, ...] = ()


class Leaflet:
    """The pages of a county."""

    def __init__(self, catalogue: Catalogue, county: County) -> None:
        self._catalogue = catalogue
        self._county = county

    def page(self, code: str, day: dt.date, town: str) -> Page:
        """A page by its code: one of `CONTENTS`, `class.<group>` or `laws.<from>`.

        Args:
            town: name of the town whose window helps her; the county's first when it has none of that name.

        Raises:
            UnknownCode: no such page.
            NotCovered: a value it tells has none on that day.
        """
        part, _, rest = code.partition(".")
        match part:
            case "channels":
                return self._channels(town)
            case "kinds":
                return Page(
                    Say("tell.leaflet.kinds"), tuple(f"class.{group}" for group in GROUPS if self._of(group, day))
                )
            case "class" if self._of(rest, day):
                items = self._of(rest, day)
                say = Say("tell.leaflet.class", {"kind": Term("class", rest)})
                return Page(say, tuple(f"item.{item.code}" for item in items))
            case "items":
                return self._items(day)
            case "laws" if not rest or rest.isdecimal():
                return self._laws(day, int(rest or 0))
            case "centre":
                return self._centre()
            case "steps":
                return self._steps(day)
            case "posted":
                return self._posted(day, town)
        raise UnknownCode("page", code, "dialogs/leaflet.py")

    def offered(self, day: dt.date) -> tuple[Item, ...]:
        """The items one can ask for here on that day."""
        off = self._county.disabled_items
        return tuple(item for item in self._catalogue.open_items(day).values() if item.code not in off)

    def _of(self, group: str, day: dt.date) -> tuple[Item, ...]:
        return tuple(item for item in self.offered(day) if item.group == group)

    def _town(self, name: str) -> Town:
        return next((town for town in self._county.towns if town.name == name), self._county.towns[0])

    def _channels(self, town: str) -> Page:
        office, county = self._town(town), self._county
        params: dict[str, Param] = {
            "window": office.window,
            "address": office.address,
            "hours": office.hours.text,
            "phone": office.phone,
            "hotline": county.hotline,
            "centre": county.center,
            "centre_address": county.center_address,
        }
        return Page(Say("tell.leaflet.channels", params))

    def _items(self, day: dt.date) -> Page:
        lines = tuple(
            Line(
                "leaflet.class",
                {"kind": Term("class", group), "items": Terms("item", tuple(one.code for one in found))},
            )
            for group in GROUPS
            if (found := self._of(group, day))
        )
        groups = tuple(f"class.{group}" for group in GROUPS if self._of(group, day))
        return Page(Say("tell.leaflet.items", {"n": len(self.offered(day)), "items": Lines(lines)}), groups)

    def _laws(self, day: dt.date, first: int) -> Page:
        """Only what may be shown as a ground on that day (domain 0.2); what most items stand on comes first."""
        cited = Counter(basis.text for item in self.offered(day) for basis in item_grounds(item, self._county, day))
        titles = [title for title, _ in cited.most_common()]
        shown = titles[first : first + LAWS]
        if not shown:
            raise UnknownCode("page", f"laws.{first}", "dialogs/leaflet.py")
        lines = Lines(tuple(Line("leaflet.law", {"text": title}) for title in shown))
        more = first + LAWS
        say = Say("tell.leaflet.laws", {"n": len(titles), "laws": lines})
        return Page(say, (f"laws.{more}",) if more < len(titles) else ())

    def _centre(self) -> Page:
        county = self._county
        params: dict[str, Param] = {
            "name": county.center,
            "address": county.center_address,
            "phone": county.center_phone,
            "hotline": county.hotline,
            "windows": Lines(
                tuple(Line("leaflet.window", {"name": town.window, "phone": town.phone}) for town in county.towns)
            ),
        }
        return Page(Say("tell.leaflet.centre", params))

    def _steps(self, day: dt.date) -> Page:
        lines = []
        for number, (stage, key) in enumerate(COURSE, start=1):
            params: dict[str, Param] = {"no": number}
            if key:
                setting = self._county.setting(key, day)
                params["time"] = Line(f"leaflet.days.{setting.unit}", {"days": self._county.number(key, day)})
            lines.append(Line(f"leaflet.step.{stage}", params))
        return Page(Say("tell.leaflet.steps", {"steps": Lines(tuple(lines))}))

    def _posted(self, day: dt.date, town: str) -> Page:
        """Which items are posted in the village and how long; never who."""
        lines = []
        for item in self.offered(day):
            if item.publicity:
                posted = item.stage_on("publicity", day) or item.stage_on("village_publicity", day)
                days = "" if posted is None else f".{posted.unit}"
                params: dict[str, Param] = {"item": Term("item", item.code)}
                if posted is not None:
                    params["days"] = posted.days
                lines.append(Line(f"leaflet.posted{days}", params))
        office = self._town(town)
        phone = office.supervision_phone or office.phone
        return Page(Say("tell.leaflet.posted", {"items": Lines(tuple(lines)), "phone": phone}))
