"""What commands share: settings, a started runtime, a member of staff to act as."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlmodel import select

from backend.clock import Clock
from backend.env import Actor
from backend.errors import NotFound
from backend.log import set_up
from backend.runtime import Runtime
from backend.settings import Settings, load_settings
from backend.staff.service import actor_for
from backend.staff.tables import Staff


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
