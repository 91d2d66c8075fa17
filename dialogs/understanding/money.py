"""What comes in, per month, as people say it (domain 10.5). Marks, never judges: whether it counts is a flag."""

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Literal

import msgspec

from dialogs.understanding.clean import fold
from dialogs.understanding.lexicon import alternation, load
from dialogs.understanding.numerals import characters, number
from dialogs.understanding.problems import Problem

Period = Literal["year", "half_year", "quarter", "month", "week", "day"]
LARGE = 1_000_000
"""Above this the value is asked again (B084)."""
DAYS = 22
"""Working days of a month nobody named; always confirmed."""


class Money(msgspec.Struct, frozen=True):
    """An income, in yuan a month with two places.

    `amount` and `period` are as said; `low` and `high` bound a vague statement (equal when exact). `source`:
    wage, business, property, support, pension, social_assistance, preferential, family_planning, scholarship,
    bravery, sale, none, or None when not said. `countable` marks what belongs to the household's income.
    `shared_persons`: how many earn it together. `needs_confirm`: read it back before use.
    """

    monthly: Decimal
    low: Decimal
    high: Decimal
    raw: str
    amount: Decimal
    period: Period = "month"
    approx: bool = False
    source: str | None = None
    countable: bool = True
    one_off: bool = False
    shared_persons: int = 1
    needs_confirm: bool = False


class Amount(msgspec.Struct, frozen=True):
    """One amount inside a text: value, bounds and the place in the folded text."""

    value: Decimal
    low: Decimal
    high: Decimal
    start: int
    end: int
    approx: bool
    open_ended: bool
    unit_said: bool


_CENT = Decimal("0.01")


def _two(value: Decimal) -> Decimal:
    return value.quantize(_CENT, ROUND_HALF_UP)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    data = load("money")

    def either(*lists: str) -> str:
        return alternation(fold(word) for name in lists for word in data[name])

    numeral = load("numerals")
    units = "".join(numeral["units"].values())
    ones = "".join(value for digit, value in numeral["digits"].items() if digit != "0")
    hundred, thousand, ten_thousand = (numeral["units"][size][0] for size in ("100", "1000", "10000"))
    eight, ten = numeral["digits"]["8"][0], numeral["units"]["10"][0]
    handful = load("grammar")["handful"]
    chars = characters()
    plain = f"[\\d]+(?:,\\d{{3}})*(?:\\.\\d+)?[{units}]?[\\d{ones}]?(?![\\d])|[{chars}]+"
    around = f"(?P<around>{hundred}{eight}{ten}|[{thousand}{ten_thousand}{hundred}]{handful})"
    pair = f"(?P<pair>[{ones}\\d][{ones}](?P<pair_unit>[{units}]+))"
    span = f"(?P<from>{plain})(?:{either('yuan')})?(?:{either('range')})(?P<to>{plain})"
    return {
        "amount": re.compile(
            f"(?P<under>{either('under')})?(?P<vague>{either('vague_before')})?[¥￥]?"
            f"(?:{around}|{pair}(?![{ones}\\d])|{span}|(?P<one>{plain}))"
            f"(?P<more>{either('more')})?(?P<about>{either('vague_after')})?(?P<more2>{either('more')})?"
            f"(?P<yuan>{either('yuan')})?(?:(?P<jiao>[{chars}])(?:{either('jiao')}))?"
            f"(?P<over>{either('over')})?(?P<about2>{either('vague_after')})?"
        ),
        "periods": re.compile(
            "|".join(f"(?P<{name}>{either(name)})" for name in ("half_year", "quarter", "week", "month", "day", "year"))
        ),
        "one_period": re.compile(
            alternation(
                fold(word)
                for name in ("quarter", "week", "month", "day", "year", "season")
                for word in data[name]
                if len(word) > 1 and fold(word)[0] in numeral["digits"]["1"]
            )
        ),
        "counted": re.compile(
            f"(?P<count>[{chars}]+)(?P<what>{'|'.join(map(re.escape, load('grammar')['counters']))})"
        ),
        "none": re.compile(either("none")),
        "none_now": re.compile(either("none_now")),
        "no_number": re.compile(alternation(load("members")["not_money"])),
        "unsteady": re.compile(either("unsteady")),
        "debt": re.compile(either("debt")),
        "negative": re.compile(either("negative") + r"|(?<!\d)[-−](?=\d+(?:\.\d+)?(?:\D|$))"),
        "net": re.compile(either("net")),
        "shared": re.compile(either("shared")),
        "one_off": re.compile(either("one_off")),
        "yuan": re.compile(f"(?:{either('yuan')})$"),
        "mu": re.compile(f"(?P<count>[{chars}]+)(?:{either('mu')}).{{0,6}}?(?:{either('mu')})"),
    }


