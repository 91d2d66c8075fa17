"""What crosses the line between the channels and the service, in both directions."""

from __future__ import annotations

import datetime as dt

import msgspec

from dialogs.effects import Say
from dialogs.said import Said


class FileIn(msgspec.Struct, frozen=True):
    """A file that is sealed in the media folder already; its row is written with the message.

    Attributes:
        content_hash: keyed hash of the content.
        name: as the sender called it; sealed in the row, never a path.
    """

    id: str
    content_hash: str
    media_type: str
    size: int
    name: str = ""


class Arrived(msgspec.Struct, frozen=True):
    """One verified message of one channel.

    Attributes:
        channel: web, terminal, wechat, …
        account: which of our accounts was written to; message ids are unique within channel and account.
        address: the sender on that channel; kept sealed, found by keyed hash.
        message_id: the channel's own id, so that a repeat is known.
        raw: the message as it came, for the record.
        said: the same, free of the channel's form and already understood; its files are filled in with the rows.
        answer_later: nobody waits for the answer where the message came from: it is put into the outbox.
        group: the group chat it was written in, "" for a private one. Of a group nothing is kept (domain 12.7).
    """

    channel: str
    account: str
    address: str
    message_id: str
    raw: bytes
    said: Said
    files: tuple[FileIn, ...] = ()
    group: str = ""
    answer_later: bool = False


class Replied(msgspec.Struct, frozen=True):
    """What a message is answered with; a repeat of the message gets the very same.

    Attributes:
        inbound_id, contact_id: "" for a message of a group chat, of which nothing is kept.
    """

    inbound_id: str
    contact_id: str
    says: tuple[Say, ...]
    case_no: str | None = None
    repeat: bool = False


class Delivery(msgspec.Struct, frozen=True):
    """An `Outgoing` on its way to a channel, opened.

    Attributes:
        attempt: 1 for the first; from the second on the receiver may see it twice.
    """

    id: str
    channel: str
    contact_id: str | None
    address: str | None
    group: str | None
    say: Say
    urgent: bool
    attempt: int
    at: dt.datetime
