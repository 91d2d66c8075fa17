"""What was read on a photograph is shown to her before anything of it stands in the form: whose it is, what it fills.

A photograph goes before what was typed (domain 10.3), but only with her yes. One whose name is nobody's in the form is
asked about first: it may be somebody else's card.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from dialogs.asking import button, entry_name, whose
from dialogs.context import Context
from dialogs.effects import Option, Say
from dialogs.household import one_apart
from dialogs.kinds import IdNumber
from dialogs.papers.reading import material_of
from dialogs.question import Dialog, Repeat, count
from dialogs.state import Answer, Photo, State, Value
from dialogs.terms import Line, Lines, Param, Term
from dialogs.understanding.lexicon import load
from dialogs.understanding.problems import Problem

#: Forms a photograph can fill.
FORMS: Final = frozenset({"for_oneself", "for_another"})
#: What `State.confirming` says while she is asked about a photograph.
CONFIRMING: Final = "photo"
#: The slot its buttons belong to.
SLOT: Final = "@photo"
#: How often she may answer something else before she is asked no more.
IGNORED: Final = 2
_MEMBERS: Final = "members"


def question(state: State, dialog: Dialog, ctx: Context) -> Say | None:
    """What she is asked about the photograph that waits longest; None when none does, or not now.

    Not while she has not agreed to being registered at all, while somebody is in danger, or while something else is
    being confirmed. Photographs that tell nothing new need no question.
    """
    if state.dialog not in FORMS or state.paused or state.confirming not in ("", CONFIRMING):
        return None
    slot = dialog.open_slot(state.answers)
    if slot is not None and slot.question.stage == 1:
        return None
    while state.photos:
        photo = state.photos[0]
        prefix = target(state, dialog, photo)
        if prefix is None:
            state.confirming = CONFIRMING
            return _whose_is_it(state, dialog, photo, ctx)
        if told(state, prefix, photo, ctx):
            state.confirming = CONFIRMING
            return _is_it_right(state, prefix, photo, ctx)
        state.photos.pop(0)
    return None


def target(state: State, dialog: Dialog, photo: Photo) -> str | None:
    """Whose fields it fills: "" hers, "members.0." somebody's of the house; None when that is to be asked."""
    name, number = photo.fields.get("name", ""), photo.fields.get("number", "")
    people = {prefix: _value(state, prefix + "name") for prefix in ("", *_members(state, dialog))}
    for prefix, known in people.items():
        if known == name or (number and _value(state, prefix + "id_number") == number):
            return prefix
    slot = dialog.slot(state.asking)
    if slot is not None and slot.repeat is not None and slot.index is not None:
        asked = f"{slot.repeat.name}.{slot.index}."
        if not people.get(asked):
            return asked
    if not people[""]:
        return ""
    return next((prefix for prefix, known in people.items() if known and one_apart(str(known), name)), None)


def told(state: State, prefix: str, photo: Photo, ctx: Context) -> dict[str, Value]:
    """Slot to value for everything on it that the form does not have so already."""
    fields = photo.fields
    found: dict[str, Value] = {}
    for field, slot in (("name", "name"), ("number", "id_number")):
        if field in fields and _value(state, prefix + slot) != fields[field]:
            found[prefix + slot] = fields[field]
    if not prefix and "address" in fields and _value(state, "address") is None:
        place = ctx.read_place(fields["address"])
        if not isinstance(place, Problem) and isinstance(place, Mapping) and place.get("village"):
            found["address"] = place
    hardship, known = _hardship(fields), _value(state, "hardships") or []
    if hardship and hardship not in known:
        found["hardships"] = [*(code for code in known if code != "other"), hardship]
    if hardship and prefix and _value(state, prefix + "condition") is None:
        found[prefix + "condition"] = disability_in_words(fields)
    return found


def fill(state: State, prefix: str, photo: Photo, ctx: Context) -> list[str]:
    """Write what she said is right into the form; the slots that were filled."""
    found = told(state, prefix, photo, ctx)
    for slot, value in found.items():
        state.answers[slot] = Answer(value, how="photo")
        if slot == state.asking:
            state.held, state.tries = False, 0
    if prefix + "id_number" in found:
        state.answers.pop(prefix + "id_missing", None)
    if "hardships" in found:
        shown = _value(state, "hardships_on_paper") or []
        state.answers["hardships_on_paper"] = Answer([*shown, _hardship(photo.fields)], how="photo")
    return list(found)


def new_person(state: State, dialog: Dialog) -> str | None:
    """The place of one more of the house; None when no more fit."""
    repeat = _repeat(dialog)
    number = 0 if repeat is None else count(repeat, state.answers)
    return None if repeat is None or number >= repeat.limit else f"{_MEMBERS}.{number}."