def amounts(said: str) -> list[Amount]:
    """Every amount in a folded text, from left to right. Counted things (days, acres, people) are left out."""
    found = []
    patterns = _patterns()
    counted = [match.span() for match in patterns["counted"].finditer(said)]
    periods = [match.span() for match in patterns["periods"].finditer(said) if len(match[0]) > 1]
    # "a year" right after a numeral must not lend it its "one"
    said = patterns["one_period"].sub(lambda match: "\0" * len(match[0]), said)
    place = 0
    while match := patterns["amount"].search(said, place):
        place = max(match.end(), match.start() + 1)
        value = _amount(match)
        if value is None:
            continue
        begin = value.start
        if any(start <= begin < end for start, end in counted + periods) and not value.unit_said:
            place = max(end for start, end in counted + periods if start <= begin < end)
            continue
        found.append(value)
    return found


def _amount(match: re.Match[str]) -> Amount | None:
    groups = match.groupdict()
    approx = bool(groups["vague"] or groups["about"] or groups["about2"])
    unit_said = bool(groups["yuan"] or groups["jiao"])
    low: Decimal | None
    high: Decimal | None
    if groups["around"]:
        word = groups["around"]
        size = number(word[0])
        assert size is not None
        spread = (Decimal(80), Decimal(100)) if len(word) == 3 else (size * Decimal("0.9"), size * Decimal("1.1"))
        value = Decimal(90) if len(word) == 3 else size
        start = match.start("around")
        return Amount(value, *spread, start, match.end(), True, False, True)
    if groups["pair"]:
        first, second = (number(one + groups["pair_unit"]) for one in groups["pair"][:2])
        if first is None or second is None:
            return None
        if second > first:
            return Amount((first + second) / 2, first, second, match.start("pair"), match.end(), True, False, True)
        value_ = number(groups["pair"])
        if value_ is None:
            return None
        return Amount(value_, value_, value_, match.start("pair"), match.end(), approx, False, unit_said)
    if groups["from"]:
        low, high = number(groups["from"]), number(groups["to"])
        if low is None or high is None:
            return None
        if low < 10 <= high:
            # "two to three thousand": the unit of the second counts for the first
            scale = next((Decimal(size) for size in (10_000, 1000, 100) if high >= size), Decimal(1))
            low *= scale
        if low < high:
            return Amount((low + high) / 2, low, high, match.start("from"), match.end(), True, False, True)
        return Amount(low, low, low, match.start("from"), match.end("from"), False, False, unit_said)
    one = number(groups["one"].strip("."))
    if one is None:
        return None
    if groups["jiao"] and (tenth := number(groups["jiao"])) is not None:
        one += tenth / 10
    start, end = match.start("one"), match.end()
    said_unit = unit_said or one >= 100
    if groups["under"]:
        return Amount(one * Decimal("0.9"), Decimal(0), one, start, end, True, False, said_unit)
    if groups["over"]:
        return Amount(one * Decimal("1.05"), one, one * Decimal("1.1"), start, end, True, False, said_unit)
    if groups["more"] or groups["more2"]:
        return Amount(one, one, one * 2 if one <= 10 else one * Decimal("1.5"), start, end, True, True, said_unit)
    if approx:
        return Amount(one, one * Decimal("0.9"), one * Decimal("1.1"), start, end, True, False, said_unit)
    return Amount(one, one, one, start, end, False, False, said_unit)


_PER_MONTH = {
    "year": Decimal(1) / 12,
    "half_year": Decimal(1) / 6,
    "quarter": Decimal(1) / 3,
    "month": Decimal(1),
    "week": Decimal(52) / 12,
    "day": Decimal(DAYS),
}
_NOT_A_NUMBER = re.compile(r"nan|inf|0x|\de\d|\d_\d", re.I)
_ACCOUNT = re.compile(r"(?<!\d)[3-6]\d{14,18}(?!\d)")


def source_of(text: str) -> tuple[str | None, bool]:
    """Where money comes from, and whether that counts as income (domain 10.5)."""
    said = fold(text)
    data = load("money")
    for source, pattern in _sources().items():
        if pattern.search(said):
            return source, source not in data["countable"]["not_countable"]
    return None, True


