"""Person, household, case, representation and consent: five things that are kept apart."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from backend.cases.status import CASE_STATUSES
from backend.columns import instant, json_list, key, ref, sealed
from backend.privacy.rows import SealedRow

_statuses = ", ".join(f"'{name}'" for name in CASE_STATUSES)


class Person(SealedRow, table=True):
    """A human being, once per case she appears in; the same person is found by keyed hash, never merged by machine."""

    __tablename__ = "person"

    id: str = key()
    name_sealed: bytes | None = sealed()
    called_sealed: bytes | None = sealed()
    id_number_sealed: bytes | None = sealed()
    id_number_hash: str | None = Field(default=None, max_length=64, index=True)
    id_missing_reason: str | None = Field(default=None, max_length=40)
    phone_sealed: bytes | None = sealed()
    phone_hash: str | None = Field(default=None, max_length=64, index=True)
    age_sealed: bytes | None = sealed()
    created_at: dt.datetime = instant()


class Household(SQLModel, table=True):
    """People who live together and share one pot (民发〔2021〕57号 第7条)."""

    __tablename__ = "household"

    id: str = key()
    village: str | None = Field(default=None, max_length=40, index=True)
    size: int = Field(ge=1)
    created_at: dt.datetime = instant()


class HouseholdMember(SealedRow, table=True):
    """One line of annex 5's member table; the applicant herself is line 1 with relation `self`."""

    __tablename__ = "household_member"
    __table_args__ = (UniqueConstraint("household_id", "position"),)

    id: str = key()
    household_id: str = ref("household.id")
    person_id: str = ref("person.id")
    position: int = Field(ge=1)
    relation: str = Field(max_length=30)
    income_text_sealed: bytes | None = sealed()
    income_monthly_sealed: bytes | None = sealed()
    health_sealed: bytes | None = sealed()


class Case(SealedRow, table=True):
    """One household's one request for help; everything else hangs on it."""

    __tablename__ = "case"
    __table_args__ = (
        UniqueConstraint("contact_id", "draft"),  # one submit, one case
        CheckConstraint(f"status IN ({_statuses})", name="status"),
        CheckConstraint("owner_id IS NOT NULL", name="owner"),  # nobody's case does not exist
        Index("ix_case_green", "submitted_at", postgresql_where=text("green_channel"),
              sqlite_where=text("green_channel = 1")),
        Index("ix_case_redispatch", "submitted_at", postgresql_where=text("needs_redispatch"),
              sqlite_where=text("needs_redispatch = 1")),
    )  # fmt: skip

    id: str = key()
    register_no: str = Field(max_length=24, unique=True)
    short_no: str = Field(max_length=12, index=True)
    status: str = Field(max_length=24, index=True)
    county: str = Field(max_length=12)
    town: str = Field(max_length=12)
    village: str | None = Field(default=None, max_length=40)
    household_id: str = ref("household.id")
    applicant_id: str = ref("person.id")
    contact_id: str | None = ref("contact.id", null=True)  # where the applicant is told what happens
    draft: int = 0
    channel_in: str = Field(max_length=24)
    address_sealed: bytes | None = sealed()
    hukou_sealed: bytes | None = sealed()
    difficulty_sealed: bytes | None = sealed()
    other_text_sealed: bytes | None = sealed()
    answers_sealed: bytes | None = sealed()  # the whole form as she answered it, for the register form
    hardships: list[dict[str, str]] = json_list()  # [{"code", "claim_status"}]
    needs: list[str] = json_list()
    emergency_level: str = Field(default="none", max_length=4)
    emergency_code: str | None = Field(default=None, max_length=40)
    green_channel: bool = False
    sensitive_case: bool = False
    needs_redispatch: bool = False
    objection_open: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    proxy_filed: bool = False
    owner_id: str | None = ref("staff.id", null=True)  # 首问负责
    next_act: str = Field(max_length=40)
    query_code_hash: str = Field(max_length=64)
    return_count: int = 0
    submitted_at: dt.datetime = instant()
    accepted_at: dt.datetime | None = instant(null=True)
    reply_by: dt.date | None = None
    reply_days: int | None = None
    reason_code: str | None = Field(default=None, max_length=40)
    reason_sealed: bytes | None = sealed()
    where_sealed: bytes | None = sealed()  # who she was told to go to when it is not ours
    supplement: list[str] = json_list()  # materials that are missing
    supplement_note_sealed: bytes | None = sealed()
    supplement_rounds: int = 0
    rating: int | None = None  # 1 to 5; none when she did not say
    closed_at: dt.datetime | None = instant(null=True)
    journal_seq: int = 0
    journal_hash: str = Field(default="", max_length=64)
    version: int = Field(default=1, nullable=False)


# Two people on one row: the second to save is refused, on PostgreSQL too.
Case.__mapper__.version_id_col = Case.__table__.c.version  # type: ignore[attr-defined]


