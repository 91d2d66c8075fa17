"""Days as people write and name them; lunar ones keep their words and ask to be confirmed (domain 10.6)."""

import re
from datetime import date, timedelta
from functools import cache
from typing import Literal

import msgspec

from dialogs.understanding.clean import fold
from dialogs.understanding.lexicon import alternation, load
from dialogs.understanding.numerals import whole
from dialogs.understanding.problems import Problem


class Day(msgspec.Struct, frozen=True):
    """A day, or the stretch it lies in (`value` is None then).

    `lunar`: month and day are of the lunar calendar; `value` is None, `month` and `day` hold what was said, and a
    person converts it. `part`: morning or afternoon, where said.
    """

    value: date | None
    start: date | None
    end: date | None
    raw: str
    lunar: bool = False
    month: int | None = None
    day: int | None = None
    part: Literal["morning", "afternoon"] | None = None
    needs_confirm: bool = False


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    grammar, ages = load("grammar"), load("ages")
    n = grammar["numeral"]
    year, month, _ = grammar["date_units"]
    lunar_words = alternation([*ages["lunar"], *ages["lunar_months"]])
    return {
        "full": re.compile(
            f"(?P<y>(?:1[89]|20)?\\d\\d|{n}){year}(?P<m>{n}){month}(?:{alternation(ages['lunar_days'])})?(?P<d>{n})"
        ),
        "plain": re.compile(r"(?P<y>(?:1[89]|20)\d\d)[-./](?P<m>\d{1,2})[-./](?P<d>\d{1,2})(?!\d)"),
        "eight": re.compile(r"(?<!\d)(?P<y>(?:1[89]|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)(?!\d)"),
        "month": re.compile(f"(?P<m>{n}){month}(?:{alternation(ages['lunar_days'])})?(?P<d>{n})?"),
        "republic": re.compile(f"(?:{alternation(ages['republic'])})(?P<n>{n}){year}"),
        "lunar": re.compile(lunar_words + f"|{month}{ages['lunar_days'][0]}"),
    }


def read_date(text: str, today: date) -> Day | Problem:
    """The day in an answer.

    Problems: `date_missing`, `date_impossible` {m, d} (30 February), `date_unclear` (2/3/85: which is which?).
    """
    said = fold(text[:200])
    raw = text.strip()
    data = load("dates")
    part = next((name for name, words in data["parts"].items() if any(fold(word) in said for word in words)), None)
    if re.fullmatch(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2}", said):
        return Problem("date_unclear")
    patterns = _patterns()
    lunar = patterns["lunar"].search(said) is not None
    if lunar:
        return _lunar(said, raw)
    for name in ("full", "plain", "eight"):
        if match := patterns[name].search(said):
            year = _year(match["y"], today)
            month, day = whole(match["m"]) or 0, whole(match["d"]) or 0
            try:
                value = date(year, month, day)
            except ValueError:
                return Problem("date_impossible", {"m": month, "d": day})
            return Day(value, value, value, raw, part=part)
    for word in sorted(data["relative"], key=len, reverse=True):
        if fold(word) in said:
            value = today + timedelta(days=data["relative"][word])
            return Day(value, value, value, raw, part=part)
    for word, (month, day, month2, day2) in data["seasons"].items():
        if word in said:
            return Day(None, date(today.year, month, day), date(today.year, month2, day2), raw, needs_confirm=True)
    if match := patterns["month"].search(said):
        month, day = whole(match["m"]) or 0, whole(match["d"] or "1") or 0
        try:
            value = date(today.year, month, day)
        except ValueError:
            return Problem("date_impossible", {"m": month, "d": day})
        exact = match["d"] is not None
        return Day(value if exact else None, value, value, raw, needs_confirm=True)
    if match := patterns["republic"].search(said):
        year = 1911 + (whole(match["n"]) or 0)
        return Day(None, date(year, 1, 1), date(year, 12, 31), raw, needs_confirm=True)
    return Problem("date_missing")


def _lunar(said: str, raw: str) -> Day:
    match = _patterns()["month"].search(said)
    months = load("grammar")["lunar_month_numbers"]
    month = next((number for word, number in months.items() if word in said), None)
    if month is None and match:
        month = whole(match["m"])
    day = None
    if found := re.search(f"{load('ages')['lunar_days'][0]}({load('grammar')['numeral']})", said):
        day = whole(found[1])
    elif match and match["d"]:
        day = whole(match["d"])
    return Day(None, None, None, raw, lunar=True, month=month, day=day, needs_confirm=True)


def _year(said: str, today: date) -> int:
    year = whole(said) or 0
    if year >= 100:
        return year
    later = today.year // 100 * 100 + year
    return later if later <= today.year else later - 100
