"""Who acts for whom: written down at filing, confirmed or denied by the one who is helped, ended with the case.

民法典 第165条 (the mandate is proved), 个保法 第29条 (health and income need her own yes), domain 12.3.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from typing import Final

from sqlalchemy import ColumnElement, exists, update
from sqlmodel import col, select

from backend.cases.move import case_for, require_role
from backend.cases.tables import Case, Consent, Person, Representation
from backend.conversations import query_lock
from backend.conversations.tables import Attachment
from backend.conversations.window import window_of
from backend.env import CLOCK, Actor, Env
from backend.errors import RefusedAct
from backend.ids import new_id
from backend.inbox.tables import Contact
from backend.journal.record import record
from backend.messages import path_of, place, town_group
from backend.outbox.post import to_group, to_person, to_staff
from backend.prepared import insert
from backend.staff.tables import OneTimeLink
from backend.writer import Tx
from dialogs.effects import Say
from dialogs.state import Answer
from dialogs.terms import Param

#: Proofs that are there when the case is filed; without one the window asks her before anything is sent on.
SHOWN: Final = frozenset({"voice", "signature", "code", "witness"})
#: What a mandate covers: to file, to bring what is missing, to ask how far it is. Withdrawing stays hers (domain 3.5).
SCOPE: Final = ("file", "supply", "progress")
#: Kin and friends may say how content they are; an assistant gives no mark for whom she serves (domain 15, 10).
SCOPE_OF_KIN: Final = (*SCOPE, "rate")
LASTS: Final = dt.timedelta(days=365)
ASSISTANT: Final = "village_assistant"
MANDATE_PAPER: Final = "mat_mandate"
CODE: Final = "mandate"  # purpose of the link that a code to her own telephone is
CODE_LASTS: Final = dt.timedelta(days=7)
_TRIES: Final = "mandate-code"

_WINDOW: Final = frozenset({"window_clerk", "county_center"})
#: What each answer to "does she agree" consents to; None leaves it to be asked when she can say.
_CONSENTS: Final[Mapping[str, Mapping[str, bool]]] = {
    "all": {"general": True, "sensitive": True, "means_check": True},
    "no_check": {"general": True, "sensitive": True, "means_check": False},
    "cannot_say": {"general": False, "sensitive": False, "means_check": False},
}


def channel_of(tx: Tx, contact_id: str) -> str:
    """`channel_in` (domain 9.11) of a case filed for another: a registered assistant's, or that of anybody else."""
    bound = tx.session.exec(select(Contact.staff_id).where(Contact.id == contact_id)).first()
    return "bot_assistant" if bound else "bot_direct"


def represent(
    tx: Tx, env: Env, case: Case, contact_id: str, answers: Mapping[str, Answer], text_version: str, phone: str | None
) -> None:
    """Write down who files for the applicant, how her yes is shown, and what she agrees to.

    Args:
        answers: of the dialog `for_another`.
        text_version: of the consent questions.
        phone: the helper's own, where hers is the number to call.
    """
    agreed = str(_value(answers, "agreed"))
    proof = "none" if agreed == "cannot_say" else str(_value(answers, "proof") or "later")
    relation = str(_value(answers, "helper") or "other")
    agent_id = new_id("per")
    insert(
        tx, env, Person,
        id=agent_id,
        name=_value(answers, "helper_name"),
        phone=phone,
        phone_hash=env.sealer.lookup("phone", phone) if phone else None,
        created_at=env.now,
    )  # fmt: skip
    representation_id = new_id("rep")
    insert(
        tx, env, Representation,
        id=representation_id,
        case_id=case.id,
        principal_id=case.applicant_id,
        agent_id=agent_id,
        contact_id=contact_id,
        relation=relation,
        proof=proof,
        scope=list(SCOPE if relation == ASSISTANT else SCOPE_OF_KIN),
        starts_at=env.now,
        ends_at=env.now + LASTS,
        confirmed_at=env.now if proof in SHOWN else None,
    )  # fmt: skip
    for scope, given in _CONSENTS.get(agreed, _CONSENTS["cannot_say"]).items():
        _consent(tx, env, case, contact_id, scope, given, proof, text_version)
    record(
        tx, env, Actor("person", contact_id, ("proxy",)), "represented", case=case, subject=representation_id,
        data={"relation": relation, "proof": proof},
    )  # fmt: skip
    shown = answers.get("proof_file")
    if shown is not None:
        _file_as_mandate(tx, contact_id, tuple(shown.value))


