"""Names inside a message, and whose they are."""

import re
from functools import cache
from typing import Literal

import msgspec

from dialogs.understanding.lexicon import HAN, alternation, load, words
from dialogs.understanding.wording import begins, is_word, whole_word, words_of

Role = Literal["self", "kin", "other", "alone", "after_place", "called", "helper"]


class Named(msgspec.Struct, frozen=True):
    """A name in levelled text. `role` tells what introduced it; `called` is a form of address, not a name."""

    start: int
    end: int
    role: Role


#: Words after which a name may stand that has no surname in front.
_BEFORE_SYLLABLES = ("role", "called", "is", "label")


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
    gap = f'[\\s:：,，{people["linking"]}\u201c"\u300c(\uff08]{{0,2}}'
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
        # a name in the syllables of another language, nobody's surname before it
        "syllables": re.compile(
            f"(?:(?P<kin>{kin})|{alternation(word for one in _BEFORE_SYLLABLES for word in people[one])}){gap}"
            f"(?P<name>[{people['sounds']}]{{3,8}}){stop}"
        ),
        "i_am_kin": re.compile(f"{load('members')['i_am_of']}(?:{kin}){load('members')['i_am_then']}$"),
        "mended": re.compile(
            f"{people['not_but'][0]}{surname}{char}{{1,2}}[，,\\s]*(?:{alternation(people['but'])})(?P<name>{surname}{char}{{1,2}}){end}"
        ),
        "helper": re.compile(f"(?:{alternation(people['helper'])}){gap}{name}{stop}"),
        "kin": re.compile(f"(?:{kin}){gap}{name}{stop}"),
        "open": re.compile(f"(?:(?P<kin>{kin})|{alternation(people['role'])}){gap}(?={surname})"),
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
    return re.compile(f"(?:{whole})|.*(?:{ends})")


@cache
def _hamlets() -> frozenset[str]:
    return frozenset(load("people")["hamlet"])


@cache
def _no_beginning() -> re.Pattern[str]:
    """What no name begins with that nobody gave as one's own."""
    return words("people", "refused_start")


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


_SEPARATORS = ":\uff1a,\uff0c \n"


def _fitted(said: str, start: int, end: int) -> int:
    """Where a name ends that runs on into words: one that begins inside a name's last character is not cut."""
    if dot := _SYLLABLES_DOT.search(said, start, end):
        return _dotted_end(said, dot.end(), end)
    surname = _surnames().match(said, start)
    if surname is None or surname.end() >= end:
        return end
    size = end - surname.end()
    if size == 3 and said[end - 1] in load("people")["household"] and _given_like(said[surname.end() : end - 1]):
        return end - 1
    if not re.match(f"[{HAN}]", said[end : end + 1]) or begins(said, end):
        return end
    if size == 2 and begins(said, end - 1) and said[end : end + 1] not in load("people")["household"]:
        return end - 1
    if size == 1 and begins(said, end + 1) and said[end] in _given():
        return end + 1
    return end


def _dotted_end(said: str, start: int, end: int) -> int:
    """Where the second half of a name with a dot ends: before the first ordinary word."""
    cut, never = words_of(said), load("people")["never"]
    for place in range(start + 2, end):
        if cut[place] - place > 1 or said[place] in never:
            return place
    return end


def _runs_on(said: str, match: re.Match[str]) -> bool:
    """Whether what looks like a surname and more is an ordinary word of a sentence that goes on."""
    start, end = match.span("name")
    if not _surnames().match(said, start) or not re.match(f"[{HAN}]", said[end : end + 1]):
        return False
    return whole_word(said, start, words_of(said)[start])


def _well_cut(said: str, start: int, end: int) -> bool:
    """Whether a stretch nobody introduced stands between words and is none itself."""
    text = said[start:end]
    if _SYLLABLES_DOT.search(text) or not _surnames().match(text):
        return True
    if not begins(said, end) or whole_word(said, start, end):
        return False
    return not (text[0] in load("people")["joins"] and (is_word(text[1:]) or len(text) == 2))


