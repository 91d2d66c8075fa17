"""The resident chat over HTTP: a plain ASGI callable, because every message passes here."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

import msgspec
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from backend.conversations.history import contact_of, history, waiting
from backend.conversations.media import LARGEST
from backend.conversations.seen import seen
from backend.log import get_log
from backend.outbox.deliver import offer_again
from backend.ports import Arrived, Replied
from backend.privacy.seal import Sealer
from backend.runtime import Runtime
from backend.web.guard import from_here
from backend.web.limits import Kind, Limiter, source_of
from bot.channels.uploads import Brought, bring
from bot.channels.web.hook import LARGEST_BODY, LONGEST_TEXT, Refused, Sent, checked, parse, said_of
from bot.channels.web.hub import WebHub
from bot.channels.web.resident import Pages
from bot.render import Renderer, Reply
from dialogs.terms import Param

log = get_log(__name__)

MOST_FILES = 4
LARGEST_UPLOAD = MOST_FILES * LARGEST + 256 * 1024  # bytes of one request
PING_SECONDS = 15

_encode = msgspec.json.Encoder().encode
Handler = Callable[[Scope, Receive, Send], Awaitable[None]]


class WebChat:
    """Answers /api/chat and the plain form; everything is one message to the same service."""

    def __init__(self, runtime: Runtime, renderer: Renderer, hub: WebHub, pages: Pages, limiter: Limiter) -> None:
        self._runtime = runtime
        self._render = renderer
        self._hub = hub
        self._pages = pages
        self._sessions = pages.sessions
        self._limiter = limiter
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
            if not from_here(Headers(scope=scope), self._runtime.env):
                raise Refused(403, "problem.from_elsewhere")  # another site may not speak for her
            kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
            if kind.startswith(b"multipart/form-data"):
                sent, brought = await self._upload(scope, receive)
            else:
                sent, brought = self._admitted(scope, parse(await _body(receive))), Brought()
            replied = await self._take(sent, brought)
        except Refused as refused:
            headers = ((b"retry-after", b"%d" % refused.seconds),) if refused.seconds else ()
            await _send(send, refused.status, _encode({"error": refused.key, "text": self._words(refused)}), headers)
            return
        session = sent.session or ""
        await _send(self._sessions.keeping(scope, send, session), 200, _encode(self._answer(replied, session)))

    def _words(self, refused: Refused) -> str:
        phone = self._runtime.receiver.window.phone
        more: dict[str, Param] = {"seconds": refused.seconds} if refused.seconds else {}
        return self._render.text(refused.key, {"phone": phone, **more})

    def _admitted(self, scope: Scope, sent: Sent, kind: Kind = "messages", waiting: int = 0) -> Sent:
        """The message with its session, unless there are too many; words of danger pass where others wait.

        Args:
            waiting: seconds this address has to wait already.

        Raises:
            Refused: 429, with the seconds to wait.
        """
        session = self._sessions.for_message(scope, sent.session, sent.nonce, sent.id)
        source, again = source_of(scope), kind == "uploads"  # files are counted before they are read, too
        wait = self._limiter.wait(kind, session=session, source="" if again else source, again=again)
        wait = max(waiting, wait)
        if wait and not self._cries_for_help(sent, session, source):
            raise Refused(429, "problem.busy", wait, (sent.text or "")[:LONGEST_TEXT])
        return msgspec.structs.replace(sent, session=session)

    def _cries_for_help(self, sent: Sent, session: str, source: str) -> bool:
        if not sent.text or self._limiter.wait("danger", session=session, source=source):
            return False
        heard = said_of(sent, self._runtime.listener()).heard
        return heard is not None and heard.danger is not None

    async def _take(self, sent: Sent, brought: Brought) -> Replied:
        said = said_of(sent, self._runtime.listener())
        if brought.unreadable or brought.sheet is not None:
            said = msgspec.structs.replace(said, unreadable=brought.unreadable, sheet=brought.sheet)
        return await self._runtime.receive(
            Arrived(
                channel="web",
                account="web",
                address=sent.session or "",
                message_id=sent.id,
                raw=_encode({"text": sent.text, "choice": sent.choice, "files": [file.id for file in brought.files]}),
                said=said,
                files=brought.files,
            )
        )

    def _answer(self, replied: Replied, session: str) -> dict[str, Any]:
        return {"session": session, "replies": self.replies(replied), "case_no": replied.case_no}

    def replies(self, replied: Replied) -> list[Reply]:
        """The answer in words; ids are stable, so a repeat is recognised by the page."""
        return [self._render.reply(f"{replied.inbound_id}.{n}", say) for n, say in enumerate(replied.says)]

    async def _upload(self, scope: Scope, receive: Receive, *, told: bool = True) -> tuple[Sent, Brought]:
        """The message and its files. `told`: whether the body may say whose it is."""
        source = source_of(scope)
        wait = self._limiter.wait("uploads", source=source)
        if wait and self._limiter.wait("danger", source=source):
            raise Refused(429, "problem.busy", wait)  # not even read any more
        kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
        if b"charset" in kind.lower():
            raise Refused(400, "problem.not_a_message")  # browsers send none; a strange codec would be run on our loop
        request = Request(scope, _counted(receive, LARGEST_UPLOAD))
        try:
            async with request.form(max_files=MOST_FILES, max_fields=8, max_part_size=LARGEST_BODY) as form:
                fields = {name: value for name, value in form.items() if isinstance(value, str) and value}
                uploads = [value for value in form.getlist("file") if not isinstance(value, str)]
                sent = checked(
                    Sent(
                        fields.get("id", ""),
                        fields.get("session") if told else None,
                        fields.get("text"),
                        fields.get("choice"),
                        fields.get("nonce") if told else None,
                    )
                )
                sent = self._admitted(scope, sent, "uploads", wait)
                brought = Brought()
                for upload in uploads:
                    if not upload.filename and not upload.size:
                        continue
                    data = await upload.read(LARGEST + 1)
                    name = upload.filename or ""
                    address = sent.session or ""
                    brought = await asyncio.to_thread(bring, self._runtime, "web", address, data, name, brought)
        except (MultiPartException, HTTPException, UnicodeDecodeError):
            raise Refused(400, "problem.not_a_message") from None
        return sent, brought

    # The same without JavaScript: a form, a redirect, a page.

    async def _form(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not from_here(Headers(scope=scope), self._runtime.env):
            await self._pages.not_found()(scope, receive, send)  # another site may not speak for her
            return
        try:
            sent, brought = await self._form_fields(scope, receive)
        except Refused as refused:
            await self._form_refused(scope, receive, send, refused)
            return
        if sent.choice is None and sent.text is None and brought == Brought():
            sent = msgspec.structs.replace(sent, choice="start")
        await self._take(sent, brought)
        session = sent.session or ""
        response = RedirectResponse("/chat-form", status_code=303)
        await response(scope, receive, self._sessions.keeping(scope, send, session))

    async def _form_refused(self, scope: Scope, receive: Receive, send: Send, refused: Refused) -> None:
        """The talk as it was, with what happened and what she wrote."""
        session = self._sessions.of(scope)
        page = await self._plain_page(session, refused.status, problem=self._words(refused), draft=refused.draft)
        if refused.seconds:
            page.headers["retry-after"] = str(refused.seconds)
        await page(scope, receive, send)

    async def _form_fields(self, scope: Scope, receive: Receive) -> tuple[Sent, Brought]:
        """Her session is what her own browser holds; a page elsewhere cannot give her one."""
        kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
        if kind.startswith(b"multipart/form-data"):
            return await self._upload(scope, receive, told=False)
        fields = {
            name: values[0] for name, values in parse_qs((await _body(receive)).decode("utf-8", "replace")).items()
        }
        sent = checked(Sent(fields.get("id", ""), None, fields.get("text"), fields.get("choice")))
        return self._admitted(scope, sent), Brought()

    async def _form_page(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (await self._plain_page(self._sessions.of(scope)))(scope, receive, send)

    async def _plain_page(self, session: str, status: int = 200, **more: Any) -> Response:
        await self._show_what_waits(session)
        messages = await asyncio.to_thread(self._read_history, session)
        last = messages[-1] if messages else None
        return self._pages.page(
            "chat_plain.html",
            status,
            messages=messages,
            choices=last["choices"] if last is not None and last["from"] == "bot" else [],
            message_id=Sealer.token(),
            **more,
        )

    async def _show_what_waits(self, session: str) -> None:
        """A page without script asks for nothing later: what waits for her is on it, and so it is delivered."""
        contact = await asyncio.to_thread(self._contact, session)
        waiting = await asyncio.to_thread(self._read_waiting, session)
        if contact is not None and waiting:
            ids = [reply.id for reply in waiting]
            await self._runtime.writer.run(lambda tx: seen(tx, self._runtime.env, contact, ids))

    # What the page asks for beside the messages.

    async def _history(self, scope: Scope, receive: Receive, send: Send) -> None:
        session = self._sessions.of(scope)
        shown = _encode({"messages": await asyncio.to_thread(self._read_history, session)})
        await _send(self._sessions.keeping(scope, send, session) if session else send, 200, shown)

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
        found = await asyncio.to_thread(self._read_waiting, self._sessions.of(scope))
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
        contact = await asyncio.to_thread(self._contact, self._sessions.of(scope))
        if contact is not None:
            await runtime.writer.run(lambda tx: seen(tx, runtime.env, contact, told.ids))
        await _send(send, 200, b"{}")

    def _contact(self, session: str) -> str | None:
        with self._runtime.database.read() as db:
            return contact_of(db, self._runtime.env, "web", session)

    async def _events(self, scope: Scope, receive: Receive, send: Send) -> None:
        contact = await asyncio.to_thread(self._contact, self._sessions.of(scope))
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


async def _send(send: Send, status: int, body: bytes, more: Iterable[tuple[bytes, bytes]] = ()) -> None:
    headers = [_JSON, (b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store"), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
