"""The joint meeting: when no department's duty fits, people of several decide by a day who does it, in writing."""

from __future__ import annotations

import datetime as dt
from typing import Final

from sqlmodel import func, select

from backend.cases.move import case_for, follow, move, open_meeting, parts_of, require, require_role
from backend.cases.numbers import meeting_no
from backend.cases.tables import Case, Meeting
from backend.checks import long_enough
from backend.deadlines import service as deadlines
from backend.env import BOT, Actor, Env
from backend.errors import RefusedAct
from backend.ids import new_id
from backend.journal.record import record
from backend.messages import MEETING_GROUP, called, day, group_params
from backend.outbox.post import to_group, to_person, to_staff
from backend.writer import Tx
from dialogs.terms import Term

OUTCOMES: Final = ("accepted", "charity_referred", "decided")
SHORTEST: Final = 6

_WINDOW: Final = frozenset({"window_clerk", "county_center"})


def raise_meeting(tx: Tx, env: Env, actor: Actor, case_id: str, *, reason: str, proposal: str) -> Meeting:
    """The window asks for a meeting and says what it proposes."""
    case = case_for(tx, actor, case_id)
    require(tx, actor, case, "raise_meeting")
    if reason not in env.catalogue.meeting_reasons:
        raise RefusedAct("unknown_reason", reason=reason)
    if open_meeting(tx, case) is not None:
        raise RefusedAct("meeting_open")
    text = long_enough("proposal", proposal, SHORTEST)
    meeting = begin(tx, env, actor, case, reason)
    if case.status == "accepted":
        move(tx, env, actor, case, "raise_meeting", data={"meeting": meeting.number})
    else:
        follow(tx, env, case, "raise_meeting")
    _hand_in(tx, env, case, meeting, text)
    return meeting


def submit_proposal(tx: Tx, env: Env, actor: Actor, case_id: str, proposal: str) -> Meeting:
    """The window's proposal for a meeting the service called by itself."""
    case = case_for(tx, actor, case_id)
    require_role(tx, actor, case, "meeting_submitted", _WINDOW)
    meeting = open_meeting(tx, case)
    if meeting is None or meeting.submitted_at is not None:
        raise RefusedAct("not_possible_now", event="meeting_submitted", status=case.status)
    text = long_enough("proposal", proposal, SHORTEST)
    record(tx, env, actor, "meeting_submitted", case=case, data={"meeting": meeting.number})
    _hand_in(tx, env, case, meeting, text)
    return meeting


def resolve_meeting(
    tx: Tx, env: Env, actor: Actor, case_id: str, *, outcome: str, minutes_no: str, result: str
) -> Case:
    """What came of it: `accepted` (send as was decided), `charity_referred`, or `decided` (no policy, in writing)."""
    case = case_for(tx, actor, case_id)
    if outcome not in OUTCOMES:
        raise RefusedAct("unknown_outcome", outcome=outcome)
    require(tx, actor, case, "resolve_meeting", outcome)
    meeting = open_meeting(tx, case)
    if meeting is None:
        raise RefusedAct("not_possible_now", event="resolve_meeting", status=case.status)
    meeting.minutes_no = long_enough("minutes_no", minutes_no, 2)
    meeting.put(env.sealer, "result", long_enough("result", result, SHORTEST))
    for part in parts_of(tx, case):
        if part.status == "returned" and part.replaced_by is None:
            part.replaced_by = meeting.id
            tx.session.add(part)
    case.needs_redispatch = False
    close_meeting(tx, env, case, outcome)
    move(tx, env, actor, case, "resolve_meeting", after=outcome, data={"meeting": meeting.number})
    if outcome == "charity_referred":
        deadlines.start(tx, env, "clk_charity_reply", case)
    to_person(
        tx, env, case.contact_id, "msg.meeting_result", {"called": called(tx, env, case), "result": result.strip()},
        key=f"{meeting.id}:result", case_id=case.id,
    )  # fmt: skip
    return case


def begin(tx: Tx, env: Env, actor: Actor, case: Case, reason: str) -> Meeting:
    """Open a meeting on a case; whoever opens it decides what the case's status then is."""
    held = tx.session.exec(select(func.count()).select_from(Meeting).where(Meeting.case_id == case.id)).one()
    meeting = Meeting(
        id=new_id("mtg"),
        case_id=case.id,
        number=meeting_no(case.register_no, held + 1),
        reason=reason,
        raised_at=env.now,
    )
    tx.session.add(meeting)
    record(tx, env, actor, "meeting_opened", case=case, data={"meeting": meeting.number, "reason": reason})
    deadlines.start(tx, env, "clk_meeting_submit", case, variant=_urgency(case))
    to_person(
        tx, env, case.contact_id, "msg.meeting_notice",
        {"called": called(tx, env, case), "date": day(_held_by(env, case))},
        key=f"{meeting.id}:notice", case_id=case.id,
    )  # fmt: skip
    return meeting


def meet_about_returns(tx: Tx, env: Env, case: Case) -> Meeting | None:
    """At the second return the service itself calls the meeting, and no third department is tried (domain 3.6)."""
    if case.return_count < env.county.number("return_limit", env.today) or open_meeting(tx, case) is not None:
        return None
    meeting = begin(tx, env, BOT, case, "repeated_return")
    if case.owner_id is not None:
        running = deadlines.running(tx, case.id, "clk_meeting_submit")
        assert running is not None
        to_staff(
            tx, env, case.owner_id, "msg.staff_meeting_wanted",
            {
                **group_params(env, case),
                "reason_code": Term("meeting_reason", "repeated_return"),
                "date": day(running.due_day),
            },
            key=f"{meeting.id}:wanted", case_id=case.id,
        )  # fmt: skip
    return meeting


def close_meeting(tx: Tx, env: Env, case: Case, outcome: str) -> None:
    """End the case's open meeting, if there is one."""
    meeting = open_meeting(tx, case)
    if meeting is None:
        return
    meeting.resolved_at = env.now
    meeting.outcome = outcome
    tx.session.add(meeting)
    deadlines.stop(tx, env, case.id, ("clk_meeting_submit", "clk_meeting_hold"))


def _hand_in(tx: Tx, env: Env, case: Case, meeting: Meeting, proposal: str) -> None:
    meeting.put(env.sealer, "proposal", proposal)
    meeting.submitted_at = env.now
    tx.session.add(meeting)
    deadlines.stop(tx, env, case.id, ("clk_meeting_submit",))
    hold = deadlines.start(tx, env, "clk_meeting_hold", case, variant=_urgency(case))
    to_group(
        tx, env, MEETING_GROUP, "msg.staff_meeting_card",
        {
            **group_params(env, case),
            "reason_code": Term("meeting_reason", meeting.reason),
            "date": day(hold.day),
        },
        key=f"{meeting.id}:card", case_id=case.id,
    )  # fmt: skip


def _held_by(env: Env, case: Case) -> dt.date:
    submit = deadlines.due_of(env, "clk_meeting_submit", env.now)
    return deadlines.due_of(env, "clk_meeting_hold", submit.at, _urgency(case)).day


def _urgency(case: Case) -> str:
    return "" if case.emergency_level == "none" else case.emergency_level


__all__ = [
    "begin",
    "close_meeting",
    "meet_about_returns",
    "raise_meeting",
    "resolve_meeting",
    "submit_proposal",
]
