"""Whose household it is: cases and residents of a station's own villages, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import col, select

from backend.cases.tables import Case, HouseholdMember, Person
from backend.env import Env
from backend.inbox.tables import Contact
from backend.staff.chat import STATION
from backend.staff.tables import Staff
from backend.writer import Tx


def assistant_of(tx: Tx, contact_id: str) -> Staff | None:
    """The assistant or head of a station whose account this is; None for everybody else."""
    contact = tx.session.get(Contact, contact_id)
    staff = tx.session.get(Staff, contact.staff_id) if contact is not None and contact.staff_id else None
    return staff if staff is not None and staff.active and STATION & set(staff.roles) else None


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
