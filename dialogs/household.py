"""Who is told of in a message, and joining it to the household that is known: nobody stands in it twice."""

from __future__ import annotations

from collections.abc import Mapping

from dialogs.hearing import Heard
from dialogs.question import Repeat, count
from dialogs.state import Answer, State, Value

Entry = Mapping[str, Value]

#: A word for kin, and the closer words that may mean the same person ("the child", later "my son").
_CLOSER: Mapping[str, tuple[str, ...]] = {
    "child": ("son", "daughter", "step_child", "adopted_child"),
    "grandchild": ("grandson", "granddaughter", "grandson_maternal", "granddaughter_maternal"),
}
#: What makes a person this person and not another of the same relation.
_OWN = ("name", "id_number", "age")


def may_be(known: Value, said: Value) -> bool:
    """Whether a person called `known` before may be called `said` now."""
    return said == known or said in _CLOSER.get(str(known), ())


def people_told_of(state: State, heard: Heard) -> tuple[Entry, ...]:
    """The people of a message; in a form for herself "my child's name is …" tells of hers, whatever it sounds like."""
    return heard.members_of_hers if speaks_for_herself(state) else heard.members


def speaks_for_herself(state: State) -> bool:
    """Whether it is settled that the open form is for the speaker."""
    settled = state.answers.get("for_whom")
    return state.dialog == "for_oneself" and settled is not None and settled.value == "self"


def not_of_the_others(state: State, told: Mapping[str, Value], people: tuple[Entry, ...]) -> dict[str, Value]:
    """What a message tells of the applicant, without what it says of those who live with her."""
    theirs = (*_OWN, "income") if speaks_for_herself(state) else _OWN
    return {
        field: value
        for field, value in told.items()
        if field not in theirs or not any(one.get(field) == value for one in people)
    }


def join(state: State, repeat: Repeat, people: tuple[Entry, ...], raw: str, how: str = "told") -> bool:
    """Join people to the household: more of somebody known goes to her, the others are added; whether anything was new.

    A list that was closed stays so, one longer.
    """
    answers, changed = state.answers, False
    taken: set[int] = set()
    for entry in people:
        alone = sum(one.get("relation") == entry.get("relation") for one in people) == 1
        index = _known(state, repeat, entry, taken, alone=alone)
        if index is None and (
            _nobody_new(state, repeat, entry) or (how == "told" and _elsewhere(state, repeat, entry))
        ):
            continue
        if index is None:
            index = count(repeat, answers)
            if index >= repeat.limit:
                continue
            if repeat.name in answers:
                answers[repeat.name] = Answer(index + 2, raw, "told")
        taken.add(index)
        for inner, value in entry.items():
            name = f"{repeat.name}.{index}.{inner}"
            known = answers.get(name)
            if known is None or known.value is None or (inner != "condition" and known.value != value):
                answers[name] = Answer(value, raw, how)
                changed = True
    return changed


def meet(state: State, repeat: Repeat, people: tuple[Entry, ...], raw: str) -> bool:
    """Put the people of a whole story in the place of what single messages told; whether anybody was new.

    What was answered to a question or put right stays, and so does who was; a list that was closed gets nobody new.
    """
    answers, total = state.answers, count(repeat, state.answers)
    free = list(range(total))
    found: list[tuple[int | None, Entry]] = []
    for entry in people:
        index = max(free, key=lambda one: _alike(state, repeat, one, entry), default=None)
        if index is not None and _alike(state, repeat, index, entry) > 0:
            free.remove(index)
        else:
            index = None
        found.append((index, entry))
    new = False
    for index, entry in found:
        if index is None:
            if repeat.name in answers or total >= repeat.limit:
                continue
            index, total, new = total, total + 1, True
        for inner, value in entry.items():
            known = answers.get(f"{repeat.name}.{index}.{inner}")
            if inner == "relation" and known is not None and may_be(value, known.value):
                continue  # "the child" does not unsay "my son"
            if inner == "condition" and known is not None and str(known.value) not in str(value):
                continue  # what was told first is not lost to "no income"
            if known is None or (known.value != value and known.how in ("told", "inferred")):
                answers[f"{repeat.name}.{index}.{inner}"] = Answer(value, raw, "told")
    if repeat.name in answers or state.held or len(people) < count(repeat, answers) - len(free) + bool(free):
        return new  # fewer than were known: some were not heard this time, which takes nobody out
    for index in sorted(free, reverse=True):  # from the last, so that those before keep their places
        own = [one for slot, one in answers.items() if slot.startswith(f"{repeat.name}.{index}.")]
        if all(one.how in ("told", "inferred") for one in own):
            _hand_over(state, repeat, index, free)
            take_out(state, repeat, index)
    return new


