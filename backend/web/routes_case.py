"""The case's page and everything the window does on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter
from sqlmodel import select
from starlette.requests import Request
from starlette.responses import Response

from backend.cases.additions import see, unseen
from backend.cases.move import get_case as lock_case
from backend.cases.tables import Case
from backend.conversations.media import read_file
from backend.conversations.tables import Attachment
from backend.env import Actor
from backend.errors import NotFound, RefusedAct, SealBroken
from backend.journal.record import record
from backend.staff.service import issue_link, link_hours
from backend.transfers.status import TERMINAL, WINDOW
from backend.web.access import admit
from backend.web.case_acts import CASE_ACTS, EXTRA_ROWS, CaseAct, Fields
from backend.web.case_view import case_view, get_case
from backend.web.desk import AlreadyDone, Desk, Visit, check_stamp, problems_from, stamp_of_case
from backend.web.forms import Form, Invalid
from backend.web.looks import looked_today, note_look
from backend.web.people import FIELDS, REASONS
from backend.web.routes_lists import done_of
from backend.web.transfer_view import get_transfer
from backend.writer import Tx

INLINE: Final = frozenset(
    {"image/jpeg", "image/png", "image/webp", "audio/ogg", "audio/wav", "audio/mpeg", "audio/webm", "audio/mp4"}
)
_ENDINGS: Final = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/heic": "heic"}


def case_routes(desk: Desk) -> APIRouter:
    """`/desk/cases/{id}` with its acts, its files and what is shown for a reason."""
    router = APIRouter(default_response_class=Response)
    env = desk.env

    def page(
        visit: Visit, case_id: str, status: int = 200, shown: Mapping[str, bool] | None = None, **more: Any
    ) -> Response:
        with desk.looking() as tx:
            view = case_view(tx, env, desk.words, visit.who, case_id, shown)
        values = {"link": "", "link_part": "", "shown_now": bool(shown), **more}
        return desk.page(
            "case.html", visit, status=status, case=view, done=done_of(visit.request), here="desk",
            extra_rows=range(EXTRA_ROWS), link_days=env.settings.transfer_link_days, **values,
        )  # fmt: skip

    @router.get("/desk/cases/{case_id}")
    async def show(request: Request, case_id: str) -> Response:
        def handler(visit: Visit) -> Response:
            with desk.looking() as tx:
                case = get_case(tx, case_id)
                admit(tx, env, visit.who, "case.see", case=case)
                noted = looked_today(tx, env, visit.who, case, "case_opened", case.id)
                new = WINDOW & set(visit.who.roles) and unseen(tx, (case_id,))
            if not noted:
                desk.act(lambda tx: note_look(tx, env, visit.who, case.id, "case_opened", case.id))
            shown = page(visit, case_id)
            if new:  # after the page was made, so that it is marked as new this once
                desk.act(lambda tx: see(tx, env, case_id))
            return shown

        return await desk.open(request, handler)

    @router.post("/desk/cases/{case_id}/show")
    async def reveal(request: Request, case_id: str) -> Response:
        def handler(visit: Visit) -> Response:
            def journalled(tx: Tx) -> tuple[str, int]:
                case = lock_case(tx, get_case(tx, case_id).id)
                admit(tx, env, visit.who, "case.show", case=case)
                return journal_look(tx, desk, visit.who, visit.form, case, case.id)

            try:
                field, position = desk.act(journalled)
            except Invalid:
                return page(visit, case_id, 422)
            return page(visit, case_id, shown={f"{field}.{position}": True})

        return await desk.open(request, handler, act="show")

    @router.get("/desk/cases/{case_id}/files/{file_id}")
    async def file(request: Request, case_id: str, file_id: str) -> Response:
        def handler(visit: Visit) -> Response:
            def journalled(tx: Tx) -> tuple[str, str]:
                case = lock_case(tx, get_case(tx, case_id).id)
                admit(tx, env, visit.who, "case.file", case=case)
                found = tx.session.exec(
                    select(Attachment).where(Attachment.id == file_id, Attachment.case_id == case.id)
                ).first()
                if found is None:
                    raise NotFound("file")
                record(tx, env, visit.who, "file_opened", case=case, subject=found.id)
                return found.id, found.media_type

            attachment_id, media_type = desk.act(journalled)
            try:
                content = read_file(env, attachment_id)
            except (FileNotFoundError, SealBroken):
                return desk.page("file_gone.html", visit, status=410, back=f"/desk/cases/{case_id}", here="desk")
            how = "inline" if media_type in INLINE else "attachment"
            name = f"{attachment_id[-8:]}.{_ENDINGS.get(media_type, media_type.rpartition('/')[2])}"
            return Response(
                content, media_type=media_type, headers={"content-disposition": f'{how}; filename="{name}"'}
            )

        return await desk.open(request, handler, leaves_a_trace=True)

    @router.post("/desk/cases/{case_id}/link/{transfer_id}")
    async def link(request: Request, case_id: str, transfer_id: str) -> Response:
        def handler(visit: Visit) -> Response:
            def issued(tx: Tx) -> str:
                found, transfer = get_transfer(tx, transfer_id)
                case = lock_case(tx, found.id)
                admit(tx, env, visit.who, "transfer.link", case=case, transfer=transfer)
                if case.id != case_id:
                    raise NotFound("transfer")
                if transfer.status in TERMINAL:
                    raise RefusedAct("not_possible_now", event="link_issued", status=transfer.status)
                record(
                    tx,
                    env,
                    visit.who,
                    "link_issued",
                    case=case,
                    subject=transfer.id,
                    data={"hours": link_hours(env, "transfer")},
                )
                return issue_link(tx, env, "transfer", transfer.id)

            token = desk.act(issued)
            whole = f"{env.settings.base_url.rstrip('/')}/a/{token}"
            return page(visit, case_id, link=whole, link_part=transfer_id)

        return await desk.open(request, handler, act="link")

    @router.post("/desk/cases/{case_id}/{act}")
    async def do(request: Request, case_id: str, act: str) -> Response:
        def handler(visit: Visit) -> Response:
            found = CASE_ACTS.get(act)
            if found is None:
                raise NotFound("act")
            with desk.looking() as tx:
                admit(tx, env, visit.who, "case.act", case=get_case(tx, case_id))
            try:
                fields = found.read(visit.form, env)
                visit.form.check()
                desk.act(lambda tx: _do(tx, desk, visit, found, case_id, fields))
            except AlreadyDone:
                pass
            except RefusedAct as refused:
                problems_from(refused, visit.form, desk.words, found.fields)
                return page(visit, case_id, 422)
            except Invalid:
                return page(visit, case_id, 422)
            return desk.go(f"/desk/cases/{case_id}", act)

        return await desk.open(request, handler, act=act)

    return router


def _do(tx: Tx, desk: Desk, visit: Visit, act: CaseAct, case_id: str, fields: Fields) -> None:
    case = lock_case(tx, case_id)
    admit(tx, desk.env, visit.who, "case.act", case=case)
    check_stamp(
        tx, visit.who, case, stamp_of_case(tx, case), visit.form.value("stamp"), act.event, f"/desk/cases/{case.id}"
    )
    act.do(tx, desk.env, visit.who, case.id, fields)


def journal_look(tx: Tx, desk: Desk, actor: Actor, form: Form, case: Case, subject: str) -> tuple[str, int]:
    """Write down that a masked field is about to be shown, to whom and why; which one it is.

    Raises:
        Invalid: no reason was given.
        NotFound: there is no such field.
    """
    field, _, position = form.value("field").partition(".")
    if field not in FIELDS or not position.isdecimal() or len(position) > 3:
        raise NotFound("field")
    reason = form.code("why", REASONS)
    form.check()
    data = {"field": field, "position": int(position), "reason": reason}
    record(tx, desk.env, actor, "sensitive_shown", case=case, subject=subject, data=data)
    return field, int(position)
