"""Reads what the resident page sends: pure, no database. A body that is no message of ours gives a `Refused`."""

from __future__ import annotations

import re

import msgspec

from dialogs.hearing import Listener
from dialogs.said import Said
from dialogs.understanding.clean import clean

#: Bytes of a message without files; characters of it that are read.
LARGEST_BODY = 64 * 1024
LONGEST_TEXT = 2000

_SESSION = re.compile(r"[A-Za-z0-9_-]{43}\Z")
_MESSAGE_ID = re.compile(r"[\x21-\x7e]{1,80}\Z")


class Sent(msgspec.Struct, frozen=True):
    """`POST /api/chat` (shared interfaces page)."""

    id: str
    session: str | None = None
    text: str | None = None
    choice: str | None = None


class Refused(Exception):
    """The body is no message: `status` and the key of what to say."""

    def __init__(self, status: int, key: str) -> None:
        super().__init__(key)
        self.status = status
        self.key = key


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
    """The message with an id that can be a key and a session that can be ours."""
    if not _MESSAGE_ID.match(sent.id):
        raise Refused(400, "problem.not_a_message")
    if sent.session is not None and not _SESSION.match(sent.session):
        # A cut or foreign session is no reason to turn anyone away: she gets a new one (reliability B161).
        return msgspec.structs.replace(sent, session=None)
    return sent


def said_of(sent: Sent, listener: Listener) -> Said:
    """The message free of the channel's form, and heard."""
    if sent.choice is not None:
        return Said(choice=sent.choice[:200])
    return said_in_words(sent.text, listener)


def said_in_words(text: str | None, listener: Listener) -> Said:
    """Words as any channel brings them: cleaned, cut to what can be read, and heard."""
    if text is None:
        return Said()
    cleaned = clean(text[: LONGEST_TEXT * 4])
    cut = max(0, len(text) - LONGEST_TEXT) if len(cleaned) > LONGEST_TEXT else 0
    cleaned = cleaned[:LONGEST_TEXT]
    return Said(text=cleaned or None, heard=listener.hear(cleaned) if cleaned else None, cut=cut)
