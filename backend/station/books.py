"""Writes into the station's books what a chat has told, and tells whoever must go and see.

Every act is done as whoever writes: a bound assistant for her villages, anybody for a lead (domain 2.2, lead.report).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any, Final

from sqlmodel import col, select

from backend.cases.tables import Case
from backend.conversations.window import window_of
from backend.deadlines import service as deadlines
from backend.deadlines.counting import local_day
from backend.env import Actor, Env
from backend.ids import new_id
from backend.inbox.tables import Contact
from backend.journal.record import record
from backend.messages import path_of, place, town_group
from backend.outbox.post import to_group, to_person, to_staff
from backend.staff.tables import Staff
from backend.station.people import assistant_of, cases_of, in_household
from backend.station.tables import RegisterEntry, VillageReport, Visit
from backend.writer import Tx
from dialogs.effects import Say
from dialogs.terms import Param, Term

VISIT_CLOCK = "clk_lead_visit"


def note(
    tx: Tx, env: Env, contact_id: str, conversation_id: str, book: str, values: Mapping[str, Any]
) -> tuple[Say, ...]:
    """Write one line of a book; what she is answered.

    Args:
        book: register_book, visit_log, lead, change or death.
        values: by question of the dialog of that name.
    """
    staff = assistant_of(tx, contact_id)
    if book == "lead":
        return _lead(tx, env, contact_id, conversation_id, staff, values)
    if staff is None:  # let go of while she was writing: nothing is lost, the window reads it in the conversation
        return (Say("tell.not_bound", {"phone": window_of(env).phone}),)
    match book:
        case "register_book":
            return _register(tx, env, conversation_id, staff, values)
        case "visit_log":
            return _visit(tx, env, staff, values)
        case "change" | "death":
            return _report(tx, env, contact_id, conversation_id, staff, book, values)
    raise ValueError(f"there is no book {book!r}")


def _register(tx: Tx, env: Env, conversation_id: str, staff: Staff, values: Mapping[str, Any]) -> tuple[Say, ...]:
    outcome = str(values["outcome"])
    entry = RegisterEntry(
        id=new_id("reg"), village=_village(env, staff, values), staff_id=staff.id, outcome=outcome, at=env.now,
        passed_up_at=env.now if outcome == "passed_up" else None,
    )  # fmt: skip
    _put(entry, env, values, visitor="visitor", matter="matter", reply="reply")
    tx.session.add(entry)
    tx.flush()
    record(tx, env, _actor(staff), "register_entry", subject=entry.id, data={"outcome": outcome})
    if outcome == "passed_up":
        params = _where(env, staff.town, entry.village, conversation_id)
        to_group(tx, env, town_group(_town(env, staff)), "msg.staff_passed_up", params, key=f"{entry.id}:passed_up")
    return (Say(f"tell.registered.{outcome}"),)


def _visit(tx: Tx, env: Env, staff: Staff, values: Mapping[str, Any]) -> tuple[Say, ...]:
    visited, next_on = _day(values.get("visited")) or env.today, _day(values.get("next_visit"))
    row = Visit(
        id=new_id("vis"), village=_village(env, staff, values), staff_id=staff.id, visited_on=min(visited, env.today),
        next_on=next_on, at=env.now,
    )  # fmt: skip
    _put(row, env, values, visitor="visitor", matter="matter")
    tx.session.add(row)
    tx.flush()
    seen = _close_leads(tx, env, staff, str(values.get("visitor") or ""))
    record(tx, env, _actor(staff), "visit", subject=row.id, data={"leads": len(seen)})
    told: dict[str, Param] = {"day": Term("day", next_on.isoformat()) if next_on else ""}
    return (Say("tell.visit_kept", told),)


def _close_leads(tx: Tx, env: Env, staff: Staff, visited: str) -> list[VillageReport]:
    """The open lead of her villages that is of whom she has just been to; none where that is not clear."""
    best, found = SAME, list[VillageReport]()
    for lead in open_leads(tx, staff):
        told = f"{lead.get(env.sealer, 'about') or ''}|{lead.get(env.sealer, 'matter') or ''}"
        alike = _alike(_without_places(env, visited, ""), _without_places(env, told, "|"))
        if alike > best:
            best, found = alike, []
        if alike == best:
            found.append(lead)
    if len(found) != 1:
        return []
    found[0].status, found[0].visited_at = "visited", env.now
    tx.session.add(found[0])
    return found


#: Characters in a row, besides the village's name, by which a visit is taken for the one a lead was about.
SAME: Final = 3


def _alike(one: str, other: str) -> int:
    return SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size


def _without_places(env: Env, text: str, between: str) -> str:
    for name in _village_names(env):
        text = text.replace(name, between)
    return text


def _village_names(env: Env) -> dict[str, str]:
    """Village names of the county, the longest first, to their codes."""
    names = {village.name: village.code for town in env.county.towns for village in town.villages}
    return dict(sorted(names.items(), key=lambda one: -len(one[0])))


def open_leads(tx: Tx, staff: Staff) -> list[VillageReport]:
    """What was told of her villages and nobody has been to see, the oldest first."""
    rows = tx.session.exec(
        select(VillageReport)
        .where(
            VillageReport.status == "reported",
            VillageReport.kind == "lead",
            col(VillageReport.village).in_(staff.villages),
        )
        .order_by(col(VillageReport.at))
    ).all()
    return list(rows)


def _lead(
    tx: Tx, env: Env, contact_id: str, conversation_id: str, staff: Staff | None, values: Mapping[str, Any]
) -> tuple[Say, ...]:
    """Proactive discovery (社会救助法 第39条): whoever tells it is thanked, and learns nothing of what is found."""
    address = values.get("address")
    said = address if isinstance(address, dict) else {}
    village = said.get("village") or (_village(env, staff, values) if staff is not None and not said else None)
    town = said.get("town") or (_town(env, staff) if staff is not None else window_of(env).town)
    lead = VillageReport(
        id=new_id("led"), kind="lead", status="reported", village=village, town=town, contact_id=contact_id,
        at=env.now, due_on=local_day(deadlines.due_of(env, VISIT_CLOCK, env.now).at),
    )  # fmt: skip
    lead.put(env.sealer, "about", said.get("text"))
    lead.put(env.sealer, "matter", str(values.get("difficulty") or "") or None)
    _tell_lead(tx, env, lead, conversation_id)
    record(tx, env, Actor("person", contact_id, ("community_reporter",)), "lead_reported", subject=lead.id)
    return (Say("msg.lead_thanks"),)


def _tell_lead(tx: Tx, env: Env, lead: VillageReport, conversation_id: str) -> None:
    tx.session.add(lead)
    tx.flush()
    params = _where(env, lead.town, lead.village, conversation_id)
    day: Param = Term("day", lead.due_on.isoformat()) if lead.due_on else ""
    to_group(tx, env, town_group(lead.town), "msg.staff_lead", {**params, "due": day}, key=f"{lead.id}:town")
    for one in _assistants(tx, lead.village):
        to_staff(tx, env, one.id, "msg.staff_lead", {**params, "due": day}, key=f"{lead.id}:{one.id}")
        for contact_id in tx.session.exec(select(Contact.id).where(Contact.staff_id == one.id)).all():
            if contact_id != lead.contact_id:
                to_person(
                    tx, env, contact_id, "msg.lead_for_you", {"place": params["place"], "date": day},
                    key=f"{lead.id}:{contact_id}",
                )  # fmt: skip


def _assistants(tx: Tx, village: str | None) -> list[Staff]:
    if village is None:
        return []
    staff = tx.session.exec(select(Staff).where(col(Staff.active).is_(True)).order_by(Staff.login)).all()
    return [one for one in staff if "village_assistant" in one.roles and village in one.villages]


def _report(
    tx: Tx, env: Env, contact_id: str, conversation_id: str, staff: Staff, kind: str, values: Mapping[str, Any]
) -> tuple[Say, ...]:
    """A change or a death in a household of her villages; the household's open cases are looked at again."""
    about = str(values.get("visitor") or "")
    matter = str(values.get("matter") or "")
    open_ones = [case for case in cases_of(tx, staff.villages) if case.closed_at is None]
    homes = _homes(env, [case for case in open_ones if in_household(tx, env, case, about)], about)
    if len(homes) > 1:
        return _which_home(tx, env, contact_id, conversation_id, staff, kind, values, len(homes))
    found = homes[0] if homes else []
    village = found[0].village if found else _village(env, staff, values)
    report = VillageReport(
        id=new_id("led"), kind=kind, status="reported", village=village, town=_town(env, staff), contact_id=contact_id,
        case_id=found[0].id if found else None, day=_day(values.get("died")), at=env.now,
    )  # fmt: skip
    report.put(env.sealer, "about", about or None)
    report.put(env.sealer, "matter", matter or None)
    tx.session.add(report)
    tx.flush()
    event, message = f"{kind}_report", f"msg.staff_{kind}_card"
    for case in found:
        record(tx, env, _actor(staff), event, case=case, subject=report.id)
        tx.session.add(case)
        params: dict[str, Param] = {"short": case.short_no, "place": place(case), "path": path_of(case)}
        to_group(tx, env, town_group(case.town), message, params, key=f"{report.id}:{case.id}:town", case_id=case.id)
        if case.owner_id is not None:
            to_staff(tx, env, case.owner_id, message, params, key=f"{report.id}:{case.id}", case_id=case.id)
        if kind == "death":
            deadlines.start(tx, env, "clk_death_review", case)
            if case.contact_id not in (None, contact_id):
                to_person(tx, env, case.contact_id, "msg.condolence", {}, key=f"{report.id}:{case.id}:family")
    if not found:
        record(tx, env, _actor(staff), event, subject=report.id)
        params = _where(env, report.town, report.village, conversation_id)
        to_group(
            tx,
            env,
            town_group(report.town),
            "msg.staff_report",
            {**params, "kind": Term("report", kind)},
            key=report.id,
        )
    return (Say(f"tell.reported.{kind}", {"count": len(found)} if found else {"count": ""}),)


