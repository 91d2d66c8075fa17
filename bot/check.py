"""Proves before start what can be proved: dialogs, catalogue, counties, words, statuses, clocks, days, settings."""

from __future__ import annotations

import datetime as dt
import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, get_args

from sqlalchemy import make_url, text

from backend import migrate
from backend.cases.status import CASE_STATUSES, case_pairs
from backend.clock import SystemClock, local_day
from backend.db import Database
from backend.deadlines.calendar import CalendarError, load_calendar
from backend.deadlines.clocks import clocks, config_defaults, config_units, override_problems
from backend.deadlines.counting import Unit
from backend.deadlines.ladder import LADDER, ladder_with
from backend.errors import YimenError
from backend.messages import ANSWERED, MESSAGES
from backend.objections.status import objection_pairs
from backend.photos.seeing import why_off
from backend.privacy.keys import read_key_file
from backend.settings import Settings
from backend.transfers.status import TRANSFER_STATUSES, transfer_pairs
from backend.web.desk import TEMPLATES as DESK_TEMPLATES
from bot import speech
from bot.channels.web.resident import FOLDER as PAGE_TEMPLATES
from bot.notice_sheet import picture_problem
from dialogs import asides
from dialogs.catalogue.check import county_problems, resident_texts
from dialogs.catalogue.check import problems as catalogue_problems
from dialogs.catalogue.check_county import SETTINGS
from dialogs.catalogue.check_packs import LEVELS, pack_problems
from dialogs.catalogue.county import County
from dialogs.catalogue.grounds import LAW, grounds
from dialogs.catalogue.load import county_names, load_catalogue, load_county
from dialogs.catalogue.mistakes import CatalogueMistake
from dialogs.catalogue.packs import load_pack, pack_names
from dialogs.catalogue.ways import Mode
from dialogs.flows import DIALOGS
from dialogs.notice import AMOUNTS, HER_FORMS
from dialogs.places.index import IndexUnusable, the_index
from dialogs.question import Dialog, Question, Repeat
from dialogs.understanding.lexicon import load
from locales.lint import compare, lint, lint_text, tone
from locales.templates import template_keys
from locales.words import DEFAULT, Words, conversation_languages, languages, words

#: From this day of a year on, a missing calendar of the next year is something to mend.
NEXT_YEAR_FROM = (12, 1)


#: Where page templates lie.
TEMPLATES = (DESK_TEMPLATES, PAGE_TEMPLATES)


def problems(settings: Settings, today: dt.date | None = None) -> list[str]:
    """Everything to mend before start, one line each; empty when nothing is.

    Dialogs are proved when they are made: a wrong one stops this module from being imported, with its own message.
    """
    day = today or local_day(SystemClock().now())
    found: list[str] = []
    found += _policy_problems(settings, day)
    found += ground_problems()
    found += trigger_problems()
    found += _calendar_problems(settings, day)
    for language in conversation_languages():
        found += [f"locales/{language}: {line}" for line in word_problems(words(language))]
        found += [f"locales/{language}: {line}" for line in other_words(words(language))]
    for language in languages():
        found += [f"locales/{language}: {line}" for line in page_problems(words(language))]
        found += [f"locales/{language}: {line}" for line in lint(words(language))]
    if settings.language not in conversation_languages():
        found.append(f"YIMEN_LANGUAGE={settings.language}: locales/ has no words for conversations in it")
    found += [
        f"clock {one.id} names no source"
        for one in clocks().values()
        if not one.source_clause and one.confidence != "default"
    ]
    return found


def _policy_problems(settings: Settings, day: dt.date) -> list[str]:
    """The catalogue, the county of this deployment and every other one that has a file."""
    try:
        catalogue = load_catalogue()
    except CatalogueMistake as mistake:
        return [str(mistake)]
    found = catalogue_problems(catalogue, day.year)
    rules = tone(DEFAULT)
    found += [f"{where} {said}" for where, text in resident_texts(catalogue) for said in lint_text(text, rules)]
    for name in pack_names():
        try:
            found += pack_problems(load_pack(name), amount_units(), day)
        except CatalogueMistake as mistake:
            found.append(str(mistake))
    for name in sorted({settings.county, *county_names()}):
        try:
            county = load_county(name)
        except CatalogueMistake as mistake:
            found.append(str(mistake))
            continue
        found += county_problems(county, catalogue, day.year)
        found += [f"counties/{name}.toml: {problem}" for problem in clock_problems(county)]
    return found


def amount_units() -> dict[str, Unit]:
    """The keys of amounts that a county or its pack may give, each with the unit its clock counts in."""
    return {key.removeprefix("cfg."): unit for key, unit in config_units().items()}


def ground_problems() -> list[str]:
    """Messages that cannot answer by which clause they are sent, and grounds of messages there are not."""
    known, table = {*MESSAGES, *ANSWERED}, grounds().of_message
    found = [f"message {key!r} has no ground; name it in dialogs/catalogue/grounds.toml" for key in known - set(table)]
    found += [f"grounds.toml: {key!r} is no message; remove it" for key in set(table) - known]
    named = {
        one.removeprefix(LAW) for by in (*table.values(), *grounds().of_refusal.values()) for one in by if LAW in one
    }
    found += [f"grounds.toml: no [[law]] {code!r}" for code in named - set(grounds().articles)]
    return sorted(found)


