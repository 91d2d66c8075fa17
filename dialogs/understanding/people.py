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
    end = f"(?=$|[^{HAN}·•・‧．])"  # a sign, a digit or the end: nothing of a sentence goes on here
    ones = "".join(load("numerals")["digits"].values()) + load("numerals")["units"]["10"]
    aged = f"[{ones}]{{1,3}}(?:{alternation(load('ages')['years'])}|[，。,;；、\\s]|$)"  # an age right behind a name
    char = f"(?:(?![{never}0-9]|{aged}|[{ones}]{{2}})[{HAN}])"
    second = f"(?:[{people['second']}](?=[{people['ending']}]))"  # words that are names before a name's last character
    last = f"(?:[{people['last']}]{end})"
    single = "".join(names["surnames"].split())
    surname = f"(?:{alternation(names['compound_surnames'])}|[{single}])"
    dotted = f"[{HAN}]{{2,9}}[·•・‧．.][{HAN}]{{2,9}}"
    foreign = f"(?:{alternation(people['syllables'])}){{2,3}}"
    stop = f"(?=$|[^{HAN}]|{alternation(people['follow'])})"
    # three characters where the text ends or goes on as names are followed, else two, else three anyway
    ranked = f"[{people['small_name']}][{ones}]"
    given = f"(?:{ranked}|{second}{char}|{char}(?:{char}|{last})|{char})"
    han = (
        f"(?:{surname}{ranked}|{surname}{second}{char}|{surname}{char}(?:{char}|{last}){stop}|{surname}{char}{stop}"
        f"|{surname}{char}{{2}}|{surname}{char})"
    )
    whole = f"{char}{{2,5}}{end}"
    free = f"{char}{{2,5}}?{stop}"
    name = f"(?P<name>{dotted}|{foreign}|{han})"
    named = f"(?P<name>{dotted}|{foreign}|{surname}[{HAN}]{{1,2}}{end}|{whole}|{han}|{free})"
    kin_words = [word for _, words in load("members")["kin"] for word in words]
    kin = alternation(kin_words)
    third = alternation([*people["third"], *(f"{one}{of}" for one in people["third"] for of in people["of"])])
    # a child of one's own is called by the given name alone; so are people everybody knows
    mates = f"(?P<third>{third})?(?P<who>{alternation([*people['who'], *kin_words])})"
    of = f"{people['of']}?"
    gap = f"[\\s:：,，{people['linking']}]{{0,2}}"
    called = (
        f"(?P<name>(?:{surname}|{alternation(names['prefixes'])}{surname}|{surname}{char})"
        f"(?:{alternation(people['titles'])})|{people['old_man'][0]}{surname}{people['old_man'][1]})"
    )
    alone = f"(?P<name>{dotted}|{foreign}|{surname}{given})"
    return {
        "self": re.compile(f"(?:{alternation(people['self'])}){gap}{named}"),
        "is": re.compile(f"(?:{alternation(people['is'])}){gap}(?:[{HAN}]{{1,8}}{people['of']})?{name}{stop}"),
        "called_as": re.compile(f"(?:{mates})?(?:{alternation(people['called'])}){gap}{named}"),
        "label": re.compile(f"(?P<who>(?:{kin}){of})?(?:{alternation(people['label'])}){gap}{named}"),
        "role": re.compile(f"(?:{alternation(people['role'])}){gap}{name}{stop}"),
        "helper": re.compile(f"(?:{alternation(people['helper'])}){gap}{name}{stop}"),
        "kin": re.compile(f"(?:{kin}){gap}{name}{stop}"),
        "title": re.compile(called),
        # a whole name before a title, where a name can begin
        "titled": re.compile(
            f"(?:^|(?<=[^{HAN}])|(?<=[{people['name_begins']}]))(?P<name>{surname}(?![{people['no_given']}]){char}{{1,2}})"
            f"(?={alternation(title for title in people['titles'] if len(title) > 1)})"
        ),
        "alone": re.compile(
            f"(?:^|(?<=[，。,.;；！!？?、\\s:：\\])）】])){alone}"
            f"(?=$|[，。,.;；！!、\\s（(]|[0-9]{{2}}|{aged}|{alternation(people['after_alone'])})"
        ),
        "place": re.compile(
            f"{alone}(?=$|[，。,.;；！!？?\\s、0-9（(]|{alternation([*people['after_alone'], *people['household']])})"
        ),
        "digits": re.compile(f"(?<=[0-9x ]){alone}(?=$|[，。,.;；！!？?\\s、])"),
    }


