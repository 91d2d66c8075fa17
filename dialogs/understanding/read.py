"""One message in, its meaning out; never an exception (the dialog and the command line both call this)."""

import re
from datetime import date
from functools import cache

from dialogs.understanding.clean import clean, level
from dialogs.understanding.corrections import read_corrections
from dialogs.understanding.decide import dangers, hardships, needs
from dialogs.understanding.digits import Run, find_id_numbers
from dialogs.understanding.emergency import Emergency, find_deadline
from dialogs.understanding.intents import Signs, find_intent
from dialogs.understanding.judge import Weighed, weigh
from dialogs.understanding.lexicon import HAN, load, words
from dialogs.understanding.look import LONGEST, Seen, look, signs_of
from dialogs.understanding.meaning import Found, Intent, Meaning
from dialogs.understanding.members import Member, find_age, find_members, household_size, kin_inside
from dialogs.understanding.money import Money, read_money
from dialogs.understanding.needs import Need
from dialogs.understanding.people import Named, find_names
from dialogs.understanding.pivots import find_pivot, kin_of_name, kin_places
from dialogs.understanding.places import Address, Gazetteer, address_spans, read_address
from dialogs.understanding.problems import Problem
from dialogs.understanding.scene import Scene
from dialogs.understanding.yes_no import NEITHER, read_yes_no

_NO_FACTS: frozenset[Intent] = frozenset(
    {"greeting", "human", "cancel", "confirm", "deny", "rate", "other", "ask_policy"}
)
_NO_NEEDS: frozenset[Intent] = frozenset(
    (
        "greeting", "human", "cancel", "confirm", "deny", "rate", "other",
        "report_change", "withdraw", "complaint", "correct",
    )
)  # fmt: skip


def understand(text: str, *, today: date, gazetteer: Gazetteer | None = None) -> Meaning:
    """What a message says, with places in the cleaned text. Never raises, whatever the text.

    `today` is the day of the message. With a `gazetteer` the address is matched against known places.
    """
    kept = _closed_up(clean(text))
    said = level(kept[:LONGEST])
    if not any(character.isalnum() for character in said):
        yes_no = read_yes_no(kept)
        intent: Intent = "confirm" if yes_no.value == "yes" else "deny" if yes_no.value == "no" else "other"
        return Meaning(kept, Found(intent, 0, len(kept), yes_no.confidence or 0.3), yes_no=yes_no)
    return _understood(kept, said, today, gazetteer)


_APART = re.compile(f"(?:[{HAN}0-9] ){{6,}}[{HAN}0-9]")
_NAME_APART = re.compile(f"(?<=[{load('read')['before_a_name']}]) ?[{HAN}] [{HAN}](?: [{HAN}])?(?! ?[{HAN}])")


def _closed_up(kept: str) -> str:
    """A text written with a blank behind every character, without the blanks."""
    kept = _APART.sub(lambda match: match[0].replace(" ", ""), kept)
    return _NAME_APART.sub(lambda match: match[0].replace(" ", ""), kept)


def members_seen_by_speaker(text: str) -> tuple[Member, ...]:
    """The people of a message as kin of the speaker, whoever help is asked for (answers about her own household)."""
    kept = clean(text)
    said = level(kept[:LONGEST])
    places = address_spans(said)
    names = find_names(said, places) if len(said) > 1 else []
    return tuple(find_members(said, kept, names=names, ids=find_id_numbers(said), pivot=None))


