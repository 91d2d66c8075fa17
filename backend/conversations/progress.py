"""办到哪儿了: who holds it, since when and until when, said from the database as it stands."""

from __future__ import annotations

import datetime as dt
from hmac import compare_digest

from sqlmodel import Session, col, select

from backend.cases.representing import not_denied
from backend.cases.tables import Case
from backend.clock import local_day
from backend.conversations import query_lock
from backend.conversations.query_lock import code_as_kept, number_as_kept
from backend.conversations.window import window_of
from backend.env import Env
from backend.transfers.tables import Transfer
from backend.writer import Tx
from dialogs.effects import Say
from dialogs.terms import Line, Lines, Param, Term


def progress(
    tx: Tx, env: Env, contact_id: str, case_no: str | None, code: str | None, *, own: bool = True
) -> tuple[Say, ...]:
    """Her own cases without a code; any other by number and code, and never a hint whether it exists.

    Args:
        own: False where somebody at her phone could not show that she may know of them: then by code only, too.
    """
    if not own:
        shown = by_code(tx, env, case_no or "", code or "", source=contact_id)
        return (timeline(tx, env, shown) if isinstance(shown, Case) else shown,)
    hers = tx.session.exec(
        select(Case).where(Case.contact_id == contact_id, not_denied()).order_by(col(Case.submitted_at).desc()).limit(5)
    ).all()
    if case_no is None:
        return tuple(timeline(tx, env, case) for case in hers) or (Say("tell.no_case"),)
    mine = [case for case in hers if number_as_kept(case_no) in (case.register_no, case.short_no)]
    if mine:
        query_lock.open_for_all(tx, env, case_no)
        return tuple(timeline(tx, env, case) for case in mine)
    found = by_code(tx, env, case_no, code or "", source=contact_id)
    return (timeline(tx, env, found) if isinstance(found, Case) else found,)


def by_code(tx: Tx, env: Env, case_no: str, code: str, *, source: str) -> Case | Say:
    """The case of that number and code, or what to say instead; the same work whether there is one or not.

    Towns count their cases each for itself, so a short number may be given twice in a county. Of the cases that have it
    the code picks the one; a code that fits two is as good as none, and the full number is asked for.

    Args:
        source: who asks, a contact or an address; wrong codes are counted by source and number.
    """
    phone = window_of(env).phone
    closed = query_lock.closed_until(tx, env, source, case_no)
    if closed is not None:
        return _wait(env, *closed, phone)
    number, typed = number_as_kept(case_no), code_as_kept(code)
    rows = tx.session.exec(
        select(Case.id, Case.query_code_hash).where((col(Case.register_no) == number) | (col(Case.short_no) == number))
    ).all()
    fitting = [
        case_id
        for case_id, kept in (*rows, ("nobody", "-" * 32))
        if compare_digest(kept, env.sealer.lookup("query_code", f"{case_id}:{typed}"))
    ]
    if len(fitting) > 1:
        return Say("tell.progress_full_number", {"phone": phone})
    found = tx.session.get(Case, fitting[0]) if fitting else None
    if found is not None:
        query_lock.open_for(tx, env, source, case_no)
        return found
    if typed:  # a number alone is a question, not a guess
        wrong = query_lock.count_wrong(tx, env, source, case_no)
        if wait := query_lock.wait_after(wrong):
            return _wait(env, env.now + wait, wrong, phone)
    return Say("tell.progress_wrong", {"phone": phone})


def _wait(env: Env, until: dt.datetime, wrong: int, phone: str) -> Say:
    minutes = max(1, -int((env.now - until).total_seconds() // 60))
    return Say("tell.progress_locked", {"minutes": minutes, "count": wrong, "phone": phone})


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
    lines += [Line("progress.listed", {"part": part_line(env, part)}) for part in parts(tx.session, case)]
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
