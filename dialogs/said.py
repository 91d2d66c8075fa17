"""What a person said, free of any channel's form."""

from __future__ import annotations

import msgspec

from dialogs.hearing import Heard, Listener
from dialogs.sheet import Sheet
from dialogs.understanding.clean import clean

#: Characters of a message that are read.
LONGEST_TEXT = 2000


class File(msgspec.Struct, frozen=True):
    """A photo or file that came with a message and is already kept.

    Attributes:
        id: the attachment's id.
        media_type: as found in the content, not as claimed.
        again: the same file was sent before.
    """

    id: str
    media_type: str = ""
    again: bool = False


class Said(msgspec.Struct, frozen=True):
    """One message: words, or a button, or files, or several of them.

    Attributes:
        text: cleaned of invisible characters; None when there were no words.
        choice: the id of the button pressed, as it was given out.
        files: what came with it.
        heard: what the words mean, read before the conversation was locked.
        cut: how many characters were too many and left out of `text`.
        unreadable: problem codes of files that could not be taken ("file_type", "file_too_big", "file_empty").
        sheet: a table of residents an assistant sent, read; the file itself is not kept.
        spoken: the words were heard in a voice message: as they are said back to her, personal numbers blotted out.
    """

    text: str | None = None
    choice: str | None = None
    files: tuple[File, ...] = ()
    heard: Heard | None = None
    cut: int = 0
    unreadable: tuple[str, ...] = ()
    sheet: Sheet | None = None
    spoken: str = ""


def said_in_words(text: str | None, listener: Listener) -> Said:
    """Words as any channel brings them: cleaned, cut to what can be read, and heard."""
    if text is None:
        return Said()
    cleaned = clean(text[: LONGEST_TEXT * 4])
    cut = max(0, len(text) - LONGEST_TEXT) if len(cleaned) > LONGEST_TEXT else 0
    cleaned = cleaned[:LONGEST_TEXT]
    return Said(text=cleaned or None, heard=listener.hear(cleaned) if cleaned else None, cut=cut)