def _homes(env: Env, cases: list[Case], about: str) -> list[list[Case]]:
    """The cases by household; only those of the village that is named, where one is.

    A household whose people filed twice has two rows and one home, so the address tells them apart.
    """
    named = [code for name, code in _village_names(env).items() if name in about]
    homes: dict[str, list[Case]] = {}
    for case in cases:
        if not named or case.village in named:
            homes.setdefault(case.get(env.sealer, "address") or case.household_id, []).append(case)
    return list(homes.values())


def _which_home(
    tx: Tx, env: Env, contact_id: str, conversation_id: str, staff: Staff, kind: str, values: Mapping[str, Any],
    count: int,
) -> tuple[Say, ...]:  # fmt: skip
    """Several homes have somebody of that name: a person finds out which, and no family is told anything."""
    village = _village(env, staff, values)
    report = VillageReport(
        id=new_id("led"), kind=kind, status="reported", village=village, town=_town(env, staff), contact_id=contact_id,
        day=_day(values.get("died")), at=env.now,
    )  # fmt: skip
    report.put(env.sealer, "about", str(values.get("visitor") or "") or None)
    report.put(env.sealer, "matter", str(values.get("matter") or "") or None)
    tx.session.add(report)
    tx.flush()
    record(tx, env, _actor(staff), f"{kind}_report", subject=report.id, data={"homes": count})
    params = {**_where(env, report.town, village, conversation_id), "count": count}
    to_group(tx, env, town_group(report.town), "msg.staff_which_home", params, key=report.id)
    return (Say("tell.reported.several", {"count": count, "phone": window_of(env, report.town).phone}),)


def _put(row: RegisterEntry | Visit, env: Env, values: Mapping[str, Any], **columns: str) -> None:
    for column, slot in columns.items():
        value = values.get(slot)
        row.put(env.sealer, column, None if value is None else str(value))


def _day(value: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _village(env: Env, staff: Staff, values: Mapping[str, Any]) -> str | None:
    """Which of her villages is spoken of: the one that is named, or her own."""
    told = " ".join(value for value in values.values() if isinstance(value, str))
    named = [code for name, code in _village_names(env).items() if name in told and code in staff.villages]
    return next(iter((*named, *staff.villages)), None)


def _town(env: Env, staff: Staff) -> str:
    return staff.town or window_of(env).town


def _where(env: Env, town: str | None, village: str | None, conversation_id: str) -> dict[str, Param]:
    """As much as a group may read, and the conversation in which it was told."""
    code = Term("village", village) if village else Term("town", town or window_of(env).town)
    return {"place": code, "path": f"/desk/talks/{conversation_id}"}


def _actor(staff: Staff) -> Actor:
    return Actor("staff", staff.id, tuple(staff.roles), town=staff.town, name=staff.name)
