"""Signs of danger in a message (domain 8): recall first, yet a figure of speech is not a cry for help.

What is told as long past, supposed, denied, seen on television or meant figuratively is left out (domain 8.3);
what is doubtful comes back with `sure=False`: worth one caring question, never an alarm.
"""

import re
from functools import cache
from typing import Any, Literal

import msgspec

from dialogs.understanding.lexicon import alternation, compiled, load
from dialogs.understanding.scene import (
    Scene,
    denied,
    news,
    past,
    recent,
    scene,
    supposed,
    told_as_old,
    without_hyperbole,
)

Level = Literal["e1", "e2", "e3"]


class Emergency(msgspec.Struct, frozen=True):
    """One emergency: domain code, level, the key of the safety text (`msg.<safety>`), the words that told.

    `sure=False` asks one question first. `rule` names the pattern for the emergency log.
    """

    code: str
    level: Level
    safety: str
    start: int
    end: int
    sure: bool = True
    rule: str = ""


class _Rule(msgspec.Struct, frozen=True):
    code: str
    level: Level
    safety: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    now: bool
    past: bool


@cache
def _rules() -> tuple[_Rule, ...]:
    return tuple(_rule(entry) for entry in load("emergency")["rule"])


def _rule(entry: dict[str, Any]) -> _Rule:
    return _Rule(
        code=entry["code"],
        level=entry["level"],
        safety=entry["safety"],
        pattern=compiled("|".join(entry["patterns"])),
        unless=compiled(entry["unless"]) if "unless" in entry else None,
        now=entry.get("now", False),
        past=entry.get("past", False),
    )


@cache
def _asks() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((entry["code"], compiled("|".join(entry["patterns"]))) for entry in load("emergency")["ask"])


@cache
def level_of(code: str) -> tuple[Level, str]:
    """Level and safety text of a code."""
    entry = next(entry for entry in load("emergency")["rule"] if entry["code"] == code)
    return entry["level"], entry["safety"]


def find_emergencies(said: str, view: Scene | None = None) -> tuple[Emergency, ...]:
    """Every emergency in levelled text, gravest first, each code once; doubtful ones after the sure ones."""
    view = view or scene(said)
    if news(said):
        return ()
    masked = _LONG_NUMBER.sub(lambda run: "\0" * len(run[0]), without_hyperbole(said))
    found: list[Emergency] = []
    for rule in _rules():
        for match in rule.pattern.finditer(masked):
            if _stands(rule, view, match):
                found.append(Emergency(rule.code, rule.level, rule.safety, *match.span(), rule=match[0][:20]))
                break
    sure = {one.code for one in found}
    for code, pattern in _asks():
        doubt = pattern.search(said)
        if code not in sure and doubt and not denied(view, doubt.start()):
            level, safety = level_of(code)
            found.append(Emergency(code, level, safety, *doubt.span(), sure=False, rule=doubt[0][:20]))
    return tuple(found)


def _stands(rule: _Rule, view: Scene, match: re.Match[str]) -> bool:
    start, end = view.clause_at(match.start())
    clause = view.said[start : max(end, match.end())]
    if denied(view, match.start()) or (supposed(clause) and rule.code != "em_suicide"):
        return False
    if not rule.past and (past(clause) or told_as_old(view.said)):
        return False
    near = view.around(match.start())
    if rule.unless and rule.unless.search(clause):
        return False
    return not rule.now or recent(near) or (len(view.said) <= 80 and recent(view.said))


_LONG_NUMBER = re.compile(r"[0-9][0-9 \-]{5,}[0-9x]")


@cache
def _deadline() -> tuple[re.Pattern[str], ...]:
    data = load("emergency")["deadline"]
    return tuple(re.compile(alternation(data[name])) for name in ("day", "loss", "lack"))


def find_deadline(said: str) -> tuple[int, int] | None:
    """Where a near day is named after which treatment, a roof or a school place is lost (guidelines 4)."""
    day, loss, lack = _deadline()
    for match in day.finditer(said):
        after = said[max(match.start() - 24, 0) : match.end() + 40]
        if loss.search(after) and lack.search(after):
            return match.span()
    return None
