"""What a case tells of its household, as far as materials and routes depend on it."""

from __future__ import annotations

from sqlmodel import select

from backend.cases.tables import Case, HouseholdMember, Person, codes
from backend.env import Env
from backend.writer import Tx
from dialogs.catalogue.facts import Facts, Member
from dialogs.understanding.id_number import read_id_number
from dialogs.understanding.problems import Problem


def age_of(env: Env, person: Person) -> int | None:
    """Full years: from the identity number, else as said, else None."""
    number = person.get(env.sealer, "id_number")
    if number:
        found = read_id_number(number, env.today)
        if not isinstance(found, Problem):
            return found.age(env.today)
    said = person.get(env.sealer, "age")
    return int(said) if said and said.isdecimal() else None


def household(tx: Tx, case: Case) -> list[tuple[HouseholdMember, Person]]:
    """The lines of the household table in order, the applicant first."""
    found = tx.session.exec(
        select(HouseholdMember, Person)
        .where(HouseholdMember.household_id == case.household_id, HouseholdMember.person_id == Person.id)
        .order_by(HouseholdMember.position)  # type: ignore[arg-type]
    ).all()
    return [(line, person) for line, person in found]


def facts_of(tx: Tx, env: Env, case: Case, items: tuple[str, ...]) -> Facts:
    """The facts of a case for these items."""
    hardships = frozenset(codes(case.hardships))
    severe = "severe_disability" in hardships
    return Facts(
        members=tuple(
            Member(
                relation=line.relation,
                age=age_of(env, person),
                disability=severe and line.health_sealed is not None,
                serious_illness="need_medical_fee" in case.needs and line.health_sealed is not None,
            )
            for line, person in household(tx, case)
        ),
        proxy=case.proxy_filed,
        emergency=case.emergency_level != "none",
        items=frozenset(items),
        hardships=hardships,
        needs=frozenset(case.needs),
    )
