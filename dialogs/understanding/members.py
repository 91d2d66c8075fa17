"""The people of a household in one or many sentences: who, how old, what they have and earn (domain 14.2)."""

import re
from functools import cache

import msgspec

from dialogs.understanding.digits import Run
from dialogs.understanding.lexicon import HAN, alternation, load, words
from dialogs.understanding.money import Money, read_money
from dialogs.understanding.names import surname_pattern
from dialogs.understanding.numerals import whole
from dialogs.understanding.people import Named
from dialogs.understanding.wording import begins


class Member(msgspec.Struct, frozen=True):
    """One person of the household besides the applicant, as said.

    `relation` is a kind of `kinship.toml`, seen from the applicant; `name`, `age`, `id_number` and `condition`
    are None where nothing was said. `income` is that person's own. The place is `word`, which names them.
    """

    relation: str
    start: int
    end: int
    name: str | None = None
    age: int | None = None
    id_number: str | None = None
    income: Money | None = None
    condition: str | None = None
    word: str = ""


class _Anchor(msgspec.Struct, frozen=True):
    kinds: tuple[str, ...]
    word: str
    count: int
    start: int
    end: int
    own: str


@cache
def _anchors() -> re.Pattern[str]:
    data = load("members")
    words = [word for _, names in data["kin"] for word in names]
    counts = alternation(data["many"])
    classifiers = alternation(word for word in data["classifier"] if word)
    surname = surname_pattern()
    number = "".join(load("numerals")["digits"].values()) + load("numerals")["units"]["10"]
    ranked = alternation(word for word in words if word[0] in data["few"])  # "second brother" is not two brothers
    return re.compile(
        f"(?P<skip>{alternation(data['not_kin'])})"
        f"|(?:(?<![{HAN}])|(?<=[{number}]))(?P<label>{alternation(data['label'])})(?=[:\uff1a]|[{number}0-9]{{1,3}}(?:\\b|[^{number}0-9])"
        f"|(?<=[(\uff08].)[\uff0c,\u3001)\uff09]|\\s?{surname}[{HAN}]{{1,2}}(?:[^{HAN}]|$))"
        f"|(?P<short_count>{alternation(data['short_counts'])})(?P<short>{data['counted_short']})"
        f"|(?P<own>{alternation(data['owner'])})?"
        f"(?:(?!{ranked})(?:(?P<count>{counts})(?:{classifiers})|(?P<pair_count>{alternation(data['few'])})))?"
        f"(?!{alternation(data['not_kin'])})(?:(?P<pair>{alternation(data['pairs'])})|(?P<kin>{alternation(words)}))"
    )


