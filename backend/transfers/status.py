"""What may follow what in the life of a transfer (domain 3.3, 3.6). The database holds the same table as a trigger."""

from __future__ import annotations

from typing import Final, NamedTuple

TRANSFER_STATUSES: Final = (
    "created",
    "sent",
    "received",
    "processing",
    "materials_requested",
    "returned",
    "granted",
    "refused",
    "cancelled",
)

#: A returned transfer is over, but it does not count as done (domain 3.6, 防踢皮球).
TERMINAL: Final = frozenset({"returned", "granted", "refused", "cancelled"})
IN_HAND: Final = frozenset({"received", "processing", "materials_requested"})
DECIDED: Final = frozenset({"granted", "refused"})


class Move(NamedTuple):
    """One arrow: `event` leads from `before` to `after`; `actors` names who may cause it."""

    event: str
    before: str
    after: str
    actors: tuple[str, ...]


_WINDOW = ("window_clerk", "county_center")
_LIAISON = ("dept_liaison", "dept_handler")
_HANDLER = ("dept_handler", "dept_liaison", "township_approver")

WINDOW: Final = frozenset(_WINDOW)
HANDLERS: Final = frozenset(_HANDLER)


def _from(event: str, befores: tuple[str, ...], after: str, actors: tuple[str, ...]) -> tuple[Move, ...]:
    return tuple(Move(event, before, after, actors) for before in befores)


TRANSFER_MOVES: Final[tuple[Move, ...]] = (
    Move("t_send", "created", "sent", _WINDOW),
    Move("t_receive", "sent", "received", (*_LIAISON, "township_approver", "window_clerk")),
    Move("t_start", "received", "processing", _HANDLER),
    *_from("t_request_materials", ("received", "processing"), "materials_requested", _HANDLER),
    Move("t_materials_ok", "materials_requested", "processing", (*_HANDLER, "applicant", "proxy")),
    Move("t_return", "sent", "returned", (*_LIAISON, "township_approver")),
    Move("t_return", "received", "returned", ("county_center",)),  # once taken on, only with the county's consent
    *_from("t_grant", ("received", "processing"), "granted", _HANDLER),
    *_from("t_refuse", ("received", "processing"), "refused", _HANDLER),
    *_from(
        "t_cancel",
        ("created", "sent", "received", "processing", "materials_requested"),
        "cancelled",
        (*_WINDOW, "system"),
    ),
    *_from("t_reopen", ("granted", "refused"), "processing", ("county_center", "system")),
)


def transfer_pairs() -> frozenset[tuple[str, str]]:
    """Every (before, after) that some event allows: what the database's trigger lets through."""
    return frozenset((move.before, move.after) for move in TRANSFER_MOVES)


def transfer_move(event: str, before: str) -> Move | None:
    """The arrow for `event` from `before`, if there is one."""
    for move in TRANSFER_MOVES:
        if move.event == event and move.before == before:
            return move
    return None
