"""One message, one transaction: the raw words, where the conversation now stands, what follows and what is answered."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import update
from sqlmodel import col

from backend.conversations.effects import carry_out
from backend.conversations.media import keep_rows
from backend.conversations.own import earlier_of, own_cases
from backend.conversations.tables import Conversation
from backend.conversations.unfinished import first_look
from backend.conversations.window import window_of
from backend.env import Env
from backend.failpoints import failpoint
from backend.ids import new_id
from backend.inbox import groups
from backend.inbox.statements import Statements
from backend.inbox.tables import Contact, Inbound
from backend.messages import town_group
from backend.outbox.post import answer_later, to_group
from backend.ports import Arrived, Replied
from backend.staff.chat import STATION
from backend.station.waiting import top_up
from backend.voice.keeping import minutes
from backend.writer import Tx
from dialogs import state as states
from dialogs.context import Context, Earlier, Helper, OwnCase
from dialogs.effects import Say
from dialogs.engine import step
from dialogs.guide import Guide
from dialogs.hearing import Listener
from dialogs.local import option_labels, place_reader
from dialogs.state import State
from dialogs.terms import Term
from locales.words import words

HANDLED = "handled"
FAILED = "failed"
CONFIDENTIAL = "report"


class _Kept(msgspec.Struct, array_like=True):
    """The answer as it lies beside its message."""

    says: tuple[Say, ...]
    case_no: str | None = None


class Known(NamedTuple):
    """Somebody who writes.

    Attributes:
        helper: the assistant she is, where a colleague was bound to this account.
        told: that somebody filed for her; she has not answered yet.
    """

    contact_id: str
    conversation_id: str
    state: State
    helper: Helper | None = None
    told: bool = False


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Kept).decode


def answer_of(env: Env, row: Inbound) -> tuple[Say, ...]:
    """What a kept message was answered with."""
    if row.answer_sealed is None:
        return ()
    opened = env.sealer.open(row.answer_sealed, table="inbound", column="answer_sealed", row_id=row.id)
    return _decode(opened).says


def draft_of(state: State) -> int:
    """The draft that files sent now belong to: the open one, the one handed in, or the one they will begin."""
    return state.draft if state.dialog or state.last_case else state.draft + 1


class Receiver:
    """Turns arrived messages into acts for the writer."""

    def __init__(self, env: Env, statements: Statements, listener: Callable[[], Listener]) -> None:
        self._listener = listener
        self._env = env
        self._sql = statements
        self.window = window_of(env)
        self._labels = option_labels(env.catalogue, words(env.settings.language).get)
        self.read_place = place_reader(env.county, env.country)
        self._guide = Guide(env.catalogue, env.county)

    def receive(self, tx: Tx, arrived: Arrived) -> Replied:
        """Handle one message; a repeat changes nothing and gets the answer it got before."""
        if arrived.group:
            return groups.answer(tx, self._env, arrived)
        env = self._env
        address = env.sealer.lookup("address", arrived.address)
        found = self._find(tx, arrived, address)
        repeat = self._repeat(tx, arrived, address)
        if repeat is not None:
            return repeat
        failpoint("inbox.before_insert")
        found = found or self._newcomer(tx, arrived, address)
        if found is None:
            return self.receive(tx, arrived)
        contact_id, conversation_id, state = found.contact_id, found.conversation_id, found.state
        context = self.context_for(
            found, lambda: own_cases(tx, env, found.contact_id), lambda: earlier_of(tx, env, found.contact_id)
        )
        said = arrived.said
        if arrived.files:
            said = msgspec.structs.replace(said, files=keep_rows(tx, env, contact_id, draft_of(state), arrived.files))
        made = step(state, said, context)
        done = carry_out(tx, env, contact_id, conversation_id, made, arrived)
        if found.helper is not None:
            done = msgspec.structs.replace(done, state=top_up(tx, env, contact_id, done.state))
        failpoint("dialog.after_state_write")
        self._sql.keep_state.run(
            tx.connection,
            {
                "cnv": conversation_id,
                "state": env.sealer.seal(
                    states.write(done.state),
                    table="conversation",
                    column="state_sealed",
                    row_id=conversation_id,
                ),
                "asked": done.state.asking or None,
                "draft": done.state.draft,
                "now": env.now,
                "tidy": first_look(env.today, unfinished=bool(done.state.dialog or done.state.parked)),
            },
        )
        replied = Replied(new_id("inb"), contact_id, done.says, done.case_no)
        self._keep(tx, arrived, address, replied, CONFIDENTIAL if done.secret else HANDLED, done.state.draft)
        if arrived.answer_later:
            answer_later(tx, env, contact_id, replied.inbound_id, replied.says)
        failpoint("inbox.after_insert_before_commit")
        return replied

    def keep_unhandled(self, tx: Tx, arrived: Arrived, says: tuple[Say, ...]) -> Replied:
        """Keep a message whose handling failed: with its files, and with an alert, so that a person takes it from here.

        The conversation's state is not opened: it may be what failed.
        """
        if arrived.group:
            return groups.answer(tx, self._env, arrived)
        env = self._env
        address = env.sealer.lookup("address", arrived.address)
        row = self._row(tx, arrived, address)  # first, because it waits for whoever handles her messages now
        repeat = self._repeat(tx, arrived, address)
        if repeat is not None:
            return repeat
        ids = row or self._newcomer(tx, arrived, address)
        if ids is None:
            return self.keep_unhandled(tx, arrived, says)
        contact_id, conversation_id = ids[0], ids[1]
        keep_rows(tx, env, contact_id, 0, arrived.files)
        tx.connection.execute(
            update(Conversation).where(col(Conversation.id) == conversation_id).values(wants_human=True)
        )
        replied = Replied(new_id("inb"), contact_id, says)
        to_group(
            tx,
            env,
            town_group(self.window.town),
            "msg.staff_wants_human",
            {"reason": Term("human", "failed"), "path": f"/desk/talks/{conversation_id}"},
            key=f"{replied.inbound_id}:failed",
            urgent=True,
        )
        self._keep(tx, arrived, address, replied, FAILED, None)
        return replied

    def find(self, tx: Tx, contact_id: str) -> Known | None:
        """Somebody who wrote before, with her conversation locked; None when she was forgotten."""
        contact = tx.session.get(Contact, contact_id)
        if contact is None:
            return None
        return self._known(self._at(tx, contact.channel, contact.account, contact.address_hash))

    def _row(self, tx: Tx, arrived: Arrived, address: str) -> tuple[Any, ...] | None:
        return self._at(tx, arrived.channel, arrived.account, address)

    def _at(self, tx: Tx, channel: str, account: str, address: str) -> tuple[Any, ...] | None:
        """The sender's row as `Statements.find` reads it."""
        row: tuple[Any, ...] | None = self._sql.find.run(
            tx.connection, {"channel": channel, "account": account, "address_hash": address}
        ).fetchone()
        return row

    def _find(self, tx: Tx, arrived: Arrived, address: str) -> Known | None:
        return self._known(self._row(tx, arrived, address))

    def _known(self, row: tuple[Any, ...] | None) -> Known | None:
        if row is None:
            return None
        contact_id, conversation_id, sealed, told_case_id, name, roles, villages = row
        helper = None
        if name is not None and STATION & set(_codes(roles)):
            helper = Helper(name, tuple(_codes(villages)))
        state = State()
        if sealed is not None:
            opened = self._env.sealer.open(
                bytes(sealed), table="conversation", column="state_sealed", row_id=conversation_id
            )
            state = states.read(opened)
        return Known(contact_id, conversation_id, state, helper, told_case_id is not None)

    def _repeat(self, tx: Tx, arrived: Arrived, address: str) -> Replied | None:
        row = self._sql.repeat.run(
            tx.connection,
            {"channel": arrived.channel, "account": _scope(arrived, address), "message_id": arrived.message_id},
        ).fetchone()
        if row is None:
            return None
        opened = self._env.sealer.open(bytes(row[3]), table="inbound", column="answer_sealed", row_id=row[0])
        kept = _decode(opened)
        return Replied(row[0], row[1], kept.says, kept.case_no, repeat=True)

    def _keep(self, tx: Tx, arrived: Arrived, address: str, replied: Replied, status: str, draft: int | None) -> None:
        seal = self._env.sealer.seal
        self._sql.keep_inbound.run(
            tx.connection,
            {
                "id": replied.inbound_id,
                "channel": arrived.channel,
                "account": _scope(arrived, address),
                "message_id": arrived.message_id,
                "contact_id": replied.contact_id,
                "now": self._env.now,
                "status": status,
                "draft": draft,
                "body": seal(arrived.raw, table="inbound", column="body_sealed", row_id=replied.inbound_id),
                "answer": seal(
                    _encode(_Kept(replied.says, replied.case_no)),
                    table="inbound",
                    column="answer_sealed",
                    row_id=replied.inbound_id,
                ),
            },
        )

    def _newcomer(self, tx: Tx, arrived: Arrived, address: str) -> Known | None:
        """Her contact and conversation; None when another process was first, whose rows can now be seen."""
        contact_id, conversation_id = new_id("con"), new_id("cnv")
        now = self._env.now
        made = self._sql.new_contact.run(
            tx.connection,
            {
                "contact_id": contact_id,
                "channel": arrived.channel,
                "account": arrived.account,
                "address_hash": address,
                "address": self._env.sealer.seal(
                    arrived.address, table="contact", column="address_sealed", row_id=contact_id
                ),
                "now": now,
            },
        )
        if not made.rowcount:
            return None
        self._sql.new_conversation.run(tx.connection, {"cnv": conversation_id, "contact_id": contact_id, "now": now})
        return Known(contact_id, conversation_id, State())

    def context_for(
        self,
        known: Known,
        cases: Callable[[], tuple[OwnCase, ...]],
        earlier: Callable[[], Earlier | None] = lambda: None,
    ) -> Context:
        """What the town and this person are, as a step of the dialog is told it."""
        return Context(
            today=self._env.today,
            tag=hashlib.blake2s(known.conversation_id.encode("ascii"), digest_size=4).hexdigest(),
            town=self.window.town_name,
            window=self.window.name,
            phone=self.window.phone,
            clerk=self.window.clerk,
            labels=self._labels,
            cases=cases,
            earlier=earlier,
            read_place=self.read_place,
            hear=self._listener().hear,
            guide=self._guide,
            helper=known.helper,
            filed_for_her=known.told,
            hears_voice=bool(self._env.settings.speech_url),
            listen_minutes=minutes(self._env),
            reads_photos=self._env.reads_photos,
        )


def _codes(column: Any) -> list[str]:
    """A list column as the driver gives it: one of them reads it, the other leaves that to us."""
    return msgspec.json.decode(column, type=list[str]) if isinstance(column, str | bytes) else list(column)


def _scope(arrived: Arrived, address: str) -> str:
    """Within what message ids are unique. Web clients make their own ids, so each has a scope of its own."""
    return address if arrived.channel in ("web", "terminal") else arrived.account