@cache
def _kind_of() -> dict[str, str]:
    return {word: kind for kind, names in load("members")["kin"] for word in names}


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    data = load("members")
    digits = load("numerals")["digits"]
    ones = "".join(said for digit, said in digits.items() if digit != "0")
    ten = load("numerals")["units"]["10"][0]
    also = alternation(load("ages")["and"])
    number = f"(?:[{data['twenty']}][{ones}]?|[{ones}]?{ten}(?:{also})?[{ones}]|[{ones}]?{ten}|[0-9]{{1,3}}|[{ones}])"
    ages = load("ages")
    vague = alternation([*ages["many"], *ages["over_small"], *load("grammar")["age_not"]])
    years = alternation(ages["years"])
    before = alternation(load("grammar")["age_before"])
    not_before = f"{alternation(ages['near'])}|{ages['older_by']}"
    of = load("people")["of"]
    own = [data["speaker"][0], *data["third"]]  # whose number follows is not the one spoken of before
    bare = f"(?:[{data['twenty']}][{ones}]?|[{ones}]{ten}(?:{also})?[{ones}]|[{ones}]{ten}|[0-9]{{1,3}}|{ten}[{ones}])"
    return {
        "age": re.compile(
            f"(?<![{ones}{ten}0-9.])(?<!{load('grammar')['ordinal_mark']})(?P<n>{number})(?:{years})(?!{ages['half']})"
        ),
        "bare_age": re.compile(
            f"[\\s，,、(（]?(?:{before})?(?<![{ages['not_after']}])(?P<n>{bare})(?![0-9{ones}{ten}.xX%]|{vague})"
        ),
        "of_kin": re.compile(f"{of}?(?:{alternation(word for _, names in data['kin'] for word in names)})"),
        "age_of": re.compile(
            f"(?P<n>{number})(?:(?:{years}){of}?|(?<=[^0-9]{ten}){of}|(?<=[0-9]{{2}}){of})(?:{alternation(data['owner'])})?$"
        ),
        "each": re.compile(
            f"(?:{alternation([*data['numbered'], *data['one_each']])})(?:{before})?(?P<n>{number})(?![0-9])"
            f"|(?P<m>{number})(?:{years})(?!{ages['half']})"
        ),
        "near": re.compile(f"(?:{not_before}|{alternation(ages['nominal'])})$"),
        "no_age_behind": re.compile(f"(?:{alternation(data['no_age_behind'])})$"),
        "gone_at_end": re.compile(data["gone_at_end"]),
        "gone": re.compile(f"{alternation(data['gone'])}|{data['gone_alone']}"),
        "back": re.compile(f"{alternation(data['back'])}|{data['back_if_not']}"),
        "i_am_of": re.compile(f"{data['i_am_of']}(?P<kin>{alternation(w for _, names in data['kin'] for w in names)})"),
        "dead": re.compile(alternation(data["dead"])),
        "together": re.compile(data["together"]),
        "third": re.compile(alternation(data["third"])),
        "before_kin": re.compile(f"(?P<c>{alternation(data['before_kin'])}){of}$"),
        "joined": re.compile(data["joined"]),
        "all_of_them": re.compile(data["all_of_them"]),
        "all_without": re.compile(f"(?:^|[，,、；;\\s])(?:{data['all_of_them']}){data['without'][0]}"),
        "someone": re.compile(f"{alternation(own)}|{alternation(load('people')['label'])}"),
        "mine": re.compile(alternation(data["speaker"])),
        "i_am": re.compile(f"(?:{alternation(data['i_am'])})$"),
        "minds": re.compile(f"(?:{alternation(data['minds'])})$"),
        "not_money": re.compile(alternation(data["not_money"])),
        "left": re.compile(f"(?<![{data['not_left']}])(?:{alternation(data['left'])})"),
        "stop": re.compile(
            f"[。;；！!\\n]|[，,、\\s](?:{alternation(data['stop'])}|(?:{alternation(own)})(?=[0-9{ones}{ten}])(?!.{data['period']})"
            f"|{data['of_speaker']}|{data['of_all']})"
        ),
        "own_stop": re.compile(
            f"[。;；！!\\n]|[，,、\\s](?:{alternation(data['stop'])}|(?:{data['speaker'][0]})(?=[0-9{ones}{ten}])"
            f"(?!.{data['period']})|{data['of_speaker']}|{data['of_all']})"
        ),
        "cost": re.compile(alternation(data["cost"])),
        "income": re.compile(alternation(data["income_cue"])),
        "condition": re.compile(alternation(data["condition_cue"])),
        "somewhere": re.compile(data["somewhere"]),
        "without": re.compile(f"(?:{alternation(data['without'])})$"),
        "clause": re.compile("[^，。,;；！!？?、\\n]+"),
        "household": re.compile(data["household"]),
        "alone": re.compile(alternation(data["alone"])),
        "couple": re.compile(alternation(data["couple"])),
        "gives": re.compile(alternation(data["gives"])),
    }


def household_size(said: str) -> tuple[int, int, int] | None:
    """(people, start, end) where a text says how many live together; one where it says "only me"."""
    patterns = _patterns()
    if (match := patterns["household"].search(said)) and (count := whole(match["n"] or match["m"])) is not None:
        return count, *match.span()
    if match := patterns["couple"].search(said):
        return 2, *match.span()
    if match := patterns["alone"].search(said):
        return 1, *match.span()
    return None


def kin_inside(said: str, start: int, end: int) -> bool:
    """Whether a word for kin, or a third person, stands in a stretch."""
    return any(_anchor(match) is not None for match in _anchors().finditer(said, start, end)) or (
        _patterns()["third"].search(said, start, end) is not None
    )


