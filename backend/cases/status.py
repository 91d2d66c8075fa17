"""What may follow what in the life of a case (domain 3.2, 3.4, 3.5). The database holds the same table as a trigger."""

from __future__ import annotations

from typing import Final, NamedTuple

CASE_STATUSES: Final = (
    "draft",
    "submitted",
    "supplement_required",
    "not_accepted",
    "accepted",
    "joint_meeting",
    "dispatched",
    "in_progress",
    "decided",
    "feedback_delivered",
    "charity_referred",
    "rated",
    "archived",
    "withdrawn",
)


class Move(NamedTuple):
    """One arrow: `event` leads from `before` to `after`; `acts` names who may cause it."""

    event: str
    before: str
    after: str
    actors: tuple[str, ...]


_WINDOW = ("window_clerk", "county_center")
_HELP = ("applicant", "proxy", "village_assistant", "window_clerk", "county_center")
_SYSTEM = ("system",)


def _from(event: str, befores: tuple[str, ...], after: str, actors: tuple[str, ...]) -> tuple[Move, ...]:
    return tuple(Move(event, before, after, actors) for before in befores)


CASE_MOVES: Final[tuple[Move, ...]] = (
    Move("submit", "draft", "submitted", _HELP),
    Move("request_supplement", "submitted", "supplement_required", _WINDOW),
    Move("supply", "supplement_required", "submitted", _HELP),
    Move("decline_accept", "submitted", "not_accepted", _WINDOW),
    Move("accept", "submitted", "accepted", _WINDOW),
    *_from("send_transfers", ("accepted", "in_progress"), "dispatched", _WINDOW),
    Move("send_transfers", "dispatched", "in_progress", _WINDOW),
    *_from(
        "raise_meeting", ("accepted", "dispatched", "in_progress"), "joint_meeting", (*_WINDOW, *_SYSTEM)
    ),
    Move("resolve_meeting", "joint_meeting", "accepted", ("joint_meeting_office",)),
    Move("resolve_meeting", "joint_meeting", "charity_referred", ("joint_meeting_office",)),
    Move("resolve_meeting", "joint_meeting", "decided", ("joint_meeting_office",)),
    Move("t_receive", "dispatched", "in_progress", _SYSTEM),
    Move("t_return", "in_progress", "dispatched", _SYSTEM),
    Move("t_cancel", "in_progress", "dispatched", _SYSTEM),
    Move("all_decided", "in_progress", "decided", _SYSTEM),
    Move("all_decided", "dispatched", "decided", _SYSTEM),  # the last open part was cancelled
    Move("deliver_feedback", "decided", "feedback_delivered", (*_WINDOW, "dept_handler", *_SYSTEM)),
    *_from(
        "refer_charity", ("joint_meeting", "decided", "feedback_delivered"), "charity_referred", _WINDOW
    ),
    Move("charity_reply", "charity_referred", "feedback_delivered", ("charity_partner", "window_clerk")),
    Move("rate", "feedback_delivered", "rated", ("applicant", "proxy")),
    Move("rate_timeout", "feedback_delivered", "rated", _SYSTEM),
    Move("archive", "rated", "archived", ("window_clerk", *_SYSTEM)),
    Move("self_submit", "submitted", "archived", ("applicant", "proxy")),
    *_from(
        "t_reopen",
        ("decided", "rated", "feedback_delivered", "archived"),
        "in_progress",
        ("county_center", *_SYSTEM),
    ),
    Move("reopen_acceptance", "not_accepted", "submitted", _SYSTEM),  # an objection to it was right (domain 3.7)
    *_from(
        "withdraw",
        ("draft", "submitted", "supplement_required", "accepted", "joint_meeting", "dispatched", "in_progress"),
        "withdrawn",
        ("applicant", "proxy", "window_clerk"),
    ),
    # Something was decided already: the rest is called off, and she still hears what was decided (domain 3.5).
    *_from(
        "withdraw", ("joint_meeting", "in_progress"), "decided", ("applicant", "proxy", "window_clerk")
    ),
)  # fmt: skip

#: States from which nothing more is owed. `archived` can be reopened by an objection that was upheld.
CLOSED: Final = frozenset({"not_accepted", "archived", "withdrawn"})


def case_pairs() -> frozenset[tuple[str, str]]:
    """Every (before, after) that some event allows: what the database's trigger lets through."""
    return frozenset((move.before, move.after) for move in CASE_MOVES)


def case_move(event: str, before: str, after: str | None = None) -> Move | None:
    """The arrow for `event` from `before`, to `after` where the event alone does not say it."""
    for move in CASE_MOVES:
        if move.event == event and move.before == before and after in (None, move.after):
            return move
    return None
