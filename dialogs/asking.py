"""How a question is put: its key, its buttons, its place on the way, and the card to read back."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from dialogs.context import Context
from dialogs.effects import Option, Say
from dialogs.kinds import SHOW
from dialogs.question import Dialog, Repeat, Slot, count
from dialogs.state import Answer, State
from dialogs.terms import Line, Lines, Param, Term


def _step(dialog: Dialog, state: State, slot: Slot) -> Param:
    """Which step of the way a new one is; nothing while it stays the same."""
    before = next((dialog.slot(name) for name in reversed(state.trail) if name != slot.name), None)
    if before is not None and before.question.stage == slot.question.stage and not state.held:
        return ""
    return Line("card.step", {"n": slot.question.stage, "of": dialog.stages})


def button(state: State, ctx: Context, slot: str, option: str) -> str:
    """The opaque id of a button: whose conversation, which draft, which question, which option."""
    return f"{ctx.tag}:{state.draft}:{slot}:{option}"


def read_button(choice: str) -> tuple[str, int, str, str] | None:
    """(tag, draft, slot, option) of a button's id, or None when it is no id of ours."""
    parts = choice.split(":")
    if len(parts) != 4 or not parts[1].isdecimal() or len(choice) > 128:
        return None
    return parts[0], int(parts[1]), parts[2], parts[3]


def put(dialog: Dialog, state: State, slot: Slot, ctx: Context) -> Say:
    """The words and buttons of one question."""
    question = slot.question
    if question.name == "review":
        return card(dialog, state, ctx)
    params: dict[str, Param] = {
        "step": _step(dialog, state, slot),
        "town": ctx.town,
        "window": ctx.window,
        "phone": ctx.phone,
    }
    if dialog.name == "for_another":
        params["them"] = whose(state) or Line("member.them")
    if slot.repeat is not None:
        params |= _about_entry(state, slot)
    key = f"ask.{dialog.name}.{slot.repeat.name + '.' if slot.index is not None and slot.repeat else ''}{question.name}"
    if slot.repeat is not None and slot.index is None and count(slot.repeat, state.answers):
        key += ".more"
    options = [
        Option(button(state, ctx, slot.name, code), label, labels, number)
        for number, (code, label, labels) in enumerate(question.kind.given(state.answers).options(), start=1)
    ]
    if len(options) == 1:
        options = [msgspec.structs.replace(options[0], number=0)]
    if state.held and slot.name in state.answers:
        options.append(Option(button(state, ctx, slot.name, "@keep"), "option.keep"))
        params["old"] = question.kind.show(state.answers[slot.name])
    if question.unknown:
        options.append(Option(button(state, ctx, slot.name, "@unknown"), "option.unknown"))
    if question.skip:
        options.append(Option(button(state, ctx, slot.name, "@skip"), f"option.skip.{question.name}"))
    if question.why:
        params["why"] = Line(f"why.{question.name}")
    return Say(key, params, tuple(options), "ask")


def whose(state: State) -> str:
    """The name of the one the open form is for, or how she is called, or ""."""
    for slot in ("name", "called"):
        answer = state.answers.get(slot)
        if answer is not None and answer.value:
            return str(answer.value)
    return ""


def _about_entry(state: State, slot: Slot) -> dict[str, Param]:
    assert slot.repeat is not None
    if slot.index is None:
        return {"total": count(slot.repeat, state.answers) + 1}
    params: dict[str, Param] = {"who": entry_name(state, slot.repeat, slot.index), "number": slot.index + 2}
    if slot.question.name == "name":  # two small questions at once, where both are open (domain 3.8)
        known = f"{slot.repeat.name}.{slot.index}.income" in state.answers
        params["also"] = "" if known else Line("member.and_income")
    return params


def entry_name(state: State, repeat: Repeat, index: int) -> Param:
    """How to call a member: by name, else by relation, else by number."""
    name = state.answers.get(f"{repeat.name}.{index}.name")
    if name is not None and name.value:
        return str(name.value)
    relation = state.answers.get(f"{repeat.name}.{index}.relation")
    if relation is not None and relation.value:
        return Term("relation", str(relation.value))
    return Line("member.nth", {"number": index + 2})