def find_age(said: str, start: int, end: int, *, near: int = 8, own: bool = False) -> tuple[int, int, int] | None:
    """(age, start, end): a whole number of years in a stretch; rough ones do not count (guidelines 5).

    A number without the word for years counts only within `near` characters of the beginning. `own`: a number right
    at the beginning is of whom was just named, whoever comes next.
    """
    patterns = _patterns()
    for match in patterns["age"].finditer(said, start, end):
        if not (own and match.start() == start) and patterns["of_kin"].match(said, match.end()):
            break  # "my seven-year-old son": the age of whoever comes next
        if (
            near <= 4
            and (bare := patterns["bare_age"].search(said, start, match.start()))
            and bare.start() < start + near
        ):
            break
        if not patterns["near"].search(said, max(match.start() - 6, 0), match.start()):
            value = _years(match["n"])
            if value is not None and value <= 120:
                return value, *match.span("n")
    bare = patterns["bare_age"].search(said, start)  # to the end of the text, so that no number is cut in two
    if bare and not (bare.start() < start + near and bare.end() <= end):
        bare = None
    if bare and bare.start("n") - start <= near and (value := _years(bare["n"])) and value <= 120:
        if patterns["near"].search(said, max(bare.start("n") - 6, 0), bare.start("n")):
            return None
        if patterns["no_age_behind"].search(said, max(bare.start("n") - 3, 0), bare.start("n")):
            return None
        return value, *bare.span("n")
    return None


def _years(said: str) -> int | None:
    """A number of years, also one said with "and" ("seventy and three")."""
    return whole(words("ages", "and").sub("", said))


def find_members(
    said: str,
    text: str,
    *,
    names: list[Named],
    ids: list[Run],
    pivot: tuple[str, int] | None = None,
    other: bool = False,
) -> tuple[Member, ...]:
    """The people a message lists, the applicant left out; the dead and those who left are not of the house.

    `text` is what was written (same length as `said`). `pivot` is (kind, place) of the kin word that names the
    applicant when help is asked for somebody else: others are then seen from that person. `other`: help is asked for
    somebody else, who may be no kin at all.
    """
    inside = [(one.start, one.end) for one in names]
    anchors = [
        anchor
        for match in _anchors().finditer(said)
        if (anchor := _anchor(match)) and not any(start < anchor.end and anchor.start < end for start, end in inside)
    ]
    alone = pivot is None and not any(kind in ("brother", "sister") for one in anchors for kind in one.kinds)
    without = _patterns()["without"]
    anchors = [one for one in anchors if not without.search(said, max(one.start - 3, 0), one.start)]
    anchors = [one for one in _in_relation(anchors, said, pivot, other=other) if not _minded(one, said)]
    found: list[tuple[_Anchor, list[Member]]] = []
    for index, anchor in enumerate(anchors):
        if pivot and (anchor.kinds[0] == pivot[0] or _is_applicant(anchor, pivot, names, said)):
            continue
        limit = anchors[index + 1].start if index + 1 < len(anchors) else len(said)
        behind = anchors[index - 1].end if index else -9
        if alone and anchor.kinds[0] == "sibling_in_law" and not _together(anchor, said, limit):
            continue
        if member := _member(anchor, (behind, limit), said, text, names, ids, pivot, other=other):
            _shared(found, anchor, member, said)
            found.append((anchor, member))
    people = [_known_by_given_name(member, said) for member in _merged(found)]
    speaker = _speaker(said, text, names, [one for one, _ in found]) if other else None
    if speaker and all(one.relation != speaker.relation for one in people):
        people.append(speaker)
    return tuple(people)


def _speaker(said: str, text: str, names: list[Named], told: list[_Anchor]) -> Member | None:
    """The one who writes, where she says to be a parent, a grandparent or the spouse of whom she asks help for."""
    match = _patterns()["i_am_of"].search(said)
    kind = _kind_of()[match["kin"]] if match else None
    if match is None or kind is None or kind not in load("members")["lives_with"]:
        return None
    name = next((one for one in names if match.end() <= one.start <= match.end() + 3), None)
    name = name or next((one for one in names if one.role == "self"), None)
    end = next((one.start for one in told if one.start >= match.end()), len(said))
    age = find_age(said, name.end if name and name.start >= match.end() else match.end(), end, near=4)
    return Member(
        relation=kind,
        start=match.start("kin"),
        end=match.end("kin"),
        name=text[name.start : name.end] if name and name.role != "called" else None,
        age=age[0] if age else None,
        word=match["kin"],
    )


