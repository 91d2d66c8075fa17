"""What all pages of the desk share: who is asking, reading, acting once, and answering with a page."""

from __future__ import annotations

import datetime as dt
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import jinja2
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import col, select
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from backend.cases.tables import Case
from backend.env import Actor, Env
from backend.errors import Conflict, NotFound, RefusedAct
from backend.journal.tables import JournalEntry
from backend.log import get_log
from backend.runtime import Runtime
from backend.staff import service
from backend.staff.tables import Staff, StaffSession
from backend.transfers.tables import Transfer
from backend.web.forms import NO_FORM, Form, Invalid, read_form
from backend.web.guard import BodyTooLarge, from_here
from backend.web.words import DeskWords, TermWords, Text
from backend.writer import Tx
from dialogs.catalogue.mistakes import NotCovered
from locales.templates import speak
from locales.words import languages

T = TypeVar("T")
log = get_log(__name__)

LANGUAGE = "lang"  # in an address and as a cookie
TEMPLATES = Path(__file__).parent / "templates"


class Visit(NamedTuple):
    """One request of somebody we know: a colleague with a session, or nobody on the pages that need none."""

    request: Request
    form: Form
    actor: Actor | None = None
    staff: Staff | None = None
    csrf: str = ""

    @property
    def who(self) -> Actor:
        """The actor, on pages that are only served to one."""
        if self.actor is None:
            raise NotFound("page")
        return self.actor


class Stale(Conflict):
    """The page was older than the thing it acts on."""

    def __init__(self, case_id: str, back: str, since: int) -> None:
        super().__init__(case_id)
        self.case_id = case_id
        self.back = back
        self.since = since


class AlreadyDone(Exception):
    """The same button was pressed twice: the first press did it."""


class Stamp(NamedTuple):
    """What a page looked like when its forms were drawn: the version acted on, and the journal's number then."""

    version: int
    seq: int

    def __str__(self) -> str:
        return f"{self.version}.{self.seq}"


Handler = Callable[[Visit], Response]


