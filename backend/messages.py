"""Every message a case's life puts into the outbox, with its parameters by name, so that words can be written for it.

`MESSAGES` is checked in `tests/cases`: nothing is posted under a key, or with a parameter, that is not listed here.

What a parameter is: `called`, `short` (the short number), `handler`, `phone`, `reason`, `basis`, `benefit`, `amount`,
`where`, `note`, `result`, `reapply` are text; `days` is a number; `path` a path on our own site; all others are named
things (`Term`, `Terms`, `Line`) whose plain words the edge finds. Dates are `Term("day", iso)`.

A group may read only what domain 12.5 lists: number, town and village, item, status, days, link.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from backend.cases.tables import Case
from backend.env import Env
from backend.transfers.tables import Transfer
from backend.writer import Tx
from dialogs.terms import Param, Term

PERSON: Final = {
    # what happens to the case
    "msg.supplement_notice": ("called", "list", "note", "date", "why"),
    "msg.supplement_received": ("called",),
    "msg.not_accepted": ("called", "opening", "reason", "basis", "where", "phone"),
    "msg.acceptance_receipt": ("short", "items", "date", "reply_days", "due_date", "clerk", "phone"),
    "msg.withdrawn": ("called", "short"),
    "msg.withdrawn_rest": ("called", "short", "items"),  # some was decided already, the rest is called off
    "msg.meeting_notice": ("called", "date"),
    "msg.meeting_result": ("called", "result"),
    "msg.dispatched": ("called", "depts", "items", "short"),
    "msg.owner_changed": ("called", "clerk", "phone"),
    # what departments do
    "msg.dept_received": ("dept", "item", "handler", "phone", "date"),
    "msg.dept_materials": ("dept", "item", "list", "note", "why"),
    "msg.promise_changed": ("called", "dept", "item", "old_date", "date", "reason"),
    "msg.rerouting": ("item", "short"),  # it came back; she is told only that another door is better
    "msg.rerouted": ("item", "dept", "short"),
    "msg.partial_result": ("called", "dept", "item", "date", "benefit", "amount", "phone", "others"),
    "msg.result_granted": ("called", "dept", "item", "date", "benefit", "amount", "phone"),
    "msg.result_refused": (
        "called", "dept", "item", "reason", "basis", "after", "remedy", "reapply", "handler", "phone", "others",
    ),
    "msg.filed_for_you_code": ("short", "code"),  # where nothing shows her yes yet
    "msg.filed_for_you": ("short",),  # to her own account: a number, and nothing of what it is
    "msg.recheck_for_you": ("count",),  # to an assistant's own account: how many, and no name
    "msg.lead_for_you": ("place", "date"),  # to an assistant's own account
    "msg.condolence": (),  # to the family of somebody who died, and nothing else with it
    "msg.emergency_taken": ("clerk", "phone"),  # says nothing of what it is: somebody else may hold her phone
    "msg.erasure_deleted": ("called", "short", "reason", "basis", "phone"),
    "msg.erasure_kept": ("called", "short", "reason", "basis", "phone"),
    "msg.voice_unclear": ("phone", "minutes"),  # the machine heard nothing it is sure of
    "msg.voice_for_staff": ("phone", "minutes"),  # the machine could not be asked
    "msg.voice_silent": ("phone",),
    "msg.ask_rating": ("called",),
    "msg.rating_thanks": ("called",),
    "msg.low_rating_followup": ("called", "clerk", "date"),
    "msg.objection_result": ("called", "number", "result", "reason", "remedy"),
    "msg.reopened": ("called", "item", "date"),
    # what a photograph shows, once it was looked at
    "msg.photo_read": ("what", "lines"),
    "msg.photo_whose": ("what", "name", "known"),
    "msg.photo_same": ("what",),
    "msg.photo_sorted": ("what", "left"),
    "msg.photo_other_kind": ("what", "wanted"),
    "msg.photo_other": ("wanted",),
    "msg.photo_unclear": ("what", "why"),
    "msg.photo_back": (),
    "msg.photo_broken": (),
    "msg.photo_left": (),
    # what the clock does
    "msg.delay_apology": ("called", "dept", "item", "old_date", "date"),
    "msg.delay_apology_open": ("called", "dept", "item", "old_date"),  # no new date yet
    "msg.delay_apology_case": ("called", "short", "old_date"),
    "msg.supplement_reminder": ("called", "list", "date"),
    "msg.rating_reminder": ("called",),
    "msg.draft_reminder": ("called",),
    "msg.draft_reminder_other": ("who",),  # to who fills in for somebody else
    "msg.draft_closing": ("called", "date"),
    "msg.draft_closing_other": ("who", "date"),
}  # fmt: skip

_PART = ("short", "place", "item", "due", "path")

STAFF: Final = {
    "msg.staff_new_case": ("short", "place", "green", "path"),
    "msg.staff_addition": ("short", "place", "path"),
    "msg.staff_passed_up": ("place", "path"),  # a line of a village's register book
    "msg.staff_lead": ("place", "path", "due"),
    "msg.staff_change_card": ("short", "place", "path"),
    "msg.staff_death_card": ("short", "place", "path"),
    "msg.staff_report": ("kind", "place", "path"),  # a change or a death in a household without an open case
    "msg.staff_mandate_denied": ("short", "place", "path"),  # she never wanted it filed: nothing is sent on
    "msg.staff_wants_human": ("reason", "path"),
    "msg.alert_emergency": ("level", "where", "minutes", "path"),
    "msg.staff_emergency_ring": ("level", "where", "minutes", "path"),  # to one colleague of the duty chain
    "msg.staff_emergency_again": ("level", "where", "minutes", "path"),  # to who has taken it
    "msg.staff_emergency_silent": ("level", "where", "minutes", "path"),  # the whole chain is silent
    "msg.staff_emergency_taken": ("level", "where", "clerk", "path"),
    "msg.staff_relief_overdue": ("level", "where", "minutes", "path"),
    "msg.staff_erasure": ("short", "place", "due", "path"),
    "msg.staff_voice": ("where", "minutes", "path"),
    "msg.staff_voice_ring": ("where", "minutes", "path"),  # nobody has listened in time
    "msg.staff_look": ("short", "path"),  # in the place of a text that no group may read
    "msg.staff_transfer_card": (*_PART, "legal_due", "receipt_due"),
    "msg.staff_received": ("short", "place", "item", "date", "path"),
    "msg.staff_returned": ("short", "dept", "reason_code", "suggested", "due", "path"),
    "msg.staff_cancelled": ("short", "place", "item", "path"),
    "msg.staff_supplied": ("short", "place", "due", "path"),
    "msg.staff_materials_in": ("short", "place", "item", "path"),
    "msg.staff_meeting_card": ("short", "place", "reason_code", "date", "path"),
    "msg.staff_meeting_wanted": ("short", "place", "reason_code", "date", "path"),  # write the proposal
    "msg.staff_feedback_due": ("short", "place", "due", "path"),
    "msg.staff_visit_wanted": ("short", "place", "path"),  # the supplement never came: go and see her
    "msg.staff_which_home": ("place", "count", "path"),  # a change or a death, and several homes with that name
    "msg.staff_recheck": ("short", "place", "item", "due", "path"),  # a year is nearly over: go and see
    "msg.staff_handover": ("short", "place", "path"),
    "msg.staff_low_rating": ("short", "place", "score", "due", "path"),  # call her back
    "msg.staff_objection": ("short", "place", "kind", "due", "path"),
    "msg.staff_objection_right": ("short", "place", "kind", "path"),
    "msg.staff_reopened": ("short", "place", "item", "date", "path"),
    "msg.staff_tip": ("number", "kind", "due", "path"),  # who reported it is nowhere
    "msg.staff_changed": ("short", "place", "path"),
    "msg.staff_changed_part": ("short", "place", "item", "path"),
    "msg.staff_withdrawn": ("short", "place", "path"),
    "msg.staff_unreadable": ("short", "place", "path"),  # something kept does not open: watch it by hand
    "msg.reminder_due_soon": (*_PART, "days", "clock"),
    "msg.reminder_due_today": (*_PART, "clock"),
    "msg.reminder_overdue": (*_PART, "days", "clock"),
    "msg.escalation_level2": (*_PART, "days", "clock", "order"),
    "msg.escalation_level3": (*_PART, "days", "clock", "order"),
    "msg.escalation_meeting": (*_PART, "days", "clock"),
}  # fmt: skip

MESSAGES: Final = {**PERSON, **STAFF}

#: Said in the conversation itself, as its answer; never posted.
ANSWERED: Final = frozenset(
    {
        "msg.welcome",
        "msg.hello",
        "msg.about",
        "msg.station",
        "msg.lead_thanks",
        "msg.submitted",
        "msg.emergency_filed",
        "msg.one_time_notice",
        "msg.progress_timeline",
    }
)

COUNTY_GROUP: Final = "county"
SUPERVISION_GROUP: Final = "supervision"
MEETING_GROUP: Final = "meeting"


def dept_group(dept: str, town: str) -> str:
    """The staff group of a department; the township's is the town's own."""
    return town_group(town) if dept == "township" else f"dept:{dept}"


def town_group(town: str) -> str:
    """The staff group of a town's window."""
    return f"town:{town}"


