"""Proves a rule pack: known keys, a clause for every value, whole amounts, no day with two answers, nothing missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from itertools import pairwise

from dialogs.catalogue.mistakes import NotCovered
from dialogs.catalogue.packs import Pack, PackValue

#: So long before a value ends without another after it, it is something to mend.
AHEAD = dt.timedelta(days=60)

DAYS = (
    "acceptance_days",
    "dispatch_days",
    "dept_receive_days",
    "receipt_days",
    "dept_feedback_days",
    "feedback_days",
    "supplement_days",
)
"""Amounts every pack must give: the way of a case through the window (domain 4.2)."""

CHOICES: Mapping[str, frozenset[str]] = {
    "single_implementer_mode": frozenset({"transfer", "advise"}),
    "multi_dept_mode": frozenset({"direct_parallel", "joint_plan"}),
    "materials_mode": frozenset({"electronic", "carry"}),
}
LEVELS = frozenset({"village", "town", "county"})
FORMS = frozenset(
    {
        "application",
        "combined_application",
        "register",
        "acceptance_slip",
        "transfer_slip",
        "feedback_slip",
        "statistics",
        "ledger",
        "dispatch_ledger",
        "station_log",
        "item_list",
    }
)
LISTS = {"accepting_levels": LEVELS, "forms": FORMS}
TEXTS = ("brand",)
WORDINGS = ("wording_acceptance", "wording_slip_note", "wording_refusal", "wording_notice")
FLAGS = ("dibao_delegated",)
REQUIRED = (*DAYS, *CHOICES, *LISTS, *TEXTS, *FLAGS)


def pack_problems(pack: Pack, amounts: Mapping[str, str], day: dt.date) -> list[str]:
    """Everything wrong with a pack, one sentence each; empty when a county may use it on that day.

    Args:
        amounts: the keys of amounts that clocks read, with their unit.
    """
    return [f"{pack.file}: {text}" for text in _problems(pack, amounts, day)]


def _problems(pack: Pack, amounts: Mapping[str, str], day: dt.date) -> Iterator[str]:
    known = {*amounts, *CHOICES, *LISTS, *TEXTS, *FLAGS, *WORDINGS}
    for row in pack.values:
        if row.key not in known:
            yield f"value {row.key!r} is nothing a pack can say; the keys are {', '.join(sorted(known))}"
            continue
        if not row.source_clause.strip():
            yield f"value {row.key!r} from {row.start} has no source_clause; name the clause it comes from"
        if row.until is not None and row.until < row.start:
            yield f"value {row.key!r} ends on {row.until} before it begins on {row.start}; correct one of the days"
        wrong = _wrong(row, amounts)
        if wrong:
            yield f"value {row.key!r} from {row.start} is {row.value!r}; {wrong}"
    for key, rows in pack.by_key.items():
        for before, after in pairwise(sorted(rows, key=lambda row: row.start)):
            if before.until is None or before.until >= after.start:
                yield (
                    f"value {key!r} has two answers on {after.start}; "
                    f"give the one from {before.start} an `until` before that day"
                )
    for key, rows in pack.by_key.items():
        last = max(rows, key=lambda row: row.start)
        if last.until is not None and day <= last.until < day + AHEAD:
            yield f"value {key!r} ends on {last.until} and none follows; add what holds from the next day"
    for key in REQUIRED:
        try:
            if pack.value(key, day) is None:
                yield f"value {key!r} is missing; every pack must give it"
        except NotCovered as error:
            yield str(error)


def _wrong(row: PackValue, amounts: Mapping[str, str]) -> str:
    """What to write instead, or "" when the value is of the right kind."""
    if row.key in amounts:
        if isinstance(row.value, bool) or not isinstance(row.value, int) or row.value < 0:
            return "write a whole number from 0"
        if row.unit != amounts[row.key]:
            return f"its clock counts in {amounts[row.key]!r}, not {row.unit!r}; correct the unit"
        return ""
    if row.key in CHOICES:
        return "" if row.value in CHOICES[row.key] else f"use one of {', '.join(sorted(CHOICES[row.key]))}"
    if row.key in LISTS:
        good = isinstance(row.value, list) and bool(row.value) and LISTS[row.key].issuperset(row.value)
        return "" if good else f"list some of {', '.join(sorted(LISTS[row.key]))}"
    if row.key in FLAGS:
        return "" if isinstance(row.value, bool) else "write true or false"
    return "" if isinstance(row.value, str) and row.value.strip() else "write a text in quotes"
