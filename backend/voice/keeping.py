"""Voice messages as they come, by when somebody is to have heard them, and what is said where nobody has yet.

Source clause: domain 8.1 and 8.4 (by when, and who is rung: decision 0024), 13.1 (7) (what was not heard is said so).
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from sqlmodel import col, select

from backend.conversations.emergencies import duty_chain
from backend.conversations.window import window_of
from backend.deadlines import service as deadlines
from backend.env import Actor, Env
from backend.ids import new_id
from backend.journal.record import record
from backend.messages import COUNTY_GROUP, town_group
from backend.outbox.post import to_group, to_person, to_staff
from backend.ports import Arrived
from backend.voice.tables import Voice
from backend.writer import Tx
from dialogs.terms import Param, Term

SIGNAL: Final = "voice"
CLOCK: Final = "clk_voice_heard"


# --- it comes, and is handed over


def take(
    tx: Tx,
    env: Env,
    contact_id: str,
    conversation_id: str,
    place: dict[str, Any],
    files: tuple[str, ...],
    arrived: Arrived,
) -> None:
    """A voice message came: the machine is asked, or the window's group is told; its clock runs in either case.

    Args:
        place: town and village of the one in need, as far as they are known.
        files: the recordings of this very message.
    """
    town = window_of(env, place.get("town")).town
    chain = duty_chain(tx, env, town, place.get("village"))
    for number, attachment_id in enumerate(files):
        found = Voice(
            id=new_id("voi"),
            contact_id=contact_id,
            conversation_id=conversation_id,
            attachment_id=attachment_id,
            channel=arrived.channel,
            account=arrived.account,
            words_id=words_id(arrived.message_id, number),
            town=town,
            status="waiting" if env.settings.speech_url else "unheard",
            received_at=env.now,
            due_at=env.now,
            chain=chain,
            next_ring_at=deadlines.due_of(env, CLOCK, env.now).at,
        )
        tx.session.add(found)
        tx.flush()
        if found.status == "waiting":
            tx.signals.add(SIGNAL)
        else:
            _tell_group(tx, env, found)


#: Stands in the message id of words that were heard in a voice; no channel's own id has a space in it.
OF_VOICE: Final = " voice "


def words_id(message_id: str, number: int) -> str:
    """The message id under which the words of a recording come: made of the voice's own, so that they come once."""
    return f"{message_id[:118]}{OF_VOICE}{number}"


def no_words(tx: Tx, env: Env, found: Voice, by: Actor) -> None:
    """A colleague listened, and there is nothing said in it; she is asked to write or to say it again."""
    finish(tx, env, found, "silent", by)
    to_person(tx, env, found.contact_id, "msg.voice_silent", {"phone": _phone(env, found)}, key=f"{found.id}:silent")


def finish(tx: Tx, env: Env, found: Voice, status: str, by: Actor) -> None:
    found.status, found.heard_at, found.next_ring_at, found.leased_until = status, env.now, None, None
    found.heard_by = by.id if by.kind == "staff" else None
    tx.session.add(found)
    tx.flush()
    record(tx, env, by, "voice_heard", subject=found.id, data={"words": status == "heard", "attempts": found.attempts})


def hand_over(tx: Tx, env: Env, found: Voice, code: str) -> None:
    """The machine cannot: the window's group is told, and she hears who listens now and what she can do meanwhile."""
    found.status, found.error, found.leased_until = "unheard", code, None
    tx.session.add(found)
    tx.flush()
    message = "msg.voice_unclear" if code == "unclear" else "msg.voice_for_staff"
    params: dict[str, Param] = {"phone": _phone(env, found), "minutes": minutes(env)}
    to_person(tx, env, found.contact_id, message, params, key=f"{found.id}:handed_over")
    _tell_group(tx, env, found)


def _tell_group(tx: Tx, env: Env, found: Voice) -> None:
    to_group(
        tx, env, town_group(found.town), "msg.staff_voice", _params(env, found), key=f"{found.id}:unheard", urgent=True
    )


# --- its clock


def minutes(env: Env) -> int:
    """Within how many minutes of the day or the night somebody is to have heard a voice."""
    return deadlines.amount_of(env, CLOCK)[0]


def ring_due(tx: Tx, env: Env, at: dt.datetime, page: int) -> tuple[int, int]:
    """Ring whoever is next for every voice nobody has heard in time.

    Returns:
        How many were due, and how many messages were written.
    """
    found = tx.session.exec(
        select(Voice)
        .where(col(Voice.next_ring_at) <= at)
        .order_by(col(Voice.next_ring_at), col(Voice.id))
        .limit(page)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    return len(found), sum(_ring(tx, env, one, at) for one in found)


def _ring(tx: Tx, env: Env, found: Voice, at: dt.datetime) -> int:
    """The next rung of the duty chain; behind the last one the county's group, again and again.

    A watcher that was down rings the next rung alone, and nobody twice for the time it missed.
    """
    if found.status == "waiting":  # the machine has had its time
        hand_over(tx, env, found, "late")
    number, params, posted = found.rings, _params(env, found), 0
    found.rings += 1
    if number < len(found.chain):
        for staff_id in found.chain[number]:
            key = f"{found.id}:ring:{number}:{staff_id}"
            posted += to_staff(tx, env, staff_id, "msg.staff_voice_ring", params, key=key, urgent=True)
        found.next_ring_at = deadlines.due_of(env, CLOCK, at).at
    else:
        key = f"{found.id}:ring:{number}:county"
        posted += to_group(tx, env, COUNTY_GROUP, "msg.staff_voice_ring", params, key=key, urgent=True)
        found.next_ring_at = deadlines.due_of(env, CLOCK, at, "e3").at
    tx.session.add(found)
    tx.flush()
    return posted


def _params(env: Env, found: Voice) -> dict[str, Param]:
    return {"where": Term("town", found.town), "minutes": minutes(env), "path": f"/desk/voices/{found.id}"}


def _phone(env: Env, found: Voice) -> str:
    return env.county.town(found.town).phone
