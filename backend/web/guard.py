"""What every request meets first and every answer leaves with: a limit on what comes in, headers on what goes out."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.env import Env

LARGEST_BODY = 64 * 1024

HEADERS = {
    "content-security-policy": (
        "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "x-robots-tag": "noindex",
}


class BodyTooLarge(Exception):
    """More came in than a form of ours can hold."""


class Guard:
    """Adds the headers, and stops reading a body that is too large."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        taken = 0

        async def limited() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > LARGEST_BODY:
                raise BodyTooLarge
            return message

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        await self._app(scope, limited, guarded)


def guarded_send(send: Send, *, https: bool) -> Send:
    """`send` whose answers all leave with the headers; what an answer says itself stays."""
    wanted = _ENCODED + (_HTTPS_ONLY if https else ())

    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", ()))
            there = {name.lower() for name, _ in headers}
            headers += [pair for pair in wanted if pair[0] not in there]
            message = {**message, "headers": headers}
        await send(message)

    return guarded


def from_here(headers: Headers, env: Env) -> bool:
    """Whether a request comes from a page of ours, or from no page at all. Browsers say so in one header or another."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    if origin in (None, "", "null"):  # our own pages send no referrer, so their posts carry "null"
        return True
    return urlsplit(str(origin)).netloc in (headers.get("host"), urlsplit(env.settings.base_url).netloc)


_ENCODED = tuple((name.encode("ascii"), value.encode("ascii")) for name, value in HEADERS.items())
_HTTPS_ONLY = ((b"strict-transport-security", b"max-age=31536000"),)
