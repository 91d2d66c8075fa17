"""Long numbers inside a message: identity numbers, telephones, case numbers, each with its place."""

import re
from functools import cache

import msgspec

from dialogs.understanding.clean import spoken_digits
from dialogs.understanding.id_number import PROVINCES, check_digit
from dialogs.understanding.lexicon import HAN, alternation, load


class Run(msgspec.Struct, frozen=True):
    """A number without blanks and where it stands. `right` tells that its check digit or shape is right."""

    value: str
    start: int
    end: int
    right: bool = True


@cache
def _spoken() -> re.Pattern[str]:
    said = "".join(load("variants")["digits"].values())
    dash = load("case_no")["dash"]
    one = f"[0-9{said}{dash}]"
    return re.compile(f"[0-9{said}](?:{one}|[ ,\uff0c\u3001.\\-]{{1,2}}(?={one}{{2}})){{5,}}x?")


@cache
def _last() -> re.Pattern[str]:
    words = alternation([*load("id_number")["last_x"], "x", "\u00d7", "*", "\u2715", "\u2716", "\u0445"])
    return re.compile(f"(?<=[0-9])(?P<gap>[ \\-]?)(?P<x>{words})(?![a-z0-9*])")


@cache
def _dashes() -> dict[int, str]:
    return {ord(character): "-" for character in load("case_no")["dash"]}


def numeric(said: str) -> str:
    """Levelled text of the same length in which digits said one by one are written, a spoken last X too."""
    view = _spoken().sub(lambda match: spoken_digits(match[0].translate(_dashes())), said)
    return _last().sub(lambda match: "x" + " " * (len(match[0]) - 1), view) if _SEVENTEEN.search(view) else view


_SEVENTEEN = re.compile(r"[0-9](?:[ \-]?[0-9]){16}")
_GROUP = re.compile(r"(?:(?<![a-z0-9])[0-9]+|(?<![0-9])[0-9]{15,})(?:x(?:[0-9]{2}(?![0-9]))?)?(?![a-z])")
_GAP = re.compile("[ ,\uff0c\u3001.\\-]{1,2}")
_YEAR = re.compile(r"(?:18|19|20)[0-9]{2}")


def find_id_numbers(said: str) -> list[Run]:
    """Identity numbers in levelled text, wrong ones too: 18 places however grouped, or one run of 14 to 20."""
    view = numeric(said)
    groups = list(_GROUP.finditer(view))
    account, card = _account(), _card()
    found: list[Run] = []
    index = 0
    while index < len(groups):
        best: tuple[int, int, Run] | None = None
        digits = ""
        for last in range(index, min(index + 12, len(groups))):
            if last > index and not _GAP.fullmatch(view, groups[last - 1].end(), groups[last].start()):
                break
            digits += groups[last][0]
            if len(digits) > 20:
                break
            points = _likeness(digits, joined=last > index)
            if points and (best is None or points > best[0]):
                run = Run(digits.upper(), groups[index].start(), groups[last].end(), points >= 4)
                best = (points, last, run)
        if best and len(best[2].value) > 18 and card.search(view, max(best[2].start - 8, 0), best[2].start):
            best = None  # a disability card's number: the identity number and two more
        if best and not account.search(view, max(best[2].start - 8, 0), best[2].start):
            found.append(best[2])
            index = best[1]
        index += 1
    return found


@cache
def _card() -> re.Pattern[str]:
    return re.compile(f"(?:{alternation(load('id_number')['other_card'])})[^0-9]{{0,6}}$")


@cache
def _account() -> re.Pattern[str]:
    return re.compile(f"(?:{alternation(load('id_number')['account'])})[^0-9]{{0,3}}$")


def _likeness(digits: str, *, joined: bool) -> int:
    """0 no identity number; 1 a single long run; 3 place and year right; 4 and more the check digit too."""
    size = len(digits)
    if "x" in digits[:-1] or not 14 <= size <= 20:
        return 0
    place = digits[:2] in PROVINCES
    if size == 18 and place and _YEAR.match(digits, 6):
        return 5 if check_digit(digits[:17]) == digits[17].upper() else 3
    if joined:
        return 0
    if size == 15 and place:
        return 4
    if digits.startswith("62") and size in (16, 19) and not _YEAR.match(digits, 6):
        return 0
    return 1 if place else 0


_MOBILE = re.compile(r"(?<![0-9])(?:\+?86[ \-]?)?(1[3-9][0-9](?:[ \-]?[0-9]{4}){2})(?![0-9])")
_MOBILE_ANY = re.compile(r"(?<![0-9])(?:\+?86[ \-]?)?(1[3-9](?:[ \-]?[0-9]){9})(?![0-9])")
_LANDLINE = re.compile(r"(?<![0-9])(0[0-9]{2,3}[ \-]?[0-9]{7,8})(?![0-9])")


def find_phones(said: str, taken: list[Run]) -> list[Run]:
    """Telephone numbers in levelled text, those inside an identity number left out."""
    view = numeric(said)
    found: dict[int, Run] = {}
    for pattern in (_MOBILE, _MOBILE_ANY, _LANDLINE):
        for match in pattern.finditer(view):
            start, end = match.span(1)
            if any(run.start < end and start < run.end for run in (*taken, *found.values())):
                continue
            found[start] = Run(re.sub(r"[ \-]", "", match[1]), start, end)
    return [found[start] for start in sorted(found)]


@cache
def _case_no() -> tuple[re.Pattern[str], ...]:
    data = load("case_no")
    labels = alternation(data["labels"])
    return (
        re.compile(r"(?<![a-z0-9])([a-z]{0,4}[0-9]{6,10}-[0-9]{4}-[0-9]{3,6})(?![0-9])"),
        re.compile(f"(?:{alternation(data['tail'])})[^0-9]{{0,3}}([0-9]{{3,6}})(?![0-9])"),
        re.compile(r"(?<![0-9\-])([0-9]{2}-[0-9]{5}(?:-[0-9]{2})?)(?![0-9\-])"),
        re.compile(
            f"(?:{labels})[^0-9a-z，。,.]{{0,6}}((?:[a-z]{{1,6}}-?|[{HAN}](?=-[0-9]{{4}})-)?[0-9][a-z0-9\\-]{{3,24}})"
        ),
        re.compile(
            r"(?<![a-z0-9\-])([a-z]{1,6}-?(?=[0-9\-]*(?:[0-9]-?){5})[0-9]{2,12}(?:-[0-9]{2,8}){0,3})(?![a-z0-9])"
        ),
        re.compile(r"(?<![a-z0-9\-])(20[2-9][0-9](?:-?[0-9]{2,4}){1,2}-?[0-9]{3,6})(?![0-9\-])"),
    )


def find_case_no(said: str, taken: list[Run]) -> Run | None:
    """The case number a message names (or the tail of one), capitals, no blanks (guidelines 7)."""
    view = numeric(said)
    refused = load("case_no")["not_a_case"]
    for pattern in _case_no():
        if match := pattern.search(view):
            before = view[max(match.start(1) - 10, 0) : match.start(1)]
            if any(word in before for word in refused) or any(
                run.start < match.end(1) and match.start(1) < run.end for run in taken
            ):
                continue
            return Run(match[1].upper().rstrip("-"), *match.span(1))
    return None
