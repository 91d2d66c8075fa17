"""Staff acts from a shell: same rules, same journal as on the desk."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import Annotated, Any

import typer
from sqlmodel import col, select

from backend.errors import NotFound
from backend.runtime import Runtime
from bot.commands.common import acting, day_of, running

Login = Annotated[str, typer.Option("--as", help="Login of the colleague who acts (see `yimen staff list`).")]
Reason = Annotated[str, typer.Option(help="In plain words, for the applicant.")]


def add_to(app: typer.Typer) -> None:
    """Hang the commands on `yimen`."""
    app.command(name="case")(case)
    app.add_typer(transfers, name="transfer")
    app.command(name="sweep")(sweep)


def case(
    case_no: Annotated[str, typer.Argument(help="Register or short number.")],
    act: Annotated[str, typer.Argument(help="show, accept, plan or send.")] = "show",
    login: Login = "",
    to: Annotated[list[str] | None, typer.Option(help="ITEM=DEPARTMENT, for send; several times.")] = None,
) -> None:
    """Show a case, accept it, show the suggested plan, or send its parts to departments."""
    from backend.cases import acts
    from backend.transfers import dispatching

    with running() as runtime:
        case_id = _case_id(runtime, case_no)
        if act == "accept":
            actor = acting(runtime, login)
            runtime.writer.run_sync(lambda tx: acts.accept(tx, runtime.env, actor, case_id))
        elif act == "send":
            actor = acting(runtime, login)
            plan = [_pair(one) for one in to or []] or [(item, dept) for item, dept, _ in _plan(runtime, case_id)]
            runtime.writer.run_sync(lambda tx: dispatching.send(tx, runtime.env, actor, case_id, plan))
        elif act == "plan":
            for item, dept, due in _plan(runtime, case_id):
                typer.echo(f"{item}={dept}\t{due}")
            return
        elif act != "show":
            raise typer.BadParameter("say show, accept, plan or send", param_hint="ACT")
        _show(runtime, case_id)


def _pair(text: str) -> tuple[str, str]:
    item, found, dept = text.partition("=")
    if not found:
        raise typer.BadParameter(f"{text!r}: write ITEM=DEPARTMENT", param_hint="--to")
    return item, dept


def _case_id(runtime: Runtime, number: str) -> str:
    from backend.cases.tables import Case

    with runtime.database.read() as db:
        found = db.exec(
            select(Case.id, Case.register_no).where((col(Case.register_no) == number) | (col(Case.short_no) == number))
        ).all()
    if not found:
        raise NotFound(f"case {number}")
    if len(found) > 1:
        full = ", ".join(sorted(register_no for _, register_no in found))
        raise typer.BadParameter(f"{number} is the number of several towns; say the full one: {full}")
    return found[0][0]


def _plan(runtime: Runtime, case_id: str) -> list[tuple[str, str, dt.date]]:
    from backend.cases.move import get_case
    from backend.transfers.plan import suggest

    def look(tx: Any) -> list[tuple[str, str, dt.date]]:
        return [(one.item, one.dept, one.due) for one in suggest(tx, runtime.env, get_case(tx, case_id))]

    return runtime.writer.run_sync(look)


def _show(runtime: Runtime, case_id: str) -> None:
    from backend.cases.tables import Case
    from backend.deadlines.tables import Deadline
    from backend.transfers.tables import Transfer
    from dialogs.catalogue.grounds import cite

    with runtime.database.read() as db:
        case = db.get(Case, case_id)
        assert case is not None
        typer.echo(f"{case.register_no}  {case.status}  next: {case.next_act}  owner: {case.owner_id}")
        for part in db.exec(select(Transfer).where(Transfer.case_id == case_id).order_by(col(Transfer.seq))):
            typer.echo(
                f"  {part.transfer_no}  {part.item} -> {part.dept}  {part.status}  promised {part.promised_date}"
            )
        for clock in db.exec(select(Deadline).where(Deadline.case_id == case_id, col(Deadline.stopped_at).is_(None))):
            by = f"  by {ground}" if (ground := cite(clock.source_clause, runtime.env.county.rules)) else ""
            typer.echo(f"  {clock.clock} until {clock.due_day}{' (provisional)' if clock.provisional else ''}{by}")


transfers = typer.Typer(help="Answer a transfer as its department.", no_args_is_help=True)
Number = Annotated[str, typer.Argument(help="Transfer number, ZB…")]


def _do(number: str, login: str, act: Any) -> None:
    from backend.transfers.tables import Transfer

    with running() as runtime:
        with runtime.database.read() as db:
            found = db.exec(select(Transfer).where(Transfer.transfer_no == number)).first()
        if found is None:
            raise NotFound(f"transfer {number}")
        actor = acting(runtime, login)
        runtime.writer.run_sync(lambda tx: act(tx, runtime.env, actor, found.id))
        _show(runtime, found.case_id)


@transfers.command()
def receive(
    number: Number,
    promised: Annotated[str, typer.Option(help="The day it will be done (YYYY-MM-DD).")],
    login: Login = "",
    handler: Annotated[str, typer.Option(help="Who handles it, by surname.")] = "",
    phone: Annotated[str, typer.Option(help="The handler's phone, for the applicant.")] = "",
) -> None:
    """Sign for it and promise a day."""
    from backend.transfers.handling import receive as act

    day = day_of(promised, "--promised")
    _do(
        number,
        login,
        lambda tx, env, actor, row: act(tx, env, actor, row, handler_name=handler, handler_phone=phone, promised=day),
    )


@transfers.command(name="return")
def send_back(
    number: Number,
    reason: Annotated[str, typer.Option(help="not_our_duty, wrong_region, duplicate, info_insufficient_to_route.")],
    suggested: Annotated[str, typer.Option(help="The department whose duty it is.")],
    login: Login = "",
    note: Reason = "",
) -> None:
    """Send it back: it is not ours."""
    from backend.transfers.returning import return_ as act

    _do(
        number,
        login,
        lambda tx, env, actor, row: act(tx, env, actor, row, reason=reason, suggested_dept=suggested, note=note),
    )


@transfers.command()
def materials(
    number: Number,
    material: list[str],
    login: Login = "",
    note: Reason = "",
    because: Annotated[str, typer.Option(help="Reason code, for what the one-time notice does not list.")] = "",
) -> None:
    """Ask the applicant for what is missing, all at once."""
    from backend.transfers.handling import request_materials as act

    _do(number, login, lambda tx, env, actor, row: act(tx, env, actor, row, material, note=note, reason_code=because))


@transfers.command()
def extend(number: Number, until: str, reason: Reason = "", login: Login = "") -> None:
    """Promise a later day, once, with a reason."""
    from backend.transfers.handling import extend as act

    day = day_of(until, "UNTIL")
    _do(number, login, lambda tx, env, actor, row: act(tx, env, actor, row, new_date=day, reason=reason))


@transfers.command()
def grant(
    number: Number,
    effective: Annotated[str, typer.Option(help="From which day (YYYY-MM-DD).")],
    benefit: Annotated[str, typer.Option(help="What she gets, in plain words.")],
    amount: Annotated[str, typer.Option(help="How much, as text.")] = "",
    login: Login = "",
) -> None:
    """Say yes."""
    from backend.transfers.deciding import grant as act

    day = day_of(effective, "--effective")
    _do(
        number,
        login,
        lambda tx, env, actor, row: act(
            tx, env, actor, row, effective_date=day, benefit=benefit, amount=amount or None
        ),
    )


@transfers.command()
def refuse(
    number: Number,
    code: Annotated[str, typer.Option(help="Refusal code.")],
    reason: Reason,
    basis: Annotated[str, typer.Option(help="Document and article.")],
    remedy: Annotated[str, typer.Option(help="Remedy type.")],
    reapply: Annotated[str, typer.Option(help="What would allow applying again.")],
    login: Login = "",
) -> None:
    """Say no: with reason, ground, remedy and a way back."""
    from backend.transfers.deciding import refuse as act

    _do(
        number,
        login,
        lambda tx, env, actor, row: act(
            tx,
            env,
            actor,
            row,
            refusal_code=code,
            reason=reason,
            policy_basis=basis,
            remedy_type=remedy,
            reapply=reapply,
        ),
    )


def sweep(
    at: Annotated[str | None, typer.Option(help="Ask as of this instant (ISO, with zone).")] = None,
    dry_run: Annotated[bool, typer.Option(help="Only say what would be written.")] = False,
) -> None:
    """Ask every clock what is due, and write the reminders and escalations."""
    from backend.deadlines.sweep import sweep as run

    asked = _instant(at) if at else None
    with running() as runtime:
        instant = asked or runtime.env.now
        report = run(runtime.writer, runtime.env, instant, dry_run=dry_run)
        typer.echo(f"looked {report.looked}, reached {report.reached}, posted {report.posted}")


def _instant(text: str) -> dt.datetime:
    instant: dt.datetime | None = None
    with suppress(ValueError):
        instant = dt.datetime.fromisoformat(text)
    if instant is None or instant.tzinfo is None:
        raise typer.BadParameter("write it with its zone, like 2026-11-10T09:00+08:00", param_hint="--at")
    return instant
