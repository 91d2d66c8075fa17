"""How old somebody is, as told: a number, a range, an animal, a year; never more exact than what was said.

The lunar year counts from one spring festival to the next. Without a lunar library its bounds are those of the
zodiac table below (domain 10.6 gives 1957 and 2026); where a day matters the value asks to be confirmed.
"""

import re
from datetime import date, timedelta
from functools import cache

import msgspec

from dialogs.understanding.clean import fold
from dialogs.understanding.lexicon import alternation, load
from dialogs.understanding.numerals import characters, whole
from dialogs.understanding.problems import Problem


class Age(msgspec.Struct, frozen=True):
    """What is known of an age.

    `years` is set when one whole number was said (or follows from a birth year); `low` and `high` are whole
    years, `born_from` and `born_to` the days between which the birth lies. `candidates` are the birth years of
    an animal. `needs_confirm`: counted by lunar years, read from a birth year or a range.
    """

    years: int | None
    low: int
    high: int
    born_from: date | None = None
    born_to: date | None = None
    candidates: tuple[int, ...] = ()
    months: int | None = None
    nominal: bool = False
    lunar: bool = False
    needs_confirm: bool = False
    raw: str = ""


OLDEST = 130

# First day of the lunar year where it is known to the day; elsewhere within 21 January and 20 February.
_NEW_YEAR = {
    1957: date(1957, 1, 31), 1958: date(1958, 2, 18), 2025: date(2025, 1, 29), 2026: date(2026, 2, 17),
    2027: date(2027, 2, 6), 2028: date(2028, 1, 26),
}  # fmt: skip


def lunar_year(day: date) -> int:
    """The lunar year a day belongs to; between 21 January and 20 February of an unlisted year a guess."""
    return day.year if day >= _new_year(day.year) else day.year - 1


def _new_year(year: int) -> date:
    return _NEW_YEAR.get(year, date(year, 2, 5))


def lunar_bounds(year: int) -> tuple[date, date]:
    """First and last day of a lunar year; to the day only where the table knows both ends."""
    return _new_year(year), _new_year(year + 1) - timedelta(days=1)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    data = load("ages")
    numeral = load("numerals")
    ones = "".join(value for digit, value in numeral["digits"].items())
    ten = numeral["units"]["10"][0]
    n = f"(?:[{ones}]?{ten}[{ones}]?|[\\d]{{1,3}}|[{ones}]{{1,3}}|{numeral['units']['100'][0]})"
    either = {name: alternation(fold(w) for w in words) for name, words in data.items() if isinstance(words, list)}
    return {
        "zodiac": re.compile(
            f"(?:{either['zodiac_lead']})(?:{either['zodiac_size']})?(?P<animal>[{fold(data['zodiac'])}])"
        ),
        "months": re.compile(f"(?P<n>{n})(?:{either['months']})"),
        "newborn": re.compile(either["newborn"]),
        "joined": re.compile(f"(?P<tens>[{ones}]{ten})(?:{either['and']})(?P<ones>[{ones}])"),
        "near": re.compile(f"(?:{either['near']})(?P<n>{n})(?:{either['years']})?"),
        "over": re.compile(f"(?P<n>{n})(?:{either['years']})?(?:{either['over_small']})"),
        "many": re.compile(
            f"(?P<n>[{ones}]?{ten}|\\d0|{numeral['units']['100'][0]})(?:{either['many']})(?:{either['years']})?"
        ),
        "year": re.compile(f"(?P<y>(?:1[89]|20)\\d\\d|[{ones}]{{4}}|\\d\\d|[{ones}]{{2}})(?:{either['born']})"),
        "republic": re.compile(f"(?:{either['republic']})(?P<n>[{characters()}]+)(?:{either['year_word']})"),
        "plain": re.compile(f"(?P<n>{n})(?:{either['years']})?"),
        "nominal": re.compile(either["nominal"]),
        "lunar": re.compile(either["lunar"]),
        "vague": re.compile(alternation(fold(word) for word in data["vague"]["words"])),
    }


