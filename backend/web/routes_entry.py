"""Coming in by a one-time link, and going out."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from backend.staff import service
from backend.staff.links import look_link
from backend.web.desk import Desk, Visit

LONGEST_TOKEN = 200


def entry_routes(desk: Desk) -> APIRouter:
    """`/desk/enter/{token}` and `/desk/leave`."""
    router = APIRouter(default_response_class=Response)
    env = desk.env

    @router.get("/desk/enter/{token}")
    async def show(request: Request, token: str) -> Response:
        def handler(visit: Visit) -> Response:
            with desk.looking() as tx:
                link = look_link(tx.session, env, "sign_in", token)
                if link.used_at is not None:
                    return desk.missing()
            return desk.page("enter.html", visit, token=token)

        return await desk.open(request, handler, signed_in=False)

    @router.post("/desk/enter/{token}")
    async def enter(request: Request, token: str) -> Response:
        def handler(visit: Visit) -> Response:
            signed = desk.act(lambda tx: service.sign_in(tx, env, token[:LONGEST_TOKEN]))
            old = request.cookies.get(desk.cookie)
            if old:
                desk.act(lambda tx: service.sign_out(tx, env, old[:LONGEST_TOKEN]))
            answer = desk.go("/desk")
            answer.set_cookie(
                desk.cookie,
                signed.token,
                max_age=env.settings.desk_session_hours * 3600,
                path="/",
                httponly=True,
                samesite="lax",
                secure=desk.secure,
            )
            return answer

        return await desk.open(request, handler, signed_in=False)

    @router.post("/desk/leave")
    async def leave(request: Request) -> Response:
        def handler(visit: Visit) -> Response:
            token = request.cookies.get(desk.cookie, "")
            desk.act(lambda tx: service.sign_out(tx, env, token[:LONGEST_TOKEN]))
            answer = desk.page("left.html")
            answer.delete_cookie(desk.cookie, path="/", httponly=True, samesite="lax", secure=desk.secure)
            return answer

        return await desk.open(request, handler)

    return router
