"""What an act needs besides the transaction: passed down, so that nothing reads a global."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

from backend.clock import Clock, local_day
from backend.deadlines.calendar import WorkingCalendar
from backend.privacy.seal import Sealer
from backend.settings import Settings
from dialogs.catalogue.county import County
from dialogs.catalogue.model import Catalogue
from dialogs.places.country import Country


class RulesNow(Protocol):
    """As much of the surroundings as rules need: the policy files, the working days and an instant."""

    @property
    def catalogue(self) -> Catalogue: ...

    @property
    def county(self) -> County: ...

    @property
    def calendar(self) -> WorkingCalendar: ...

    @property
    def now(self) -> dt.datetime: ...

    @property
    def today(self) -> dt.date: ...


@dataclass(frozen=True, slots=True)
class Env:
    """The service's fixed surroundings; `now` and `today` come from its clock.

    Attributes:
        reads_photos: photographs of papers are read here (`backend.photos.seeing.why_off` has nothing against it).
    """

    settings: Settings
    clock: Clock
    sealer: Sealer
    catalogue: Catalogue
    county: County
    calendar: WorkingCalendar
    country: Country | None = None
    reads_photos: bool = False

    @property
    def now(self) -> dt.datetime:
        """Aware UTC."""
        return self.clock.now()

    @property
    def today(self) -> dt.date:
        """The day in China."""
        return local_day(self.clock.now())


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: kind is person, staff, link, clock or bot; roles as domain 2.1.

    Attributes:
        id: contact id, staff id or link id; `bot` and `clock` carry their own name.
        dept: the department a member of staff or a link acts for.
        town: the town a member of staff is bound to, None for the county.
    """

    kind: str
    id: str
    roles: tuple[str, ...] = ()
    dept: str | None = None
    town: str | None = None
    name: str | None = None


BOT = Actor("bot", "bot", ("system",))
CLOCK = Actor("clock", "clock", ("system",))
