"""Identity numbers as people give them: read, repaired where certain, explained where not (domain 10.1)."""

import re
from datetime import date
from functools import cache
from typing import Literal

import msgspec

from dialogs.understanding.clean import clean, fold, spoken_digits
from dialogs.understanding.lexicon import HAN, alternation, load
from dialogs.understanding.problems import Problem

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
PROVINCES = frozenset(
    map(str, (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66)))
) | {"71", "81", "82", "83"}

FEWEST = 4
"""Digits from which an answer is a try at the number."""

Kind = Literal["resident_id", "hmt_residence", "foreign_pr"]


class IdNumber(msgspec.Struct, frozen=True):
    """A number whose check digit and date are right.

    `value18` has 18 places, X capital. `raw` is what was written, without blanks (so the 15 old places).
    `warnings` are codes that let the number pass: `id_legacy15`, `id_lookalike`, `id_birth_range`,
    `id_region_unknown`. `needs_confirm` is set where the value was not plainly said: read it back and ask.
    """

    value18: str
    raw: str
    birth: date
    sex: Literal["male", "female"]
    warnings: tuple[str, ...] = ()
    needs_confirm: bool = False
    kind: Kind = "resident_id"

    def age(self, today: date) -> int:
        """Full years on `today`."""
        return today.year - self.birth.year - ((today.month, today.day) < (self.birth.month, self.birth.day))


_SEPARATORS = re.compile(r"[\s\-－‐-―_.·•,，、。:：()（）\"']+")
_LOOKALIKE = str.maketrans({"o": "0", "l": "1", "i": "1", "|": "1"})
_LAST = frozenset("x×*хx✕✖")
# Circled and raised digits are kept out of NFKC's hands: they are asked again (B033).
_DECORATED = re.compile("[\u00b2\u00b3\u00b9\u2070-\u2079\u2080-\u2089\u2460-\u24ff\u2776-\u2793]")


@cache
def _labels() -> re.Pattern[str]:
    return re.compile(f"^(?:{alternation(load('id_number')['labels'])}|\\W)+")


@cache
def _last_words() -> re.Pattern[str]:
    return re.compile(f"(?:{alternation(load('id_number')['last_x'])})$")


def check_digit(first17: str) -> str:
    """The eighteenth place that belongs to seventeen digits (GB 11643-1999)."""
    return CHECKS[sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first17, strict=True)) % 11]


def read_id_number(text: str, today: date) -> IdNumber | Problem:
    """The identity number in an answer, or the first thing wrong with it (domain 10.1, in its order).

    Problems: `id_missing` (hardly a digit in it), `id_length` {n}, `id_charset` {}, `id_region_province` {},
    `id_birth_date` {mm, dd}, `id_birth_future` {mm, dd}, `id_checksum` {}.
    Letters that stand where digits should (O, l) and foreign crosses for X give a value with `needs_confirm` when
    the number is right otherwise.
    """
    if _DECORATED.search(text):
        return Problem("id_charset")
    raw = _SEPARATORS.sub("", _labels().sub("", fold(text[:2000])))
    body = _without_the_sentence(spoken_digits(_last_words().sub("x", raw)))
    warnings: list[str] = []
    if len(body) in (15, 18):
        mended = body[:-1].translate(_LOOKALIKE) + body[-1]
        if len(body) == 18 and body[-1] in _LAST:
            mended = mended[:-1] + "x"
        elif body[-1] in "oli|":
            mended = body.translate(_LOOKALIKE)
        if mended != body:
            body, warnings = mended, ["id_lookalike"]
    if sum(map(str.isdigit, body)) < FEWEST:
        return Problem("id_missing")
    if len(body) not in (15, 18):
        places = len(re.findall("[0-9x]", body))
        return Problem("id_charset") if places in (15, 18) else Problem("id_length", {"n": places})
    if not re.fullmatch(r"[0-9]{15}|[0-9]{17}[0-9x]", body):
        return Problem("id_charset")
    if len(body) == 15:
        body = body[:6] + "19" + body[6:]
        body += check_digit(body)
        warnings.append("id_legacy15")
    return _checked(body.upper(), raw.upper(), today, warnings)


_HAN = re.compile(f"[{HAN}]+")
_RUN = re.compile(f"[0-9]{{{FEWEST},}}x?")


def _without_the_sentence(body: str) -> str:
    """The one number of a sentence ("her card is 3799…"); anything else as it is."""
    runs = _RUN.findall(body)
    around = re.sub(r"\W", "", _RUN.sub("", body))
    return runs[0] if len(runs) == 1 and _HAN.fullmatch(around) else body


def _checked(body: str, raw: str, today: date, warnings: list[str]) -> IdNumber | Problem:
    foreign = body[0] == "9"
    if not foreign and body[:2] not in PROVINCES:
        return Problem("id_region_province")
    month, day = int(body[10:12]), int(body[12:14])
    try:
        birth = date(int(body[6:10]), month, day)
    except ValueError:
        return Problem("id_birth_date", {"mm": month, "dd": day})
    if birth > today:
        return Problem("id_birth_future", {"mm": month, "dd": day})
    if check_digit(body[:17]) != body[17]:
        return Problem("id_checksum")
    if birth.year < 1900 or today.year - birth.year > 120:
        warnings.append("id_birth_range")
    kind: Kind = "foreign_pr" if foreign else "resident_id"
    if body[:2] in ("81", "82", "83"):
        kind = "hmt_residence"
    elif not foreign and not known_region(body[:6]):
        warnings.append("id_region_unknown")
    return IdNumber(
        value18=body,
        raw=raw,
        birth=birth,
        sex="male" if int(body[16]) % 2 else "female",
        warnings=tuple(warnings),
        needs_confirm="id_lookalike" in warnings or "id_birth_range" in warnings,
        kind=kind,
    )


@cache
def known_region(prefix: str) -> bool:
    """Whether six digits are a county of today or of earlier (a table of `stdnum`, read at first use)."""
    if prefix in load("id_number")["known_regions"]:
        return True
    from stdnum import numdb

    *_, (_, place) = numdb.get("cn/loc").info(prefix)
    return "county" in place


def missing_reason(text: str) -> str | None:
    """Why somebody has no number: a code of domain 10.1 `id_missing_reason`, or None."""
    said = fold(text)
    for reason, words in load("id_number")["reasons"].items():
        if any(word in said for word in words):
            return str(reason)
    return None


def document_kind(text: str) -> Literal["resident_id", "hmt_residence", "foreign_pr", "passport"] | None:
    """Which document a written number looks like (B038); None when it looks like none."""
    said = _SEPARATORS.sub("", clean(text)).upper()
    if re.fullmatch(r"[A-Z]{1,2}[0-9]{7,8}", said):
        return "passport"
    if not re.fullmatch(r"[0-9]{17}[0-9X]|[0-9]{15}", said):
        return None
    if said[0] == "9":
        return "foreign_pr"
    return "hmt_residence" if said[:2] in ("81", "82", "83") else "resident_id"
