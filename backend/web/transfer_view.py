"""One transfer as its department may see it (domain 12.4), on the desk or behind its link."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

import msgspec
from sqlmodel import col, select

from backend.cases.tables import Case
from backend.conversations.window import window_of
from backend.deadlines.tables import Deadline
from backend.env import Actor, Env
from backend.errors import NotFound
from backend.journal.tables import JournalEntry
from backend.staff.tables import Staff
from backend.transfers.deciding import remedy_line, remedy_of
from backend.transfers.handling import latest_promise
from backend.transfers.status import DECIDED, IN_HAND
from backend.transfers.tables import Transfer
from backend.web.access import DEPARTMENT, WINDOW, admit, allowed, roles_for
from backend.web.case_view import Clock, clock_view, possible_on, result_of
from backend.web.desk import stamp_of_transfer
from backend.web.people import REASONS, WHOLE, Line, department_sight, lines_of, total_income
from backend.web.timeline import Event, timeline
from backend.web.words import DeskWords
from backend.writer import Tx
from dialogs.catalogue.grounds import item_grounds

_EVENTS: Final = (
    "t_receive",
    "t_start",
    "t_request_materials",
    "t_materials_ok",
    "t_return",
    "t_grant",
    "t_refuse",
    "t_cancel",
)


class TransferView(msgspec.Struct, frozen=True):
    """Everything on the page."""

    id: str
    case_id: str
    number: str
    short: str
    status: str
    item: str
    item_name: str
    dept: str
    kind: str
    place_kind: str
    place: str
    address: str
    urgent: bool
    level: str
    sensitive: bool
    sent: str
    received: str
    promised: str
    promised_iso: str
    legal: str
    latest: str
    latest_iso: str
    today_iso: str
    extended: bool
    handler: str
    handler_phone: str
    own_name: str
    own_phone: str
    story: str
    story_open: bool
    needs: tuple[str, ...]
    hardships: tuple[str, ...]
    household: tuple[Line, ...]
    income: str
    income_open: bool
    health_open: bool
    clocks: tuple[Clock, ...]
    result: dict[str, str]
    remedy: str
    remedy_words: str
    refusals: tuple[str, ...]
    grounds: str
    returns: tuple[str, ...]
    depts: tuple[str, ...]
    materials: tuple[str, ...]
    review_points: tuple[str, ...]
    events: tuple[Event, ...]
    window_name: str
    window_phone: str
    clerk: str
    may: frozenset[str]
    stamp: str
    shows: bool
    sees_case: bool
    reasons: tuple[str, ...] = REASONS


def get_transfer(tx: Tx, transfer_id: str) -> tuple[Case, Transfer]:
    """The transfer by its id, with its case. Raises NotFound."""
    transfer = tx.session.get(Transfer, transfer_id) if len(transfer_id) <= 40 else None
    if transfer is None:
        raise NotFound("transfer")
    case = tx.session.get(Case, transfer.case_id)
    assert case is not None
    return case, transfer


def transfer_view(
    tx: Tx, env: Env, words: DeskWords, actor: Actor, transfer_id: str, shown: Mapping[str, bool] | None = None
) -> TransferView:
    """The page of a transfer for somebody who may see it. Raises NotFound."""
    case, transfer = get_transfer(tx, transfer_id)
    admit(tx, env, actor, "transfer.see", case=case, transfer=transfer)
    sees_case = allowed(tx, env, actor, "case.see", case=case)
    open_ = transfer.status in IN_HAND or transfer.status == "sent"
    sight = (
        WHOLE
        if sees_case
        else department_sight(env, case, transfer.item, transfer.dept, open_=open_, by_link=actor.kind == "link")
    )
    item = env.catalogue.items[transfer.item]
    lines = lines_of(tx, env, case, sight, shown or {})
    latest = latest_promise(env, transfer)
    running = tx.session.exec(
        select(Deadline)
        .where(Deadline.transfer_id == transfer.id, col(Deadline.stopped_at).is_(None))
        .order_by(col(Deadline.due_at))
    ).all()
    window = window_of(env, case.town)
    staff = tx.session.get(Staff, actor.id) if actor.kind == "staff" else None
    owner = tx.session.get(Staff, case.owner_id) if case.owner_id else None
    line, remedy = remedy_line(env, transfer), transfer.remedy_type or remedy_of(env, transfer)
    hardships = tuple(str(entry["code"]) for entry in case.hardships)
    return TransferView(
        id=transfer.id,
        case_id=case.id,
        number=transfer.transfer_no,
        short=f"{case.short_no}-{transfer.seq:02d}",
        status=transfer.status,
        item=transfer.item,
        item_name=item.name,
        dept=transfer.dept,
        kind=transfer.kind,
        place_kind="village" if case.village else "town",
        place=case.village or case.town,
        address=(case.get(env.sealer, "address") or "") if sight.address else "",
        urgent=case.green_channel or case.emergency_level != "none",
        level=case.emergency_level,
        sensitive=case.sensitive_case,
        sent=words.moment(transfer.sent_at) if transfer.sent_at else "",
        received=words.moment(transfer.received_at) if transfer.received_at else "",
        promised=words.day(transfer.promised_date) if transfer.promised_date else "",
        promised_iso=transfer.promised_date.isoformat() if transfer.promised_date else "",
        legal=words.day(transfer.legal_due_date) if transfer.legal_due_date else "",
        latest=words.day(latest),
        latest_iso=latest.isoformat(),
        today_iso=env.today.isoformat(),
        extended=transfer.extended_count > 0,
        handler=transfer.get(env.sealer, "handler") or "",
        handler_phone=transfer.get(env.sealer, "handler_phone") or "",
        own_name=staff.name if staff else "",
        own_phone=(staff.phone or "") if staff else "",
        story=(case.get(env.sealer, "difficulty") or "") if sight.story else "",
        story_open=sight.story,
        needs=sight.needs if sight.needs is not None else tuple(case.needs),
        hardships=sight.hardships if sight.hardships is not None else hardships,
        household=tuple(lines),
        income=total_income(lines),
        income_open=sight.income,
        health_open=sight.health,
        clocks=tuple(clock_view(words, row) for row in running),
        result=result_of(env, words, transfer),
        remedy=remedy,
        remedy_words=words.line(line) or _plain_remedy(env, transfer, remedy),
        refusals=refusals_of(env, transfer),
        grounds=grounds_of(env, transfer),
        returns=tuple(env.catalogue.return_reasons),
        depts=tuple(
            code
            for code, department in env.catalogue.departments.items()
            if department.takes_transfers and code != transfer.dept and env.county.contact(code) is not None
        ),
        materials=askable(env, transfer),
        review_points=item.review_points,
        events=tuple(
            event
            for event in timeline(tx, env, words, case.id)
            if sees_case or (event.part is not None and event.part["seq"] == f"{transfer.seq:02d}")
        ),
        window_name=window.name,
        window_phone=window.phone,
        clerk=owner.name if owner else window.clerk,
        may=_may(tx, env, actor, case, transfer),
        stamp=str(stamp_of_transfer(case, transfer)),
        shows=allowed(tx, env, actor, "transfer.show", case=case, transfer=transfer),
        sees_case=sees_case,
    )


def _may(tx: Tx, env: Env, actor: Actor, case: Case, transfer: Transfer) -> frozenset[str]:
    found = {event for event in _EVENTS if possible_on(tx, env, actor, case, transfer, event)}
    roles = roles_for(tx, env, actor, case=case, transfer=transfer)
    in_hand = transfer.status in IN_HAND and transfer.promised_date is not None and transfer.extended_count == 0
    if in_hand and roles & (DEPARTMENT | {"county_center"}):
        found.add("t_extend")
    untold = transfer.status in DECIDED and transfer.feedback_status not in ("confirmed", "undeliverable")
    if untold and actor.kind == "staff" and roles & (WINDOW | DEPARTMENT):
        found.add("result_reported")
    return frozenset(found)


def refusals_of(env: Env, transfer: Transfer) -> tuple[str, ...]:
    """The refusal codes that fit the item, its own first."""
    item = env.catalogue.items[transfer.item]
    rest = [
        code.code
        for code in env.catalogue.refusals.values()
        if (not code.items or item.code in code.items) and code.code not in item.refusals
    ]
    known = (code for code in (*item.refusals, *rest) if code in env.catalogue.refusals)
    return tuple(code for code in known if env.catalogue.refusals[code].holds_on(env.today))


def grounds_of(env: Env, transfer: Transfer) -> str:
    """What may be shown as the ground of a refusal today, each with its articles, for the department to go by."""
    item = env.catalogue.items[transfer.item]
    return "\n".join(f"{one.text}{one.source_clause}" for one in item_grounds(item, env.county, env.today))


def askable(env: Env, transfer: Transfer) -> tuple[str, ...]:
    """The materials a department may ask her for, its item's first; never what offices can look up themselves."""
    item = env.catalogue.items[transfer.item]
    own = [entry.code for entry in item.materials if not entry.exempt]
    held = {entry.code for entry in item.materials if entry.exempt}
    rest = [
        code
        for code, material in env.catalogue.materials.items()
        if material.mode not in ("share", "system") and code not in held and code not in own
    ]
    return (*dict.fromkeys(own), *rest)


def _plain_remedy(env: Env, transfer: Transfer, remedy_type: str) -> str:
    contact = env.county.contact(transfer.dept)
    org = contact.name if contact is not None else env.catalogue.departments[transfer.dept].name
    known = {"reconsider_org": env.county.reconsideration_office, "court": env.county.court, "org": org}
    return env.catalogue.remedies[remedy_type].plain.format_map(known)


def last_by(tx: Tx, case_id: str, actor_id: str, event: str, subject: str) -> dt.datetime | None:
    """When this actor last did this to a transfer."""
    return tx.session.exec(
        select(JournalEntry.at)
        .where(JournalEntry.chain == case_id, JournalEntry.actor_id == actor_id)
        .where(JournalEntry.event == event, JournalEntry.subject == subject)
        .order_by(col(JournalEntry.seq).desc())
    ).first()
