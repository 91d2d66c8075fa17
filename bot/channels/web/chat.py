"""The resident chat over HTTP: a plain ASGI callable, because every message passes here."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

import msgspec
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import RedirectResponse, StreamingResponse
from starlette.types import Receive, Scope, Send

from backend.conversations.history import contact_of, history, waiting
from backend.conversations.media import LARGEST, keep_file
from backend.conversations.seen import seen
from backend.log import get_log
from backend.outbox.deliver import offer_again
from backend.ports import Arrived, FileIn, Replied
from backend.privacy.seal import Sealer
from backend.runtime import Runtime
from bot.channels.web.hook import LARGEST_BODY, Refused, Sent, checked, parse, said_of
from bot.channels.web.hub import WebHub
from bot.channels.web.resident import Pages
from bot.render import Renderer, Reply

log = get_log(__name__)

MOST_FILES = 4
LARGEST_UPLOAD = MOST_FILES * LARGEST + 256 * 1024  # bytes of one request
PING_SECONDS = 15

_encode = msgspec.json.Encoder().encode
Handler = Callable[[Scope, Receive, Send], Awaitable[None]]


class WebChat:
    """Answers /api/chat and the plain form; everything is one message to the same service."""

    def __init__(self, runtime: Runtime, renderer: Renderer, hub: WebHub, pages: Pages) -> None:
        self._runtime = runtime
        self._render = renderer
        self._hub = hub
        self._pages = pages
        self._routes: dict[tuple[str, str], Handler] = {
            ("POST", "/api/chat"): self._message,
            ("POST", "/chat-form"): self._form,
            ("GET", "/chat-form"): self._form_page,
            ("GET", "/api/chat/events"): self._events,
            ("GET", "/api/chat/history"): self._history,
            ("GET", "/api/chat/pending"): self._pending,
            ("POST", "/api/chat/seen"): self._seen,
        }

    def route(self, method: str, path: str) -> Handler | None:
        """The handler for a request, if it is ours."""
        return self._routes.get((method, path))

    async def _message(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
            if kind.startswith(b"multipart/form-data"):
                sent, files, unreadable = await self._upload(scope, receive)
            else:
                sent, files, unreadable = parse(await _body(receive)), (), ()
            replied, session = await self._take(sent, files, unreadable)
        except Refused as refused:
            text = self._render.text(refused.key, {"phone": self._runtime.receiver.window.phone})
            await _send(send, refused.status, _encode({"error": refused.key, "text": text}))
            return
        await _send(send, 200, _encode(self._answer(replied, session)))

    async def _take(self, sent: Sent, files: tuple[FileIn, ...], unreadable: tuple[str, ...]) -> tuple[Replied, str]:
        session = sent.session or Sealer.token()
        said = said_of(sent, self._runtime.listener())
        if unreadable:
            said = msgspec.structs.replace(said, unreadable=unreadable)
        replied = await self._runtime.receive(
            Arrived(
                channel="web",
                account="web",
                address=session,
                message_id=sent.id,
                raw=_encode({"text": sent.text, "choice": sent.choice, "files": [file.id for file in files]}),
                said=said,
                files=files,
            )
        )
        return replied, session

    def _answer(self, replied: Replied, session: str) -> dict[str, Any]:
        return {"session": session, "replies": self.replies(replied), "case_no": replied.case_no}

    def replies(self, replied: Replied) -> list[Reply]:
        """The answer in words; ids are stable, so a repeat is recognised by the page."""
        return [self._render.reply(f"{replied.inbound_id}.{n}", say) for n, say in enumerate(replied.says)]

    async def _upload(self, scope: Scope, receive: Receive) -> tuple[Sent, tuple[FileIn, ...], tuple[str, ...]]:
        kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
        if b"charset" in kind.lower():
            raise Refused(400, "problem.not_a_message")  # browsers send none; a strange codec would be run on our loop
        request = Request(scope, _counted(receive, LARGEST_UPLOAD))
        try:
            async with request.form(max_files=MOST_FILES, max_fields=8, max_part_size=LARGEST_BODY) as form:
                fields = {name: value for name, value in form.items() if isinstance(value, str) and value}
                uploads = [value for value in form.getlist("file") if not isinstance(value, str)]
                sent = checked(
                    Sent(fields.get("id", ""), fields.get("session"), fields.get("text"), fields.get("choice"))
                )
                kept: list[FileIn] = []
                problems: list[str] = []
                for upload in uploads:
                    if not upload.filename and not upload.size:
                        continue
                    data = await upload.read(LARGEST + 1)
                    name = upload.filename or ""
                    found = await asyncio.to_thread(keep_file, self._runtime.env, data, name)
                    if isinstance(found, str):
                        problems.append(found)
                    else:
                        kept.append(found)
        except (MultiPartException, HTTPException, UnicodeDecodeError):
            raise Refused(400, "problem.not_a_message") from None
        return sent, tuple(kept), tuple(problems)

    # The same without JavaScript: a form, a redirect, a page.

    async def _form(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            await self._pages.not_found()(scope, receive, send)  # another site may not speak for her
            return
        try:
            sent, files, unreadable = await self._form_fields(scope, receive)
        except Refused:
            sent, files, unreadable = Sent(Sealer.token(), None, None, "start"), (), ()
        # Her session is what her own browser holds; a page elsewhere cannot give her one.
        sent = checked(msgspec.structs.replace(sent, session=request.cookies.get("chat")))
        if sent.choice is None and sent.text is None and not files:
            sent = msgspec.structs.replace(sent, choice="start")
        _, session = await self._take(sent, files, unreadable)
        response = RedirectResponse("/chat-form", status_code=303)
        response.set_cookie("chat", session, httponly=True, samesite="lax", path="/chat-form", max_age=90 * 86400,
                            secure=self._runtime.settings.base_url.startswith("https://"))  # fmt: skip
        await response(scope, receive, send)

    async def _form_fields(self, scope: Scope, receive: Receive) -> tuple[Sent, tuple[FileIn, ...], tuple[str, ...]]:
        kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
        if kind.startswith(b"multipart/form-data"):
            return await self._upload(scope, receive)
        fields = {
            name: values[0] for name, values in parse_qs((await _body(receive)).decode("utf-8", "replace")).items()
        }
        sent = Sent(fields.get("id", ""), None, fields.get("text"), fields.get("choice"))
        return checked(sent), (), ()

    async def _form_page(self, scope: Scope, receive: Receive, send: Send) -> None:
        session = Request(scope, receive).cookies.get("chat", "")
        messages = await asyncio.to_thread(self._read_history, session)
        last = messages[-1] if messages else None
        await self._pages.page(
            "chat_plain.html",
            messages=messages,
            choices=last["choices"] if last is not None and last["from"] == "bot" else [],
            session=session,
            message_id=Sealer.token(),
        )(scope, receive, send)

    # What the page asks for beside the messages.

    async def _history(self, scope: Scope, receive: Receive, send: Send) -> None:
        session = Request(scope, receive).query_params.get("session", "")
        await _send(send, 200, _encode({"messages": await asyncio.to_thread(self._read_history, session)}))

    def _read_history(self, session: str) -> list[dict[str, Any]]:
        runtime = self._runtime
        with runtime.database.read() as db:
            contact = contact_of(db, runtime.env, "web", session)
            lines = [] if contact is None else history(db, runtime.env, contact)
        shown: list[dict[str, Any]] = []
        labels: dict[str, str] = {}
        for line in lines:
            if line.say is None:
                text = line.text if line.choice is None else labels.get(line.choice, "")
                if text or line.files:
                    shown.append(_shown("me", line.id, text or "", "", line.at, files=line.files))
                continue
            reply = self._render.reply(line.id, line.say)
            labels |= {choice.id: choice.label for choice in reply.choices}
            shown.append(_shown("bot", line.id, reply.text, reply.kind, line.at, choices=reply.choices))
        return shown

    async def _pending(self, scope: Scope, receive: Receive, send: Send) -> None:
        session = Request(scope, receive).query_params.get("session", "")
        found = await asyncio.to_thread(self._read_waiting, session)
        await _send(send, 200, _encode({"replies": found}))

    def _read_waiting(self, session: str) -> list[Reply]:
        runtime = self._runtime
        with runtime.database.read() as db:
            contact = contact_of(db, runtime.env, "web", session)
            found = [] if contact is None else waiting(db, runtime.env, contact)
        return [self._render.reply(row_id, say) for row_id, say in found]

    async def _seen(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            told = msgspec.json.decode(await _body(receive), type=_Seen)
        except (msgspec.MsgspecError, UnicodeDecodeError, Refused):
            await _send(send, 400, b"{}")
            return
        runtime = self._runtime
        contact = await asyncio.to_thread(self._contact, told.session)
        if contact is not None:
            await runtime.writer.run(lambda tx: seen(tx, runtime.env, contact, told.ids))
        await _send(send, 200, b"{}")

    def _contact(self, session: str) -> str | None:
        with self._runtime.database.read() as db:
            return contact_of(db, self._runtime.env, "web", session)

    async def _events(self, scope: Scope, receive: Receive, send: Send) -> None:
        session = Request(scope, receive).query_params.get("session", "")
        contact = await asyncio.to_thread(self._contact, session)
        if contact is None:
            # 204 tells EventSource not to come back; the page begins a session with its first message.
            await _send(send, 204, b"")
            return
        runtime = self._runtime
        page = self._hub.open(contact)

        async def stream() -> Any:
            try:
                yield b"retry: 3000\n\n"
                await runtime.writer.run(lambda tx: offer_again(tx, runtime.env, contact))
                while True:
                    try:
                        async with asyncio.timeout(PING_SECONDS):
                            reply = await page.queue.get()
                    except TimeoutError:
                        yield b": still here\n\n"
                        continue
                    if reply is None:
                        return
                    yield b"id: " + reply.id.encode() + b"\ndata: " + _encode(reply) + b"\n\n"
            finally:
                self._hub.close(contact, page)

        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        await StreamingResponse(stream(), media_type="text/event-stream", headers=headers)(scope, receive, send)


class _Seen(msgspec.Struct):
    session: str
    ids: list[str]


def _shown(
    who: str, message_id: str, text: str, kind: str, at: dt.datetime, *, choices: Any = (), files: Any = ()
) -> dict[str, Any]:
    return {
        "from": who,
        "id": message_id,
        "text": text,
        "kind": kind,
        "choices": choices,
        "files": files,
        "at": at.isoformat(),
    }


def _counted(receive: Receive, most: int) -> Receive:
    """`receive` that refuses a body of more than `most` bytes before it is kept anywhere."""
    size = 0

    async def counted() -> Any:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > most:
            raise Refused(413, "problem.message_too_long")
        return message

    return counted


async def _body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refused(400, "problem.not_a_message")
        part = message.get("body", b"")
        size += len(part)
        if size > 2 * 1024 * 1024:
            raise Refused(413, "problem.message_too_long")
        parts.append(part)
        if not message.get("more_body"):
            return parts[0] if len(parts) == 1 else b"".join(parts)


_JSON = (b"content-type", b"application/json; charset=utf-8")


async def _send(send: Send, status: int, body: bytes) -> None:
    headers = [_JSON, (b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
