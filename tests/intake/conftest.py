"""A running service on the test's database, and people who talk to it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlmodel import select

from backend import failpoints
from backend.clock import SetClock
from backend.db import Database
from backend.inbox.tables import Contact, Inbound
from backend.ports import Arrived, Replied
from backend.privacy.keys import create_key_file
from backend.runtime import Runtime
from backend.settings import load_settings
from bot.bench.intake import MESSAGES, text_of
from bot.channels.web.hook import said_in_words

OpenService = Callable[[], Runtime]


@pytest.fixture
def open_service(database: Database, clock: SetClock, tmp_path: Path) -> Iterator[OpenService]:
    """Start one more process' worth of the service on the same database and key."""
    key_file = tmp_path / "test.keys"
    create_key_file(key_file)
    settings = load_settings(
        {},
        database_url=database.url.render_as_string(hide_password=False),
        data_key_file=key_file,
        media_dir=tmp_path / "media",
    ).settings
    with ExitStack() as running:
        yield lambda: running.enter_context(Runtime(settings, clock))


@pytest.fixture
def service(open_service: OpenService) -> Runtime:
    """The service, running."""
    return open_service()


@pytest.fixture(autouse=True)
def _nothing_armed() -> Iterator[None]:
    yield
    failpoints.disarm()


def message(service: Runtime, who: str, message_id: str, text: str) -> Arrived:
    """Words of one person as the web chat hands them on."""
    raw = msgspec.json.encode({"text": text, "choice": None})
    return Arrived("web", "web", who, message_id, raw, said_in_words(text, service.listener()))


def dialog(service: Runtime, who: str, number: int, upto: int = len(MESSAGES)) -> list[Arrived]:
    """The first messages of the benchmark's dialog, the last of which hands in."""
    return [message(service, who, f"m{step}", text_of(number, step)) for step in range(upto)]


def say_one_by_one(service: Runtime, messages: list[Arrived]) -> list[Replied]:
    return [service.receive_sync(one) for one in messages]


def say_at_once(*said: tuple[Runtime, Arrived]) -> list[Replied]:
    """All messages in flight together, each at its own service; the answers in the order of the messages."""

    async def all_of_them() -> list[Replied]:
        return await asyncio.gather(*(service.receive(one) for service, one in said))

    return asyncio.run(all_of_them())


@contextmanager
def held(service: Runtime) -> Iterator[Callable[[], None]]:
    """Keep the writer busy until the block calls what it is given, so that everything waiting shares one commit."""
    begun, go_on = threading.Event(), threading.Event()

    def busy(_tx: Any) -> None:
        begun.set()
        assert go_on.wait(20), "nobody let the writer go on"

    thread = threading.Thread(target=lambda: service.writer.run_sync(busy))
    thread.start()
    try:
        assert begun.wait(20)
        yield go_on.set
    finally:
        go_on.set()
        thread.join()


def keys(replied: Replied) -> list[str]:
    return [say.key for say in replied.says]


def kept(service: Runtime, who: str) -> list[Inbound]:
    """The messages kept of one person, in the order of their handling."""
    address = service.env.sealer.lookup("address", who)
    with service.database.read() as db:
        return list(
            db.exec(
                select(Inbound)
                .join(Contact, Contact.id == Inbound.contact_id)  # type: ignore[arg-type]
                .where(Contact.address_hash == address)
                .order_by(Inbound.id)
            )
        )


def rows(service: Runtime, table: type[Any], *conditions: Any) -> list[Any]:
    with service.database.read() as db:
        return list(db.exec(select(table).where(*conditions).order_by(table.id)))