def _minded(anchor: _Anchor, said: str) -> bool:
    """Whether a child is only what somebody named before does all day ("the wife minds the child")."""
    if anchor.count > 1 or "child" not in anchor.kinds:
        return False
    if not _patterns()["minds"].search(said, max(anchor.start - 2, 0), anchor.start):
        return False
    clause = re.split("[\uff0c\u3002,;\uff1b\\s]", said[: anchor.start])[-1]
    return any(match["kin"] for match in _anchors().finditer(clause))


def _shared(found: list[tuple[_Anchor, list[Member]]], anchor: _Anchor, members: list[Member], said: str) -> None:
    """What is told of all ("both have high blood pressure") is told of those named just before, too."""
    if members[0].income is not None and _patterns()["all_without"].search(said, anchor.end, anchor.end + _LIST_END):
        for index, (before, known) in enumerate(found):
            earns = [msgspec.structs.replace(one, income=one.income or members[0].income) for one in known]
            found[index] = (before, earns)
    condition, later = members[0].condition, anchor
    if condition is None:
        return
    all_of_them = anchor.count == 1 and _patterns()["all_of_them"].search(said, anchor.end, anchor.end + 8) is not None
    for index in range(len(found) - 1, -1, -1):
        before, known = found[index]
        between = said[before.end : later.start]
        joined = _patterns()["joined"].fullmatch(between) is not None
        if any(one.condition for one in known) or not (joined or (all_of_them and len(between) <= _ALIKE)):
            return
        found[index] = (before, [msgspec.structs.replace(one, condition=condition) for one in known])
        later = before


_CHILDREN = ("nephew", "niece", "grandson_maternal", "granddaughter_maternal")
_ALIKE = 8
"""Characters between two people of whom one thing is told together."""
_LIST_END = 40
"""Characters behind the last of a list within which something may be told of all of it."""


def _in_relation(anchors: list[_Anchor], said: str, pivot: tuple[str, int] | None, *, other: bool) -> list[_Anchor]:
    """The same words as kin of the speaker: "her father" is the husband once a child was named, and "the wife"
    behind a son is the son's."""
    data = load("members")
    told: list[_Anchor] = []
    for anchor in anchors:
        kind, before = anchor.kinds[0], told[-1] if told else None
        between = said[before.end : anchor.start - len(anchor.own)] if before else None
        if (
            other
            and kind == "spouse"
            and anchor.word[0] in data["of_a_child"]
            and (pivot is None or pivot[0] in (*data["young"], *_CHILDREN))
        ):
            kind = "father" if anchor.word[-1] in data["fathers"] else "mother"
        elif before and between == load("people")["of"]:
            kind = data["of_kin"].get(before.kinds[0], {}).get(kind, kind)
        if anchor.word in data["his_wife"] and before and before.kinds[0] == "son":
            married = any(one.kinds[0] == "spouse" for one in told)
            kind = "daughter_in_law" if married or before.end + 1 >= anchor.start else kind
        elif pivot is None and not other and kind in ("father", "mother") and anchor.own in data["third_owner"]:
            named = next((one.kinds[0] for one in reversed(told) if one.kinds[0] in (*data["young"], "spouse")), None)
            if named == "spouse":
                kind = f"{kind}_in_law"
            elif named in ("grandson", "granddaughter", "grandchild"):
                kind = "son" if kind == "father" else "daughter_in_law"
            elif named:
                kind = "spouse"
        elif pivot is None and other and kind == "sibling_in_law" and anchor.word in data["wife_of"]:
            kind = "spouse"  # "elder brother's wife" of somebody who is no kin: his wife
        of_child = before is not None and before.kinds[0] == "child" and kind in ("son", "daughter")
        if before and of_child and between in data["is_a"]:  # "the eldest is a son"
            told[-1] = msgspec.structs.replace(before, kinds=(kind,), end=anchor.end)
            continue
        if kind != anchor.kinds[0]:
            anchor = msgspec.structs.replace(anchor, kinds=(kind,))
        told.append(anchor)
    return told


def _is_applicant(anchor: _Anchor, pivot: tuple[str, int], names: list[Named], said: str) -> bool:
    """Whether a word of the same family without a name of its own is the person help is asked for once more."""
    if not (_same_family(pivot[0], anchor.kinds[0]) or _same_family(anchor.kinds[0], pivot[0])) or anchor.count > 1:
        return False
    return not any(anchor.end <= one.start <= anchor.end + 3 for one in names)


