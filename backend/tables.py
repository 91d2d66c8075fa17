"""Every table, gathered so that the metadata is whole whoever imports it."""

from backend.cases.tables import (
    Addition,
    Case,
    CaseChange,
    Consent,
    Household,
    HouseholdMember,
    Meeting,
    NoticeIssued,
    Person,
    RegisterCounter,
    Representation,
    SecondAsk,
)
from backend.conversations.tables import Attachment, Conversation, Emergency, QueryTry
from backend.deadlines.tables import Deadline, Escalation
from backend.inbox.tables import Contact, GroupHint, Inbound
from backend.journal.tables import JournalEntry, JournalHead
from backend.objections.tables import Lead, Objection
from backend.outbox.tables import Outgoing
from backend.privacy.tables import ErasureRequest
from backend.staff.tables import OneTimeLink, Staff, StaffSession
from backend.station.tables import RegisterEntry, SheetRow, VillageReport, Visit
from backend.transfers.tables import Transfer
from backend.voice.tables import Voice

__all__ = [
    "Addition",
    "Attachment",
    "Case",
    "CaseChange",
    "Consent",
    "Contact",
    "Conversation",
    "Deadline",
    "Emergency",
    "ErasureRequest",
    "Escalation",
    "GroupHint",
    "Household",
    "HouseholdMember",
    "Inbound",
    "JournalEntry",
    "JournalHead",
    "Lead",
    "Meeting",
    "NoticeIssued",
    "Objection",
    "OneTimeLink",
    "Outgoing",
    "Person",
    "QueryTry",
    "RegisterCounter",
    "RegisterEntry",
    "Representation",
    "SecondAsk",
    "SheetRow",
    "Staff",
    "StaffSession",
    "Transfer",
    "VillageReport",
    "Visit",
    "Voice",
]
