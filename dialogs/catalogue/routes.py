"""The tables of domain 6.4 as they are written in `routing.toml`."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from dialogs.catalogue.parts import Confidence, Part


class BaseRoute(Part, frozen=True, kw_only=True):
    """Items for a need, whoever asks (domain 6.4 BASE)."""

    need: str
    items: tuple[str, ...]


class AddRoute(Part, frozen=True, kw_only=True):
    """Items added for a hardship type (domain 6.4 ADD).

    Attributes:
        when: a county switch that must be on.
        alone: items among them only for somebody with no other adult in the household (domain 6.4, “若无人养”).
        check: items among them that the window must look at before sending.
        sure_with: hardship types beside which `check` is not needed.
    """

    hardship: str
    need: str
    items: tuple[str, ...]
    when: str | None = None
    alone: tuple[str, ...] = ()
    check: tuple[str, ...] = ()
    sure_with: tuple[str, ...] = ()
    note: str = ""


class ExclRoute(Part, frozen=True, kw_only=True):
    """Items a verified hardship type rules out (domain 6.4 EXCL).

    Attributes:
        unless: a county switch that lifts it.
        instead: item -> name of the variant it becomes instead of leaving.
    """

    hardship: str
    items: tuple[str, ...] = ()
    unless: str | None = None
    instead: dict[str, str] = msgspec.field(default_factory=dict)
    source: str
    confidence: Confidence


class AgeRoute(Part, frozen=True, kw_only=True):
    """Ages at which items fall away, for every hardship type; `over = "retirement"` reads the dated table."""

    items: tuple[str, ...]
    under: int | None = None
    from_age: int | None = None
    over: Literal["retirement"] | None = None
    source: str
    confidence: Confidence


class RetirementAge(Part, frozen=True, kw_only=True, rename={"start": "from"}):
    """The last full year of age at which someone may still be short of the statutory retirement age."""

    start: dt.date
    men: int
    women: int
    source: str
    confidence: Confidence


class OtherRoute(Part, frozen=True, kw_only=True):
    """Words in the free text of type `other` that add items (domain 6.4, last ADD row)."""

    words: tuple[str, ...]
    items: tuple[str, ...]


class Routing(
    Part,
    frozen=True,
    kw_only=True,
    rename={"ages": "age", "exclusions": "excl", "others": "other", "retirement": "retirement_age"},
):
    """The tables of domain 6.4.

    Attributes:
        emergency_item: put first whenever an emergency was found.
        unknown_needs: needs whose BASE items are candidates when the need is not known.
        consult_needs: needs that are answered, not routed.
    """

    emergency_item: str
    unknown_need: str
    unknown_needs: tuple[str, ...]
    consult_needs: tuple[str, ...]
    source: str
    confidence: Confidence
    base: tuple[BaseRoute, ...]
    add: tuple[AddRoute, ...]
    exclusions: tuple[ExclRoute, ...]
    ages: tuple[AgeRoute, ...]
    retirement: tuple[RetirementAge, ...]
    others: tuple[OtherRoute, ...]
