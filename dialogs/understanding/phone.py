"""Telephone numbers as people give them, and whose they are (domain 10.2)."""

import re
from functools import cache
from typing import Literal

import msgspec

from dialogs.understanding.clean import fold, spoken_digits
from dialogs.understanding.lexicon import alternation, load
from dialogs.understanding.problems import Problem

Owner = Literal["self", "spouse", "child", "neighbor", "assistant", "village_office"]

MOBILE = re.compile(r"1[3-9][0-9]{9}")


class Phone(msgspec.Struct, frozen=True):
    """A number one can call.

    `value` is digits only (`053766123450`, extension after `x`: `05376612345x801`). `spare` is a second number
    of the same line (B043). `needs_confirm`: the area code was added, or the owner is somebody else (B044).
    """

    value: str
    raw: str
    kind: Literal["mobile", "landline"]
    owner: Owner = "self"
    spare: str | None = None
    needs_confirm: bool = False


@cache
def _extension() -> re.Pattern[str]:
    return re.compile(f"(?:{alternation(load('phone')['extension'])})([0-9]{{1,6}})")


_BETWEEN = re.compile(r"(?<=[0-9])[\s\-－‐-―()（）.·]+(?=[0-9])|[()（）]")
_MOBILE_FIRST = re.compile(r"(?<![0-9])(?:\+86|0086|86|0)?(1[3-9][0-9]{9})(?![0-9])")
_LINE_FIRST = re.compile(r"(?<![0-9])(?:\+86|0086|86)?(0(?!1[3-9][0-9]{9}(?![0-9]))[0-9]{2,3}[0-9]{7,8})(?![0-9])")
_RUN = re.compile(r"\+?[0-9]+")


def read_phone(text: str, *, area_code: str | None = None) -> Phone | Problem:
    """The number in an answer. `area_code` (`0537`) completes 7 or 8 local digits and asks for a nod.

    Problems: `phone_none` (says there is none: allowed, name another contact), `phone_missing` (no digits),
    `phone_short_code` (110, 12345), `phone_service` (400, 800), `phone_pattern` (all the same, 1234567...),
    `phone_area_code` (local number, no area code known), `phone_length` {n}.
    """
    said = fold(text[:2000])
    digits = spoken_digits(said)
    # in fold() blanks are gone, so two numbers of one line are told apart before it
    apart = spoken_digits(" ".join(text[:2000].split()))
    numbers = _numbers(digits, apart)
    owner = owner_of(said)
    if numbers:
        value, kind = numbers[0]
        extension = _extension().search(digits)
        if kind == "landline" and extension:
            value += "x" + extension[1]
        if problem := _odd(value):
            return problem
        spare = next((other for other, _ in numbers[1:] if other != numbers[0][0]), None)
        return Phone(value, text.strip(), kind, owner, spare, needs_confirm=owner not in ("self", "assistant"))
    runs = [run.lstrip("+") for run in _RUN.findall(_BETWEEN.sub("", digits))]
    if not runs:
        return Problem("phone_none" if any(word in said for word in load("phone")["none"]) else "phone_missing")
    run = max(runs, key=len)
    if problem := _odd(run):
        return problem
    if len(run) in (7, 8) and run[0] not in "01":
        if area_code is None:
            return Problem("phone_area_code")
        return Phone(area_code + run, text.strip(), "landline", owner, None, needs_confirm=True)
    if len(run) <= 6:
        return Problem("phone_short_code")
    return Problem("phone_length" if len(run) != 11 else "phone_pattern", {"n": len(run)})


def _numbers(joined: str, apart: str) -> list[tuple[str, Literal["mobile", "landline"]]]:
    best: list[tuple[str, Literal["mobile", "landline"]]] = []
    for body in (
        _BETWEEN.sub("", fold_keep_blanks(apart)),
        fold_keep_blanks(apart),
        _BETWEEN.sub("", joined),
    ):
        found: list[tuple[int, str, Literal["mobile", "landline"]]] = [
            (match.start(), match[1], "mobile") for match in _MOBILE_FIRST.finditer(body)
        ]
        found += [(match.start(), match[1], "landline") for match in _LINE_FIRST.finditer(body)]
        found.sort()
        if len(found) > len(best):
            best = [(value, kind) for _, value, kind in found]
    return best


def fold_keep_blanks(text: str) -> str:
    """Words folded one by one, a blank between them."""
    return " ".join(fold(part) for part in text.split())


def _odd(value: str) -> Problem | None:
    if len(set(value)) == 1 and len(value) >= 7:
        return Problem("phone_pattern", {"n": len(value)})
    if len(value) >= 7 and value in "0123456789012345678901234567890":
        return Problem("phone_pattern", {"n": len(value)})
    if len(value) == 10 and value.startswith(("400", "800")):
        return Problem("phone_service")
    return None


def owner_of(text: str) -> Owner:
    """Whose number the words say it is; `self` when they say nothing."""
    said = fold(text)
    for owner, words in load("phone")["owner"].items():
        if any(word in said for word in words):
            return owner  # type: ignore[no-any-return]
    return "self"
