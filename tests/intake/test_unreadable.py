"""What cannot be opened holds up nobody: the message is kept, staff are told, and the rest is delivered."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sqlalchemy import update
from sqlmodel import col, select

from backend.conversations.tables import Conversation
from backend.inbox.tables import Inbound
from backend.outbox.deliver import Outbox
from backend.outbox.post import to_group
from backend.outbox.tables import Outgoing
from backend.ports import Arrived, Delivery
from backend.privacy.keys import create_key_file
from backend.runtime import Runtime
from backend.settings import Settings, load_settings
from bot.channels.web.hook import said_in_words


def settings(tmp_path: Path) -> Settings:
    create_key_file(tmp_path / "keys")
    return load_settings(
        {}, database_url=f"sqlite:///{tmp_path / 'y.db'}", media_dir=tmp_path / "media", data_key_file=tmp_path / "keys"
    ).settings


def arrived(runtime: Runtime, number: int, text: str) -> Arrived:
    return Arrived("web", "web", "p", f"m{number}", b"{}", said_in_words(text, runtime.listener()))


def test_a_state_that_cannot_be_opened_keeps_her_words_and_calls_a_person(tmp_path: Path) -> None:
    with Runtime(settings(tmp_path)) as runtime:
        runtime.receive_sync(arrived(runtime, 1, "你好"))
        runtime.writer.run_sync(
            lambda tx: tx.connection.execute(update(Conversation).values(state_sealed=b"broken beyond reading"))
        )
        replied = runtime.receive_sync(arrived(runtime, 2, "救命，家里着火了"))
        assert replied.says[0].key == "tell.trouble_on_our_side"
        with runtime.database.read() as db:
            assert [row.status for row in db.exec(select(Inbound).order_by(col(Inbound.received_at)))] == [
                "handled",
                "failed",
            ]
            alert = db.exec(select(Outgoing)).one()
            assert (alert.message, alert.urgent) == ("msg.staff_wants_human", True)
            assert db.exec(select(Conversation)).one().wants_human


def test_one_row_that_cannot_be_opened_does_not_hold_up_the_outbox(tmp_path: Path) -> None:
    class Board:
        name = "board"

        def __init__(self) -> None:
            self.taken: list[str] = []

        def reachable(self) -> None:
            return None

        async def send(self, delivery: Delivery) -> None:
            self.taken.append(delivery.say.key)

    async def play() -> None:
        with Runtime(settings(tmp_path)) as runtime:
            for name in ("a", "b"):
                await runtime.writer.run(lambda tx, n=name: to_group(tx, runtime.env, "town:02", f"msg.{n}", {}, key=n))
            await runtime.writer.run(
                lambda tx: tx.connection.execute(
                    update(Outgoing).where(col(Outgoing.key) == "a").values(params_sealed=b"broken")
                )
            )
            board = Board()
            await Outbox(runtime.writer, runtime.env, {"board": board}).drain()
            assert board.taken == ["msg.b"]
            with runtime.database.read() as db:
                rows = {row.key: (row.status, row.error) for row in db.exec(select(Outgoing))}
            assert rows == {"a": ("failed", "unreadable"), "b": ("sent", None)}

    asyncio.run(play())
