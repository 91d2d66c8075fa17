"""A stand-in for the service's chat: serves the real pages, answers from a script, and fails on request.

It keeps what it got, so a test can look at it. Faults for the next messages are a queue of `Fault` values.
"""

import asyncio
import json
import socket
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

from locales.templates import speak
from locales.words import DEFAULT

PAGES = Path(__file__).resolve().parents[2] / "bot" / "channels" / "web" / "pages"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
WINDOW = {"window": "青石镇社会救助窗口", "phone": "0900-0000000", "v": ""}
Reply = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """What happens to one message: seconds of delay, whether it is stored, and how the answer goes wrong."""

    delay: float = 0
    stored: bool = True
    cut: bool = False
    status: int = 200
    doubled: bool = False
    message: str = ""


class CutResponse(Response):
    """Promises a body and never sends it: the browser sees the line break."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start: Message = {
            "type": "http.response.start",
            "status": 200,
            "headers": [(b"content-type", b"application/json"), (b"content-length", b"4096")],
        }
        await send(start)
        await send({"type": "http.response.body", "body": b'{"session"', "more_body": True})


def said(
    text: str, kind: str = "tell", choices: list[tuple[str, str]] | None = None, **more: Any
) -> Callable[[str], Reply]:
    """A reply waiting for its id."""
    listed = [{"id": code, "label": label} for code, label in choices or []]
    return lambda key: {"id": key, "text": text, "kind": kind, "choices": listed, "files": [], **more}


WELCOME = said(
    "您好，我是青石镇救助窗口的小助手。\n有什么难处，慢慢说，我都记下。",
    "ask",
    [("need", "1. 家里有难处，想申请帮助"), ("progress", "2. 查查办到哪儿了"), ("person", "3. 找人说话")],
)
ECHO = said("记下了。家里一共几口人？", "ask", [("2", "1. 两口"), ("3", "2. 三口"), ("skip", "3. 不知道")])


@dataclass
class Talk:
    """One session: what was said, and pushes nobody has seen."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    waiting: dict[str, Reply] = field(default_factory=dict)
    case_no: str | None = None


