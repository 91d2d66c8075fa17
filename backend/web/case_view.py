"""A case on one screen: everything a clerk needs to decide what comes next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from sqlmodel import col, select

from backend.cases.acts import CONFIRMATIONS
from backend.cases.changes import changes_of, values_of
from backend.cases.meetings import OUTCOMES
from backend.cases.move import open_meeting, parts_of, require
from backend.cases.notices import latest
from backend.cases.representing import is_shown, representation_of
from backend.cases.tables import Addition, Case, Consent, HouseholdMember, Meeting, Person
from backend.conversations import query_lock
from backend.conversations.tables import Attachment, Conversation
from backend.deadlines import clocks
from backend.deadlines.tables import Deadline
from backend.env import Actor, Env
from backend.errors import NotFound, RefusedAct
from backend.journal.tables import JournalEntry
from backend.privacy.mask import mask_id_number, mask_phone, redact
from backend.staff.tables import Staff
from backend.transfers.move import require as require_on
from backend.transfers.plan import Planned, suggest, way_of_case
from backend.transfers.status import TERMINAL
from backend.transfers.tables import Transfer
from backend.web.access import admit, allowed
from backend.web.desk import stamp_of_case, stamp_of_transfer
from backend.web.people import REASONS, WHOLE, Line, lines_of, total_income
from backend.web.queues import masked_name, nearest, running_on
from backend.web.talk import Message, talk_of
from backend.web.timeline import Event, timeline
from backend.web.words import DeskWords, Due
from backend.writer import Tx
from dialogs.catalogue.mistakes import NotCovered
from dialogs.catalogue.ways import Way

_EVENTS: Final = (
    "accept",
    "decline_accept",
    "request_supplement",
    "supply",
    "send_transfers",
    "raise_meeting",
    "deliver_feedback",
    "withdraw",
)


class Clock(msgspec.Struct, frozen=True):
    """A running clock of something."""

    clock: str
    due: Due
    source: str
    provisional: bool
    reminds: str


class Part(msgspec.Struct, frozen=True):
    """A transfer on the case's page."""

    id: str
    number: str
    short: str
    item: str
    dept: str
    status: str
    handler: str
    phone: str
    promised: str
    legal: str
    clocks: tuple[Clock, ...]
    result: dict[str, str]
    feedback: str
    replaced: bool
    stamp: str
    may_cancel: bool
    may_confirm: bool
    may_link: bool


class Photo(msgspec.Struct, frozen=True):
    """A file she sent."""

    id: str
    media_type: str
    size: int
    name: str
    at: str


class CaseView(msgspec.Struct, frozen=True):
    """Everything on the page.

    Attributes:
        way: how what is planned goes to who decides, by the county's rules; None on a day they do not cover.
        rerouted: by item, the department another one suggested when it sent the item back.
        ticked: the items of the plan that need no second look.
        to_send: those of the plan that were taken in.
    """

    id: str
    register_no: str
    short: str
    status: str
    place_kind: str
    place: str
    name: str
    full_name: str
    called: str
    urgent: bool
    level: str
    emergency: str
    sensitive: bool
    again: bool
    owner: str
    owner_mine: bool
    submitted: str
    channel: str
    due: Due | None
    due_clock: str
    story: str
    other_text: str
    needs: tuple[str, ...]
    hardships: tuple[dict[str, str], ...]
    address: str
    hukou: str
    household: tuple[Line, ...]
    income: str
    doubtful: tuple[str, ...]
    consents: tuple[dict[str, Any], ...]
    mandate: dict[str, str] | None
    photos: tuple[Photo, ...]
    additions: tuple[dict[str, Any], ...]
    changes: tuple[dict[str, str], ...]
    notice: dict[str, Any] | None
    parts: tuple[Part, ...]
    clocks: tuple[Clock, ...]
    events: tuple[Event, ...]
    talk: tuple[Message, ...]
    talk_id: str
    plan: tuple[Planned, ...]
    way: Way | None
    rerouted: dict[str, str]
    ticked: tuple[str, ...]
    to_send: tuple[str, ...]
    meeting: Meeting | None
    meeting_proposal: str
    declined: dict[str, str]
    supplement: tuple[str, ...]
    may: frozenset[str]
    stamp: str
    shows: bool
    files: bool
    reasons: tuple[str, ...] = REASONS
    confirmations: tuple[str, ...] = CONFIRMATIONS
    outcomes: tuple[str, ...] = OUTCOMES


def get_case(tx: Tx, case_id: str) -> Case:
    """The case by its id. Raises NotFound."""
    case = tx.session.get(Case, case_id) if len(case_id) <= 40 else None
    if case is None:
        raise NotFound("case")
    return case


