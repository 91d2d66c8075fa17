"""办到哪儿了: who holds it, since when and until when, said from the database as it stands."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Session, col, select

from backend.cases.tables import Case
from backend.clock import local_day
from backend.conversations.window import window_of
from backend.env import Env
from backend.transfers.tables import Transfer
from backend.writer import Tx
from dialogs.effects import Say
from dialogs.terms import Line, Lines, Param, Term

#: Wrong codes after which a case answers no more until staff reset it.
MOST_TRIES = 10


def progress(tx: Tx, env: Env, contact_id: str, case_no: str | None, code: str | None) -> tuple[Say, ...]:
    """Her own cases without a code; any other by number and code, and never a hint whether it exists."""
    own = tx.session.exec(
        select(Case).where(Case.contact_id == contact_id).order_by(col(Case.submitted_at).desc()).limit(5)
    ).all()
    if case_no is not None:
        mine = [case for case in own if case_no in (case.register_no, case.short_no)]
        case = mine[0] if mine else by_code(tx, env, case_no, code or "")
        return (timeline(tx, env, case),) if case is not None else (Say("tell.progress_wrong"),)
    if not own:
        return (Say("tell.no_case"),)
    return tuple(timeline(tx, env, case) for case in own)


def by_code(tx: Tx, env: Env, case_no: str, code: str) -> Case | None:
    """The case of that number if the code is right; a wrong code is counted, and after ten the door stays shut."""
    case = tx.session.exec(
        select(Case).where((col(Case.register_no) == case_no) | (col(Case.short_no) == case_no))
    ).first()
    if case is None:
        env.sealer.lookup("query_code", f"nobody:{code}")  # the same work, whether it exists or not
        return None
    right = case.query_code_hash == env.sealer.lookup("query_code", f"{case.id}:{code}")
    if case.query_tries >= MOST_TRIES:
        return None
    if not right:
        case.query_tries += 1
        tx.session.add(case)
        return None
    if case.query_tries:
        case.query_tries = 0
        tx.session.add(case)
    return case


def parts(db: Session, case: Case) -> list[Transfer]:
    """The case's transfers that are shown to her: a part sent elsewhere shows as its successor only."""
    rows = db.exec(select(Transfer).where(Transfer.case_id == case.id).order_by(col(Transfer.seq))).all()
    return [row for row in rows if row.status not in ("cancelled",) and not row.replaced_by]


def timeline(tx: Tx, env: Env, case: Case) -> Say:
    """The case on one page of words (domain 13.6): what was done, each part with its holder, what comes next."""
    lines: list[Line] = [
        Line("progress.submitted", {"day": _day(local_day(case.submitted_at).isoformat())}),
    ]
    if case.accepted_at is not None:
        lines.append(Line("progress.accepted", {"day": _day(local_day(case.accepted_at).isoformat())}))
    lines += [Line(key, {"day": _day(day.isoformat())}) for key, day in ended(case)]
    lines += [part_line(env, part) for part in parts(tx.session, case)]
    window = window_of(env, case.town)
    params: dict[str, Param] = {
        "number": case.short_no,
        "lines": Lines(tuple(lines)),
        "next": Line(f"progress.next.{case.status}", {"clerk": window.clerk, "phone": window.phone}),
        "phone": window.phone,
    }
    return Say("msg.progress_timeline", params)


def ended(case: Case) -> list[tuple[str, dt.date]]:
    """Key and day of how a case ended that was never sent to the end: declined, or taken back."""
    if case.closed_at is None or case.status not in ("not_accepted", "withdrawn"):
        return []
    return [(f"progress.{case.status}", local_day(case.closed_at))]


def part_line(env: Env, part: Transfer) -> Line:
    """One part: department, matter, since when it has it and until when it owes an answer."""
    late = part.promised_date is not None and part.promised_date < env.today
    key = f"progress.part.{part.status}"
    if late and part.status in ("received", "processing"):
        key = "progress.part.late"
    params: dict[str, Param] = {"dept": Term("dept", part.dept), "item": Term("item", part.item)}
    since = part.received_at or part.sent_at
    if since is not None:
        params["since"] = _day(local_day(since).isoformat())
    if part.promised_date is not None:
        params["until"] = _day(part.promised_date.isoformat())
    elif part.legal_due_date is not None:
        params["until"] = _day(part.legal_due_date.isoformat())
    if part.effective_date is not None:
        params["from"] = _day(part.effective_date.isoformat())
    params["handler"] = part.get(env.sealer, "handler") or ""
    params["phone"] = part.get(env.sealer, "handler_phone") or ""
    return Line(key, params)


def _day(iso: str) -> Term:
    return Term("day", iso)
