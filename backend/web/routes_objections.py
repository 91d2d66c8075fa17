"""Objections and reports on the desk: what this colleague may review, and the form with which she answers."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from sqlmodel import col, select
from starlette.requests import Request
from starlette.responses import Response

from backend.cases.tables import Case
from backend.checks import SHORTEST_REASON
from backend.deadlines import service as deadlines
from backend.env import Actor, Env
from backend.errors import NotFound, RefusedAct
from backend.objections import acts, leads
from backend.objections.status import OPEN, OUTCOMES
from backend.objections.tables import Objection
from backend.privacy.mask import redact
from backend.transfers.tables import Transfer
from backend.web.access import admit
from backend.web.desk import Desk, Visit, problems_from
from backend.web.forms import Invalid
from backend.web.routes_lists import done_of
from backend.writer import Tx

MOST = 200  # open objections of a county; beyond that the list is not the problem


def open_ones(tx: Tx, actor: Actor) -> list[tuple[Case, Transfer | None, Objection]]:
    """The open objections this colleague may review by her roles, the one due first on top."""
    rows = tx.session.exec(
        select(Case, Transfer, Objection)
        .join(Objection, col(Objection.case_id) == col(Case.id))
        .outerjoin(Transfer, col(Transfer.id) == col(Objection.transfer_id))
        .where(col(Objection.status).in_(OPEN))
        .order_by(col(Objection.due_day), col(Objection.number))
        .limit(MOST)
    ).all()
    return [(case, part, one) for case, part, one in rows if acts.sees(actor, case, part, one.type)]


def objection_routes(desk: Desk) -> APIRouter:
    """`/desk/objections` and each of them with its form; reports for the supervisor alone."""
    router = APIRouter(default_response_class=Response)
    env = desk.env

    def listing(visit: Visit, status: int = 200) -> Response:
        with desk.looking() as tx:
            admit(tx, env, visit.who, "desk")
            found = [_row(env, *one) for one in open_ones(tx, visit.who)]
            reports = [
                {"id": one.id, "number": one.number, "kind": one.kind, "text": one.get(env.sealer, "text") or "",
                 "due": desk.words.day(one.due_day)}
                for one in leads.open_leads(tx, visit.who)
            ]  # fmt: skip
        return desk.page(
            "objections.html", visit, status=status, rows=found, reports=reports, done=done_of(visit.request),
            here="objections",
        )  # fmt: skip

    def one_page(visit: Visit, objection_id: str, status: int = 200) -> Response:
        with desk.looking() as tx:
            case, part, found = _seen(tx, visit.who, objection_id)
            view = _row(env, case, part, found) | {
                "text": redact(found.get(env.sealer, "text") or ""),
                "by_helper": found.by_helper,
                "reason": part.get(env.sealer, "reason") if part is not None else case.get(env.sealer, "reason"),
                "basis": part.policy_basis if part is not None else "",
                "result": found.get(env.sealer, "result") or "",
                "open": found.status in OPEN,
                "barred": acts.barred(tx, visit.who, case, part, found.type),
                "others": found.reviewer_id is not None and found.reviewer_id != visit.who.id,
                "new_day": found.type == "result_objection",
                "latest": deadlines.due_of(env, "clk_objection", env.now).day.isoformat(),
            }
        return desk.page(
            "objection.html", visit, status=status, one=view, outcomes=OUTCOMES, done=done_of(visit.request),
            here="objections",
        )  # fmt: skip

    @router.get("/desk/objections")
    async def show_all(request: Request) -> Response:
        return await desk.open(request, listing)

    @router.get("/desk/objections/{objection_id}")
    async def show(request: Request, objection_id: str) -> Response:
        return await desk.open(request, lambda visit: one_page(visit, objection_id))

    @router.post("/desk/objections/{objection_id}/take")
    async def take(request: Request, objection_id: str) -> Response:
        def handler(visit: Visit) -> Response:
            desk.act(lambda tx: acts.take(tx, env, visit.who, objection_id))
            return desk.go(f"/desk/objections/{objection_id}", "taken")

        return await desk.open(request, handler, act="take")

    @router.post("/desk/objections/{objection_id}/answer")
    async def answer(request: Request, objection_id: str) -> Response:
        def handler(visit: Visit) -> Response:
            form = visit.form
            try:
                outcome = form.code("outcome", OUTCOMES)
                reason = form.text("reason", shortest=SHORTEST_REASON)
                day = form.date("promised") if form.value("promised") else None
                form.check()
                desk.act(lambda tx: acts.decide(tx, env, visit.who, objection_id, outcome, reason, promised=day))
            except RefusedAct as refused:
                problems_from(refused, form, desk.words, {"*": "outcome"})
                return one_page(visit, objection_id, 422)
            except Invalid:
                return one_page(visit, objection_id, 422)
            return desk.go("/desk/objections", "told")

        return await desk.open(request, handler, act="answer")

    @router.post("/desk/leads/{lead_id}/close")
    async def close(request: Request, lead_id: str) -> Response:
        def handler(visit: Visit) -> Response:
            try:
                result = visit.form.text("result", shortest=SHORTEST_REASON)
                visit.form.check()
            except Invalid:
                return listing(visit, 422)
            desk.act(lambda tx: leads.close(tx, env, visit.who, lead_id, result))
            return desk.go("/desk/objections", "taken")

        return await desk.open(request, handler, act=lead_id)

    return router


def _seen(tx: Tx, actor: Actor, objection_id: str) -> tuple[Case, Transfer | None, Objection]:
    found = tx.session.exec(
        select(Case, Transfer, Objection)
        .join(Objection, col(Objection.case_id) == col(Case.id))
        .outerjoin(Transfer, col(Transfer.id) == col(Objection.transfer_id))
        .where(Objection.id == objection_id)
    ).first()
    if found is None or not acts.sees(actor, found[0], found[1], found[2].type):
        raise NotFound("objection")
    return found[0], found[1], found[2]


def _row(env: Env, case: Case, part: Transfer | None, one: Objection) -> dict[str, Any]:
    return {
        "id": one.id,
        "number": one.number,
        "short": case.short_no,
        "case_id": case.id,
        "type": one.type,
        "status": one.status,
        "item": part.item if part is not None else "",
        "dept": part.dept if part is not None else "",
        "score": one.score,
        "due": one.due_day.isoformat(),
        "late": one.due_day < env.today,
    }
