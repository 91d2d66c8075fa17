"""What a step asks the world to do: words as keys, and acts the backend carries out in the same transaction."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from dialogs.sheet import Sheet
from dialogs.state import Value
from dialogs.terms import Param

SayKind = Literal["ask", "tell", "card", "urgent", "receipt", "notice", "push"]


class Option(msgspec.Struct, frozen=True):
    """A button.

    Attributes:
        id: opaque; it belongs to one question of one draft of one conversation.
        number: what can be typed instead of pressing it; 0 when only its words can.
    """

    id: str
    label: str
    params: dict[str, Param] = {}
    number: int = 0


class Say(msgspec.Struct, frozen=True, tag="say"):
    """Say something: a key in locales, its parameters, and the choices that go with it.

    Attributes:
        about: whom it is about, where somebody speaks for others; "" when there is no doubt.
        again: a question that was put just before; shorter words of it will do, where there are any (`<key>.again`).
    """

    key: str
    params: dict[str, Param] = {}
    options: tuple[Option, ...] = ()
    kind: SayKind = "tell"
    about: str = ""
    again: bool = False


class Urgent(msgspec.Struct, frozen=True, tag="urgent"):
    """Somebody may be in danger: ring the duty chain now (domain 8).

    Attributes:
        number: how many alarms this draft has raised, this one included; each is told.
    """

    code: str
    level: str
    number: int = 1


class Submit(msgspec.Struct, frozen=True, tag="submit"):
    """The draft is whole and was confirmed: open the case."""


class Forget(msgspec.Struct, frozen=True, tag="forget"):
    """She does not want to go on (or refused consent): drop the draft's answers and files."""

    reason: str


class Erase(msgspec.Struct, frozen=True, tag="erase"):
    """She said yes: nothing of what was never handed in is kept."""


class AskErasure(msgspec.Struct, frozen=True, tag="ask_erasure"):
    """She wants deleted what lies in a case: a colleague answers; whoever carries it out says what is kept, and why."""


class CallHuman(msgspec.Struct, frozen=True, tag="human"):
    """She wants a person: tell the window, with what was said so far."""

    reason: str


class ShowProgress(msgspec.Struct, frozen=True, tag="progress"):
    """She asks how far it is. `case_no` and `code` are given when she named them.

    Attributes:
        own: her own cases are shown without a code; not where somebody could not show that she may know of them.
    """

    case_no: str | None = None
    code: str | None = None
    own: bool = True


class AddToCase(msgspec.Struct, frozen=True, tag="add"):
    """Something for a case that was already handed in: words or files, passed on to the window.

    What she is answered depends on what she was asked for, so whoever carries it out says it.

    Attributes:
        material: the paper it is, where she picked it; "" when that is to be found out.
        proof: the files show the yes of the one she files for: voice or signature; "" when they do not say so.
    """

    text: str | None = None
    files: tuple[str, ...] = ()
    material: str = ""
    proof: str = ""


class HearVoice(msgspec.Struct, frozen=True, tag="voice"):
    """A voice message came: somebody or something has to hear it, and its words then come as words.

    Attributes:
        files: the recordings, kept already.
    """

    files: tuple[str, ...]


class HasRead(msgspec.Struct, frozen=True, tag="read"):
    """She says that she has read and understood the one-time notice.

    Attributes:
        way: `button` or `words`.
    """

    way: str


class Rate(msgspec.Struct, frozen=True, tag="rate"):
    """She gives a mark for how her case was handled, 1 to 5 (好差评)."""

    score: int
    case_no: str


class BindChat(msgspec.Struct, frozen=True, tag="bind"):
    """A colleague types the code she was given, so that this account is hers."""

    code: str


class Station(msgspec.Struct, frozen=True, tag="station"):
    """A page of the village station is asked for: mine, book, visits, leads, recheck, roster or helpers.

    Attributes:
        text: whom the roster is searched for.
    """

    page: str
    text: str = ""


class Note(msgspec.Struct, frozen=True, tag="note"):
    """Something for the station's books is whole: register_book, visit_log, lead, change or death.

    Attributes:
        values: by question, as the dialog of that name has them.
    """

    book: str
    values: dict[str, Value]


class TakeSheet(msgspec.Struct, frozen=True, tag="sheet"):
    """An assistant sent a table of residents: its good rows become drafts, the others come back with the reason."""

    sheet: Sheet


class DropSheet(msgspec.Struct, frozen=True, tag="drop_sheet"):
    """She wants no more of a table she sent: what nobody has begun to file is forgotten."""


class MandateCode(msgspec.Struct, frozen=True, tag="mandate_code"):
    """The helper types the code that went to the telephone of the one he files for."""

    code: str


class WantedIt(msgspec.Struct, frozen=True, tag="wanted"):
    """She was told that somebody filed for her, and says whether she wanted it."""

    wanted: bool


class SayWhy(msgspec.Struct, frozen=True, tag="why"):
    """Why her mark was bad."""

    case_no: str
    text: str


class Withdraw(msgspec.Struct, frozen=True, tag="withdraw"):
    """She does not want it any more.

    Attributes:
        proof: how the applicant's own yes is shown, where a helper says it (`dialogs.kinds.Proof`); "" by herself.
        files: what shows it, where she sent something.
    """

    case_no: str
    proof: str = ""
    files: tuple[str, ...] = ()


class ChangeCase(msgspec.Struct, frozen=True, tag="change"):
    """Something that was handed in is different: new values, hers and her household's, with her own words."""

    case_no: str
    text: str
    values: dict[str, Any] = {}
    members: tuple[dict[str, Any], ...] = ()


class FileObjection(msgspec.Struct, frozen=True, tag="object"):
    """She does not agree with what was decided, or complains of how she was treated (domain 3.7).

    Attributes:
        kind: `objection_type`; "" when it goes by where the case stands.
        part: the refused transfer.
    """

    case_no: str
    text: str
    kind: str = ""
    part: str = ""


class TakeBackObjection(msgspec.Struct, frozen=True, tag="take_back"):
    """She takes her objection back."""

    case_no: str


class ReportLead(msgspec.Struct, frozen=True, tag="lead"):
    """She reports something of others (`others`), or of the service without having a case (`service`); kept secret."""

    kind: str
    text: str


Effect = (
    Say
    | Urgent
    | Submit
    | Forget
    | Erase
    | AskErasure
    | CallHuman
    | ShowProgress
    | AddToCase
    | HearVoice
    | HasRead
    | BindChat
    | Station
    | Note
    | MandateCode
    | TakeSheet
    | DropSheet
    | WantedIt
    | Rate
    | SayWhy
    | Withdraw
    | ChangeCase
    | FileObjection
    | TakeBackObjection
    | ReportLead
)
