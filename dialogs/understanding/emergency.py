"""Signs of danger in a message (domain 8): recall first, yet a figure of speech is not a cry for help.

What is told as long past, supposed, denied, seen on television or meant figuratively is left out (domain 8.3);
what is doubtful comes back with `sure=False`: worth one caring question, never an alarm.
"""

import re
from functools import cache
from typing import Any, Literal, NamedTuple

import msgspec

from dialogs.understanding.lexicon import alternation, compiled, expand, load
from dialogs.understanding.scene import (
    Scene,
    asked_about,
    denied,
    experienced,
    feared,
    news,
    only_animals,
    past,
    recent,
    routine,
    scene,
    settled,
    supposed,
    told_as_old,
    without_hyperbole,
)
from dialogs.understanding.sieve import Sieve, alternatives

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
    unless: re.Pattern[str] | None
    now: bool
    past: bool
    live: bool
    alone: bool


class _Book(NamedTuple):
    """Every rule, every pattern with the place of its rule (behind the rules: of its question), and their sieve."""

    rules: tuple[_Rule, ...]
    asks: tuple[str, ...]
    patterns: tuple[tuple[re.Pattern[str], int], ...]
    sieve: Sieve


@cache
def _book() -> _Book:
    entries = [*load("emergency")["rule"], *load("emergency")["ask"]]
    written = [
        (one, place)
        for place, entry in enumerate(entries)
        for pattern in entry["patterns"]
        for one in alternatives(expand(pattern))
    ]
    return _Book(
        rules=tuple(map(_rule, load("emergency")["rule"])),
        asks=tuple(entry["code"] for entry in load("emergency")["ask"]),
        patterns=tuple((compiled(one), place) for one, place in written),
        sieve=Sieve([one for one, _ in written]),
    )


def _rule(entry: dict[str, Any]) -> _Rule:
    return _Rule(
        code=entry["code"],
        level=entry["level"],
        safety=entry["safety"],
        unless=compiled(entry["unless"]) if "unless" in entry else None,
        now=entry.get("now", False),
        past=entry.get("past", False),
        live=entry.get("live", False),
        alone=entry.get("alone", False),
    )


@cache
def level_of(code: str) -> tuple[Level, str]:
    """Level and safety text of a code."""
    entry = next(entry for entry in load("emergency")["rule"] if entry["code"] == code)
    return entry["level"], entry["safety"]


def find_emergencies(said: str, view: Scene | None = None) -> tuple[Emergency, ...]:
    """Every emergency in levelled text, gravest first, each code once; doubtful ones after the sure ones."""
    book = _book()
    worth = list(book.sieve.left(said))
    if not worth or news(said):
        return ()
    view = view or scene(said)
    masked = _LONG_NUMBER.sub(lambda run: "\0" * len(run[0]), without_hyperbole(said))
    hits: dict[int, list[re.Match[str]]] = {}
    for place in worth:
        pattern, whose = book.patterns[place]
        asked = whose >= len(book.rules)  # a question is worth asking about a figure of speech, too
        hits.setdefault(whose, []).extend(pattern.finditer(said if asked else masked))
    found: list[Emergency] = []
    doubts: list[Emergency] = []
    taken: list[Emergency] = []  # what their words say they say alone: no second reading of them
    for whose, matches in sorted(hits.items()):
        if whose >= len(book.rules):
            doubts += _asked(book.asks[whose - len(book.rules)], view, matches)
            continue
        rule = book.rules[whose]
        if any(one.code == rule.code for one in found):
            continue
        for match in sorted(matches, key=lambda one: one.start()):
            if any(match.start() < one.end and one.start < match.end() for one in taken):
                continue
            stands = _stands(rule, view, match)
            if stands is not None:
                one = Emergency(rule.code, rule.level, rule.safety, *match.span(), sure=stands, rule=match[0][:20])
                (found if stands else doubts).append(one)
                if stands:
                    taken += [one] if rule.alone else []
                    break
    for one in doubts:
        if all(one.code != known.code for known in found):
            found.append(one)
    return tuple(found)


def _asked(code: str, view: Scene, matches: list[re.Match[str]]) -> list[Emergency]:
    """What is worth a question, its first words."""
    first = min(matches, key=lambda one: one.start(), default=None)
    if first is None or denied(view, first.start()):
        return []
    return [Emergency(code, *level_of(code), *first.span(), sure=False, rule=first[0][:20])]


def _stands(rule: _Rule, view: Scene, match: re.Match[str]) -> bool | None:
    """True: danger. False: worth a question. None: nothing (denied, supposed, long past, calmed by what is near)."""
    said = view.said
    start, end = view.clause_at(match.start())
    clause = said[start : max(end, match.end())]
    if denied(view, match.start()) or (supposed(clause) and rule.code != "em_suicide"):
        return None
    near = view.around(match.start())
    if rule.unless and rule.unless.search(clause):
        return None
    fresh = recent(near) or (len(said) <= _SHORT and recent(said))
    if experienced(said, match.end()) or (not fresh and (feared(view, match.start()) or only_animals(clause))):
        return None
    if asked_about(near) and not recent(clause):
        return False
    if past(clause) or told_as_old(said):
        if not rule.past:
            return None
        return None if settled(near) else rule.level == "e1" and not (_dated(clause) or told_as_old(said))
    if settled(near) and not rule.past and not fresh:
        return None
    if rule.now:
        return True if fresh else None
    if rule.live:
        # a disaster or an accident is told in the past tense too: quiet asking says that it is over
        return True if fresh or not (routine(said) or len(said) > _SHORT) else None
    return fresh or rule.level == "e1" or not routine(said)


_SHORT = 80
"""Characters up to which a word of "now" anywhere speaks for the whole message."""


@cache
def _dated_pattern() -> re.Pattern[str]:
    return compiled("@past_more@|@past@")


def _dated(clause: str) -> bool:
    """Whether a threat or an attempt is told of with its own far day: a caring question, not an alarm."""
    return _dated_pattern().search(clause) is not None


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
