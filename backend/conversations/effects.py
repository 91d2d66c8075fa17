"""Carries out what a step asked for: cases, alerts and answers, all in the transaction of the message."""

from __future__ import annotations

import msgspec
from sqlalchemy import delete, update
from sqlmodel import col

from backend.cases.additions import add
from backend.cases.rating import rate
from backend.cases.submit import submit
from backend.conversations.progress import progress
from backend.conversations.tables import Attachment, Conversation
from backend.conversations.window import window_of
from backend.env import Actor, Env
from backend.messages import EMERGENCY, town_group
from backend.outbox.post import to_group
from backend.ports import Arrived
from backend.writer import Tx
from dialogs.effects import AddToCase, CallHuman, Effect, Forget, Rate, Say, ShowProgress, Submit, Urgent
from dialogs.engine import Step
from dialogs.outside import closed
from dialogs.state import State
from dialogs.terms import Term


class Done(msgspec.Struct, frozen=True):
    """What is left when everything was carried out: the state to keep and the words to answer with."""

    state: State
    says: tuple[Say, ...]
    case_no: str | None = None


def carry_out(tx: Tx, env: Env, contact_id: str, conversation_id: str, made: Step, arrived: Arrived) -> Done:
    """Do the effects in order; what the doing has to say is said at its place among them."""
    says: list[Say] = []
    state, case_no = made.state, None
    for effect in made.effects:
        if isinstance(effect, Say):
            says.append(effect)
        elif isinstance(effect, Submit):
            filed = submit(tx, env, contact_id, state, arrived.channel)
            says.extend(filed.says)
            case_no = filed.register_no
            state = closed(state, last_case=filed.register_no)
        else:
            says.extend(_aside(tx, env, contact_id, conversation_id, state, effect))
    return Done(state, tuple(says), case_no)


def _aside(tx: Tx, env: Env, contact_id: str, conversation_id: str, state: State, effect: Effect) -> tuple[Say, ...]:
    path = f"/desk/talks/{conversation_id}"
    match effect:
        case Urgent(code, level, number):
            town = _wants_human(tx, env, conversation_id, state)
            to_group(
                tx,
                env,
                town_group(town),
                EMERGENCY,
                {
                    "level": Term("level", level),
                    "where": Term("town", town),
                    "minutes": _minutes(level),
                    "path": path,
                },
                key=f"{conversation_id}:{state.draft}:urgent:{code}:{number}",
                urgent=True,
            )
        case CallHuman(reason):
            to_group(
                tx,
                env,
                town_group(_wants_human(tx, env, conversation_id, state)),
                "msg.staff_wants_human",
                {"reason": Term("human", reason), "path": path},
                key=f"{conversation_id}:{state.draft}:human:{reason}:{env.today.isoformat()}",
            )
        case ShowProgress(case_no, code):
            return progress(tx, env, contact_id, case_no, code)
        case Rate(score):
            return rate(tx, env, contact_id, state.last_case, score)
        case AddToCase(text, files):
            return _add_to_case(tx, env, contact_id, state, text, files)
        case Forget():
            # The draft's answers are gone with the state; files without a row are swept off the disk by the worker.
            tx.connection.execute(
                delete(Attachment).where(
                    col(Attachment.contact_id) == contact_id,
                    col(Attachment.draft) == state.draft,
                    col(Attachment.case_id).is_(None),
                )
            )
        case _:
            raise TypeError(f"nobody carries out {effect!r}")
    return ()


def _wants_human(tx: Tx, env: Env, conversation_id: str, state: State) -> str:
    """Put the conversation on the desk of the town she lives in, as far as she said so; which town that is."""
    answer = state.answers.get("address")
    said = answer.value.get("town") if answer is not None and isinstance(answer.value, dict) else None
    town = window_of(env, said).town
    tx.connection.execute(
        update(Conversation).where(col(Conversation.id) == conversation_id).values(wants_human=True, town=town)
    )
    return town


_MINUTES = {"e1": 5, "e2": 30, "e3": 240}


def _minutes(level: str) -> int:
    """clk_emergency_ack (domain 4.2)."""
    return _MINUTES.get(level, 240)


def _add_to_case(
    tx: Tx, env: Env, contact_id: str, state: State, text: str | None, files: tuple[str, ...]
) -> tuple[Say, ...]:
    return add(tx, env, Actor("person", contact_id, ("applicant",)), state.last_case, text, files)
