"""A running service and the browsers that come to it."""

from __future__ import annotations

import asyncio
import re
import secrets
from html import unescape
from typing import Any

from httpx import ASGITransport, AsyncClient, Cookies, Response

from backend.cases.tables import Case
from backend.runtime import Runtime
from bot.app import App
from tests.builders import Office
from tests.desk.twin import text_of

STORY = "俺家着难了，老头子住院花了五万多，报完还欠人两万多，屋里还漏雨，日子过不下去"
HER_WORDS = (
    STORY, "同意", "同意", "李秀英", "379901195709200043", "13000000001", "柳沟村二组", "一百六十八养老金",
    "老伴赵玉柱，71岁，一个月168", "没有了", "同意查", "对",
)  # fmt: skip


class Edge:
    """One process of the service.

    Attributes:
        office: the county's people, acting behind it.
    """

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.office = Office(runtime.writer, runtime.database, runtime.env)
        self.app = App(runtime, "web")

    def browser(self, address: str = "198.51.100.7", base: str = "http://chat") -> Browser:
        return Browser(self.app, address, base)

    def her_case(self, browser: Browser) -> Case:
        """The case this browser filed."""
        [case] = self.office.all(Case, Case.register_no == browser.case_no)
        return case


class Browser:
    """Keeps cookies, remembers what it was told.

    Attributes:
        address: where it comes from.
        case_no, code: of the case it filed.
        notice: the path of the notice it was told of.
    """

    def __init__(self, app: App, address: str, base: str) -> None:
        self._app = app
        self._base = base
        self.address = address
        self.cookies = Cookies()
        self.case_no = ""
        self.code = ""
        self.notice = ""

    def send(self, method: str, path: str, **more: Any) -> Response:
        async def ask() -> Response:
            transport = ASGITransport(self._app, client=(self.address, 40_000))
            async with AsyncClient(transport=transport, base_url=self._base, cookies=self.cookies) as client:
                answer = await client.request(method, path, **more)
                self.cookies = client.cookies
                return answer

        return asyncio.run(ask())

    def get(self, path: str, **more: Any) -> Response:
        return self.send("GET", path, **more)

    def post(self, path: str, **more: Any) -> Response:
        return self.send("POST", path, **more)

    def says(self, text: str, **more: Any) -> Response:
        """One message, as the page sends it."""
        body = {"session": None, "id": f"w-{secrets.token_hex(16)}", "text": text, "choice": None, **more}
        return self.post("/api/chat", json=body)

    def files_a_case(self) -> None:
        """She tells her trouble to the end."""
        self.get("/")
        for line in HER_WORDS:
            answer = self.says(line)
            assert answer.status_code == 200, answer.text
        told = "\n".join(reply["text"] for reply in answer.json()["replies"])
        self.case_no = answer.json()["case_no"]
        self.code = re.search(r"查询码：([\d-]+)", told)[1]  # type: ignore[index]
        self.notice = re.search(r"/n/[A-Za-z0-9_-]+", told)[0]  # type: ignore[index]

    def asks_progress(self, number: str, code: str) -> tuple[int, str]:
        """The progress form: status and what the page says, without the number that was typed."""
        answer = self.post("/p", data={"number": number, "code": code})
        return answer.status_code, text_of(unescape(answer.text))