def _consent(
    tx: Tx, env: Env, case: Case, contact_id: str | None, scope: str, given: bool, method: str, text_version: str
) -> None:
    insert(
        tx, env, Consent,
        id=new_id("cst"),
        case_id=case.id,
        person_id=case.applicant_id,
        contact_id=contact_id,
        scope=scope,
        given=given,
        text_version=text_version,
        method=method,
        at=env.now,
    )  # fmt: skip


def _value(answers: Mapping[str, Answer], slot: str) -> str | None:
    answer = answers.get(slot)
    return None if answer is None or answer.value is None else str(answer.value)


# --- how it stands


def representation_of(tx: Tx, case: Case) -> Representation | None:
    """The latest mandate of a case; None for one she filed herself."""
    if not case.proxy_filed:
        return None
    tx.flush()
    return tx.session.exec(
        select(Representation)
        .where(Representation.case_id == case.id)
        .order_by(col(Representation.starts_at).desc(), col(Representation.id).desc())
    ).first()


def is_shown(tx: Tx, case: Case) -> bool:
    """Whether nothing is missing: she filed herself, or her mandate is proved or was confirmed by her."""
    found = representation_of(tx, case)
    return found is None or (found.confirmed_at is not None and found.denied_at is None)


def require_mandate(tx: Tx, case: Case) -> None:
    """Nothing of hers goes to a department against her will, or before she was asked (个保法 第23、29条).

    In an emergency help goes first and her yes is asked for after (个保法 第13条第1款第4项); a no holds even then.

    Raises:
        RefusedAct: `mandate_denied`, `mandate_open`.
    """
    found = representation_of(tx, case)
    if found is None:
        return
    if found.denied_at is not None:
        raise RefusedAct("mandate_denied")
    if found.confirmed_at is None and not case.green_channel:
        raise RefusedAct("mandate_open")


def not_denied() -> ColumnElement[bool]:
    """Cases whose helper was not sent away: the one it is about has not said that she never wanted it."""
    return ~exists().where(col(Representation.case_id) == col(Case.id), col(Representation.denied_at).is_not(None))


def may_rate(tx: Tx, case: Case) -> bool:
    """Whether the one who hears of the case may say how content she is with it."""
    found = representation_of(tx, case)
    return found is None or "rate" in found.scope


def end_over(tx: Tx, env: Env, at: dt.datetime) -> int:
    """Mandates whose time is over end, each with an entry in its case's journal; how many."""
    tx.flush()
    rows = tx.session.exec(
        select(Representation, Case)
        .join(Case, col(Case.id) == col(Representation.case_id))
        .where(col(Representation.ends_at) <= at, col(Representation.ended_at).is_(None))
        .limit(500)
    ).all()
    for found, case in rows:
        found.ended_at = found.ends_at
        tx.session.add(found)
        record(tx, env, CLOCK, "mandate_ended", case=case, subject=found.id)
        tx.session.add(case)
    return len(rows)


# --- it is shown later


def show_later(tx: Tx, env: Env, contact_id: str, case: Case, proof: str, files: tuple[str, ...]) -> tuple[Say, ...]:
    """The helper sends what shows her yes after all; nothing when none is missing.

    Args:
        proof: voice or signature, by what the files are or are called.
    """
    found = representation_of(tx, case)
    if found is None or found.contact_id != contact_id or found.confirmed_at or found.ended_at:
        return ()
    _file_as_mandate(tx, contact_id, files)
    _shown(tx, env, case, found, proof, contact_id)
    return (Say("tell.mandate_shown", {"number": case.short_no}),)


