"""Starts, stops and pauses the clocks of a case and of its transfers, as the clock table says (domain 4.2, 4.3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import bindparam, update
from sqlmodel import col, select

from backend.cases.tables import Case
from backend.deadlines import clocks, counting, ladder
from backend.deadlines.counting import Due, Unit
from backend.deadlines.tables import Deadline
from backend.env import Env, RulesNow
from backend.ids import new_id
from backend.log import get_log
from backend.prepared import insert
from backend.transfers.tables import Transfer
from backend.writer import Tx
from dialogs.catalogue.county import County
from dialogs.catalogue.grounds import cite
from dialogs.catalogue.mistakes import NotCovered, UnknownCode
from dialogs.catalogue.model import Item

log = get_log(__name__)

#: Clocks whose date the applicant was told: when one is missed she hears it the morning after (domain 4.5).
PROMISED_TO_HER = frozenset({"clk_promised", "clk_case_reply"})

#: One for the case, whichever of its transfers came back.
_BY_HAND = frozenset({"clk_redispatch"})

#: An objection, or a wish to be forgotten, is answered whatever becomes of the case it is about.
OBJECTING = frozenset({"clk_objection", "clk_service_complaint", "clk_low_rating", "clk_erasure"})

APOLOGY, END = "ap", "end"
_UNITS: tuple[Unit, ...] = ("wd", "nd", "mo", "h", "min", "s")


class Rules(NamedTuple):
    """What this county has set for its clocks, as of today.

    Attributes:
        overrides: amounts by config key.
        office_close: when a day's deadlines end.
        grounds: by config key, the clause an amount comes from and how sure it is.
        uncovered: by config key, why there is no amount today although the county or its pack names the key.
    """

    overrides: dict[str, int]
    office_close: dt.time
    levels: tuple[ladder.Level, ...]
    grounds: dict[str, tuple[str, str]]
    uncovered: dict[str, NotCovered]


class Look(NamedTuple):
    """A moment at which something is to happen along a deadline: r1 … o4, m1 …, ap, end."""

    level: str
    at: dt.datetime


def rules_of(env: RulesNow) -> Rules:
    """The county's rules for clocks, as of today."""
    today = env.today
    kept = _rules.get(id(env.county))
    if kept is not None and kept[0] is env.county and kept[1] == today:
        return kept[2]
    rules = _read_rules(env.county, today)
    _rules[id(env.county)] = (env.county, today, rules)
    return rules


_rules: dict[int, tuple[County, dt.date, Rules]] = {}  # a day's rules are asked for with every clock


def _read_rules(county: County, today: dt.date) -> Rules:
    found: dict[str, int] = {}
    grounds: dict[str, tuple[str, str]] = {}
    uncovered: dict[str, NotCovered] = {}
    for key in (*clocks.config_defaults(), *(one.config for one in ladder.LADDER if one.config)):
        try:
            setting = county.setting(key.removeprefix("cfg."), today)
        except UnknownCode:
            continue
        except NotCovered as error:
            uncovered[key] = error
            continue
        if isinstance(setting.value, int) and not isinstance(setting.value, bool):
            found[key] = setting.value
            grounds[key] = (setting.source, setting.confidence)
    try:
        close = dt.time.fromisoformat(county.text("office_close", today))
    except (UnknownCode, NotCovered):
        close = counting.OFFICE_CLOSE
    return Rules(found, close, ladder.ladder_with(found), grounds, uncovered)


def due_of(env: RulesNow, clock_id: str, start: dt.datetime, variant: str = "") -> Due:
    """When a clock of fixed length would run out. Raises NotCovered when its amount has no value today."""
    rules = rules_of(env)
    if (missing := rules.uncovered.get(clocks.clock(clock_id).length(variant).config)) is not None:
        raise missing
    return clocks.due(clock_id, start, env.calendar, rules.overrides, rules.office_close, variant=variant)


def clause_of(env: RulesNow, clock_id: str, variant: str = "") -> tuple[str, str]:
    """By which clause a clock runs so long today, and how sure that is (domain 0.2)."""
    row = clocks.clock(clock_id)
    if row.computed:
        return row.source_clause, row.confidence
    return _ground(rules_of(env), row.length(variant), None, None)


def amount_of(env: RulesNow, clock_id: str, variant: str = "") -> tuple[int, Unit]:
    """How long a clock of fixed length runs here today. Raises NotCovered when its amount has no value."""
    rules, length = rules_of(env), clocks.clock(clock_id).length(variant)
    if (missing := rules.uncovered.get(length.config)) is not None:
        raise missing
    return rules.overrides.get(length.config, length.amount), length.unit


