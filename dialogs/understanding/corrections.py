"""Corrections said in words: whose value it was, what it was, what it is ("my son is 4, not 3"; "take her out")."""

import re
from functools import cache

import msgspec

from dialogs.understanding.clean import clean, level
from dialogs.understanding.commands import Correction, read_correction
from dialogs.understanding.lexicon import HAN, alternation, load
from dialogs.understanding.names import surname_pattern
from dialogs.understanding.numerals import whole

LONGEST = 80
"""Characters over which a message is a story."""


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    data = load("corrections")
    fields = load("commands")["fields"]
    kin = alternation(word for _, names in load("members")["kin"] for word in names)
    own = alternation(data["own"])
    who = f"(?:(?P<who>(?:{own})?(?P<kin>{kin}))|(?:{own}))?"
    field = "(?:" + "|".join(f"(?P<{name}>{alternation(words)})" for name, words in fields.items()) + ")?"
    value = "(?P<{}>[^\uff0c,\u3002.;\uff1b\uff01!\uff1f?\\s]{{1,30}}?)"
    new, old = value.format("new"), value.format("old")
    is_, but, stop = alternation(data["is"]), alternation(data["not"]), r"[\uff0c,\u3002.;\uff1b\s]*"
    wrong, out = alternation(load("commands")["correction"]["wrong"]), alternation(data["out"])
    of = f"(?:{alternation(data['of'])})?"
    lead = f"^{stop}(?:(?:{alternation(data['lead'])}){stop})*"
    end = f"(?:{alternation(data['end'])})?{stop}$"
    return (
        re.compile(f"{lead}(?:{alternation(data['take'])})?{who}(?P<name_out>[^\uff0c,\u3002\\s]{{2,4}})??{of}"
                   f"(?:{alternation(data['line'])})?{stop}(?P<out>{out}){end}"),
        re.compile(f"{lead}{who}{of}{field}{of}{stop}(?:{wrong}){stop}(?:{is_})?{new}{end}"),
        re.compile(f"{lead}{who}{of}{field}{of}{stop}(?:{but}){old}{stop}(?:{is_}){new}{end}"),
        re.compile(f"{lead}{who}{of}{field}{of}{stop}(?:{is_})?{new}{stop}(?:{but}){old}{end}"),
    )  # fmt: skip


def read_corrections(text: str) -> tuple[Correction, ...]:
    """What a short message wants changed: field, old and new words, and whose it is where a relation is named.

    A correction of somebody of the house has `relation`; one that takes her out has `drop`. Without a field's name
    the shape of the new value tells which it is. Empty for stories and for what corrects nothing.
    """
    if len(text) > LONGEST:
        return ()
    kept = clean(text)
    said = level(kept)
    for pattern in _patterns():
        if (match := pattern.search(said)) and (found := _read(match, kept)):
            return (found,)
    for clause in _CLAUSE.finditer(said):  # "the daughter-in-law does not count, they divorced"
        match = _patterns()[0].search(clause[0])
        found = _read(match, kept[clause.start() : clause.end()]) if match else None
        if found is not None:
            shift = clause.start()
            return (msgspec.structs.replace(found, start=found.start + shift, end=found.end + shift),)
    plain = read_correction(text)
    return (plain,) if plain else ()


@cache
def _swaps() -> tuple[re.Pattern[str], ...]:
    data = load("corrections")
    value = "(?P<{}>[^\uff0c,\u3002.;\uff1b\uff01!\uff1f?\\s]{{1,12}}?)"
    new, old = value.format("new"), value.format("old")
    is_, but, into = alternation(data["is"]), alternation(data["not"]), alternation(data["into"])
    stop, end = r"[\uff0c,\u3002.;\uff1b\s]*", r"(?=[\uff0c,\u3002.;\uff1b\uff01!\s]|$)"
    return (
        re.compile(f"(?:{is_}){new}{stop}(?:{but}){old}{end}"),
        re.compile(f"(?:{but}){old}{stop}(?:{is_}){new}{end}"),
        re.compile(f"(?:{alternation(data['take'])}){old}(?:{into}){new}{end}"),
    )


def read_swap(text: str) -> tuple[str, str] | None:
    """The old and the new words of a correction that names no field ("the one who works has 3000, not 3500")."""
    if len(text) > LONGEST:
        return None
    kept = clean(text)
    said = level(kept)
    for pattern in _swaps():
        match = pattern.search(said)
        if match is not None:
            return kept[slice(*match.span("old"))].strip(), kept[slice(*match.span("new"))].strip()
    return None


_CLAUSE = re.compile("[^\uff0c,\u3002.;\uff1b\uff01!\uff1f?\\s]+")


def _read(match: re.Match[str], kept: str) -> Correction | None:
    said = match.groupdict()
    kinds = {word: kind for kind, names in load("members")["kin"] for word in names}
    relation = kinds.get(said["kin"]) if said.get("kin") else None
    if said.get("out"):
        name = kept[slice(*match.span("name_out"))] if said.get("name_out") else None
        name = None if name in load("corrections")["out"] else name
        if relation is None:
            return None
        return Correction(*match.span(), "members", old=name, relation=relation, drop=True)
    new = kept[slice(*match.span("new"))].strip()
    old = kept[slice(*match.span("old"))].strip() if said.get("old") else None
    named = next((name for name in load("commands")["fields"] if said.get(name)), None)
    field = named or _field_of(new) or (_field_of(old) if old else None)
    if field is None and relation and old and whole(level(new)) is not None:
        field = "age"
    if field is None and relation and old and _is_name(new) and _is_name(old):
        field = "name"
    if field is None or (relation is None and named is None and old is None):
        return None
    return Correction(*match.span(), field, old=old, new=new, relation=relation)


def _is_name(value: str) -> bool:
    return re.fullmatch(f"{surname_pattern()}[{HAN}]{{1,2}}", level(value)) is not None


@cache
def _shapes() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((field, re.compile(pattern)) for field, pattern in load("corrections")["shapes"].items())


def _field_of(value: str) -> str | None:
    """The field a value looks like: an age, a number of people, money, a telephone, a place, a name."""
    said = level(value)
    for field, pattern in _shapes():
        if pattern.fullmatch(said):
            return field
    return None


_NUMBER = re.compile(r"[0-9]+")


def number_in(words: str) -> int | None:
    """The whole number in a few words ("71", "seventy-one years"), or None."""
    said = level(words)
    spoken = "".join(load("numerals")["digits"].values()) + load("numerals")["units"]["10"]
    match = _NUMBER.search(said) or re.search(f"[{spoken}]+", said)
    return whole(match[0]) if match else None
