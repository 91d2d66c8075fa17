"""Wishes to be forgotten, on the desk: what is due, and the form with which a colleague answers."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from backend.cases.move import get_case
from backend.checks import SHORTEST_REASON
from backend.env import Actor, Env
from backend.errors import NotFound, RefusedAct
from backend.privacy import erasure
from backend.privacy.tables import OUTCOMES, ErasureRequest
from backend.web.access import admit, allowed
from backend.web.desk import Desk, Visit, problems_from
from backend.web.forms import Invalid
from backend.web.routes_lists import done_of
from backend.writer import Tx


def erasure_routes(desk: Desk) -> APIRouter:
    """`/desk/erasures` with a form for each of them."""
    router = APIRouter(default_response_class=Response)
    env = desk.env

    def listing(visit: Visit, status: int = 200) -> Response:
        with desk.looking() as tx:
            admit(tx, env, visit.who, "desk")
            rows = [
                {"id": one.id, "case_id": case.id, "short": case.short_no, "due": desk.words.day(one.due_day),
                 "late": one.due_day < env.today, "status": case.status}
                for one, case in erasure.waiting(tx)
                if allowed(tx, env, visit.who, "case.act", case=case)
            ]  # fmt: skip
        return desk.page("erasures.html", visit, status=status, rows=rows, done=done_of(visit.request), here="erasures")

    @router.get("/desk/erasures")
    async def show_all(request: Request) -> Response:
        return await desk.open(request, listing)

    @router.post("/desk/erasures/{request_id}/answer")
    async def answer(request: Request, request_id: str) -> Response:
        def handler(visit: Visit) -> Response:
            form = visit.form
            try:
                outcome = form.code("outcome", OUTCOMES)
                reason = form.text("reason", shortest=SHORTEST_REASON)
                form.check()
                desk.act(lambda tx: _answer(tx, env, visit.who, request_id, outcome, reason))
            except RefusedAct as refused:
                problems_from(refused, form, desk.words, {"*": "outcome"})
                return listing(visit, 422)
            except Invalid:
                return listing(visit, 422)
            return desk.go("/desk/erasures", "told")

        return await desk.open(request, handler, act=request_id)

    return router


def _answer(tx: Tx, env: Env, actor: Actor, request_id: str, outcome: str, reason: str) -> None:
    found = tx.session.get(ErasureRequest, request_id)
    if found is None:
        raise NotFound("erasure")
    admit(tx, env, actor, "case.act", case=get_case(tx, found.case_id))
    erasure.answer(tx, env, actor, request_id, outcome, reason)