def _known_by_given_name(member: Member, said: str) -> Member:
    """Adds an income told later of somebody by given name ("Jianguo's allowance is 180")."""
    if member.name is None or len(member.name) != 3 or member.income is not None:
        return member
    place = said.find(member.name[1:], member.end + len(member.name))
    if place < 0 or said[place - 1] == member.name[0]:
        return member
    clause = _patterns()["clause"].match(said, place + 2)
    income = _income(said, clause.start(), clause.end()) if clause else None
    return msgspec.structs.replace(member, income=income)


def _anchor(match: re.Match[str]) -> _Anchor | None:
    if match["skip"]:
        return None
    data = load("members")
    if match["label"]:
        return _Anchor((data["label"][match["label"]],), match["label"], 1, match.start("label"), match.end(), "")
    if match["short"]:
        kind = data["label"].get(match["short"]) or _kind_of()[match["short"]]
        count = data["many"][match["short_count"]]
        return _Anchor((kind,), match["short"], count, match.start("short"), match.end(), "")
    word, end = match["pair"] or match["kin"], match.end()
    if not begins(match.string, end) and begins(match.string, end - 1) and word[:-1] in _kind_of():
        word, end = word[:-1], end - 1  # "husband's firm" is no father-in-law
    start = match.start("pair") if match["pair"] else match.start("kin")
    kinds = tuple(data["pairs"][word]) if match["pair"] else (_kind_of()[word],)
    said = match["count"] or match["pair_count"] or ""
    count = 1 if match["pair"] else data["twins"].get(word) or data["many"].get(said, 1)
    if word in data["needs_owner"] and not match["own"]:
        return None
    return _Anchor(kinds, word, count, start, end, match["own"] or "")


def _member(
    anchor: _Anchor,
    between: tuple[int, int],
    said: str,
    text: str,
    names: list[Named],
    ids: list[Run],
    pivot: tuple[str, int] | None,
    *,
    other: bool,
) -> list[Member]:
    patterns, (behind, limit) = _patterns(), between
    # "she" behind somebody of one's own house is that person; where help is asked for another it is the other
    stop = patterns["stop" if other or pivot else "own_stop"].search(said, anchor.end, limit)
    end = stop.start() if stop else limit
    first = patterns["clause"].match(said, anchor.end, end)
    told = first[0][:14] if first else ""
    clause = patterns["clause"].match(said, anchor.end)
    back = clause is not None and patterns["back"].search(clause[0][:16]) is not None
    if patterns["dead"].search(said, anchor.end, min(end, anchor.end + 30)):
        return []
    if first and patterns["gone_at_end"].search(said, anchor.end, min(first.end() + 1, end + 1)):
        return []
    if patterns["gone"].search(told[:10]) or (patterns["left"].search(told) and not back):
        return []
    own_start = anchor.start - len(anchor.own)
    if patterns["i_am"].search(said, max(own_start - 4, 0), own_start) and (
        not other or not anchor.own or anchor.kinds[0] not in _BRINGS_UP
    ):
        return []
    if first and patterns["gives"].match(first[0]):
        return []
    name = next((one for one in names if anchor.end <= one.start <= anchor.end + 3 and one.end <= limit), None)
    after = name.end if name else anchor.end
    if name is None:  # "Luo Sufang (wife, 61)"
        name = next((one for one in names if _LISTED.fullmatch(said, one.end, anchor.start)), None)
        name = name if name and name.role in ("alone", "other") and name.start >= behind else None
    number = next((run for run in ids if anchor.end <= run.start < max(end, after)), None)
    if number and patterns["mine"].search(said, after, number.start):
        number = None
    elif number is None and (later := next((run for run in ids if end <= run.start < limit), None)):
        gap = said[after : later.start]
        # "daughter: Zhang Li; identity number: ...": behind a stop, yet of nobody else
        number = later if len(gap) <= _NEAR and not patterns["someone"].search(gap) else None
    if number and any(after < one.start < number.start for one in names if one.role != "called"):
        number = None  # somebody else was named in between: it is that person's
    # the id's own digits are nobody's age
    age_limit = min(end, number.start) if number else end
    alike = anchor.count == 1 or anchor.word in load("members")["twins"]
    age = find_age(said, after, max(age_limit, after), own=True) if alike else None
    if age is None and number and number.end < end:
        age = find_age(said, number.end, end)
    if said_before := patterns["age_of"].search(said, max(anchor.start - 8, 0), anchor.start):
        value = whole(said_before["n"])
        # "the big one nine the small one six": a number right behind somebody else is that person's
        taken = age is not None and said_before.start("n") - behind <= 1
        age = age if taken else (value, *said_before.span("n")) if value is not None and value <= 120 else age
    together = _together(anchor, said, end)
    young = anchor.kinds[0] in load("members")["young"] and anchor.word not in _numbered()
    each = _each_age(said, after, end) if anchor.count > 1 or young else []
    members = []
    for kind in anchor.kinds:
        relation = _seen_from(kind, anchor, pivot, together=together, other=other)
        if relation is None:
            continue
        member = Member(
            relation=relation,
            start=anchor.start,
            end=anchor.end,
            name=text[name.start : name.end] if name and name.role != "called" else None,
            age=age[0] if age else None,
            id_number=number.value if number else None,
            income=_income(said, max(age[2] if age and age[1] >= after else after, number.end if number else 0), end)
            if anchor.count == 1 and len(anchor.kinds) == 1
            else None,
            condition=_condition(said, text, after, end, number) or _said_before(anchor, text),
            word=anchor.word,
        )
        if len(each) > 1 and (anchor.count == 1 or anchor.count >= len(each)):
            members += [msgspec.structs.replace(member, age=years) for years in each]
            members += [member] * (anchor.count - len(each))
        else:
            members += [member] * anchor.count
    return members


