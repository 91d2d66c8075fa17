"""A desk with everything real behind it, and browsers that press its buttons."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any

from httpx import ASGITransport, AsyncClient, Cookies, Response

from backend.clock import Clock
from backend.privacy.keys import create_key_file
from backend.runtime import Runtime
from backend.settings import Settings
from backend.staff.service import issue_link
from backend.web.app import make_app
from bot.bootstrap import renderer_for
from tests.builders import Office

COOKIE = "desk"


@contextmanager
def running(url: str, folder: Path, clock: Clock, **more: Any) -> Iterator[Runtime]:
    """A runtime on that database, with a key and a media folder of its own."""
    keys = folder / "keys"
    if not keys.exists():
        create_key_file(keys)
    settings = Settings(database_url=url, data_key_file=keys, media_dir=folder / "media", **more)
    with Runtime(settings, clock) as runtime:
        yield runtime


class Twin:
    """The desk and its county's people."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.office = Office(runtime.writer, runtime.database, runtime.env)
        renderer = renderer_for(runtime)
        self.app = make_app(runtime, renderer.text, renderer.term)

    def stranger(self) -> Seat:
        """A browser nobody has signed in with."""
        return Seat(self)

    def as_(self, login: str) -> Seat:
        """A browser a colleague has signed in with."""
        seat = Seat(self)
        seat.enter(self.sign_in_link(self.office.as_(login).id))
        return seat

    def sign_in_link(self, staff_id: str) -> str:
        return f"/desk/enter/{self.office.act(issue_link, 'sign_in', staff_id, staff_id)}"

    def link(self, transfer_id: str, hours: int = 24) -> str:
        """The path of a department's link."""
        return f"/a/{self.office.act(issue_link, 'transfer', transfer_id, None, hours)}"


class Seat:
    """One browser without scripts: it follows redirects and sends back what the page's forms hold."""

    def __init__(self, twin: Twin) -> None:
        self._app = twin.app
        self.cookies = Cookies()

    def enter(self, path: str) -> Response:
        self.get(path)
        return self.post(path, {})

    def get(self, path: str, **more: Any) -> Response:
        return self.send("GET", path, **more)

    def post(self, path: str, data: Mapping[str, Any], **more: Any) -> Response:
        return self.send("POST", path, data=dict(data), **more)

    def send(self, method: str, path: str, **more: Any) -> Response:
        """One request and the redirects after it."""

        async def ask() -> Response:
            transport = ASGITransport(self._app, raise_app_exceptions=False)
            async with AsyncClient(
                transport=transport, base_url="http://desk", follow_redirects=True, cookies=self.cookies
            ) as client:
                answer = await client.request(method, path, **more)
                self.cookies = client.cookies
                return answer

        return asyncio.run(ask())

    def press(self, page: str, action: str, /, **typed: Any) -> Response:
        """Open a page and send one of its forms, with what is filled in already and what is typed.

        A field set to None is left out; `__` in a name stands for a dot.
        """
        held = form_on(self.get(page).text, action)
        fields = {**held, **{name.replace("__", "."): value for name, value in typed.items()}}
        return self.post(action, {name: value for name, value in fields.items() if value is not None})


def form_on(html: str, action: str) -> dict[str, Any]:
    """The fields of a form as a browser would send them."""
    match = re.search(rf'<form[^>]*action="{re.escape(action)}"[^>]*>(.*?)</form>', html, re.S)
    assert match is not None, f"no form for {action} on the page:\n{text_of(html)[:1500]}"
    found: dict[str, Any] = {}

    def add(name: str, value: str) -> None:
        if name in found:
            found[name] = [*(found[name] if isinstance(found[name], list) else [found[name]]), unescape(value)]
        else:
            found[name] = unescape(value)

    for tag in re.findall(r"<input[^>]*>", match[1]):
        name, value = _attribute(tag, "name"), _attribute(tag, "value")
        if name and (_attribute(tag, "type") not in ("checkbox", "radio") or " checked" in tag):
            add(name, value or "")
    for tag, inner in re.findall(r"(<textarea[^>]*>)\n?(.*?)</textarea>", match[1], re.S):
        add(_attribute(tag, "name") or "", inner)
    for tag, inner in re.findall(r"(<select[^>]*>)(.*?)</select>", match[1], re.S):
        options = re.findall(r"<option[^>]*>", inner)
        chosen = [option for option in options if " selected" in option] or options[:1]
        add(_attribute(tag, "name") or "", _attribute(chosen[0], "value") or "")
    return found


def _attribute(tag: str, name: str) -> str | None:
    match = re.search(rf'\s{name}="([^"]*)"', tag)
    return unescape(match[1]) if match else None


def text_of(html: str) -> str:
    """The words of a page, roughly as they are read."""
    bare = re.sub(r"<(script|style|head)\b.*?</\1>", " ", html, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", bare)).split())