def _understood(kept: str, said: str, today: date, gazetteer: Gazetteer | None) -> Meaning:
    seen = look(kept, said)
    view, names, ids, phones = seen.view, seen.names, seen.ids, seen.phones
    case_no, places, commands, yes_no = seen.case_no, seen.places, seen.commands, seen.yes_no
    weights = weigh(seen.bare, signs_of(seen))
    corrections = read_corrections(kept)
    emergencies = dangers(weights, seen.emergencies, view)
    sure = tuple(one for one in emergencies if one.sure)
    intent, certainty = find_intent(
        Signs(said, sure, commands, yes_no, bool(seen.hardships), bool(ids), case_no is not None, seen.whom), weights
    )
    listing = intent in _MAY_BE_LISTING or (intent in _ASKING and {"N", "0"} <= set(seen.bare))
    if listing and not corrections and certainty < _SURE and _lists_people(seen):
        intent, certainty = "apply", 0.5
    if intent == "apply_for_other" and _for_herself(seen):
        intent, certainty = "apply", 0.6
    elif intent == "apply" and _errand().search(seen.bare) and not _for_herself(seen):
        intent, certainty = "apply_for_other", 0.9
    elif (
        intent == "other"
        and len(said) <= _ANSWER
        and seen.needs
        and not seen.emergencies
        and needs(weights, seen.needs, view)
    ):
        intent, certainty = "apply", 0.5  # all it does is name a help
    other = intent == "apply_for_other" if intent in _HOUSEHOLD else seen.other
    whom = set(seen.whom)
    name = _applicant_name(said, names, intent, other=other, victim=bool(whom & {"kin_first", "lead", "role"}))
    pivot = _pivot(said, name, intent, other=other, victim="kin_first" in whom)
    members = tuple(
        one
        for one in find_members(said, kept, names=names, ids=ids, pivot=pivot, other=other, applicant=name)
        if not (name and one.name == kept[name.start : name.end])
    )
    deadline = find_deadline(said)
    own_id = _own_id(said, ids, members, name)
    size = household_size(said)
    own_age = _own_age(said, view, name, pivot, members, other=other, intent=intent)
    address = _address(kept, places, gazetteer)
    return Meaning(
        text=kept,
        intent=Found(intent, 0, len(kept), certainty),
        for_other=other,
        pivot=pivot[0] if pivot else None,
        name=Found(kept[name.start : name.end], name.start, name.end) if name and name.role != "called" else None,
        called_name=Found(kept[name.start : name.end], name.start, name.end, 0.6)
        if name and name.role == "called"
        else None,
        age=Found(*own_age) if own_age else None,
        id_number=Found(own_id.value, own_id.start, own_id.end, 0.95 if own_id.right else 0.6) if own_id else None,
        phone=Found(phones[-1].value, phones[-1].start, phones[-1].end) if phones else None,
        address=address,
        household_size=Found(*size) if size else None,
        members=tuple(
            Found(one, one.start, one.end, 0.8)
            for one in members
            if intent in _HOUSEHOLD
            or (_in_danger(one, emergencies) if intent == "report_emergency" else _plain_fact(one, intent, said))
            or (len(said) <= _ANSWER and intent == "other")
        ),
        hardships=()
        if intent in _NO_FACTS
        else hardships(weights, seen.hardships, view, intent, sure[0].code if sure else None),
        needs=_needs(seen, weights, intent, sure[0].code if sure else None),
        emergency=tuple(Found(one, one.start, one.end, 0.9 if one.sure else 0.4) for one in emergencies),
        deadline=Found(kept[slice(*deadline)], *deadline) if deadline and intent in _DEADLINE else None,
        case_no=Found(case_no.value, case_no.start, case_no.end) if case_no else None,
        money=_own_money(said, view, members),
        commands=commands,
        corrections=tuple(Found(one, one.start, one.end) for one in corrections),
        yes_no=yes_no if yes_no is not NEITHER else None,
    )


_MAY_BE_LISTING: frozenset[Intent] = frozenset(("correct", "supplement", "confirm", "deny", "rate", "other"))
_ASKING: frozenset[Intent] = frozenset(("ask_policy", "query_progress"))
"""Purposes nobody has who gives a name with a number ("my son Zhang, 55")."""
_SURE = 0.85


