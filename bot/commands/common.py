"""What commands share: settings, a started runtime, a member of staff to act as."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from sqlmodel import select

from backend.clock import Clock
from backend.env import Actor
from backend.errors import NotFound
from backend.log import set_up
from backend.runtime import Runtime
from backend.settings import Settings, load_settings
from backend.staff.service import actor_for
from backend.staff.tables import Staff


def day_of(text: str, option: str) -> dt.date:
    """The day an option names.

    Raises:
        typer.BadParameter: it is no day.
    """
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day; write it like 2026-11-24", param_hint=option) from None


def settings() -> Settings:
    """The settings of this process, with logging set up for them."""
    loaded = load_settings().settings
    set_up(production=loaded.profile == "production")
    return loaded


@contextmanager
def running(clock: Clock | None = None) -> Iterator[Runtime]:
    """A runtime that is started and stopped around a command."""
    with Runtime(settings(), clock) as runtime:
        yield runtime


def acting(runtime: Runtime, login: str) -> Actor:
    """The colleague a shell act is done as; same rules, same journal.

    Raises:
        NotFound: no such login.
    """
    with runtime.database.read() as db:
        staff = db.exec(select(Staff).where(Staff.login == login)).first()
    if staff is None:
        raise NotFound(f"colleague {login!r}; `yimen staff list` shows them")
    return actor_for(staff)
