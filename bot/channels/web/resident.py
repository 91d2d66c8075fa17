"""The pages of a resident: chat, progress, her own notice and receipt. No account, nothing kept in the address."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from jinja2 import Environment, FileSystemLoader, select_autoescape
from sqlmodel import Session, col, select
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from backend.cases.notices import EXPLICIT, acknowledge, latest
from backend.cases.tables import Case, Representation
from backend.clock import local_day
from backend.conversations.history import contact_of
from backend.conversations.progress import by_code, ended, part_line, parts
from backend.conversations.window import window_of
from backend.env import Env
from backend.errors import NotFound
from backend.inbox.tables import Contact
from backend.privacy.seal import Sealer
from backend.runtime import Runtime
from backend.staff.links import hold, look_link
from backend.web.guard import HEADERS, from_here
from backend.web.limits import Limiter, source_of
from bot import notice_sheet
from bot.channels.web.session import Sessions
from bot.render import Renderer
from dialogs.catalogue.wording import slip_words
from dialogs.effects import Say
from dialogs.notice import OneTimeNotice
from dialogs.terms import Terms
from locales.templates import speak

FOLDER = Path(__file__).parent / "pages"
STATIC = FOLDER / "static"

#: As everywhere; a photo she is about to send is shown from her own browser.
_SAFE = HEADERS | {
    "content-security-policy": HEADERS["content-security-policy"].replace(
        "default-src 'self'", "default-src 'self'; img-src 'self' blob:"
    )
}
#: She may speak into the page, and only here.
_MAY_RECORD = HEADERS["permissions-policy"].replace("microphone=()", "microphone=(self)")
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".html": "text/html"}


class Pages:
    """Templates and static files, read once."""

    def __init__(self, runtime: Runtime, renderer: Renderer, limiter: Limiter) -> None:
        self._runtime = runtime
        self._limiter = limiter
        self.sessions = Sessions(runtime)
        self._render = renderer
        self._jinja = speak(
            Environment(loader=FileSystemLoader(FOLDER, encoding="utf-8"), autoescape=select_autoescape(default=True)),
            runtime.settings.language,
        )
        self._static = {path.name: path.read_bytes() for path in STATIC.iterdir() if path.suffix in _TYPES}
        joined = b"".join(self._static[name] for name in sorted(self._static))
        self.version = hashlib.sha256(joined).hexdigest()[:10]

    def page(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page of ours, safe by its headers."""
        window = self._runtime.receiver.window
        text = self._jinja.get_template(template).render(
            {
                "window": self._render.text("page.window", {"town": window.town_name}),
                "phone": window.phone,
                "v": self.version,
            }
            | values
        )
        return HTMLResponse(text, status, headers=_SAFE)

    def static(self, name: str) -> Response:
        """A static file by its name; there are no folders to climb."""
        data = self._static.get(name)
        if data is None:
            return self.not_found()
        headers = {"cache-control": "public, max-age=31536000, immutable", "x-content-type-options": "nosniff"}
        return Response(data, headers=headers, media_type=_TYPES[Path(name).suffix])

    def not_found(self) -> HTMLResponse:
        """The same page for everything that is not there or not for this reader."""
        return self.page("error.html", 404, text=self._render.text("page.not_found", {}))

    def chat(self, scope: Scope) -> Response:
        """The chat's page; it brings a session, so that there is one before the first message."""
        page = self.page("chat.html", message_id=Sealer.token())
        page.headers["permissions-policy"] = _MAY_RECORD
        return self.sessions.begin(scope, page)

    def leave(self) -> Response:
        """A page that says nothing of what was open before, in a browser that knows nothing of it either."""
        return self.sessions.end(self.page("leave.html"))

    def busy(self, seconds: int) -> HTMLResponse:
        """Too many at once: nothing was done, and when to come again."""
        phone = self._runtime.receiver.window.phone
        text = self._render.text("page.busy", {"seconds": seconds, "phone": phone})
        page = self.page("error.html", 429, text=text)
        page.headers["retry-after"] = str(seconds)
        return page

    async def progress(self, scope: Scope, receive: Receive, send: Send) -> None:
        """`/p`: the number and the code are posted, so that neither stands in an address."""
        request = Request(scope, receive)
        values: dict[str, Any] = {"form": {"number": "", "code": ""}, "problem": "", "timeline": None, "holder": []}
        status = 200
        if request.method == "POST":
            wait = self._limiter.wait("codes", source=source_of(scope))
            if wait:
                await self.busy(wait)(scope, receive, send)
                return
            number, code = await _number_and_code(request)
            values["form"] = {"number": number, "code": ""}
            runtime = self._runtime
            source = f"address:{source_of(scope)}"
            found = await runtime.writer.run(lambda tx: _id_of(by_code(tx, runtime.env, number, code, source=source)))
            if isinstance(found, Say):
                values["problem"] = self._render.text(found.key, found.params)
                status = 429 if found.key == "tell.progress_locked" else 200
            else:
                values |= await asyncio.to_thread(self._timeline, found)
        await self.page("progress.html", status, **values)(scope, receive, send)

    def _timeline(self, case_id: str) -> dict[str, Any]:
        runtime, env, render = self._runtime, self._runtime.env, self._render
        with runtime.database.read() as db:
            case = db.get(Case, case_id)
            assert case is not None
            window = window_of(env, case.town)
            steps = [self._step("progress.step.submitted", "done", local_day(case.submitted_at).isoformat())]
            if case.accepted_at is not None:
                steps.append(self._step("progress.step.accepted", "done", local_day(case.accepted_at).isoformat()))
            for key, ended_on in ended(case):
                step = key.replace("progress.", "progress.step.")
                steps.append(self._step(step, "done", ended_on.isoformat()))
            holders = []
            for part in parts(db, case):
                state = {"granted": "done", "refused": "done", "sent": "wait", "created": "wait"}.get(
                    part.status, "now"
                )
                if state != "done" and part.promised_date is not None and part.promised_date < env.today:
                    state = "late"
                line = part_line(env, part)
                since = part.received_at or part.sent_at
                day = local_day(since).isoformat() if since else ""
                steps.append({"day": self._day(day), "text": render.text(line.key, line.params), "state": state})
                if part.status not in ("granted", "refused"):
                    until = part.promised_date or part.legal_due_date
                    holders.append({
                        "what": render.term("item", part.item),
                        "who": render.term("dept", part.dept),
                        "since": self._day(day),
                        "until": self._day(until.isoformat() if until else ""),
                        "phone": part.get(env.sealer, "handler_phone") or "",
                    })  # fmt: skip
            if not holders:
                holders = [
                    {"what": "", "who": window.clerk, "since": steps[-1]["day"], "until": "", "phone": window.phone}
                ]
            after = render.text(f"progress.next.{case.status}", {"clerk": window.clerk, "phone": window.phone})
        return {"timeline": steps, "holder": holders, "number": case.short_no, "next": after}

    def _step(self, key: str, state: str, day: str) -> dict[str, str]:
        return {"day": self._day(day), "text": self._render.text(key, {}), "state": state}

    def _day(self, iso: str) -> str:
        return self._render.term("day", iso) if iso else ""

    async def notice(self, scope: Scope, token: str) -> Response:
        """`/n/{token}`: her own notice and receipt, for her alone; whatever else is asked for gets the same page.

        `/n/{token}.png` is the same as a picture; posted to `/n/{token}/read`, she says that she has read it.
        """
        bare, as_picture = token.removesuffix(".png"), token.endswith(".png")
        if token.endswith("/read"):
            return await self._has_read(scope, token.removesuffix("/read"))
        found = await self._opened(scope, bare)
        if found is None:
            return self.not_found()
        values, link_id, case_id, reader = found
        runtime = self._runtime
        if as_picture:
            try:
                picture = await asyncio.to_thread(notice_sheet.as_picture, self._render, values, values["number"])
            except LookupError:
                return self.not_found()
            made: Response = Response(picture, media_type="image/png", headers=_SAFE | {"cache-control": "no-store"})
        else:
            made = self.page("notice.html", token=bare, **values)
        await runtime.writer.run(lambda tx: acknowledge(tx, runtime.env, case_id))  # 一次性告知, 告知日
        return made if link_id is None else self.sessions.give(scope, made, reader)

    async def _has_read(self, scope: Scope, token: str) -> Response:
        """She pressed the button on the page."""
        runtime = self._runtime
        if scope["method"] != "POST" or not from_here(Headers(scope=scope), runtime.env):
            return self.not_found()
        found = await self._opened(scope, token)
        if found is None:
            return self.not_found()
        case_id = found[2]
        await runtime.writer.run(lambda tx: acknowledge(tx, runtime.env, case_id, "page"))
        return RedirectResponse(f"/n/{token}", status_code=303)

    async def _opened(self, scope: Scope, token: str) -> tuple[dict[str, Any], str | None, str, str] | None:
        """What the notice shows, its link when this browser keeps it from now on, its case, and the browser."""
        session = self.sessions.held(Headers(scope=scope))
        found = await asyncio.to_thread(self._notice, token, session)
        if found is None:
            return None
        values, link_id, case_id = found
        runtime, reader = self._runtime, session or Sealer.token()
        # She was told elsewhere, where a browser is not known: the first one to open it keeps it.
        if link_id is not None and not await runtime.writer.run(lambda tx: hold(tx, runtime.env, link_id, reader)):
            return None
        return values, link_id, case_id, reader

    def _notice(self, token: str, session: str) -> tuple[dict[str, Any], str | None, str] | None:
        """What the page shows, the link when its holder is still to be asked for, and the case."""
        env = self._runtime.env
        with self._runtime.database.read() as db:
            try:
                link = look_link(db, env, "notice", token)
            except NotFound:
                return None
            case = db.get(Case, link.subject)
            found = latest(db, env, link.subject)
            if case is None or found is None:
                return None
            contact = db.get(Contact, case.contact_id) if case.contact_id else None
            on_the_web = contact is not None and contact.channel == "web"
            if on_the_web and contact_of(db, env, "web", session) not in _readers(db, env, case):
                return None
            values = self._notice_values(db, case, found[1])
            values["read"] = found[0].acknowledged_way in EXPLICIT
            return values, None if on_the_web else link.id, case.id

    def _notice_values(self, db: Session, case: Case, notice: OneTimeNotice) -> dict[str, Any]:
        env, render = self._runtime.env, self._render
        receipt = None
        if case.accepted_at is not None:
            window = window_of(env, case.town)
            receipt = {
                "number": case.short_no,
                "code": "",
                "items": render.param(_items(notice)),
                "received": self._day(local_day(case.accepted_at).isoformat()),
                "reply_by": self._day(case.reply_by.isoformat()) if case.reply_by else "",
                "handler": window.clerk,
                "phone": window.phone,
                "qr": "",
                "slip": slip_words(env.county, case.reply_days or 0, local_day(case.accepted_at)),
            }
        sheet = notice_sheet.of(render, notice, env.catalogue.photo_rules)
        return {**sheet, "number": case.short_no, "receipt": receipt}


async def _number_and_code(request: Request) -> tuple[str, str]:
    """The two fields of the progress form; anything else that is posted is as good as nothing."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > 4096:
            return "", ""
    fields = parse_qs(body.decode("utf-8", "replace"))
    return fields.get("number", [""])[0][:40].strip(), fields.get("code", [""])[0][:40].strip()


def _readers(db: Session, env: Env, case: Case) -> set[str | None]:
    """The contacts a notice is for: hers, and whoever acts for her now."""
    helpers = db.exec(
        select(Representation.contact_id).where(
            Representation.case_id == case.id,
            col(Representation.contact_id).is_not(None),
            col(Representation.ends_at).is_(None) | (col(Representation.ends_at) > env.now),
        )
    )
    return {case.contact_id, *helpers}


def _id_of(found: Case | Say) -> str | Say:
    return found.id if isinstance(found, Case) else found


def _items(notice: OneTimeNotice) -> Terms:
    return Terms("item", tuple(item.code for item in notice.items))
