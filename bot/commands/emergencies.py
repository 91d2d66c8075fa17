"""Emergencies from a shell: what is open, taking it, and writing down that help has arrived."""

from __future__ import annotations

from typing import Annotated

import typer
from sqlmodel import select

from bot.commands.common import acting, running

emergencies = typer.Typer(help="Emergencies: list, take and close them.", no_args_is_help=True)

Login = Annotated[str, typer.Option("--as", help="Whose act it is (see `yimen staff list`).")]
Id = Annotated[str, typer.Argument(help="The emergency's id (see `yimen emergency list`).")]


def add_to(app: typer.Typer) -> None:
    """Hang the commands on `yimen`."""
    app.add_typer(emergencies, name="emergency")


@emergencies.command(name="list")
def list_open(login: Login) -> None:
    """Show what is open: what nobody has taken first."""
    from backend.conversations.emergencies import open_ones
    from backend.staff.tables import Staff

    with running() as runtime:
        actor = acting(runtime, login)
        with runtime.database.read() as db:
            names = {staff.id: staff.name for staff in db.exec(select(Staff)).all()}
        for one in runtime.writer.run_sync(lambda tx: open_ones(tx, actor)):
            who = f"taken by {names[one.taken_by]}" if one.taken_by else f"rung {one.rings} time(s), nobody has it"
            typer.echo(f"{one.id}\t{one.level}\t{one.code}\t{one.raised_at:%Y-%m-%dT%H:%MZ}\t{who}")


@emergencies.command()
def take(emergency: Id, login: Login) -> None:
    """I have it: stop ringing, start the clock of the relief."""
    from backend.conversations.emergencies import take as act

    with running() as runtime:
        actor = acting(runtime, login)
        runtime.writer.run_sync(lambda tx: act(tx, runtime.env, actor, emergency))
        typer.echo(f"{emergency} is yours")


@emergencies.command()
def close(
    emergency: Id,
    outcome: Annotated[str, typer.Option(help="What was done, or why there was no danger.")],
    login: Login,
) -> None:
    """Help has arrived, or there was no danger."""
    from backend.conversations.emergencies import close as act

    with running() as runtime:
        actor = acting(runtime, login)
        runtime.writer.run_sync(lambda tx: act(tx, runtime.env, actor, emergency, outcome))
        typer.echo(f"{emergency} is closed")
