"""A confirmed draft becomes a case: one act, one number, everything it owes written with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Dialect, bindparam, update
from sqlmodel import col, select

from backend.cases.facts import HouseholdLine, age_from
from backend.cases.move import open_case
from backend.cases.notices import issue_notice
from backend.cases.numbers import next_register_no
from backend.cases.representing import channel_of, represent, tell_principal
from backend.cases.tables import Case, Consent, Household, HouseholdMember, Person
from backend.conversations.tables import Attachment
from backend.conversations.window import window_of
from backend.env import Actor, Env
from backend.failpoints import failpoint
from backend.ids import new_id
from backend.messages import path_of, town_group
from backend.messages import place as place_of
from backend.outbox.post import to_group
from backend.prepared import Prepared, insert, per_dialect
from backend.privacy.mask import redact
from backend.staff.owner import first_contact_owner
from backend.voice.tables import Voice
from backend.writer import Tx
from dialogs.drafts import about, phone_of_helper
from dialogs.effects import Say
from dialogs.places.country import place_line
from dialogs.state import Answer, State
from dialogs.terms import Param, Term
from dialogs.understanding.emergency import level_of
from dialogs.understanding.health import health_marks

CONSENT_TEXT = "2026-11"  # which wording of the consent questions was shown; changes with the words


class Filed(msgspec.Struct, frozen=True):
    """What handing in led to."""

    case_id: str
    register_no: str
    says: tuple[Say, ...]


def submit(tx: Tx, env: Env, contact_id: str, state: State, channel: str) -> Filed:
    """Open the case of this draft; asked twice, it is found and not made again (I3)."""
    known = (
        _of_draft(tx.connection.dialect).run(tx.connection, {"contact_id": contact_id, "draft": state.draft}).fetchone()
    )
    if known is not None:
        return Filed(known[0], known[1], (Say("tell.already_in", {"number": known[2]}),))
    answers = state.answers
    helpers_phone = phone_of_helper(state)
    household = _household(tx, env, answers, helpers_phone)
    another = state.dialog == "for_another"
    place = _value(answers, "address") or {}
    window = window_of(env, place.get("town"))
    number = next_register_no(tx, env, window.town)
    code = env.sealer.query_code()
    case_id = new_id("cas")
    hardships = claims(answers)
    told = redact(str(_value(answers, "difficulty") or ""))  # other people's numbers stay out of the form (domain 10.8)
    case = open_case(
        tx, env, Actor("person", contact_id, ("proxy" if another else "applicant",)),
        id=case_id,
        register_no=number.full,
        short_no=number.short,
        county=env.county.code,
        town=window.town,
        village=place.get("village"),
        household_id=household.id,
        applicant_id=household.applicant_id,
        contact_id=contact_id,
        draft=state.draft,
        channel_in=channel_of(tx, contact_id) if another else "bot_direct",
        proxy_filed=another,
        address=place_line(place),
        hukou=place_line(_value(answers, "hukou") or place),
        difficulty=told,
        other_text=told if any(one["code"] == "other" for one in hardships) else None,
        answers=msgspec.json.encode(answers),
        hardships=hardships,
        needs=list(_value(answers, "needs") or ["need_unknown"]),
        emergency_code=state.raised[0] if state.raised else None,
        emergency_level=_level(state),
        green_channel=bool(state.raised),
        owner_id=first_contact_owner(tx, env, window.town),
        query_code_hash=env.sealer.lookup("query_code", f"{case_id}:{code}"),
        submitted_at=env.now,
    )  # fmt: skip
    failpoint("submit.after_case_insert")
    if another:
        represent(tx, env, case, contact_id, answers, CONSENT_TEXT, helpers_phone)
        tell_principal(tx, env, case)
    else:
        give_consents(tx, env, case, contact_id, answers)
    keep_files(tx, case, contact_id, state)
    notice = issue_notice(tx, env, case, household.lines)
    to_group(
        tx,
        env,
        town_group(case.town),
        "msg.staff_new_case",
        {
            "short": case.short_no,
            "place": place_of(case),
            "green": Term("green", "yes" if case.green_channel else "no"),
            "path": path_of(case),
        },
        key=f"{case.id}:new",
        case_id=case.id,
        urgent=case.green_channel,
    )
    failpoint("submit.after_outbox_insert")
    if state.dialog == "emergency":  # no list and no code now: what she is owed comes when the danger is over
        told_now: dict[str, Param] = {"number": case.short_no, "phone": window.phone}
        return Filed(case.id, case.register_no, (Say("msg.emergency_filed", told_now, kind="receipt"),))
    says = (
        Say(
            "msg.submitted",
            {
                "number": case.short_no,
                "code": code,
                "called": who_is_told(state),
                "clerk": window.clerk,
                "phone": window.phone,
            },
            kind="receipt",
        ),
        *(notice.says if notice is not None else ()),
    )
    whom = about(state)
    return Filed(case.id, case.register_no, tuple(msgspec.structs.replace(say, about=whom) for say in says))


def _value(answers: Mapping[str, Answer], slot: str) -> Any:
    answer = answers.get(slot)
    return None if answer is None else answer.value


def _of(answers: Mapping[str, Answer], prefix: str = "") -> dict[str, Any]:
    told = ("name", "called", "id_number", "phone", "id_missing", "age")
    return {inner: _value(answers, prefix + inner) for inner in told}


def who_is_told(state: State) -> str:
    """How the one who handed it in is called."""
    if state.dialog == "for_another":
        return str(_value(state.answers, "helper_name") or "")
    return str(_value(state.answers, "called") or _value(state.answers, "name") or "")


@per_dialect
def _of_draft(dialect: Dialect) -> Prepared:
    return Prepared(
        select(col(Case.id), col(Case.register_no), col(Case.short_no)).where(
            col(Case.contact_id) == bindparam("contact_id"), col(Case.draft) == bindparam("draft")
        ),
        dialect,
    )


class _Written(NamedTuple):
    """The household as it was just written."""

    id: str
    applicant_id: str
    lines: tuple[HouseholdLine, ...]


def _household(tx: Tx, env: Env, answers: Mapping[str, Answer], helpers_phone: str | None) -> _Written:
    numbers = sorted({int(slot.split(".")[1]) for slot in answers if slot.startswith("members.")})
    place = _value(answers, "address") or {}
    household_id = new_id("hsh")
    insert(
        tx, env, Household,
        id=household_id, village=place.get("village"), size=len(numbers) + 1, created_at=env.now,
    )  # fmt: skip
    hers = _of(answers)
    if helpers_phone is not None:
        hers["phone"] = None
    applicant_id, own = write_member(tx, env, household_id, 1, "self", hers, answers.get("income"), None)
    lines = [own]
    for position, number in enumerate(numbers, start=2):
        prefix = f"members.{number}."
        relation = _value(answers, prefix + "relation") or "other"
        income, health = answers.get(prefix + "income"), _value(answers, prefix + "condition")
        _, line = write_member(tx, env, household_id, position, relation, _of(answers, prefix), income, health)
        lines.append(line)
    return _Written(household_id, applicant_id, tuple(lines))


def write_member(
    tx: Tx,
    env: Env,
    household_id: str,
    position: int,
    relation: str,
    told: Mapping[str, Any],
    income: Answer | None,
    health: str | None,
) -> tuple[str, HouseholdLine]:
    """Write one person and her line of the household table; her id, and the line."""
    person_id = new_id("per")
    id_number, phone, age = told.get("id_number") or None, told.get("phone") or None, told.get("age")
    said_age = None if age is None else str(age)
    insert(
        tx, env, Person,
        id=person_id,
        name=told.get("name"),
        called=told.get("called"),
        id_number=id_number,
        id_number_hash=env.sealer.lookup("id_number", id_number) if id_number else None,
        id_missing_reason=told.get("id_missing"),
        phone=phone,
        phone_hash=env.sealer.lookup("phone", phone) if phone else None,
        age=said_age,
        created_at=env.now,
    )  # fmt: skip
    value = income.value if income is not None and isinstance(income.value, dict) else {}
    insert(
        tx, env, HouseholdMember,
        id=new_id("hsm"),
        household_id=household_id,
        person_id=person_id,
        position=position,
        relation=relation,
        income_text=(value.get("raw") or income.raw or None) if income is not None else None,
        income_monthly=value.get("monthly"),
        health=health,
    )  # fmt: skip
    return person_id, HouseholdLine(relation, age_from(id_number, said_age, env.today), health_marks(health or ""))


def claims(answers: Mapping[str, Answer]) -> list[dict[str, str]]:
    """What kind of household she says hers is, and what that rests on: her word, or a paper she photographed."""
    # What was read out of her story counts as said once she confirmed the card (domain 6.1).
    shown = _value(answers, "hardships_on_paper") or ()
    return [
        {"code": code, "claim_status": "photo" if code in shown else "claimed"}
        for code in _value(answers, "hardships") or ["other"]
    ]


_ORDER = ("e1", "e2", "e3")


def _level(state: State) -> str:
    levels = [level_of(code)[0] for code in state.raised]
    return min(levels, key=_ORDER.index) if levels else "none"


def give_consents(tx: Tx, env: Env, case: Case, contact_id: str, answers: Mapping[str, Answer]) -> None:
    for scope, slot in (
        ("general", "consent"),
        ("sensitive", "consent_sensitive"),
        ("means_check", "consent_check"),
    ):
        if slot in answers:
            insert(
                tx, env, Consent,
                id=new_id("cst"),
                case_id=case.id,
                person_id=case.applicant_id,
                contact_id=contact_id,
                scope=scope,
                given=answers[slot].value is True,
                text_version=CONSENT_TEXT,
                method="tap",
                at=env.now,
            )  # fmt: skip


def keep_files(tx: Tx, case: Case, contact_id: str, state: State) -> None:
    """What she sent lies with the case now, and so does the voice that began it before there was a form."""
    spoken = select(Voice.attachment_id).where(Voice.contact_id == contact_id)
    tx.flush()
    tx.connection.execute(
        update(Attachment)
        .where(col(Attachment.contact_id) == contact_id, col(Attachment.draft) == state.draft)
        .where(col(Attachment.case_id).is_(None), col(Attachment.id).in_(spoken))
        .values(case_id=case.id)
    )
    for attachment_id in state.files:
        attachment = tx.session.get(Attachment, attachment_id)
        if attachment is not None and attachment.contact_id == contact_id:
            attachment.case_id = case.id
            tx.session.add(attachment)