def _together(anchor: _Anchor, said: str, end: int) -> bool:
    """Whether somebody is said to live under the same roof."""
    return _patterns()["together"].search(said, max(anchor.start - 6, 0), min(end, anchor.end + 10)) is not None


_LISTED = re.compile("[\uff08(\\s]")
_NEAR = 16
"""Characters between a person and a number behind a stop that is still that person's."""


def _each_age(said: str, start: int, end: int) -> list[int]:
    """The ages a group is told with one by one ("one is eight, one is five")."""
    told = _patterns()["each"].finditer(said, start, min(end, start + 30))
    found = (whole(match["n"] or match["m"]) for match in told)
    return [age for age in found if age is not None and age <= 120]


def _seen_from(kind: str, anchor: _Anchor, pivot: tuple[str, int] | None, *, together: bool, other: bool) -> str | None:
    own = anchor.own
    if pivot is None:
        if own in load("members")["of_child"] and kind in ("father", "mother") and not other:
            # the child's father, said by its mother
            return "spouse"
        return kind if together or kind not in _NOT_HOUSE else None
    data = load("members")
    table: dict[str, str] = data["from_pivot"].get(pivot[0], {})
    if kind == "sibling_in_law" and pivot[0] in ("father_in_law", "mother_in_law"):
        return "daughter" if anchor.word[1:2] in data["sisters"] or anchor.word[0] in data["sisters"] else "son"
    if kind == "sibling_in_law" and anchor.word in load("members")["husband_of"] and table.get(kind) == "mother":
        return "father"
    if own in load("members")["speaker"] or kind in table:
        return table.get(kind)
    return kind if kind not in (*_NOT_HOUSE, "sibling_in_law") else None


_BRINGS_UP = ("father", "mother", "grandfather", "grandmother", "grandfather_maternal", "grandmother_maternal")
_NOT_HOUSE = ("uncle", "aunt", "nephew", "niece", "cousin")


def _income(said: str, start: int, end: int) -> Money | None:
    patterns = _patterns()
    for clause in patterns["clause"].finditer(said, start, end):
        stretch = patterns["not_money"].sub(lambda match: " " * len(match[0]), clause[0])
        if not patterns["income"].search(stretch) or patterns["cost"].search(stretch):
            continue
        if clause.end() < end and re.match(r"[，,]", said[clause.end() : clause.end() + 1]):
            following = patterns["clause"].match(said, clause.end() + 1, end)
            if following and load("grammar")["counters"][1] in following[0]:
                stretch = f"{stretch},{following[0]}"
        value = read_money(stretch)
        if isinstance(value, Money) and (value.monthly == 0 or value.amount >= 30):
            return value
    return None


