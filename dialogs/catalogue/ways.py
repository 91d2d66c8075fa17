"""Which way a case goes from the window to who decides, by the county's rules (SD 3(3)1, JS 5.3 and 5.4, LC 3(2))."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Literal

import msgspec

from dialogs.catalogue.county import County
from dialogs.catalogue.grounds import cite, law
from dialogs.catalogue.parts import Confidence

Mode = Literal["stays", "advise", "send", "parallel", "joint_plan"]

_OF_ONE: dict[str, Mode] = {"advise": "advise", "transfer": "send"}
_OF_MANY: dict[str, Mode] = {"direct_parallel": "parallel", "joint_plan": "joint_plan"}


class Way(msgspec.Struct, frozen=True):
    """The way, and what says so.

    Attributes:
        mode: `stays` in the house; one department: `advise` to go there oneself, or `send`; several: `parallel`, or
            `joint_plan` by the joint meeting before anything is sent.
        departments: the departments outside, in the order given.
        source, confidence: of the rule; "" when nothing had to be decided.
    """

    mode: Mode
    departments: tuple[str, ...]
    source: str = ""
    confidence: Confidence = "default"


def way_of(departments: Iterable[str], county: County, day: dt.date, *, urgent: bool = False) -> Way:
    """The way of a case that needs these departments outside the house.

    Args:
        urgent: an emergency or the green lane.

    Raises:
        NotCovered: the county's rule has no value on that day.
    """
    found = tuple(dict.fromkeys(departments))
    if not found:
        return Way("stays", ())
    if urgent:
        first = law("urgent")  # help first, papers and plans after
        return Way("send" if len(found) == 1 else "parallel", found, first.text, first.confidence)
    key, modes = ("single_implementer_mode", _OF_ONE) if len(found) == 1 else ("multi_dept_mode", _OF_MANY)
    rule = county.setting(key, day)
    return Way(modes[county.text(key, day)], found, cite(rule.source, county.rules), rule.confidence)


__all__ = ["Mode", "Way", "way_of"]
