"""What is worked out from short texts alone is kept: form answers, numbers and names masked, come in few shapes.

A longer text is somebody's story. It comes once, and is not held in memory beyond its message.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

LONGEST = 24
"""Characters up to which a text is remembered."""
MOST = 2048

Found = TypeVar("Found")


def remembered(find: Callable[[str], Found]) -> Callable[[str], Found]:
    """Keep what a pure function of a text finds, for the last short texts it was asked about."""
    kept = lru_cache(maxsize=MOST)(find)

    @wraps(find)
    def found(text: str) -> Found:
        return kept(text) if len(text) <= LONGEST else find(text)

    return found