def read_age(text: str, today: date) -> Age | Problem:
    """The age in an answer.

    Problems: `age_missing`, `age_vague` (old, but no number), `age_range` {n} (over 130, or born after today).
    """
    said = fold(text[:200])
    raw = text.strip()
    patterns = _patterns()
    if patterns["vague"].search(said):
        return Problem("age_vague")
    for word, (low, high) in load("ages")["named"].items():
        if word in said:
            return _range(low, high, today, raw)
    if patterns["newborn"].search(said):
        return Age(0, 0, 0, today - timedelta(days=365), today, months=1, raw=raw)
    if animal := patterns["zodiac"].search(said):
        return _animal(animal["animal"], said[: animal.start()] + said[animal.end() :], today, raw)
    if month := patterns["months"].search(said):
        months = whole(month["n"]) or 0
        return Age(months // 12, months // 12, months // 12, months=months, raw=raw)
    joined = patterns["joined"].search(said)
    if joined:
        said = said[: joined.start()] + joined["tens"] + joined["ones"] + said[joined.end() :]
    if match := patterns["republic"].search(said):
        return _born(1911 + (whole(match["n"]) or 0), said, today, raw)
    if match := patterns["year"].search(said):
        return _born(_century(match["y"], today), said, today, raw)
    ranged = _vague_range(said, today, raw)
    if ranged is not None:
        return ranged
    if not (match := patterns["plain"].search(said)):
        return Problem("age_missing")
    years = whole(match["n"])
    if years is None or years > OLDEST:
        return Problem("age_range", {"n": years or 0})
    if patterns["nominal"].search(said):
        born_from, born_to = lunar_bounds(lunar_year(today) - years + 1)
        return Age(None, years - 2, years - 1, born_from, born_to, nominal=True, needs_confirm=True, raw=raw)
    return _full(years, today, raw)


def _full(years: int, today: date, raw: str) -> Age:
    born_from = _back(today, years + 1) + timedelta(days=1)
    return Age(years, years, years, born_from, _back(today, years), raw=raw)


def _range(low: int, high: int, today: date, raw: str) -> Age:
    born_from = _back(today, high + 1) + timedelta(days=1)
    years = low if low == high else None
    return Age(years, low, high, born_from, _back(today, low), needs_confirm=True, raw=raw)


def _vague_range(said: str, today: date, raw: str) -> Age | None:
    patterns = _patterns()
    for name, before, after in (("over", 0, 2), ("many", 1, 9), ("near", -3, -1)):
        match = patterns[name].search(said)
        if match and (years := whole(match["n"])) and years + after <= OLDEST:
            return _range(years + before, years + after, today, raw)
    return None


def _back(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _century(said: str, today: date) -> int:
    year = whole(said) or 0
    if year >= 100:
        return year
    later = today.year // 100 * 100 + year
    return later if later <= today.year and year <= today.year % 100 - 10 else later - 100


def _born(year: int, said: str, today: date, raw: str) -> Age | Problem:
    if not today.year - OLDEST <= year <= today.year:
        return Problem("age_range", {"n": today.year - year})
    lunar = _patterns()["lunar"].search(said) is not None
    low = max(today.year - year - 1, 0)
    return Age(
        None, low, today.year - year, date(year, 1, 1), date(year, 12, 31), (year,),
        lunar=lunar, needs_confirm=True, raw=raw,
    )  # fmt: skip


def _animal(animal: str, rest: str, today: date, raw: str) -> Age | Problem:
    place = fold(load("ages")["zodiac"]).index(animal)
    newest = lunar_year(today)
    newest -= (newest - 4 - place) % 12
    years = tuple(reversed(range(newest, newest - 85, -12)))
    hint = _vague_range(rest, today, raw)
    if hint is None and (plain := _patterns()["plain"].search(rest)) and (said := whole(plain["n"])):
        hint = _range(said - 1, said + 1, today, raw)
    if hint is not None:
        # seventy-odd by the lunar count is one less by the calendar
        fitting = tuple(year for year in years if hint.low - 1 <= today.year - year <= hint.high + 1)
        within = tuple(year for year in fitting if hint.low <= today.year - year <= hint.high)
        years = within or fitting or years
    if len(years) == 1:
        born_from, born_to = lunar_bounds(years[0])
        age = today.year - years[0]
        return Age(None, age - 1, age, born_from, born_to, years, lunar=True, needs_confirm=True, raw=raw)
    low, high = today.year - years[-1], today.year - years[0]
    return Age(None, max(low - 1, 0), high, candidates=years, lunar=True, needs_confirm=True, raw=raw)