@cache
def _sources() -> dict[str, re.Pattern[str]]:
    return {
        source: re.compile(alternation(fold(word) for word in words))
        for source, words in load("money")["sources"].items()
    }


def read_money(text: str) -> Money | Problem:
    """The income said in an answer, brought to a month.

    Problems: `money_missing` (no amount), `money_not_a_number` (NaN, 1e999, 0x10), `money_unsteady` (cannot be
    turned into a month: ask what is left in one), `money_debt` (a debt is no income: keep it with the hardship),
    `money_negative`, `money_account` (a bank account number; B089). A missing period is taken as a month and
    asked for.
    """
    raw = text.strip()
    patterns = _patterns()
    # "odd jobs" begins with a nought that is no number
    said = patterns["no_number"].sub(lambda match: "\0" * len(match[0]), fold(text[:400]).replace("，", ","))
    if _ACCOUNT.search(said):
        return Problem("money_account")
    if _NOT_A_NUMBER.search(said):
        return Problem("money_not_a_number")
    if patterns["negative"].search(said):
        return Problem("money_negative")
    found = amounts(said)
    if patterns["unsteady"].search(said) and not found:
        return Problem("money_unsteady")
    # "no pay to speak of, five hundred a month" is five hundred; "no income, and 20,000 of debts" is none.
    some = any(one.value >= 10 for one in found) and not patterns["debt"].search(said)
    if (
        (patterns["none"].search(said) and not some)
        or patterns["none_now"].search(said)
        or _patterns()["yuan"].sub("", said).strip(".") in ("0", "-0")
        or (found and found[0].value == 0 and len(found) == 1)
    ):
        zero = Decimal(0)
        return Money(zero, zero, zero, raw, zero, source="none")
    if patterns["debt"].search(said) and len(found) <= 1:
        return Problem("money_debt")
    if not found:
        return Problem("money_missing")
    return _monthly(said, raw, found)


def _monthly(said: str, raw: str, found: list[Amount]) -> Money:
    patterns = _patterns()
    chosen, times, note = found[0], Decimal(1), False
    net = patterns["net"].search(said)
    if net and len(found) > 1:
        after = [one for one in found if one.start >= net.start()]
        chosen = after[0] if after else found[-1]
    if (acres := patterns["mu"].search(said)) and (count := number(acres["count"])):
        times = count
        chosen = next((one for one in found if one.start > acres.start() + 1), chosen)
    period, certain = _period(said, chosen)
    per_month = _PER_MONTH[period]
    counted: dict[str, list[Decimal]] = {}
    for match in patterns["counted"].finditer(said):
        if (count := number(match["count"])) is not None:
            counted.setdefault(match["what"], []).append(Decimal(count))
    seasons = counted.get(load("grammar")["counters"][0], [None])[-1]
    # "a day" is the period itself, not one day worked
    worked = [count for word in load("money")["days_worked"] for count in counted.get(word, []) if count > 1]
    days = max(worked, default=None)
    if period == "day":
        per_month, note = (Decimal(days), False) if days and days <= 31 else (Decimal(DAYS), True)
    elif period == "quarter" and seasons and seasons <= 4:
        per_month = seasons / 12
    if acres and not any(word in said for word in load("money")["month"][:3]):
        per_month, period, certain = _PER_MONTH["year"], "year", True
    one_off = patterns["one_off"].search(said) is not None
    if one_off:
        per_month, period, certain = _PER_MONTH["year"], "year", True
    source, countable = source_of(said)
    shared = 2 if patterns["shared"].search(said) else 1
    monthly = _two(chosen.value * times * per_month)
    return Money(
        monthly=monthly,
        low=_two(chosen.low * times * per_month),
        high=_two(chosen.high * times * per_month),
        raw=raw,
        amount=chosen.value * times,
        period=period,
        approx=chosen.approx or note,
        source=source,
        countable=countable,
        one_off=one_off,
        shared_persons=shared,
        needs_confirm=not certain or note or chosen.open_ended or one_off or monthly > LARGE,
    )


def _period(said: str, chosen: Amount) -> tuple[Period, bool]:
    """The period nearest to the amount: the last one said before it, else the first one after it."""
    before: str | None = None
    after: str | None = None
    for match in _patterns()["periods"].finditer(said):
        if match.end() <= chosen.start:
            before = match.lastgroup
        elif match.start() >= chosen.end - 1 and after is None:
            after = match.lastgroup
    name = before or after
    return (name, True) if name else ("month", False)  # type: ignore[return-value]
