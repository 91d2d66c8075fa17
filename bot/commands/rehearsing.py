"""`yimen rehearse`: what a changed document, county or catalogue would do to cases like those there were."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from backend.settings import load_settings
from bot.commands.common import day_of, running


def add_to(app: typer.Typer) -> None:
    """Hang the command on `yimen`."""
    app.command(name="rehearse")(rehearse)


def rehearse(
    on: Annotated[str | None, typer.Option(help="File the cases on this day (YYYY-MM-DD); today otherwise.")] = None,
    pack: Annotated[str, typer.Option(help="The rule pack to try; the county's own otherwise.")] = "",
    files: Annotated[
        Path | None, typer.Option(help="A folder with changed files, laid out as dialogs/catalogue/.")
    ] = None,
    recorded: Annotated[
        Path | None, typer.Option(help="Recorded cases to replay; those shipped with the county otherwise.")
    ] = None,
    record: Annotated[
        Path | None, typer.Option(help="Instead: write the cases of this database here, without anybody's name.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")] = False,
) -> None:
    """Replay recorded cases against changed rules: which notices, ways and days would differ. Nothing is stored."""
    if record is not None:
        _record(record)
        return
    from rich.console import Console
    from rich.progress import track

    from backend.clock import SystemClock, local_day
    from backend.deadlines.calendar import load_calendar
    from backend.rehearsal.compare import changed_files
    from backend.rehearsal.compare import rehearse as run
    from backend.rehearsal.records import RECORDED, read_records
    from backend.rehearsal.replay import RuleSet, at_window
    from bot.bootstrap import renderer_of
    from bot.rehearsal_sheet import Sheet
    from dialogs.catalogue.load import load_catalogue, load_county
    from dialogs.catalogue.mistakes import CatalogueMistake

    day = day_of(on, "--on") if on else local_day(SystemClock().now())
    settings = load_settings().settings
    calendar, now = load_calendar(settings.holidays_dir), at_window(day)
    try:
        catalogue, county = load_catalogue(), load_county(settings.county)
        new_catalogue, new_county = changed_files(settings.county, pack, files)
        source = recorded or RECORDED / f"{settings.county}.jsonl"
        if recorded is None and not source.is_file():
            raise typer.BadParameter(
                f"no recorded cases of {settings.county}; write some with --record, or name a file",
                param_hint="--recorded",
            )
        cases = read_records(source, catalogue)
        console = Console(stderr=True)
        shown = track(cases, description="cases", transient=True, console=console, disable=not console.is_terminal)
        done = run(shown, RuleSet(catalogue, county, calendar, now), RuleSet(new_catalogue, new_county, calendar, now))
    except CatalogueMistake as mistake:
        raise typer.BadParameter(str(mistake)) from None
    if as_json:
        typer.echo(msgspec.json.encode(done).decode("utf-8"))
        return
    sheet = Sheet(renderer_of(settings.language, new_catalogue, new_county), new_catalogue)
    for line in sheet.lines(done):
        typer.echo(line)


def _record(path: Path) -> None:
    from backend.rehearsal.recording import recorded
    from backend.rehearsal.records import write_records
    from backend.writer import Tx

    with running() as runtime, runtime.database.reading.connect() as connection:
        tx = Tx(connection, set())
        try:
            found = recorded(tx, runtime.env)
        finally:
            tx.forget()
    lines = write_records(found, path)
    typer.echo(f"{path}: {len(found)} cases in {lines} lines, without names, numbers, places or days")
