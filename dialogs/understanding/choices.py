"""A reply against a list of options: by number, by sign, by word, by nearly the word (B006, B059)."""

import re
from collections.abc import Sequence
from functools import cache

import msgspec

from dialogs.understanding.clean import clean, fold
from dialogs.understanding.lexicon import alternation, load
from dialogs.understanding.numerals import whole
from dialogs.understanding.problems import Problem

NEAR = 82
"""rapidfuzz ratio from which a word counts as the label, when no other label is as near."""


class Option(msgspec.Struct, frozen=True):
    """One thing to pick: its id, and every wording it may be called by (label first)."""

    id: str
    labels: tuple[str, ...] = ()


_KEYCAP = re.compile("([0-9])\ufe0f?\u20e3")
_CIRCLED = {
    **{0x2460 + n: f" {n + 1} " for n in range(20)},
    **{0x2474 + n: f" {n + 1} " for n in range(20)},
    **{0x2488 + n: f" {n + 1} " for n in range(20)},
    **{0x2776 + n: f" {n + 1} " for n in range(10)},
    **{0x2780 + n: f" {n + 1} " for n in range(10)},
    **{0x3220 + n: f" {n + 1} " for n in range(10)},
    **{0x3280 + n: f" {n + 1} " for n in range(10)},
    0x1F51F: " 10 ",
}


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    data = load("choices")
    ordinal, counter = alternation(data["ordinal"]), alternation(data["counter"])
    spoken = "".join(load("numerals")["digits"].values()) + load("numerals")["units"]["10"]
    return {
        "number": re.compile(f"(?:{ordinal})*([0-9]{{1,4}}|[{spoken}]{{1,3}})(?:{counter})*"),
        # "1. medical": the number of a line and its words
        "numbered": re.compile(r"([0-9]{1,2})(?:[.、)）:]\s*)?[^0-9]{1,12}"),
        "joiner": re.compile(f"(?:{alternation(data['joiner'])})+"),
        "opening": re.compile(f"^(?:{alternation(data['opening'])})"),
    }


def read_choices(
    text: str, options: Sequence[Option], *, many: bool = False, none_id: str | None = None
) -> tuple[str, ...] | Problem:
    """The ids picked, in the order of the options; for a single choice exactly one.

    `none_id` is the option that "none of them" means; without it that answer is the empty tuple when `many`.
    Problems: `choice_missing` (nothing recognised), `choice_range` {n, max} (a number that is not offered),
    `choice_many` {n} (several named where one is wanted), `choice_none` (none of them, but one is wanted),
    `choice_unclear` {n} (two labels equally near).
    """
    marked = _KEYCAP.sub(r" \1 ", clean(text[:500]).replace("\U0001f51f", " 10 ")).translate(_CIRCLED)
    said = fold(marked)
    if not said:
        return Problem("choice_missing")
    labelled = {fold(label): option.id for option in options for label in option.labels}
    if said in labelled or said in {fold(option.id) for option in options}:
        return (labelled.get(said) or next(option.id for option in options if fold(option.id) == said),)
    if answer := _wholesale(said, options, many, none_id):
        return answer
    by_number = _numbers(marked, said, options)
    if isinstance(by_number, Problem):
        return by_number
    picked = by_number or _labels(marked, said, options, labelled)
    if isinstance(picked, Problem):
        return picked
    if not picked:
        return () if many and none_id is None and said in load("choices")["none"] else Problem("choice_missing")
    if len(picked) > 1 and not many:
        return Problem("choice_many", {"n": len(picked)})
    return tuple(option.id for option in options if option.id in picked)


