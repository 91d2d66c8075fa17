"""Puts into the outbox what must be said, in the transaction of its cause."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TypedDict, Unpack

import msgspec
from sqlmodel import col, select

from backend.cases.tables import Case, Person, Representation
from backend.env import Env
from backend.ids import new_id
from backend.inbox.tables import Contact
from backend.outbox.groups import safe_for_group
from backend.outbox.tables import Outgoing
from backend.prepared import insert
from backend.writer import Tx
from dialogs.effects import Option, Say
from dialogs.terms import Line, Lines, Param

SIGNAL = "outgoing"
_ABOUT, _OPTIONS = "@about", "@options"
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(dict[str, Param]).decode
_decode_say = msgspec.json.Decoder(Say).decode


class Cause(TypedDict, total=False):
    """What a message is about, so that it is found with its case; `urgent` ones go first.

    `due_at`: not before then; at once when not given.
    """

    case_id: str | None
    transfer_id: str | None
    urgent: bool
    due_at: dt.datetime


def to_person(
    tx: Tx,
    env: Env,
    contact_id: str | None,
    message: str,
    params: dict[str, Param],
    *,
    key: str,
    options: tuple[Option, ...] = (),
    **cause: Unpack[Cause],
) -> bool:
    """Say something to one contact, once per `key`. False when it was said before, or when there is no contact.

    `options` are the buttons of a question.

    A case filed at the window has no contact: staff see it on their list of people to call (a later issue).
    """
    contact = tx.session.get(Contact, contact_id) if contact_id is not None else None
    if contact is None:
        return False
    to = {"channel": contact.channel, "audience": "person", "contact_id": contact.id}
    if _sent_away(tx, contact.id, cause.get("case_id")):
        return False
    whom = _whom(tx, env, contact.id, cause.get("case_id"))
    if whom:
        params = {**params, _ABOUT: whom}
    if options:
        params = {**params, _OPTIONS: _written(options)}
    return _insert(tx, env, message, params, key, to, cause)


def _sent_away(tx: Tx, contact_id: str, case_id: str | None) -> bool:
    """Whether the reader filed for somebody who then said that she never wanted it: he hears no more of her matter."""
    if case_id is None:
        return False
    return (
        tx.session.exec(
            select(Representation.id).where(
                Representation.case_id == case_id,
                Representation.contact_id == contact_id,
                col(Representation.denied_at).is_not(None),
            )
        ).first()
        is not None
    )


def _whom(tx: Tx, env: Env, contact_id: str, case_id: str | None) -> str:
    """The applicant's name where the reader files for others, so that no news is taken for somebody else's."""
    if case_id is None:
        return ""
    person = tx.session.exec(
        select(Person)
        .join(Case, col(Case.applicant_id) == col(Person.id))
        .where(Case.id == case_id, Case.contact_id == contact_id, col(Case.proxy_filed).is_(True))
    ).first()
    return "" if person is None else person.get(env.sealer, "name") or person.get(env.sealer, "called") or ""


def answer_later(tx: Tx, env: Env, contact_id: str, inbound_id: str, says: tuple[Say, ...]) -> None:
    """Put the answer to a message into the outbox, whole and in order, where nobody waits for it any more."""
    contact = tx.session.get(Contact, contact_id)
    assert contact is not None
    for number, say in enumerate(says):
        insert(
            tx, env, Outgoing, once="key", id=new_id("out"), key=f"{inbound_id}.{number}", message=say.key[:48],
            say=_encode(say), created_at=env.now, due_at=env.now, urgent=say.kind == "urgent",
            channel=contact.channel, audience="person", contact_id=contact.id,
        )  # fmt: skip
    tx.signals.add(SIGNAL)


def to_group(
    tx: Tx, env: Env, group: str, message: str, params: dict[str, Param], *, key: str, **cause: Unpack[Cause]
) -> bool:
    """Post a masked alert to a staff group, once per `key`.

    What holds more than domain 12.5 lets a group read is not posted: the neutral alert goes in its place, with the
    short number and the link, so that the group still looks and nobody reads what it must not.
    """
    to = {"channel": "board", "audience": "group", "group_code": group}
    message, params = safe_for_group(tx, env, message, params, cause.get("case_id"))
    return _insert(tx, env, message, params, key, to, cause)


def to_staff(
    tx: Tx, env: Env, staff_id: str, message: str, params: dict[str, Param], *, key: str, **cause: Unpack[Cause]
) -> bool:
    """Tell one colleague something privately, once per `key`."""
    to = {"channel": "board", "audience": "staff", "staff_id": staff_id}
    return _insert(tx, env, message, params, key, to, cause)


def _insert(
    tx: Tx, env: Env, message: str, params: dict[str, Param], key: str, to: Mapping[str, str], cause: Cause
) -> bool:
    now = env.now
    new = insert(
        tx, env, Outgoing, once="key", id=new_id("out"), key=key, message=message, params=_encode(params),
        created_at=now, **{"due_at": now, **cause}, **to,
    )  # fmt: skip
    tx.signals.add(SIGNAL)
    return new


def params_of(env: Env, row: Outgoing) -> dict[str, Param]:
    """The parameters a row was written with."""
    return say_of(env, row).params


def say_of(env: Env, row: Outgoing) -> Say:
    """What a row says, and whom it is about where its reader speaks for others."""
    whole = row.get(env.sealer, "say")
    if whole is not None:
        return _decode_say(whole)
    text = row.get(env.sealer, "params")
    params = {} if text is None else _decode(text)
    about, options = str(params.pop(_ABOUT, "")), _read(params.pop(_OPTIONS, None))
    return Say(row.message, params, options, kind="push", about=about)


def _written(options: tuple[Option, ...]) -> Lines:
    """Buttons as a parameter, so that they are sealed and kept with the others."""
    return Lines(tuple(Line(one.label, {**one.params, "@id": one.id, "@number": one.number}) for one in options))


def _read(kept: Param | None) -> tuple[Option, ...]:
    if not isinstance(kept, Lines):
        return ()
    return tuple(
        Option(
            str(line.params["@id"]),
            line.key,
            {name: value for name, value in line.params.items() if not name.startswith("@")},
            int(str(line.params["@number"])),
        )
        for line in kept.lines
    )


__all__ = ["SIGNAL", "answer_later", "params_of", "say_of", "to_group", "to_person", "to_staff"]
