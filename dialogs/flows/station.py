"""What a village station writes down: its register book, visits, leads, changes and deaths (孟政发〔2023〕34号 二)."""

from __future__ import annotations

from dialogs.kinds import Choice, Day, Place, Story
from dialogs.question import Answers, Dialog, Fork, Go, Question

#: How a line of the register book ends: answered on the spot, told what to bring and how it goes, or passed up.
OUTCOMES = ("answered", "told", "passed_up")
NOTED = ("noted",)
_NAME = (2, 40)  # a form of address and the group are enough: nobody's papers are in a register book
_WORDS = (2, 500)


def how_it_ended(answers: Answers) -> str:
    """Whether the answer itself is worth a line: only where it was given on the spot."""
    return "answered" if answers["outcome"].value == "answered" else "else"


REGISTER_BOOK = Dialog(
    name="register_book",
    start="visitor",
    steps=(
        Question("visitor", Story(*_NAME), Go("matter")),
        Question("matter", Story(*_WORDS), Go("outcome")),
        Question(
            "outcome", Choice(OUTCOMES, prefix="outcome"), Fork(how_it_ended, {"answered": "reply", "else": "noted"})
        ),
        Question("reply", Story(*_WORDS), Go("noted"), unknown=True),
    ),
    outcomes=NOTED,
)
VISIT_LOG = Dialog(
    name="visit_log",
    start="visitor",
    steps=(
        Question("visitor", Story(*_NAME), Go("visited")),
        Question("visited", Day(), Go("matter")),
        Question("matter", Story(*_WORDS), Go("next_visit")),
        Question("next_visit", Day(), Go("noted"), unknown=True),
    ),
    outcomes=NOTED,
)
LEAD = Dialog(
    name="lead",
    start="difficulty",
    steps=(
        Question("difficulty", Story(6, 500), Go("address")),
        Question("address", Place(), Go("noted"), unknown=True),
    ),
    outcomes=NOTED,
)
CHANGE = Dialog(
    name="change",
    start="visitor",
    steps=(
        Question("visitor", Story(*_NAME), Go("matter")),
        Question("matter", Story(*_WORDS), Go("noted")),
    ),
    outcomes=NOTED,
)
DEATH = Dialog(
    name="death",
    start="visitor",
    steps=(
        Question("visitor", Story(*_NAME), Go("died")),
        Question("died", Day(), Go("noted"), unknown=True),
    ),
    outcomes=NOTED,
)
STATION = (REGISTER_BOOK, VISIT_LOG, LEAD, CHANGE, DEATH)
