"""What may follow what in the life of an objection (domain 3.7). The database holds the same table as a trigger."""

from __future__ import annotations

from typing import Final, NamedTuple

OBJECTION_STATUSES: Final = ("filed", "under_review", "upheld", "overturned", "withdrawn_by_filer")
OPEN: Final = ("filed", "under_review")
#: `upheld` leaves the decision as it was; `overturned` takes it back, or says that the complaint was right.
OUTCOMES: Final = ("upheld", "overturned")


class Kind(NamedTuple):
    """One `objection_type`: the clock of its answer, the roles that may review it, and whose acts bar a reviewer.

    Attributes:
        reviewers: roles anywhere; `in_town` and `in_dept` count only in the case's town, in the transfer's department.
        bars: journal events; whoever did one of them does not review (换人复核).
    """

    clock: str
    reviewers: frozenset[str]
    bars: frozenset[str]
    in_town: frozenset[str] = frozenset()
    in_dept: frozenset[str] = frozenset()


_TOWN: Final = frozenset({"township_lead", "township_approver", "window_clerk"})
_DEPT: Final = frozenset({"dept_liaison", "dept_handler", "township_approver"})
_COUNTY: Final = frozenset({"county_center"})
_DECIDED: Final = frozenset({"t_grant", "t_refuse"})

OBJECTION_TYPES: Final[dict[str, Kind]] = {
    "accept_objection": Kind("clk_objection", _COUNTY, frozenset({"decline_accept", "request_supplement"})),
    "means_check_objection": Kind("clk_objection", _COUNTY, _DECIDED, in_town=_TOWN),
    "publicity_objection": Kind("clk_objection", _COUNTY, _DECIDED, in_town=_TOWN),
    "result_objection": Kind("clk_objection", _COUNTY, _DECIDED, in_dept=_DEPT),
    "service_complaint": Kind("clk_service_complaint", frozenset({"supervisor"}), frozenset({"accept"})),
    # A bad mark opens one by itself (好差评差评整改): somebody rings her, and says what was done.
    "low_rating": Kind(
        "clk_low_rating", frozenset({"supervisor"}), frozenset({"accept"}), in_town=frozenset({"township_lead"})
    ),
}


class Move(NamedTuple):
    """One arrow: `event` leads from `before` to `after`."""

    event: str
    before: str
    after: str


OBJECTION_MOVES: Final = (
    Move("objection_taken", "filed", "under_review"),
    Move("objection_upheld", "under_review", "upheld"),
    Move("objection_overturned", "under_review", "overturned"),
    Move("objection_withdrawn", "filed", "withdrawn_by_filer"),
    Move("objection_withdrawn", "under_review", "withdrawn_by_filer"),
)


def objection_pairs() -> frozenset[tuple[str, str]]:
    """Every (before, after) that some event allows: what the database's trigger lets through."""
    return frozenset((move.before, move.after) for move in OBJECTION_MOVES)
