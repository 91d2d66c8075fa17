"""What a step may know of the world: plain values, given from above."""

from __future__ import annotations

import datetime as dt

import msgspec

from dialogs.understanding.places import Gazetteer


class Context(msgspec.Struct, frozen=True):
    """The surroundings of one step.

    Attributes:
        today: the day in China.
        tag: marks the buttons of this conversation; a button with another tag is somebody else's.
        town, window, phone: the window that helps her, for the words.
        clerk: who sits there.
        gazetteer: the places of this county.
    """

    today: dt.date
    tag: str
    town: str
    window: str
    phone: str
    clerk: str = ""
    gazetteer: Gazetteer | None = None
