"""The same message twice is one message: over HTTP, at the same time, and after a failure (I1, I2, I3)."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from sqlmodel import func, select

from backend.cases.tables import Case
from backend.failpoints import arm, disarm
from backend.inbox.tables import Inbound
from backend.ports import Arrived
from backend.privacy.keys import create_key_file
from backend.runtime import Runtime
from backend.settings import Settings, load_settings
from bot.app import App
from bot.bench.intake import MESSAGES, text_of
from bot.channels.web.hook import said_in_words

ROOT = Path(__file__).parents[2]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    create_key_file(tmp_path / "keys")
    return load_settings(
        {}, database_url=f"sqlite:///{tmp_path / 'y.db'}", media_dir=tmp_path / "media", data_key_file=tmp_path / "keys"
    ).settings


def counts(runtime: Runtime) -> tuple[int, int]:
    with runtime.database.read() as db:
        return (
            db.exec(select(func.count()).select_from(Inbound)).one(),
            db.exec(select(func.count()).select_from(Case)).one(),
        )


def arrived(runtime: Runtime, person: str, step: int) -> Arrived:
    text = text_of(1, step)
    return Arrived("web", "web", person, f"m{step}", b'{"text":"x"}', said_in_words(text, runtime.listener()))


def test_the_same_lines_with_the_same_ids_over_http_file_one_case(settings: Settings) -> None:
    async def play() -> None:
        with Runtime(settings) as runtime:
            app = App(runtime, "web")
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
                session, answers = None, []
                for step in range(len(MESSAGES)):
                    answer = await client.post(
                        "/api/chat",
                        json={"session": session, "id": f"m{step}", "text": text_of(1, step), "choice": None},
                    )
                    assert answer.status_code == 200
                    session = answer.json()["session"]
                    answers.append(answer.json())
                assert answers[-1]["case_no"]
                for step in range(len(MESSAGES)):
                    again = await client.post(
                        "/api/chat",
                        json={"session": session, "id": f"m{step}", "text": text_of(1, step), "choice": None},
                    )
                    assert again.json() == answers[step]
            assert counts(runtime) == (len(MESSAGES), 1)

    asyncio.run(play())


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"id":5}', b'{"id":""}', b'{"id":"a","text":NaN}', b"\xc3\x28",
                                  b'{"id":"a b"}', b'{"id":"a","text":"\\ud83d"}', b"x" * 70_000])  # fmt: skip
def test_a_body_that_is_no_message_is_refused_in_plain_words(settings: Settings, body: bytes) -> None:
    async def play() -> None:
        with Runtime(settings) as runtime:
            async with httpx.AsyncClient(
                transport=httpx.ASGITransport(App(runtime, "web")), base_url="http://t"
            ) as client:
                answer = await client.post("/api/chat", content=body, headers={"content-type": "application/json"})
                assert answer.status_code in (400, 413)
                assert "0900-0000000" in answer.json()["text"]
            assert counts(runtime) == (0, 0)

    asyncio.run(play())


def test_submit_pressed_ten_times_at_once_is_one_case_with_one_number(settings: Settings) -> None:
    with Runtime(settings) as runtime:
        for step in range(len(MESSAGES) - 1):
            runtime.receive_sync(arrived(runtime, "p", step))
        last = arrived(runtime, "p", len(MESSAGES) - 1)
        with ThreadPoolExecutor(10) as pool:
            replies = list(pool.map(lambda _: runtime.receive_sync(last), range(10)))
        assert len({reply.case_no for reply in replies}) == 1
        assert sum(not reply.repeat for reply in replies) == 1
        assert counts(runtime)[1] == 1


def test_one_message_that_fails_spoils_no_other_and_is_kept(settings: Settings) -> None:
    struck: list[int] = []

    def strike() -> None:
        if not struck:
            struck.append(1)
            raise RuntimeError("struck")

    with Runtime(settings) as runtime:
        arm("dialog.after_state_write", strike)
        try:
            with ThreadPoolExecutor(20) as pool:
                replies = list(pool.map(lambda n: runtime.receive_sync(arrived(runtime, f"p{n}", 0)), range(20)))
        finally:
            disarm()
        keys = [reply.says[0].key for reply in replies]
        assert keys.count("tell.trouble_on_our_side") == 1
        assert keys.count("msg.welcome") == 19
        with runtime.database.read() as db:
            assert len(db.exec(select(Inbound).where(Inbound.status == "failed")).all()) == 1
            assert len(db.exec(select(Inbound)).all()) == 20


def test_one_persons_messages_are_handled_in_order(settings: Settings) -> None:
    async def play() -> None:
        with Runtime(settings) as runtime:
            replies = await asyncio.gather(
                *(runtime.receive(arrived(runtime, "p", step)) for step in range(len(MESSAGES)))
            )
            assert replies[-1].case_no is not None
            assert counts(runtime) == (len(MESSAGES), 1)

    asyncio.run(play())


def test_thirteen_lines_in_the_terminal_file_a_case(tmp_path: Path) -> None:
    lines = "\n".join(text_of(3, step) for step in range(1, len(MESSAGES)))
    assert lines.count("\n") == 12
    done = subprocess.run(
        [sys.executable, "-m", "bot", "chat", "--json"],
        cwd=ROOT, input=lines, capture_output=True, text=True, encoding="utf-8", timeout=60, check=True,
        env={"YIMEN_DATABASE_URL": f"sqlite:///{tmp_path / 'y.db'}", "YIMEN_MEDIA_DIR": str(tmp_path / "m"),
             "PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(records) == 13
    assert [bool(record["case_no"]) for record in records] == [False] * 12 + [True]
    assert all(record["out"] for record in records)
    assert {"text", "choices", "files"} == records[0]["out"][0].keys()
