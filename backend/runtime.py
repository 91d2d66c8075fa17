"""Puts the service together: settings in, one object out that every entrance (web, terminal, shell) uses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from backend import migrate
from backend.clock import Clock, SystemClock
from backend.db import Database
from backend.deadlines.calendar import load_calendar
from backend.env import Env
from backend.inbox.receive import Receiver
from backend.inbox.statements import Statements
from backend.journal.record import sign_heads
from backend.log import get_log
from backend.photos.seeing import why_off
from backend.ports import Arrived, Replied
from backend.privacy.keys import create_key_file, read_key_file
from backend.privacy.seal import Sealer
from backend.settings import Settings
from backend.staff.load import load_people
from backend.voice import hearing as voices
from backend.writer import Tx, Writer
from dialogs.catalogue.load import load_catalogue, load_county
from dialogs.effects import Say
from dialogs.hearing import Listener
from dialogs.local import gazetteer_of, towns_of
from dialogs.places.country import Country
from dialogs.said import said_in_words
from dialogs.understanding.clean import simplified

log = get_log(__name__)


class Runtime:
    """One running service on one database.

    Args:
        settings: read once by the entrance.
        clock: the system's, unless a demo or a test brings its own.
    """

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        county = load_county(settings.county)
        self.env = Env(
            settings=settings,
            clock=clock or SystemClock(),
            sealer=Sealer(read_key_file(_key_file(settings))),
            catalogue=load_catalogue(),
            county=county,
            calendar=load_calendar(settings.holidays_dir),
            country=Country(county),
            reads_photos=not why_off(settings.read_photos),
        )
        self._gazetteer, self._towns = gazetteer_of(self.env.county), towns_of(self.env.county)
        self._listener = self._listener_of(self.env.today)
        self.database = Database(settings.database_url)
        self._listeners: list[Callable[[set[str]], None]] = []
        self.writer = Writer(self.database, self._committed)

    def start(self) -> Runtime:
        """Bring the tables up to date, load the county's people, begin to write."""
        migrate.upgrade(self.database)
        self.writer.start()
        self.writer.run_sync(lambda tx: sign_heads(tx, self.env))
        self.writer.run_sync(lambda tx: load_people(tx, self.env))
        return self

    def stop(self) -> None:
        self.writer.stop()
        self.database.close()

    def __enter__(self) -> Runtime:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def on_commit(self, listener: Callable[[set[str]], None]) -> None:
        """Call `listener` with the signals of each commit, from the writer's thread."""
        self._listeners.append(listener)

    def _committed(self, signals: set[str]) -> None:
        for listener in self._listeners:
            listener(signals)

    @cached_property
    def receiver(self) -> Receiver:
        return Receiver(self.env, Statements(self.database.writing.dialect), self.listener)

    def _listener_of(self, today: dt.date) -> Listener:
        assert self.env.country is not None
        return Listener(today, self._gazetteer, self._towns, self.env.country.mended)

    def listener(self) -> Listener:
        """How messages are heard today."""
        today = self.env.today
        if self._listener.today != today:
            self._listener = self._listener_of(today)
        return self._listener

    async def receive(self, arrived: Arrived) -> Replied:
        """One message in, its answer out, durable before it returns.

        When handling fails, the message is kept for staff and she is told so; only a store that cannot be written
        raises.
        """
        try:
            return await self.writer.run(lambda tx: self.receiver.receive(tx, arrived))
        except Exception:
            self._say_it_failed(arrived)
        return await self.writer.run(lambda tx: self._keep_for_staff(tx, arrived))

    def receive_sync(self, arrived: Arrived) -> Replied:
        """The same from a thread, for the terminal."""
        try:
            return self.writer.run_sync(lambda tx: self.receiver.receive(tx, arrived))
        except Exception:
            self._say_it_failed(arrived)
        return self.writer.run_sync(lambda tx: self._keep_for_staff(tx, arrived))

    def _keep_for_staff(self, tx: Tx, arrived: Arrived) -> Replied:
        says = (Say("tell.trouble_on_our_side", {"phone": self.receiver.window.phone}),)
        return self.receiver.keep_unhandled(tx, arrived, says)

    async def hear_voice(self, voice_id: str, text: str, *, doubtful: bool = False) -> None:
        """What a machine heard in a voice message goes on as her words; what cannot be handled, a colleague hears."""
        said = said_in_words(simplified(text), self.listener())
        try:
            await self.writer.run(
                lambda tx: voices.understood(tx, self.env, self.receiver, voice_id, said, doubtful=doubtful)
            )
        except Exception:
            log.exception("The words of a voice could not be handled", action="voice.failed", voice=voice_id)
            await self.writer.run(lambda tx: voices.failed(tx, self.env, voice_id, "not_handled", again=False))

    @staticmethod
    def _say_it_failed(arrived: Arrived) -> None:
        log.exception(
            "A message could not be handled and is kept for staff", action="inbox.failed", channel=arrived.channel
        )


def _key_file(settings: Settings) -> Path:
    path = settings.key_file
    if settings.profile == "demo" and settings.data_key_file is None and not path.exists():
        with suppress(FileExistsError):  # another process was first
            create_key_file(path)
    return path
