"""What was said without being asked: kept at its place, so that nothing is asked twice."""

from __future__ import annotations

from collections.abc import Mapping

from dialogs.household import join, may_be, not_of_the_others, people_told_of
from dialogs.kinds import MembersRead
from dialogs.question import Dialog, Repeat, Slot, count
from dialogs.said import Said
from dialogs.state import Answer, State, Value
from dialogs.understanding.lexicon import words

#: Fields of what was heard, and the slots they fill.
FIELD_SLOTS: Mapping[str, str] = {
    "name": "name",
    "id_number": "id_number",
    "phone": "phone",
    "address": "address",
    "income": "income",
    "needs": "needs",
    "hardship": "hardships",
    "hardships": "hardships",
    "members": "members",
    "household_size": "members",
    "story": "difficulty",
}

#: From how many letters on a message is a story.
STORY = 10


def values_told(said: Said, *, inside: bool = False) -> dict[str, Value]:
    """Slot to value for everything a message tells of the applicant.

    Args:
        inside: it was an answer to a question, so that "something is wanted" tells nothing new.
    """
    heard = said.heard
    if heard is None:
        return {}
    told: dict[str, Value] = {}
    for field in ("name", "id_number", "phone", "address", "income", "hukou_same"):
        if field in heard.told:
            told[field] = heard.told[field]
    vague = heard.needs == ("need_unknown",) and (heard.by_helper or heard.next_person or heard.for_named)
    needs = () if vague else heard.needs
    if needs and not (inside and needs == ("need_unknown",)):
        told["needs"] = list(needs)
    if heard.hardships:
        told["hardships"] = list(heard.hardships)
    if (needs or heard.hardships or heard.danger) and said.text and _is_story(said.text):
        told["difficulty"] = said.text[:500]
    return told


def _is_story(text: str) -> bool:
    """Whether a message is long enough to be a story, numbers left out."""
    return sum(not letter.isdecimal() and letter.isalnum() for letter in text[: STORY * 10]) >= STORY


def told_of_helping(said: Said) -> dict[str, Value]:
    """Slot to value for what a message tells of the helper's standing: her yes and how it is shown."""
    heard = said.heard
    told = {} if heard is None else {"agreed": heard.agrees, "proof": heard.proof}
    return {slot: value for slot, value in told.items() if value is not None}


def tells_of_a_resident(said: Said) -> bool:
    """Whether a name comes with an age or a number, which nobody gives of who only speaks for another."""
    heard = said.heard
    return heard is not None and "name" in heard.told and ("age" in heard.told or "id_number" in heard.told)


