"""The last messages with a resident, each with how far it has got."""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlmodel import col, select

from backend.clock import local_day
from backend.conversations.history import history
from backend.env import Env
from backend.outbox.post import say_of
from backend.outbox.tables import Outgoing
from backend.privacy.mask import redact
from backend.web.words import DeskWords
from backend.writer import Tx

LAST = 30


class Message(msgspec.Struct, frozen=True):
    """One message.

    Attributes:
        hers: whether she said it.
        files: how many files came with it.
        ground: by which clause we said it; "" for her own words and small talk of a form.
        state: of what was pushed to her: waiting, sent, delivered, failed, cancelled; "" for a direct answer.
    """

    hers: bool
    text: str
    at: str
    files: int = 0
    state: str = ""
    error: str = ""
    ground: str = ""
    doubled: bool = False


def talk_of(tx: Tx, env: Env, words: DeskWords, contact_id: str, limit: int = LAST) -> list[Message]:
    """The conversation's end, oldest first."""
    found: list[tuple[dt.datetime, int, Message]] = []
    labels: dict[str, str] = {}
    for order, entry in enumerate(history(tx.session, env, contact_id, limit)):
        if entry.secret:
            continue  # a report: it is the supervisor's, without who said it
        if entry.status:
            continue  # what was pushed is read below, with what has not gone out yet
        if entry.say is None:
            text = entry.text or (labels.get(entry.choice, "") if entry.choice else "")
            found.append((entry.at, order, Message(True, redact(text), words.moment(entry.at), len(entry.files))))
            continue
        for option in entry.say.options:
            labels[option.id] = words.say(option.label, option.params)
        # The query code is hers alone; numbers are masked here as everywhere.
        params = entry.say.params | ({"code": "••••••"} if "code" in entry.say.params else {})
        text = redact(words.say(entry.say.key, params))
        by = words.sent_by(entry.say.key, local_day(entry.at))
        found.append((entry.at, order, Message(False, text, words.moment(entry.at), ground=by)))
    rows = tx.session.exec(
        select(Outgoing).where(Outgoing.contact_id == contact_id).order_by(col(Outgoing.created_at).desc()).limit(limit)
    ).all()
    for order, row in enumerate(reversed(rows)):
        state = "waiting" if row.status == "leased" else row.status
        say = say_of(env, row)
        params = say.params | ({"code": "••••••"} if row.say_sealed and "code" in say.params else {})
        text = redact(words.say(say.key, params)) if row.say_sealed else words.say(say.key, params)
        message = Message(
            False, text, words.moment(row.created_at), state=state, error=row.error or "", doubled=row.maybe_duplicate,
            ground=words.sent_by(say.key, local_day(row.created_at)),
        )  # fmt: skip
        found.append((row.created_at, 1000 + order, message))
    found.sort(key=lambda one: (one[0], one[1]))
    return [message for _, _, message in found[-limit:]]
