"""What a case tells of its household, as far as materials and routes depend on it."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from sqlmodel import select

from backend.cases.tables import Case, HouseholdMember, Person, codes
from backend.env import Env
from backend.writer import Tx
from dialogs.catalogue.facts import Facts, Member
from dialogs.understanding.id_number import read_id_number
from dialogs.understanding.problems import Problem


class HouseholdLine(NamedTuple):
    """A line of the household table as far as rules depend on it; the applicant's has the relation `self`.

    Attributes:
        age: full years, None when not known.
        ill: something about the health is written down.
    """

    relation: str
    age: int | None
    ill: bool


def age_of(env: Env, person: Person) -> int | None:
    """Full years: from the identity number, else as said, else None."""
    return age_from(person.get(env.sealer, "id_number"), person.get(env.sealer, "age"), env.today)


def age_from(number: str | None, said: str | None, today: dt.date) -> int | None:
    """Full years on a day: from the identity number, else as said, else None."""
    if number:
        found = read_id_number(number, today)
        if not isinstance(found, Problem):
            return found.age(today)
    return int(said) if said and said.isdecimal() else None


def household(tx: Tx, case: Case) -> list[tuple[HouseholdMember, Person]]:
    """The lines of the household table in order, the applicant first."""
    found = tx.session.exec(
        select(HouseholdMember, Person)
        .where(HouseholdMember.household_id == case.household_id, HouseholdMember.person_id == Person.id)
        .order_by(HouseholdMember.position)  # type: ignore[arg-type]
    ).all()
    return [(line, person) for line, person in found]


def household_lines(tx: Tx, env: Env, case: Case) -> tuple[HouseholdLine, ...]:
    """The same for rules, the applicant first."""
    return tuple(
        HouseholdLine(line.relation, age_of(env, person), line.health_sealed is not None)
        for line, person in household(tx, case)
    )


def ages_of(lines: tuple[HouseholdLine, ...]) -> tuple[int, ...] | None:
    """The ages of a household; None when one is not known, so that no age limit rules anything out."""
    known = tuple(line.age for line in lines if line.age is not None)
    return known if known and len(known) == len(lines) else None


def facts_of(case: Case, lines: tuple[HouseholdLine, ...], items: tuple[str, ...], *, mandated: bool = False) -> Facts:
    """The facts of a case for these items.

    Args:
        mandated: somebody else filed it, and her mandate is there; no paper is asked for it again.
    """
    return facts_from(
        lines,
        items,
        frozenset(codes(case.hardships)),
        frozenset(case.needs),
        proxy=case.proxy_filed and not mandated,
        emergency=case.emergency_level != "none",
    )


def facts_from(
    lines: tuple[HouseholdLine, ...],
    items: tuple[str, ...],
    hardships: frozenset[str],
    needs: frozenset[str],
    *,
    proxy: bool,
    emergency: bool,
) -> Facts:
    """The same from what is known of a household, wherever it stands written.

    Args:
        proxy: somebody else filed it and the mandate is still to be shown.
    """
    severe = "severe_disability" in hardships
    treated = "need_medical_fee" in needs
    return Facts(
        members=tuple(
            Member(
                relation=line.relation,
                age=line.age,
                disability=severe and line.ill,
                serious_illness=treated and line.ill,
            )
            for line in lines
        ),
        proxy=proxy,
        emergency=emergency,
        items=frozenset(items),
        hardships=hardships,
        needs=needs,
    )