class Desk:
    """The desk of one runtime.

    Args:
        text: renders a message key with its parameters.
        term: renders a named thing.
    """

    def __init__(self, runtime: Runtime, text: Text, term: TermWords) -> None:
        self.runtime = runtime
        self.env: Env = runtime.env
        self.words = DeskWords(runtime.env, text, term)
        self.secure = runtime.settings.base_url.startswith("https://")
        self.cookie = "__Host-desk" if self.secure else "desk"
        self._pages = {language: self._spoken(language) for language in languages()}

    def _spoken(self, language: str) -> jinja2.Environment:
        """The templates in one language."""
        pages = jinja2.Environment(
            loader=jinja2.FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        pages.globals.update(
            term=self.words.term,
            words=self.words,
            county=self.env.county,
            catalogue=self.env.catalogue,
        )
        return speak(pages, language)

    def _language(self, request: Request) -> tuple[str, bool]:
        """The language of a page: asked for in its address, else as chosen before, else the deployment's.

        Not the browser's: office machines come set to any language, and nobody chose it. Whether it was asked for now.
        """
        asked = request.query_params.get(LANGUAGE, "")
        if asked in self._pages:
            return asked, True
        kept = request.cookies.get(LANGUAGE, "")
        return (kept if kept in self._pages else self.env.settings.language), False

    # --- answering

    def page(self, name: str, visit: Visit | None = None, *, status: int = 200, **values: Any) -> HTMLResponse:
        """A page from its template."""
        visit = visit or Visit(_NOBODY, NO_FORM)
        language, chosen = self._language(visit.request)
        html = (
            self._pages[language]
            .get_template(name)
            .render(
                me=visit.staff,
                actor=visit.actor,
                csrf=visit.csrf,
                form=visit.form,
                now=self.env.now,
                today=self.env.today,
                **values,
            )
        )
        answer = HTMLResponse(html, status_code=status)
        if chosen:
            answer.set_cookie(
                LANGUAGE, language, max_age=365 * 86400, path="/", httponly=True, samesite="lax", secure=self.secure
            )
        return answer

    def missing(self) -> HTMLResponse:
        """There is no such thing, or not for you: always the same."""
        return self.page("missing.html", status=404)

    @staticmethod
    def go(path: str, done: str = "") -> Response:
        """On to another page after a post."""
        return RedirectResponse(f"{path}?done={done}" if done else path, status_code=303)

    # --- asking

    async def open(
        self, request: Request, handler: Handler, *, signed_in: bool = True, act: str = "", leaves_a_trace: bool = False
    ) -> Response:
        """Let a handler answer a request, in a thread; everything that can go wrong has its page.

        Args:
            act: which of the page's forms is posted.
            leaves_a_trace: of a GET that is journalled: it must come from our own pages, too.
        """
        form = NO_FORM
        if (request.method == "POST" or leaves_a_trace) and not from_here(request.headers, self.env):
            return self.page("not_from_here.html", status=403)
        if request.method == "POST":
            kind = request.headers.get("content-type", "").split(";")[0].strip()
            if kind not in ("", "application/x-www-form-urlencoded"):
                return self.page("refused.html", status=415, code="not_a_form", words="", back="/desk")
            try:
                form = read_form(await request.body(), act)
            except (BodyTooLarge, ValueError):
                return self.page("refused.html", status=413, code="too_large", words="", back="/desk")
        return await run_in_threadpool(self._serve, request, form, handler, signed_in)

    def _serve(self, request: Request, form: Form, handler: Handler, signed_in: bool) -> Response:
        visit = Visit(request, form)
        try:
            if signed_in:
                known = self._who(request)
                if known is None:
                    return self.page("signed_out.html", status=401)
                held, staff = known
                visit = Visit(request, form, service.actor_for(staff), staff, held.csrf)
                if request.method == "POST" and form.value("csrf") != visit.csrf:
                    return self.page("not_from_here.html", visit, status=403)
                # A list that renews itself is no sign that somebody sits there.
                if service.wants_touch(self.env, held) and not request.url.path.endswith("/part"):
                    self.act(lambda tx: service.touch(tx, self.env, held.id))
            return handler(visit)
        except NotFound:
            return self.missing()
        except (Conflict, StaleDataError) as conflict:
            return self._conflict(visit, conflict)
        except NotCovered as missing:
            back = "/desk" if signed_in else ""
            return self.page("refused.html", visit, status=409, code="not_covered", words=str(missing), back=back)
        except RefusedAct as refused:
            words = self.words.find(f"refused.{refused.code}", dict(refused.params))
            back = "/desk" if signed_in else ""
            by = self.words.refused_by(refused.code)
            return self.page("refused.html", visit, status=409, code=refused.code, words=words, back=back, ground=by)
        except Exception as error:
            # The kind and the place only: an error of the database carries the values it was given.
            frame = traceback.extract_tb(error.__traceback__)[-1]
            log.error(
                "A page of the desk failed", action="desk.failed", error=type(error).__name__, where=frame.name,
                line=frame.lineno,
            )  # fmt: skip
            return self.page("broken.html", status=500)

    def _who(self, request: Request) -> tuple[StaffSession, Staff] | None:
        token = request.cookies.get(self.cookie, "")
        if not token or len(token) > 200:
            return None
        with self.runtime.database.read() as db:
            return service.signed_in(db, self.env, token)

    def _conflict(self, visit: Visit, conflict: Exception) -> HTMLResponse:
        events: list[Any] = []
        back = "/desk" if visit.actor is not None and visit.actor.kind == "staff" else ""
        if isinstance(conflict, Stale):
            back = conflict.back
            with self.looking() as tx:
                from backend.web.timeline import timeline

                events = timeline(tx, self.env, self.words, conflict.case_id, since=conflict.since)
        typed = [
            (name, value)
            for name in visit.form.names()
            if name not in ("csrf", "stamp")
            for value in visit.form.values(name)
            if value.strip()
        ]
        return self.page("conflict.html", visit, status=409, events=events, typed=typed, back=back)

    # --- reading and acting

    @contextmanager
    def looking(self) -> Iterator[Tx]:
        """A view of the database that can only read."""
        with self.runtime.database.reading.connect() as connection:
            tx = Tx(connection, set())
            try:
                yield tx
            finally:
                tx.forget()

    def act(self, act: Callable[[Tx], T]) -> T:
        """Do something, durable before it returns."""
        return self.runtime.writer.run_sync(act)


def stamp_of_case(tx: Tx, case: Case) -> Stamp:
    """The stamp for forms on a case: its last change of state, so that looking at it or adding to it is no conflict."""
    last = tx.session.exec(
        select(JournalEntry.seq)
        .where(JournalEntry.chain == case.id, col(JournalEntry.after).is_not(None))
        .order_by(col(JournalEntry.seq).desc())
    ).first()
    return Stamp(last or 0, case.journal_seq)


def stamp_of_transfer(case: Case, transfer: Transfer) -> Stamp:
    """The stamp for forms on one transfer."""
    return Stamp(transfer.version, case.journal_seq)


def check_stamp(
    tx: Tx, actor: Actor, case: Case, now: Stamp, typed: str, event: str, back: str, subject: str | None = None
) -> None:
    """Raises AlreadyDone when the actor's own first press did it, Stale when somebody else was quicker."""
    version, _, seq = typed.partition(".")
    if version.isdecimal() and seq.isdecimal() and int(version) == now.version:
        return
    since = int(seq) if seq.isdecimal() and len(seq) < 10 else case.journal_seq
    wanted = (
        select(JournalEntry.id)
        .where(JournalEntry.chain == case.id, JournalEntry.seq > since)
        .where(JournalEntry.event == event, JournalEntry.actor_id == actor.id)
    )
    if subject is not None:
        wanted = wanted.where(JournalEntry.subject == subject)
    if seq.isdecimal() and tx.session.exec(wanted).first() is not None:
        raise AlreadyDone
    raise Stale(case.id, back, since)


def problems_from(refused: RefusedAct, form: Form, words: DeskWords, fields: Mapping[str, str]) -> Invalid:
    """A refusal of the rules as a problem of the form, beside its field where it has one.

    Args:
        fields: refusal code to field; `*` takes the rest.
    """
    params = refused.params
    name = str(params.get("field") or fields.get(refused.code) or fields.get("*", ""))
    latest = params.get("latest")
    limit = words.day(dt.date.fromisoformat(str(latest))) if latest else str(params.get("shortest", ""))
    code = {"too_short": "too_short", "promise_not_possible": "not_possible"}.get(refused.code, refused.code)
    form.problem(
        name, code, limit=limit, length=len(form.value(name)),
        words=words.find(f"refused.{refused.code}", dict(params)), ground=words.refused_by(refused.code),
    )  # fmt: skip
    return Invalid(form)


_NOBODY = Request({"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""})
