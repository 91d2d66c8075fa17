"""What becomes of a voice message: a machine hears it, or it cannot, and the words go the road of typed ones.

Source clause: domain 12.5 (what is kept of a transcript), 13.1 (7) (what is said back); decision 0024. The machine is
asked outside any transaction; what it said, or why it did not, is then written in one act with what follows. A repeat
changes nothing: a voice is heard once, under a message id of its own.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

import msgspec
from sqlalchemy import or_, update
from sqlmodel import col, select

from backend.conversations.tables import Attachment
from backend.env import BOT, Actor, Env
from backend.inbox.receive import Receiver
from backend.inbox.tables import Contact
from backend.ports import Arrived
from backend.privacy.mask import redact
from backend.voice.keeping import finish, hand_over
from backend.voice.tables import OPEN, Voice
from backend.writer import Tx
from dialogs.said import Said
from dialogs.voice import nothing_heard

LEASE: Final = dt.timedelta(minutes=2)  # longer than the machine is waited for
FIRST_WAIT: Final = dt.timedelta(seconds=5)
LONGEST_WAIT: Final = dt.timedelta(minutes=2)
TRIES: Final = 4  # after these a colleague listens

_encode = msgspec.json.Encoder().encode


class Job(msgspec.Struct, frozen=True):
    """One recording for the machine.

    Attributes:
        attempt: 1 for the first.
    """

    id: str
    attachment_id: str
    media_type: str
    attempt: int


def claim(tx: Tx, env: Env, most: int) -> list[Job]:
    """Recordings that are due, leased for a short time: another process takes over what this one does not finish."""
    now = env.now
    ids = tx.connection.execute(
        select(Voice.id)
        .where(
            Voice.status == "waiting",
            col(Voice.due_at) <= now,
            or_(col(Voice.leased_until).is_(None), col(Voice.leased_until) < now),
        )
        .order_by(col(Voice.received_at), col(Voice.id))
        .limit(most)
        .with_for_update(skip_locked=True)
    ).scalars()
    due = ids.all()
    if not due:
        return []
    tx.connection.execute(
        update(Voice).where(col(Voice.id).in_(due)).values(leased_until=now + LEASE, attempts=col(Voice.attempts) + 1)
    )
    rows = tx.connection.execute(
        select(Voice.id, Voice.attachment_id, Attachment.media_type, Voice.attempts)
        .join(Attachment, col(Attachment.id) == col(Voice.attachment_id))
        .where(col(Voice.id).in_(due))
        .order_by(col(Voice.received_at), col(Voice.id))
    )
    return [Job(*row) for row in rows]


def understood(tx: Tx, env: Env, receiver: Receiver, voice_id: str, said: Said, *, doubtful: bool = False) -> None:
    """What the machine heard goes on as her words; where it is no speech, a colleague listens."""
    found = _open(tx, voice_id)
    if found is None:
        return
    if nothing_heard(said, doubtful=doubtful):
        hand_over(tx, env, found, "unclear")
        return
    pass_on(tx, env, receiver, found, said, BOT)


def failed(tx: Tx, env: Env, voice_id: str, code: str, *, again: bool, after: dt.timedelta | None = None) -> None:
    """The machine gave no words: it is asked again later, or a colleague listens.

    Args:
        again: whether asking again can help.
        after: how long to wait at least, if the machine said so.
    """
    found = _open(tx, voice_id)
    if found is None or found.status != "waiting":
        return
    if not again or found.attempts >= TRIES:
        hand_over(tx, env, found, code)
        return
    wait = max(min(FIRST_WAIT * int(2 ** (found.attempts - 1)), LONGEST_WAIT), after or dt.timedelta())
    if wait > LONGEST_WAIT:  # it asks for more patience than somebody who may be in danger has
        hand_over(tx, env, found, code)
        return
    found.due_at, found.leased_until, found.error = env.now + wait, None, code
    tx.session.add(found)


def pass_on(tx: Tx, env: Env, receiver: Receiver, found: Voice, said: Said, by: Actor) -> None:
    """The words of a voice go the road of typed words, and what they are answered with is put into the outbox."""
    contact = tx.session.get(Contact, found.contact_id)
    assert contact is not None
    spoken = redact(said.text or "")  # domain 12.5: no identity or card number is kept of a transcript
    replied = receiver.receive(
        tx,
        Arrived(
            channel=found.channel,
            account=found.account,
            address=contact.get(env.sealer, "address") or "",
            message_id=found.words_id,
            raw=_encode({"text": spoken, "choice": None, "files": []}),
            said=msgspec.structs.replace(said, spoken=spoken),
            answer_later=True,
        ),
    )
    finish(tx, env, found, "heard", by)
    found.inbound_id = replied.inbound_id
    tx.session.add(found)
    tx.flush()


def _open(tx: Tx, voice_id: str) -> Voice | None:
    found = tx.session.get(Voice, voice_id, with_for_update=True, populate_existing=True)
    return found if found is not None and found.status in OPEN else None
