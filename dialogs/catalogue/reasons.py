"""The codes a decision needs, each with its plain sentence, and the ways to object to it."""

from __future__ import annotations

from dialogs.catalogue.parts import Confidence, Held, RemedyType


class ReasonCode(Held, frozen=True, kw_only=True):
    """Why an application was not taken in (domain 3.10); `plain` has its placeholders in braces."""

    code: str
    name: str
    plain: str
    where: str
    placeholders: tuple[str, ...] = ()
    source: str
    confidence: Confidence


class RefusalCode(Held, frozen=True, kw_only=True):
    """Why a department said no (domain 3.10).

    Attributes:
        plain: the sentence with placeholders in braces.
        beforehand: the same as a general ground, for the one-time notice.
        items: items it may be used for; empty means all.
        shortest_detail: least number of characters the `detail` must have.
    """

    code: str
    plain: str
    beforehand: str
    placeholders: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    shortest_detail: int = 0
    source: str
    confidence: Confidence


class ReturnReason(Held, frozen=True, kw_only=True):
    """Why a department sent a transfer back (domain 3.6 `t_return`); never shown to residents."""

    code: str
    plain: str
    source: str
    confidence: Confidence


class MeetingReason(Held, frozen=True, kw_only=True):
    """Why a case goes to the joint meeting (domain 3.5 `raise_meeting`)."""

    code: str
    plain: str
    source: str
    confidence: Confidence


class SecondAskReason(Held, frozen=True, kw_only=True):
    """Why something is asked for that the one-time notice did not list (MG 6(2)); `plain` is said to the applicant."""

    code: str
    plain: str
    source: str
    confidence: Confidence


class Remedy(Held, frozen=True, kw_only=True):
    """What a person can do against a decision (domain 3.7).

    Attributes:
        reconsideration: whether the law gives administrative reconsideration; False must never mention it.
        days: natural days to apply for reconsideration, 0 when there is none.
        months: months to go to court, 0 when not told.
    """

    type: RemedyType
    plain: str
    placeholders: tuple[str, ...] = ()
    reconsideration: bool
    days: int = 0
    months: int = 0
    source: str
    confidence: Confidence