def _lists_people(seen: Seen) -> bool:
    """Whether a message does nothing but name people of the house, as an answer to who lives there."""
    return bool({"kin_first", "near_first"} & set(seen.whom)) and not seen.commands and not seen.emergencies


def _for_herself(seen: Seen) -> bool:
    """Whether somebody gives her own name or age and no sign of another's errand: her kin are told of as her house."""
    signs, data = set(seen.whom), load("read")
    own = bool(signs & set(data["own_signs"])) or _own_person().search(seen.bare) is not None
    if "kin_named" in signs and "named_myself" not in signs:
        return False  # somebody of the family is named, the speaker is not
    return own and not signs & set(data["errand_signs"])


@cache
def _errand() -> re.Pattern[str]:
    """ "For N": somebody who is named is applied for, in masked text."""
    return re.compile("|".join(load("read")["errand"]))


@cache
def _own_person() -> re.Pattern[str]:
    return re.compile("|".join(load("read")["own_person"]))


_HOUSEHOLD: frozenset[Intent] = frozenset(("apply", "apply_for_other"))


def _plain_fact(member: Member, intent: Intent, said: str) -> bool:
    """Outside an application only what was told of a person counts: somebody named in passing is no member."""
    if intent in _NO_FACTS or intent in ("complaint", "withdraw"):
        return False
    if intent == "report_change" and words("read", "new_here").search(said, max(member.start - 4, 0), member.start):
        return True
    return (
        member.id_number is not None
        or member.income is not None
        or member.age is not None
        or (member.condition is not None and intent in ("report_change", "report_emergency"))
    )


_ANSWER = 12
"""Characters of a message that may be nothing but the answer to "who else?"."""
_OF_THE_HOUSE = frozenset(
    (
        "em_fire",
        "em_disaster",
        "em_house_collapse",
        "em_no_food",
        "em_no_heating",
        "em_vagrant",
        "em_death",
        "em_suicide",
    )
)
_YOUNG = frozenset(("child", "son", "daughter", "grandchild", "grandson", "granddaughter", "sister", "brother"))


def _in_danger(member: Member, emergencies: tuple[Emergency, ...]) -> bool:
    """Whether somebody named in a cry for help lives in the house: who hits, is found or lost is no member."""
    codes = {one.code for one in emergencies if one.sure}
    if member.name or member.id_number or codes & _OF_THE_HOUSE:
        return True
    return member.relation in _YOUNG and not codes & {"em_abandoned_infant", "em_child_abuse", "em_missing"}


_DEADLINE: frozenset[Intent] = frozenset({"apply", "apply_for_other", "report_emergency"})


def _applicant_name(said: str, names: list[Named], intent: Intent, *, other: bool, victim: bool) -> Named | None:
    """The name of the person the message is about: the speaker's own, or that of whom help is asked for."""
    free = [one for one in names if one.role != "helper"]
    if other:
        mine = next((one for one in free if one.role == "self"), None)
        others = [one for one in free if one.role not in ("self", "called")]
        if mine and not victim and all(kin_of_name(said, one.start) for one in others):
            return mine  # everybody else named is somebody's kin: the list begins with the one it is about
        # the one help is asked for is named first, the speaker and the helpers aside
        first = others or [one for one in free if one.role == "called"]
        return min(first, key=lambda one: one.start, default=None)
    own = [one for one in free if one.role == "self" or (one.role != "kin" and kin_of_name(said, one.start) is None)]
    if intent in _ABOUT_SOMEBODY:
        own += [one for one in free if one not in own]  # a question about a child's allowance names the child
    for role in ("self", "other", "after_place", "alone", "kin", "called"):
        of_role = [one for one in own if one.role == role]
        if of_role:
            written = [
                one for one in of_role if words("people", "official").search(said, max(one.start - 6, 0), one.start)
            ]
            return of_role[-1] if intent == "correct" else (written or of_role)[0]
    return None


