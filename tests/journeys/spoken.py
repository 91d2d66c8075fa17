"""Plays a conversation of `tests/transcripts/spoken` through the real service and writes down every word.

A file is a script and what came of it at once. What a person does stands at the beginning of a line:

    # what it is about             ## a remark
    @ li                           whose phone we hold from here on (the first is `li`)
    > her words                    [照片] or [照片] and words: a photo; [按 label]: a button she still sees
    == 2026-11-06 周五             the morning of that day: every clock is asked, and she looks at her phone
    * 窗口 收下                     somebody else acts: see `_ACTS`; then she looks at her phone

What she is told follows, two spaces in. Numbers that are drawn by lot are written as dots.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator

from sqlmodel import col

from backend.cases import acts
from backend.cases.tables import Case
from backend.conversations.media import keep_file
from backend.ports import Arrived
from backend.staff.chat import issue_code
from backend.staff.tables import Staff
from backend.transfers.handling import request_materials
from backend.transfers.tables import Transfer
from bot.channels.web.hook import said_in_words
from bot.render import Reply
from dialogs.said import Said
from tests.desk.households import PIXEL
from tests.journeys.people import County, Person

_photos = itertools.count(1)
_BY_LOT = (
    (re.compile(r"(?<=[：:])\d{4}-\d{4}-\d{5}(?!\d|-)"), "····-····-·····"),  # a query code
    (re.compile(r"/n/[\w-]{16,}"), "/n/···"),  # a link to a notice
)


class Phone(Person):
    """A person whose whole screen is written down, with the buttons of what came last."""

    _fresh: tuple[tuple[str, str], ...] = ()

    def sends_photo(self, words: str) -> None:
        county, number = self._county, next(_photos)
        kept = keep_file(county.runtime.env, PIXEL + number.to_bytes(4, "big"), f"{number}.png")
        assert not isinstance(kept, str)
        said = said_in_words(words, county.runtime.listener()) if words else Said()
        arrived = Arrived("web", "web", self._address, f"photo{number}", b"{}", said, (kept,))
        self._read(county.runtime.receive_sync(arrived))

    def screen(self) -> list[str]:
        """What she has been told since this was last asked, with the buttons that are left to her."""
        told, self._screen = list(self.looks()), []
        buttons, self._fresh = "".join(f"［{label}］" for _, label in self._fresh), ()
        return [*told, *([buttons] if buttons else [])]

    def _put(self, reply: Reply) -> None:
        super()._put(reply)
        if reply.choices:
            self._fresh = tuple((one.id, one.label) for one in reply.choices)


class Play:
    """One conversation, or several at once."""

    def __init__(self, county: County) -> None:
        self._county = county
        self._phones: dict[str, Phone] = {}
        self._who = "li"

    def lines(self, script: list[str]) -> Iterator[str]:
        """The script's own lines with what was told after each."""
        for line in script:
            if line.startswith("  ") or not line.strip():
                continue
            mark, _, text = line.partition(" ")
            if mark in (">", "@"):
                yield ""
            yield line
            match mark:
                case "@":
                    self._who = text
                case ">":
                    self._says(text)
                case "==":
                    self._county.the_morning_of(text)
                case "*":
                    _act(self._county, self._phone(), text)
                case _:
                    assert mark in ("#", "##"), f"what is this line? {line}"
                    continue
            yield from self._told()

    def _phone(self) -> Phone:
        return self._phones.setdefault(self._who, Phone(self._county, self._who))

    def _says(self, text: str) -> None:
        phone = self._phone()
        phone._choices = phone._choices if text.startswith("[按 ") else []
        if text.startswith("[按 "):
            phone.presses(text[3:-1])
        elif text.startswith("[照片]"):
            phone.sends_photo(text.removeprefix("[照片]").strip())
        else:
            phone.says(text)

    def _told(self) -> Iterator[str]:
        for number, message in enumerate(self._phone().screen()):
            if number and not message.startswith("［"):
                yield "  --"
            for line in message.splitlines():
                for pattern, dots in _BY_LOT:
                    line = pattern.sub(dots, line)
                yield f"  {line}".rstrip()


def _act(county: County, phone: Phone, text: str) -> None:
    who, what, *more = text.split()
    _ACTS[what](county, who, phone, *more)


def _case(county: County, phone: Phone) -> Case:
    if phone.case_no:
        return phone.case()
    return county.office.all(Case)[-1]


def _transfer(county: County, phone: Phone, dept: str) -> Transfer:
    case = _case(county, phone)
    return county.office.all(Transfer, Transfer.case_id == case.id, Transfer.dept == dept)[-1]


def _bind(county: County, _: str, phone: Phone, village: str) -> None:
    staff = county.office.all(Staff, col(Staff.active).is_(True))
    one = next(one for one in staff if "village_assistant" in one.roles and village in one.villages)
    phone.says(f"绑定 {county.office.act(issue_code, one.id)}")


def _wants(county: County, who: str, phone: Phone, *materials: str) -> None:
    if who == "窗口":
        act, on = acts.request_supplement, _case(county, phone).id
        county.office.act(act, county.office.clerk, on, materials, reason_code="household_changed")
    else:
        actor = county.office.as_(f"{who}_liaison")
        on = _transfer(county, phone, who).id
        county.office.act(request_materials, actor, on, materials, reason_code="household_changed")


_ACTS: dict[str, Callable[..., object]] = {
    "绑定": _bind,
    "收下": lambda county, _, phone: county.window.accepts(_case(county, phone)),
    "还要": _wants,
    "转给": lambda county, _, phone, *plan: county.window.sends(
        _case(county, phone), *(tuple(one.split("=")) for one in plan)
    ),
    "接手": lambda county, who, phone, until: county.department(who).signs(_transfer(county, phone, who), until=until),
    "准予": lambda county, who, phone: county.department(who).grants(_transfer(county, phone, who)),
    "不予": lambda county, who, phone: county.department(who).refuses(_transfer(county, phone, who)),
    "退回": lambda county, who, phone, to: county.department(who).sends_back(_transfer(county, phone, who), to),
    "告知": lambda county, _, phone: county.window.tells_by_phone(_case(county, phone)),
}