def _wholesale(
    said: str, options: Sequence[Option], many: bool, none_id: str | None
) -> tuple[str, ...] | Problem | None:
    data = load("choices")
    core = said.strip(",.!~")
    if any(core.startswith(fold(word)) for word in data["none"] if len(word) > 1) and len(core) <= 8:
        if none_id is not None:
            return (none_id,)
        return Problem("choice_none")
    if any(fold(word) in core for word in data["last"]) and len(core) <= 10:
        return (options[-1].id,)
    everything = tuple(option.id for option in options if option.id != none_id)
    if any(core.startswith(fold(word)) for word in data["all"]) and len(core) <= 8:
        return everything if many else Problem("choice_many", {"n": len(everything)})
    if any(core.startswith(fold(word)) for word in data["both"]) and len(everything) == 2:
        return everything if many else Problem("choice_many", {"n": 2})
    if any(core.startswith(word) for word in data["first"][:3]) and len(core) <= 10:
        return (options[0].id,)
    return None


def _numbers(marked: str, said: str, options: Sequence[Option]) -> set[str] | Problem:
    patterns = _patterns()
    if re.fullmatch(r"[-−][0-9]+|[0-9]+\.[0-9]+", said):
        exact = float(said.replace("−", "-"))
        if exact != int(exact) or not 1 <= exact <= len(options):
            return Problem("choice_range", {"n": said, "max": len(options)})
        return {options[int(exact) - 1].id}
    parts = [part for part in patterns["joiner"].split(fold_lines(marked)) if part]
    picked: set[str] = set()
    for part in parts:
        match = patterns["number"].fullmatch(part) or patterns["numbered"].fullmatch(part)
        if not match:
            return set()
        values = _values(match[1], len(options))
        for value in values:
            if value is None or not 1 <= value <= len(options):
                return Problem("choice_range", {"n": match[1], "max": len(options)})
            picked.add(options[value - 1].id)
    return picked


def _values(digits: str, size: int) -> list[int | None]:
    value = whole(digits)
    if value is not None and value > size and digits.isdigit() and len(set(digits)) == len(digits) <= 9:
        each = [int(digit) for digit in digits]
        if all(1 <= digit <= min(size, 9) for digit in each):
            # "13" where nine are offered: one and three
            return list(each)
    return [value]


def fold_lines(text: str) -> str:
    """Folded, with single blanks kept: a blank may separate two picks."""
    return " ".join(fold(part) for part in text.split())


def _labels(marked: str, said: str, options: Sequence[Option], labelled: dict[str, str]) -> set[str] | Problem:
    inside = {found for label, found in labelled.items() if len(label) >= 2 and label in said}
    if inside:
        # a label inside a longer one that was said as well does not count twice
        longest = [label for label in labelled if label in said and len(label) >= 2]
        kept = [one for one in longest if not any(one != other and one in other for other in longest)]
        return {labelled[label] for label in kept}
    picked: set[str] = set()
    opening = _patterns()["opening"]
    for part in _patterns()["joiner"].split(fold_lines(marked)):
        bare = opening.sub("", part) or part
        if len(bare) < 2:
            continue
        part_found = {found for label, found in labelled.items() if _stands_in(bare, label)}
        if len(part_found) == 1:
            picked |= part_found
            continue
        near = _near(bare, labelled)
        if isinstance(near, Problem):
            return near
        if near:
            picked.add(near)
    return picked


def _stands_in(said: str, label: str) -> bool:
    """Whether words are part of a label and not what it denies ("willing" is no part of "not willing")."""
    before, found, _ = label.partition(said)
    return bool(found) and not before.endswith(tuple(load("choices")["denies"]))


def _near(said: str, labelled: dict[str, str]) -> str | Problem | None:
    from rapidfuzz import fuzz, process

    best = process.extract(said, list(labelled), scorer=fuzz.ratio, limit=4, score_cutoff=NEAR - 12)
    ids = [(labelled[label], score) for label, score, _ in best]
    if not ids:
        return None
    top = ids[0]
    rivals = {found for found, score in ids if score > top[1] - 5} - {top[0]}
    short = len(said) <= 4 and top[1] >= NEAR - 12
    if rivals:
        return Problem("choice_unclear", {"n": len(rivals) + 1})
    return top[0] if top[1] >= NEAR or short else None
