"""One message heard whole, before the conversation is looked at: everything in it that a dialog can use."""

from __future__ import annotations

import msgspec

from dialogs.state import Value


class Danger(msgspec.Struct, frozen=True):
    """Somebody may be in danger: the code and level of domain 8.2, and which safety text comes first."""

    code: str
    level: str
    safety: str


class Heard(msgspec.Struct, frozen=True):
    """What the words of one message hold.

    Attributes:
        intent: what the message is for (apply, query_progress, …; understanding guidelines, section 1).
        command: an order to the conversation (back, skip, unknown, cancel, restart, human, progress, menu, help, submit).
        yes: True or False when the message says yes or no.
        no_more: it says that there is nobody or nothing else.
        told: values by field, as the kinds give them: name, called, age, id_number, phone, address, income, household_size.
        members: people of the household, as `dialogs.kinds.MembersRead.entries`.
        hardships, needs: codes.
        danger: the most pressing emergency.
        corrected: fields whose value was said to be wrong and given anew.
        fix_line, fix_field: what she wants to change, by number on the card or by name.
        drop_line: whom to take out, by number on the card.
        case_no, query_code: for a question about progress.
    """

    intent: str = "other"
    command: str | None = None
    yes: bool | None = None
    no_more: bool = False
    told: dict[str, Value] = {}
    members: tuple[dict[str, Value], ...] = ()
    hardships: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    danger: Danger | None = None
    corrected: tuple[str, ...] = ()
    fix_line: int | None = None
    fix_field: str | None = None
    drop_line: int | None = None
    case_no: str | None = None
    query_code: str | None = None
