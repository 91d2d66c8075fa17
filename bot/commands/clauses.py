"""`yimen clause`: by which clause a clock runs, a message is sent, an act is refused, a value holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from backend.rehearsal.replay import RuleSet
from backend.settings import load_settings
from bot.commands.common import day_of
from dialogs.catalogue.county import County


def add_to(app: typer.Typer) -> None:
    """Hang the command on `yimen`."""
    app.command(name="clause")(clause)


def clause(
    what: Annotated[
        list[str] | None,
        typer.Argument(help="Clocks (clk_…), messages (msg.…), refusals or settings; everything when none is named."),
    ] = None,
    on: Annotated[str | None, typer.Option(help="As of this day (YYYY-MM-DD).")] = None,
    pack: Annotated[str, typer.Option(help="As if the county followed this rule pack.")] = "",
) -> None:
    """Answer "by which clause?" for this county: one line each with value, clause and how sure it is."""
    from backend.clock import SystemClock, local_day
    from backend.deadlines.calendar import load_calendar
    from backend.rehearsal.compare import changed_files
    from backend.rehearsal.replay import at_window
    from dialogs.catalogue.mistakes import CatalogueMistake

    settings = load_settings().settings
    day = day_of(on, "--on") if on else local_day(SystemClock().now())
    try:
        catalogue, county = changed_files(settings.county, pack)
        rules = RuleSet(catalogue, county, load_calendar(settings.holidays_dir), at_window(day))
        known = _known(county)
        for name in what or known:
            if name not in known:
                raise typer.BadParameter(f"no clock, message, refusal or setting {name!r}; without one all are shown")
            typer.echo("\t".join(_answer(name, rules)))
    except CatalogueMistake as mistake:
        raise typer.BadParameter(str(mistake)) from None


def _known(county: County) -> list[str]:
    """Everything that can be asked for, each name once."""
    from backend.deadlines.clocks import clocks
    from dialogs.catalogue.grounds import grounds

    table = grounds()
    settings = (*(row.key for row in county.settings), *(county.rules.by_key if county.rules else ()))
    names = (*clocks(), *table.of_message, *table.of_refusal, *table.slips.codes, *settings)
    return list(dict.fromkeys(names))


def _answer(name: str, rules: RuleSet) -> Iterator[str]:
    """Name, value, clause, how sure; a dash for what there is none of."""
    from backend.deadlines.clocks import clock, clocks
    from backend.deadlines.service import amount_of, clause_of
    from dialogs.catalogue.grounds import cite, grounds, message_ground, refusal_ground

    county, day = rules.county, rules.today
    yield name
    if name in clocks():
        source, confidence = clause_of(rules, name)
        yield "-" if clock(name).computed else " ".join(map(str, amount_of(rules, name)))
        yield cite(source, county.rules) or "-"
        yield confidence
        return
    if name in (*grounds().of_message, *grounds().of_refusal, *grounds().slips.codes):
        found = message_ground(name, county, day) or refusal_ground(name, county, day)
        yield from ("-", found.text if found else "-", found.confidence if found else "-")
        return
    rule = county.setting(name, day)
    yield f"{rule.value} {rule.unit}".strip()
    yield cite(rule.source, county.rules) or "-"
    yield rule.confidence
