"""One photograph, looked at: the paper that is on it, or why there is none."""

from __future__ import annotations

from typing import Literal

import msgspec

from dialogs.papers.reading import Paper

#: Why a photograph was not read: it is cut off or no picture, has too many pixels, took too long, the reader broke.
Trouble = Literal["", "broken", "too_big", "timeout", "failed"]
#: What is wrong with a photograph that hardly anything could be read on.
Look = Literal["", "dark", "small", "blurred"]


class Seen(msgspec.Struct, frozen=True):
    """What looking at a photograph gave."""

    paper: Paper = Paper()
    trouble: Trouble = ""
    look: Look = ""
