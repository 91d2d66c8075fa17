"""What happened to a case, from its journal, as plain values for the page to word."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlmodel import col, select

from backend.cases.status import CASE_STATUSES
from backend.env import Env
from backend.journal.tables import JournalEntry
from backend.staff.tables import OneTimeLink, Staff
from backend.transfers.tables import Transfer
from backend.web.words import DeskWords
from backend.writer import Tx

_FOLLOWS = frozenset({"t_create"})  # said already by the act that caused them


class Event(msgspec.Struct, frozen=True):
    """One line.

    Attributes:
        who: a colleague's name; "" for kinds that have no name.
        kind: person, staff, link, clock or bot.
        after: a status to be said with it, or "".
        part: the transfer's number within the case and its department and item, or None.
    """

    event: str
    at: str
    who: str
    kind: str
    after: str
    after_kind: str
    part: dict[str, str] | None
    data: dict[str, Any]


def timeline(tx: Tx, env: Env, words: DeskWords, case_id: str, *, since: int = 0) -> list[Event]:
    """The events of a case after number `since`, newest first."""
    entries = tx.session.exec(
        select(JournalEntry)
        .where(JournalEntry.chain == case_id, JournalEntry.seq > since)
        .order_by(col(JournalEntry.seq).desc())
    ).all()
    transfers = {row.id: row for row in tx.session.exec(select(Transfer).where(Transfer.case_id == case_id)).all()}
    names = _names(tx, entries)
    links = _links(tx, entries, transfers)
    return [
        Event(
            event=entry.event,
            at=words.moment(entry.at),
            who=names.get(entry.actor_id) or links.get(entry.actor_id, ""),
            kind=entry.actor_kind,
            after=entry.after or "",
            after_kind="status" if entry.subject == case_id and entry.after in CASE_STATUSES else "transfer_status",
            part=_part(transfers.get(entry.subject or "")),
            data=entry.data,
        )
        for entry in entries
        if not _said_already(entry, case_id)
    ]


def _said_already(entry: JournalEntry, case_id: str) -> bool:
    if entry.event in _FOLLOWS:
        return True
    return entry.actor_kind == "bot" and entry.subject == case_id and "cause" in entry.data and entry.after != "decided"


def _names(tx: Tx, entries: Any) -> dict[str, str]:
    ids = {entry.actor_id for entry in entries if entry.actor_kind == "staff"}
    if not ids:
        return {}
    return {row.id: row.name for row in tx.session.exec(select(Staff).where(col(Staff.id).in_(ids))).all()}


def _links(tx: Tx, entries: Any, transfers: dict[str, Transfer]) -> dict[str, str]:
    """For whoever came by a link: the department it was for, as its code."""
    ids = {entry.actor_id for entry in entries if entry.actor_kind == "link"}
    if not ids:
        return {}
    rows = tx.session.exec(select(OneTimeLink).where(col(OneTimeLink.id).in_(ids))).all()
    return {row.id: transfers[row.subject].dept for row in rows if row.subject in transfers}


def _part(transfer: Transfer | None) -> dict[str, str] | None:
    if transfer is None:
        return None
    return {"seq": f"{transfer.seq:02d}", "dept": transfer.dept, "item": transfer.item}
