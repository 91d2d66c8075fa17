"""Where a case stands is read off its transfers."""

from __future__ import annotations

from itertools import combinations_with_replacement

import pytest

from backend.cases.derive import Part, derive
from backend.transfers.status import DECIDED, IN_HAND, TRANSFER_STATUSES


@pytest.mark.parametrize(
    ("parts", "meeting", "status", "redispatch"),
    [
        (("sent", "sent"), False, "dispatched", False),
        (("sent", "received"), False, "in_progress", False),
        (("materials_requested",), False, "in_progress", False),
        (("granted", "received"), False, "in_progress", False),
        (("granted", "sent"), False, "in_progress", False),
        (("granted", "refused"), False, "decided", False),
        (("granted", "cancelled"), False, "decided", False),
        (("returned",), False, "dispatched", True),
        (("granted", "returned"), False, "in_progress", True),
        (("granted", "returned!"), False, "decided", False),
        (("returned!", "sent"), False, "dispatched", False),
        (("returned", "returned"), True, "joint_meeting", True),
        (("granted", "returned"), True, "joint_meeting", True),
        (("received", "returned"), True, "in_progress", True),
        (("sent", "returned"), True, "dispatched", True),
        (("cancelled", "cancelled"), False, None, True),
        ((), False, None, False),
        ((), True, "joint_meeting", False),
    ],
)
def test_the_rules_of_3_4(parts: tuple[str, ...], meeting: bool, status: str | None, redispatch: bool) -> None:
    given = [Part(part.removesuffix("!"), part.endswith("!")) for part in parts]
    assert derive(given, meeting_open=meeting) == (status, redispatch)


def test_no_case_is_decided_while_anything_is_out_or_came_back() -> None:
    for size in (1, 2, 3):
        for statuses in combinations_with_replacement(TRANSFER_STATUSES, size):
            parts = [Part(status) for status in statuses]
            if derive(parts).status == "decided":
                assert set(statuses) <= DECIDED | {"cancelled"}
                assert set(statuses) & DECIDED
            if set(statuses) & IN_HAND:
                assert derive(parts, meeting_open=True).status == "in_progress"
