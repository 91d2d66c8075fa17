"""Something was asked in a message that was pushed: her conversation knows it, so that a bare answer is understood."""

from __future__ import annotations

from sqlalchemy import update
from sqlmodel import col, select

from backend.cases.tables import Case
from backend.conversations.tables import Conversation
from backend.env import Env
from backend.writer import Tx
from dialogs import state as states
from dialogs.state import State


def ask_in_conversation(tx: Tx, env: Env, case: Case) -> None:
    """How content she was has been asked: a number she writes next is her mark for this case, not a pick of a menu."""
    if case.contact_id is None:
        return
    row = tx.session.exec(
        select(Conversation)
        .where(Conversation.contact_id == case.contact_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        return
    place = {"table": "conversation", "column": "state_sealed", "row_id": row.id}
    state = State() if row.state_sealed is None else states.read(env.sealer.open(row.state_sealed, **place))
    state.rating, state.menu, state.after = case.register_no, False, None
    tx.connection.execute(
        update(Conversation)
        .where(col(Conversation.id) == row.id)
        .values(state_sealed=env.sealer.seal(states.write(state), **place))
    )