def case_view(
    tx: Tx, env: Env, words: DeskWords, actor: Actor, case_id: str, shown: Mapping[str, bool] | None = None
) -> CaseView:
    """The page of a case for somebody who may see it. Raises NotFound."""
    case = get_case(tx, case_id)
    admit(tx, env, actor, "case.see", case=case)
    person = tx.session.get(Person, case.applicant_id)
    assert person is not None
    running = running_on(tx, [case.id]).get(case.id, [])
    owner = tx.session.get(Staff, case.owner_id) if case.owner_id else None
    parts = parts_of(tx, case)
    due = nearest(running, _clocks_of(case))
    meeting = open_meeting(tx, case)
    plan, chosen = suggest(tx, env, case), _chosen(tx, case)
    sure = tuple(item.item for item in plan if not item.needs_check)
    lines = lines_of(tx, env, case, WHOLE, shown or {})
    conversation = None
    if case.contact_id:
        conversation = tx.session.exec(select(Conversation).where(Conversation.contact_id == case.contact_id)).first()
    return CaseView(
        id=case.id,
        register_no=case.register_no,
        short=case.short_no,
        status=case.status,
        place_kind="village" if case.village else "town",
        place=case.village or case.town,
        name=masked_name(env, person),
        full_name=person.get(env.sealer, "name") or masked_name(env, person),
        called=person.get(env.sealer, "called") or "",
        urgent=case.green_channel or case.emergency_level != "none",
        level=case.emergency_level,
        emergency=case.emergency_code or "",
        sensitive=case.sensitive_case,
        again=case.needs_redispatch,
        owner=owner.name if owner else "",
        owner_mine=case.owner_id == actor.id,
        submitted=words.moment(case.submitted_at),
        channel=case.channel_in,
        due=words.due(due) if due else None,
        due_clock=due.clock if due else "",
        story=case.get(env.sealer, "difficulty") or "",
        other_text=case.get(env.sealer, "other_text") or "",
        needs=tuple(case.needs),
        hardships=tuple({key: str(value) for key, value in entry.items()} for entry in case.hardships),
        address=case.get(env.sealer, "address") or "",
        hukou=case.get(env.sealer, "hukou") or "",
        household=tuple(lines),
        income=total_income(lines),
        doubtful=_doubtful(env, case),
        consents=_consents(tx, words, case),
        mandate=_mandate(tx, env, words, case),
        photos=_photos(tx, env, words, case),
        additions=_additions(tx, env, words, case),
        changes=_changes(tx, env, words, case),
        notice=_notice(tx, env, words, case),
        parts=tuple(_part(tx, env, words, actor, case, part, running) for part in parts),
        clocks=tuple(
            clock_view(words, row) for row in sorted(running, key=lambda row: row.due_at) if row.transfer_id is None
        ),
        events=tuple(timeline(tx, env, words, case.id)),
        talk=tuple(talk_of(tx, env, words, case.contact_id) if case.contact_id else ()),
        talk_id=conversation.id if conversation else "",
        plan=plan,
        way=_way(env, case, parts, plan),
        rerouted={
            part.item: part.suggested_dept for part in parts if part.status == "returned" and part.suggested_dept
        },
        ticked=sure,
        to_send=tuple(item.item for item in plan if item.item in chosen) or sure,
        meeting=meeting,
        meeting_proposal=(meeting.get(env.sealer, "proposal") or "") if meeting else "",
        declined=_declined(env, case),
        supplement=tuple(case.supplement),
        may=_may(tx, env, actor, case, meeting),
        stamp=str(stamp_of_case(tx, case)),
        shows=allowed(tx, env, actor, "case.show", case=case),
        files=allowed(tx, env, actor, "case.file", case=case),
    )


def _way(env: Env, case: Case, parts: list[Transfer], plan: tuple[Planned, ...]) -> Way | None:
    """The page can be read without it; sending then says what is missing."""
    try:
        return way_of_case(env, case, parts, ((one.item, one.dept) for one in plan))
    except NotCovered:
        return None


def clock_view(words: DeskWords, row: Deadline) -> Clock:
    """A running clock with where it comes from and whom it reminds."""
    return Clock(
        row.clock, words.due(row), words.ground(row.source_clause), row.provisional, clocks.clock(row.clock).reminds
    )


_BY_STATUS: Final = {
    "submitted": ("clk_acceptance_review",),
    "supplement_required": ("clk_supplement",),
    "accepted": ("clk_dispatch",),
    "decided": ("clk_window_feedback",),
    "joint_meeting": ("clk_meeting_submit", "clk_meeting_hold"),
    "dispatched": ("clk_dept_receive", "clk_promised", "clk_legal"),
    "in_progress": ("clk_dept_receive", "clk_promised", "clk_legal"),
}


def _clocks_of(case: Case) -> tuple[str, ...]:
    if case.needs_redispatch:
        return ("clk_redispatch",)
    return _BY_STATUS.get(case.status, ())