def legal_due(env: RulesNow, item: Item, start: dt.datetime) -> Due:
    """When the law wants an answer on an item whose clock began at `start` (domain 4.4)."""
    close = rules_of(env).office_close
    limit = env.county.limit(item, counting.local_day(start))
    due = counting.due_at(start, limit.days, limit.unit, env.calendar, close)
    if not limit.plus_nd:
        return due
    later = env.calendar.add_natural_days(due.day, limit.plus_nd)
    return counting.due_on(later.day, start, due.provisional or later.provisional, close)


def case_reply(env: RulesNow, items: Iterable[Item], accepted: dt.datetime) -> Due:
    """By when she is answered on everything (clk_case_reply)."""
    legal = [legal_due(env, item, accepted) for item in items]
    rules = rules_of(env)
    if (missing := rules.uncovered.get(clocks.clock("clk_window_feedback").config)) is not None:
        raise missing
    return clocks.case_reply(legal, accepted, env.calendar, rules.overrides, rules.office_close)


def start(
    tx: Tx,
    env: Env,
    clock_id: str,
    case: Case,
    transfer: Transfer | None = None,
    *,
    due: Due | None = None,
    variant: str = "",
    unit: Unit | None = None,
    confidence: str | None = None,
    source: str | None = None,
) -> Due:
    """Start a clock now; one of the same kind still running on the same thing is stopped first.

    Args:
        due: for clocks without a fixed length (a promise, the law, the reply).
        variant: emergency level or item, where the length depends on it.
        unit, source, confidence: of a length the clock table does not know.

    Returns:
        When it runs out.
    """
    stop(tx, env, transfer.id if transfer is not None else case.id, (clock_id,))
    return _start(
        tx, env, clock_id, case, transfer, due=due, variant=variant, unit=unit, confidence=confidence, source=source
    )


def _start(
    tx: Tx,
    env: Env,
    clock_id: str,
    case: Case,
    transfer: Transfer | None,
    *,
    due: Due | None = None,
    variant: str = "",
    unit: Unit | None = None,
    confidence: str | None = None,
    source: str | None = None,
) -> Due:
    row = clocks.clock(clock_id)
    length = None if row.computed else row.length(variant)
    if due is None:
        due = due_of(env, clock_id, env.now, variant)
    if length is not None:
        source, confidence = _ground(rules_of(env), length, source, confidence)
    begun = msgspec.structs.replace(due, start=env.now)  # what the law counts from may lie before
    unit = unit or (length.unit if length else "wd")
    insert(
        tx, env, Deadline,
        id=new_id("ddl"),
        case_id=case.id,
        transfer_id=transfer.id if transfer is not None else None,
        subject=transfer.id if transfer is not None else case.id,
        clock=clock_id,
        unit=unit,
        started_at=begun.start,
        due_at=due.at,
        due_day=due.day,
        provisional=due.provisional,
        next_rung_at=_next(_looks(rules_of(env), env, clock_id, unit, begun), env.now),
        source_clause=cite(source or row.source_clause, env.county.rules)[:200],
        confidence=confidence or row.confidence,
    )  # fmt: skip
    return due


def _ground(rules: Rules, length: clocks.Length, source: str | None, confidence: str | None) -> tuple[str, str]:
    """By which clause a clock runs so long: the act's, else the county's or its pack's, else the clock table's."""
    clause, sure = rules.grounds.get(length.config, (length.source_clause, length.confidence))
    return source or clause, confidence or sure


def stop(tx: Tx, env: Env, subject: str, clock_ids: Collection[str] | None = None) -> None:
    """Stop running clocks of one case or transfer; all of them when none are named."""
    tx.flush()
    values: dict[str, Any] = {"on": subject, "now": env.now}
    if clock_ids is None:
        tx.connection.execute(_STOP_EVERY, values)
    else:
        tx.connection.execute(_STOP, {**values, "clocks": list(clock_ids)})


def stop_all(tx: Tx, env: Env, case: Case) -> None:
    """Stop every clock of a case and of its transfers, but for those of objections to it."""
    tx.flush()
    tx.connection.execute(_STOP_CASE, {"on": case.id, "now": env.now})


_deadline: Any = Deadline.__table__  # type: ignore[attr-defined]
_STOP_RUNNING = (
    update(_deadline).where(_deadline.c.stopped_at.is_(None)).values(stopped_at=bindparam("now"), next_rung_at=None)
)
_STOP_EVERY = _STOP_RUNNING.where(_deadline.c.subject == bindparam("on"))
_STOP = _STOP_EVERY.where(_deadline.c.clock.in_(bindparam("clocks", expanding=True)))
_STOP_CASE = _STOP_RUNNING.where(_deadline.c.case_id == bindparam("on"), _deadline.c.clock.not_in(sorted(OBJECTING)))


