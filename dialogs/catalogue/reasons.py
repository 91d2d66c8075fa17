"""The codes a decision needs, each with its plain sentence, and the ways to object to it."""

from __future__ import annotations

import datetime as dt

from dialogs.catalogue.parts import SHOWABLE, Basis, Confidence, Held, RemedyType


class ReasonCode(Held, frozen=True, kw_only=True):
    """Why an application was not taken in (domain 3.10).

    Attributes:
        plain: the sentence with placeholders in braces, for the window.
        opening: how she is told, before the window's own words.
    """

    code: str
    name: str
    plain: str
    opening: str
    where: str
    placeholders: tuple[str, ...] = ()
    source: str
    confidence: Confidence


class RefusalCode(Held, frozen=True, kw_only=True, rename={"grounds": "ground"}):
    """Why a department said no (domain 3.10).

    Attributes:
        plain: the sentence with placeholders in braces.
        beforehand: the same as a general ground, for the one-time notice.
        items: items it may be used for; empty means all.
        shortest_detail: least number of characters the `detail` must have.
        after: what she can do next, when she may ask again, and what else there is; said to her with every refusal.
        grounds: the law that lets anything be refused for this; told besides what the department cites.
    """

    code: str
    plain: str
    beforehand: str
    after: str
    grounds: tuple[Basis, ...] = ()
    placeholders: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    shortest_detail: int = 0
    source: str
    confidence: Confidence

    def grounds_on(self, day: dt.date) -> tuple[str, ...]:
        """What the code itself rests on that day and a resident may be shown, each with its articles."""
        held = (one for one in self.grounds if one.holds_on(day) and one.confidence in SHOWABLE)
        return tuple(f"{one.text}{one.source_clause}" for one in held)


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