def widen(tx: Tx, env: Env, contact_id: str, case: Case, what: str, proof: str, files: tuple[str, ...] = ()) -> None:
    """The mandate covers one thing more, as the one who is helped has said; how that is shown is kept with it.

    Args:
        what: what it covers now: withdraw.
        proof: voice, signature or witness.
        files: that show it, filed as her mandate; without one it was stated by the helper and no more.
    """
    found = representation_of(tx, case)
    if found is None:
        return
    found.scope = list(dict.fromkeys((*found.scope, what)))
    _file_as_mandate(tx, contact_id, files)
    for attachment in (tx.session.get(Attachment, one) for one in files):
        if attachment is not None and attachment.contact_id == contact_id:
            attachment.case_id = case.id
            tx.session.add(attachment)
    if found.confirmed_at is None and (files or proof == "witness"):
        _shown(tx, env, case, found, proof, contact_id)
    tx.session.add(found)
    record(
        tx, env, Actor("person", contact_id, ("proxy",)), "withdrawal_confirmed", case=case, subject=found.id,
        data={"scope": what, "proof": proof, "shown": bool(files)},
    )  # fmt: skip
    tx.session.add(case)


def _shown(tx: Tx, env: Env, case: Case, found: Representation, proof: str, contact_id: str) -> None:
    found.proof, found.confirmed_at = proof, env.now
    tx.session.add(found)
    actor = Actor("person", contact_id, ("proxy",))
    record(tx, env, actor, "mandate_confirmed", case=case, subject=found.id, data={"by": proof})
    tx.session.add(case)


def _file_as_mandate(tx: Tx, contact_id: str, files: tuple[str, ...]) -> None:
    tx.flush()
    tx.connection.execute(
        update(Attachment)
        .where(col(Attachment.id).in_(files), col(Attachment.contact_id) == contact_id)
        .values(material=MANDATE_PAPER)
    )


def code_given(tx: Tx, env: Env, contact_id: str, code: str) -> tuple[Say, ...]:
    """The helper types the code that went to her own telephone: she read it to him, so she wants it."""
    wrong = (Say("tell.mandate_code_wrong", {"phone": window_of(env).phone}),)
    if query_lock.closed_until(tx, env, contact_id, _TRIES) is not None:
        return wrong
    tx.flush()
    waiting = tx.session.exec(
        select(Representation, Case)
        .join(Case, col(Case.id) == col(Representation.case_id))
        .where(
            Representation.contact_id == contact_id,
            col(Representation.confirmed_at).is_(None),
            col(Representation.ended_at).is_(None),
        )
    ).all()
    for found, case in waiting:
        link = tx.session.exec(
            select(OneTimeLink).where(
                OneTimeLink.token_hash == _hash(env, found.id, code),
                col(OneTimeLink.used_at).is_(None),
                OneTimeLink.expires_at > env.now,
            )
        ).first()
        if link is not None:
            link.used_at = env.now
            tx.session.add(link)
            query_lock.open_for(tx, env, contact_id, _TRIES)
            _shown(tx, env, case, found, "code", contact_id)
            return (Say("tell.mandate_shown", {"number": case.short_no}),)
    query_lock.count_wrong(tx, env, contact_id, _TRIES)
    return wrong


def _issue_code(tx: Tx, env: Env, found: Representation) -> str:
    code = f"{secrets.randbelow(10**6):06d}"
    insert(
        tx, env, OneTimeLink,
        id=new_id("lnk"),
        token_hash=_hash(env, found.id, code),
        purpose=CODE,
        subject=found.id,
        created_at=env.now,
        expires_at=env.now + CODE_LASTS,
    )  # fmt: skip
    return code


def _hash(env: Env, representation_id: str, code: str) -> str:
    return env.sealer.lookup("mandate_code", f"{representation_id}:{code}")


# --- she is told, and answers


