"""Keeping it alive: staff, keys, verification."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import col, select

from backend.errors import NotFound
from bot.commands.common import running

staff = typer.Typer(help="Colleagues and their sign-in links.", no_args_is_help=True)
key = typer.Typer(help="The key file.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Hang the commands on `yimen`."""
    app.add_typer(staff, name="staff")
    app.add_typer(key, name="key")
    app.command(name="verify")(verify)
    app.command(name="purge")(purge)
    app.command(name="demo")(demo)


@staff.command(name="list")
def list_staff() -> None:
    """Show logins, names and roles."""
    from backend.staff.tables import Staff

    with running() as runtime, runtime.database.read() as db:
        for one in db.exec(select(Staff).order_by(col(Staff.login))):
            state = "" if one.active else "  (disabled)"
            typer.echo(f"{one.login:24} {one.name}  {one.dept}  {', '.join(one.roles)}{state}")


@staff.command()
def link(
    login: Annotated[str, typer.Argument(help="Whose link (see `yimen staff list`).")],
    chat: Annotated[bool, typer.Option("--chat", help="A code for her chat account instead.")] = False,
) -> None:
    """Print a one-time sign-in link; it ends as YIMEN_SIGN_IN_LINK_HOURS says.

    With --chat: six digits that an assistant types into the chat within half an hour, so that the account is hers.
    """
    from backend.staff.chat import issue_code
    from backend.staff.service import issue_link
    from backend.staff.tables import Staff

    with running() as runtime:
        with runtime.database.read() as db:
            found = db.exec(select(Staff).where(Staff.login == login, col(Staff.active).is_(True))).first()
        if found is None:
            raise NotFound(f"active colleague {login!r}")
        if chat:
            typer.echo(runtime.writer.run_sync(lambda tx: issue_code(tx, runtime.env, found.id)))
            return
        token = runtime.writer.run_sync(lambda tx: issue_link(tx, runtime.env, "sign_in", found.id, found.id))
        typer.echo(f"{runtime.settings.base_url}/desk/enter/{token}")


@staff.command()
def unlink(login: str, by: Annotated[str, typer.Option("--as", help="Who does it.")] = "") -> None:
    """Let go of every chat account bound to a colleague."""
    from backend.env import Actor
    from backend.staff.chat import unbind
    from backend.staff.tables import Staff
    from bot.commands.common import acting

    with running() as runtime:
        with runtime.database.read() as db:
            found = db.exec(select(Staff).where(Staff.login == login)).first()
        if found is None:
            raise NotFound(f"colleague {login!r}")
        actor = acting(runtime, by) if by else Actor("bot", "shell", ("sys_admin",))
        ended = runtime.writer.run_sync(lambda tx: unbind(tx, runtime.env, actor, found.id))
        typer.echo(f"{ended} chat account(s) of {login} let go")


@staff.command()
def disable(login: str, by: Annotated[str, typer.Option("--as", help="Who does it.")] = "") -> None:
    """Let a colleague in no more."""
    from backend.env import Actor
    from backend.staff.service import disable as act
    from backend.staff.tables import Staff
    from bot.commands.common import acting

    with running() as runtime:
        with runtime.database.read() as db:
            found = db.exec(select(Staff).where(Staff.login == login)).first()
        if found is None:
            raise NotFound(f"colleague {login!r}")
        actor = acting(runtime, by) if by else Actor("bot", "shell", ("sys_admin",))
        runtime.writer.run_sync(lambda tx: act(tx, runtime.env, actor, found.id))
        typer.echo(f"{login} can sign in no more")


@key.command()
def create(file: Path) -> None:
    """Make a new key file, readable by its owner only."""
    from backend.privacy.keys import create_key_file

    try:
        create_key_file(file)
    except FileExistsError as error:
        raise typer.BadParameter(str(error), param_hint="FILE") from None
    typer.echo(f"{file} made; keep it apart from the database's backups")


@key.command()
def rotate(file: Path) -> None:
    """Add a key and seal with it from the next start on; old values stay readable."""
    from backend.privacy.keys import rotate as act

    typer.echo(f"{file}: new values are sealed with key {act(file)} after a restart")


def verify(
    everything: Annotated[bool, typer.Option("--all", help="Open every sealed value, not a sample.")] = False,
) -> None:
    """Check the invariants; exits with 1 and the broken rows when one is broken."""
    from backend.verify import verify_all

    with running() as runtime:
        broken = verify_all(runtime.database, runtime.env, seals=None if everything else 200)
    for row in broken:
        typer.echo(f"{row.invariant}\t{row.row}\t{row.what}")
    if broken:
        raise typer.Exit(1)
    typer.echo("nothing is broken")


def purge(
    dry_run: Annotated[bool, typer.Option(help="Only say what would be deleted.")] = False,
) -> None:
    """Delete what was kept long enough: forms never handed in, words that became no case, files over their term."""
    from backend.privacy.purge import purge as act

    with running() as runtime:
        found = act(runtime.writer, runtime.database, runtime.env, dry_run=dry_run)
    typer.echo(f"forms never handed in   {found.forms}")
    typer.echo(f"messages of no case     {found.messages}")
    typer.echo(f"voices heard long ago   {found.voices}")
    typer.echo(f"pictures of children    {found.pictures}")
    typer.echo(f"files of a shorter term {found.shorter}")
    typer.echo(f"files of nothing        {found.files}")
    typer.echo(f"guesses and hints       {found.marks}")
    typer.echo(f"case files over 10 years {found.case_files} (deleted by nobody but the archive)")
    if dry_run:
        typer.echo("nothing was deleted")


def demo(
    cases: Annotated[int, typer.Option(help="How many households.")] = 12,
    days: Annotated[int, typer.Option(help="Over how many past days.")] = 20,
) -> None:
    """Fill the database by driving the real dialogs and the real staff acts over past days."""
    from bot.commands.common import settings
    from bot.demo import fill

    fill(settings(), cases=cases, days=days)
