"""The command `yimen`. Heavy parts are imported by the commands that need them, so that `--help` is quick."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.exc import ArgumentError, OperationalError

from backend.errors import RefusedAct, YimenError
from bot.commands import casework, clauses, emergencies, keeping, looking, objections, rehearsing

app = typer.Typer(
    name="yimen",
    help="Yimen: one door for social assistance.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
casework.add_to(app)
clauses.add_to(app)
emergencies.add_to(app)
keeping.add_to(app)
looking.add_to(app)
rehearsing.add_to(app)
objections.add_to(app)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")] = None,
    role: Annotated[str, typer.Option(help="all, web or worker.")] = "all",
    demo: Annotated[bool, typer.Option(help="Print addresses and a one-time sign-in link to begin with.")] = False,
) -> None:
    """Start the service."""
    from bot.serving import serve as start

    start(host=host, port=port, role=role, demo=demo)


@app.command()
def chat(
    who: Annotated[str, typer.Option("--as", help="resident or assistant.")] = "resident",
    name: Annotated[str, typer.Option(help="Which conversation of this terminal to go on with.")] = "default",
    login: Annotated[
        str, typer.Option("--who", help="assistant: whose account it is; the first one's otherwise.")
    ] = "",
    today: Annotated[str | None, typer.Option(help="Pretend it is this day (YYYY-MM-DD).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line out for each line in.")] = False,
) -> None:
    """Talk to Yimen in the terminal; lines on standard input are messages when it is no terminal."""
    from backend.clock import DayClock
    from bot.chat import TerminalChat, run_lines, run_terminal
    from bot.commands.common import day_of, running

    if who not in ("resident", "assistant"):
        raise typer.BadParameter("say resident or assistant", param_hint="--as")
    clock = None if today is None else DayClock(day_of(today, "--today"))
    with running(clock) as runtime:
        talk = TerminalChat(runtime, f"{who}:{name}")
        if who == "assistant":
            talk.bind_assistant(login)
        if sys.stdin.isatty() and not as_json:
            run_terminal(talk)
        else:
            sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
            run_lines(talk, sys.stdin, sys.stdout, as_json=as_json)


@app.command()
def bench(
    name: Annotated[str, typer.Argument(help="intake, desk, locate or photos")] = "intake",
    users: Annotated[int, typer.Option(help="intake: dialogs open at once.")] = 300,
    cases: Annotated[int, typer.Option(help="desk: cases in the database.")] = 100_000,
    database: Annotated[
        Path | None, typer.Option(help="Where to put the database; a temporary folder otherwise.")
    ] = None,
    asked: Annotated[int, typer.Option(help="locate: addresses looked up.", min=20)] = 3000,
    photos: Annotated[int, typer.Option(help="photos: synthetic photographs of identity cards.")] = 200,
    url: Annotated[str, typer.Option(help="desk: an empty database to fill instead, e.g. postgresql://…")] = "",
) -> None:
    """Measure; the last line is JSON."""
    match name:
        case "intake":
            from bot.bench.intake import run as run_intake

            run_intake(users=users, folder=database)
        case "desk":
            from bot.bench.desk import run as run_desk

            run_desk(cases=cases, folder=database, database_url=url)
        case "locate":
            from bot.bench.locate import run as run_locate

            run_locate(asked)
        case "photos":
            from bot.bench.photos import run as run_photos

            run_photos(count=photos)
        case _:
            raise typer.BadParameter("there are four benchmarks: intake, desk, locate and photos")


def run(arguments: list[str] | None = None) -> Any:
    """Run the command; what the service has words for, or a database that is not there, ends with one clear line."""
    try:
        return app(args=arguments, standalone_mode=True)
    except RefusedAct as error:
        told = f"{why_refused(error)} ({error})"
    except YimenError as error:
        told = str(error)
    except (ArgumentError, OperationalError) as error:
        first = str(getattr(error, "orig", None) or error).splitlines()[0]
        told = f"the database of YIMEN_DATABASE_URL cannot be used: {first}"
    except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
        places = "YIMEN_DATABASE_URL, YIMEN_DATA_KEY_FILE, YIMEN_MEDIA_DIR"
        told = f"{error.filename} cannot be used: {error.strerror} (settings that name places: {places})"
    typer.secho(told, err=True, fg=typer.colors.RED)
    sys.exit(1)


def why_refused(error: RefusedAct) -> str:
    """The words of `refused.<code>`, in the language of this deployment."""
    from locales.words import words

    known = words()
    with suppress(LookupError):
        told = known.say(f"refused.{error.code}", error.params)
        ground = _clause_of(error.code)
        return f"{told} {known.say('desk.ground_is', {})}{ground}" if ground else told
    return error.code


def _clause_of(code: str) -> str:
    """By which clause an act is refused in this county; "" for a slip, or when no rule holds today."""
    from backend.clock import SystemClock, local_day
    from backend.settings import load_settings
    from dialogs.catalogue.grounds import refusal_ground
    from dialogs.catalogue.load import load_county
    from dialogs.catalogue.mistakes import CatalogueMistake

    with suppress(CatalogueMistake):
        found = refusal_ground(code, load_county(load_settings().settings.county), local_day(SystemClock().now()))
        return found.text if found is not None else ""
    return ""


if __name__ == "__main__":
    run()
