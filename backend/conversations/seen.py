"""She has had messages on her screen: they are delivered, and a result among them counts as told."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlmodel import col, select

from backend.env import BOT, Env
from backend.errors import RefusedAct
from backend.outbox.deliver import UNSEEN, delivered
from backend.outbox.tables import Outgoing
from backend.transfers.deciding import confirm_feedback
from backend.writer import Tx

RESULTS: Final = ("msg.partial_result", "msg.result_granted", "msg.result_refused")


def seen(tx: Tx, env: Env, contact_id: str, ids: Collection[str]) -> int:
    """Mark her own messages among `ids` as delivered; how many there were."""
    told = tx.session.exec(
        select(Outgoing.transfer_id).where(
            col(Outgoing.id).in_(list(ids)[:200]),
            Outgoing.contact_id == contact_id,
            col(Outgoing.message).in_(RESULTS),
            col(Outgoing.transfer_id).is_not(None),
            col(Outgoing.status).in_(UNSEEN),  # her page tells of the same message again and again
        )
    ).all()
    count = delivered(tx, env, contact_id, ids)
    for transfer_id in dict.fromkeys(told):
        assert transfer_id is not None
        try:
            confirm_feedback(tx, env, BOT, transfer_id, "delivered")
        except RefusedAct:
            continue  # reopened in the meantime: there will be another result to tell
    return count