_ABOUT_SOMEBODY: frozenset[Intent] = frozenset(
    ("query_progress", "report_change", "report_emergency", "complaint", "withdraw", "ask_policy", "rate", "other")
)
"""Purposes where a relation named is the one it is about, and no member of the speaker's house."""


def _pivot(said: str, name: Named | None, intent: Intent, *, other: bool, victim: bool) -> tuple[str, int] | None:
    """The kin word that stands for the applicant: others of the family are seen from that person."""
    if other:
        found = find_pivot(said, name.start if name else None)
        first = find_pivot(said) if found and found[0] == "child" else None
        # "my niece is deaf ... the child is called": the niece
        return first if first and first[0] in _CHILDREN and found and first[1] < found[1] else found
    if intent not in _ABOUT_SOMEBODY:
        return None
    if name and name.role != "self" and (found := kin_of_name(said, name.start)):
        return found
    return find_pivot(said) if victim and not (name and name.role == "self") else None


_CHILDREN = frozenset(
    ("nephew", "niece", "grandson", "granddaughter", "grandchild", "grandson_maternal", "granddaughter_maternal")
)


def _own_id(said: str, ids: list[Run], members: tuple[Member, ...], name: Named | None) -> Run | None:
    taken = {member.id_number for member in members}
    free = [run for run in ids if run.value not in taken]
    for run in free:
        if said[: run.start].endswith(tuple(load("read")["speaker"])):
            return run
    if len(free) > 1 and name and not words("read", "mended").search(said, free[0].end):
        behind = [run for run in free if run.start >= name.end]
        return behind[0] if behind else free[0]
    return free[-1] if free else None  # what was said wrong first and then right is taken as said last


_TOLD = 40
"""Characters behind somebody named within which an age is still that person's, if nobody else is named between."""


def _own_age(
    said: str,
    view: Scene,
    name: Named | None,
    pivot: tuple[str, int] | None,
    members: tuple[Member, ...],
    *,
    other: bool,
    intent: Intent,
) -> tuple[int, int, int] | None:
    objects = tuple(load("read")["object_of"])
    starts = [_behind_sex(said, name.end)] if name else []
    starts += [
        match.end()
        for match in words("read", "own_age").finditer(said)
        if not other and not said[: match.start()].endswith(objects)
    ]
    if other:
        starts += kin_places(said, pivot[0]) if pivot else []
        starts += [match.end() for match in words("read", "other_age").finditer(said)]
    claimed, doubtful = {member.age for member in members}, None
    for start in starts:
        found = find_age(said, start, min(start + _TOLD, len(said)), near=4)
        if found and not _of_somebody(said, start, found[1], name, other=other):
            if found[0] not in claimed:
                return found
            doubtful = doubtful or found  # told of a member, too: another may be hers
    if doubtful:
        return doubtful
    if intent in _NO_FACTS - {"other", "confirm"}:
        return None
    if name and (found := _bare_clause(said, view, name.end)):
        return found
    if intent == "report_emergency" and not other:
        for match in words("read", "third_age").finditer(said):
            if found := find_age(said, match.end(), min(match.end() + 8, len(said)), near=2):
                return found
    first = min((member.start for member in members), default=len(said))
    for start, end in view.clauses:
        found = find_age(said, start, end, near=2)
        if (
            found
            and found[0] not in claimed
            and (end - start <= 6 or (found[1] <= start + 1 and words("read", "aged").match(said, found[2])))
            and end <= first
            and (other or not kin_inside(said, 0, start))
        ):
            return found
    return None


def _bare_clause(said: str, view: Scene, start: int) -> tuple[int, int, int] | None:
    """A clause behind a name that is nothing but a number, before anybody else is named."""
    for first, last in view.clauses:
        if first < start or last - first > 6:
            if first >= start and kin_inside(said, first, last):
                return None
            continue
        found = find_age(said, first, last, near=2)
        if found and found[1] <= first + 1 and last - found[2] <= 2:
            return found
        if kin_inside(said, first, last):
            return None
    return None


