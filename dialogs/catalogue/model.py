"""What a piece of policy is: frozen values, each with where it comes from and from which day it holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Literal

import msgspec

from dialogs.catalogue.facts import Facts
from dialogs.catalogue.mistakes import NotCovered
from dialogs.catalogue.parts import Basis, Confidence, Group, Held, Mode, Part, RemedyType, ReviewForm, Unit, latest
from dialogs.catalogue.reasons import MeetingReason, ReasonCode, RefusalCode, Remedy, ReturnReason, SecondAskReason
from dialogs.catalogue.routes import Routing


class Material(Held, frozen=True, kw_only=True):
    """One thing a resident may be asked for (domain 5.1).

    Attributes:
        code: `mat_…`.
        name: its name.
        plain: how it is said to a resident.
        who_has: who holds it.
        mode: how it usually comes: fetched, made from the talk, photographed, signed, collected at home.
        exempt: shared data can replace it somewhere (LC 3.3); whether it does is said per item.
        share_from: whose data replaces it.
        accepted: which forms are good enough.
        common_mistake: what often goes wrong, shown beside it.
        photo_rule: name of a rule in the same file, or "" when nothing is photographed.
        each_adult: every adult of the household signs for himself (social assistance law art. 40).
    """

    code: str
    name: str
    plain: str
    who_has: str
    mode: Mode
    exempt: bool = False
    share_from: str = ""
    accepted: str = ""
    common_mistake: str = ""
    photo_rule: str = ""
    each_adult: bool = False
    source: str
    confidence: Confidence


class CommonMaterial(Held, frozen=True, kw_only=True):
    """A material added to many items by a rule (domain 5.1, common additions).

    Attributes:
        items: the items it is added to; empty means every item.
        not_items: items it is never added to.
    """

    code: str
    when: str
    exempt: bool = False
    items: tuple[str, ...] = ()
    not_items: tuple[str, ...] = ()
    source: str
    confidence: Confidence


class Need(Held, frozen=True, kw_only=True):
    """One of the thirty needs (domain 7.1); `order` is the order of the list, from 1."""

    code: str
    name: str
    plain: str
    words: tuple[str, ...]
    departments: tuple[str, ...]
    order: int
    source: str
    confidence: Confidence


class HardshipType(Held, frozen=True, kw_only=True):
    """One of the eleven hardship types of HN annex 5 (domain 6.2)."""

    code: str
    name: str
    plain: str
    definition: str
    said: tuple[str, ...]
    order: int
    source: str
    confidence: Confidence


class EmergencyLine(Held, frozen=True, kw_only=True):
    """A number to ring in an emergency, the same everywhere."""

    number: str
    name: str
    source: str
    confidence: Confidence


class EmergencyKind(Held, frozen=True, kw_only=True):
    """What one emergency leads to besides the duty chain (domain 8.2).

    Attributes:
        levels: how grave it can be, the usual one first.
        items: what is suggested to the window; the emergency item of the routes comes with every one (domain 6.4).
        tell: departments to be told at once.
        lines: numbers of the list of lines.
        do: what is done at once, for colleagues.
        ordinary: False where it brings no item of its own, not even the emergency item.
        quiet: what comes of it is not listed to her, who may not be alone with her phone.
    """

    code: str
    levels: tuple[Literal["e1", "e2", "e3"], ...]
    items: tuple[str, ...]
    tell: tuple[str, ...]
    lines: tuple[str, ...]
    do: str
    ordinary: bool = True
    quiet: bool = False
    source: str
    confidence: Confidence


class Department(Held, frozen=True, kw_only=True):
    """Who handles items (domain 5.4).

    Attributes:
        kind: government bodies answer in administrative reconsideration; the others do not.
        remedy_type: way to object to its decisions (domain 3.7), unless an item or the county says otherwise.
        takes_transfers: False for bodies that only see figures.
    """

    code: str
    name: str
    plain: str
    kind: Literal["government", "township", "organ", "institution", "organisation"]
    remedy_type: RemedyType
    takes_transfers: bool = True
    source: str
    confidence: Confidence


class Step(Part, frozen=True, kw_only=True):
    """One step of a procedure: who does what, in words for a resident."""

    who: str
    do: str


Applicant = Literal["self", "proxy", "guardian", "village", "hospital", "anyone", "nobody"]
Counter = Literal[
    "window",
    "any_window",
    "emergency_place",
    "village",
    "department",
    "school",
    "hospital",
    "union",
    "case_organ",
    "relief_station",
    "veterans_station",
    "job_station",
    "funeral_home",
]


class Apply(Part, frozen=True, kw_only=True):
    """Who may apply for an item and where; whatever it says, the window passes an application on (domain 0.4 row 4).

    Attributes:
        who: herself, whom she asked to, a guardian, the village for her, a hospital, anyone who knows; `nobody` where
            it comes without being applied for.
        at: the places that take it, the nearest first.
        when: name of a condition; absent means always.
    """

    who: tuple[Applicant, ...]
    at: tuple[Counter, ...]
    when: str | None = None
    source: str
    confidence: Confidence


class ItemMaterial(Part, frozen=True, kw_only=True):
    """A material as one item wants it.

    Attributes:
        exempt: fetched by us unless the fetch found nothing.
        when: name of a condition; absent means always.
        one_of: entries with the same name are alternatives, any one is enough.
        later: may follow after the help (relief first, domain 4.2 `clk_relief_paperwork`).
        supporters_sign: legal supporters outside the household sign too.
        remark: one plain sentence, shown beside it.
    """

    code: str
    exempt: bool = False
    when: str | None = None
    one_of: str = ""
    later: bool = False
    supporters_sign: bool = False
    remark: str = ""


class PullIn(Part, frozen=True, kw_only=True):
    """An item that goes along with this one when a condition holds (LC 2.5)."""

    item: str
    when: str


class Limit(Part, frozen=True, kw_only=True, rename={"start": "from"}):
    """How long an answer may take, from a day on; the next `from` ends it.

    Attributes:
        start: first day it holds.
        days: number of units.
        unit: `wd` working days, `nd` natural days, `h` hours.
        plus_nd: natural days of posting in the village that come on top (domain 4.4, tekun).
        longest: the longest an extension may reach, in the same unit.
        when: name of a county switch that must be on; such a limit goes before the plain one.
        source: document and article.
    """

    start: dt.date
    days: int
    unit: Unit
    plus_nd: int = 0
    longest: int | None = None
    when: str | None = None
    source: str
    confidence: Confidence


class StageLimit(Part, frozen=True, kw_only=True, rename={"start": "from"}):
    """How long one stage inside the procedure may take; informs, does not replace `Limit`."""

    stage: str
    start: dt.date
    days: int
    unit: Unit
    source: str
    confidence: Confidence


class Faq(Part, frozen=True, kw_only=True):
    """A question people ask and its plain answer."""

    ask: str
    answer: str


class Example(Part, frozen=True, kw_only=True):
    """A household and the exact materials its notice must list, each with who supplies it. Runs as a test."""

    name: str
    facts: Facts
    materials: dict[str, str]


class Item(
    Held,
    frozen=True,
    kw_only=True,
    rename={
        "limits": "limit",
        "stage_limits": "stage_limit",
        "materials": "material",
        "examples": "example",
        "applies": "apply",
    },
):
    """One service item (domain 5; JS 6.1.3, MG 4).

    Attributes:
        one_matter: one of the five of LC 2.
        group: urgent help, recognition, lasting benefit, service; the order of suggestions (domain 6.4).
        internal: the township and its civil affairs line handle it; otherwise it leaves the house.
        assists: departments that take part without deciding.
        remedy_type: overrides the department's (a school, a legal aid office …).
        publicity: posted in the village before the decision.
        sensitive: only neutral words in pushes.
        refusals: codes this item may be refused with, most common first.
        applies: who may apply, and where.
        limits: see `limit_on`.
    """

    code: str
    name: str
    plain_name: str
    one_matter: bool = False
    group: Group
    department: str
    seed_department: str = ""
    assists: tuple[str, ...] = ()
    internal: bool = False
    enabled: bool = True
    sensitive: bool = False
    publicity: bool = False
    remedy_type: RemedyType | None = None
    eligible: str
    benefit: str
    clock_start: Literal["accept", "t_send"]
    review_form: ReviewForm
    review_points: tuple[str, ...]
    error_examples: tuple[str, ...]
    refusals: tuple[str, ...]
    seed_refs: tuple[str, ...]
    applies: tuple[Apply, ...]
    procedure: tuple[Step, ...]
    materials: tuple[ItemMaterial, ...] = ()
    pulls_in: tuple[PullIn, ...] = ()
    basis: tuple[Basis, ...]
    limits: tuple[Limit, ...]
    stage_limits: tuple[StageLimit, ...] = ()
    faq: tuple[Faq, ...]
    examples: tuple[Example, ...] = ()

    @property
    def file(self) -> str:
        """Where it is written, below the catalogue folder."""
        return f"items/{self.code}.toml"

    def limit_on(self, day: dt.date, switches: Mapping[str, bool] | None = None) -> Limit:
        """The limit in force on that day under these county switches.

        Raises:
            NotCovered: no limit had begun by then; names the item, the day and the file.
        """
        on = {name for name, value in (switches or {}).items() if value}
        special = [limit for limit in self.limits if limit.when is not None and limit.when in on]
        plain = [limit for limit in self.limits if limit.when is None]
        found = latest(special, day) or latest(plain, day)
        if found is None:
            raise NotCovered(f"time limit of {self.code}", day, self.file)
        return found

    def stage_on(self, stage: str, day: dt.date) -> StageLimit | None:
        """How long a stage may take on that day; None where nothing is written for it."""
        return latest((row for row in self.stage_limits if row.stage == stage), day)


class Catalogue(msgspec.Struct, frozen=True, eq=False):
    """All policy content; maps keep the order of the files. Equal to itself alone: what follows from it can be kept."""

    items: dict[str, Item]
    materials: dict[str, Material]
    common: tuple[CommonMaterial, ...]
    photo_rules: dict[str, str]
    needs: dict[str, Need]
    hardships: dict[str, HardshipType]
    departments: dict[str, Department]
    emergencies: dict[str, EmergencyKind]
    lines: dict[str, EmergencyLine]
    reasons: dict[str, ReasonCode]
    refusals: dict[str, RefusalCode]
    return_reasons: dict[str, ReturnReason]
    meeting_reasons: dict[str, MeetingReason]
    second_ask_reasons: dict[str, SecondAskReason]
    remedies: dict[str, Remedy]
    routing: Routing
    banned_words: tuple[str, ...]
    """Words no resident may read (domain 13.1 rule 3)."""

    def open_items(self, day: dt.date | None = None) -> dict[str, Item]:
        """The items that are enabled; with a day those that hold on it."""
        return {code: item for code, item in self.items.items() if item.enabled and (day is None or item.holds_on(day))}
