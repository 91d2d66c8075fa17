"""Voices nobody has heard yet, on the desk: listen, write down what is said, or that nobody speaks in it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from backend.conversations.media import read_file
from backend.conversations.tables import Attachment
from backend.env import Actor, Env
from backend.errors import RefusedAct, SealBroken
from backend.voice import colleagues
from backend.voice.tables import OPEN, Voice
from backend.web.access import admit
from backend.web.desk import Desk, Visit, problems_from
from backend.web.forms import Invalid
from backend.web.queues import latest_case
from backend.web.routes_lists import done_of
from backend.web.words import DeskWords
from backend.writer import Tx
from dialogs.said import LONGEST_TEXT, said_in_words


def voice_routes(desk: Desk) -> APIRouter:
    """`/desk/voices`, each of them with its sound and its forms."""
    router = APIRouter(default_response_class=Response)
    env = desk.env

    def listing(visit: Visit) -> Response:
        with desk.looking() as tx:
            admit(tx, env, visit.who, "desk")
            rows = [_row(env, desk.words, one) for one in colleagues.unheard(tx, visit.who)]
        return desk.page("voices.html", visit, rows=rows, done=done_of(visit.request), here="voices")

    def one_page(visit: Visit, voice_id: str, status: int = 200) -> Response:
        with desk.looking() as tx:
            view = _view(tx, env, desk.words, visit.who, voice_id)
        return desk.page("voice.html", visit, status=status, one=view, done=done_of(visit.request), here="voices")

    @router.get("/desk/voices")
    async def show_all(request: Request) -> Response:
        return await desk.open(request, listing)

    @router.get("/desk/voices/{voice_id}")
    async def show(request: Request, voice_id: str) -> Response:
        return await desk.open(request, lambda visit: one_page(visit, voice_id))

    @router.get("/desk/voices/{voice_id}/sound")
    async def sound(request: Request, voice_id: str) -> Response:
        def handler(visit: Visit) -> Response:
            attachment_id, media_type = desk.act(lambda tx: colleagues.listen(tx, env, visit.who, voice_id))
            try:
                content = read_file(env, attachment_id)
            except (FileNotFoundError, SealBroken):
                return desk.page("file_gone.html", visit, status=410, back="/desk/voices", here="voices")
            name = f"{attachment_id[-8:]}.{media_type.rpartition('/')[2]}"
            how = {"content-disposition": f'inline; filename="{name}"'}
            return Response(content, media_type=media_type, headers=how)

        return await desk.open(request, handler, leaves_a_trace=True)

    @router.post("/desk/voices/{voice_id}/words")
    async def words(request: Request, voice_id: str) -> Response:
        def handler(visit: Visit) -> Response:
            try:
                typed = visit.form.text("words", shortest=1, longest=LONGEST_TEXT)
                visit.form.check()
                said = said_in_words(typed, desk.runtime.listener())
                receiver = desk.runtime.receiver
                desk.act(lambda tx: colleagues.write_down(tx, env, receiver, visit.who, voice_id, said))
            except RefusedAct as refused:
                problems_from(refused, visit.form, desk.words, {"*": "words"})
                return one_page(visit, voice_id, 422)
            except Invalid:
                return one_page(visit, voice_id, 422)
            return desk.go("/desk/voices", "heard")

        return await desk.open(request, handler, act="words")

    @router.post("/desk/voices/{voice_id}/none")
    async def none(request: Request, voice_id: str) -> Response:
        def handler(visit: Visit) -> Response:
            desk.act(lambda tx: colleagues.nothing_in_it(tx, env, visit.who, voice_id))
            return desk.go("/desk/voices", "heard")

        return await desk.open(request, handler, act="none")

    return router


def _view(tx: Tx, env: Env, words: DeskWords, actor: Actor, voice_id: str) -> dict[str, Any]:
    found = colleagues.voice_for(tx, actor, voice_id)
    sound = tx.session.get(Attachment, found.attachment_id)
    return _row(env, words, found) | {
        "open": found.status in OPEN,
        "media_type": sound.media_type if sound is not None else "",
        "case": latest_case(tx, found.contact_id),
        "talk": found.conversation_id,
        "heard": words.moment(found.heard_at) if found.heard_at is not None else "",
    }


def _row(env: Env, words: DeskWords, found: Voice) -> dict[str, Any]:
    return {
        "id": found.id,
        "town": found.town,
        "since": words.moment(found.received_at),
        "minutes": max(0, int((env.now - found.received_at).total_seconds() // 60)),
        "rings": found.rings,
        "machine": found.status == "waiting",
    }
