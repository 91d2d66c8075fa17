"""A table of residents an assistant sends: each row is read as if it had been told, or comes back with the reason.

What a row holds is kept as answers of the form for another; what it does not hold is asked when its turn comes.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cache
from typing import Final

from dialogs.flows.for_another import FOR_ANOTHER
from dialogs.hearing import Heard, Listener, money_value
from dialogs.kinds import MembersRead
from dialogs.question import Repeat
from dialogs.said import Said
from dialogs.sheet import BadRow, Row, Sheet, who_is
from dialogs.state import Answer, State, Value
from dialogs.terms import Line
from dialogs.understanding.clean import fold, one_line
from dialogs.understanding.dates import read_date
from dialogs.understanding.id_number import IdNumber, missing_reason, read_id_number
from dialogs.understanding.kinship import read_relation
from dialogs.understanding.lexicon import load
from dialogs.understanding.money import read_money
from dialogs.understanding.names import read_name
from dialogs.understanding.numerals import whole
from dialogs.understanding.phone import read_phone
from dialogs.understanding.problems import Problem
from dialogs.volunteered import add_members

#: A cell as a table program gives it; an empty one is "".
Cell = str | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta

MOST_ROWS: Final = 500
MOST_COLUMNS: Final = 60
LONGEST_CELL: Final = 500  # characters
_FIRST: Final = 4  # cells in which a row says that it is no resident
HEADING_WITHIN: Final = 10  # rows; a title and a line for the village may stand above it
SHORTEST_STORY: Final = 6
#: Day 0 of the serial numbers in which tables keep dates (Excel's 1900 system, its 29 February 1900 included).
_DAY_ZERO: Final = dt.date(1899, 12, 30)
#: Fifteen digits are exact in a table's number; an identity number of eighteen has lost its last three.
_EXACT: Final = 10**15
_SCIENTIFIC = re.compile(r"[1-9](?:\.\d+)?e\+?1[67]", re.IGNORECASE)
_AS_FORMULA = re.compile(r"=\"(.*)\"\Z", re.DOTALL)  # how a CSV keeps a number from being one
_CLAUSES = re.compile(r"[\s,，。.;；、]+")
_BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")
_MARKS = re.compile(r"[\W_]+")


class _Unreadable(Exception):
    """A cell that has to be mended."""

    def __init__(self, why: str, **params: str | int) -> None:
        super().__init__(why)
        self.line = Line(f"sheet.why.{why}", {**params})


def read_sheet(
    cells: Sequence[Sequence[Cell]], listener: Listener, read_place: Callable[[str], Value | Problem], home: str = ""
) -> Sheet | str:
    """The residents in a table's rows, or the code of what is wrong with the whole of it.

    Args:
        read_place: reads an address of this county.
        home: the village a bare group ("3组") is of, where the assistant has only one.

    Returns:
        A sheet, or `sheet_no_heading` (no row names the columns, a name among them), `sheet_no_rows`.
    """
    found = _heading(cells)
    if found is None:
        return "sheet_no_heading"
    at, columns, unknown = found
    reader = _Reader(columns, listener, read_place, home)
    rows: list[Row] = []
    bad: list[BadRow] = []
    seen: dict[str, int] = {}
    left_out = 0
    for number, row in enumerate(cells[at + 1 :], start=at + 2):
        texts = reader.texts(row)
        if not any(texts.values()) or _is_total(row):
            continue
        if len(rows) + len(bad) >= MOST_ROWS:
            left_out += 1
            continue
        try:
            answers = reader.read(row, texts)
            key = who_is(answers)
            if key in seen:
                raise _Unreadable("twice", row=seen[key])
            seen[key] = number
            rows.append(Row(number, answers))
        except _Unreadable as problem:
            bad.append(BadRow(number, texts.get("name", "")[:20], problem.line))
    if not rows and not bad:
        return "sheet_no_rows"
    return Sheet(tuple(rows), tuple(bad), unknown, left_out)


# --- the columns


@cache
def _columns() -> dict[str, str]:
    return {fold(word): field for field, words in load("sheet")["column"].items() for word in words}


def _column(cell: Cell) -> str | None:
    words = _MARKS.sub("", fold(_BRACKETS.sub("", _text(cell))))
    return _columns().get(words)


def _heading(cells: Sequence[Sequence[Cell]]) -> tuple[int, dict[str, int], tuple[str, ...]] | None:
    """The row that names the columns, field to place, and the names nothing is known of."""
    for at, row in enumerate(cells[:HEADING_WITHIN]):
        columns: dict[str, int] = {}
        unknown: list[str] = []
        for place, cell in enumerate(row[:MOST_COLUMNS]):
            field, words = _column(cell), _text(cell)[:20]
            if field is not None and field not in columns:
                columns[field] = place
            elif words:
                unknown.append(words)
        if "name" in columns and len(columns) > 1:
            return at, columns, tuple(unknown)
    return None


def _is_total(row: Sequence[Cell]) -> bool:
    """Whether a row says what the table comes to, or who filled it in."""
    totals = tuple(load("sheet")["cell"]["totals"])
    return any(_MARKS.sub("", _text(cell)).startswith(totals) for cell in row[:_FIRST])


# --- the cells


def _text(cell: Cell) -> str:
    """A cell in words: whole numbers without a fraction, days as 2026-11-24."""
    if isinstance(cell, bool):
        return str(load("sheet")["cell"]["yes" if cell else "no"][0])
    if isinstance(cell, float | int):
        return f"{cell:.0f}" if float(cell).is_integer() else f"{cell:.2f}"
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if not isinstance(cell, str):
        return str(cell)
    words = cell.strip()
    formula = _AS_FORMULA.match(words)
    return one_line((formula[1] if formula else words).lstrip("'`’‘")[:LONGEST_CELL])


def _none(text: str) -> bool:
    return fold(text) in load("sheet")["cell"]["none"]


class _Reader:
    """Reads the rows of one table."""

    def __init__(
        self, columns: dict[str, int], listener: Listener, read_place: Callable[[str], Value | Problem], home: str
    ) -> None:
        self._columns = columns
        self._listener = listener
        self._read_place = read_place
        self._home = home

    def texts(self, row: Sequence[Cell]) -> dict[str, str]:
        """Field to words; a cell that is not there is empty."""
        return {field: _text(row[at]) if at < len(row) else "" for field, at in self._columns.items()}

    def read(self, row: Sequence[Cell], texts: dict[str, str]) -> dict[str, Answer]:
        """The answers a row gives.

        Raises:
            _Unreadable: a cell has to be mended first.
        """
        answers = {"name": self._name(texts["name"])}
        for field in ("id_number", "phone", "income", "yearly", "age"):
            if texts.get(field):
                answers |= getattr(self, f"_{field}")(texts[field], row[self._columns[field]])
        if texts.get("birth"):
            answers |= self._birth(texts["birth"], row[self._columns["birth"]], answers)
        answers |= self._address(texts)
        answers |= self._trouble(texts)
        answers |= self._standing(texts)
        return self._household(answers, texts)

    def _name(self, text: str) -> Answer:
        if not text:
            raise _Unreadable("name_empty")
        found = read_name(text)
        if isinstance(found, Problem) or read_relation(text) is not None:
            raise _Unreadable("name")
        return _told(found.value, text)

    def _id_number(self, text: str, cell: Cell) -> dict[str, Answer]:
        found = read_id_number(text, self._listener.today)
        rounded = isinstance(cell, float | int) and cell >= _EXACT
        if rounded or _SCIENTIFIC.fullmatch(text) or (isinstance(found, Problem) and _lost_its_end(text)):
            raise _Unreadable("id_rounded")
        if isinstance(found, IdNumber):
            return {"id_number": Answer(found.value18, text, "told", doubtful=found.needs_confirm)}
        if _none(text) or missing_reason(text) is not None:
            return {"id_number": _told(None, text)}
        if found.code == "id_length":
            raise _Unreadable("id_length", **found.params)
        raise _Unreadable("id_birth" if found.code.startswith("id_birth") else "id")

    def _phone(self, text: str, cell: Cell) -> dict[str, Answer]:
        found = read_phone(text)
        if not isinstance(found, Problem):
            return {"phone": _told(found.value, text)}
        if found.code == "phone_none" or _none(text):
            return {"phone": _told(None, text)}
        raise _Unreadable("phone")

    def _income(self, text: str, cell: Cell) -> dict[str, Answer]:
        return self._money(text, "month")

    def _yearly(self, text: str, cell: Cell) -> dict[str, Answer]:
        return self._money(text, "year")

    def _money(self, text: str, period: str) -> dict[str, Answer]:
        if _none(text):
            return {"income": _told({"monthly": "0", "raw": text}, text)}
        bare = re.fullmatch(r"(\d[\d,]*(?:\.\d+)?)\D?", fold(text))
        if bare:
            amount = Decimal(bare[1].replace(",", ""))
            monthly = amount if period == "month" else (amount / 12).quantize(Decimal("0.01"))
            return {"income": _told({"monthly": str(monthly), "raw": load("sheet")["cell"][period] + text}, text)}
        found = read_money(text)
        if isinstance(found, Problem):
            raise _Unreadable("income")
        return {"income": _told(money_value(found), text)}

    def _age(self, text: str, cell: Cell) -> dict[str, Answer]:
        digits = re.match(r"\d{1,3}", fold(text))
        if digits is None or int(digits[0]) > 120:
            raise _Unreadable("age")
        return {"age": _told(int(digits[0]), text)}

    def _birth(self, text: str, cell: Cell, answers: dict[str, Answer]) -> dict[str, Answer]:
        """Only the age is kept; beside an identity number the day shows whether one of them is wrong."""
        day, whole_day = self._day(text, cell)
        if day is None:
            return {}
        if not dt.date(1900, 1, 1) <= day <= self._listener.today:
            raise _Unreadable("birth")
        number = answers.get("id_number")
        if number is not None and number.value:
            known = str(number.value)[6:14]
            if not known.startswith(f"{day:%Y%m%d}" if whole_day else f"{day:%Y%m}"):
                raise _Unreadable("birth_differs")
            return {}
        today = self._listener.today
        return {"age": _told(today.year - day.year - ((today.month, today.day) < (day.month, day.day)), text)}

    def _day(self, text: str, cell: Cell) -> tuple[dt.date | None, bool]:
        """The day of a date, a serial number or words, and whether its day of the month is known."""
        if isinstance(cell, dt.datetime):
            return cell.date(), True
        if isinstance(cell, dt.date):
            return cell, True
        month = re.fullmatch(r"((?:19|20)\d\d)\D?(0?[1-9]|1[0-2])\D?", text)
        if month:
            return dt.date(int(month[1]), int(month[2]), 1), False
        if text.isdecimal() and 0 < int(text) < 80_000:
            return _DAY_ZERO + dt.timedelta(days=int(text)), True
        if _none(text):
            return None, False
        found = read_date(text, self._listener.today)
        if isinstance(found, Problem):
            raise _Unreadable("birth")
        return found.value, True  # a lunar day is nobody's mistake, and says nothing sure

    def _address(self, texts: dict[str, str]) -> dict[str, Answer]:
        village, group, address = (texts.get(field, "") for field in ("village", "group", "address"))
        if group.isdecimal():
            group += load("sheet")["column"]["group"][0]
        place = address if village and village in address else village + address
        text = place if not group or group in place else village + group + address
        if not text:
            return {}
        found = self._read_place(text)
        if isinstance(found, Problem) and self._home and not village:
            found = self._read_place(self._home + text)
        if isinstance(found, Problem):
            raise _Unreadable("address")
        return {"address": _told(found, text)}

    def _trouble(self, texts: dict[str, str]) -> dict[str, Answer]:
        parts = [texts.get(one, "") for one in ("category", "difficulty", "needs")]
        told, members = "，".join(one for one in parts if one and not _none(one)), texts.get("members", "")
        if not told and not members:
            return {}
        heard = self._listener.hear(told)
        hardships = dict.fromkeys((*heard.hardships, *self._listener.hear(members).hardships))
        answers: dict[str, Answer] = {}
        if len(told) >= SHORTEST_STORY:
            answers["difficulty"] = _told(told, told)
        if heard.needs and heard.needs != ("need_unknown",):
            answers["needs"] = Answer(list(heard.needs), told, "inferred")
        if hardships:
            answers["hardships"] = Answer(list(hardships), told or members, "inferred")
        return answers

    def _standing(self, texts: dict[str, str]) -> dict[str, Answer]:
        """Her own yes and how it is shown, as far as the table has them; who does not want it is not filed for."""
        agreed, proof = texts.get("agreed", ""), texts.get("proof", "")
        cell, found = load("sheet")["cell"], {}
        heard = self._listener.hear(agreed) if agreed else Heard()
        clauses = [fold(clause) for clause in _CLAUSES.split(agreed)]
        if heard.agrees is not None:
            yes: str | None = heard.agrees
        elif clauses[0] in cell["no"] or heard.yes is False:
            yes = "no"
        else:
            yes = "all" if clauses[0] in cell["yes"] or heard.yes else None
        if yes == "no":
            raise _Unreadable("unwilling")
        if yes is not None:
            found["agreed"] = _told("no_check" if yes == "all" and heard.check_consent is False else yes, agreed)
        shown = heard.proof or (self._listener.hear(proof).proof if proof else None)
        if shown is not None:
            found["proof"] = _told(shown, proof or agreed)
        return found

    def _household(self, answers: dict[str, Answer], texts: dict[str, str]) -> dict[str, Answer]:
        told, size = texts.get("members", ""), _size(texts.get("size", ""))
        if size == 1 and (not told or _none(told)):
            return {**answers, "members": _told(1, texts["size"])}
        if not told or _none(told):
            return answers
        heard = self._listener.hear(told)
        if not heard.members:
            raise _Unreadable("members")
        step = FOR_ANOTHER.step("members")
        assert isinstance(step, Repeat)
        state = State(answers=dict(answers))
        # A column of who lives there names them all; the card reads them back.
        add_members(state, step, MembersRead(heard.members, done=True), Said(text=told))
        return state.answers


def _told(value: Value, raw: str) -> Answer:
    return Answer(value, raw, "told")


def _size(text: str) -> int | None:
    digits = re.match(r"\d+", fold(text))
    found = int(digits[0]) if digits else whole(text) if text else None
    return found if found is not None and 0 < found <= 30 else None


def _lost_its_end(text: str) -> bool:
    digits = re.sub(r"\s", "", text)
    return len(digits) == 18 and digits.isdecimal() and digits.endswith("000")