def card_slots(dialog: Dialog, state: State) -> list[str]:
    """What the numbered lines of the review card stand for, in order: slots, and "members.0" for a whole person."""
    found: list[str] = []
    for slot in dialog.path(state.answers)[0]:
        if slot.index is not None and slot.repeat is not None:
            whole = f"{slot.repeat.name}.{slot.index}"
            if whole not in found:
                found.append(whole)
        elif slot.question.line and slot.name in state.answers and not _says_nothing(slot, state.answers[slot.name]):
            found.append(slot.name)
    return found


def _says_nothing(slot: Slot, answer: Answer) -> bool:
    """Why there is no number, where she would not say: the line above says that it is left open."""
    return slot.question.name == "id_missing" and answer.value is None


def card(dialog: Dialog, state: State, ctx: Context) -> Say:
    """Her own words read back on one card (domain 13.2, confirm_card): nothing is handed in until she says yes."""
    lines: list[Line] = []
    for number, name in enumerate(card_slots(dialog, state), start=1):
        slot = dialog.slot(name)
        if slot is None:
            head, _, index = name.partition(".")
            shown: Param = member_line(state, head, int(index))
            label = f"label.{head}.one"
        elif slot.repeat is not None:
            shown = Line("card.household", {"size": count(slot.repeat, state.answers) + 1})
            label = f"label.{slot.name}"
        else:
            answer = state.answers[name]
            shown = slot.question.kind.show(answer)
            label = f"label.{slot.question.name}"
            if answer.doubtful:
                shown = Line("card.doubtful", {"value": shown})
            elif answer.how == "presumed":
                shown = Line("card.presumed", {"value": shown})
            elif answer.how == "inferred":
                shown = Line("card.inferred", {"value": shown})
        lines.append(Line("card.line", {"number": number, "label": Line(label), "value": shown}))
    options = (
        Option(button(state, ctx, "review", "yes"), "option.submit"),
        Option(button(state, ctx, "review", "change"), "option.change"),
    )
    return Say(f"ask.{dialog.name}.review", {"lines": Lines(tuple(lines))}, options, "card")


def member_line(state: State, repeat: str, index: int) -> Line:
    """One person of the household on one line: relation, name, age, income, health, as far as known."""
    answers = state.answers
    prefix = f"{repeat}.{index}."
    params: dict[str, Param] = {}
    parts: list[Line] = []
    for inner in ("relation", "name", "age", "id_number", "income", "condition"):
        answer = answers.get(prefix + inner)
        if answer is None or answer.value is None:
            if inner == "income":
                parts.append(Line("card.member.income_unknown"))
            continue
        if inner == "condition" and str(answer.value) in _income_words(answers.get(prefix + "income")):
            continue  # "no income" is said once
        parts.append(Line(f"card.member.{inner}", {"value": SHOW[inner](answer)}))
    params["parts"] = Lines(tuple(parts), "list")
    return Line("card.member", params)


def _income_words(income: Answer | None) -> str:
    return str(income.value.get("raw", "")) if income is not None and isinstance(income.value, dict) else ""


def what_is_missing(dialog: Dialog, state: State) -> Lines:
    """What still has to be said, told once and whole when she wants to hand in too early (reliability B065)."""
    answers = dict(state.answers)
    names: list[str] = []
    for _ in range(40):
        slot = dialog.open_slot(answers)
        if slot is None or slot.question.name == "review":
            break
        # Neither what may be left out nor what is taken for granted until the card is owed.
        owed = not slot.question.skip and slot.question.presumed is None
        if owed and (slot.question.line or slot.repeat is None):
            names.append(slot.name)
        presumed = slot.question.presumed
        answers[slot.name] = slot.question.kind.assumed() if presumed is None else Answer(presumed, how="presumed")
    return labels(names)


def labels(slots: Iterable[str]) -> Lines:
    """The names of the fields these slots belong to, each once, one after the other."""
    fields = dict.fromkeys(slot.partition(".")[0] for slot in slots)
    return Lines(tuple(Line(f"label.{field}") for field in fields), "list")
