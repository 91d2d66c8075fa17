"""Deletes what has been kept as long as it may be (domain 12.6), as far as there is anything with a term.

The worker does the same along the way; this does it at once, and says how much. Case files have ten years and the
archive's own rules behind that, so they are counted and never deleted here; the journal only grows.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from contextlib import suppress

import msgspec
from sqlalchemy import func, update
from sqlmodel import col, select

from backend.cases.status import CLOSED
from backend.cases.tables import Case
from backend.conversations import query_lock, unfinished
from backend.conversations.media import sweep_files
from backend.conversations.tables import Conversation, QueryTry
from backend.db import Database
from backend.env import CLOCK, Env
from backend.inbox import groups
from backend.inbox.tables import GroupHint
from backend.journal.record import record
from backend.privacy import retention
from backend.station.waiting import forget_old_rows
from backend.writer import Tx, Writer

PAGE = 200


class Purged(msgspec.Struct, frozen=True):
    """How much there was: forms, messages, files, marks (wrong guesses of a query code, hints to groups).

    `case_files` are those whose ten years are over; they are left to the archive. `voices`, `pictures` and `shorter`
    are recordings, pictures of children and files of cases with a shorter term, by the terms of `retention`.
    """

    forms: int
    messages: int
    files: int
    marks: int
    case_files: int
    voices: int = 0
    pictures: int = 0
    shorter: int = 0


class _OnlyLooking(Exception):
    """Takes everything back."""


def purge(writer: Writer, database: Database, env: Env, *, dry_run: bool = False) -> Purged:
    """Delete everything whose term is over.

    Args:
        dry_run: count it and delete nothing. Files of a form are counted once the form itself is gone.
    """
    counted = [0, 0, 0, 0]

    def rows(tx: Tx) -> None:
        counted[:] = [0, 0, 0, 0]
        # Every conversation is looked at whose day may have passed, whatever it was put down for.
        forgotten_before = env.now - dt.timedelta(days=unfinished.days_of(env).clear)
        tx.connection.execute(
            update(Conversation)
            .where(col(Conversation.updated_at) < forgotten_before, col(Conversation.tidy_at) > env.now)
            .values(tidy_at=env.now)
        )
        while True:
            done = unfinished.look_page(tx, env, env.now, PAGE)
            counted[0] += done.cleared
            counted[1] += done.words
            if done.looked < PAGE:
                break
        counted[0] += forget_old_rows(tx, env, forgotten_before)
        before = _marks(tx)
        query_lock.forget_old(tx, env)
        groups.forget_old(tx, env)
        counted[2] = before - _marks(tx)
        counted[3] = _case_files(tx, env)
        if dry_run:
            raise _OnlyLooking

    with suppress(_OnlyLooking):
        writer.run_sync(rows)
    forms, messages, marks, case_files = counted
    over = retention.find(database, env)
    if not dry_run:
        retention.forget(writer, env, over)
    kinds = Counter(one.clock for one in over)
    files = sweep_files(env, database, dry_run=True) if dry_run else tidy_files(writer, database, env)
    return Purged(
        forms, messages, files, marks, case_files, kinds[retention.VOICE], kinds[retention.CHILD],
        kinds[retention.SHORTER],
    )  # fmt: skip


def tidy_files(writer: Writer, database: Database, env: Env) -> int:
    """Remove the files no row speaks of, and journal how many. Blocking; the caller is not the writer."""
    removed = sweep_files(env, database)
    if removed:
        writer.run_sync(lambda tx: record(tx, env, CLOCK, "files_deleted", data={"files": removed}))
    return removed


def _marks(tx: Tx) -> int:
    tx.flush()
    return sum(tx.session.exec(select(func.count()).select_from(table)).one() for table in (QueryTry, GroupHint))


def _case_files(tx: Tx, env: Env) -> int:
    today = env.today
    since = env.now - dt.timedelta(
        days=(today - today.replace(year=today.year - retention.CASE_FILE_YEARS, day=1)).days
    )
    counted = select(func.count()).select_from(Case)
    return tx.session.exec(counted.where(col(Case.status).in_(CLOSED), col(Case.closed_at) < since)).one()
