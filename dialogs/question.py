"""A question is a value: what is asked, how an answer is read, and where it leads. Checked when it is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from dialogs.state import Answer, Value

if TYPE_CHECKING:
    from dialogs.kinds import Asked

Answers = Mapping[str, Answer]
Reason = Callable[[Answers], str]


@dataclass(frozen=True)
class Go:
    """Always on to one question or outcome."""

    to: str

    def targets(self) -> tuple[str, ...]:
        return (self.to,)

    def after(self, answers: Answers) -> str:
        return self.to


@dataclass(frozen=True)
class Fork:
    """On to where a named function of the answers points."""

    reason: Reason
    ways: Mapping[str, str]

    def targets(self) -> tuple[str, ...]:
        return tuple(self.ways.values())

    def after(self, answers: Answers) -> str:
        way = self.reason(answers)
        if way not in self.ways:
            raise LookupError(f"{self.reason.__name__} answered {way!r}, which is none of {sorted(self.ways)}")
        return self.ways[way]


@dataclass(frozen=True)
class Question:
    """One question.

    Attributes:
        name: its slot; words are `ask.<dialog>.<name>`, and `why.<name>` where `why` is set.
        kind: what it offers and how an answer is read; the card alone reads none.
        route: where it leads.
        stage: which step of the way it belongs to (shown as 第n步); never falls along a path.
        skip: she may leave it out.
        unknown: she may say that she does not know.
        why: it is about something private, so one line says what it is for.
        line: it has a line on the review card.
        presumed: what is written down without asking, to be confirmed on the card (domain 3.8, hukou_place).
    """

    name: str
    kind: Asked
    route: Go | Fork
    stage: int = 1
    skip: bool = False
    unknown: bool = False
    why: bool = False
    line: bool = True
    presumed: Value = None


@dataclass(frozen=True)
class Repeat:
    """A group of questions asked for each of several people or things.

    `gate` asks for the next one; its kind makes entries (a list of maps from inner names to answers) or says
    that there are no more. Slots are "<name>.<number>.<inner>"; the gate's own slot is "<name>".
    """

    name: str
    gate: Question
    each: tuple[Question, ...]
    limit: int
    _entries: dict[int, Entry] = field(init=False, repr=False, compare=False, default_factory=dict)

    def entry(self, index: int) -> Entry:
        """The slots of one entry; kept, since every message walks the way."""
        entry = self._entries.get(index)
        if entry is None:
            slots = tuple(Slot(f"{self.name}.{index}.{inner.name}", inner, self, index) for inner in self.each)
            entry = self._entries[index] = Entry(slots, frozenset(slot.name for slot in slots))
        return entry

    @property
    def route(self) -> Go | Fork:
        return self.gate.route

    @property
    def stage(self) -> int:
        return self.gate.stage


class DialogMistake(ValueError):
    """A definition that cannot be played; names the dialog, the question and what is wrong."""


class Slot(msgspec.Struct, frozen=True):
    """One place for an answer along the path."""

    name: str
    question: Question
    repeat: Repeat | None = None
    index: int | None = None


class Entry(NamedTuple):
    """One entry of a repeat: its slots, and their names."""

    slots: tuple[Slot, ...]
    names: frozenset[str]


@dataclass(frozen=True)
class Dialog:
    """Questions, where they begin and how they may end.

    Raises:
        DialogMistake: a target that is neither a question nor an outcome, a question nobody leads to, a circle, a stage
            that falls, two questions of one name.
    """

    name: str
    start: str
    steps: tuple[Question | Repeat, ...]
    outcomes: tuple[str, ...]
    _by_name: dict[str, Question | Repeat] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_name = {step.name: step for step in self.steps}
        object.__setattr__(self, "_by_name", by_name)
        if len(by_name) != len(self.steps):
            doubled = sorted({s.name for s in self.steps if [t.name for t in self.steps].count(s.name) > 1})
            raise DialogMistake(f"{self.name}: two questions are called {', '.join(doubled)}")
        if self.start not in by_name:
            raise DialogMistake(f"{self.name}: begins with {self.start!r}, which is no question of this dialog")
        for step in self.steps:
            for target in step.route.targets():
                if target not in by_name and target not in self.outcomes:
                    raise DialogMistake(
                        f"{self.name}: question {step.name!r} leads to {target!r}, which is neither a question nor "
                        "an outcome of this dialog"
                    )
                if target in by_name and by_name[target].stage < step.stage:
                    raise DialogMistake(
                        f"{self.name}: question {step.name!r} of step {step.stage} leads back to {target!r} of step "
                        f"{by_name[target].stage}"
                    )
        self._check_reach()

    def _check_reach(self) -> None:
        seen: set[str] = set()
        on_way: list[str] = []

        def walk(name: str) -> None:
            if name in on_way:
                raise DialogMistake(f"{self.name}: a circle: {' -> '.join([*on_way, name])}")
            if name in seen or name in self.outcomes:
                seen.add(name)
                return
            seen.add(name)
            on_way.append(name)
            for target in self._by_name[name].route.targets():
                walk(target)
            on_way.pop()

        walk(self.start)
        lost = [step.name for step in self.steps if step.name not in seen]
        lost += [outcome for outcome in self.outcomes if outcome not in seen]
        if lost:
            raise DialogMistake(f"{self.name}: nothing leads to {', '.join(lost)}")

    def step(self, name: str) -> Question | Repeat:
        """The question or repeat of that name."""
        return self._by_name[name]

    def asks(self, name: str) -> bool:
        """Whether there is a question or a repeat of that name."""
        return name in self._by_name

    def slot(self, name: str) -> Slot | None:
        """The slot of that name ("phone", "members", "members.0.income"), or None."""
        head, _, rest = name.partition(".")
        step = self._by_name.get(head)
        if step is None:
            return None
        if not rest:
            return self._own_slots[head]
        if isinstance(step, Question):
            return None
        number, _, inner = rest.partition(".")
        for question in step.each:
            if question.name == inner and number.isdecimal():
                return Slot(name, question, step, int(number))
        return None

    def path(self, answers: Answers) -> tuple[tuple[Slot, ...], str | None]:
        """The slots on the way these answers take, up to the first that has none; then the outcome, or None.

        The last slot is the open question when the outcome is None.
        """
        slots: list[Slot] = []
        current, own = self.start, self._own_slots
        while (here := own.get(current)) is not None:
            if here.repeat is not None:
                for index in range(count(here.repeat, answers)):
                    for slot in here.repeat.entry(index).slots:
                        slots.append(slot)
                        if slot.name not in answers:
                            return tuple(slots), None
            slots.append(here)
            if current not in answers:
                return tuple(slots), None
            current = here.question.route.after(answers)
        return tuple(slots), current

    def open_slot(self, answers: Answers) -> Slot | None:
        """The first unanswered slot, or None when an outcome is reached."""
        slots, outcome = self.path(answers)
        return None if outcome is not None else slots[-1]

    @cached_property
    def _own_slots(self) -> dict[str, Slot]:
        """The slot that bears each step's own name."""
        return {
            step.name: Slot(step.name, step.gate, step) if isinstance(step, Repeat) else Slot(step.name, step)
            for step in self.steps
        }

    @cached_property
    def stages(self) -> int:
        """How many steps the way has, for 第n步，共m步."""
        return max(step.stage for step in self.steps)


def count(repeat: Repeat, answers: Answers) -> int:
    """How many entries a repeat has: entry n exists when any of its slots is answered."""
    number = 0
    while not repeat.entry(number).names.isdisjoint(answers):
        number += 1
    return number
