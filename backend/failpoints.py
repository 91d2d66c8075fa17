"""Named places where a crash is worth trying (reliability 3.1). Nothing happens here unless a test armed one."""

from __future__ import annotations

from collections.abc import Callable

_armed: dict[str, Callable[[], None]] = {}


def failpoint(name: str) -> None:
    """Run what a test armed for `name`; in the service this is one look into an empty map."""
    if _armed:
        act = _armed.get(name)
        if act is not None:
            act()


def arm(name: str, act: Callable[[], None]) -> None:
    """Let `act` (a kill, an exception, a delay) happen at `name`. Only tests and the chaos run call this."""
    _armed[name] = act


def disarm() -> None:
    """Take every armed point back."""
    _armed.clear()
