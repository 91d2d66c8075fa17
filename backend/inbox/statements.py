"""The statements every message costs, built from the tables once and then handed to the driver as they are.

The ORM would cost thirty times the query here (measured in the shared performance notes); off this path it is used.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Dialect, Executable, bindparam, false, insert, literal_column, select, true, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlmodel import SQLModel

from backend.conversations.tables import Conversation
from backend.inbox.tables import Contact, Inbound


class Prepared:
    """One statement as text for one driver, with the order of its parameters."""

    __slots__ = ("_names", "_sql")

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        self._sql = str(compiled)
        self._names: list[str] | None = compiled.positiontup

    def run(self, connection: Connection, parameters: dict[str, Any]) -> Any:
        """Run it in the transaction of `connection`; a cursor of the driver."""
        driver = driver_of(connection)
        if self._names is None:
            return driver.execute(self._sql, parameters)
        return driver.execute(self._sql, tuple(parameters[name] for name in self._names))


def driver_of(connection: Connection) -> Any:
    """The driver's own connection below SQLAlchemy's, in the same transaction; both drivers have `execute` on it."""
    return connection.connection.driver_connection


class Statements:
    """The hot statements for one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self._sqlite = dialect.name == "sqlite"
        contact, conversation, inbound = (
            SQLModel.metadata.tables[str(one.__tablename__)] for one in (Contact, Conversation, Inbound)
        )
        find = (
            select(
                contact.c.id,
                conversation.c.id,
                conversation.c.state_sealed,
                conversation.c.messages,
                contact.c.reachable,
            )
            .join(conversation, conversation.c.contact_id == contact.c.id)
            .where(
                contact.c.channel == bindparam("channel"),
                contact.c.account == bindparam("account"),
                contact.c.address_hash == bindparam("address_hash"),
            )
        )
        if not self._sqlite:
            find = find.with_for_update(of=conversation)  # one person's messages are handled one after the other
        self.find = Prepared(find, dialect)
        self.repeat = Prepared(
            select(inbound.c.id, inbound.c.contact_id, inbound.c.status, inbound.c.answer_sealed).where(
                inbound.c.channel == bindparam("channel"),
                inbound.c.account == bindparam("account"),
                inbound.c.message_id == bindparam("message_id"),
            ),
            dialect,
        )
        build = sqlite.insert if self._sqlite else postgresql.insert
        self.new_contact = Prepared(
            build(contact)
            .values(
                id=bindparam("contact_id"),
                channel=bindparam("channel"),
                account=bindparam("account"),
                address_hash=bindparam("address_hash"),
                address_sealed=bindparam("address"),
                reachable=true(),
                created_at=bindparam("now"),
            )
            .on_conflict_do_nothing(index_elements=["channel", "account", "address_hash"]),
            dialect,
        )
        self.new_conversation = Prepared(
            insert(conversation).values(
                id=bindparam("cnv"),
                contact_id=bindparam("contact_id"),
                drafts=literal_column("0"),
                messages=literal_column("0"),
                wants_human=false(),
                updated_at=bindparam("now"),
            ),
            dialect,
        )
        self.keep_state = Prepared(
            update(conversation)
            .where(conversation.c.id == bindparam("cnv"))
            .values(
                state_sealed=bindparam("state"),
                asking=bindparam("asked"),
                drafts=bindparam("draft"),
                messages=conversation.c.messages + literal_column("1"),
                updated_at=bindparam("now"),
            ),
            dialect,
        )
        self.keep_inbound = Prepared(
            insert(inbound).values(
                id=bindparam("id"),
                channel=bindparam("channel"),
                account=bindparam("account"),
                message_id=bindparam("message_id"),
                contact_id=bindparam("contact_id"),
                received_at=bindparam("now"),
                status=bindparam("status"),
                body_sealed=bindparam("body"),
                answer_sealed=bindparam("answer"),
            ),
            dialect,
        )

    def instant(self, moment: dt.datetime) -> Any:
        """An aware UTC moment as this driver takes it, the same as the table's own type writes it."""
        if self._sqlite:
            return moment.astimezone(dt.UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
        return moment
