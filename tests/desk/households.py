"""Households with everything a register form holds."""

from __future__ import annotations

from typing import Any

from sqlmodel import select

from backend.cases.notices import issue_notice
from backend.cases.tables import Case, Consent, HouseholdMember, Person
from backend.conversations.media import keep_file
from backend.conversations.tables import Attachment, Conversation
from backend.env import Env
from backend.ids import new_id
from backend.writer import Tx
from tests.builders import file_case

STORY = "老伴上月脑出血住院，花了四万多，报完自己还欠两万三。屋顶漏雨，下雨拿盆接。就靠我俩的养老金。"
ID_NUMBER = "379901194307160026"  # a county that does not exist
PHONE = "13000000012"
PIXEL = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)


def full_case(tx: Tx, env: Env, owner_id: str, *, story: str = STORY, name: str = "李秀英", **more: Any) -> Case:
    """A case of two, with numbers, incomes, consents and one photo."""
    wanted: dict[str, Any] = {
        "needs": ["need_medical_fee", "need_house_repair"],
        "hardships": [{"code": "marginal_household", "claim_status": "claimed"}],
    }
    case = file_case(tx, env, owner_id, called="李奶奶", **(wanted | more))
    session = tx.session
    person = session.get(Person, case.applicant_id)
    assert person is not None
    person.put(env.sealer, "name", name)
    person.put(env.sealer, "id_number", ID_NUMBER)
    person.put(env.sealer, "phone", PHONE)
    husband = Person(id=new_id("per"), created_at=env.now, id_missing_reason="lost")
    husband.put(env.sealer, "name", "王德福")
    husband.put(env.sealer, "age", "85")
    session.add_all((person, husband))
    session.flush()
    own = session.exec(select(HouseholdMember).where(HouseholdMember.household_id == case.household_id)).one()
    own.put(env.sealer, "income_text", "养老金一个月一百六十多")
    own.put(env.sealer, "income_monthly", "166.67")
    second = HouseholdMember(
        id=new_id("hsm"), household_id=case.household_id, person_id=husband.id, position=2, relation="spouse"
    )
    second.put(env.sealer, "income_monthly", "170")
    second.put(env.sealer, "health", "脑出血，瘫在床上")
    session.add_all((own, second))
    case.put(env.sealer, "difficulty", story)
    case.put(env.sealer, "address", "青石镇石桥村三组，村委会往东第二家")
    for scope, given in (("general", True), ("sensitive", True), ("means_check", False)):
        session.add(
            Consent(
                id=new_id("cst"), case_id=case.id, person_id=person.id, contact_id=case.contact_id, scope=scope,
                given=given, text_version="2026-11", method="tap", at=env.now,
            )
        )  # fmt: skip
    photo = keep_file(env, PIXEL, "出院小结.png")
    assert not isinstance(photo, str) and case.contact_id is not None
    row = Attachment(
        id=photo.id, contact_id=case.contact_id, case_id=case.id, content_hash=photo.content_hash,
        media_type=photo.media_type, size=photo.size, received_at=env.now,
    )  # fmt: skip
    row.put(env.sealer, "name", photo.name)
    session.add_all((case, row))
    session.flush()
    issue_notice(tx, env, case)
    return case


def wants_human(tx: Tx, env: Env, case: Case) -> Conversation:
    """Her conversation, waiting for a person."""
    assert case.contact_id is not None
    talk = Conversation(id=new_id("cnv"), contact_id=case.contact_id, wants_human=True, updated_at=env.now)
    tx.session.add(talk)
    tx.flush()
    return talk
