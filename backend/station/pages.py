"""The pages an assistant asks for in the chat, and the one anybody may: who helps in a village. Names are masked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlmodel import col, select

from backend.cases.representing import not_denied
from backend.cases.tables import Case, Person
from backend.clock import local_day
from backend.conversations.window import window_of
from backend.env import Actor, Env
from backend.journal.record import record
from backend.privacy.mask import mask_name
from backend.staff.tables import Staff
from backend.station import recheck
from backend.station.books import open_leads
from backend.station.people import assistant_of, cases_of, members_of
from backend.station.tables import RegisterEntry, Visit
from backend.writer import Tx
from dialogs.effects import Say
from dialogs.terms import Line, Lines, Param, Term

LONGEST = 12  # lines of a page


def page(tx: Tx, env: Env, contact_id: str, name: str, text: str) -> tuple[Say, ...]:
    """One page, for whoever may read it.

    Args:
        name: mine, book, visits, leads, recheck, roster or helpers.
        text: whom the roster is searched for.
    """
    if name == "helpers":
        return _helpers(tx, env, contact_id)
    staff = assistant_of(tx, contact_id)
    if staff is None:
        return (Say("tell.not_bound", {"phone": window_of(env).phone}),)
    match name:
        case "mine":
            lines = _mine(tx, env, contact_id)
        case "book":
            lines = _book(tx, env, staff)
        case "visits":
            lines = _visits(tx, env, staff)
        case "leads":
            lines = _leads(tx, env, staff)
        case "recheck":
            lines = _recheck(tx, env, staff)
        case "roster":
            lines = _roster(tx, env, staff, text)
        case _:
            raise ValueError(f"there is no page {name!r}")
    if not lines:
        return (Say(f"tell.page.{name}.none"),)
    return (Say(f"tell.page.{name}", {"lines": Lines(tuple(lines[:LONGEST]))}),)


def _mine(tx: Tx, env: Env, contact_id: str) -> list[Line]:
    """What she filed from this account, with where each stands; the names are those she wrote herself."""
    rows = tx.session.exec(
        select(Case, Person)
        .join(Person, col(Person.id) == col(Case.applicant_id))
        .where(Case.contact_id == contact_id, col(Case.proxy_filed).is_(True), not_denied())
        .order_by(col(Case.submitted_at).desc())
        .limit(LONGEST)
    ).all()
    return [
        Line(
            "station.case",
            {
                "short": case.short_no,
                "who": person.get(env.sealer, "name") or person.get(env.sealer, "called") or "",
                "day": _day(local_day(case.submitted_at)),
                "status": Term("status", case.status),
            },
        )
        for case, person in rows
    ]


def _book(tx: Tx, env: Env, staff: Staff) -> list[Line]:
    rows = tx.session.exec(
        select(RegisterEntry)
        .where(col(RegisterEntry.village).in_(staff.villages))
        .order_by(col(RegisterEntry.at).desc())
        .limit(LONGEST)
    ).all()
    return [
        Line(
            "station.entry",
            {
                "day": _day(local_day(row.at)),
                "who": row.get(env.sealer, "visitor") or "",
                "matter": (row.get(env.sealer, "matter") or "")[:40],
                "outcome": Line(f"option.outcome.{row.outcome}"),
            },
        )
        for row in rows
    ]


def _visits(tx: Tx, env: Env, staff: Staff) -> list[Line]:
    """Whom she meant to go to again, the most overdue first."""
    rows = tx.session.exec(
        select(Visit)
        .where(col(Visit.village).in_(staff.villages), col(Visit.next_on).is_not(None))
        .order_by(col(Visit.next_on))
        .limit(LONGEST)
    ).all()
    return [
        Line("station.visit", {"who": row.get(env.sealer, "visitor") or "", "day": _day(row.next_on)})
        for row in rows
        if row.next_on is not None
    ]


def _leads(tx: Tx, env: Env, staff: Staff) -> list[Line]:
    return [
        Line(
            "station.lead",
            {
                "who": lead.get(env.sealer, "about") or "",
                "matter": (lead.get(env.sealer, "matter") or "")[:60],
                "day": _day(lead.due_on) if lead.due_on else "",
            },
        )
        for lead in open_leads(tx, staff)
    ]


def _recheck(tx: Tx, env: Env, staff: Staff) -> list[Line]:
    """Benefits of her villages whose year is over around now."""
    return [
        Line(
            "station.recheck",
            {
                "who": mask_name(one.person.get(env.sealer, "name") or ""),
                "item": Term("item", one.transfer.item),
                "short": one.case.short_no,
                "day": _day(one.day),
            },
        )
        for one in recheck.due(tx, env.today, villages=staff.villages, most=LONGEST)
    ]


def _roster(tx: Tx, env: Env, staff: Staff, text: str) -> list[Line]:
    """Residents of her villages whose name holds these characters; that she looked is written down (domain 12.7)."""
    wanted = text.strip()
    found: list[Line] = []
    if wanted:
        for case in cases_of(tx, staff.villages):
            for line, person in members_of(tx, case):
                name = person.get(env.sealer, "name") or ""
                if wanted in name and case.village:
                    found.append(
                        Line(
                            "station.resident",
                            {
                                "who": mask_name(name),
                                "relation": Term("relation", line.relation),
                                "village": Term("village", case.village),
                                "short": case.short_no,
                                "status": Term("status", case.status),
                            },
                        )
                    )
    actor = Actor("staff", staff.id, tuple(staff.roles), town=staff.town, name=staff.name)
    record(tx, env, actor, "roster_searched", subject=staff.id, data={"found": len(found)})
    return found


def _helpers(tx: Tx, env: Env, contact_id: str) -> tuple[Say, ...]:
    """Who helps in her village: its assistants, and the window. The villages of her own case, or all of her town."""
    village = tx.session.exec(
        select(Case.village).where(Case.contact_id == contact_id).order_by(col(Case.submitted_at).desc())
    ).first()
    staff = tx.session.exec(select(Staff).where(col(Staff.active).is_(True)).order_by(Staff.login)).all()
    window = window_of(env)
    lines = [
        Line(
            "station.helper",
            {"village": Term("village", code), "who": one.name, "phone": one.phone or window.phone},
        )
        for one in staff
        if "village_assistant" in one.roles
        for code in _shown(one.villages, village)
    ]
    params: dict[str, Param] = {"lines": Lines(tuple(lines)), "name": window.name, "phone": window.phone}
    return (Say("tell.page.helpers", params),)


def _shown(villages: Iterable[str], village: str | None) -> list[str]:
    return [code for code in villages if village is None or code == village]


def _day(day: dt.date | None) -> Term:
    assert day is not None
    return Term("day", day.isoformat())
