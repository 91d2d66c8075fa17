"""The whole service as one ASGI application: the resident's side plain and fast, the staff's side behind FastAPI."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from hmac import compare_digest

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from starlette.types import ASGIApp, Receive, Scope, Send

from backend.conversations.media import PHOTOS
from backend.due import DueLoop
from backend.log import get_log
from backend.outbox.deliver import Outbox
from backend.outbox.post import SIGNAL
from backend.photos.reader import PhotoReader, Reads
from backend.photos.watch import Watch
from backend.runtime import Runtime
from backend.settings import Settings
from backend.voice.keeping import SIGNAL as VOICE_SIGNAL
from backend.web.app import make_app
from backend.web.board import Board
from backend.web.guard import guarded_send
from backend.web.limits import Limiter, source_of
from bot.bootstrap import renderer_for
from bot.channels.web.chat import WebChat
from bot.channels.web.hub import WebHub
from bot.channels.web.resident import Pages
from bot.listening import Listening
from bot.speech import SpeechServer
from bot.worker import Worker

log = get_log(__name__)

ROLES = ("all", "web", "worker")


class App:
    """One process of the service.

    Args:
        role: `web` answers people, `worker` runs clocks and the staff board, `all` does both.
        on_ready: called once everything answers.
        reader: reads photographs instead of a process of its own.
    """

    def __init__(
        self,
        runtime: Runtime,
        role: str = "all",
        on_ready: Callable[[], None] | None = None,
        reader: Reads | None = None,
    ) -> None:
        self._runtime = runtime
        self._on_ready = on_ready
        renderer = renderer_for(runtime)
        self.hub = WebHub(renderer)
        self._limiter = Limiter(runtime.settings)
        self.pages = Pages(runtime, renderer, self._limiter)
        self.chat = WebChat(runtime, renderer, self.hub, self.pages, self._limiter)
        self._https = runtime.settings.base_url.startswith("https://")
        self.desk: ASGIApp = make_app(runtime, renderer.text, renderer.term)
        channels = {"web": self.hub} | ({} if role == "web" else {"board": Board()})
        self.outbox = Outbox(runtime.writer, runtime.env, channels)
        self._tasks: list[asyncio.Task[None]] = []
        self._worker = Worker(runtime) if role != "web" else None
        hears = role != "web" and runtime.settings.speech_url
        self._speech = SpeechServer(runtime.settings) if hears else None
        self._listening = Listening(runtime, self._speech) if self._speech is not None else None
        reads = role != "web" and runtime.env.reads_photos
        self._photos = Watch(runtime, reader or PhotoReader()) if reads else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        method, path = scope["method"], scope["path"]
        send = guarded_send(send, https=self._https)
        handler = self.chat.route(method, path)
        if handler is not None:
            await handler(scope, receive, send)
        elif path.startswith("/desk/enter/") and (wait := self._limiter.wait("sign_in", source=source_of(scope))):
            await self.pages.busy(wait)(scope, receive, send)
        elif path.startswith(("/desk", "/a/")):
            await self.desk(scope, receive, send)
        elif path == "/p" and method in ("GET", "POST"):
            await self.pages.progress(scope, receive, send)
        elif method == "POST" and path.startswith("/n/") and path.endswith("/read"):
            await (await self.pages.notice(scope, path.removeprefix("/n/")))(scope, receive, send)
        elif method not in ("GET", "HEAD"):
            await self.pages.page("error.html", 405)(scope, receive, send)
        elif path in ("/", "/kiosk"):
            await self.pages.chat(scope)(scope, receive, send)
        elif path.startswith("/static/"):
            await self.pages.static(path.removeprefix("/static/"))(scope, receive, send)
        elif path.startswith("/n/"):
            await (await self.pages.notice(scope, path.removeprefix("/n/")))(scope, receive, send)
        elif path == "/leave":
            await self.pages.leave()(scope, receive, send)
        elif path == "/healthz":
            await _plain(send, 200, b"ok")
        elif path == "/readyz":
            ready = await asyncio.to_thread(self._ready)
            await _plain(send, 200 if ready else 503, b"ready" if ready else b"the database does not answer")
        elif path == "/metrics" and may_read_metrics(scope, self._runtime.settings):
            await _plain(send, 200, generate_latest(), CONTENT_TYPE_LATEST.encode("ascii"))
        else:
            await self.pages.not_found()(scope, receive, send)

    def _ready(self) -> bool:
        try:
            with self._runtime.database.read() as db:
                db.execute(text("SELECT 1"))
        except Exception:
            log.exception("The database does not answer", action="ready.failed")
            return False
        return True

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self.start()
                await send({"type": "lifespan.startup.complete"})
                if self._on_ready is not None:
                    self._on_ready()
            else:
                await self.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def start(self) -> None:
        """Begin to deliver and to watch the clocks. The runtime is started by its owner."""
        for loop, signal in ((self.outbox, SIGNAL), (self._listening, VOICE_SIGNAL), (self._photos, PHOTOS)):
            if loop is not None:
                self._runtime.on_commit(partial(_woken, loop, signal))
                self._tasks.append(asyncio.create_task(loop.run()))
        if self._worker is not None:
            self._worker.start()

    async def stop(self) -> None:
        """Close the open pages, end the loops, leave the writer to the owner."""
        self.hub.close_all()
        if self._worker is not None:
            self._worker.stop()
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        if self._speech is not None:
            await self._speech.close()
        if self._photos is not None:
            await self._photos.close()


def _woken(loop: DueLoop, signal: str, signals: set[str]) -> None:
    """Wake a loop when what was just committed is for it."""
    if signal in signals:
        loop.notify()


_FORWARDED = frozenset({b"forwarded", b"via", b"x-forwarded-for", b"x-real-ip"})


def may_read_metrics(scope: Scope, settings: Settings) -> bool:
    """With the token where one is set; without one from this machine, and not through a proxy that runs on it."""
    token = settings.metrics_token.get_secret_value()
    headers = dict(scope["headers"])
    if token:
        return compare_digest(headers.get(b"authorization", b""), b"Bearer " + token.encode("utf-8"))
    client = scope.get("client")
    return client is not None and client[0] in ("127.0.0.1", "::1") and not _FORWARDED & headers.keys()


async def _plain(send: Send, status: int, body: bytes, kind: bytes = b"text/plain; charset=utf-8") -> None:
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
