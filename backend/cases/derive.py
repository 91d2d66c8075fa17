"""Where a case stands, read off its transfers (domain 3.4). Pure; nobody sets it by hand once transfers are out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from backend.transfers.status import DECIDED, IN_HAND

WAITING = frozenset({"created", "sent"})


class Part(NamedTuple):
    """A transfer as far as it counts here.

    Attributes:
        settled: of a returned one: another transfer or a meeting took its place.
    """

    status: str
    settled: bool = False


class Derived(NamedTuple):
    """What the transfers say.

    Attributes:
        status: None when they say nothing and the case stays where it is.
        needs_redispatch: something came back and nobody has it, or nothing is out at all any more.
    """

    status: str | None
    needs_redispatch: bool


def derive(parts: Iterable[Part], *, meeting_open: bool = False) -> Derived:
    """The case's status.

    A department's answer never takes a case back to `dispatched` while others have not yet received theirs, and a
    transfer that came back and was not placed anew never lets it be `decided`.
    """
    every = tuple(parts)
    live = [part for part in every if part.status != "cancelled" and not part.settled]
    in_hand = any(part.status in IN_HAND for part in live)
    waiting = any(part.status in WAITING for part in live)
    decided = any(part.status in DECIDED for part in live)
    returned = any(part.status == "returned" for part in live)
    if meeting_open and not in_hand and not waiting:
        return Derived("joint_meeting", returned)
    if in_hand or (decided and (waiting or returned)):
        return Derived("in_progress", returned)
    if waiting or returned:
        return Derived("dispatched", returned)
    if decided:
        return Derived("decided", False)
    return Derived(None, bool(every))
