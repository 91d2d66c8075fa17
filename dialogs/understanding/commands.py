"""What steers the conversation: back, skip, human, submit and the like, and corrections (B060-B067, B073)."""

import re
from functools import cache
from typing import Literal

import msgspec

from dialogs.understanding.clean import fold, level
from dialogs.understanding.lexicon import alternation, load
from dialogs.understanding.numerals import whole

Code = Literal[
    "human", "erase", "restart", "cancel", "back", "skip", "unknown", "progress", "menu", "help", "submit",
    "done", "correct",
]  # fmt: skip
LONGEST = 24
"""Characters beyond which a message is a story and not a command."""


class Command(msgspec.Struct, frozen=True):
    """One command and where it stands in the text. `done` is "no more", "only me"."""

    code: Code
    start: int
    end: int
    confidence: float = 0.95


class Correction(msgspec.Struct, frozen=True):
    """What is to be changed.

    `field` is name, phone, id_number, age, address, household_size, income, members, hardship, needs,
    relation, bank, sex or None; `number` the line on a numbered card; `old` and `new` the words given, as
    written. All may be None: then something is wrong and the dialog asks what. `relation` is the kind of kin whose
    value it is where one was named, `drop` takes that person out.
    """

    start: int
    end: int
    field: str | None = None
    number: int | None = None
    old: str | None = None
    new: str | None = None
    relation: str | None = None
    drop: bool = False


@cache
def _whole() -> re.Pattern[str]:
    data = load("commands")
    heads = alternation(fold(word) for word in data["heads"])
    tails = alternation(fold(word) for word in data["tails"])
    codes = "|".join(
        f"(?P<{code}>{alternation(fold(word) for word in words)})" for code, words in data["words"].items()
    )
    blank = r"[\s,，。.!！~～…、;；:：]*"
    return re.compile(f"^{blank}(?:(?:{heads}){blank})*?(?:{codes})(?:{blank}(?:{tails}))*{blank}[?？]*{blank}$")


_MENTION = re.compile(r"^(/\w+)@\w+.*$", re.S)


def read_command(text: str) -> Command | None:
    """The command a short message consists of, or None. A longer text is never a command.

    Saying it twice ("not this, not this") is saying it once.
    """
    if len(text) > LONGEST:
        return None
    said = _MENTION.sub(r"\1", level(text))
    match = _whole().match(said)
    if match is None:
        said = said.strip()
        half = len(said) // 2
        if half >= 2 and said[:half] == said[-half:] and len(said) - 2 * half <= 1:
            match = _whole().match(said[:half])
        if match is None:
            return None
    code = match.lastgroup
    return Command(code, match.start(code), match.end(code)) if code else None  # type: ignore[arg-type]


_CLAUSES = re.compile(r"[^\s,，。.!！;；、~～…]+")


def read_commands(text: str) -> tuple[Command, ...]:
    """The commands a short message consists of, clause by clause ("nothing else, send it": done, submit).

    Empty unless every clause is one, so that a half-command never has a whole effect.
    """
    whole_text = read_command(text)
    if whole_text:
        return (whole_text,)
    if len(text) > LONGEST:
        return ()
    found = []
    for clause in _CLAUSES.finditer(text):
        command = read_command(clause[0])
        if command is None:
            return ()
        shift = clause.start()
        found.append(Command(command.code, command.start + shift, command.end + shift, command.confidence))
    return tuple(found)


@cache
def _correction() -> tuple[re.Pattern[str], ...]:
    data = load("commands")
    field = "|".join(
        f"(?P<{name}>{alternation(fold(word) for word in words)})" for name, words in data["fields"].items()
    )
    parts = {part: alternation(data["correction"][part]) for part in ("change", "wrong", "is", "not_but", "into")}
    stop = r"[\s,，。.!！;；:：、]*"
    choices = load("choices")
    counter = (
        f"(?:{alternation(choices['ordinal'][:1])})?(?P<number>[0-9]{{1,2}}|[{_spoken()}]{{1,3}})"
        f"(?:{alternation(choices['counter'])})?"
    )
    owner = alternation(data["correction"]["owner"])
    what = f"(?:{owner})?(?:{field})"
    new = f"(?:{stop}(?:{parts['is']}){stop}(?P<new>[^\\n]{{1,60}}?))?"
    return (
        re.compile(f"^(?:{parts['change']}){stop}(?:{what}|{counter}){new}{stop}$"),
        re.compile(f"(?:^|{stop})(?:{what}|{counter}).{{0,4}}?(?:{parts['wrong']}).{{0,2}}?{new}{stop}$"),
        re.compile(f"(?:^|{stop}){what}.{{0,2}}?(?:{parts['into']}){stop}(?P<new>[^\\n]{{1,60}}?){stop}$"),
        re.compile(
            f"(?:{what}).{{0,2}}?(?:{parts['not_but']})(?P<old>[^，,。\\n]{{1,30}})[，,。\\s]+"
            f"(?:{parts['is']})?(?P<new>[^\\n]{{1,60}}?){stop}$"
        ),
    )


def _spoken() -> str:
    data = load("numerals")
    return "".join([*data["digits"].values(), data["units"]["10"]])


def read_correction(text: str) -> Correction | None:
    """What a short message wants changed, or None. Over 80 characters it is left to `understand`."""
    if len(text) > 80:
        return None
    said = level(text)
    data = load("commands")
    for pattern in _correction():
        match = pattern.search(said)
        if match is None:
            continue
        groups = match.groupdict()
        field = next((name for name in load("commands")["fields"] if groups.get(name)), None)
        number = whole(groups["number"]) if groups.get("number") else None
        if groups.get("number") and (number is None or not 0 < number < 100):
            continue
        old = text[slice(*match.span("old"))].strip() if groups.get("old") else None
        new = text[slice(*match.span("new"))].strip(" ，,。." + data["correction"]["of"]) if groups.get("new") else None
        return Correction(match.start(), match.end(), field, number, old, new or None)
    command = read_command(text)
    if command and command.code == "correct":
        return Correction(command.start, command.end)
    return None
