"""What staff type is looked at once, here, before it is kept."""

from __future__ import annotations

from typing import Final

from backend.errors import RefusedAct

SHORTEST_REASON: Final = 6  # characters of a reason somebody else must be able to follow


def long_enough(field: str, text: str, shortest: int) -> str:
    """The text without space around it.

    Raises:
        RefusedAct: `too_short`, with the field and the least number of characters.
    """
    clean = text.strip()
    if len(clean) < shortest:
        raise RefusedAct("too_short", field=field, shortest=shortest)
    return clean
