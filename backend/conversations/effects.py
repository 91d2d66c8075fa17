"""Carries out what a step asked for: cases, alerts and answers, all in the transaction of the message."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import update
from sqlmodel import col, select

from backend.cases.changes import change
from backend.cases.completing import complete
from backend.cases.notices import has_read
from backend.cases.rating import rated_in_chat, say_why
from backend.cases.representing import code_given, principal_says
from backend.cases.submit import submit
from backend.cases.supplying import bring
from backend.cases.tables import Case
from backend.conversations.dissent import object_, take_back, withdraw
from backend.conversations.emergencies import raise_alarm
from backend.conversations.media import drop_files
from backend.conversations.progress import progress
from backend.conversations.tables import Attachment, Conversation
from backend.conversations.window import window_of
from backend.env import Env
from backend.inbox.tables import Contact
from backend.messages import town_group
from backend.objections.leads import report
from backend.outbox.post import to_group
from backend.ports import Arrived
from backend.privacy.erasure import ask, erase
from backend.staff.chat import bind_by_code
from backend.station.books import note
from backend.station.pages import page
from backend.station.waiting import drop_sheet, take_sheet
from backend.voice.keeping import take
from backend.writer import Tx
from dialogs.effects import (
    AddToCase,
    AskErasure,
    BindChat,
    CallHuman,
    ChangeCase,
    DropSheet,
    Effect,
    Erase,
    FileObjection,
    Forget,
    HasRead,
    HearVoice,
    MandateCode,
    Note,
    Rate,
    ReportLead,
    Say,
    SayWhy,
    ShowProgress,
    Station,
    Submit,
    TakeBackObjection,
    TakeSheet,
    Urgent,
    WantedIt,
    Withdraw,
)
from dialogs.engine import Step
from dialogs.outside import closed
from dialogs.state import State
from dialogs.terms import Term


class Done(msgspec.Struct, frozen=True):
    """What is left when everything was carried out: the state to keep and the words to answer with.

    Attributes:
        secret: the message was a report; nobody who looks at her conversation reads it there.
    """

    state: State
    says: tuple[Say, ...]
    case_no: str | None = None
    secret: bool = False


def carry_out(tx: Tx, env: Env, contact_id: str, conversation_id: str, made: Step, arrived: Arrived) -> Done:
    """Do the effects in order; what the doing has to say is said at its place among them."""
    says: list[Say] = []
    state, case_no = made.state, None
    for effect in made.effects:
        if isinstance(effect, Say):
            says.append(effect)
        elif isinstance(effect, Submit):
            filed = complete(tx, env, contact_id, state) or submit(tx, env, contact_id, state, arrived.channel)
            says.extend(filed.says)
            case_no = filed.register_no
            if state.dialog == "for_oneself":
                _know_her(tx, contact_id, filed.case_id)
            state = closed(state, last_case=filed.register_no)
        elif isinstance(effect, TakeSheet):
            state, answered = take_sheet(tx, env, contact_id, state, effect.sheet)
            says.extend(answered)
        elif isinstance(effect, DropSheet):
            state, answered = drop_sheet(tx, env, contact_id, state)
            says.extend(answered)
        elif isinstance(effect, HearVoice):
            _hear(tx, env, contact_id, conversation_id, state, effect, arrived)
        elif isinstance(effect, AddToCase):
            state, answered = bring(tx, env, contact_id, state, effect)
            says.extend(answered)
        else:
            says.extend(_aside(tx, env, contact_id, conversation_id, state, effect))
    secret = any(isinstance(effect, ReportLead) for effect in made.effects)
    return Done(state, tuple(says), case_no, secret)


def _aside(tx: Tx, env: Env, contact_id: str, conversation_id: str, state: State, effect: Effect) -> tuple[Say, ...]:
    path = f"/desk/talks/{conversation_id}"
    match effect:
        case Urgent(code, level, number):
            raise_alarm(
                tx,
                env,
                conversation_id,
                contact_id,
                code,
                level,
                town=_wants_human(tx, env, conversation_id, state),
                village=_village(state),
                key=f"{conversation_id}:{state.draft}:urgent:{code}:{number}",
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
        case BindChat(code):
            return bind_by_code(tx, env, contact_id, code)
        case Station(name, text):
            return page(tx, env, contact_id, name, text)
        case Note(book, values):
            return note(tx, env, contact_id, conversation_id, book, values)
        case MandateCode(code):
            return code_given(tx, env, contact_id, code)
        case WantedIt(wanted):
            return principal_says(tx, env, contact_id, wanted)
        case HasRead(way):
            return has_read(tx, env, contact_id, state.last_case, way)
        case ShowProgress(case_no, code, own):
            return progress(tx, env, contact_id, case_no, code, own=own)
        case Rate(score, case_no):
            return rated_in_chat(tx, env, contact_id, case_no, score)
        case SayWhy(case_no, text):
            return say_why(tx, env, contact_id, case_no, text)
        case Withdraw(case_no, proof, files):
            return withdraw(tx, env, contact_id, case_no, proof, files)
        case ChangeCase(case_no, text, values, members):
            return change(tx, env, contact_id, case_no, text, values, members)
        case FileObjection():
            return object_(tx, env, contact_id, effect)
        case TakeBackObjection(case_no):
            return take_back(tx, env, contact_id, case_no)
        case ReportLead(kind, text):
            report(tx, env, kind, text)
        case Forget():
            drop_files(tx, contact_id, state.draft)  # its answers are gone with the state
        case Erase():
            return erase(tx, env, contact_id, conversation_id)
        case AskErasure():
            return ask(tx, env, contact_id)
        case _:
            raise TypeError(f"nobody carries out {effect!r}")
    return ()


def _hear(
    tx: Tx, env: Env, contact_id: str, conversation_id: str, state: State, effect: HearVoice, arrived: Arrived
) -> None:
    """A voice that comes when everything is handed in lies with the case, so that colleagues can listen to it there."""
    take(tx, env, contact_id, conversation_id, _place(state), effect.files, arrived)
    if state.dialog or not state.last_case:
        return
    of_hers = select(Case.id).where(Case.register_no == state.last_case, Case.contact_id == contact_id)
    tx.connection.execute(
        update(Attachment).where(col(Attachment.id).in_(effect.files)).values(case_id=of_hers.scalar_subquery())
    )


def _village(state: State) -> str | None:
    """Where the one in need lives, as far as this draft has it."""
    return _place(state).get("village")


def _place(state: State) -> dict[str, Any]:
    """Where the one in need is, as far as she said so: told in the danger, or in the form."""
    answer = state.rescue.get("where") or state.answers.get("address")
    return answer.value if answer is not None and isinstance(answer.value, dict) else {}


def _wants_human(tx: Tx, env: Env, conversation_id: str, state: State) -> str:
    """Put the conversation on the desk of the town she lives in, as far as she said so; which town that is."""
    town = window_of(env, _place(state).get("town")).town
    tx.connection.execute(
        update(Conversation).where(col(Conversation.id) == conversation_id).values(wants_human=True, town=town)
    )
    return town


def _know_her(tx: Tx, contact_id: str, case_id: str) -> None:
    """Who files for herself from an account is the person behind it; who files for others is not."""
    applicant = select(Case.applicant_id).where(Case.id == case_id).scalar_subquery()
    tx.connection.execute(update(Contact).where(col(Contact.id) == contact_id).values(person_id=applicant))