def _open_end(said: str, start: int) -> int | None:
    """Where a name of a surname and two given characters ends if an ordinary word follows right behind, or None."""
    surname = _surnames().match(said, start)
    if surname is None or not begins(said, start) or said[start] in load("names")["doubtful"]:
        return None
    end = surname.end() + 2
    given, cut = said[surname.end() : end], words_of(said)
    if end >= len(said) or len(given) < 2 or cut[start] > surname.end() or not cut[end] or not _given_like(given):
        return None
    if cut[surname.end()] not in (surname.end() + 1, end) or _no_name().fullmatch(said[start:end]):
        return None
    return end if cut[end] - end > 1 or said[end] in load("people")["goes_on"] else None


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

    def add(match: re.Match[str], role: Role, *, weak: bool = False, start: int | None = None) -> None:
        start, end = match.start("name") if start is None else start, match.end("name")
        end = _fitted(said, start, end) if role != "called" else end
        text = said[start:end]
        if (
            text in load("members")["pairs"]
            or any(start < last and first < end for first, last in taken)
            or (role != "called" and _no_name().fullmatch(text))
            or (role not in ("called", "self") and _no_beginning().match(text))
            or not begins(said, start)  # cut out of a word
        ):
            return
        if role in ("alone", "after_place", "kin") and text.endswith(tuple(refused)):
            return
        if weak and not (_likely(text) and _well_cut(said, start, end)):
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
        if said[match.start() - 1 : match.start()] in _hamlets() and not who:
            continue  # "our village is called"
        mine = who in load("people")["who_self"] or (
            not match["third"]
            and (not who or who in load("people")["born_as"])
            and _introduced().search(said, 0, match.start()) is not None
        )
        bare = not who and not mine and not _surnames().match(said, match.start("name"))
        if not mine and _runs_on(said, match):
            continue  # "scalded by molten iron"
        if bare and (not _at_end().match(said, match.end("name")) or not _given_like(said[slice(*match.span("name"))])):
            continue  # "call the rice man": a name without a surname has to end where the words end
        add(match, "self" if mine else "kin" if who else "other", weak=not (who or mine))
    for match in patterns["mended"].finditer(said):
        add(match, "self")
    for match in patterns["self"].finditer(said):
        add(match, "self")
    for match in patterns["titled"].finditer(said):
        add(match, "other")
    roles: tuple[tuple[str, Role], ...] = (("label", "other"), ("kin", "kin"), ("role", "other"), ("is", "self"))
    for key, role in roles:
        for match in patterns[key].finditer(said):
            whose: Role = "kin" if key == "label" and match["who"] is not None else role
            doubtful = key in ("kin", "role", "is") and not said[match.end("name") : match.end("name") + 1].isdigit()
            if key == "label" and said[match.start("name") - 1] not in _SEPARATORS:
                doubtful = re.match(f"[{HAN}]", said[match.end("name") :]) is not None
                if not (_surnames().match(said, match.start("name")) or _SYLLABLES_DOT.search(match["name"])):
                    continue  # "the name was crossed out"
            add(match, whose, weak=doubtful)
    for match in patterns["open"].finditer(said):
        if (end := _open_end(said, match.end())) and not any(
            match.end() < last and first < end for first, last in taken
        ):
            taken.append((match.end(), end))
            found[match.end()] = Named(match.end(), end, "kin" if match["kin"] else "other")
    for match in patterns["syllables"].finditer(said):
        add(match, "kin" if match["kin"] else "other")
    for _, end in places:
        place = end + 1 if said[end : end + 1] in load("people")["of"] else end
        if match := patterns["place"].match(said, place):  # type: ignore[assignment]
            add(match, "after_place")
    for key in ("alone", "digits"):
        for match in patterns[key].finditer(said):
            if not any(first <= match.start("name") < last for first, last in places):
                add(match, "alone", weak=True)
    for match in patterns["title"].finditer(said):
        start = match.start("name")
        if not begins(said, start) and begins(said, start + 1) and _surnames().match(said, start + 1):
            start += 1
        add(match, "called", start=start)
    speaker = _patterns()["i_am_kin"]
    return [
        msgspec.structs.replace(one, role="self")
        if one.role in ("kin", "other", "alone") and speaker.search(said, max(start - 12, 0), start)
        else one
        for start, one in sorted(found.items())
    ]
