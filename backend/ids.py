"""Ids that say what they are: a three-letter prefix and a time-ordered uuid, text everywhere."""

from __future__ import annotations

import re
from typing import NewType

from uuid_utils import uuid7

ContactId = NewType("ContactId", str)
PersonId = NewType("PersonId", str)
HouseholdId = NewType("HouseholdId", str)
CaseId = NewType("CaseId", str)
TransferId = NewType("TransferId", str)
DeadlineId = NewType("DeadlineId", str)
InboundId = NewType("InboundId", str)
OutgoingId = NewType("OutgoingId", str)
ConversationId = NewType("ConversationId", str)
AttachmentId = NewType("AttachmentId", str)
RepresentationId = NewType("RepresentationId", str)
ConsentId = NewType("ConsentId", str)
NoticeId = NewType("NoticeId", str)
JournalId = NewType("JournalId", str)
StaffId = NewType("StaffId", str)
LinkId = NewType("LinkId", str)
SessionId = NewType("SessionId", str)

_FORM = re.compile(r"([a-z]{3})_([0-9a-f]{32})\Z")


def new_id(prefix: str) -> str:
    """A new id: "cas" gives `cas_0199…` (36 characters); later ids sort after earlier ones."""
    return f"{prefix}_{uuid7().hex}"


def is_id(prefix: str, text: str) -> bool:
    """Whether `text` has the form of an id of that kind."""
    match = _FORM.match(text)
    return match is not None and match[1] == prefix