def keep_what_was_told(state: State, dialog: Dialog, said: Said, *, but: str) -> list[str]:
    """Fill slots that are still open with what the message told; the slots that were filled.

    Args:
        but: the slot the message was an answer to, which is taken care of elsewhere. Inside the household ("members",
            "members.0.income") names and numbers belong to the people spoken of, not to the applicant; in the answer
            to "phone" a relation says whose phone it is.
    """
    filled: list[str] = []
    of_members = but.partition(".")[0] == "members"
    of_helper = but in ("helper", "helper_name") and not tells_of_a_resident(said)
    # Who says what she is to the other ("her daughter") names nobody of the house.
    people = () if of_members or of_helper or said.heard is None else people_told_of(state, said.heard)
    own = {} if said.heard is None else not_of_the_others(state, said.heard.told, people)
    for field in ("age", "called"):  # never asked, but worth keeping
        if not of_members and field in own and field not in state.answers:
            state.answers[field] = Answer(own[field], said.text or "", "told")
    told = {
        slot: value
        for slot, value in values_told(said, inside=bool(but)).items()
        if slot in own or said.heard is None or slot not in said.heard.told
    }
    if "agreed" not in state.answers or state.asking in ("agreed", "proof"):
        told |= told_of_helping(said)
    for slot, value in told.items():
        if of_helper and slot == "name":
            if but == "helper" and "helper_name" not in state.answers:  # "I am Zhang, her son"
                state.answers["helper_name"] = Answer(value, said.text or "", "told")
            continue
        if slot == but or not dialog.asks(slot):
            continue
        if of_members and slot not in _OF_THE_HOUSE:
            continue
        known = state.answers.get(slot)
        if known is not None and known.how == "inferred" and slot in VAGUE:
            more = _joined(slot, known.value, value)
            if more != known.value:
                state.answers[slot] = Answer(more, known.raw, "inferred")
            continue
        if known is not None and not known.doubtful and known.how != "presumed" and known.value is not None:
            continue
        state.answers[slot] = Answer(value, said.text or "", "inferred" if slot in VAGUE else "told")
        filled.append(slot)
    # "ring my son": a relation in the answer to "phone" says whose number it is; a station's book has no household.
    if of_members or (but == "phone" and "phone" in own) or not dialog.asks("members"):
        return filled
    step = dialog.step("members")
    assert isinstance(step, Repeat)
    if people and not count(step, state.answers) and "members" not in state.answers:
        assert said.heard is not None
        add_members(
            state,
            step,
            MembersRead(tuple(map(dict, people)), False, said.heard.told.get("household_size")),
            said,
        )
        filled.append("members")
    elif people and join(state, step, people, said.text or ""):
        filled.append("members")
    elif said.heard is not None and said.heard.told.get("household_size") == 1 and "members" not in state.answers:
        state.answers["members"] = Answer(1, said.text or "", "told")
        filled.append("members")
    return filled


#: What belongs to the whole household, whoever of it was asked about.
_OF_THE_HOUSE = ("phone", "address")
#: What is read out of a story, and the code that says no more than "something": any other takes its place.
VAGUE: Mapping[str, str] = {"needs": "need_unknown", "hardships": "other"}


def _joined(slot: str, known: Value, told: Value) -> list[str]:
    """Codes read out of several messages; a vague one gives way."""
    if told == ["need_living"] and known and known != [VAGUE[slot]]:
        return list(known)  # hardship told beside a wish that was named is no other wish
    codes = dict.fromkeys([*(known or ()), *told])
    return [code for code in codes if code != VAGUE[slot]] or list(codes)


def keep_the_story(state: State, said: Said) -> None:
    """Keep only the trouble of a message that may be about somebody else: names and numbers could be another's."""
    for slot, value in values_told(said).items():
        if slot in ("difficulty", "needs", "hardships"):
            state.answers[slot] = Answer(value, said.text or "", "told" if slot == "difficulty" else "inferred")


#: Marks what was said of another while it is open whether the form is for that other.
_OF_ANOTHER = "@"


def keep_for_another(state: State, said: Said) -> None:
    """Keep names and numbers of a message aside, until it is clear whose they are."""
    for slot, value in values_told(said).items():
        state.answers.setdefault(_OF_ANOTHER + slot, Answer(value, said.text or "", "told"))
    if said.heard is not None:
        for number, entry in enumerate(said.heard.members):
            for inner, value in entry.items():
                state.answers[f"{_OF_ANOTHER}members.{number}.{inner}"] = Answer(value, said.text or "", "told")


def settle(state: State) -> None:
    """The form is for the other: what was kept aside takes its place."""
    for slot in [slot for slot in state.answers if slot.startswith(_OF_ANOTHER)]:
        state.answers.setdefault(slot.removeprefix(_OF_ANOTHER), state.answers.pop(slot))


def unsettle(state: State) -> None:
    """The form is for herself: what was kept aside was not hers."""
    for slot in [slot for slot in state.answers if slot.startswith(_OF_ANOTHER)]:
        del state.answers[slot]


