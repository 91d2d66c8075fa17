"""Her mark for how a case was handled, given in the chat (好差评)."""

from __future__ import annotations

from backend.cases import acts
from backend.env import Actor, Env
from backend.errors import NotFound, RefusedAct
from backend.writer import Tx
from dialogs.effects import Say


def rate(tx: Tx, env: Env, contact_id: str, register_no: str, score: int) -> tuple[Say, ...]:
    """Take a mark from 1 to 5; before the results were told, or a second time, it is kindly not taken."""
    actor = Actor("person", contact_id, ("applicant",))
    try:
        acts.rate(tx, env, actor, register_no, score)
    except (NotFound, RefusedAct):
        return (Say("tell.not_rated_now", {"number": register_no}),)
    return ()