class Meeting(SealedRow, table=True):
    """A joint meeting: a case nobody's duty fits, until somebody has decided who does it."""

    __tablename__ = "meeting"
    __table_args__ = (
        Index("uq_meeting_open", "case_id", unique=True, postgresql_where=text("resolved_at IS NULL"),
              sqlite_where=text("resolved_at IS NULL")),
    )  # fmt: skip

    id: str = key()
    case_id: str = ref("case.id")
    number: str = Field(max_length=32, unique=True)
    reason: str = Field(max_length=40)
    proposal_sealed: bytes | None = sealed()
    raised_at: dt.datetime = instant()
    submitted_at: dt.datetime | None = instant(null=True)
    resolved_at: dt.datetime | None = instant(null=True)
    outcome: str | None = Field(default=None, max_length=24)  # the case status it led to
    minutes_no: str | None = Field(default=None, max_length=40)
    result_sealed: bytes | None = sealed()


class Representation(SealedRow, table=True):
    """Who acts for whom, how it was proved, for what and until when (民法典 第165条)."""

    __tablename__ = "representation"

    id: str = key()
    case_id: str = ref("case.id")
    principal_id: str = ref("person.id")
    agent_id: str = ref("person.id")
    contact_id: str | None = ref("contact.id", null=True)
    relation: str = Field(max_length=30)
    proof: str = Field(max_length=24)  # voice | signature | code | witness | later | none
    scope: list[str] = json_list()
    starts_at: dt.datetime = instant()
    ends_at: dt.datetime | None = instant(null=True, index=True)  # the latest it can last
    confirmed_at: dt.datetime | None = instant(null=True)  # shown at filing, or said by the principal herself since
    denied_at: dt.datetime | None = instant(null=True)  # the principal says that she did not want it
    ended_at: dt.datetime | None = instant(null=True)


class Consent(SQLModel, table=True):
    """What she was asked, in which version of the words, and what she said (个保法 第14、17、29条)."""

    __tablename__ = "consent"

    id: str = key()
    case_id: str = ref("case.id")
    person_id: str = ref("person.id")
    contact_id: str | None = ref("contact.id", null=True)
    scope: str = Field(max_length=24)  # general | sensitive | means_check
    given: bool
    text_version: str = Field(max_length=40)
    method: str = Field(max_length=16)
    at: dt.datetime = instant()
    revoked_at: dt.datetime | None = instant(null=True)


class Addition(SealedRow, table=True):
    """Something she said or sent for a case after handing it in; the first version stays as it was."""

    __tablename__ = "addition"

    id: str = key()
    case_id: str = ref("case.id")
    at: dt.datetime = instant()
    text_sealed: bytes | None = sealed()
    files: list[str] = json_list()
    seen_at: dt.datetime | None = instant(null=True)


class CaseChange(SealedRow, table=True):
    """What she changed after handing in: the new values stand where they belong, the old are kept here with them."""

    __tablename__ = "case_change"
    __table_args__ = (UniqueConstraint("case_id", "version"),)

    id: str = key()
    case_id: str = ref("case.id")
    version: int  # the case as filed is version 1
    at: dt.datetime = instant()
    fields: list[str] = json_list()  # codes: phone, members.2.income
    old_sealed: bytes | None = sealed()  # JSON by field: [before, after]; null where nothing was known
    words_sealed: bytes | None = sealed()  # as she said it
    seen_at: dt.datetime | None = instant(null=True)


class NoticeIssued(SealedRow, table=True):
    """A one-time notice (一次性告知) as it was given to one person: numbered, versioned, acknowledged."""

    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("case_id", "version"),)

    id: str = key()
    case_id: str = ref("case.id")
    version: int
    number: str = Field(max_length=32, unique=True)
    content_sealed: bytes | None = sealed()
    content_hash: str = Field(max_length=64)
    issued_at: dt.datetime = instant()
    acknowledged_at: dt.datetime | None = instant(null=True)
    acknowledged_way: str | None = Field(default=None, max_length=12)  # opened | words | button | page


class SecondAsk(SQLModel, table=True):
    """Something that was asked for after the notice had said everything: by whom, and on what ground. Counted."""

    __tablename__ = "second_ask"
    __table_args__ = (UniqueConstraint("case_id", "material"),)

    id: str = key()
    case_id: str = ref("case.id")
    transfer_id: str | None = ref("transfer.id", null=True)
    dept: str = Field(max_length=40)  # `window` for the window itself
    town: str = Field(max_length=12)
    material: str = Field(max_length=40)
    reason_code: str = Field(max_length=40)
    notice_version: int  # the notice that lists it since then
    asked_by: str = Field(max_length=40)
    asked_at: dt.datetime = instant(index=True)


class RegisterCounter(SQLModel, table=True):
    """The last number a town gave in a year; numbers run on and are never used again (domain 9.10)."""

    __tablename__ = "register_counter"

    series: str = Field(primary_key=True, max_length=24)  # "37990102-2026"
    last: int = 0


def codes(entries: list[dict[str, Any]]) -> list[str]:
    """The codes of a `hardships` column."""
    return [str(entry["code"]) for entry in entries]
