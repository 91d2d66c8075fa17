"""Residents of a table who wait their turn: a few stand among her open forms, the rest here until one is done.

A conversation's state stays small whatever the table holds, and a form is only ever in one of the two places.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, delete, func
from sqlmodel import col, select

from backend.cases.tables import Case, Person
from backend.env import CLOCK, Actor, Env
from backend.ids import new_id
from backend.journal.record import record
from backend.prepared import insert
from backend.staff.tables import Staff
from backend.station.people import assistant_of
from backend.station.tables import SheetRow
from backend.writer import Tx
from dialogs import drafts
from dialogs.effects import Say
from dialogs.sheet import BadRow, Row, Sheet, who_is
from dialogs.state import Answer, State
from dialogs.terms import Line, Lines

#: Rows of a table among the open forms; room is left for residents she begins herself.
AHEAD: Final = 8
#: Rows of one assistant that wait, of all her tables together.
MOST_WAITING: Final = 1000
#: Rows that come back in one message, and how many such messages there are at most.
LINES, MESSAGES = 20, 5

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(dict[str, Answer]).decode


def take_sheet(tx: Tx, env: Env, contact_id: str, state: State, sheet: Sheet) -> tuple[State, tuple[Say, ...]]:
    """Keep the good rows once each; the state with the first of them, and what she is told of all.

    A row whose person already waits, is half filed or has an open case in her villages is not kept again: she may mend
    the others and send the whole table once more.
    """
    staff = assistant_of(tx, contact_id)
    if staff is None:
        return state, ()
    known = _known(tx, env, contact_id, state)
    cases = _open_cases(tx, env, staff, sheet.rows)
    room = (
        MOST_WAITING
        - tx.session.exec(select(func.count()).select_from(SheetRow).where(SheetRow.contact_id == contact_id)).one()
    )
    taken, again, left_out = 0, 0, sheet.left_out
    bad = list(sheet.bad)
    for row in sheet.rows:
        digest = _digest(env, row.answers)
        if digest in known:
            again += 1
        elif digest in cases:
            bad.append(BadRow(row.number, row.name, Line("sheet.why.in_progress", {"short": cases[digest]})))
        elif taken >= room:
            left_out += 1
        else:
            insert(
                tx, env, SheetRow,
                id=new_id("shr"), contact_id=contact_id, staff_id=staff.id, who_hash=digest,
                answers=_encode(row.answers).decode("utf-8"), created_at=env.now,
            )  # fmt: skip
            known.add(digest)
            taken += 1
    counts = {"taken": taken, "again": again, "bad": len(bad), "left_out": left_out}
    record(tx, env, _actor(staff), "sheet_taken", subject=contact_id, data=counts)
    after = top_up(tx, env, contact_id, state)
    return after, tuple(_says(sheet, after, taken, again, left_out, sorted(bad, key=lambda one: one.number)))


def _says(sheet: Sheet, state: State, taken: int, again: int, left_out: int, bad: list[BadRow]) -> Iterable[Say]:
    yield Say("tell.sheet.taken" if taken else "tell.sheet.none_taken", {"total": sheet.told, "count": taken})
    if again:
        yield Say("tell.sheet.again", {"count": again})
    if sheet.unknown:
        names = Lines(tuple(Line("list.waiting", {"who": name}) for name in sheet.unknown[:10]), "list")
        yield Say("tell.sheet.unknown", {"names": names})
    lines = [Line("sheet.bad", {"row": one.number, "who": one.who, "why": one.why}) for one in bad]
    shown = lines[: LINES * MESSAGES]
    for start in range(0, len(shown), LINES):
        yield Say("tell.sheet.bad", {"lines": Lines(tuple(shown[start : start + LINES]))})
    if len(lines) > len(shown):
        yield Say("tell.sheet.more_bad", {"count": len(lines) - len(shown)})
    if left_out:
        yield Say("tell.sheet.left_out", {"count": left_out})
    if taken and state.parked:
        yield Say("tell.sheet.next", {"names": drafts.names(state)})


def top_up(tx: Tx, env: Env, contact_id: str, state: State) -> State:
    """The state with as many rows among the forms that wait as there is room for, the first of the table first."""
    room = AHEAD - len(state.parked)
    staff = assistant_of(tx, contact_id) if room > 0 else None
    if staff is None:
        return state
    tx.flush()
    rows = tx.session.exec(
        select(SheetRow)
        .where(SheetRow.contact_id == contact_id, SheetRow.staff_id == staff.id)
        .order_by(col(SheetRow.id))
        .limit(room)
    ).all()
    if not rows:
        return state
    answers = [_decode(row.get(env.sealer, "answers") or "{}") for row in rows]
    tx.session.exec(delete(SheetRow).where(col(SheetRow.id).in_([row.id for row in rows])))
    return drafts.from_rows(state, answers, staff.name, env.today.isoformat())


def drop_sheet(tx: Tx, env: Env, contact_id: str, state: State) -> tuple[State, tuple[Say, ...]]:
    """Forget the rows nobody has begun to file, here and among the open forms."""
    after, parked = drafts.without_rows(state)
    gone = parked + _forget(tx, col(SheetRow.contact_id) == contact_id)
    if gone:
        record(tx, env, Actor("person", contact_id, ("village_assistant",)), "sheet_dropped", data={"rows": gone})
    return after, (Say("tell.sheet.dropped" if gone else "tell.sheet.nothing", {"count": gone} if gone else {}),)


def forget_old_rows(tx: Tx, env: Env, before: dt.datetime) -> int:
    """Rows that waited as long as a form that was left is kept; how many."""
    gone = _forget(tx, col(SheetRow.created_at) < before)
    if gone:
        record(tx, env, CLOCK, "words_deleted", data={"forms": gone})
    return gone


def _forget(tx: Tx, which: ColumnElement[bool]) -> int:
    tx.flush()
    return tx.connection.execute(delete(SheetRow).where(which)).rowcount


def _known(tx: Tx, env: Env, contact_id: str, state: State) -> set[str]:
    """Who waits already: in the table, or among her open forms."""
    tx.flush()
    rows = tx.session.exec(select(SheetRow.who_hash).where(SheetRow.contact_id == contact_id)).all()
    forms = [_digest(env, form.answers) for form in drafts.unfinished(state) if who_is(form.answers)]
    return {*rows, *forms}


def _open_cases(tx: Tx, env: Env, staff: Staff, rows: tuple[Row, ...]) -> dict[str, str]:
    """Digest to short number, for those of the rows who have an open case in her own villages; of others she learns
    nothing here."""
    wanted = {env.sealer.lookup("id_number", who_is(row.answers)): _digest(env, row.answers) for row in rows}
    found = tx.session.exec(
        select(Person.id_number_hash, Case.short_no)
        .join(Case, col(Case.applicant_id) == col(Person.id))
        .where(
            col(Case.village).in_(staff.villages),
            col(Case.closed_at).is_(None),
            col(Person.id_number_hash).in_(list(wanted)),
        )
    ).all()
    return {wanted[number]: short for number, short in found if number in wanted}


def _digest(env: Env, answers: Mapping[str, Answer]) -> str:
    return env.sealer.lookup("sheet_row", who_is(answers))


def _actor(staff: Staff) -> Actor:
    return Actor("staff", staff.id, tuple(staff.roles), town=staff.town, name=staff.name)
