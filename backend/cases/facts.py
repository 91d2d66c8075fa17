"""What a case tells of its household, as far as materials and routes depend on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

import msgspec
from sqlmodel import col, select

from backend.cases.tables import Case, HouseholdMember, Person, codes
from backend.conversations.tables import Attachment
from backend.env import Env
from backend.writer import Tx
from dialogs.catalogue.facts import ADULT, Facts, Member
from dialogs.understanding.health import health_marks
from dialogs.understanding.id_number import read_id_number
from dialogs.understanding.places import is_elsewhere
from dialogs.understanding.problems import Problem


class HouseholdLine(NamedTuple):
    """A line of the household table as far as rules depend on it; the applicant's has the relation `self`.

    Attributes:
        age: full years, None when not known.
        marks: what is written of the health means (`dialogs.understanding.health`).
    """

    relation: str
    age: int | None
    marks: frozenset[str] = frozenset()


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
        HouseholdLine(line.relation, age_of(env, person), health_marks(line.get(env.sealer, "health") or ""))
        for line, person in household(tx, case)
    )


def lives_alone(lines: tuple[HouseholdLine, ...]) -> bool:
    """Whether nobody else of age is known to live there."""
    return sum(line.age is None or line.age >= ADULT for line in lines) < 2


def ages_of(lines: tuple[HouseholdLine, ...]) -> tuple[int, ...] | None:
    """The ages of a household; None when one is not known, so that no age limit rules anything out."""
    known = tuple(line.age for line in lines if line.age is not None)
    return known if known and len(known) == len(lines) else None


def facts_of(
    tx: Tx,
    env: Env,
    case: Case,
    lines: tuple[HouseholdLine, ...],
    items: tuple[str, ...],
    *,
    mandated: bool = False,
    asked: Iterable[str] = (),
) -> Facts:
    """The facts of a case for these items.

    Args:
        mandated: somebody else filed it, and her mandate is there; no paper is asked for it again.
        asked: papers she is being waited for: what could have been looked up was not found (domain 5.1).
    """
    wanted = frozenset(asked)
    facts = facts_from(
        lines,
        items,
        frozenset(codes(case.hardships)),
        frozenset(case.needs),
        told=health_marks(case.get(env.sealer, "difficulty") or ""),
        proxy=case.proxy_filed and not mandated,
        emergency=case.emergency_level != "none",
        elsewhere=elsewhere(env, case),
    )
    return msgspec.structs.replace(facts, held=_came(tx, case) - wanted, not_found=facts.not_found | wanted)


def _came(tx: Tx, case: Case) -> frozenset[str]:
    """The papers that lie on the case already."""
    found = tx.session.exec(
        select(Attachment.material).where(Attachment.case_id == case.id, col(Attachment.material).is_not(None))
    )
    return frozenset(code for code in found if code)


def elsewhere(env: Env, case: Case) -> bool:
    """Registered outside the county, as far as her words say so: another place is named, and none of ours."""
    hukou = case.get(env.sealer, "hukou") or ""
    if not hukou or hukou == case.get(env.sealer, "address"):
        return False
    county = env.county
    ours = (county.name, *(town.name for town in county.towns))
    villages = (village.name for town in county.towns for village in town.villages)
    return is_elsewhere(hukou) and not any(name and name in hukou for name in (*ours, *villages))


def facts_from(
    lines: tuple[HouseholdLine, ...],
    items: tuple[str, ...],
    hardships: frozenset[str],
    needs: frozenset[str],
    *,
    told: frozenset[str],
    proxy: bool,
    emergency: bool,
    elsewhere: bool,
) -> Facts:
    """The same from what is known of a household, wherever it stands written.

    Args:
        told: marks of the story.
        proxy: somebody else filed it and the mandate is still to be shown.
        elsewhere: registered outside the county.
    """
    treated = "need_medical_fee" in needs
    marked = told.union(*(line.marks for line in lines))
    return Facts(
        members=tuple(
            Member(
                relation=line.relation,
                age=line.age,
                disability="disabled" in line.marks or "severe" in line.marks,
                disability_grade=2 if "severe" in line.marks else None,
                serious_illness="grave" in line.marks or (treated and "ill" in line.marks),
                student="student" in line.marks,
                needs_care="care" in line.marks,
            )
            for line in lines
        ),
        proxy=proxy,
        non_local_hukou=elsewhere,
        emergency=emergency,
        items=frozenset(items),
        hardships=hardships,
        needs=needs,
        told=told,
        # a new student is in no school's register yet (domain 5.1: only who is at school already need not show it)
        not_found=frozenset({"mat_school_proof"} if "admitted" in marked else ()),
    )
