"""Fifteen lines file a complete case, in the terminal and over HTTP; sent twice they file one."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient
from sqlmodel import select

from backend.cases.tables import Case, HouseholdMember
from backend.clock import SetClock
from backend.conversations.tables import Attachment
from backend.db import Database
from backend.inbox.tables import Inbound
from backend.runtime import Runtime
from backend.verify import verify_all
from bot.app import App
from tests.desk.households import PIXEL
from tests.desk.twin import running

LINES = (
    "俺家着难了，老头子住院花了五万多，报完还欠人两万多，日子过不下去",
    "同意",
    "中",
    "李秀英",
    "379901195709200044",
    "37990119570920 0043",
    "1300000 0001",
    "柳沟村二组",
    "一个月一百六十八养老金",
    "老伴赵玉柱，71岁，一个月168",
    "没有了",
    "同意查",
    "对",
)


def test_thirteen_lines_in_the_terminal_file_a_complete_case(tmp_path: Path) -> None:
    database = tmp_path / "yimen.db"
    told = subprocess.run(
        [sys.executable, "-m", "bot", "chat", "--json", "--today", "2026-11-24"],
        input="".join(f"{line}\n" for line in LINES),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONUTF8": "1",
            "YIMEN_DATABASE_URL": f"sqlite:///{database}",
            "YIMEN_DATA_KEY_FILE": "",
            "YIMEN_MEDIA_DIR": str(tmp_path / "media"),
        },
    )
    assert told.returncode == 0, told.stderr
    answers = [json.loads(line) for line in told.stdout.splitlines()]
    assert [one["in"] for one in answers] == list(LINES)
    assert all(one["out"] for one in answers), "every line gets an answer"
    for one in answers:
        for reply in one["out"]:
            assert set(reply) == {"text", "choices", "files"}
            assert all(set(choice) == {"id", "label"} for choice in reply["choices"])
    assert [one["case_no"] for one in answers[:-1]] == [None] * 12
    assert answers[-1]["case_no"].endswith("-2026-00001")
    assert "查询码" in answers[-1]["out"][0]["text"]


@pytest.fixture
def service(database: Database, clock: SetClock, tmp_path: Path) -> Iterator[Runtime]:
    with running(database.url.render_as_string(hide_password=False), tmp_path, clock) as runtime:
        yield runtime
        assert verify_all(runtime.database, runtime.env) == []


class Browser:
    """A page that posts; what it sends may be sent again."""

    def __init__(self, runtime: Runtime) -> None:
        self._app = App(runtime, "web")
        self.session: str | None = None

    def post(self, **request: Any) -> Any:
        async def send() -> Any:
            transport = ASGITransport(self._app, raise_app_exceptions=True)
            async with AsyncClient(transport=transport, base_url="http://chat") as client:
                answer = await client.post("/api/chat", **request)
                assert answer.status_code == 200, answer.text
                return answer.json()

        answer = asyncio.run(send())
        self.session = answer["session"]
        return answer

    def says(self, message_id: str, text: str) -> Any:
        return self.post(json={"session": self.session, "id": message_id, "text": text, "choice": None})

    def presses(self, message_id: str, choice: str) -> Any:
        return self.post(json={"session": self.session, "id": message_id, "text": None, "choice": choice})


def _count(service: Runtime, table: type[Any]) -> int:
    with service.database.read() as db:
        return len(db.exec(select(table)).all())


def test_the_same_lines_twice_with_the_same_ids_file_one_case(service: Runtime) -> None:
    page = Browser(service)
    first = [page.says(f"m{number}", line) for number, line in enumerate(LINES)]
    again = [page.says(f"m{number}", line) for number, line in enumerate(LINES)]
    assert again == first, "the same answer, byte for byte"
    assert first[-1]["case_no"]
    assert _count(service, Case) == 1
    assert _count(service, Inbound) == len(LINES)
    with service.database.read() as db:
        case = db.exec(select(Case)).one()
        assert case.get(service.env.sealer, "difficulty") == LINES[0]
        people = db.exec(select(HouseholdMember).order_by(HouseholdMember.position)).all()
        assert [one.relation for one in people] == ["self", "spouse"]
        assert [one.get(service.env.sealer, "income_monthly") for one in people] == ["168.00", "168.00"]


def test_a_button_pressed_twice_hands_in_once(service: Runtime) -> None:
    page = Browser(service)
    for number, line in enumerate(LINES[:-1]):
        answer = page.says(f"m{number}", line)
    [card] = [one for one in answer["replies"] if one["choices"]]
    submit = card["choices"][0]["id"]
    one, other = page.presses("p1", submit), page.presses("p2", submit)
    assert one["case_no"] and other["case_no"] is None
    assert other["replies"], "a second press is answered too"
    assert _count(service, Case) == 1


def test_a_photo_over_http_is_kept_with_the_case(service: Runtime) -> None:
    page = Browser(service)
    for number, line in enumerate(LINES[:-1]):
        page.says(f"m{number}", line)
    answer = page.post(
        data={"session": page.session, "id": "photo"}, files={"file": ("结算单.png", PIXEL, "image/png")}
    )
    assert "收到1张" in answer["replies"][0]["text"]
    page.says("m14", "对")
    with service.database.read() as db:
        case, photo = db.exec(select(Case)).one(), db.exec(select(Attachment)).one()
        assert photo.case_id == case.id
