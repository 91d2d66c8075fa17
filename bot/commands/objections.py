"""Objections from a shell: what is open, taking one on, and answering it."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.commands.common import acting, day_of, running

objections = typer.Typer(help="Objections and complaints: list, take and answer them.", no_args_is_help=True)

Login = Annotated[str, typer.Option("--as", help="Whose act it is (see `yimen staff list`).")]
Number = Annotated[str, typer.Argument(help="The objection's number, YY… (see `yimen objection list`).")]


def add_to(app: typer.Typer) -> None:
    """Hang the commands on `yimen`."""
    app.add_typer(objections, name="objection")


@objections.command(name="list")
def list_open(login: Login) -> None:
    """Show what this colleague may review, the one due first on top."""
    from backend.web.routes_objections import open_ones

    with running() as runtime:
        actor = acting(runtime, login)
        for _, part, one in runtime.writer.run_sync(lambda tx: open_ones(tx, actor)):
            typer.echo(f"{one.number}\t{one.type}\t{one.status}\t{one.due_day}\t{part.transfer_no if part else ''}")


@objections.command()
def take(number: Number, login: Login) -> None:
    """I review it."""
    from backend.objections.acts import take as act

    with running() as runtime:
        actor = acting(runtime, login)
        runtime.writer.run_sync(lambda tx: act(tx, runtime.env, actor, number))
        typer.echo(f"{number} is yours")


@objections.command()
def answer(
    number: Number,
    outcome: Annotated[str, typer.Argument(help="upheld or overturned.")],
    reason: Annotated[str, typer.Option(help="In plain words, for the applicant.")],
    login: Login,
    promised: Annotated[str, typer.Option(help="New day of a result that is overturned (YYYY-MM-DD).")] = "",
) -> None:
    """Answer it: she hears the reason and what else she can do."""
    from backend.objections.acts import decide

    day = day_of(promised, "--promised") if promised else None
    with running() as runtime:
        actor = acting(runtime, login)
        runtime.writer.run_sync(lambda tx: decide(tx, runtime.env, actor, number, outcome, reason, promised=day))
        typer.echo(f"{number} is {outcome}")
