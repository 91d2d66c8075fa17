"""The household as one reader may see it: what is open, what is masked, what stays away (domain 12.4, 12.5)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

import msgspec

from backend.cases.facts import age_of, household
from backend.cases.tables import Case, HouseholdMember, Person
from backend.env import Env
from backend.privacy.mask import mask_id_number, mask_phone
from backend.writer import Tx

REASONS: Final = ("verify", "call", "form", "check_data", "visit")
FIELDS: Final = ("id_number", "phone")


class Sight(msgspec.Struct, frozen=True):
    """Which fields a reader may see.

    Attributes:
        id_number: whole after a stated reason; otherwise the last four digits.
        phone: whole after a stated reason.
        story: her own words, which may name an illness.
        address: whole; otherwise to the village.
        others: the household's other members.
    """

    id_number: bool = True
    phone: bool = True
    income: bool = True
    health: bool = True
    story: bool = True
    address: bool = True
    hardships: tuple[str, ...] | None = None
    needs: tuple[str, ...] | None = None


WHOLE: Final = Sight()


class Line(msgspec.Struct, frozen=True):
    """One person of the household.

    Attributes:
        id_number, phone: masked, or whole when it was asked for; "" when none was given.
        id_closed, phone_closed: masked now, and may be shown for a reason.
        income: by month, as a number in text, or "".
        income_said: her own words.
    """

    position: int
    relation: str
    name: str
    age: int | None
    id_number: str
    id_closed: bool
    id_missing: str
    phone: str
    phone_closed: bool
    income: str
    income_said: str
    health: str


def lines_of(tx: Tx, env: Env, case: Case, sight: Sight, shown: Mapping[str, bool]) -> list[Line]:
    """The household's lines. `shown` holds `<field>.<position>` of what was asked for and journalled."""
    return [_line(env, line, person, sight, shown) for line, person in household(tx, case)]


def _line(env: Env, line: HouseholdMember, person: Person, sight: Sight, shown: Mapping[str, bool]) -> Line:
    number = person.get(env.sealer, "id_number") or ""
    phone = person.get(env.sealer, "phone") or ""
    number_open = sight.id_number and shown.get(f"id_number.{line.position}", False)
    phone_open = sight.phone and shown.get(f"phone.{line.position}", False)
    short = not sight.id_number
    return Line(
        position=line.position,
        relation=line.relation,
        name=person.get(env.sealer, "name") or person.get(env.sealer, "called") or "",
        age=age_of(env, person),
        id_number=number if number_open or not number else mask_id_number(number, short=short),
        id_closed=bool(number) and sight.id_number and not number_open,
        id_missing=person.id_missing_reason or "",
        phone=phone if phone_open or not phone else mask_phone(phone),
        phone_closed=bool(phone) and sight.phone and not phone_open,
        income=_yuan(line.get(env.sealer, "income_monthly")) if sight.income else "",
        income_said=(line.get(env.sealer, "income_text") or "") if sight.income else "",
        health=(line.get(env.sealer, "health") or "") if sight.health else "",
    )


def _yuan(text: str | None) -> str:
    if text is None:
        return ""
    try:
        return f"{Decimal(text):.2f}".removesuffix(".00")
    except InvalidOperation:
        return ""


def total_income(lines: list[Line]) -> str:
    """The household's month, when every line that has an income has a number; "" when nobody has."""
    known = [Decimal(line.income) for line in lines if line.income]
    return f"{sum(known, Decimal()):.2f}".removesuffix(".00") if known else ""


# --- departments (domain 12.4)

_ALL_NUMBERS: Final = frozenset(
    {"civil_affairs", "township", "human_resources", "medical_insurance", "disabled_federation"}
)
_INCOME: Final = frozenset({"civil_affairs", "township", "trade_union", "housing", "medical_insurance"})
_ILLNESS: Final = frozenset({"medical_insurance", "health", "disabled_federation"})
_DISABILITY: Final = frozenset({"disabled_federation", "civil_affairs", "township", "human_resources"})
_STORY: Final = frozenset({"civil_affairs", "township", "medical_insurance", "health", "disabled_federation"})
_VISITS: Final = frozenset({"household_survey", "verification_visit"})
_DISABILITIES: Final = frozenset({"severe_disability", "special_disability"})


def department_sight(env: Env, case: Case, item: str, dept: str, *, open_: bool, by_link: bool) -> Sight:
    """What a department may see of a case it was sent one item of.

    Args:
        open_: whether it still has the item in hand.
        by_link: without an account; then no whole identity number.
    """
    found = env.catalogue.items[item]
    codes = tuple(str(entry["code"]) for entry in case.hardships)
    hidden = set() if dept in _DISABILITY else set(_DISABILITIES)
    if dept not in ("health", "civil_affairs", "township"):
        hidden.add("family_planning_support")
    leading = {need for route in env.catalogue.routing.base if item in route.items for need in (route.need,)}
    return Sight(
        id_number=dept in _ALL_NUMBERS and open_ and not by_link,
        phone=open_,
        income=dept in _INCOME,
        health=dept in _ILLNESS,
        story=dept in _STORY,
        address=found.review_form in _VISITS,
        hardships=tuple(code for code in codes if code not in hidden and code != "other"),
        needs=tuple(need for need in case.needs if need in leading),
    )
