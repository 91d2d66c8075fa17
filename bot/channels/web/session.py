"""Who writes on the web: a session is a secret in a cookie or in the Authorization header, never in an address.

It is there before the first message: the page sets the cookie. A page without cookies sends a nonce it made itself, and
the session is derived from it, so that a first message sent twice finds the same contact.
"""

from __future__ import annotations

import re
from http.cookies import SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import Response
from starlette.types import Message, Scope, Send

from backend.privacy.seal import Sealer
from backend.runtime import Runtime
from backend.web.guard import from_here
from backend.web.limits import source_of

DAYS = 90
_SESSION = re.compile(r"[A-Za-z0-9_-]{43}\Z")
_NONCE = re.compile(r"[A-Za-z0-9_-]{22,80}\Z")
#: A message id that was drawn and not counted: 128 bits in hexadecimal, or a UUID.
_DRAWN = re.compile(r"(?:[a-z]{1,3}-)?[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\Z", re.I)


def valid(session: str | None) -> str:
    """The session if it can be one of ours, else ""."""
    return session if session and _SESSION.match(session) else ""


class Sessions:
    """Reads and sets the secret a browser holds."""

    def __init__(self, runtime: Runtime) -> None:
        self._env = runtime.env
        self._secure = runtime.settings.base_url.startswith("https://")
        self.cookie = "__Host-chat" if self._secure else "chat"

    def of(self, scope: Scope) -> str:
        """The session a request shows, or "". A cookie counts only from our own pages."""
        headers = Headers(scope=scope)
        scheme, _, told = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and valid(told.strip()):
            return told.strip()
        return self.held(headers) if from_here(headers, self._env) else ""

    def held(self, headers: Headers) -> str:
        """The session in the cookie, or ""."""
        sent = headers.get("cookie")
        return valid(cookie_parser(sent).get(self.cookie)) if sent else ""

    def for_message(self, scope: Scope, told: str | None, nonce: str | None, message_id: str) -> str:
        """The session of a message: told in it, shown with it, or hers from now on."""
        known = valid(told) or self.of(scope)
        if known:
            return known
        if nonce and _NONCE.match(nonce):
            return self._derived(f"nonce:{nonce}")
        if _DRAWN.match(message_id):
            # The id is kept in the clear with the message; with the address it still gives nobody the session.
            return self._derived(f"id:{source_of(scope)}:{message_id}")
        return Sealer.token()

    def _derived(self, seed: str) -> str:
        lookup = self._env.sealer.lookup
        return (lookup("session.first", seed) + lookup("session.second", seed))[:43]

    def keeping(self, scope: Scope, send: Send, session: str) -> Send:
        """`send` that gives the browser the cookie where it has none, or another."""
        if self.held(Headers(scope=scope)) == session:
            return send

        async def giving(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", self._cookie(session, DAYS * 86400))
            await send(message)

        return giving

    def begin(self, scope: Scope, response: Response) -> Response:
        """A page that is opened without a session gets one before its first message."""
        return response if self.held(Headers(scope=scope)) else self.give(scope, response, Sealer.token())

    def give(self, scope: Scope, response: Response, session: str) -> Response:
        """The same page, with that session in the cookie."""
        if self.held(Headers(scope=scope)) != session:
            response.headers.append("set-cookie", self._cookie(session, DAYS * 86400))
        return response

    def end(self, response: Response) -> Response:
        """She leaves: this browser knows nothing any more."""
        response.headers.append("set-cookie", self._cookie("", 0))
        return response

    def _cookie(self, value: str, seconds: int) -> str:
        cookie: SimpleCookie = SimpleCookie()
        cookie[self.cookie] = value
        one = cookie[self.cookie]
        one["path"], one["max-age"], one["httponly"], one["samesite"] = "/", seconds, True, "Lax"
        if self._secure:
            one["secure"] = True
        return one.OutputString()