def day(value: dt.date) -> Term:
    """A date to be said with its weekday."""
    return Term("day", value.isoformat())


def place(case: Case) -> Term:
    """As much of where she lives as a group may read: town and village."""
    return Term("village", case.village) if case.village else Term("town", case.town)


def called(tx: Tx, env: Env, case: Case) -> str:
    """How whoever reads the messages of the case wants to be called: the applicant, or by name who files for her."""
    from backend.cases.representing import representation_of
    from backend.cases.tables import Person

    acting = representation_of(tx, case)
    if acting is not None:
        agent = tx.session.get(Person, acting.agent_id)
        return (agent.get(env.sealer, "name") or "") if agent is not None else ""
    person = tx.session.get(Person, case.applicant_id)
    return (person.get(env.sealer, "called") or "") if person is not None else ""


def short_of(case: Case, transfer: Transfer | None = None) -> str:
    """The short number, with the part for a transfer: 26-00123-04."""
    return case.short_no if transfer is None else f"{case.short_no}-{transfer.seq:02d}"


def path_of(case: Case, transfer: Transfer | None = None) -> str:
    """Where staff open it; who opens it must sign in first."""
    return f"/desk/cases/{case.id}" if transfer is None else f"/desk/transfers/{transfer.id}"


def group_params(env: Env, case: Case, transfer: Transfer | None = None) -> dict[str, Param]:
    """What any group may read about a case or one of its transfers; `Term("item", "special")` stands for an item
    whose very name would tell too much."""
    params: dict[str, Param] = {
        "short": short_of(case, transfer),
        "place": place(case),
        "path": path_of(case, transfer),
    }
    if transfer is not None:
        item = env.catalogue.items.get(transfer.item)
        hidden = case.sensitive_case or (item is not None and item.sensitive)
        params["item"] = Term("item", "special" if hidden else transfer.item)
    return params