_SEX = re.compile(
    f"(?:[\\s\uff0c,\u3001\uff08(]*(?:{load('read')['sex']}|[{HAN}]{{1,3}}{load('read')['people_of']}))+(?=[\\s\uff0c,\u3001\uff09)0-9])"
)


def _behind_sex(said: str, place: int) -> int:
    """Where the age may stand behind a name on a form: behind sex and people."""
    match = _SEX.match(said, place)
    return match.end() if match else place


def _of_somebody(said: str, start: int, end: int, name: Named | None, *, other: bool) -> bool:
    """Whether an age is told of somebody else: kin named between the word that asks for it and the number, or, where
    the speaker's own is meant, before it in the same clause."""
    if kin_inside(said, start, end):
        return True
    if (
        other
        or (name and start == _behind_sex(said, name.end))
        or words("read", "speaker").search(said, max(start - 4, 0), start)
    ):
        return False
    return kin_inside(said, _clause_start(said, start), start)


def _clause_start(said: str, place: int) -> int:
    return max((said.rfind(stop, 0, place) for stop in load("read")["stops"]), default=-1) + 1


def _address(kept: str, places: list[tuple[int, int]], gazetteer: Gazetteer | None) -> Found[Address] | None:
    if gazetteer is not None:
        read = read_address(kept[:200], gazetteer)
        if isinstance(read, Address) and read.place is not None:
            start, end = _longest(places) or (0, min(len(kept), 200))
            return Found(read, start, end, 0.6 if read.needs_confirm else 0.9)
    span = _longest(places)
    if span is None:
        return None
    said = read_address(kept[slice(*span)])
    if isinstance(said, Problem):
        said = Address(raw=kept[slice(*span)])
    return Found(said, *span, 0.8)


def _longest(places: list[tuple[int, int]]) -> tuple[int, int] | None:
    return max(places, key=lambda span: (span[1] - span[0], span[0]), default=None)


def _needs(seen: Seen, weights: Weighed, intent: Intent, danger: str | None) -> tuple[Found[Need], ...]:
    if intent in _NO_NEEDS:
        return ()
    found = needs(weights, seen.needs, seen.view)
    whole = (0, len(seen.said))
    if intent == "report_emergency" and danger:
        named = {one.code for one in seen.needs}
        default = load("read")["emergency_needs"].get(danger)
        if not any(one.value.code in named or one.value.code not in _PLAIN for one in found):
            return (Found(Need(default, *whole), *whole, 0.6),) if default else ()
    if not found and intent in ("apply", "apply_for_other"):
        return (Found(Need("need_unknown", *whole), *whole, 0.5),)
    return found


_PLAIN = ("need_living", "need_unknown")
"""Needs that say no more than that help is wanted: a danger says better what for."""


#: Where blanks are used for commas.
_PIECE = re.compile(r"\S+")


def _own_money(said: str, view: Scene, members: tuple[Member, ...]) -> Found[Money] | None:
    """The applicant's own; what somebody just spoken of earns is hers only when nothing else is told."""
    if not words("read", "own_income").search(said):
        return None
    theirs = {member.income.raw for member in members if member.income is not None}
    of_others = None
    pieces = ((first, *match.span()) for first, last in view.clauses for match in _PIECE.finditer(said, first, last))
    for first, start, end in (*((start, start, end) for start, end in view.clauses), *pieces):
        clause = said[start:end]
        if not words("read", "own_income").search(clause) or words("members", "cost").search(clause):
            continue
        if any(first <= member.start < end for member in members):
            continue
        value = read_money(clause)
        if not isinstance(value, Money):
            continue
        found = Found(value, start, end, 0.6 if value.needs_confirm else 0.85)
        if value.raw not in theirs:
            return found
        of_others = of_others or found
    return of_others
