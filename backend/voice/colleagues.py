"""Colleagues listen to voice messages no machine heard, and write down what is said in them."""

from __future__ import annotations

from typing import Final

from sqlmodel import col, select

from backend.cases.move import get_case
from backend.conversations.tables import Attachment
from backend.env import Actor, Env
from backend.errors import NotFound, RefusedAct
from backend.inbox.receive import Receiver
from backend.journal.record import record
from backend.voice.hearing import pass_on
from backend.voice.keeping import no_words
from backend.voice.tables import OPEN, Voice
from backend.writer import Tx
from dialogs.said import Said

MOST: Final = 100  # voices on the list; beyond that the list is not the problem


def may_hear(actor: Actor, found: Voice) -> bool:
    """The window of its town, the county's center, and whoever was rung for it."""
    if actor.kind != "staff":
        return False
    if "county_center" in actor.roles or ("window_clerk" in actor.roles and actor.town == found.town):
        return True
    return any(actor.id in rung for rung in found.chain[: found.rings])


def unheard(tx: Tx, actor: Actor) -> list[Voice]:
    """What this colleague may hear and nobody has heard yet, the oldest first."""
    rows = tx.session.exec(
        select(Voice).where(col(Voice.status).in_(OPEN)).order_by(col(Voice.received_at), col(Voice.id)).limit(MOST)
    ).all()
    return [one for one in rows if may_hear(actor, one)]


def voice_for(tx: Tx, actor: Actor, voice_id: str, *, lock: bool = False) -> Voice:
    """One voice. Raises NotFound where there is none, and for whoever may not hear it."""
    found = tx.session.get(Voice, voice_id, with_for_update=lock, populate_existing=lock)
    if found is None or not may_hear(actor, found):
        raise NotFound("voice")
    return found


def listen(tx: Tx, env: Env, actor: Actor, voice_id: str) -> tuple[str, str]:
    """She is about to hear it, which is written down; the attachment and its media type.

    Raises:
        NotFound: there is none, it is not hers to hear, or its sound is deleted.
    """
    found = voice_for(tx, actor, voice_id)
    sound = tx.session.get(Attachment, found.attachment_id)
    if sound is None:
        raise NotFound("sound")
    case = get_case(tx, sound.case_id) if sound.case_id else None
    record(tx, env, actor, "voice_played", case=case, subject=found.id)
    return sound.id, sound.media_type


def write_down(tx: Tx, env: Env, receiver: Receiver, actor: Actor, voice_id: str, said: Said) -> None:
    """What was said in it goes on as her own words.

    Raises:
        NotFound: there is none, or it is not hers to hear.
        RefusedAct: `not_possible_now`, a colleague or the machine was quicker.
    """
    pass_on(tx, env, receiver, _still_open(tx, actor, voice_id), said, actor)


def nothing_in_it(tx: Tx, env: Env, actor: Actor, voice_id: str) -> None:
    """Nobody speaks in it. Raises as `write_down`."""
    no_words(tx, env, _still_open(tx, actor, voice_id), actor)


def _still_open(tx: Tx, actor: Actor, voice_id: str) -> Voice:
    found = voice_for(tx, actor, voice_id, lock=True)
    if found.status not in OPEN:
        raise RefusedAct("not_possible_now", event="voice_heard", status=found.status)
    return found