def running(tx: Tx, subject: str, clock_id: str) -> Deadline | None:
    """The running clock of one kind on a case or transfer."""
    return tx.session.exec(
        select(Deadline)
        .where(Deadline.subject == subject, Deadline.clock == clock_id, col(Deadline.stopped_at).is_(None))
        .execution_options(populate_existing=True)
    ).first()


def pause(tx: Tx, env: Env, subject: str, clock_id: str) -> None:
    """Let a clock stand still while the applicant or a meeting is waited for."""
    deadline = running(tx, subject, clock_id)
    if deadline is not None and deadline.paused_at is None:
        deadline.paused_at = env.now
        deadline.next_rung_at = None
        tx.session.add(deadline)


def resume(tx: Tx, env: Env, subject: str, clock_id: str, *, latest: dt.date | None = None) -> Deadline | None:
    """Let it go on: the working days that were left count from now, but never past `latest`."""
    deadline = running(tx, subject, clock_id)
    if deadline is None or deadline.paused_at is None:
        return deadline
    rules = rules_of(env)
    due = counting.resumed(as_due(deadline), deadline.paused_at, env.now, env.calendar, rules.office_close)
    if latest is not None and due.day > latest:
        due = counting.due_on(max(latest, deadline.due_day), due.start, due.provisional, rules.office_close)
    deadline.paused_at = None
    deadline.due_at, deadline.due_day, deadline.provisional = due.at, due.day, due.provisional
    deadline.next_rung_at = next_look(rules_of(env), env, deadline, env.now)
    tx.session.add(deadline)
    return deadline


def fire(tx: Tx, env: Env, events: Collection[str], case: Case, transfer: Transfer | None = None) -> None:
    """Stop and start, by the clock table, what these events stop and start on the case or on the transfer.

    Clocks whose length must be computed, and those that run for certain items only, are started by the acts.
    """
    subject = transfer.id if transfer is not None else case.id
    started = tuple(dict.fromkeys(clock_id for event in events for clock_id in _plain(event)))
    stopped = {row.id for event in events for row in clocks.stopped_by(event)}
    if (stopped or started) and not _begins(events):
        stop(tx, env, subject, {*stopped, *started})
    variant = transfer.item if transfer is not None else _urgency(case)
    for clock_id in started:
        try:
            _start(tx, env, clock_id, case, transfer, variant=variant)
        except NotCovered as missing:
            if case.emergency_level == "none":
                raise
            # Help first: an emergency is taken in although nobody said how long this clock runs.
            log.error(
                "A clock of an emergency has no length", action="deadline.uncovered", clock=clock_id, why=str(missing)
            )


def _plain(event: str) -> list[str]:
    return [
        row.id for row in clocks.started_by(event) if row.computed is None and not row.items and row.id not in _BY_HAND
    ]


def _begins(events: Collection[str]) -> bool:
    """A thing just made has no clock yet."""
    return "submit" in events or "t_send" in events


def _urgency(case: Case) -> str:
    return "" if case.emergency_level == "none" else case.emergency_level


def as_due(deadline: Deadline) -> Due:
    """The row as the pure functions take it."""
    return Due(deadline.due_at, deadline.due_day, deadline.provisional, deadline.started_at)


def looks(rules: Rules, env: Env, deadline: Deadline) -> list[Look]:
    """Everything that is to happen along a deadline, earliest first.

    The office's ladder; or, for what nobody is chased for, the reminders on the way and what follows at the end; and
    the apology to the applicant for a date she was told.
    """
    return _looks(rules, env, deadline.clock, _any_unit(deadline.unit), as_due(deadline))


def _looks(rules: Rules, env: Env, clock_id: str, unit: Unit, due: Due) -> list[Look]:
    row = clocks.clock(clock_id)
    found: list[Look] = []
    if row.ladder == "office":
        found += [Look(rung.level, rung.at) for rung in ladder.rungs(due, unit, env.calendar, rules.levels)]
    elif row.ladder == "none":
        if row.reminders:
            assert due.start is not None
            between = clocks.reminders(row.id, due.start, env.calendar, rules.overrides, rules.office_close)
            found += [Look(f"m{number}", one.at) for number, one in enumerate(between, start=1)]
        found.append(Look(END, due.at))
    if clock_id in PROMISED_TO_HER:
        found.append(Look(APOLOGY, ladder.apology_at(due)))
    return sorted(found, key=lambda look: look.at)


def next_look(rules: Rules, env: Env, deadline: Deadline, after: dt.datetime) -> dt.datetime | None:
    """When the sweep must look at it again; None when everything along it is behind."""
    return _next(looks(rules, env, deadline), after)


def _next(looks: list[Look], after: dt.datetime) -> dt.datetime | None:
    return next((look.at for look in looks if look.at > after), None)


def _any_unit(unit: str) -> Unit:
    return next(known for known in _UNITS if known == unit)
