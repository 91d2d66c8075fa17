"""Slows down whoever guesses query codes, and nobody else: wrong codes are counted by source and number.

The first wrong codes cost nothing, then each doubles the wait, up to an hour; a day without one and all is forgotten. A
number that no case has is counted the same, so the wait tells nothing either.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Final

from sqlalchemy import case as when
from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select

from backend.conversations.tables import QueryTry
from backend.env import Env
from backend.ids import new_id
from backend.writer import Tx

#: Wrong codes from one source for one number before there is a wait (reliability T05).
FREE: Final = 5
LONGEST_WAIT: Final = dt.timedelta(hours=1)
FORGOTTEN_AFTER: Final = dt.timedelta(hours=24)

_FULL = re.compile(r"[A-Z]{0,4}[0-9]{6,10}-[0-9]{2}([0-9]{2})-([0-9]{5})\Z")
_DASHES = re.compile("[\u2010-\u2015\u2212\u2500\u30fc~]")


def number_as_kept(typed: str) -> str:
    """A number as it stands in the register, however it was typed: wide digits, long dashes, blanks, small letters."""
    return _DASHES.sub("-", "".join(unicodedata.normalize("NFKC", typed[:80]).split())).upper()


def code_as_kept(typed: str) -> str:
    """A query code as it was given out, however it was typed."""
    bare = "".join(one for one in number_as_kept(typed) if one.isalnum())
    return f"{bare[:4]}-{bare[4:8]}-{bare[8:]}" if len(bare) == 13 else bare


def wait_after(wrong: int) -> dt.timedelta:
    """How long the door stays shut after that many wrong codes."""
    if wrong < FREE:
        return dt.timedelta()
    return min(dt.timedelta(minutes=2 ** min(wrong - FREE, 10)), LONGEST_WAIT)


def closed_until(tx: Tx, env: Env, source: str, number: str) -> tuple[dt.datetime, int] | None:
    """Until when this source gets no answer for a number, and after how many wrong codes; None when it gets one."""
    row = tx.session.exec(
        select(QueryTry.closed_until, QueryTry.wrong).where(
            QueryTry.source_hash == env.sealer.lookup("query_source", source),
            QueryTry.number_hash == _hash(env, number),
        )
    ).first()
    if row is None or row[0] is None or row[0] <= env.now:
        return None
    return row[0], row[1]


def count_wrong(tx: Tx, env: Env, source: str, number: str) -> int:
    """One more wrong code; how many it has been within a day."""
    table = QueryTry.__table__  # type: ignore[attr-defined]
    build = sqlite.insert if tx.connection.dialect.name == "sqlite" else postgresql.insert
    values = {"source_hash": env.sealer.lookup("query_source", source), "number_hash": _hash(env, number)}
    again = when((table.c.last_at < env.now - FORGOTTEN_AFTER, 1), else_=table.c.wrong + 1)
    statement = (
        build(table)
        .values(id=new_id("qry"), wrong=1, last_at=env.now, **values)
        .on_conflict_do_update(index_elements=["source_hash", "number_hash"], set_={"wrong": again, "last_at": env.now})
        .returning(table.c.id, table.c.wrong)
    )
    row_id, wrong = tx.connection.execute(statement).one()
    wait = wait_after(wrong)
    until = env.now + wait if wait else None
    tx.connection.execute(update(table).where(table.c.id == row_id).values(closed_until=until))
    return int(wrong)


def open_for(tx: Tx, env: Env, source: str, number: str) -> None:
    """A right code: what this source got wrong before is forgotten."""
    tx.session.execute(
        delete(QueryTry).where(
            col(QueryTry.source_hash) == env.sealer.lookup("query_source", source),
            col(QueryTry.number_hash) == _hash(env, number),
        )
    )


def open_for_all(tx: Tx, env: Env, number: str) -> None:
    """The applicant herself, from where we know her, or staff: every source may ask again."""
    tx.session.execute(delete(QueryTry).where(col(QueryTry.number_hash) == _hash(env, number)))


def is_closed(tx: Tx, env: Env, number: str) -> bool:
    """Whether anybody has to wait for this number now."""
    found = tx.session.exec(
        select(QueryTry.id).where(QueryTry.number_hash == _hash(env, number), col(QueryTry.closed_until) > env.now)
    )
    return found.first() is not None


def forget_old(tx: Tx, env: Env) -> None:
    """Remove what a day has passed over."""
    tx.session.execute(delete(QueryTry).where(col(QueryTry.last_at) < env.now - FORGOTTEN_AFTER))


def _hash(env: Env, number: str) -> str:
    """The same for the full and the short form of a number, so that the two do not make twice as many tries."""
    kept = number_as_kept(number)
    full = _FULL.match(kept)
    return env.sealer.lookup("query_number", f"{full[1]}-{full[2]}" if full else kept)
