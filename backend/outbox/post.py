"""Puts into the outbox what must be said, in the transaction of its cause."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from backend.env import Env
from backend.ids import new_id
from backend.inbox.tables import Contact
from backend.outbox.tables import Outgoing
from backend.prepared import insert
from backend.writer import Tx
from dialogs.terms import Param

SIGNAL = "outgoing"
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(dict[str, Param]).decode


def to_person(
    tx: Tx,
    env: Env,
    contact_id: str | None,
    message: str,
    params: dict[str, Param],
    *,
    key: str,
    case_id: str | None = None,
    transfer_id: str | None = None,
    urgent: bool = False,
    due_at: dt.datetime | None = None,
) -> bool:
    """Say something to one contact, once per `key`. False when it was said before, or when there is no contact.

    A case filed at the window has no contact: staff see it on their list of people to call (a later issue).
    """
    if contact_id is None:
        return False
    contact = tx.session.get(Contact, contact_id)
    if contact is None:
        return False
    return _insert(
        tx, env, message, params, key=key, channel=contact.channel, audience="person", contact_id=contact_id,
        case_id=case_id, transfer_id=transfer_id, urgent=urgent, due_at=due_at,
    )  # fmt: skip


def to_group(
    tx: Tx,
    env: Env,
    group: str,
    message: str,
    params: dict[str, Param],
    *,
    key: str,
    case_id: str | None = None,
    transfer_id: str | None = None,
    urgent: bool = False,
) -> bool:
    """Post a masked alert to a staff group, once per `key`. Only what domain 12.5 allows may be in `params`."""
    return _insert(
        tx, env, message, params, key=key, channel="board", audience="group", group_code=group, case_id=case_id,
        transfer_id=transfer_id, urgent=urgent, due_at=None,
    )  # fmt: skip


def to_staff(
    tx: Tx,
    env: Env,
    staff_id: str,
    message: str,
    params: dict[str, Param],
    *,
    key: str,
    case_id: str | None = None,
    transfer_id: str | None = None,
    urgent: bool = False,
) -> bool:
    """Tell one colleague something privately, once per `key`."""
    return _insert(
        tx, env, message, params, key=key, channel="board", audience="staff", staff_id=staff_id, case_id=case_id,
        transfer_id=transfer_id, urgent=urgent, due_at=None,
    )  # fmt: skip


def _insert(
    tx: Tx, env: Env, message: str, params: dict[str, Param], *, due_at: dt.datetime | None, **columns: Any
) -> bool:
    now = env.now
    written = insert(
        tx, env, Outgoing, once="key", id=new_id("out"), message=message, params=_encode(params),
        due_at=due_at or now, created_at=now, **columns,
    )  # fmt: skip
    tx.signals.add(SIGNAL)
    return written


def params_of(env: Env, row: Outgoing) -> dict[str, Param]:
    """The parameters a row was written with."""
    text = row.get(env.sealer, "params")
    return {} if text is None else _decode(text)


__all__ = ["SIGNAL", "params_of", "to_group", "to_person", "to_staff"]