def tell_principal(tx: Tx, env: Env, case: Case) -> int:
    """Tell her on her own accounts that somebody filed for her: a number and nothing else. How many accounts.

    Where nothing shows her yes yet, a code comes with it; read to the helper, it is her yes (domain 12.3).
    Hers is an account from which she filed for herself under the same identity number; a name or a telephone alone
    never is.
    """
    own = select(Person.id_number_hash).where(Person.id == case.applicant_id).scalar_subquery()
    contacts = tx.session.exec(
        select(Contact)
        .join(Person, col(Person.id) == col(Contact.person_id))
        .where(Person.id_number_hash == own, Contact.id != case.contact_id, col(Contact.reachable).is_(True))
    ).all()
    found = representation_of(tx, case) if contacts else None
    message, params = "msg.filed_for_you", {"short": case.short_no}
    if found is not None and found.confirmed_at is None:
        message, params = "msg.filed_for_you_code", {**params, "code": _issue_code(tx, env, found)}
    for contact in contacts:
        contact.told_case_id = case.id
        tx.session.add(contact)
        to_person(
            tx, env, contact.id, message, dict(params),
            key=f"{case.id}:filed_for_you:{contact.id}", case_id=case.id,
        )  # fmt: skip
    return len(contacts)


def principal_says(tx: Tx, env: Env, contact_id: str, wanted: bool) -> tuple[Say, ...]:
    """Her answer to being told: a yes confirms the mandate; a no ends it, freezes sending and rings who owns the case.

    Returns:
        What she is answered; nothing when she had not been told of any case.
    """
    contact = tx.session.get(Contact, contact_id)
    case = tx.session.get(Case, contact.told_case_id) if contact is not None and contact.told_case_id else None
    found = representation_of(tx, case) if case is not None else None
    if contact is None or case is None or found is None:
        return ()
    contact.told_case_id = None
    tx.session.add(contact)
    actor = Actor("person", contact_id, ("applicant",))
    if wanted:
        found.confirmed_at = found.confirmed_at or env.now
        tx.session.add(found)
        record(tx, env, actor, "mandate_confirmed", case=case, subject=found.id, data={"by": "principal"})
        return (Say("tell.mandate_confirmed", {"number": case.short_no}),)
    found.denied_at = found.ended_at = env.now
    tx.session.add(found)
    record(tx, env, actor, "mandate_denied", case=case, subject=found.id)
    params: dict[str, Param] = {"short": case.short_no, "place": place(case), "path": path_of(case)}
    to_group(
        tx, env, town_group(case.town), "msg.staff_mandate_denied", params,
        key=f"{found.id}:denied:town", case_id=case.id, urgent=True,
    )  # fmt: skip
    if case.owner_id is not None:
        to_staff(
            tx, env, case.owner_id, "msg.staff_mandate_denied", params,
            key=f"{found.id}:denied", case_id=case.id, urgent=True,
        )  # fmt: skip
    return (Say("tell.mandate_denied", {"number": case.short_no, "phone": env.county.town(case.town).phone}),)


def confirm(tx: Tx, env: Env, actor: Actor, case_id: str) -> Case:
    """本人已确认: the window has asked her, by telephone or at home, and she wants it and what it takes.

    What had been put off because she could not be asked is now consented to; looking into the income is asked apart.

    Raises:
        NotFound: no such case, or not hers to see.
        RefusedAct: `not_allowed`; `not_possible_now`, nobody files for her or it is confirmed already.
    """
    case = case_for(tx, actor, case_id)
    require_role(tx, actor, case, "mandate_confirmed", _WINDOW)
    found = representation_of(tx, case)
    if found is None or (found.confirmed_at is not None and found.denied_at is None):
        raise RefusedAct("not_possible_now", event="mandate_confirmed", status=case.status)
    was_denied = found.denied_at is not None
    found.confirmed_at, found.denied_at, found.ended_at = env.now, None, None
    tx.session.add(found)
    asked = tx.session.exec(select(Consent).where(Consent.case_id == case.id, col(Consent.method) == "none")).all()
    for row in asked:
        if row.scope != "means_check":
            _consent(tx, env, case, None, row.scope, True, "verbal", row.text_version)
    data = {"by": "window", "after_denial": was_denied}
    record(tx, env, actor, "mandate_confirmed", case=case, subject=found.id, data=data)
    return case
