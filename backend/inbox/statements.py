"""The statements every message costs."""

from __future__ import annotations

from sqlalchemy import Dialect, bindparam, case, false, insert, literal_column, select, true, update
from sqlmodel import SQLModel

from backend.conversations.tables import Conversation
from backend.inbox.tables import Contact, Inbound
from backend.prepared import Prepared, upsert
from backend.staff.tables import Staff


class Statements:
    """The hot statements for one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        contact, conversation, inbound, staff = (
            SQLModel.metadata.tables[str(one.__tablename__)] for one in (Contact, Conversation, Inbound, Staff)
        )
        find = (
            select(
                contact.c.id,
                conversation.c.id,
                conversation.c.state_sealed,
                contact.c.told_case_id,
                staff.c.name,
                staff.c.roles,
                staff.c.villages,
            )
            .join(conversation, conversation.c.contact_id == contact.c.id)
            .outerjoin(staff, (staff.c.id == contact.c.staff_id) & staff.c.active)
            .where(
                contact.c.channel == bindparam("channel"),
                contact.c.account == bindparam("account"),
                contact.c.address_hash == bindparam("address_hash"),
            )
        )
        if dialect.name != "sqlite":
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
        self.new_contact = Prepared(
            upsert(contact, dialect)
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
                tidy_at=case(  # the earliest look stays: what it finds is decided then
                    (conversation.c.tidy_at <= bindparam("tidy"), conversation.c.tidy_at), else_=bindparam("tidy")
                ),
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
                draft=bindparam("draft"),
            ),
            dialect,
        )
