"""Takes due rows out of the outbox, hands them to their channel, and writes down what became of them.

The call to a channel happens outside any transaction. A row is leased for a short time; when the process dies between
the call and the record, another takes the lease over and the message is marked `maybe_duplicate`.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlmodel import col

from backend.due import DueLoop
from backend.env import Env
from backend.failpoints import failpoint
from backend.inbox.tables import Contact
from backend.log import get_log
from backend.outbox.post import say_of
from backend.outbox.tables import Outgoing
from backend.ports import Delivery
from backend.writer import Tx, Writer

LEASE = dt.timedelta(seconds=30)
CLAIM = 32
FIRST_WAIT = dt.timedelta(seconds=5)
LONGEST_WAIT = dt.timedelta(hours=1)
GIVE_UP_AFTER = 48  # attempts
LONGEST_ASKED = dt.timedelta(days=1)  # more patience than that no channel may ask for
CONTACTS = 500  # of one query
UNSEEN = ("sent", "leased", "waiting")

log = get_log(__name__)


class SendError(Exception):
    """A channel could not take a message.

    Attributes:
        code: what went wrong, for the row and the log.
        again: whether trying later can help.
        after: how long to wait at least, if the channel said so.
    """

    def __init__(self, code: str, *, again: bool, after: dt.timedelta | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.again = again
        self.after = after


class Channel(Protocol):
    """Where deliveries go."""

    name: str

    def reachable(self) -> Collection[str] | None:
        """The contacts this process can reach just now, or None when all of them."""

    async def send(self, delivery: Delivery) -> None:
        """Hand it over. Raises SendError."""


def wait_before(attempts: int) -> dt.timedelta:
    """5 s, 10 s, 20 s … at most an hour."""
    return min(FIRST_WAIT * int(2 ** min(attempts - 1, 20)), LONGEST_WAIT)


class Outbox(DueLoop):
    """The delivery loop of one process.

    Args:
        channels: by name; only rows of these channels are claimed.
        lease: how long a claimed row belongs to this process before another may take it over.
    """

    failed = "outbox.loop_failed"

    def __init__(self, writer: Writer, env: Env, channels: Mapping[str, Channel], lease: dt.timedelta = LEASE) -> None:
        super().__init__()
        self._writer = writer
        self._env = env
        self._channels = dict(channels)
        self._lease = lease

    async def drain(self) -> int:
        """Claim what is due once and deliver it; how many were claimed."""
        claimed: list[Delivery] = await self._writer.run(self._claim)
        failpoint("outbox.after_claim")
        if claimed:
            await asyncio.gather(*(self._deliver(delivery) for delivery in claimed))
        return len(claimed)

    def _claim(self, tx: Tx) -> list[Delivery]:
        now = self._env.now
        found: list[Any] = []
        for mine in self._mine():
            wanted = (
                select(col(Outgoing.urgent), col(Outgoing.due_at), col(Outgoing.id))
                .where(mine, self._due(now))
                .order_by(col(Outgoing.urgent).desc(), col(Outgoing.due_at), col(Outgoing.id))
                .limit(CLAIM)
            )
            if tx.connection.dialect.name != "sqlite":
                wanted = wanted.with_for_update(skip_locked=True)
            found += tx.connection.execute(wanted).all()
        found.sort(key=lambda row: (not row[0], row[1], row[2]))
        ids = [row[2] for row in found[:CLAIM]]
        if not ids:
            return []
        tx.connection.execute(
            update(Outgoing)
            .where(col(Outgoing.id).in_(ids))
            .values(
                status="leased",
                leased_until=now + self._lease,
                attempts=col(Outgoing.attempts) + 1,
                maybe_duplicate=or_(col(Outgoing.maybe_duplicate), col(Outgoing.status) == "leased"),
            )
        )
        return [delivery for row_id in ids if (delivery := self._opened(tx, row_id)) is not None]

    def _mine(self) -> Iterator[ColumnElement[bool]]:
        """The rows this process can deliver: all of a channel, or those of the people it reaches, some at a time."""
        everything = [channel.name for channel in self._channels.values() if channel.reachable() is None]
        if everything:
            yield col(Outgoing.channel).in_(everything)
        for channel in self._channels.values():
            contacts = sorted(channel.reachable() or ())
            for start in range(0, len(contacts), CONTACTS):
                some = contacts[start : start + CONTACTS]
                yield and_(col(Outgoing.channel) == channel.name, col(Outgoing.contact_id).in_(some))

    def _due(self, now: dt.datetime) -> ColumnElement[bool]:
        """What has come due, and what only a clock that ran ahead can have put off so far."""
        return or_(
            and_(
                col(Outgoing.status) == "waiting",
                or_(
                    col(Outgoing.due_at) <= now,
                    col(Outgoing.created_at) > now,
                    and_(col(Outgoing.attempts) > 0, col(Outgoing.due_at) > now + LONGEST_ASKED),
                ),
            ),
            and_(
                col(Outgoing.status) == "leased",
                or_(col(Outgoing.leased_until) < now, col(Outgoing.leased_until) > now + 2 * self._lease),
            ),
        )

    def _opened(self, tx: Tx, row_id: str) -> Delivery | None:
        """One row, opened; a row that cannot be opened is failed for staff to see, and holds up no other."""
        row = tx.session.get(Outgoing, row_id)
        if row is None:
            return None
        try:
            return self._open(tx, self._env, row)
        except Exception:
            log.exception("A message cannot be opened", action="outbox.unreadable", outgoing=row_id)
        tx.connection.execute(
            update(Outgoing)
            .where(col(Outgoing.id) == row_id)
            .values(status="failed", error="unreadable", leased_until=None)
        )
        return None

    @staticmethod
    def _open(tx: Tx, env: Env, row: Outgoing) -> Delivery:
        contact = tx.session.get(Contact, row.contact_id) if row.contact_id else None
        return Delivery(
            id=row.id,
            channel=row.channel,
            contact_id=row.contact_id,
            address=contact.get(env.sealer, "address") if contact else None,
            group=row.group_code,
            say=say_of(env, row),
            urgent=row.urgent,
            attempt=row.attempts,
            at=row.created_at,
        )

    async def _deliver(self, delivery: Delivery) -> None:
        channel = self._channels[delivery.channel]
        failpoint("outbox.before_call")
        try:
            await channel.send(delivery)
        except SendError as refused:
            failure = refused
        except Exception:
            log.exception("A channel failed unexpectedly", action="outbox.channel_failed", outgoing=delivery.id)
            failure = SendError("unexpected", again=True)
        else:
            failpoint("outbox.after_call_before_record")
            await self._writer.run(lambda tx: self._sent(tx, delivery))
            failpoint("outbox.after_record")
            return
        await self._writer.run(lambda tx: self._failed(tx, delivery, failure))

    def _sent(self, tx: Tx, delivery: Delivery) -> None:
        tx.connection.execute(
            update(Outgoing)
            .where(col(Outgoing.id) == delivery.id, col(Outgoing.status) == "leased")
            .values(status="sent", sent_at=self._env.now, leased_until=None, error=None)
        )

    def _failed(self, tx: Tx, delivery: Delivery, error: SendError) -> None:
        now = self._env.now
        over = not error.again or delivery.attempt >= GIVE_UP_AFTER
        later = min(max(wait_before(delivery.attempt), error.after or dt.timedelta()), LONGEST_ASKED)
        tx.connection.execute(
            update(Outgoing)
            .where(col(Outgoing.id) == delivery.id, col(Outgoing.status) == "leased")
            .values(
                status="failed" if over else "waiting",
                due_at=now + later,
                leased_until=None,
                error=error.code,
            )
        )
        log.warning(
            "A message was not taken by its channel",
            action="outbox.not_taken",
            outgoing=delivery.id,
            channel=delivery.channel,
            code=error.code,
            attempt=delivery.attempt,
            final=over,
        )


def delivered(tx: Tx, env: Env, contact_id: str, ids: Collection[str]) -> int:
    """She has had these on her screen: they are delivered. Only her own rows count."""
    result = tx.connection.execute(
        update(Outgoing)
        .where(
            col(Outgoing.id).in_(list(ids)[:200]),
            col(Outgoing.contact_id) == contact_id,
            col(Outgoing.status).in_(UNSEEN),
        )
        .values(
            status="delivered",
            delivered_at=env.now,
            sent_at=func.coalesce(col(Outgoing.sent_at), env.now),
            leased_until=None,
        )
    )
    return int(result.rowcount)


def offer_again(tx: Tx, env: Env, contact_id: str) -> None:
    """She is back: what was sent to a page that may never have shown it is due once more."""
    tx.connection.execute(
        update(Outgoing)
        .where(col(Outgoing.contact_id) == contact_id, col(Outgoing.status) == "sent")
        .values(status="waiting", due_at=env.now, maybe_duplicate=True)
    )
    tx.signals.add("outgoing")
