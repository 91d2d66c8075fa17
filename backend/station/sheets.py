"""Opens a table an assistant sends: XLSX, XLS and CSV in the encodings table programs write. The file is not kept.

Blocking, and done before the conversation is locked. It is opened for colleagues alone: nobody else can make the
service unpack anything.
"""

from __future__ import annotations

import csv
import io
import zipfile
from contextlib import suppress
from typing import Final

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from backend.conversations.history import contact_of
from backend.inbox.tables import Contact
from backend.runtime import Runtime
from backend.staff.chat import STATION
from backend.staff.tables import Staff
from dialogs.sheet import Sheet
from dialogs.sheet_reading import HEADING_WITHIN, MOST_COLUMNS, MOST_ROWS, Cell, read_sheet

LARGEST: Final = 2 * 1024 * 1024  # bytes as sent
LARGEST_UNPACKED: Final = 40 * 1024 * 1024  # bytes of all parts of an XLSX
MOST_SHEETS: Final = 8
#: Rows looked at: blank ones among them and those beyond the most count, to say how many were left out.
_ROWS: Final = HEADING_WITHIN + 4 * MOST_ROWS
_ENCODINGS: Final = ("utf-8-sig", "gb18030")  # GBK and GB 2312 are parts of GB 18030
_BOMS_16: Final = (b"\xff\xfe", b"\xfe\xff")
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # XLS, and an XLSX with a password


def read_upload(runtime: Runtime, channel: str, address: str, data: bytes, name: str) -> Sheet | str | None:
    """The residents in a file that came with a message.

    Args:
        address: the sender on that channel.
        name: as the sender called it; only its end is looked at.

    Returns:
        A sheet; the code of what is wrong with it; None for every file that is no table, or not an assistant's.
    """
    kind = kind_of(data, name)
    if kind is None:
        return None
    staff = _assistant(runtime, channel, address)
    if staff is None:
        return None
    if len(data) > LARGEST:
        return "sheet_too_big"
    tables = _from_text(data) if kind == "csv" else _from_workbook(data)
    if isinstance(tables, str):
        return tables
    found: Sheet | str = "sheet_no_heading"
    for cells in tables:
        found = read_sheet(cells, runtime.listener(), runtime.receiver.read_place, _home(runtime, staff))
        if found != "sheet_no_heading":
            return found
    return found


def kind_of(data: bytes, name: str) -> str | None:
    """`workbook` or `csv`; None for what is no table."""
    if data[:8] == _OLE:
        return "workbook"
    if data[:4] == b"PK\x03\x04":
        with suppress(zipfile.BadZipFile, ValueError), zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "workbook" if any(part.startswith("xl/") for part in archive.namelist()) else None
    if name.lower().endswith(".xlsx"):
        return "workbook"  # broken: said so, rather than taken for something else
    return "csv" if name.lower().endswith((".csv", ".tsv")) else None


def _assistant(runtime: Runtime, channel: str, address: str) -> Staff | None:
    with runtime.database.read() as db:
        contact_id = contact_of(db, runtime.env, channel, address)
        contact = db.get(Contact, contact_id) if contact_id is not None else None
        staff = db.get(Staff, contact.staff_id) if contact is not None and contact.staff_id else None
        return staff if staff is not None and staff.active and STATION & set(staff.roles) else None


def _home(runtime: Runtime, staff: Staff) -> str:
    """The name of her village where she has only one."""
    if len(staff.villages) != 1:
        return ""
    villages = {village.code: village.name for town in runtime.env.county.towns for village in town.villages}
    return villages.get(staff.villages[0], "")


def _from_workbook(data: bytes) -> list[list[list[Cell]]] | str:
    """The cells of each visible sheet; of a formula, what the table program last worked out."""
    if data[:2] == b"PK" and _unpacked(data) > LARGEST_UNPACKED:
        return "sheet_too_big"
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            shown = [
                index
                for index, one in enumerate(book.sheets_metadata)
                if one.visible == SheetVisibleEnum.Visible and one.typ == SheetTypeEnum.WorkSheet
            ]
            return [_rows(book, index) for index in shown[:MOST_SHEETS]]
    except PasswordError:
        return "sheet_locked"
    except CalamineError:
        return "sheet_locked" if _has_password(data) else "sheet_unreadable"


def _rows(book: CalamineWorkbook, index: int) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for row in book.get_sheet_by_index(index).iter_rows():
        rows.append(list(row[:MOST_COLUMNS]))
        if len(rows) >= _ROWS:
            break
    return rows


def _unpacked(data: bytes) -> int:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, ValueError):
        return 0


def _has_password(data: bytes) -> bool:
    return data[:8] == _OLE and "EncryptedPackage".encode("utf-16-le") in data


def _from_text(data: bytes) -> list[list[list[Cell]]] | str:
    """One table: commas, semicolons or tabs, whichever the first lines have most of."""
    encodings = ("utf-16",) if data[:2] in _BOMS_16 else _ENCODINGS
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        head = text[:4000]
        mark = max(",;\t", key=head.count)
        rows: list[list[Cell]] = []
        try:
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=mark):
                rows.append(list[Cell](row[:MOST_COLUMNS]))
                if len(rows) >= _ROWS:
                    break
        except csv.Error:
            break
        return [rows]
    return "sheet_unreadable"
