"""What she changes after handing in: the new value stands where it belongs, the old one is kept as a version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import func
from sqlmodel import col, select

from backend.cases.additions import add
from backend.cases.facts import household
from backend.cases.move import case_for
from backend.cases.notices import issue_notice, latest
from backend.cases.status import CLOSED
from backend.cases.submit import write_member
from backend.cases.tables import Case, CaseChange, Household, HouseholdMember, Person
from backend.env import Actor, Env
from backend.errors import NotFound
from backend.ids import new_id
from backend.journal.record import record
from backend.messages import dept_group, group_params, town_group
from backend.outbox.post import to_group, to_staff
from backend.prepared import insert
from backend.privacy.rows import SealedRow
from backend.transfers.status import TERMINAL
from backend.transfers.tables import Transfer
from backend.writer import Tx
from dialogs.effects import Say
from dialogs.places.country import place_line
from dialogs.state import Answer
from dialogs.terms import Line, Lines, Term

#: What can be changed in words, and where it is kept.
PERSONAL: Final = ("name", "phone", "id_number", "age")
_HASHED: Final = frozenset({"phone", "id_number"})
_FIRST: Final = 1  # the version as filed


class _Written:
    """What one change does: codes of fields, what stood and what stands there, and how the new values are said.

    Attributes:
        missing: how many people of the household are not written down by line yet.
    """

    def __init__(self) -> None:
        self.values: dict[str, tuple[str | None, str | None]] = {}
        self.lines: list[Line] = []
        self.missing = 0

    def note(self, field: str, before: str | None, after: str | None, line: Line) -> None:
        self.values[field] = (before, after)
        self.lines.append(line)


def change(
    tx: Tx,
    env: Env,
    contact_id: str,
    register_no: str,
    text: str,
    values: Mapping[str, Any],
    members: Sequence[Mapping[str, Any]],
) -> tuple[Say, ...]:
    """Take in what she corrected; who it is about must be plain, or a colleague looks at her words instead.

    Args:
        text: as she said it.
        values: by field, as the kinds give them: name, phone, id_number, age, address, income - the applicant's;
            household_size, the household's.
        members: people by their relation to the applicant, with what changed of each; somebody new gets a line.

    Returns:
        What was written down, read back; and the notice again, when what she needs has changed with it.
    """
    actor = Actor("person", contact_id, ("applicant", "proxy"))
    try:
        case = case_for(tx, actor, register_no)
    except NotFound:
        return (Say("tell.no_case"),)
    lines = household(tx, case)
    whose = _whose(env, lines[1:], members)
    if case.status in CLOSED or any(len(found) > 1 for found in whose) or not (values or members):
        return _for_the_clerk(tx, env, actor, case, text)
    done = _Written()
    own_line, own = lines[0]
    for field, value in values.items():
        if field != "household_size":
            _put(env, done, case, own_line, own, field, value, "")
    new = 0
    for found, told in zip(whose, members, strict=True):
        if not found:
            new += 1
            _add_line(tx, env, done, case, len(lines) + new, told)
            continue
        line, person = found[0]
        for field, value in told.items():
            _put(env, done, case, line, person, field, value, f"members.{line.position}.")
    _count(tx, done, case, len(lines) + new, values.get("household_size"))
    if not done.values:
        return (Say("tell.after.same"),)
    tx.session.add_all([case, *(row for pair in lines for row in pair)])
    tx.flush()
    return _keep(tx, env, actor, case, text, done)


def _whose(
    env: Env, lines: Sequence[tuple[HouseholdMember, Person]], members: Sequence[Mapping[str, Any]]
) -> list[list[tuple[HouseholdMember, Person]]]:
    """The lines each of these people may be: told apart by name or age, or by their order where all are told again."""
    found = []
    for number, one in enumerate(members):
        alike = [pair for pair in lines if pair[0].relation == one.get("relation")]
        same = [
            pair
            for pair in alike
            if any(one.get(field) and pair[1].get(env.sealer, field) == str(one[field]) for field in ("name", "age"))
        ]
        told = [index for index, other in enumerate(members) if other.get("relation") == one.get("relation")]
        if len(alike) > 1 and len(same) == 1:
            alike = same
        elif 1 < len(alike) <= len(told):
            place = told.index(number)
            alike = alike[place : place + 1]
        elif len(alike) == 1 and told[0] != number:
            alike = []  # somebody else of the same relation
        found.append(alike)
    return found


def _add_line(tx: Tx, env: Env, done: _Written, case: Case, position: int, told: Mapping[str, Any]) -> None:
    """Somebody of the household she had not named before."""
    relation = str(told.get("relation") or "other")
    income = Answer(told["income"], "", "told") if "income" in told else None
    health = str(told["condition"]) if told.get("condition") else None
    write_member(tx, env, case.household_id, position, relation, dict(told), income, health)
    new = Line("after.new_member", {"relation": Term("relation", relation)})
    done.note(f"members.{position}", None, relation, new)


def _count(tx: Tx, done: _Written, case: Case, known: int, said: int | None) -> None:
    """How many they are: as she says, and never fewer than are written down by line."""
    home = tx.session.get_one(Household, case.household_id)
    size = max(known, int(said)) if said else max(known, home.size)
    if size != home.size:
        line = Line("after.changed.household_size", {"value": str(size)})
        done.note("household_size", str(home.size), str(size), line)
        home.size = size
        tx.session.add(home)
    done.missing = size - known if said else 0


def _put(
    env: Env,
    done: _Written,
    case: Case,
    line: HouseholdMember,
    person: Person,
    field: str,
    value: Any,
    prefix: str,
) -> None:
    """Replace one value, unless it is the same."""
    code = prefix + field
    row: SealedRow
    if field in PERSONAL:
        new, row, column = str(value), person, field
    elif field == "address" and not prefix:
        new, row, column = str(place_line(value)), case, "address"
    elif field == "income":
        before = line.get(env.sealer, "income_text")
        new, row, column = str(value["monthly"]), line, "income_monthly"
        line.put(env.sealer, "income_text", str(value.get("raw") or "") or None)
        if before is not None and line.get(env.sealer, "income_monthly") != new:
            done.values[f"{code}_text"] = (before, line.get(env.sealer, "income_text"))
    elif field == "condition":
        new, row, column = str(value), line, "health"
    else:
        return
    _replace(env, done, code, row, column, new, line, field)
    if field in _HASHED:
        setattr(person, f"{field}_hash", env.sealer.lookup(field, new))
    if field == "id_number":
        person.id_missing_reason = None
    if field == "address" and value.get("village") and value.get("town") == case.town:
        case.village = value["village"]


def _replace(
    env: Env, done: _Written, code: str, row: SealedRow, column: str, new: str, line: HouseholdMember, field: str
) -> None:
    before = row.get(env.sealer, column)
    if before == new:
        return
    row.put(env.sealer, column, new)
    whose = Line("after.whose", {"relation": Term("relation", line.relation)}) if line.position > 1 else ""
    done.note(code, before, new, Line(f"after.changed.{field}", {"whose": whose, "value": new.removesuffix(".00")}))


def _keep(tx: Tx, env: Env, actor: Actor, case: Case, text: str, done: _Written) -> tuple[Say, ...]:
    last = tx.session.exec(select(func.max(CaseChange.version)).where(CaseChange.case_id == case.id)).one()
    version, change_id = (last or _FIRST) + 1, new_id("chg")
    fields = list(done.values)
    insert(
        tx, env, CaseChange,
        id=change_id, case_id=case.id, version=version, at=env.now, fields=fields,
        old=msgspec.json.encode(done.values), words=text,
    )  # fmt: skip
    record(tx, env, actor, "case_changed", case=case, subject=change_id, data={"version": version, "fields": fields})
    before = latest(tx.session, env, case.id)
    issued = issue_notice(tx, env, case)
    renewed = issued is not None and (before is None or before[0].version != issued.notice.version)
    params = group_params(env, case)
    if case.owner_id is not None:
        to_staff(tx, env, case.owner_id, "msg.staff_changed", params, key=change_id, case_id=case.id)
    else:
        to_group(tx, env, town_group(case.town), "msg.staff_changed", params, key=change_id, case_id=case.id)
    open_parts = select(Transfer).where(Transfer.case_id == case.id, col(Transfer.status).not_in(TERMINAL))
    for part in tx.session.exec(open_parts.where(Transfer.status != "created")).all():
        to_group(
            tx, env, dept_group(part.dept, case.town), "msg.staff_changed_part", group_params(env, case, part),
            key=f"{change_id}:{part.id}", case_id=case.id, transfer_id=part.id,
        )  # fmt: skip
    says = [Say("tell.after.changed", {"lines": Lines(tuple(done.lines)), "short": case.short_no})]
    if issued is not None and renewed:
        says += [Say("tell.after.notice_again"), *issued.says]
    if done.missing:
        says.append(Say("ask.after.who_else", {"count": done.missing}, kind="ask"))
    return tuple(says)


def _for_the_clerk(tx: Tx, env: Env, actor: Actor, case: Case, text: str) -> tuple[Say, ...]:
    """Her words land on the case, and a colleague of the window looks at them."""
    return add(tx, env, actor, case.register_no, text, ()) or (
        Say("tell.after.change_looked_at", {"case_no": case.register_no}),
    )


def changes_of(tx: Tx, case_id: str) -> list[CaseChange]:
    """What she changed, oldest first."""
    found = select(CaseChange).where(CaseChange.case_id == case_id).order_by(col(CaseChange.version))
    return list(tx.session.exec(found).all())


def values_of(env: Env, change: CaseChange) -> dict[str, tuple[str | None, str | None]]:
    """By field, what stood there before the change and what stands there since; empty when its seal is gone."""
    kept = change.get(env.sealer, "old")
    return msgspec.json.decode(kept, type=dict[str, tuple[str | None, str | None]]) if kept else {}
