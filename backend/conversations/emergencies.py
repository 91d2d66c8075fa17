"""Emergencies: the duty chain is rung until somebody takes it, and who took it is asked until help has arrived.

Source clause: domain 4.2 (clk_emergency_ack, clk_emergency_relief), 8.1, 8.4. Every ring is a row of the outbox under a
unique key, so that several watchers at once, or one that was down, ring everybody once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

from sqlalchemy import update
from sqlmodel import col, select

from backend.checks import SHORTEST_REASON, long_enough
from backend.conversations.tables import Conversation, Emergency
from backend.deadlines import service as deadlines
from backend.deadlines.counting import OFFICE_CLOSE, OFFICE_OPEN, SHANGHAI
from backend.env import Actor, Env
from backend.errors import NotFound, RefusedAct
from backend.ids import new_id
from backend.journal.record import record
from backend.messages import COUNTY_GROUP, town_group
from backend.outbox.post import to_group, to_person, to_staff
from backend.staff.tables import Staff
from backend.writer import Tx
from dialogs.catalogue.mistakes import NotCovered, UnknownCode
from dialogs.terms import Param, Term

ACK, RELIEF = "clk_emergency_ack", "clk_emergency_relief"

#: What is posted that asks for somebody to take it; the key of each begins with the conversation.
CALLS: Final = frozenset({"msg.alert_emergency", "msg.staff_emergency_ring", "msg.staff_emergency_silent"})

#: The chain in office hours, rung by rung (domain 8.4); the village's two are rung together.
_RUNGS: Final = (("window_clerk",), ("village_assistant", "station_head"), ("township_lead",), ("county_center",))


# --- it is heard


def raise_alarm(
    tx: Tx, env: Env, conversation_id: str, contact_id: str, code: str, level: str, *, town: str, village: str | None,
    key: str,
) -> None:  # fmt: skip
    """Somebody may be in danger: the town's group is told, and the chain begins to ring.

    Told again while it is open, it goes on ringing where it was, or reaches whoever has taken it.

    Args:
        key: of this very alarm; the same alarm twice is one.
    """
    tx.connection.execute(update(Conversation).where(col(Conversation.id) == conversation_id).values(wants_human=True))
    found = _open(tx, conversation_id)
    if found is None:
        found = Emergency(
            id=new_id("emg"),
            conversation_id=conversation_id,
            contact_id=contact_id,
            code=code,
            level=level,
            town=town,
            raised_at=env.now,
            chain=duty_chain(tx, env, town, village),
        )
        tx.session.add(found)
        tx.flush()
        _ring(tx, env, found, env.now)
    else:
        _again(tx, env, found, level, key)
    to_group(tx, env, town_group(town), "msg.alert_emergency", _params(env, found), key=key, urgent=True)


def _again(tx: Tx, env: Env, found: Emergency, level: str, key: str) -> None:
    if level < found.level:  # e1 is graver than e2
        found.level = level
        if found.taken_at is None and found.next_ring_at is not None:
            found.next_ring_at = min(found.next_ring_at, _after(env, found, env.now))
    if found.taken_by is not None:
        to_staff(
            tx, env, found.taken_by, "msg.staff_emergency_again", _params(env, found), key=f"{key}:taker", urgent=True
        )
    tx.session.add(found)
    tx.flush()


def duty_chain(tx: Tx, env: Env, town: str, village: str | None) -> list[list[str]]:
    """Who is rung now, in order: by role in office hours, by the county's roster at any other time; nobody twice.

    Rungs that have nobody are left out. Where the village is not known, its two are those on the roster.
    """
    staff = tx.session.exec(select(Staff).where(col(Staff.active).is_(True)).order_by(Staff.login)).all()
    roster = _roster(env)
    on_roster = [[one.id] for login in roster for one in staff if one.login == login]
    chain = _by_role(env, staff, roster, town, village) if _in_office(env) else on_roster
    rung: set[str] = set()
    left: list[list[str]] = []
    for people in chain or on_roster:
        fresh = [one for one in people if one not in rung]
        rung.update(fresh)
        if fresh:
            left.append(fresh)
    return left


def _by_role(
    env: Env, staff: Iterable[Staff], roster: tuple[str, ...], town: str, village: str | None
) -> list[list[str]]:
    chain: list[list[str]] = []
    for roles in _RUNGS:
        held = [one for one in staff if set(roles) & set(one.roles)]
        if roles != ("county_center",):
            held = [one for one in held if one.town == town]
        if "village_assistant" in roles:
            held = [one for one in held if (village in one.villages if village else one.login in roster)]
        order = {login: place for place, login in enumerate(roster)}
        held.sort(key=lambda one: (order.get(one.login, len(order)), one.login))
        # Of several at one desk the first on the roster is rung: a ring that everybody hears is answered by nobody.
        chain.append([one.id for one in held] if "village_assistant" in roles else [one.id for one in held[:1]])
    return chain


def _roster(env: Env) -> tuple[str, ...]:
    try:
        value = env.county.setting("duty_chain", env.today).value
    except (UnknownCode, NotCovered):
        return ()
    return tuple(str(one) for one in value) if isinstance(value, (list, tuple)) else ()


def _in_office(env: Env) -> bool:
    now = env.now.astimezone(SHANGHAI)
    return env.calendar.is_working_day(now.date()) and _hour(env, "office_open", OFFICE_OPEN) <= now.time() < _hour(
        env, "office_close", OFFICE_CLOSE
    )


def _hour(env: Env, key: str, default: dt.time) -> dt.time:
    try:
        return dt.time.fromisoformat(env.county.text(key, env.today))
    except (UnknownCode, NotCovered):
        return default


# --- it rings


def ring_due(tx: Tx, env: Env, at: dt.datetime, page: int) -> tuple[int, int]:
    """Ring whoever is next for everything nobody has taken, and ask after relief that is overdue.

    Returns:
        How many emergencies were due, and how many messages were written.
    """
    found = tx.session.exec(
        select(Emergency)
        .where(col(Emergency.closed_at).is_(None), col(Emergency.next_ring_at) <= at)
        .order_by(col(Emergency.next_ring_at), col(Emergency.id))
        .limit(page)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    return len(found), sum(_ring(tx, env, one, at) if one.taken_at is None else _ask(tx, env, one, at) for one in found)


def _ring(tx: Tx, env: Env, found: Emergency, at: dt.datetime) -> int:
    """Ring every rung whose moment has come; the last one rings on, over and over, with the county's group.

    A watcher that was down catches up with the rungs, but rings nobody twice for the time it missed.
    """
    moment, posted = found.next_ring_at or at, 0
    while True:
        posted += _ring_once(tx, env, found)
        moment = _after(env, found, moment)
        if moment > at:
            break
        if found.rings >= len(found.chain):
            moment = _after(env, found, at)
            break
    found.next_ring_at = moment
    tx.session.add(found)
    tx.flush()
    return posted


def _ring_once(tx: Tx, env: Env, found: Emergency) -> int:
    number = found.rings
    found.rings += 1
    people = found.chain[min(number, len(found.chain) - 1)] if found.chain else []
    key = f"{found.conversation_id}:ring:{found.id}:{number}"
    posted = 0
    for staff_id in people:
        posted += to_staff(
            tx, env, staff_id, "msg.staff_emergency_ring", _params(env, found), key=f"{key}:{staff_id}", urgent=True
        )
    if number >= len(found.chain):
        posted += to_group(
            tx, env, COUNTY_GROUP, "msg.staff_emergency_silent", _params(env, found), key=f"{key}:county", urgent=True
        )
    return posted


def _ask(tx: Tx, env: Env, found: Emergency, at: dt.datetime) -> int:
    """The relief is overdue and nobody has written that it arrived: who took it is asked, and the county hears it."""
    assert found.taken_by is not None
    key = f"{found.conversation_id}:relief:{found.id}:{found.reminders}"
    params = _params(env, found)
    posted = int(to_staff(tx, env, found.taken_by, "msg.staff_relief_overdue", params, key=f"{key}:taker", urgent=True))
    posted += to_group(tx, env, COUNTY_GROUP, "msg.staff_relief_overdue", params, key=f"{key}:county", urgent=True)
    found.reminders += 1
    found.next_ring_at = deadlines.due_of(env, RELIEF, at).at
    tx.session.add(found)
    tx.flush()
    return posted


def _after(env: Env, found: Emergency, moment: dt.datetime) -> dt.datetime:
    return deadlines.due_of(env, ACK, moment, found.level).at


def minutes_of(env: Env, level: str) -> int:
    """How long somebody has to take an emergency of this level (clk_emergency_ack)."""
    return int((deadlines.due_of(env, ACK, env.now, level).at - env.now).total_seconds()) // 60


def _params(env: Env, found: Emergency) -> dict[str, Param]:
    return {
        "level": Term("level", found.level),
        "where": Term("town", found.town),
        "minutes": minutes_of(env, found.level),
        "path": f"/desk/talks/{found.conversation_id}",
    }


# --- it is taken, and closed


def take(tx: Tx, env: Env, actor: Actor, emergency_id: str) -> Emergency:
    """我来处理: this colleague has it. It stops ringing, the clock of the relief starts, and the one in need is told.

    Raises:
        NotFound: there is none, or it is none of hers.
        RefusedAct: `emergency_taken`, with the name of the colleague who was first.
    """
    found = _for(tx, actor, emergency_id)
    if found.taken_by is not None:
        if found.taken_by == actor.id:
            return found
        raise RefusedAct("emergency_taken", who=_name(tx, found.taken_by))
    found.taken_at, found.taken_by = env.now, actor.id
    found.relief_due_at = found.next_ring_at = deadlines.due_of(env, RELIEF, env.now).at
    tx.session.add(found)
    tx.flush()
    tx.connection.execute(
        update(Conversation).where(col(Conversation.id) == found.conversation_id).values(wants_human=False)
    )
    record(
        tx, env, actor, "emergency_taken", subject=found.id,
        data={"code": found.code, "level": found.level, "rings": found.rings},
    )  # fmt: skip
    params = _params(env, found)
    del params["minutes"]
    to_group(
        tx, env, town_group(found.town), "msg.staff_emergency_taken", params | {"clerk": actor.name or ""},
        key=f"{found.conversation_id}:taken:{found.id}",
    )  # fmt: skip
    to_person(
        tx, env, found.contact_id, "msg.emergency_taken",
        {"clerk": actor.name or "", "phone": env.county.town(found.town).phone}, key=f"{found.id}:taken", urgent=True,
    )  # fmt: skip
    return found


def take_in(tx: Tx, env: Env, actor: Actor, conversation_id: str) -> bool:
    """The same for whatever is open in a conversation; False when nothing is. Raises as `take`."""
    found = _open(tx, conversation_id)
    if found is None:
        return False
    take(tx, env, actor, found.id)
    return True


def close(tx: Tx, env: Env, actor: Actor, emergency_id: str, outcome: str) -> Emergency:
    """Help has arrived, or there was no danger: only a person says so, and what was done (domain 8.3).

    Raises:
        NotFound: there is none, or it is none of hers.
        RefusedAct: `not_possible_now`, nobody has taken it yet, or it is closed; `too_short`, the outcome.
    """
    found = _for(tx, actor, emergency_id)
    if found.taken_at is None or found.closed_at is not None:
        status = "open" if found.taken_at is None else "closed"
        raise RefusedAct("not_possible_now", event="relief_delivered", status=status)
    found.put(env.sealer, "outcome", long_enough("outcome", outcome, SHORTEST_REASON))
    found.closed_at, found.closed_by, found.next_ring_at = env.now, actor.id, None
    tx.session.add(found)
    tx.flush()
    late = found.relief_due_at is not None and env.now > found.relief_due_at
    record(tx, env, actor, "relief_delivered", subject=found.id, data={"code": found.code, "late": late})
    return found


def open_ones(tx: Tx, actor: Actor) -> list[Emergency]:
    """What is open and hers to see: what nobody has taken first, the gravest and oldest of it first."""
    rows = tx.session.exec(select(Emergency).where(col(Emergency.closed_at).is_(None))).all()
    hers = [row for row in rows if _may(actor, row)]
    return sorted(hers, key=lambda row: (row.taken_at is not None, row.level, row.raised_at))


def open_in(tx: Tx, conversation_id: str) -> Emergency | None:
    """What is open in a conversation, for reading."""
    return tx.session.exec(
        select(Emergency).where(Emergency.conversation_id == conversation_id, col(Emergency.closed_at).is_(None))
    ).first()


def _may(actor: Actor, found: Emergency) -> bool:
    if actor.kind != "staff":
        return False
    in_chain = any(actor.id in people for people in found.chain)
    return in_chain or "county_center" in actor.roles or actor.town == found.town


def _for(tx: Tx, actor: Actor, emergency_id: str) -> Emergency:
    """The emergency, kept for this act alone: its conversation first, as every message does, so that none deadlocks."""
    conversation = select(Emergency.conversation_id).where(Emergency.id == emergency_id)
    tx.connection.execute(select(col(Conversation.id)).where(col(Conversation.id).in_(conversation)).with_for_update())
    found = tx.session.exec(
        select(Emergency)
        .where(Emergency.id == emergency_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if found is None or not _may(actor, found):
        raise NotFound("emergency")
    return found


def _open(tx: Tx, conversation_id: str) -> Emergency | None:
    return tx.session.exec(
        select(Emergency)
        .where(Emergency.conversation_id == conversation_id, col(Emergency.closed_at).is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()


def _name(tx: Tx, staff_id: str) -> str:
    staff = tx.session.get(Staff, staff_id)
    return staff.name if staff is not None else ""


__all__ = [
    "CALLS",
    "close",
    "duty_chain",
    "minutes_of",
    "open_in",
    "open_ones",
    "raise_alarm",
    "ring_due",
    "take",
    "take_in",
]
