"""Forms that were begun and left: she is reminded, they are put aside, and at last nothing of them is kept.

Source clause: domain 4.2 (clk_draft_reminder), 12.6 (told after 30 days that it will be deleted, cleared after 90).
The state of a conversation is sealed; when one is to be looked at next stands open beside it (`tidy_at`). Where an
emergency is open, nothing is said, put aside or deleted. What is deleted is journalled in the same act, by its
count. Run twice, it changes nothing: what is said has a unique key, made of the form's number and the day it was left,
so that a pause is spoken of once a step.
"""

from __future__ import annotations

import datetime as dt
from traceback import format_exception
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, update
from sqlmodel import col, select

from backend.cases.tables import Case
from backend.clock import ZONE, local_day
from backend.conversations.media import drop_files
from backend.conversations.tables import Conversation, Emergency
from backend.deadlines import clocks
from backend.deadlines import service as deadlines
from backend.env import CLOCK, Env
from backend.inbox.tables import Inbound
from backend.journal.record import record
from backend.log import get_log
from backend.messages import day as day_term
from backend.outbox.post import to_person
from backend.outbox.quiet import after_quiet
from backend.outbox.tables import Outgoing
from backend.writer import Tx, is_transient
from dialogs import asking, drafts
from dialogs import state as states
from dialogs.state import State
from dialogs.terms import Line, Param

REMINDER, DELETION = "clk_draft_reminder", "clk_draft_deletion"
LOOK_AT: Final = dt.time(9)  # of the day, in China
GRACE: Final = dt.timedelta(days=7)  # between being told of the deletion and the deletion, however late she was told
PUT_OFF: Final = dt.timedelta(days=1)

log = get_log(__name__)


class Tidied(msgspec.Struct, frozen=True):
    """What a look did.

    Attributes:
        looked: conversations whose day had come.
        reminded: messages put into the outbox.
        closed: forms put aside.
        cleared: forms that are gone.
        words: raw messages deleted with them.
        put_off: conversations that could not be read and are tried again tomorrow.
    """

    looked: int = 0
    reminded: int = 0
    closed: int = 0
    cleared: int = 0
    words: int = 0
    put_off: int = 0

    def __add__(self, other: Tidied) -> Tidied:
        return Tidied(
            *(a + b for a, b in zip(msgspec.structs.astuple(self), msgspec.structs.astuple(other), strict=True))
        )


class Days(NamedTuple):
    """After how many natural days what happens."""

    remind: tuple[int, ...]
    close: int
    clear: int


def days_of(env: Env) -> Days:
    """The county's days, or those of the clock table."""
    set_here = deadlines.rules_of(env).overrides
    amounts = [
        set_here.get(length.config, length.amount)
        for length in (clocks.clock(REMINDER).length(), clocks.clock(DELETION).length())
    ]
    return Days(clocks.clock(REMINDER).reminders, *amounts)


def first_look(today: dt.date, *, unfinished: bool) -> dt.datetime:
    """When a conversation in which something was said today is looked at, at the latest."""
    after = clocks.clock(REMINDER).reminders[0] if unfinished else clocks.clock(DELETION).length().amount
    return _on(today, after)


def look_page(tx: Tx, env: Env, at: dt.datetime, page: int) -> Tidied:
    """The first conversations whose day has come and that no other look has in hand."""
    danger = exists().where(col(Emergency.conversation_id) == col(Conversation.id), col(Emergency.closed_at).is_(None))
    ids = tx.connection.execute(
        select(Conversation.id)
        .where(col(Conversation.tidy_at) <= at, ~danger)
        .order_by(col(Conversation.tidy_at), col(Conversation.id))
        .limit(page)
        .with_for_update(skip_locked=True, of=Conversation)
    ).scalars()
    total = Tidied()
    for conversation_id in ids.all():
        try:
            with tx.savepoint():
                total += _look(tx, env, conversation_id, at)
        except Exception as error:
            if is_transient(error):
                raise
            trace = "".join(format_exception(error))
            log.error("A conversation is put off", action="tidy.failed", conversation=conversation_id, exception=trace)
            _look_again(tx, conversation_id, at + PUT_OFF)
            total += Tidied(looked=1, put_off=1)
    return total


def _look(tx: Tx, env: Env, conversation_id: str, at: dt.datetime) -> Tidied:
    row = tx.session.get(Conversation, conversation_id, populate_existing=True)
    assert row is not None
    state = _state(env, row)
    days, done = days_of(env), Tidied(looked=1)
    for form in drafts.unfinished(state):
        since = _left_on(form, row)
        if not drafts.has_content(form):
            if at >= _on(since, days.close):
                state = drafts.without(state, form.draft)
                done += Tidied(cleared=1, words=_forget(tx, row, form.draft))
            continue
        if at >= _on(since, days.close):
            warned, new = _warn(tx, env, row, form, since, days, at)
            done += Tidied(reminded=int(new))
            if at >= max(_on(since, days.clear), warned + GRACE):
                state = drafts.without(state, form.draft)
                done += Tidied(cleared=1, words=_forget(tx, row, form.draft))
            elif state.dialog and state.draft == form.draft:
                state = drafts.put_aside(state)
                done += Tidied(closed=1)
        else:
            done += Tidied(reminded=int(_remind(tx, env, row, form, since, days, at)))
    words, left = _old_words(tx, row, days, at, keep={form.draft for form in drafts.unfinished(state)})
    if done.closed or done.cleared:
        sealed = env.sealer.seal(states.write(state), table="conversation", column="state_sealed", row_id=row.id)
        tx.connection.execute(
            update(Conversation)
            .where(col(Conversation.id) == row.id)
            .values(state_sealed=sealed, asking=state.asking or None)
        )
    _look_again(tx, conversation_id, _next(state, row, days, at, left))
    done += Tidied(words=words)
    if done.cleared or done.words:
        gone = {"forms": done.cleared, "messages": done.words}
        record(tx, env, CLOCK, "words_deleted", subject=conversation_id, data=gone)
    return done


