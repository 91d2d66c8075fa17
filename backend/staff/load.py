"""Puts the county file's people into the database; run again, it mends what changed and adds nobody twice."""

from __future__ import annotations

from sqlmodel import select

from backend.env import BOT, Env
from backend.ids import new_id
from backend.staff.service import disable
from backend.staff.tables import Staff
from backend.writer import Tx
from dialogs.catalogue.county import Person


def load_people(tx: Tx, env: Env) -> int:
    """Load everyone in the county file; how many were new.

    Who is no longer in it can sign in no more; who was disabled stays so, also when she is named again.
    """
    known = {staff.login: staff for staff in tx.session.exec(select(Staff)).all()}
    added = 0
    for person in env.county.people:
        staff = known.get(person.code)
        if staff is None:
            staff = Staff(
                id=new_id("stf"), login=person.code, name=person.name, dept=person.department, county=env.county.code
            )
            added += 1
        _fill(env, staff, person)
        tx.session.add(staff)
    tx.flush()
    named = {person.code for person in env.county.people}
    for staff in known.values():
        if staff.active and staff.county == env.county.code and staff.login not in named:
            disable(tx, env, BOT, staff.id)
    return added


def _fill(env: Env, staff: Staff, person: Person) -> None:
    staff.name = person.name
    staff.roles = list(person.roles)
    staff.dept = person.department
    staff.county = env.county.code
    staff.town = person.town or None
    staff.villages = list(person.villages)
    staff.phone = office_phone(env, person)
    if staff.get(env.sealer, "mobile") != person.phone:
        staff.put(env.sealer, "mobile", person.phone)


def office_phone(env: Env, person: Person) -> str:
    """The number residents may be given: the office's, never somebody's own."""
    if person.town and not person.department:
        return env.county.town(person.town).phone
    contact = env.county.contact(person.department) if person.department else None
    return contact.phone if contact is not None else env.county.center_phone
