"""What a step may know of the world: plain values, given from above."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import msgspec

from dialogs.guide import Guide
from dialogs.hearing import Heard
from dialogs.state import Answer, Value
from dialogs.understanding.problems import Problem


def _no_labels(group: str, code: str) -> tuple[str, ...]:
    return ()


def _as_said(text: str) -> Value | Problem:
    return {"text": text}


class Helper(msgspec.Struct, frozen=True):
    """A village assistant who is known to the office; she is not asked who she is (domain 2.1).

    Attributes:
        villages: codes of the villages she looks after.
    """

    name: str
    villages: tuple[str, ...] = ()


class OwnCase(msgspec.Struct, frozen=True):
    """A case that was handed in from this account, as far as a conversation about it needs it.

    Attributes:
        number, short: register number, and as it is said on the phone.
        called: how the applicant is called.
        helper: who filed it for her (`dialogs.flows.for_another.HELPERS`); "" when she did herself.
        refused: (transfer id, item) of what was not granted.
        objection: number of the objection that is open, or "".
        unshown: whoever filed it for her has still to show her yes, and may do so with a recording of it.
        proofs: what shows that somebody at this phone may know of it: last four digits of the telephone, year of birth.
    """

    number: str
    short: str
    status: str
    called: str = ""
    helper: str = ""
    refused: tuple[tuple[str, str], ...] = ()
    objection: str = ""
    proofs: tuple[str, ...] = ()
    unshown: bool = False


class Earlier(msgspec.Struct, frozen=True):
    """What her last case knows of her, where it is closed.

    Attributes:
        answers: by slot, of herself and of each person in her household (`dialogs.anew`).
        size: people in the household.
    """

    answers: dict[str, Answer]
    size: int = 1


def _no_earlier() -> Earlier | None:
    return None


def _no_cases() -> tuple[OwnCase, ...]:
    return ()


def _hears_nothing(text: str) -> Heard:
    return Heard()


class Context(msgspec.Struct, frozen=True):
    """The surroundings of one step.

    Attributes:
        today: the day in China.
        tag: marks the buttons of this conversation; a button with another tag is somebody else's.
        town, window, phone: the window that helps her, for the words.
        clerk: who sits there.
        labels: the wordings an option may be called by, given its group and code.
        helper: the assistant who speaks; None for everybody else.
        filed_for_her: she was told that somebody filed for her, and has not answered to that.
        guide: answers questions about policy.
        cases: her cases, the newest first; looked up only when a message is about one.
        hears_voice: whether a machine listens to voice messages; colleagues do where none does.
        listen_minutes: within how many minutes a colleague is to have listened.
        reads_photos: photographs of papers are read here; what is on them is told a little later.
        earlier: what a closed case of hers knows; looked up only when she applies anew.
        read_place: reads an address of this county: a value as `dialogs.kinds.Place` gives it, or a `Problem`.
        hear: hears the story of a form, message by message under each other, as one text (`dialogs.story`).
    """

    today: dt.date
    tag: str
    town: str
    window: str
    phone: str
    clerk: str = ""
    helper: Helper | None = None
    filed_for_her: bool = False
    guide: Guide | None = None
    hears_voice: bool = False
    listen_minutes: int = 30
    labels: Callable[[str, str], tuple[str, ...]] = _no_labels
    cases: Callable[[], tuple[OwnCase, ...]] = _no_cases
    earlier: Callable[[], Earlier | None] = _no_earlier
    read_place: Callable[[str], Value | Problem] = _as_said
    reads_photos: bool = False
    hear: Callable[[str], Heard] = _hears_nothing
