"""One transfer for its department: on the desk with an account, and behind its link without one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from backend.cases.move import get_case as lock_case
from backend.env import Actor
from backend.errors import NotFound, RefusedAct
from backend.staff.links import look_link
from backend.staff.service import actor_for_link, redeem
from backend.transfers.move import get_transfer as lock_transfer
from backend.transfers.status import TERMINAL
from backend.transfers.tables import Transfer
from backend.web.access import admit
from backend.web.desk import AlreadyDone, Desk, Visit, check_stamp, problems_from, stamp_of_transfer
from backend.web.forms import Invalid
from backend.web.looks import looked_today, note_look
from backend.web.routes_case import journal_look
from backend.web.routes_lists import done_of
from backend.web.transfer_acts import TRANSFER_ACTS, Fields, TransferAct
from backend.web.transfer_view import get_transfer, last_by, transfer_view
from backend.writer import Tx

LONGEST_TOKEN = 200


def transfer_routes(desk: Desk) -> APIRouter:
    """`/desk/transfers/{id}` and `/a/{token}`, with the same acts below each."""
    router = APIRouter(default_response_class=Response)
    env = desk.env

    def page(
        visit: Visit,
        transfer_id: str,
        base: str,
        status: int = 200,
        shown: Mapping[str, bool] | None = None,
        **more: Any,
    ) -> Response:
        with desk.looking() as tx:
            case, transfer = get_transfer(tx, transfer_id)
            admit(tx, env, visit.who, "transfer.see", case=case, transfer=transfer)
            noted = looked_today(tx, env, visit.who, case, "transfer_opened", transfer.id)
        if not noted:
            desk.act(lambda tx: note_look(tx, env, visit.who, case.id, "transfer_opened", transfer.id))
        with desk.looking() as tx:
            view = transfer_view(tx, env, desk.words, visit.who, transfer_id, shown)
        return desk.page(
            "transfer.html" if visit.staff else "link.html", visit, status=status, part=view, base=base,
            done=done_of(visit.request), here="desk", **more,
        )  # fmt: skip

    def show_field(visit: Visit, transfer_id: str, base: str) -> Response:
        def journalled(tx: Tx) -> tuple[str, int]:
            case, transfer = lock_transfer(tx, transfer_id)
            admit(tx, env, visit.who, "transfer.show", case=case, transfer=transfer)
            return journal_look(tx, desk, visit.who, visit.form, case, transfer.id)

        try:
            field, position = desk.act(journalled)
        except Invalid:
            return page(visit, transfer_id, base, 422)
        return page(visit, transfer_id, base, shown={f"{field}.{position}": True})

    def press(visit: Visit, transfer: Transfer, found: TransferAct, act: str, base: str, ended: str = "") -> Response:
        try:
            fields = found.read(visit.form, env, transfer)
            visit.form.check()
            desk.act(lambda tx: _do(tx, desk, visit, found, transfer.id, base, fields))
        except AlreadyDone:
            pass
        except RefusedAct as refused:
            problems_from(refused, visit.form, desk.words, found.fields)
            return page(visit, transfer.id, base, 422)
        except Invalid:
            return page(visit, transfer.id, base, 422)
        return desk.go(ended or base, act)

    # --- with an account

    @router.get("/desk/transfers/{transfer_id}")
    async def show(request: Request, transfer_id: str) -> Response:
        return await desk.open(request, lambda visit: page(visit, transfer_id, f"/desk/transfers/{transfer_id}"))

    @router.post("/desk/transfers/{transfer_id}/show")
    async def reveal(request: Request, transfer_id: str) -> Response:
        def handler(visit: Visit) -> Response:
            with desk.looking() as tx:
                get_transfer(tx, transfer_id)
            return show_field(visit, transfer_id, f"/desk/transfers/{transfer_id}")

        return await desk.open(request, handler, act="show")

    @router.post("/desk/transfers/{transfer_id}/{act}")
    async def do(request: Request, transfer_id: str, act: str) -> Response:
        def handler(visit: Visit) -> Response:
            found = TRANSFER_ACTS.get(act)
            with desk.looking() as tx:
                case, transfer = get_transfer(tx, transfer_id)
                admit(tx, env, visit.who, "transfer.act", case=case, transfer=transfer)
            if found is None:
                raise NotFound("act")
            base = f"/desk/transfers/{transfer_id}"
            ended = f"/desk/cases/{case.id}" if visit.form.value("from") == "case" else ""
            return press(visit, transfer, found, act, base, ended)

        return await desk.open(request, handler, act=act)

    # --- behind a link

    def by_link(token: str, handler: Callable[[Visit, Transfer], Response]) -> Callable[[Visit], Response]:
        def opened(visit: Visit) -> Response:
            with desk.looking() as tx:
                transfer, actor = link_of(tx, desk, token)
            if transfer.status in TERMINAL:
                raise NotFound("link")
            return handler(visit._replace(actor=actor), transfer)

        return opened

    @router.get("/a/done")
    async def done(request: Request) -> Response:
        act = done_of(request)
        return await desk.open(request, lambda visit: desk.page("link_done.html", visit, done=act), signed_in=False)

    @router.get("/a/{token}")
    async def show_link(request: Request, token: str) -> Response:
        def handler(visit: Visit, transfer: Transfer) -> Response:
            return page(visit, transfer.id, f"/a/{token}")

        return await desk.open(request, by_link(token, handler), signed_in=False)

    @router.post("/a/{token}/show")
    async def reveal_by_link(request: Request, token: str) -> Response:
        def handler(visit: Visit, transfer: Transfer) -> Response:
            return show_field(visit, transfer.id, f"/a/{token}")

        return await desk.open(request, by_link(token, handler), signed_in=False, act="show")

    @router.post("/a/{token}/{act}")
    async def do_by_link(request: Request, token: str, act: str) -> Response:
        def handler(visit: Visit) -> Response:
            found = TRANSFER_ACTS.get(act)
            if found is None or not found.by_link:
                raise NotFound("act")
            with desk.looking() as tx:
                transfer, actor = link_of(tx, desk, token, taken_back=True)
                pressed = last_by(tx, transfer.case_id, actor.id, found.event, transfer.id)
            if transfer.status in TERMINAL:
                if pressed is None:
                    raise NotFound("link")
                return desk.go("/a/done", act)  # the same button, pressed twice
            desk.act(lambda tx: redeem(tx, env, token, "transfer"))
            return press(visit._replace(actor=actor), transfer, found, act, f"/a/{token}", _after(found))

        return await desk.open(request, handler, signed_in=False, act=act)

    return router


def _after(act: TransferAct) -> str:
    return "/a/done" if act.decides else ""


def link_of(tx: Tx, desk: Desk, token: str, *, taken_back: bool = False) -> tuple[Transfer, Actor]:
    """The transfer a link is for, and who its holder is. Raises NotFound, as `look_link`."""
    link = look_link(tx.session, desk.env, "transfer", token[:LONGEST_TOKEN], taken_back=taken_back)
    actor = actor_for_link(tx.session, link)
    transfer = tx.session.get(Transfer, link.subject)
    assert transfer is not None
    return transfer, actor


def _do(tx: Tx, desk: Desk, visit: Visit, act: TransferAct, transfer_id: str, base: str, fields: Fields) -> None:
    found, transfer = get_transfer(tx, transfer_id)
    case = lock_case(tx, found.id)
    tx.session.refresh(transfer)
    admit(tx, desk.env, visit.who, "transfer.act", case=case, transfer=transfer)
    now = stamp_of_transfer(case, transfer)
    check_stamp(tx, visit.who, case, now, visit.form.value("stamp"), act.event, base, transfer.id)
    act.do(tx, desk.env, visit.who, transfer.id, fields)