def clock_problems(county: County) -> list[str]:
    """Amounts of a county that its clocks and its ladder cannot use, and settings that nothing reads."""
    given: dict[str, Any] = {f"cfg.{setting.key}": setting.value for setting in county.settings}
    ladder = {one.config for one in LADDER if one.config}
    amounts = set(config_defaults())
    found = list(
        override_problems(
            {
                key: value
                for key, value in given.items()
                if key in amounts or (key not in ladder and key.removeprefix("cfg.") not in SETTINGS)
            }
        )
    )
    days = {key: value for key, value in given.items() if key in ladder}
    wrong = {key: value for key, value in days.items() if type(value) is not int}
    found += [f"{key} = {value!r} is no whole number of working days" for key, value in wrong.items()]
    if not wrong:
        try:
            ladder_with(days)
        except ValueError as error:
            found.append(str(error))
    return found


def trigger_problems() -> list[str]:
    """Where the status tables in the code and the triggers that the migrations make do not allow the same moves."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/empty.db")
        try:
            migrate.upgrade(database)
            with database.read() as db:
                rows = db.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
        finally:
            database.close()
    made = {str(name): str(sql) for name, sql in rows}
    found = []
    for table, allowed in (("case", case_pairs()), ("transfer", transfer_pairs()), ("objection", objection_pairs())):
        held = set(re.findall(r"'(\w+)>(\w+)'", made.get(f"{table}_status_moves", "")))
        found += [
            f"{table}: the code moves {before} to {after}, the database's trigger refuses it; add a migration"
            for before, after in sorted(allowed - held)
        ]
        found += [
            f"{table}: the database's trigger lets {before} move to {after}, the code never does; add a migration"
            for before, after in sorted(held - allowed)
        ]
    return found


def _calendar_problems(settings: Settings, day: dt.date) -> list[str]:
    try:
        calendar = load_calendar(settings.holidays_dir)
    except CalendarError as error:
        return list(error.problems)
    wanted = [day.year] + ([day.year + 1] if (day.month, day.day) >= NEXT_YEAR_FROM else [])
    return [
        f"the working days of {year} are not loaded: deadlines in it are provisional; add {year}.toml to the holidays"
        for year in wanted
        if not calendar.known(year)
    ]


def word_problems(known: Words) -> list[str]:
    """Keys that the code can say and that have no words, and words that want a parameter nobody gives."""
    found = [f"no words for {key!r}" for key in sorted(set(keys())) if key not in known]
    for key, given in MESSAGES.items():
        if key in known:
            missing = known.placeholders(key) - set(given)
            found += [f"{key!r} wants {{{name}}}, which is never given" for name in sorted(missing)]
    found += [
        f"{key!r} has words, but is no message: list it in backend/messages.py or remove the words"
        for key in sorted(known)
        if key.startswith("msg.") and key not in MESSAGES and key not in ANSWERED
    ]
    return found


def page_problems(known: Words) -> list[str]:
    """Keys of the page templates without words, and words of a page that want what the default language does not."""
    default = words()
    used = {key: at for folder in TEMPLATES for key, at in template_keys(folder)}
    found = [f"no words for {key!r} at {at}" for key, at in sorted(used.items()) if key not in known]
    return found + [
        f"{key!r} has other placeholders than in {default.language}"
        for key in sorted(used)
        if key in known and key in default and known.placeholders(key) != default.placeholders(key)
    ]


def other_words(known: Words) -> list[str]:
    """Where a conversation in another language would say less, more or something else than in the default one."""
    if known.language == words().language:
        return []
    names = set(catalogue_names())
    given = {key for key in known if key in names}
    found = compare(known, words(), names.__contains__)
    return found + [f"no name for {key!r} of the catalogue" for key in sorted(names - given) if given]


def catalogue_names() -> Iterator[str]:
    """Every name the catalogue has in the default language, as another language's key for it (`item.dibao`)."""
    catalogue = load_catalogue()
    named: dict[str, Iterable[str]] = {
        "item": catalogue.items,
        "dept": catalogue.departments,
        "need": catalogue.needs,
        "hardship": catalogue.hardships,
        "material": catalogue.materials,
        "return_reason": catalogue.return_reasons,
        "meeting_reason": catalogue.meeting_reasons,
        "reason": catalogue.reasons,
        "opening": catalogue.reasons,
        "refusal": catalogue.refusals,
        "after": catalogue.refusals,
    }
    for kind, codes in named.items():
        yield from (f"{kind}.{code}" for code in codes)


