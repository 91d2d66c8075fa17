"""Reads what the resident page sends: pure, no database. A body that is no message of ours gives a `Refused`."""

from __future__ import annotations

import re

import msgspec

from dialogs.hearing import Listener
from dialogs.said import LONGEST_TEXT, Said, said_in_words

__all__ = ["LARGEST_BODY", "LONGEST_TEXT", "Refused", "Sent", "checked", "parse", "said_in_words", "said_of"]

#: Bytes of a message without files.
LARGEST_BODY = 64 * 1024

_MESSAGE_ID = re.compile(r"[\x21-\x7e]{1,80}\Z")


class Sent(msgspec.Struct, frozen=True):
    """`POST /api/chat` (shared interfaces page).

    Attributes:
        nonce: drawn by the page once, 22 to 80 characters; with it a first message without a session may be repeated.
    """

    id: str
    session: str | None = None
    text: str | None = None
    choice: str | None = None
    nonce: str | None = None


class Refused(Exception):
    """A message that is not taken.

    Attributes:
        status: of the answer.
        key: of what to say.
        seconds: after how long to come again, where that helps; 0 otherwise.
        draft: what she wrote, for a page that has to show it again.
    """

    def __init__(self, status: int, key: str, seconds: int = 0, draft: str = "") -> None:
        super().__init__(key)
        self.status = status
        self.key = key
        self.seconds = seconds
        self.draft = draft


_decode = msgspec.json.Decoder(Sent).decode


def parse(body: bytes) -> Sent:
    """The message in a JSON body.

    Raises:
        Refused: 413 too long, 400 no such message.
    """
    if len(body) > LARGEST_BODY:
        raise Refused(413, "problem.message_too_long")
    try:
        return checked(_decode(body))
    except msgspec.MsgspecError:
        raise Refused(400, "problem.not_a_message") from None
    except UnicodeDecodeError:
        raise Refused(400, "problem.not_a_message") from None


def checked(sent: Sent) -> Sent:
    """The message, with an id that can be a key."""
    if not _MESSAGE_ID.match(sent.id):
        raise Refused(400, "problem.not_a_message")
    return sent


def said_of(sent: Sent, listener: Listener) -> Said:
    """The message free of the channel's form, and heard."""
    if sent.choice is not None:
        return Said(choice=sent.choice[:200])
    return said_in_words(sent.text, listener)
