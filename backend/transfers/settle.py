"""What each act on a transfer ends with: the case is where its transfers say it is, its owner knows what is next."""

from __future__ import annotations

from backend.cases.acts import tell_feedback_due
from backend.cases.move import follow
from backend.cases.tables import Case
from backend.env import Env
from backend.writer import Tx


def settle(tx: Tx, env: Env, case: Case, event: str) -> None:
    """Bring the case to where `event` on one of its transfers leaves it.

    When that was the last answer owed, the case's owner is told to see that the results reach the applicant.
    """
    tx.flush()
    if follow(tx, env, case, event) and case.status == "decided":
        tell_feedback_due(tx, env, case)