def _may(tx: Tx, env: Env, actor: Actor, case: Case, meeting: Meeting | None) -> frozenset[str]:
    """The events this reader may cause now."""
    found = {event for event in _EVENTS if _possible(tx, actor, case, event)}
    if _possible(tx, actor, case, "resolve_meeting", "accepted") and meeting is not None:
        found.add("resolve_meeting")
    if meeting is not None:
        found -= {"send_transfers", "raise_meeting"}
        if meeting.submitted_at is None and allowed(tx, env, actor, "case.show", case=case):
            found.add("meeting_submitted")
    if allowed(tx, env, actor, "case.show", case=case) and case.owner_id != actor.id and case.closed_at is None:
        found.add("take_ownership")
    if allowed(tx, env, actor, "case.show", case=case) and query_lock.is_closed(tx, env, case.register_no):
        found.add("query_unlocked")
    if allowed(tx, env, actor, "case.show", case=case) and case.closed_at is None and not is_shown(tx, case):
        found.add("mandate_confirmed")
    return frozenset(found)


def _possible(tx: Tx, actor: Actor, case: Case, event: str, after: str | None = None) -> bool:
    try:
        require(tx, actor, case, event, after)
    except (RefusedAct, NotFound):
        return False
    return True


def possible_on(tx: Tx, env: Env, actor: Actor, case: Case, transfer: Transfer, event: str) -> bool:
    """Whether the actor may cause an event on a transfer now."""
    try:
        require_on(tx, env, actor, case, transfer, event)
    except (RefusedAct, NotFound):
        return False
    return True


def _chosen(tx: Tx, case: Case) -> tuple[str, ...]:
    """What the acceptance was for: ticked in the plan."""
    entry = tx.session.exec(
        select(JournalEntry)
        .where(JournalEntry.chain == case.id, JournalEntry.event == "accept")
        .order_by(col(JournalEntry.seq).desc())
    ).first()
    return tuple(str(item) for item in entry.data.get("items", ())) if entry else ()


class _Answered(msgspec.Struct):
    doubtful: bool = False


def _doubtful(env: Env, case: Case) -> tuple[str, ...]:
    """The answers that were taken although they could not be checked."""
    text = case.get(env.sealer, "answers")
    if not text:
        return ()
    try:
        answers = msgspec.json.decode(text, type=dict[str, _Answered])
    except msgspec.MsgspecError:
        return ()
    return tuple(dict.fromkeys(slot.rsplit(".", 1)[-1] for slot, answer in answers.items() if answer.doubtful))


def _consents(tx: Tx, words: DeskWords, case: Case) -> tuple[dict[str, Any], ...]:
    rows = tx.session.exec(select(Consent).where(Consent.case_id == case.id).order_by(col(Consent.at))).all()
    return tuple(
        {
            "scope": row.scope,
            "given": row.given and row.revoked_at is None,
            "revoked": row.revoked_at is not None,
            "at": words.moment(row.at),
            "method": row.method,
            "version": row.text_version,
        }
        for row in rows
    )


def _mandate(tx: Tx, env: Env, words: DeskWords, case: Case) -> dict[str, str] | None:
    """Who files for her, how her yes is shown, and whether she has said so herself."""
    found = representation_of(tx, case)
    if found is None:
        return None
    agent = tx.session.get(Person, found.agent_id)
    return {
        "relation": found.relation,
        "helper": (agent.get(env.sealer, "name") or "") if agent is not None else "",
        "phone": (agent.get(env.sealer, "phone") or "") if agent is not None else "",
        "proof": found.proof,
        "until": words.day_of(found.ends_at) if found.ends_at else "",
        "confirmed": words.moment(found.confirmed_at) if found.confirmed_at and not found.denied_at else "",
        "denied": words.moment(found.denied_at) if found.denied_at else "",
    }


def _photos(tx: Tx, env: Env, words: DeskWords, case: Case) -> tuple[Photo, ...]:
    rows = tx.session.exec(
        select(Attachment).where(Attachment.case_id == case.id).order_by(col(Attachment.received_at))
    ).all()
    return tuple(
        Photo(row.id, row.media_type, row.size, row.get(env.sealer, "name") or "", words.moment(row.received_at))
        for row in rows
    )


def _additions(tx: Tx, env: Env, words: DeskWords, case: Case) -> tuple[dict[str, Any], ...]:
    rows = tx.session.exec(select(Addition).where(Addition.case_id == case.id).order_by(col(Addition.at).desc())).all()
    return tuple(
        {
            "text": row.get(env.sealer, "text") or "",
            "files": len(row.files),
            "at": words.moment(row.at),
            "new": row.seen_at is None,
        }
        for row in rows
    )