class ChatTwin:
    """The service as the page sees it, on 127.0.0.1 and a free port."""

    def __init__(self) -> None:
        self.talks: dict[str, Talk] = {}
        self.answers: dict[str, dict[str, Any]] = {}
        self.requests: list[dict[str, Any]] = []
        self.stored: list[dict[str, Any]] = []
        self.seen: list[str] = []
        self.faults: deque[Fault] = deque()
        self.script: deque[list[Callable[[str], Reply]]] = deque()
        self.events_status = 200
        self.events_opened = 0
        self.pending_asked = 0
        self.case_no: str | None = None
        self.shown: dict[str, str] = {}
        self.own_ids = False  # history names her messages by the service's own ids
        self.closing = False
        self.count = 0
        pages = Environment(loader=FileSystemLoader(PAGES), autoescape=True, undefined=StrictUndefined)
        self.env = speak(pages, DEFAULT)
        self.server: uvicorn.Server | None = None
        self.thread: threading.Thread | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    # --- what a test does ---

    def next_replies(self, *replies: Callable[[str], Reply]) -> None:
        self.script.append(list(replies))

    def push(self, reply: Callable[[str], Reply], session: str | None = None) -> str:
        talk = self.talks[session or next(iter(self.talks))]
        made = reply(self._key("push"))
        talk.messages.append({"from": "bot", "at": "2026-11-06T09:00:00+08:00", **made})
        talk.waiting[made["id"]] = made
        return made["id"]

    def page(self, name: str, **values: Any) -> str:
        return self.env.get_template(name).render({**WINDOW, **values})

    def start(self) -> None:
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        self.port = listener.getsockname()[1]
        config = uvicorn.Config(
            self.app(), log_level="critical", ws="none", lifespan="off", timeout_graceful_shutdown=1
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, args=([listener],), daemon=True)
        self.thread.start()
        until = time.monotonic() + 10
        while not self.server.started:
            assert time.monotonic() < until, "the twin did not start within 10 seconds"
            time.sleep(0.01)
        self.listener = listener

    def stop(self) -> None:
        self.closing = True
        assert self.server and self.thread
        self.server.should_exit = True
        self.thread.join(timeout=10)
        self.listener.close()

    # --- what it answers ---

    def app(self) -> Starlette:
        routes = [
            Route("/", self._chat_page),
            Route("/leave", self._named("leave.html")),
            Route("/show/{name}", self._show),
            Route("/p", self._progress, methods=["GET", "POST"]),
            Route("/chat-form", self._form, methods=["POST"]),
            Route("/api/chat", self._message, methods=["POST"]),
            Route("/api/chat/history", self._history),
            Route("/api/chat/events", self._events),
            Route("/api/chat/pending", self._pending),
            Route("/api/chat/seen", self._see, methods=["POST"]),
            Mount("/static", StaticFiles(directory=PAGES / "static")),
        ]
        return Starlette(routes=routes)

    def _key(self, kind: str) -> str:
        self.count += 1
        return f"{kind}-{self.count}"

    def _html(self, body: str) -> HTMLResponse:
        return HTMLResponse(body, headers={"content-security-policy": POLICY, "x-content-type-options": "nosniff"})

    async def _chat_page(self, request: Request) -> Response:
        return self._html(self.page("chat.html", message_id=self._key("form")))

    def _named(self, name: str) -> Callable[[Request], Any]:
        async def answer(request: Request) -> Response:
            return self._html(self.page(name))

        return answer

    async def _show(self, request: Request) -> Response:
        return self._html(self.shown[request.path_params["name"]])

    async def _progress(self, request: Request) -> Response:
        return self._html(self.page("progress.html", form=None, problem="", timeline=None, holder=[]))

    def _store(self, message: dict[str, Any]) -> dict[str, Any]:
        """Store once, answer the same for the same id."""
        if message["id"] in self.answers:
            return self.answers[message["id"]]
        self.stored.append(message)
        session = message["session"] if message["session"] in self.talks else f"ses-{self._key('s')}"
        talk = self.talks.setdefault(session, Talk())
        choice, label = message["choice"], None
        for old in talk.messages:
            label = next((c["label"] for c in old.get("choices", []) if c["id"] == choice), label)
        if choice != "start":
            files = [{"name": message["file"], "url": ""}] if message.get("file") else []
            talk.messages.append(
                {
                    "from": "me",
                    "id": self._key("in") if self.own_ids else message["id"],
                    "text": message["text"] or label,
                    "kind": "tell",
                    "choices": [],
                    "files": files,
                    "at": None,
                }
            )
        made = self.script.popleft() if self.script else [WELCOME if choice == "start" else ECHO]
        replies = [reply(self._key("bot")) for reply in made]
        talk.messages += [{"from": "bot", "at": None, **reply} for reply in replies]
        answer = {"session": session, "replies": replies, "case_no": self.case_no}
        self.answers[message["id"]] = answer
        return answer

    async def _read(self, request: Request) -> dict[str, Any]:
        if request.headers["content-type"].startswith("application/json"):
            return {"file": None, **json.loads(await request.body())}
        async with request.form() as form:
            message: dict[str, Any] = {key: form.get(key) or None for key in ("session", "id", "text", "choice")}
            file = form.get("file")
            message["file"] = None
            if file is not None and not isinstance(file, str) and file.filename:
                message["file"] = file.filename
                message["bytes"] = await file.read()
            return message

    async def _message(self, request: Request) -> Response:
        message = await self._read(request)
        self.requests.append(message)
        fault = self.faults.popleft() if self.faults else Fault()
        if fault.stored and fault.status == 200:
            answer = self._store(message)
        if fault.delay:
            await asyncio.sleep(fault.delay)
        if fault.cut:
            return CutResponse()
        if fault.status != 200:
            return JSONResponse({"text": fault.message} if fault.message else {}, fault.status)
        if fault.doubled:
            answer = {**answer, "replies": answer["replies"] * 2}
        return self._keeping(JSONResponse(answer), answer["session"])

    @staticmethod
    def _keeping(response: Response, session: str) -> Response:
        response.set_cookie("chat", session, httponly=True, samesite="lax")
        return response

    async def _form(self, request: Request) -> Response:
        message = await self._read(request)
        message["session"] = self._shown(request)
        session = self._store(message)["session"]
        messages = self.talks[session].messages
        page = self._html(
            self.page(
                "chat_plain.html",
                message_id=self._key("form"),
                messages=messages,
                choices=messages[-1]["choices"],
                case_no=self.case_no,
                problem="",
            )
        )
        return self._keeping(page, session)

    @staticmethod
    def _shown(request: Request) -> str:
        """The session a request shows; it stands in no address."""
        assert "session" not in request.query_params
        return request.headers.get("authorization", "").removeprefix("Bearer ") or request.cookies.get("chat", "")

    async def _history(self, request: Request) -> Response:
        talk = self.talks.get(self._shown(request))
        if talk is None:
            return JSONResponse({}, 404)
        return JSONResponse({"messages": talk.messages})

    async def _events(self, request: Request) -> Response:
        self.events_opened += 1
        if self.events_status != 200:
            return JSONResponse({}, self.events_status)
        talk = self.talks[self._shown(request)]
        return StreamingResponse(self._stream(talk, request), media_type="text/event-stream")

    async def _stream(self, talk: Talk, request: Request) -> AsyncIterator[str]:
        sent: set[str] = set()
        yield ": hello\n\n"
        while not self.closing and not await request.is_disconnected():
            for key, reply in list(talk.waiting.items()):
                if key not in sent:
                    sent.add(key)
                    yield f"id: {key}\ndata: {json.dumps(reply, ensure_ascii=False)}\n\n"
            await asyncio.sleep(0.05)

    async def _pending(self, request: Request) -> Response:
        self.pending_asked += 1
        talk = self.talks[self._shown(request)]
        return JSONResponse({"replies": list(talk.waiting.values())})

    async def _see(self, request: Request) -> Response:
        body = json.loads(await request.body())
        for key in body["ids"]:
            self.talks[self._shown(request)].waiting.pop(key, None)
            self.seen.append(key)
        return JSONResponse({"seen": len(body["ids"])})