def add_members(state: State, repeat: Repeat, read: MembersRead, said: Said) -> bool:
    """Add people to the household, and close the list when all are named; False when there were too many."""
    raw = said.text or ""
    fitted = True
    for entry in read.entries:
        number = count(repeat, state.answers)
        known = _told_before(state, repeat, entry, raw)
        if known is not None:
            number = known
        elif number >= repeat.limit:
            fitted = False
            break
        for inner, value in entry.items():
            state.answers[f"{repeat.name}.{number}.{inner}"] = Answer(value, raw, "told")
    people = count(repeat, state.answers) + 1
    if read.done or (read.size is not None and read.entries and people >= read.size):
        state.answers[repeat.name] = Answer(people, raw)
    return fitted


def _told_before(state: State, repeat: Repeat, entry: Mapping[str, Value], raw: str) -> int | None:
    """Whom of the house more is told of without a name ("the grandson earns nothing"): the only one of that relation.

    "Another son" and a bare "a son" are somebody new.
    """
    if "name" in entry or not {"income", "condition", "age"} & entry.keys():
        return None
    if words("members", "one_more").search(raw) is not None:
        return None
    same = [
        index
        for index in range(count(repeat, state.answers))
        if (kept := state.answers.get(f"{repeat.name}.{index}.relation")) and kept.value == entry.get("relation")
    ]
    if len(same) != 1:
        return None
    ages = state.answers.get(f"{repeat.name}.{same[0]}.age"), entry.get("age")
    return same[0] if ages[0] is None or ages[1] in (None, ages[0].value) else None


#: Below it nobody may be employed (劳动法 第15条).
_WORKING_AGE = 16
_OF_AGE = 18


def earns_nothing_yet(entry: Mapping[str, Value]) -> bool:
    """Whether somebody is too young to be asked what comes in; the card reads it back, so that it can be put right."""
    age, told = entry.get("age"), str(entry.get("condition") or "")
    if not isinstance(age, int):
        return False
    return age < _WORKING_AGE or (age <= _OF_AGE and words("members", "at_school").search(told) is not None)


def merge_member(state: State, slot: Slot, said: Said) -> bool:
    """An answer about one person that tells more of her ("my husband Zhao, 71, no income"): kept with her.

    True when the message spoke of people; whoever else it named joins the list.
    """
    people = () if said.heard is None else people_told_of(state, said.heard)
    if slot.repeat is None or slot.index is None or said.heard is None or not people:
        return False
    prefix = f"{slot.repeat.name}.{slot.index}."
    known = state.answers.get(prefix + "relation")
    entries = list(people)
    own = next((e for e in entries if known is None or may_be(known.value, e.get("relation"))), None)
    if own is None:
        return False
    for inner, value in own.items():
        if inner == "condition" and prefix + inner in state.answers:
            continue  # what was told first is not lost to "no income"
        if inner != "relation" or known is None or value != known.value:
            state.answers[prefix + inner] = Answer(value, said.text or "", "told")
    entries.remove(own)
    join(state, slot.repeat, tuple(entries), said.text or "")  # the other of "two children" is no third
    add_members(state, slot.repeat, MembersRead((), said.heard.no_more), said)
    return True


def told_of_others(state: State, slot: Slot, said: Said) -> bool:
    """An answer that names somebody else than the one asked about ("my husband Zhao" for the son's name): he joins."""
    heard = said.heard
    people = () if heard is None else people_told_of(state, heard)
    if slot.repeat is None or slot.index is None or heard is None or not people:
        return False
    if any("name" not in entry for entry in people):
        return False
    join(state, slot.repeat, people, said.text or "")
    add_members(state, slot.repeat, MembersRead((), heard.no_more), said)
    return True


def tell_of_member(state: State, slot: Slot, said: Said) -> None:
    """Keep what an answer about one person says of her besides: her age, number and income."""
    if slot.repeat is None or slot.index is None or said.heard is None:
        return
    prefix = f"{slot.repeat.name}.{slot.index}."
    for field in ("name", "age", "id_number", "income"):
        if field in said.heard.told and prefix + field not in state.answers:
            state.answers[prefix + field] = Answer(said.heard.told[field], said.text or "", "told")