def _changes(tx: Tx, env: Env, words: DeskWords, case: Case) -> tuple[dict[str, str], ...]:
    """What she changed after handing in, the latest first: numbers masked as everywhere on the page."""
    relations = dict(
        tx.session.exec(
            select(HouseholdMember.position, HouseholdMember.relation).where(
                HouseholdMember.household_id == case.household_id
            )
        ).all()
    )
    found = []
    for row in reversed(changes_of(tx, case.id)):
        for code, (before, after) in values_of(env, row).items():
            line, _, field = code.removeprefix("members.").rpartition(".")
            new_line = code.startswith("members.") and not line
            relation = relations.get(int(line or field)) if code.startswith("members.") else None
            found.append(
                {
                    "field": "members" if new_line else field.removesuffix("_text"),
                    "relation": relation or "",
                    "before": _masked(field, before),
                    "after": "" if new_line else _masked(field, after),
                    "at": words.moment(row.at),
                    "said": redact(row.get(env.sealer, "words") or ""),
                    "new": "new" if row.seen_at is None else "",
                }
            )
    return tuple(found)


def _masked(field: str, value: str | None) -> str:
    if value is None:
        return ""
    mask = {"phone": mask_phone, "id_number": mask_id_number}.get(field)
    return mask(value) if mask is not None else value.removesuffix(".00")


def _notice(tx: Tx, env: Env, words: DeskWords, case: Case) -> dict[str, Any] | None:
    found = latest(tx.session, env, case.id)
    if found is None:
        return None
    row, notice = found
    return {
        "number": row.number,
        "version": row.version,
        "at": words.moment(row.issued_at),
        "seen": words.moment(row.acknowledged_at) if row.acknowledged_at else "",
        "way": row.acknowledged_way or "",
        "items": [item.code for item in notice.items],
        "materials": [(material.code, material.supply) for material in notice.materials],
    }


def _declined(env: Env, case: Case) -> dict[str, str]:
    if case.status != "not_accepted":
        return {}
    return {
        "code": case.reason_code or "",
        "reason": case.get(env.sealer, "reason") or "",
        "where": case.get(env.sealer, "where") or "",
    }


def _part(
    tx: Tx, env: Env, words: DeskWords, actor: Actor, case: Case, part: Transfer, running: list[Deadline]
) -> Part:
    told = part.status in ("granted", "refused") and part.feedback_status not in ("confirmed", "undeliverable")
    may_link = part.status not in TERMINAL and allowed(tx, env, actor, "transfer.link", case=case, transfer=part)
    return Part(
        id=part.id,
        number=part.transfer_no,
        short=f"{case.short_no}-{part.seq:02d}",
        item=part.item,
        dept=part.dept,
        status=part.status,
        handler=part.get(env.sealer, "handler") or "",
        phone=part.get(env.sealer, "handler_phone") or "",
        promised=_day(words, part.promised_date),
        legal=_day(words, part.legal_due_date),
        clocks=tuple(
            clock_view(words, row) for row in sorted(running, key=lambda row: row.due_at) if row.transfer_id == part.id
        ),
        result=result_of(env, words, part),
        feedback=part.feedback_status,
        replaced=part.replaced_by is not None,
        stamp=str(stamp_of_transfer(case, part)),
        may_cancel=possible_on(tx, env, actor, case, part, "t_cancel"),
        may_confirm=told and case.status != "decided" and may_act(tx, env, actor, case),
        may_link=may_link,
    )


def may_act(tx: Tx, env: Env, actor: Actor, case: Case) -> bool:
    """Whether the reader works the case's window."""
    return allowed(tx, env, actor, "case.show", case=case)


def result_of(env: Env, words: DeskWords, part: Transfer) -> dict[str, str]:
    """What a department said, by field."""
    found = {
        "decided": words.day_of(part.decided_at) if part.decided_at else "",
        "effective": _day(words, part.effective_date),
        "amount": part.amount_text or "",
        "benefit": part.get(env.sealer, "benefit") or "",
        "refusal_code": part.refusal_code or "",
        "reason": part.get(env.sealer, "reason") or "",
        "basis": part.policy_basis or "",
        "remedy_type": part.remedy_type or "",
        "reapply": part.get(env.sealer, "reapply") or "",
        "return_reason": part.return_reason or "",
        "return_note": part.get(env.sealer, "return_note") or "",
        "suggested": part.suggested_dept or "",
        "materials": ",".join(part.materials) if part.status == "materials_requested" else "",
        "materials_note": (part.get(env.sealer, "materials_note") or "")
        if part.status == "materials_requested"
        else "",
        "extension": part.get(env.sealer, "extension_reason") or "",
    }
    return {name: value for name, value in found.items() if value}


def _day(words: DeskWords, day: dt.date | None) -> str:
    return words.day(day) if day else ""