def keys() -> Iterator[str]:
    """Every key that definitions and tables lead to; keys written out in code are found by the tests."""
    yield from MESSAGES
    yield from ANSWERED
    yield from (f"status.{one}" for one in CASE_STATUSES)
    yield from (f"progress.next.{one}" for one in CASE_STATUSES if one != "draft")
    yield from (f"transfer_status.{one}" for one in TRANSFER_STATUSES)
    yield from (f"progress.part.{one}" for one in TRANSFER_STATUSES if one != "cancelled")
    for dialog in DIALOGS.values():
        yield from _dialog_keys(dialog)
    for rule in load("emergency")["rule"]:
        yield f"safety.{rule['safety']}"
    for one in clocks():
        yield f"clock.{one}"
    yield from (f"tell.aside.{one}" for one in asides.names())
    yield from (f"notice.way.{mode}" for mode in get_args(Mode))
    yield from (f"notice.form.{form}" for form in HER_FORMS)
    yield from (f"notice.rule.{key}.{amount_units()[key]}" for key in AMOUNTS)
    yield from (f"level_of_window.{level}" for level in (*sorted(LEVELS), "@other"))


def _dialog_keys(dialog: Dialog) -> Iterator[str]:
    for step in dialog.steps:
        if isinstance(step, Repeat):
            yield from _question_keys(dialog, step.gate, "")
            yield f"ask.{dialog.name}.{step.name}.more"
            yield f"label.{step.name}.one"
            for inner in step.each:
                yield from _question_keys(dialog, inner, f"{step.name}.")
        else:
            yield from _question_keys(dialog, step, "")


def _question_keys(dialog: Dialog, question: Question, group: str) -> Iterator[str]:
    yield f"ask.{dialog.name}.{group}{question.name}"
    if not group and question.name != "review":
        yield f"label.{question.name}"
    if question.why:
        yield f"why.{question.name}"
    if question.skip:
        yield f"option.skip.{question.name}"
    kind = question.kind
    for _, label, _ in kind.options():
        yield label
    if not (question.skip or question.unknown or kind.options() or question.name == "review"):
        yield f"needed.{question.name}"


def _index_state() -> str:
    try:
        header = the_index().header
    except IndexUnusable as problem:
        return str(problem)
    return f"{header.counts[4]} villages, {header.source.split(' (')[0]} {header.version}"


def report(settings: Settings) -> list[str]:
    """How the deployment stands, for `yimen doctor`: channels, database, keys, calendars."""
    lines = [f"channel {name:14} {'on' if on else 'off: ' + missing}" for name, on, missing in _channels(settings)]
    lines.append(f"key file               {_key_state(settings)}")
    lines.append(f"database               {_database_state(settings)}")
    lines.append(f"voice messages         {speech.state_of(settings)}")
    lines.append(f"notice as a picture    {picture_problem() or 'on'}")
    lines.append(f"index of divisions     {_index_state()}")
    off = why_off(settings.read_photos)
    lines.append(f"reading photographs    {'off: ' + off + '; staff look at them' if off else 'on'}")
    calendar = load_calendar(settings.holidays_dir)
    year = local_day(SystemClock().now()).year
    missing = [str(one) for one in (year, year + 1) if not calendar.known(one)]
    lines.append(f"working days           {min(calendar.years)} to {max(calendar.years)}")
    lines += [f"working days           {one} is missing: deadlines in it are provisional" for one in missing]
    return lines


def _channels(settings: Settings) -> Iterator[tuple[str, bool, str]]:
    yield "web", True, ""
    yield "staff board", True, ""
    for name, needed in (
        ("wechat", ("wechat_app_id", "wechat_app_secret", "wechat_token", "wechat_aes_key")),
        ("wecom", ("wecom_corp_id", "wecom_agent_id", "wecom_secret", "wecom_token", "wecom_aes_key")),
        ("telegram", ("telegram_token", "telegram_webhook_secret")),
        ("telegram staff", ("telegram_staff_token", "telegram_staff_webhook_secret", "telegram_staff_chat")),
    ):
        empty = [f"YIMEN_{one.upper()}" for one in needed if not _given(settings, one)]
        yield name, False, f"not built yet{'; unset: ' + ', '.join(empty) if empty else ''}"


def _given(settings: Settings, name: str) -> bool:
    value = getattr(settings, name)
    return bool(value.get_secret_value() if hasattr(value, "get_secret_value") else value)


def _key_state(settings: Settings) -> str:
    try:
        ring = read_key_file(settings.key_file)
    except YimenError as error:
        return str(error).splitlines()[-1].removeprefix("- ")
    return f"{len(ring.numbers())} sealing key(s), number {ring.current} in use"


def _database_state(settings: Settings) -> str:
    path = make_url(settings.database_url).database
    if settings.database_url.startswith("sqlite") and path and not Path(path).exists():
        return "not made yet; the first start makes it"
    database = Database(settings.database_url)
    try:
        with database.read() as db:
            db.execute(text("SELECT 1"))
        return f"answers; tables at {migrate.current(database) or 'nothing yet'}, code wants {migrate.head()}"
    except Exception as error:
        return f"does not answer: {type(error).__name__}"
    finally:
        database.close()
