"""A group chat is no place to ask for help in: who writes there is asked to write in private, and nothing is kept.

Danger is answered there too, whatever was said in the hour before: the same line, which names the three numbers first
of all and nothing that was told (domain 8.3, 13.3).

Source clause: domain 12.7 (in public groups nothing personal is asked). What was written is not stored, nor who wrote
it; a keyed hash of the group says when it was last told, so that no group is told more than once an hour.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from backend.env import Env
from backend.inbox.tables import GroupHint
from backend.ports import Arrived, Replied
from backend.writer import Tx
from dialogs.effects import Say

QUIET = dt.timedelta(hours=1)


def answer(tx: Tx, env: Env, arrived: Arrived) -> Replied:
    """One neutral line, or silence within the hour unless somebody may be in danger; several processes say it once."""
    group = env.sealer.lookup("group", f"{arrived.channel}:{arrived.account}:{arrived.group}")
    table: Any = GroupHint.__table__  # type: ignore[attr-defined]
    build = sqlite.insert if tx.connection.dialect.name == "sqlite" else postgresql.insert
    told = tx.connection.execute(
        build(table)
        .values(group_hash=group, last_at=env.now)
        .on_conflict_do_update(
            index_elements=["group_hash"], set_={"last_at": env.now}, where=table.c.last_at <= env.now - QUIET
        )
        .returning(table.c.group_hash)
    ).first()
    if in_danger(arrived):
        return Replied("", "", (Say("tell.in_private", kind="urgent"),))
    return Replied("", "", () if told is None else (Say("tell.in_private"),))


def in_danger(arrived: Arrived) -> bool:
    """Whether what was written tells of danger, or may."""
    heard = arrived.said.heard
    return heard is not None and (heard.danger is not None or heard.worry is not None)


def forget_old(tx: Tx, env: Env) -> None:
    """Remove the marks of groups that may be told again."""
    tx.session.execute(delete(GroupHint).where(col(GroupHint.last_at) <= env.now - QUIET))
