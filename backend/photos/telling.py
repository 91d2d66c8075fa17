"""Photographs that wait to be read are taken one by one; what was read reaches her conversation in one transaction."""

from __future__ import annotations

import datetime as dt
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import and_, or_, update
from sqlmodel import col, select

from backend.cases.supplying import bring, wanted_of
from backend.conversations.tables import Attachment, Conversation
from backend.env import Env
from backend.inbox.receive import Receiver
from backend.outbox.post import to_person
from backend.writer import Tx
from dialogs import photo_talk
from dialogs import state as states
from dialogs.effects import AddToCase, Say
from dialogs.papers.reading import material_of
from dialogs.papers.seen import Seen
from dialogs.state import State
from dialogs.terms import Term

#: After how long one that was taken is taken again (its process ended), and how often it is tried.
LEASE: Final = dt.timedelta(minutes=2)
TRIES: Final = 2
#: What was read later than this is told to nobody: she has gone on, and the window has the photograph.
LATE: Final = dt.timedelta(minutes=15)
#: Materials a photograph can be known as.
READABLE: Final = frozenset({"mat_id_card", "mat_household_register", "mat_disability_cert"})


class Taken(NamedTuple):
    """A photograph that is to be read now.

    Attributes:
        tired: it was tried as often as it may be and never came back.
    """

    id: str
    tired: bool


def take(tx: Tx, env: Env) -> Taken | None:
    """The photograph that waits longest, marked so that no other process reads it; None when none waits."""
    reading, at = col(Attachment.reading), col(Attachment.reading_at)
    tx.connection.execute(
        update(Attachment)
        .where(reading.in_(("waiting", "taken")), col(Attachment.received_at) < env.now - LATE)
        .values(reading="late")
    )
    row = tx.session.exec(
        select(Attachment)
        .where(or_(reading == "waiting", and_(reading == "taken", at < env.now - LEASE)))
        .order_by(col(Attachment.received_at), col(Attachment.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if row is None:
        return None
    tired = row.reading_tries >= TRIES
    row.reading, row.reading_at, row.reading_tries = "taken", env.now, row.reading_tries + 1
    tx.session.add(row)
    return Taken(row.id, tired)


def tell(tx: Tx, env: Env, receiver: Receiver, attachment_id: str, seen: Seen) -> bool:
    """File the photograph as what it is and say what was read; False when it is gone or was told before.

    Nothing that was read is written down but in her conversation's sealed state, until she says that it is right.
    """
    row = tx.session.get(Attachment, attachment_id)
    if row is None or row.reading != "taken":
        return False
    known = receiver.find(tx, row.contact_id)
    row = tx.session.get(Attachment, attachment_id, populate_existing=True)  # as it is now that she is locked
    if known is None or row is None or row.reading != "taken":
        return False
    row.reading = "done"
    tx.session.add(row)
    state, context = known.state, receiver.context_for(known, tuple)
    if state.dialog or any(one.draft == row.draft for one in state.parked):
        row.material = row.material or material_of(seen.paper.code) or None
        after, said = photo_talk.arrived(state, row.draft, row.id, seen, context)
    else:
        after, said = _handed_in(tx, env, state, row, seen)
    tx.flush()
    if after != state:
        _keep(tx, env, known.conversation_id, after)
    if said is not None:
        to_person(
            tx, env, row.contact_id, said.key, said.params,
            key=f"{row.id}:seen", options=said.options, case_id=row.case_id,
        )  # fmt: skip
    return True


def _handed_in(tx: Tx, env: Env, state: State, row: Attachment, seen: Seen) -> tuple[State, Say | None]:
    """A photograph for a case: it goes to the paper that was asked for; another one is said kindly, and kept."""
    material = material_of(seen.paper.code)
    if material and row.id in state.unsorted and material in state.which:
        return _sorted_by_itself(tx, env, state, row, material)
    wanted = {code for one in wanted_of(tx, row.contact_id, state.last_case) for code in one.materials}
    asked = row.material if row.material in READABLE else ""
    if not asked and len(wanted & READABLE) == 1 and wanted <= READABLE:
        asked = min(wanted)
    row.material = material or row.material
    if material and asked and material != asked:
        what, wants = Term("material", material), Term("material", asked)
        return state, Say("msg.photo_other_kind", {"what": what, "wanted": wants})
    return state, photo_talk.about(seen, asked or "")


def _sorted_by_itself(tx: Tx, env: Env, state: State, row: Attachment, material: str) -> tuple[State, Say | None]:
    """She was asked what the photographs are: this one says so itself."""
    others = [one for one in state.unsorted if one != row.id]
    after, says = bring(tx, env, row.contact_id, state, AddToCase(None, (row.id,), material))
    if others:
        left = [code for code in state.which if code != material]
        after = msgspec.structs.replace(after, which=left, unsorted=others if left else [])
    told = next((say for say in says if say.key == "tell.material_in"), None)
    return after, None if told is None else Say("msg.photo_sorted", told.params)


def _keep(tx: Tx, env: Env, conversation_id: str, state: State) -> None:
    sealed = env.sealer.seal(states.write(state), table="conversation", column="state_sealed", row_id=conversation_id)
    tx.connection.execute(
        update(Conversation)
        .where(col(Conversation.id) == conversation_id)
        .values(state_sealed=sealed, asking=state.asking or None)
    )