def _hand_over(state: State, repeat: Repeat, index: int, free: list[int]) -> None:
    """What was told of somebody's health before she was heard as another goes to the one of her relation."""
    answers = state.answers
    told = answers.get(f"{repeat.name}.{index}.condition")
    relation = answers.get(f"{repeat.name}.{index}.relation")
    if told is None or relation is None:
        return
    for other in range(count(repeat, answers)):
        known = answers.get(f"{repeat.name}.{other}.relation")
        name = f"{repeat.name}.{other}.condition"
        if other not in free and known is not None and may_be(relation.value, known.value) and name not in answers:
            answers[name] = told
            return


def _alike(state: State, repeat: Repeat, index: int, entry: Entry) -> int:
    """How surely somebody of the house is the person of an entry; 0 when she is somebody else."""
    points = 0
    for inner, worth in (("id_number", 8), ("name", 6), ("age", 2)):
        known = state.answers.get(f"{repeat.name}.{index}.{inner}")
        if known is not None and inner in entry and known.value is not None:
            points += worth if known.value == entry[inner] else -worth
    known = state.answers.get(f"{repeat.name}.{index}.relation")
    relation = None if known is None else known.value
    if may_be(relation, entry.get("relation")) or may_be(entry.get("relation"), relation):
        points += 3
    return points


def take_out(state: State, repeat: Repeat, index: int) -> None:
    """Take one person out of the household; those behind move up."""
    answers, total = state.answers, count(repeat, state.answers)
    for position in range(index, total):
        for slot in [name for name in answers if name.startswith(f"{repeat.name}.{position}.")]:
            del answers[slot]
        if position + 1 < total:
            for slot in [name for name in answers if name.startswith(f"{repeat.name}.{position + 1}.")]:
                answers[f"{repeat.name}.{position}.{slot.rsplit('.', 1)[1]}"] = answers[slot]


def _elsewhere(state: State, repeat: Repeat, entry: Entry) -> bool:
    """Whether somebody is only spoken of by one who has said that she lives alone ("my sons are not here")."""
    size = state.answers.get(repeat.name)
    return size is not None and size.value == 1 and not any(own in entry for own in (*_OWN, "income"))


def _nobody_new(state: State, repeat: Repeat, entry: Entry) -> bool:
    """Whether "the child" or "the children" only speaks of young people who are known by closer words."""
    young = {word for words in _CLOSER.values() for word in words} | set(_CLOSER)
    if entry.get("relation") not in _CLOSER or any(own in entry for own in _OWN):
        return False
    known = (state.answers.get(f"{repeat.name}.{index}.relation") for index in range(count(repeat, state.answers)))
    return any(one is not None and one.value in young for one in known)


def _known(state: State, repeat: Repeat, entry: Entry, taken: set[int], *, alone: bool) -> int | None:
    """The number of the member an entry speaks of, or None when it is somebody new."""
    answers = state.answers

    def value(index: int, inner: str) -> Value:
        answer = answers.get(f"{repeat.name}.{index}.{inner}")
        return None if answer is None else answer.value

    free = [index for index in range(count(repeat, answers)) if index not in taken]
    for inner in ("id_number", "name"):
        for index in free:
            if entry.get(inner) is not None and value(index, inner) == entry[inner]:
                return index
    alike = [index for index in free if may_be(value(index, "relation"), entry.get("relation"))]
    fitting = [
        index
        for index in alike
        if all(value(index, own) is None or own not in entry or value(index, own) == entry[own] for own in _OWN)
    ]
    if fitting:
        return fitting[0]
    # The only one of this relation, told anew: a correction ("my son is four, not three").
    if not alone or len(alike) != 1:
        return None
    told = [own for own in _OWN if own in entry and value(alike[0], own) not in (None, entry[own])]
    if "name" in told and (len(told) > 1 or not one_apart(str(value(alike[0], "name")), str(entry["name"]))):
        return None  # brothers have names alike: another name and another age is another person
    return alike[0]


def one_apart(known: str, said: str) -> bool:
    """Whether two names differ in one character, as a name heard or typed wrongly does."""
    return len(known) == len(said) >= 2 and sum(a != b for a, b in zip(known, said, strict=True)) <= 1
