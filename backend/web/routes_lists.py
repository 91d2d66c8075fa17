"""The desk's lists: the queues, the alerts, what is late, and a conversation somebody wants a person in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from sqlalchemy import update
from sqlmodel import col, select
from starlette.requests import Request
from starlette.responses import Response

from backend.checks import SHORTEST_REASON
from backend.conversations.emergencies import close, open_in, take_in
from backend.conversations.tables import Conversation
from backend.env import Actor, Env
from backend.errors import NotFound, RefusedAct
from backend.journal.record import record
from backend.voice.colleagues import unheard
from backend.web import alerts
from backend.web.access import admit
from backend.web.desk import Desk, Visit, problems_from
from backend.web.forms import Invalid
from backend.web.late import late_things
from backend.web.looks import looked_today, note_look
from backend.web.place import Place
from backend.web.queues import MANY, latest_case, queues, talks_of
from backend.web.talk import talk_of
from backend.writer import Tx

DONE_WORDS = frozenset(
    {
        "accept", "decline", "supplement", "supply", "send", "feedback", "withdraw", "own", "unlock", "meeting",
        "proposal", "resolve", "receive", "start", "materials", "materials-ok", "extend", "return", "grant", "refuse",
        "cancel", "told", "taken", "talk", "relieved", "heard",
    }
)  # fmt: skip


def done_of(request: Request) -> str:
    """What was just done, for the line on top of the page; only what we have words for."""
    done = request.query_params.get("done", "")
    return done if done in DONE_WORDS else ""


def list_routes(desk: Desk) -> APIRouter:
    """`/desk`, `/desk/alerts`, `/desk/late`, `/desk/talks/{id}`, each list also as a fragment under `/part`."""
    router = APIRouter(default_response_class=Response)
    env = desk.env

    def answer(name: str, visit: Visit, part: bool, **values: Any) -> Response:
        return desk.page(f"_{name}.html" if part else f"{name}.html", visit, done=done_of(visit.request), **values)

    def home(visit: Visit, part: bool) -> Response:
        asked = visit.request.query_params
        only, after = asked.get("list", ""), asked.get("after", "")
        with desk.looking() as tx:
            admit(tx, env, visit.who, "desk")
            found = queues(tx, env, desk.words, visit.who, only, after)
        if only and not found:
            raise NotFound("list")
        return answer("queues", visit, part, queues=found, only=only, after=after, most=MANY, here="desk")

    def board(visit: Visit, part: bool) -> Response:
        with desk.looking() as tx:
            admit(tx, env, visit.who, "alerts")
            found = alerts.groups(tx, env, desk.words, visit.who)
        return answer("alerts", visit, part, groups=found, here="alerts")

    def late(visit: Visit, part: bool) -> Response:
        after = visit.request.query_params.get("after", "")
        with desk.looking() as tx:
            admit(tx, env, visit.who, "late")
            found = late_things(tx, env, desk.words, visit.who, Place.read(after))
        return answer("late", visit, part, late=found, after=after, most=MANY, here="late")

    def serve(path: str, page: Callable[[Visit, bool], Response]) -> None:
        """A list as a page, and under `/part` what the page fetches to stay fresh."""

        @router.get(path)
        async def whole(request: Request) -> Response:
            return await desk.open(request, lambda visit: page(visit, False))

        @router.get(f"{path}/part")
        async def fragment(request: Request) -> Response:
            return await desk.open(request, lambda visit: page(visit, True))

    serve("/desk", home)
    serve("/desk/alerts", board)
    serve("/desk/late", late)

    def talk_page(visit: Visit, talk_id: str, status: int = 200) -> Response:
        with desk.looking() as tx:
            conversation = _talk(tx, env, visit.who, talk_id)
            found = open_in(tx, talk_id)
            return desk.page(
                "talk.html", visit, status=status, done=done_of(visit.request), here="desk", talk=conversation,
                messages=talk_of(tx, env, desk.words, conversation.contact_id),
                case=latest_case(tx, conversation.contact_id), since=desk.words.moment(conversation.updated_at),
                voices=[one for one in unheard(tx, visit.who) if one.conversation_id == talk_id],
                emergency=found, mine=found is not None and found.taken_by == visit.who.id,
            )  # fmt: skip

    @router.post("/desk/alerts/{alert_id}/take")
    async def take(request: Request, alert_id: str) -> Response:
        def handler(visit: Visit) -> Response:
            return desk.go(desk.act(lambda tx: alerts.take(tx, env, visit.who, alert_id)), "taken")

        return await desk.open(request, handler)

    @router.get("/desk/talks/{talk_id}")
    async def talk(request: Request, talk_id: str) -> Response:
        def handler(visit: Visit) -> Response:
            with desk.looking() as tx:
                conversation = _talk(tx, env, visit.who, talk_id)
                case = latest_case(tx, conversation.contact_id)
                noted = looked_today(tx, env, visit.who, case, "talk_opened", talk_id)
            case_id = case.id if case is not None else None
            if not noted:
                desk.act(lambda tx: note_look(tx, env, visit.who, case_id, "talk_opened", talk_id))
            return talk_page(visit, talk_id)

        return await desk.open(request, handler)

    @router.post("/desk/talks/{talk_id}/take")
    async def take_talk(request: Request, talk_id: str) -> Response:
        def handler(visit: Visit) -> Response:
            desk.act(lambda tx: _take_talk(tx, env, visit.who, talk_id))
            return desk.go(f"/desk/talks/{talk_id}", "talk")

        return await desk.open(request, handler)

    @router.post("/desk/talks/{talk_id}/close")
    async def close_talk(request: Request, talk_id: str) -> Response:
        def handler(visit: Visit) -> Response:
            outcome = visit.form.text("outcome", shortest=SHORTEST_REASON)
            try:
                visit.form.check()
                desk.act(lambda tx: _close(tx, env, visit.who, talk_id, outcome))
            except RefusedAct as refused:
                problems_from(refused, visit.form, desk.words, {"*": "outcome"})
                return talk_page(visit, talk_id, 422)
            except Invalid:
                return talk_page(visit, talk_id, 422)
            return desk.go(f"/desk/talks/{talk_id}", "relieved")

        return await desk.open(request, handler, act="close")

    return router


def _talk(tx: Tx, env: Env, actor: Actor, talk_id: str) -> Conversation:
    admit(tx, env, actor, "talk")
    town = None if "county_center" in actor.roles else actor.town or "-"
    found = tx.session.exec(select(Conversation).where(Conversation.id == talk_id, talks_of(env, town))).first()
    if found is None:
        raise NotFound("talk")
    return found


def _close(tx: Tx, env: Env, actor: Actor, talk_id: str, outcome: str) -> None:
    _talk(tx, env, actor, talk_id)
    found = open_in(tx, talk_id)
    if found is not None:  # closed by a colleague in the same minute: what she wrote stands there already
        close(tx, env, actor, found.id, outcome)


def _take_talk(tx: Tx, env: Env, actor: Actor, talk_id: str) -> None:
    """This colleague gets in touch: the conversation leaves the list of those who wait for a person."""
    conversation = _talk(tx, env, actor, talk_id)
    if take_in(tx, env, actor, talk_id):
        return
    if not conversation.wants_human:
        return
    # Only this column: the conversation's own state may be moving this very moment.
    tx.session.execute(update(Conversation).where(col(Conversation.id) == talk_id).values(wants_human=False))
    record(tx, env, actor, "talk_taken", subject=conversation.id)
