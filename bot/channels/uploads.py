"""A file that came with a message, whatever the channel: kept, read as an assistant's table, or not taken."""

from __future__ import annotations

import msgspec

from backend.conversations.media import keep_file
from backend.ports import FileIn
from backend.runtime import Runtime
from backend.station.sheets import read_upload
from dialogs.sheet import Sheet


class Brought(msgspec.Struct, frozen=True):
    """What came with one message besides its words.

    Attributes:
        unreadable: problem codes of files that could not be taken.
    """

    files: tuple[FileIn, ...] = ()
    unreadable: tuple[str, ...] = ()
    sheet: Sheet | None = None


def bring(runtime: Runtime, channel: str, address: str, data: bytes, name: str, before: Brought) -> Brought:
    """What came so far and this file. Blocking: it is read, or sealed on disk.

    Args:
        address: the sender on that channel; only an assistant's table is read.
        name: as the sender called it.
    """
    found: Sheet | FileIn | str | None = read_upload(runtime, channel, address, data, name)
    if found is None:
        found = keep_file(runtime.env, data, name)
    if isinstance(found, Sheet) and before.sheet is not None:
        found = "sheet_one"
    match found:
        case Sheet():
            return msgspec.structs.replace(before, sheet=found)
        case FileIn():
            return msgspec.structs.replace(before, files=(*before.files, found))
        case _:
            return msgspec.structs.replace(before, unreadable=(*before.unreadable, found))
