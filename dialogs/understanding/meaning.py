"""The meaning of one message: what was found, where it stands, and how sure one may be."""

from typing import Generic, Literal, TypeVar, get_args

import msgspec

from dialogs.understanding.commands import Command, Correction
from dialogs.understanding.emergency import Emergency
from dialogs.understanding.hardships import Hardship
from dialogs.understanding.members import Member
from dialogs.understanding.money import Money
from dialogs.understanding.needs import Need
from dialogs.understanding.places import Address
from dialogs.understanding.yes_no import YesNo

Intent = Literal[
    "report_emergency", "report_change", "apply_for_other", "apply", "query_progress", "supplement", "withdraw",
    "complaint", "rate", "ask_policy", "human", "greeting", "cancel", "confirm", "deny", "correct", "other",
]  # fmt: skip

INTENTS: tuple[Intent, ...] = get_args(Intent)

T = TypeVar("T")


class Found(msgspec.Struct, Generic[T], frozen=True):
    """A value and the place in `Meaning.text` it was read from: `text[start:end]`. Confidence is 0 to 1."""

    value: T
    start: int
    end: int
    confidence: float = 0.9


class Meaning(msgspec.Struct, frozen=True):
    """What one message says. Everything but `text` and `intent` may be empty; nothing is inferred or converted.

    `text` is the cleaned message all places refer to. `name` to `address` are the applicant's: the speaker's own,
    or those of the person help is asked for (`for_other`). `called_name` is a form of address found instead of a
    name. `emergency` is sorted by gravity; entries with `value.sure` False ask one question and raise nothing.
    `deadline` marks a near day after which something is lost. `money` is the applicant's own income.
    """

    text: str
    intent: Found[Intent]
    for_other: bool = False
    pivot: str | None = None
    name: Found[str] | None = None
    called_name: Found[str] | None = None
    age: Found[int] | None = None
    id_number: Found[str] | None = None
    phone: Found[str] | None = None
    address: Found[Address] | None = None
    household_size: Found[int] | None = None
    members: tuple[Found[Member], ...] = ()
    hardships: tuple[Found[Hardship], ...] = ()
    needs: tuple[Found[Need], ...] = ()
    emergency: tuple[Found[Emergency], ...] = ()
    deadline: Found[str] | None = None
    case_no: Found[str] | None = None
    money: Found[Money] | None = None
    commands: tuple[Command, ...] = ()
    corrections: tuple[Found[Correction], ...] = ()
    yes_no: YesNo | None = None

    @property
    def urgent(self) -> bool:
        """Whether somebody must look at once: a sure emergency, or a near day after which something is lost."""
        return self.deadline is not None or any(found.value.sure for found in self.emergency)
