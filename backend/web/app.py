"""The staff's side of the service: pages that work without scripts, behind one door."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from backend.runtime import Runtime
from backend.web.desk import Desk
from backend.web.guard import Guard
from backend.web.routes_case import case_routes
from backend.web.routes_entry import entry_routes
from backend.web.routes_erasures import erasure_routes
from backend.web.routes_lists import list_routes
from backend.web.routes_objections import objection_routes
from backend.web.routes_transfer import transfer_routes
from backend.web.routes_voices import voice_routes
from backend.web.words import TermWords, Text

STATIC = Path(__file__).parent / "static"


def make_app(runtime: Runtime, text: Text, term: TermWords) -> FastAPI:
    """The desk of a runtime.

    Args:
        text: renders a message key with its parameters.
        term: renders a named thing, by kind and code.
    """
    desk = Desk(runtime, text, term)
    app = FastAPI(
        title="desk",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        default_response_class=Response,
    )
    app.add_middleware(Guard)
    app.mount("/desk/static", StaticFiles(directory=STATIC), name="static")
    for router in (
        entry_routes(desk),
        list_routes(desk),
        case_routes(desk),
        transfer_routes(desk),
        objection_routes(desk),
        voice_routes(desk),
        erasure_routes(desk),
    ):
        app.include_router(router)

    @app.exception_handler(HTTPException)
    async def no_such_page(request: Request, error: HTTPException) -> Response:
        return desk.missing()

    return app


__all__ = ["make_app"]
