"""Issues the one-time notice (一次性告知) for a case: numbered, versioned, sealed, and given at once in short words."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from sqlalchemy import ColumnElement, or_, update
from sqlmodel import Session, col, select

from backend.cases.facts import HouseholdLine, facts_of, household_lines
from backend.cases.move import parts_of
from backend.cases.representing import is_shown
from backend.cases.tables import Case, NoticeIssued
from backend.env import Env
from backend.ids import new_id
from backend.prepared import insert
from backend.staff.service import issue_link
from backend.transfers.plan import fitting
from backend.transfers.tables import Transfer
from backend.writer import Tx
from dialogs.catalogue.asking import asked_besides
from dialogs.effects import Option, Say
from dialogs.notice import OneTimeNotice, build_notice, revised, with_asked
from dialogs.notice_text import limit_lines, material_lines
from dialogs.terms import Lines, Param, Terms

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(OneTimeNotice).decode


class Issued(msgspec.Struct, frozen=True):
    """A notice as it was given.

    Attributes:
        path: where it can be read and printed, without an account.
    """

    number: str
    notice: OneTimeNotice
    path: str
    says: tuple[Say, ...]


def issue_notice(tx: Tx, env: Env, case: Case, lines: tuple[HouseholdLine, ...] | None = None) -> Issued | None:
    """Build the notice from the case and keep it; the same content again keeps its version. None without any item.

    Args:
        lines: the household of a case just opened, which has no notice and nothing under way yet; looked up otherwise.
    """
    asked: list[str] = []
    if lines is not None:
        last, found = None, fitting(env, case, lines, listed=True)
    else:
        lines, parts = household_lines(tx, env, case), parts_of(tx, case)
        last, found = latest(tx.session, env, case.id), fitting(env, case, lines, parts, listed=True)
        asked = _waited_for(case, parts)
    items = tuple(one.item for one in found)
    if not items:
        return None
    facts = facts_of(tx, env, case, lines, items, mandated=is_shown(tx, case), asked=asked)
    built = build_notice(items, facts, env.catalogue, env.county, env.today, town=case.town, village=case.village or "")
    if last is not None:  # what was asked for besides stays on the list
        built = with_asked(built, (one for one in last[1].materials if not one.items))
    notice = revised(last[1] if last else None, built)
    number = _number(case, notice)
    if last is None or last[1].version != notice.version:
        _keep(tx, env, case, notice)
    path = f"/n/{issue_link(tx, env, 'notice', case.id)}"
    return Issued(number, notice, path, (short(notice, path),))


def _waited_for(case: Case, parts: Iterable[Transfer]) -> list[str]:
    """The papers the window or a department has asked her for and not seen yet."""
    asked = [code for row in parts if row.status == "materials_requested" for code in row.materials]
    return [*case.supplement, *asked]


def list_besides(tx: Tx, env: Env, case: Case, codes: Iterable[str], reason: str) -> OneTimeNotice:
    """The newest notice with these materials on it, kept as its next version; the first one where there is none."""
    lines = household_lines(tx, env, case)
    last = latest(tx.session, env, case.id)
    items = () if last else tuple(one.item for one in fitting(env, case, lines, parts_of(tx, case), listed=True))
    facts = facts_of(tx, env, case, lines, items)
    if last is not None:
        before: OneTimeNotice | None = last[1]
        now = msgspec.structs.replace(last[1], day=env.today)
    else:
        before = None
        now = build_notice(
            items, facts, env.catalogue, env.county, env.today, town=case.town, village=case.village or ""
        )
    asked = (asked_besides(code, facts, env.catalogue, reason) for code in codes)
    notice = revised(before, with_asked(now, asked))
    if before is None or before.version != notice.version:
        _keep(tx, env, case, notice)
    return notice


def _number(case: Case, notice: OneTimeNotice) -> str:
    return f"GZ{case.register_no}-{notice.version:02d}"


def _keep(tx: Tx, env: Env, case: Case, notice: OneTimeNotice) -> None:
    insert(
        tx, env, NoticeIssued,
        id=new_id("ntc"),
        case_id=case.id,
        version=notice.version,
        number=_number(case, notice),
        content=_encode(notice),
        content_hash=notice.hash,
        issued_at=env.now,
    )  # fmt: skip


def latest(db: Session, env: Env, case_id: str) -> tuple[NoticeIssued, OneTimeNotice] | None:
    """The newest notice of a case."""
    row = db.exec(
        select(NoticeIssued).where(NoticeIssued.case_id == case_id).order_by(col(NoticeIssued.version).desc())
    ).first()
    if row is None:
        return None
    return row, opened(env, row)


#: She said so herself, on whatever road; having opened the page is less than that.
EXPLICIT = ("words", "button", "page")


def has_read(tx: Tx, env: Env, contact_id: str, register_no: str, way: str) -> tuple[Say, ...]:
    """She says in the chat that she has read it; what she is answered."""
    case_id = tx.session.exec(
        select(Case.id).where(Case.register_no == register_no, Case.contact_id == contact_id)
    ).first()
    if case_id is None or not acknowledge(tx, env, case_id, way):
        return (Say("tell.well_then"),)
    return (Say("tell.notice_read"),)


def acknowledge(tx: Tx, env: Env, case_id: str, way: str = "opened") -> bool:
    """She has had the newest notice before her eyes; whether this says more than was known.

    Args:
        way: `opened` (the page was opened), or one of `EXPLICIT`, which take its place.
    """
    known: ColumnElement[bool] = col(NoticeIssued.acknowledged_at).is_(None)
    if way in EXPLICIT:
        known = or_(known, col(NoticeIssued.acknowledged_way) == "opened")
    newest = select(NoticeIssued.id).where(NoticeIssued.case_id == case_id).order_by(col(NoticeIssued.version).desc())
    found = tx.connection.execute(
        update(NoticeIssued)
        .where(col(NoticeIssued.id) == newest.limit(1).scalar_subquery(), known)
        .values(acknowledged_at=env.now, acknowledged_way=way)
    )
    return found.rowcount > 0


def opened(env: Env, row: NoticeIssued) -> OneTimeNotice:
    """The content of an issued notice."""
    return _decode(row.get(env.sealer, "content") or "")


def short(notice: OneTimeNotice, path: str) -> Say:
    """The notice in short words (domain 13.4): all six parts, the whole of it behind the link."""
    params: dict[str, Param] = {
        "items": Terms("item", tuple(item.code for item in notice.items)),
        "materials": Lines(material_lines(notice)),
        "limits": Lines(limit_lines(notice)),
        "clerk": notice.place.clerk,
        "phone": notice.place.phone,
        "path": path,
    }
    return Say("msg.one_time_notice", params, (Option("has_read", "option.has_read"),), kind="notice")
