"""Whose household it is: cases and residents of a station's own villages, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import col, select

from backend.cases.tables import Case, HouseholdMember, Person
from backend.env import Env
from backend.writer import Tx

#: Cases looked through, the newest first; a village has tens, not thousands.
MOST = 500


def cases_of(tx: Tx, villages: Iterable[str]) -> list[Case]:
    """The cases of these villages, the newest first."""
    rows = tx.session.exec(
        select(Case).where(col(Case.village).in_(list(villages))).order_by(col(Case.submitted_at).desc()).limit(MOST)
    ).all()
    return list(rows)


def members_of(tx: Tx, case: Case) -> list[tuple[HouseholdMember, Person]]:
    """The people of a case's household, the applicant first."""
    rows = tx.session.exec(
        select(HouseholdMember, Person)
        .join(Person, col(Person.id) == col(HouseholdMember.person_id))
        .where(HouseholdMember.household_id == case.household_id)
        .order_by(col(HouseholdMember.position))
    ).all()
    return [(line, person) for line, person in rows]


def in_household(tx: Tx, env: Env, case: Case, named: str) -> bool:
    """Whether somebody of the household is named in these words, in full."""
    names = (person.get(env.sealer, "name") for _, person in members_of(tx, case))
    return any(name and len(name) > 1 and name in named for name in names)