def _state(env: Env, row: Conversation) -> State:
    if row.state_sealed is None:
        return State()
    opened = env.sealer.open(row.state_sealed, table="conversation", column="state_sealed", row_id=row.id)
    return states.read(opened)


def _left_on(form: State, row: Conversation) -> dt.date:
    return dt.date.fromisoformat(form.touched) if form.touched else local_day(row.updated_at)


def _on(since: dt.date, days: int) -> dt.datetime:
    return dt.datetime.combine(since + dt.timedelta(days=days), LOOK_AT, ZONE).astimezone(dt.UTC)


def _next(state: State, row: Conversation, days: Days, at: dt.datetime, words_left: bool) -> dt.datetime | None:
    """The next step of any form that is left, or of old words; None when nothing of either is kept."""
    steps: list[dt.datetime] = []
    for form in drafts.unfinished(state):
        since = _left_on(form, row)
        ahead = [_on(since, step) for step in (*days.remind, days.close, days.clear) if _on(since, step) > at]
        steps.append(min(ahead, default=at + PUT_OFF))  # all are over: she was told late and has a few days yet
    if words_left:
        steps.append(_on(local_day(at), days.close))
    return min(steps, default=None)


def _look_again(tx: Tx, conversation_id: str, at: dt.datetime | None) -> None:
    tx.connection.execute(update(Conversation).where(col(Conversation.id) == conversation_id).values(tidy_at=at))


# --- what is said


def _remind(tx: Tx, env: Env, row: Conversation, form: State, since: dt.date, days: Days, at: dt.datetime) -> bool:
    """After a standstill of ours several days have come at once: only the last is said."""
    reached = [step for step in days.remind if at >= _on(since, step)]
    return bool(reached) and _say(tx, env, row, form, since, "reminder", reached[-1], {})


def _warn(
    tx: Tx, env: Env, row: Conversation, form: State, since: dt.date, days: Days, at: dt.datetime
) -> tuple[dt.datetime, bool]:
    """Tell her of the deletion, once; when she was told, and whether that was now."""
    until = max(since + dt.timedelta(days=days.clear), local_day(at + GRACE))
    new = _say(tx, env, row, form, since, "closing", days.close, {"date": day_term(until)})
    told = tx.session.exec(select(Outgoing.created_at).where(Outgoing.key == _key(row, form, since, days.close)))
    return told.one(), new


def _say(
    tx: Tx, env: Env, row: Conversation, form: State, since: dt.date, what: str, step: int, more: dict[str, Param]
) -> bool:
    who = asking.whose(form)
    if form.dialog == "for_another" and who:
        message, params = f"msg.draft_{what}_other", {"who": who, **more}
    else:
        called = form.answers.get("called")
        params = {"called": str(called.value) if called and called.value else Line("notice.you"), **more}
        message = f"msg.draft_{what}"
    return to_person(
        tx, env, row.contact_id, message, params, key=_key(row, form, since, step), due_at=after_quiet(env, env.now)
    )


def _key(row: Conversation, form: State, since: dt.date, step: int) -> str:
    return f"{row.id}:{form.draft}:left:{since.isoformat()}:{step}"


# --- what is deleted


def _forget(tx: Tx, row: Conversation, draft: int) -> int:
    """Nothing of a form is kept: photos, the words it was told in, what was said about it; how many messages."""
    drop_files(tx, row.contact_id, draft)
    words = tx.connection.execute(
        delete(Inbound).where(col(Inbound.contact_id) == row.contact_id, col(Inbound.draft) == draft, ~of_a_case())
    )
    tx.connection.execute(
        delete(Outgoing).where(
            col(Outgoing.contact_id) == row.contact_id, col(Outgoing.key).startswith(f"{row.id}:{draft}:left:")
        )
    )
    return words.rowcount


def of_a_case() -> ColumnElement[bool]:
    """The message belongs to a case, or may: those go with the case's file, whose terms are others."""
    known = and_(col(Case.contact_id) == col(Inbound.contact_id), col(Case.draft) == col(Inbound.draft))
    unknown = and_(col(Case.contact_id) == col(Inbound.contact_id), col(Inbound.draft).is_(None))
    danger = exists().where(col(Emergency.contact_id) == col(Inbound.contact_id))
    return or_(exists().where(or_(known, unknown)), danger)


def _old_words(tx: Tx, row: Conversation, days: Days, at: dt.datetime, keep: set[int]) -> tuple[int, bool]:
    """Delete what was said without ever becoming a case (a question, a form dropped) once its days are over.

    Args:
        keep: numbers of the forms that are still kept, and their words with them.

    Returns:
        How many messages, and whether younger ones are left.
    """
    hers = and_(col(Inbound.contact_id) == row.contact_id, ~of_a_case())
    limit = at - dt.timedelta(days=days.clear)
    newest = tx.connection.execute(
        select(col(Inbound.draft), func.max(col(Inbound.received_at))).where(hers).group_by(col(Inbound.draft))
    ).all()
    old = [draft for draft, last in newest if last < limit and draft not in keep]
    gone = 0
    for draft in old:
        of_it = col(Inbound.draft) == draft if draft is not None else col(Inbound.draft).is_(None)
        gone += tx.connection.execute(delete(Inbound).where(hers, of_it)).rowcount
    return gone, len(old) < len(newest)
