"""Names inside a message, and whose they are."""

import re
from functools import cache
from typing import Literal

import msgspec

from dialogs.understanding.lexicon import HAN, alternation, load

Role = Literal["self", "kin", "other", "alone", "after_place", "called", "helper"]


class Named(msgspec.Struct, frozen=True):
    """A name in levelled text. `role` tells what introduced it; `called` is a form of address, not a name."""

    start: int
    end: int
    role: Role


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    names, people = load("names"), load("people")
    never = people["never"]
    char = f"(?:(?![{never}0-9])[{HAN}])"
    single = "".join(names["surnames"].split())
    surname = f"(?:{alternation(names['compound_surnames'])}|[{single}])"
    dotted = f"[{HAN}]{{2,9}}[·•・‧．.][{HAN}]{{2,9}}"
    stop = f"(?=$|[^{HAN}]|{alternation(people['follow'])})"
    # three characters where the text ends or goes on as names are followed, else two, else three anyway
    han = f"(?:{surname}{char}{{1,2}}{stop}|{surname}{char}{{1,2}}?{stop}|{surname}{char}{{2}}|{surname}{char})"
    free = f"{char}{{2,5}}?{stop}"
    name = f"(?P<name>{dotted}|{han})"
    named = f"(?P<name>{dotted}|{han}|{free})"
    kin = alternation(word for _, words in load("members")["kin"] for word in words)
    gap = f"[\\s:：,，{people['linking']}]{{0,2}}"
    called = (
        f"(?P<name>(?:{surname}|{alternation(names['prefixes'])}{surname}|{surname}{char})"
        f"(?:{alternation(people['titles'])}))"
    )
    return {
        "self": re.compile(f"(?:{alternation(people['self'])}){gap}{named}"),
        "is": re.compile(f"(?:{alternation(people['is'])}){gap}{name}{stop}"),
        "called_as": re.compile(
            f"(?P<who>{alternation(people['who'])})?(?:{alternation(people['called'])}){gap}{named}"
        ),
        "label": re.compile(f"(?:{alternation(people['label'])}){gap}{named}"),
        "role": re.compile(f"(?:{alternation(people['role'])}){gap}{name}{stop}"),
        "helper": re.compile(f"(?:{alternation(people['helper'])}){gap}{named}"),
        "kin": re.compile(f"(?:{kin}){gap}{name}{stop}"),
        "title": re.compile(called),
        "alone": re.compile(
            f"(?:^|(?<=[，。,.;；！!？?、\\s:：\\])）】]))(?P<name>{dotted}|{surname}{char}{{1,2}})"
            f"(?=$|[，。,.;；！!？?、\\s（(]|[0-9]{{2}}|{alternation(people['after_alone'])})"
        ),
        "place": re.compile(
            f"(?P<name>{dotted}|{surname}{char}{{1,2}})"
            f"(?=$|[，。,.;；！!？?\\s、0-9（(]|{alternation([*people['after_alone'], *people['household']])})"
        ),
        "digits": re.compile(f"(?<=[0-9x ])(?P<name>{surname}{char}{{1,2}})(?=$|[，。,.;；！!？?\\s、])"),
    }


def find_names(said: str, places: list[tuple[int, int]]) -> list[Named]:
    """The names in levelled text, in order. `places` are address spans: a name may follow one directly."""
    found: dict[int, Named] = {}
    taken: list[tuple[int, int]] = []
    refused = load("people")["refused"]

    def add(match: re.Match[str], role: Role) -> None:
        start, end = match.span("name")
        if any(start < last and first < end for first, last in taken) or said[start:end] in refused:
            return
        if role == "self" and any(said.startswith(word, start) for word in load("people")["refused_start"][:3]):
            return
        if role in ("alone", "after_place") and said[start:end].endswith(tuple(refused)):
            return
        taken.append((start, end))
        found[start] = Named(start, end, role)

    patterns = _patterns()
    for match in patterns["helper"].finditer(said):
        add(match, "helper")
    for match in patterns["called_as"].finditer(said):
        who = match["who"]
        add(match, "self" if who in load("people")["who_self"] else "kin" if who else "other")
    for match in patterns["self"].finditer(said):
        add(match, "self")
    for key, role in (("label", "other"), ("kin", "kin"), ("role", "other"), ("is", "self")):
        for match in patterns[key].finditer(said):
            add(match, role)  # type: ignore[arg-type]
    for _, end in places:
        place = end + 1 if said[end : end + 1] in load("people")["of"] else end
        if match := patterns["place"].match(said, place):  # type: ignore[assignment]
            add(match, "after_place")
    for key in ("alone", "digits"):
        for match in patterns[key].finditer(said):
            if not any(first <= match.start("name") < last for first, last in places):
                add(match, "alone")
    for match in patterns["title"].finditer(said):
        add(match, "called")
    return [found[start] for start in sorted(found)]