def _condition(said: str, text: str, start: int, end: int, number: Run | None) -> str | None:
    patterns = _patterns()
    trim = "".join(load("members")["strip"])
    for clause in patterns["clause"].finditer(said, start, end):
        first, last = clause.span()
        if number and first < number.end and number.start < last:
            first = max(first, number.end)
        age = find_age(said, first, last)
        stretches = [(first, last)]
        if age and age[1] - first <= 5:
            behind = age[2] + (said[age[2] : age[2] + 1] in load("ages")["years"][0])
            stretches = [(behind, last), (first, age[1])]
        for begin, stop in stretches:
            if patterns["condition"].search(said, begin, stop) or (
                begin <= start + 1 and patterns["somewhere"].match(said, begin, stop)
            ):
                piece = text[begin:stop].strip(trim)
                if len(re.findall(f"[{HAN}]", piece)) >= 2:
                    return piece
    return None


def _said_before(anchor: _Anchor, text: str) -> str | None:
    """The condition right before somebody ("with the deaf-mute daughter")."""
    match = _patterns()["before_kin"].search(text, max(anchor.start - 8, 0), anchor.start - len(anchor.own))
    return match["c"] if match else None


def _merged(found: list[tuple[_Anchor, list[Member]]]) -> tuple[Member, ...]:
    """One entry a person: a group named first and then one by one, or somebody mentioned again, counts once."""
    people: list[Member] = []
    groups: list[tuple[int, int, str]] = []
    started: dict[int, int] = {}  # where each group was named: who is still as named there is not yet told of
    for anchor, members in found:
        if not members:
            continue
        kind = members[0].relation
        if anchor.count > 1 or anchor.word in load("members")["plural"]:
            alike = [place for place, one in enumerate(people) if _same_family(kind, one.relation)]
            if len(alike) >= anchor.count and members[0].age is None:  # "both sons are deaf", who were named before
                for place, one in zip(alike, members, strict=False):
                    people[place] = _filled(people[place], one)
                continue
            groups.append((len(people), anchor.count, kind))
            started[len(people)] = anchor.start
            people += members
            continue
        member = members[0]
        group = next((place for place, size, of in reversed(groups) if _same_family(of, kind) and size > 0), None)
        if len(members) == 1 and group is not None:
            place, size, of = next(item for item in groups if item[0] == group)
            blank = next(
                (
                    i
                    for i in range(place, place + size)
                    if people[i].name is None and people[i].age is None and people[i].start == started[place]
                ),
                None,
            )
            if blank is not None and (member.age is not None or member.name or anchor.word in _numbered()):
                more_exact = kind if kind != "child" else of
                people[blank] = msgspec.structs.replace(member, relation=more_exact)
                continue
            if blank is None and member.age is None and member.name is None:
                continue
        for one in members:
            known = next((i for i, other in enumerate(people) if _same_person(other, one, anchor)), None)
            if known is None:
                people.append(one)
            else:
                people[known] = _filled(people[known], one)
    return tuple(people)


@cache
def _numbered() -> frozenset[str]:
    return frozenset(load("members")["numbered"])


def _same_family(group: str, kind: str) -> bool:
    young = ("child", "son", "daughter")
    small = ("grandchild", "grandson", "granddaughter", "grandson_maternal", "granddaughter_maternal", "child")
    return group == kind or (group in young and kind in young) or (group in small and kind in small)


def _same_person(known: Member, new: Member, anchor: _Anchor) -> bool:
    if known.relation != new.relation and not (
        _same_family(known.relation, new.relation) and "child" in (known.relation, new.relation)
    ):
        return False
    if known.name and new.name:
        return known.name == new.name
    if known.age is not None and new.age is not None and known.age != new.age:
        return False
    if known.id_number and new.id_number and known.id_number != new.id_number:
        return False
    if anchor.word in _numbered() and known.end != new.end and known.word != new.word:
        return False
    ranks = load("members")["ranks"]
    first, second = known.word[:1], new.word[:1]
    return not (first != second and first in ranks and second in ranks)


def _filled(known: Member, new: Member) -> Member:
    return msgspec.structs.replace(
        known,
        name=known.name or new.name,
        age=known.age if known.age is not None else new.age,
        id_number=known.id_number or new.id_number,
        income=known.income or new.income,
        condition=known.condition or new.condition,
    )
