"""Looking at what there is: settings, definitions, catalogue, diagrams."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from backend.clock import SystemClock, local_day
from backend.settings import env_example, load_settings
from bot.commands.common import day_of


def add_to(app: typer.Typer) -> None:
    """Hang the commands on `yimen`."""
    app.command(name="check")(check)
    app.command(name="doctor")(doctor)
    app.command(name="draw")(draw)
    app.command(name="catalogue")(catalogue)
    app.command(name="notice")(notice)
    app.command(name="understand")(understand)
    app.command(name="locate")(locate)


def check() -> None:
    """Prove dialogs, catalogue, words, calendars and settings; exits with 1 and a list of what to mend."""
    from bot.check import problems

    found = problems(load_settings().settings)
    for line in found:
        typer.echo(line)
    if found:
        raise typer.Exit(1)
    typer.echo("nothing to mend")


def doctor(
    example: Annotated[bool, typer.Option("--env-example", help="Print .env.example instead.")] = False,
) -> None:
    """Show every setting with its source, the channels that are on, and what is missing."""
    if example:
        typer.echo(env_example(), nl=False)
        return
    from bot.check import report

    loaded = load_settings()
    for name, value, source, _ in loaded.rows():
        typer.echo(f"{name:34} {source:8} {value}")
    for line in report(loaded.settings):
        typer.echo(line)


def draw() -> None:
    """The dialogs and state machines as Mermaid diagrams, made from the code."""
    from bot.drawing import diagrams

    typer.echo(diagrams(), nl=False)


def catalogue(
    item: Annotated[str | None, typer.Argument(help="An item's code.")] = None,
    on: Annotated[str | None, typer.Option(help="As of this day (YYYY-MM-DD).")] = None,
) -> None:
    """Show the catalogue, or one item as of a day."""
    from dialogs.catalogue.load import load_catalogue, load_county

    day = day_of(on, "--on") if on else local_day(SystemClock().now())
    found, county = load_catalogue(), load_county(load_settings().settings.county)
    if item is None:
        for one in found.items.values():
            limit = county.limit(one, day)
            typer.echo(f"{one.code:28} {one.department:20} {limit.days:3} {limit.unit}  {one.name}")
        return
    if item not in found.items:
        raise typer.BadParameter(f"no item {item!r}; without an argument all are shown", param_hint="ITEM")
    one = found.items[item]
    limit = county.limit(one, day)
    typer.echo(f"{one.name} ({one.plain_name})\n{one.eligible}\n{limit.days} {limit.unit}: {limit.source}")
    for way in one.applies:
        typer.echo(f"  {', '.join(way.who)} -> {', '.join(way.at)}: {way.source} [{way.confidence}]")
    for wanted in one.materials:
        typer.echo(f"  {wanted.code:26} {found.materials[wanted.code].name}")
    for basis in one.basis:
        typer.echo(f"  {basis.text} {basis.source_clause} [{basis.confidence}]")


def notice(
    item: Annotated[list[str], typer.Option(help="An item's code; several times.")],
    answers: Annotated[
        Path | None, typer.Option(help="JSON of what is known of the household; docs: dialogs/catalogue/facts.py.")
    ] = None,
    town: Annotated[str, typer.Option(help="The town's number of two digits; the first one when not given.")] = "",
    on: Annotated[str | None, typer.Option(help="As of this day (YYYY-MM-DD).")] = None,
    picture: Annotated[Path | None, typer.Option(help="Write it as a PNG here instead.")] = None,
) -> None:
    """Print the one-time notice for chosen items: everything that is needed, said once. Nothing is stored."""
    from bot import notice_sheet
    from bot.bootstrap import renderer_of
    from dialogs.catalogue.facts import Facts
    from dialogs.catalogue.load import load_catalogue, load_county
    from dialogs.catalogue.mistakes import CatalogueMistake
    from dialogs.notice import build_notice

    day = day_of(on, "--on") if on else local_day(SystemClock().now())
    settings = load_settings().settings
    found, county = load_catalogue(), load_county(settings.county)
    try:
        known = msgspec.json.decode(answers.read_bytes(), type=Facts) if answers is not None else Facts()
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{answers}: {error}", param_hint="--answers") from None
    facts = msgspec.structs.replace(known, items=known.items | frozenset(item))
    try:
        made = build_notice(item, facts, found, county, day, town=town)
    except CatalogueMistake as mistake:
        raise typer.BadParameter(str(mistake)) from None
    render = renderer_of(settings.language, found, county)
    sheet = notice_sheet.of(render, made, found.photo_rules)
    if picture is None:
        typer.echo(notice_sheet.as_text(render, sheet))
        return
    try:
        picture.write_bytes(notice_sheet.as_picture(render, sheet, ""))
    except LookupError as problem:
        raise typer.BadParameter(str(problem), param_hint="--picture") from None
    typer.echo(f"{picture} written")


class Asked(msgspec.Struct):
    """One line for `yimen understand`."""

    id: str | int
    text: str


def understand(as_json: Annotated[bool, typer.Option("--json", help="JSON lines in and out.")] = True) -> None:
    """Read JSON lines {"id","text"}, write what they mean; nothing is stored."""
    import sys

    from dialogs.understanding.exchange import to_guideline
    from dialogs.understanding.read import understand as read

    today = local_day(SystemClock().now())
    for number, line in enumerate(sys.stdin, start=1):
        if line.strip():
            try:
                given = msgspec.json.decode(line, type=Asked)
            except msgspec.MsgspecError as error:
                typer.echo(f'line {number} is no {{"id", "text"}}: {error}', err=True)
                raise typer.Exit(1) from None
            meant = read(given.text, today=today)
            out = to_guideline(str(given.id), given.text, meant)
            sys.stdout.write(msgspec.json.encode(out).decode("utf-8") + "\n")


class Sought(msgspec.Struct):
    """One line for `yimen locate`."""

    id: str | int
    text: str
    within: str | int | None = None


def locate() -> None:
    """Read JSON lines {"id","text","within"}, write the villages each address can mean; nothing is stored.

    `within` is null or the code of a division (2, 4, 6, 9 or 12 digits): only villages of it are given.
    """
    import sys

    from dialogs.places.index import IndexUnusable, the_index
    from dialogs.places.locate import locate as find

    index = None
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if not line.strip():
            continue
        try:
            given = msgspec.json.decode(line, type=Sought)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            typer.echo(f'line {number} is no {{"id", "text", "within"}}: {error}', err=True)
            raise typer.Exit(1) from None
        try:
            index = index or the_index()
        except IndexUnusable as problem:
            typer.echo(str(problem), err=True)
            raise typer.Exit(1) from None
        span = index.within(str(given.within)) if given.within is not None else None
        if given.within is not None and span is None:
            typer.echo(f"line {number}: no division has the code {given.within!r}; 2, 4, 6, 9 or 12 digits", err=True)
        candidates = find(given.text, index, within=span) if span is not None or given.within is None else []
        found = [{"code": one.division.code, "path": one.division.path, "score": one.score} for one in candidates]
        sys.stdout.buffer.write(msgspec.json.encode({"id": given.id, "candidates": found}) + b"\n")
        sys.stdout.buffer.flush()
