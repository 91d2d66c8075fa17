"""What a message is for: one of the guidelines' seventeen, decided in their order (understanding, section 1)."""

import re
from functools import cache

import msgspec

from dialogs.understanding.commands import Command
from dialogs.understanding.decide import purpose
from dialogs.understanding.emergency import Emergency
from dialogs.understanding.judge import Weighed
from dialogs.understanding.lexicon import compiled, load
from dialogs.understanding.meaning import Intent
from dialogs.understanding.remember import remembered
from dialogs.understanding.yes_no import YesNo


class Signs(msgspec.Struct, frozen=True):
    """What the rules know of a message when its purpose is decided."""

    said: str
    emergency: tuple[Emergency, ...] = ()
    commands: tuple[Command, ...] = ()
    yes_no: YesNo | None = None
    hardship: bool = False
    has_id: bool = False
    has_case_no: bool = False
    whom: tuple[str, ...] = ()


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return compiled("|".join(load("intents")[name]))


def _has(name: str, said: str) -> bool:
    return _pattern(name).search(said) is not None


@cache
def _whom() -> dict[str, re.Pattern[str]]:
    return {name: compiled("|".join(patterns)) for name, patterns in load("intents")["whom"].items()}


@remembered
def whom(said: str) -> tuple[str, ...]:
    """The signs of whom help is asked for, by name in `intents.toml`."""
    return tuple(name for name, pattern in _whom().items() if pattern.search(said))


@cache
def _cues() -> dict[str, tuple[re.Pattern[str], ...]]:
    return {name: tuple(map(compiled, patterns)) for name, patterns in load("intents")["cue"].items()}


@remembered
def cues(said: str) -> tuple[str, ...]:
    """The purposes some words speak for, by name in `intents.toml`; a second kind of words adds `<name>+`."""
    found: list[str] = []
    for name, patterns in _cues().items():
        hits = sum(pattern.search(said) is not None for pattern in patterns)
        found += [name] if hits else []
        found += [f"{name}+"] if hits > 1 else []
    return tuple(found)


def for_somebody_else(said: str) -> bool:
    """Whether a message that is no application speaks for another person all the same."""
    return _whom()["lead"].search(said) is not None


def find_intent(signs: Signs, weighed: Weighed) -> tuple[Intent, float]:
    """The purpose and how sure it is: a short answer or an order first, then danger, then what the judge weighed."""
    said = signs.said.strip()
    if short := _short(said, signs):
        return short
    if signs.emergency:
        if signs.emergency[0].code == "em_death" and _has("death_report", said):
            return "report_change", 0.8
        return "report_emergency", 0.85
    return purpose(weighed, signs.whom)


def _short(said: str, signs: Signs) -> tuple[Intent, float] | None:
    if signs.yes_no and signs.yes_no.value and signs.yes_no.confidence >= 0.7 and not signs.emergency:
        return ("confirm" if signs.yes_no.value == "yes" else "deny"), signs.yes_no.confidence
    if _has("greeting", said):
        return "greeting", 0.9
    if len(said) <= 2 and not any(character.isalnum() for character in said):
        return ("confirm", 0.5) if signs.yes_no and signs.yes_no.value == "yes" else ("other", 0.5)
    if signs.commands and not signs.emergency:
        code = signs.commands[0].code
        table: dict[str, Intent] = {
            "human": "human", "cancel": "cancel", "restart": "cancel", "erase": "withdraw",
            "progress": "query_progress", "submit": "confirm", "done": "deny", "correct": "correct",
            "help": "ask_policy",
        }  # fmt: skip
        if code in table and not (code == "cancel" and signs.has_case_no):
            return table[code], 0.9
    if len(said) <= 40 and not signs.emergency and not signs.has_id:
        if _has("human", said) and not signs.hardship:
            return "human", 0.8
        if len(said) <= 30 and _has("cancel", said) and not signs.has_case_no:
            return "cancel", 0.75
    return None