def disability_in_words(fields: Mapping[str, str]) -> str:
    """The kind and the level as they are printed."""
    words = load("papers")["disability"]
    return f"{words['kinds'][int(fields['disability']) - 1]}{words['levels'][int(fields['level']) - 1]}"


#: Kinds of disability of which the third and fourth level count too (domain 6.2, special_disability).
_MIND: Final = frozenset({"5", "6"})


def _hardship(fields: Mapping[str, str]) -> str:
    """The kind of household a certificate shows it to be (domain 6.2); "" for none."""
    kind, level = fields.get("disability"), fields.get("level")
    if level in ("1", "2"):
        return "severe_disability"
    return "special_disability" if level in ("3", "4") and kind in _MIND else ""


def _value(state: State, slot: str) -> Value:
    answer = state.answers.get(slot)
    return None if answer is None else answer.value


def _repeat(dialog: Dialog) -> Repeat | None:
    try:
        step = dialog.step(_MEMBERS)
    except KeyError:
        return None
    return step if isinstance(step, Repeat) else None


def _members(state: State, dialog: Dialog) -> list[str]:
    repeat = _repeat(dialog)
    return [] if repeat is None else [f"{_MEMBERS}.{number}." for number in range(count(repeat, state.answers))]


def _what(photo: Photo) -> Term:
    return Term("material", material_of(photo.paper))


def _is_it_right(state: State, prefix: str, photo: Photo, ctx: Context) -> Say:
    fields, new = photo.fields, told(state, prefix, photo, ctx)
    lines: list[tuple[str, Param]] = []
    if "name" in fields:
        lines.append(("label.name", fields["name"]))
    if "number" in fields:
        lines.append(("label.id_number", IdNumber().show(Answer(fields["number"]))))
    if "address" in new:
        lines.append(("label.address", fields["address"]))
    if "level" in fields:
        lines.append(("label.hardships", disability_in_words(fields)))
    shown = Lines(tuple(Line("card.photo", {"label": Line(label), "value": value}) for label, value in lines))
    options = tuple(
        Option(button(state, ctx, SLOT, code), f"option.photo.{code}", {}, number)
        for number, code in enumerate(("yes", "no"), start=1)
    )
    return Say("msg.photo_read", {"what": _what(photo), "lines": shown}, options, "ask")


def people_of(state: State, dialog: Dialog) -> dict[str, Param]:
    """Whose it could be, by the place in the form: the applicant, those of the house, somebody new."""
    found: dict[str, Param] = {"": whose(state)}
    repeat = _repeat(dialog)
    if repeat is not None:
        for number in range(count(repeat, state.answers)):
            found[f"{_MEMBERS}.{number}."] = entry_name(state, repeat, number)
    return found


def _whose_is_it(state: State, dialog: Dialog, photo: Photo, ctx: Context) -> Say:
    people = people_of(state, dialog)
    choices: list[tuple[str, str, dict[str, Param]]] = [
        (prefix.rstrip(".") or "self", "option.photo.of", {"who": who}) for prefix, who in people.items()
    ]
    if new_person(state, dialog) is not None:
        choices.append(("new", "option.photo.new", {}))
    choices.append(("no", "option.photo.nobody", {}))
    options = tuple(
        Option(button(state, ctx, SLOT, code), label, params, number)
        for number, (code, label, params) in enumerate(choices, start=1)
    )
    return Say(
        "msg.photo_whose",
        {"what": _what(photo), "name": photo.fields.get("name", ""), "known": people[""]},
        options,
        "ask",
    )


def codes_of(state: State, dialog: Dialog) -> list[str]:
    """What the numbers 1, 2, … stand for while she is asked whose it is."""
    codes = [prefix.rstrip(".") or "self" for prefix in people_of(state, dialog)]
    return [*codes, *(["new"] if new_person(state, dialog) is not None else []), "no"]


def ignored(state: State) -> bool:
    """She answered something else; whether it was often enough for her not to be asked again."""
    photo = state.photos[0]
    if photo.ignored + 1 < IGNORED:
        state.photos[0] = msgspec.structs.replace(photo, ignored=photo.ignored + 1)
        return False
    state.photos.pop(0)
    return True


#: Characters up to which an answer says whose it is; a longer one is a story.
_SHORT: Final = 16


def named_in(text: str, state: State, dialog: Dialog) -> str | None:
    """Whose she says it is: the applicant's, that of one of the house who is named, somebody else's of it, nobody's."""
    words = load("papers")["whose"]
    if not text or len(text) > _SHORT:
        return None
    named = [
        prefix.rstrip(".") or "self"
        for prefix, who in people_of(state, dialog).items()
        if isinstance(who, str) and who and who in text
    ]
    if len(named) == 1:
        return named[0]
    for code, group in (("no", "nobody"), ("self", "self"), ("new", "family")):
        if any(word in text for word in words[group]):
            return code if code in codes_of(state, dialog) else None
    return None
