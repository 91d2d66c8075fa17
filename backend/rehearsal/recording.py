"""Makes records from the cases of a database; what must not be told is left out whole (domain 12.2)."""

from __future__ import annotations

import datetime as dt

from sqlmodel import col, select

from backend.cases.facts import elsewhere, household_lines
from backend.cases.move import parts_of
from backend.cases.representing import is_shown
from backend.cases.tables import Case
from backend.clock import local_day
from backend.env import Env
from backend.journal.tables import JournalEntry
from backend.rehearsal.records import LEVELS, Member, Recorded, Sent, band, kin
from backend.writer import Tx
from dialogs.understanding.health import health_marks


def recorded(tx: Tx, env: Env) -> list[Recorded]:
    """Every case of the database that may be recorded.

    Left out: sensitive cases (violence, a child alone, illness nobody may know of), and those with a code that the
    present catalogue no longer has.
    """
    found = tx.session.exec(select(Case).where(col(Case.sensitive_case).is_(False))).all()
    return [one for case in found if (one := _nameless(tx, env, case)) is not None]


def _nameless(tx: Tx, env: Env, case: Case) -> Recorded | None:
    catalogue = env.catalogue
    hardships = {str(row["code"]): str(row["claim_status"]) for row in case.hardships}
    taken, accepted = _accepted(tx, case)
    sent, parts = _sent(tx, env, case)
    codes = {*taken, *(part.item for part in parts)}
    if not (codes <= set(catalogue.items) and set(hardships) <= set(catalogue.hardships)):
        return None
    lines = household_lines(tx, env, case)
    text = case.get(env.sealer, "other_text") or ""
    filed = local_day(case.submitted_at)
    started = accepted or filed
    return Recorded(
        town=case.town,
        members=tuple(Member(kin(line.relation), band(line.age), tuple(sorted(line.marks))) for line in lines),
        hardships=hardships,
        needs=tuple(need for need in case.needs if need in catalogue.needs),
        other=tuple(word for row in catalogue.routing.others for word in row.words if word in text),
        told=tuple(sorted(health_marks(case.get(env.sealer, "difficulty") or ""))),
        elsewhere=elsewhere(env, case),
        emergency=case.emergency_level if case.emergency_level in LEVELS else "none",
        green=case.green_channel,
        proxy=case.proxy_filed,
        mandated=case.proxy_filed and is_shown(tx, case),
        items=taken,
        accepted=_days(env, filed, accepted),
        sent=_days(env, started, sent),
        parts=parts,
    )


def _accepted(tx: Tx, case: Case) -> tuple[tuple[str, ...], dt.date | None]:
    entry = tx.session.exec(
        select(JournalEntry)
        .where(JournalEntry.chain == case.id, JournalEntry.event == "accept")
        .order_by(col(JournalEntry.seq).desc())
    ).first()
    items = tuple(str(item) for item in entry.data.get("items", ())) if entry else ()
    return items, None if case.accepted_at is None else local_day(case.accepted_at)


def _sent(tx: Tx, env: Env, case: Case) -> tuple[dt.date | None, tuple[Sent, ...]]:
    """The day of the first sending, and what went out and stayed out."""
    rows = [
        row for row in parts_of(tx, case) if row.sent_at is not None and row.status not in ("returned", "cancelled")
    ]
    if not rows:
        return None, ()
    first = min(local_day(row.sent_at) for row in rows if row.sent_at is not None)
    return first, tuple(
        Sent(row.item, row.dept, _since(env, row.sent_at, row.received_at), _since(env, row.sent_at, row.decided_at))
        for row in rows
    )


def _since(env: Env, start: dt.datetime | None, end: dt.datetime | None) -> int | None:
    return None if start is None or end is None else _days(env, local_day(start), local_day(end))


def _days(env: Env, start: dt.date, end: dt.date | None) -> int | None:
    return None if end is None else max(0, env.calendar.working_days_between(start, end))


__all__ = ["recorded"]
