"""What she sends for something she was asked for lands on the right case and the right paper, and is called by name.

When everything is there, the case (or the department's part of it) goes on by itself, and whoever asked is told.
Source clause: domain 3.5 (`supply`: all ticked off, or said not to be had), 3.6 (`t_materials_ok`).
"""

from __future__ import annotations

from typing import Final, NamedTuple

import msgspec
from sqlalchemy import update
from sqlmodel import col, select

from backend.cases import acts
from backend.cases.additions import add
from backend.cases.representing import MANDATE_PAPER, not_denied, show_later
from backend.cases.tables import Case
from backend.conversations.tables import Attachment
from backend.env import Actor, Env
from backend.journal.record import record
from backend.transfers import handling
from backend.transfers.tables import Transfer
from backend.writer import Tx
from dialogs.effects import AddToCase, Option, Say
from dialogs.state import State
from dialogs.supplement import has_none, named
from dialogs.terms import Line, Param, Term, Terms

_SAID: Final = "system"  # a paper of this mode is made from what she says


class Wanted(NamedTuple):
    """Something that was asked for and has not come: by the window (no transfer) or by a department."""

    case: Case
    transfer: Transfer | None
    materials: tuple[str, ...]


def wanted_of(tx: Tx, contact_id: str, first: str) -> list[Wanted]:
    """What this contact is being waited for; for the case with the register number `first` before all others."""
    cases = tx.session.exec(
        select(Case)
        .where(Case.contact_id == contact_id, Case.status == "supplement_required", not_denied())
        .order_by(col(Case.submitted_at).desc())
    ).all()
    parts = tx.session.exec(
        select(Case, Transfer)
        .join(Transfer, col(Transfer.case_id) == col(Case.id))
        .where(Case.contact_id == contact_id, Transfer.status == "materials_requested", not_denied())
        .order_by(col(Case.submitted_at).desc(), col(Transfer.seq))
    ).all()
    found = [Wanted(case, None, tuple(case.supplement)) for case in cases]
    found += [Wanted(case, part, tuple(part.materials)) for case, part in parts]
    return sorted((one for one in found if one.materials), key=lambda one: one.case.register_no != first)


def bring(tx: Tx, env: Env, contact_id: str, state: State, sent: AddToCase) -> tuple[State, tuple[Say, ...]]:
    """Keep what she sent where it belongs; the state then, and what she is answered."""
    actor = Actor("person", contact_id, ("applicant",))
    waiting = wanted_of(tx, contact_id, state.last_case)
    case_no = waiting[0].case.register_no if waiting else state.last_case
    codes = _meant(env, waiting, sent)
    for one in waiting:
        if set(codes) & set(one.materials):
            case_no = one.case.register_no
            break
    shown = _shows_her_yes(tx, env, contact_id, case_no, sent, codes)
    fresh = () if sent.material else sent.files  # those she says something of now lie on the case already
    if sent.text is not None or fresh:
        refused = add(tx, env, actor, case_no, sent.text, fresh)
        if refused:
            return state, refused
    if codes:
        return _sorted(state), (*_tick_off(tx, env, actor, waiting, codes, sent.files), *shown)
    if shown:
        return _sorted(state), shown
    if sent.files and waiting and sent.material != "none":
        return _which(state, waiting, (*state.unsorted, *fresh))
    short = tx.session.exec(select(Case.short_no).where(Case.register_no == case_no)).first()
    return _sorted(state), (Say("tell.added_to_case", {"case_no": short or case_no}),)


def _shows_her_yes(
    tx: Tx, env: Env, contact_id: str, case_no: str, sent: AddToCase, codes: tuple[str, ...]
) -> tuple[Say, ...]:
    """Files that show the yes of the one who is helped, where it was still missing."""
    if not sent.files or not (sent.proof or MANDATE_PAPER in codes):
        return ()
    case = tx.session.exec(select(Case).where(Case.register_no == case_no, Case.contact_id == contact_id)).first()
    return () if case is None else show_later(tx, env, contact_id, case, sent.proof or "signature", sent.files)


def _meant(env: Env, waiting: list[Wanted], sent: AddToCase) -> tuple[str, ...]:
    """The papers it is: picked, named, or the only one that is wanted."""
    wanted = dict.fromkeys(code for one in waiting for code in one.materials)
    if sent.material in wanted:
        return (sent.material,)
    catalogue = env.catalogue.materials
    called = named(sent.text or "", {code: (catalogue[code].name, catalogue[code].plain) for code in wanted})
    if sent.files:
        return called or (tuple(wanted) if len(wanted) == 1 else ())
    text = sent.text or ""
    if has_none(text):
        return called or (tuple(wanted) if len(wanted) == 1 else ())
    return tuple(code for code in called if catalogue[code].mode == _SAID)


def _sorted(state: State) -> State:
    return msgspec.structs.replace(state, which=[], unsorted=[])


def _which(state: State, waiting: list[Wanted], files: tuple[str, ...]) -> tuple[State, tuple[Say, ...]]:
    """One short question with numbers."""
    codes = list(dict.fromkeys(code for one in waiting for code in one.materials))
    options = tuple(
        Option(f"which:{code}", "option.material", {"what": Term("material", code)}, number)
        for number, code in enumerate(codes, start=1)
    )
    asked = msgspec.structs.replace(state, which=codes, unsorted=list(files))
    return asked, (Say("ask.which_material", {}, options, "ask"),)


def _tick_off(
    tx: Tx, env: Env, actor: Actor, waiting: list[Wanted], codes: tuple[str, ...], files: tuple[str, ...]
) -> tuple[Say, ...]:
    if files:
        tx.connection.execute(
            update(Attachment)
            .where(col(Attachment.id).in_(files), col(Attachment.contact_id) == actor.id)
            .values(material=codes[0])
        )
    left: list[str] = []
    for one in waiting:
        rest = [code for code in one.materials if code not in codes]
        left += rest
        if len(rest) == len(one.materials):
            continue
        _keep_rest(tx, env, actor, one, rest)
        if rest:
            continue
        if one.transfer is None:
            acts.supply(tx, env, actor, one.case.id)
        else:
            handling.materials_ok(tx, env, actor, one.transfer.id)
    still: Param = ""
    if left:
        still = Line("list.still_missing", {"list": Terms("material", tuple(dict.fromkeys(left)))})
    return (Say("tell.material_in", {"what": Terms("material", codes), "left": still}),)


def _keep_rest(tx: Tx, env: Env, actor: Actor, one: Wanted, rest: list[str]) -> None:
    row: Case | Transfer = one.case if one.transfer is None else one.transfer
    if isinstance(row, Case):
        row.supplement = rest
    else:
        row.materials = rest
    tx.session.add(row)
    came = [code for code in one.materials if code not in rest]
    record(tx, env, actor, "material_in", case=one.case, subject=row.id, data={"materials": came, "left": rest})
    tx.flush()
