"""Which items of a case go to which departments: a suggestion from the catalogue, for the window to decide on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import msgspec

from backend.cases.facts import HouseholdLine, ages_of, household_lines, lives_alone
from backend.cases.move import parts_of
from backend.cases.tables import Case
from backend.deadlines import service as deadlines
from backend.deadlines.counting import Due
from backend.env import Env
from backend.transfers.tables import Transfer
from backend.writer import Tx
from dialogs.catalogue.model import Item
from dialogs.catalogue.routing import Reason, Suggestion, route
from dialogs.catalogue.ways import Way, way_of


class Planned(msgspec.Struct, frozen=True):
    """An item suggested to be sent.

    Attributes:
        kind: internal (stays in the house) or external.
        due: by when the law wants an answer, counted as of today.
        reasons: what in the case brought it up.
        needs_check: somebody must look first.
        variant: sub-kind of the item.
    """

    item: str
    dept: str
    kind: str
    due: dt.date
    reasons: tuple[Reason, ...]
    needs_check: bool = False
    variant: str = ""


def suggest(tx: Tx, env: Env, case: Case) -> tuple[Planned, ...]:
    """The items for this case that are not under way yet, most urgent first."""
    return tuple(
        Planned(
            item=one.item,
            dept=one.dept,
            kind=kind_of(env, one.item, one.dept),
            due=clock_start(env, case, env.catalogue.items[one.item])[1].day,
            reasons=one.reasons,
            needs_check=one.needs_check,
            variant=one.variant,
        )
        for one in fitting(env, case, household_lines(tx, env, case), parts_of(tx, case))
    )


def fitting(
    env: Env, case: Case, lines: tuple[HouseholdLine, ...], parts: Iterable[Transfer] = (), *, listed: bool = False
) -> tuple[Suggestion, ...]:
    """The items the catalogue finds for a case and its household but for those under way, most urgent first.

    Args:
        listed: she is going to read them; what a quiet emergency brings is left out.
    """
    today = env.today
    emergency = env.catalogue.emergencies.get(case.emergency_code or "")
    shown = emergency is not None and not (listed and emergency.quiet)
    routed = route(
        {str(entry["code"]): str(entry["claim_status"]) for entry in case.hardships},
        case.needs,
        ages_of(lines),
        case.emergency_level != "none",
        env.county.switches(today),
        env.catalogue,
        today,
        other_text=case.get(env.sealer, "other_text") or "",
        closed=env.county.disabled_items,
        emergency_code=emergency.code if emergency is not None and shown else "",
        alone=lives_alone(lines),
    )
    running = {row.item for row in parts if row.status not in ("returned", "cancelled")}
    return tuple(one for one in routed.suggestions if one.item not in running)


def kind_of(env: Env, item: str, dept: str) -> str:
    """internal: the township or its own line does it; external: it leaves the house."""
    found = env.catalogue.items[item]
    return "internal" if dept == "township" or (found.internal and dept == found.department) else "external"


def way_of_case(env: Env, case: Case, parts: Iterable[Transfer], wanted: Iterable[tuple[str, str]]) -> Way:
    """How a case goes on to who decides (SD 3(3)1, JS 5.4): what was sent outside the house, and what is to be.

    Args:
        wanted: item and department of each part to come.

    Raises:
        NotCovered: the county's rule has no value today.
    """
    sent = [row.dept for row in parts if row.status not in ("returned", "cancelled") and row.kind == "external"]
    outside = [dept for item, dept in wanted if kind_of(env, item, dept) == "external"]
    return way_of((*sent, *outside), env.county, env.today, urgent=case.green_channel or case.emergency_level != "none")


def clock_start(env: Env, case: Case, item: Item) -> tuple[dt.datetime, Due]:
    """Since when the law counts for an item of this case, and till when (domain 4.4)."""
    since = case.accepted_at if item.clock_start == "accept" and case.accepted_at is not None else env.now
    return since, deadlines.legal_due(env, item, since)


__all__ = ["Planned", "clock_start", "fitting", "kind_of", "suggest", "way_of_case"]