@cache
def _no_name() -> re.Pattern[str]:
    """Words that are no name, however a name might begin like them: refused ones, kin, the ends of titles."""
    people, members = load("people"), load("members")
    kin = (word for _, words in members["kin"] for word in words if len(word) > 1)
    whole = alternation([*people["refused"], *kin, *members["pairs"]])
    ends = alternation([*people["refused_end"], *(title for title in load("names")["titles"] if len(title) > 1)])
    return re.compile(f"(?:{whole})|(?:{alternation(people['refused_start'])}).*|.*(?:{ends})")


@cache
def _surnames() -> re.Pattern[str]:
    names = load("names")
    return re.compile(f"{alternation(names['compound_surnames'])}|[{''.join(names['surnames'].split())}]")


@cache
def _given() -> frozenset[str]:
    return frozenset("".join(load("names")["given"].split()))


def _given_like(text: str) -> bool:
    """Whether every character is one that given names are made of."""
    return all(one in _given() for one in text)


def _likely(text: str) -> bool:
    """Whether what nobody introduced may be a name: a surname that is a word elsewhere needs a given name behind it."""
    if len(text) > 3 or _SYLLABLES_DOT.search(text):
        return True
    given = text[1:]
    return _given_like(given) if text[0] in load("names")["doubtful"] else any(one in _given() for one in given)


_SYLLABLES_DOT = re.compile("[\u00b7\u2022\u30fb\u2027\uff0e.]")


@cache
def _at_end() -> re.Pattern[str]:
    return re.compile(f"$|[^{HAN}]")


@cache
def _introduced() -> re.Pattern[str]:
    """The speaker's clause in which a name follows later ("I am the eldest, called ..."), not "my field, called"."""
    house = alternation([*load("people")["household"], *load("people")["of"]])
    return re.compile(
        f"(?:^|[，。,.;；！!？?、\\s])(?:{alternation(load('people')['is'])})(?!{house})[^，。,.;；！!？?\\s]{{0,6}}$"
    )


def find_names(said: str, places: list[tuple[int, int]]) -> list[Named]:
    """The names in levelled text, in order. `places` are address spans: a name may follow one directly."""
    found: dict[int, Named] = {}
    taken: list[tuple[int, int]] = []
    refused = load("people")["refused"]

    def add(match: re.Match[str], role: Role, *, weak: bool = False) -> None:
        start, end = match.span("name")
        text = said[start:end]
        if (
            text in load("members")["pairs"]
            or any(start < last and first < end for first, last in taken)
            or (role != "called" and _no_name().fullmatch(text))
        ):
            return
        if role in ("alone", "after_place", "kin") and text.endswith(tuple(refused)):
            return
        if weak and not _likely(text):
            return
        if role == "self" and said[end : end + 1] == load("people")["of"] and text[-1] in load("people")["hamlet"]:
            return  # "I am of Wang's Hamlet": a place
        taken.append((start, end))
        found[start] = Named(start, end, role)

    patterns = _patterns()
    for match in patterns["helper"].finditer(said):
        add(match, "helper")
    for match in patterns["called_as"].finditer(said):
        who = match["who"]
        mine = who in load("people")["who_self"] or (
            not match["third"] and _introduced().search(said, 0, match.start()) is not None
        )
        bare = not who and not mine and not _surnames().match(said, match.start("name"))
        if bare and (not _at_end().match(said, match.end("name")) or not _given_like(said[slice(*match.span("name"))])):
            continue  # "call the rice man": a name without a surname has to end where the words end
        add(match, "self" if mine else "kin" if who else "other", weak=not (who or mine))
    for match in patterns["self"].finditer(said):
        add(match, "self")
    for match in patterns["titled"].finditer(said):
        add(match, "other")
    roles: tuple[tuple[str, Role], ...] = (("label", "other"), ("kin", "kin"), ("role", "other"), ("is", "self"))
    for key, role in roles:
        for match in patterns[key].finditer(said):
            whose: Role = "kin" if key == "label" and match["who"] is not None else role
            doubtful = key in ("kin", "role", "is") and not said[match.end("name") : match.end("name") + 1].isdigit()
            add(match, whose, weak=doubtful)
    for _, end in places:
        place = end + 1 if said[end : end + 1] in load("people")["of"] else end
        if match := patterns["place"].match(said, place):  # type: ignore[assignment]
            add(match, "after_place")
    for key in ("alone", "digits"):
        for match in patterns[key].finditer(said):
            if not any(first <= match.start("name") < last for first, last in places):
                add(match, "alone", weak=True)
    for match in patterns["title"].finditer(said):
        add(match, "called")
    return [found[start] for start in sorted(found)]
