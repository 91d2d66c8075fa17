"""She does not agree, complains, or tells of others: what it is, of which case, and why (domain 3.7)."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from dialogs.after_asking import ask, ask_which, named_case, picked, picked_case
from dialogs.context import OwnCase
from dialogs.effects import CallHuman, FileObjection, Option, ReportLead, TakeBackObjection
from dialogs.hearing import Heard
from dialogs.state import After
from dialogs.terms import Term
from dialogs.turn import Turn
from dialogs.understanding.clean import fold
from dialogs.understanding.lexicon import load, words

#: From how many characters on her words say themselves why.
REASON: Final = 12


@cache
def pattern(name: str) -> re.Pattern[str]:
    """A list of patterns of `aftercare.toml`, as one."""
    return re.compile("|".join(load("aftercare")["patterns"][name]))


def about_others(turn: Turn, heard: Heard) -> bool:
    """Whether she tells that somebody else gets what is not due; her own refusal is no report."""
    text = fold(turn.said.text or "")
    own = words("aftercare", "to_me").search(text) is not None
    return not own and heard.danger is None and pattern("others").search(text) is not None


def report(turn: Turn) -> None:
    """A report about others: secret, for the supervisor; what it is about is asked once."""
    text = turn.said.text or ""
    if len(text) < 8:
        ask(turn, After("lead.what"), "ask.after.lead")
        return
    tell_lead(turn, "others")


def tell_lead(turn: Turn, kind: str) -> None:
    """Pass a report on; she hears that nobody learns who said it."""
    turn.do(ReportLead(kind, turn.said.text or ""))
    turn.say("tell.after.lead_kept" if kind == "others" else "tell.after.service_kept", phone=turn.ctx.phone)


def names_the_service(turn: Turn) -> bool:
    """Whether a complaint without a case is plainly of the service; "nobody cares for us" is a wish for help."""
    return pattern("service_named").search(fold(turn.said.text or "")) is not None


#: Of a message that is a complaint and no story.
COMPLAINT: Final = 40


def aside(turn: Turn) -> bool:
    """A complaint about the service in the middle of a form: it is passed on, and the form goes on."""
    heard, text = turn.said.heard, fold(turn.said.text or "")
    plain = heard is not None and heard.objects and heard.danger is None and len(text) <= COMPLAINT
    if not plain or not (names_the_service(turn) or pattern("service").search(text)):
        return False
    tell_lead(turn, "service")
    return True


def takes_back(turn: Turn) -> bool:
    """Whether she takes an objection back."""
    text = fold(turn.said.text or "")
    return bool(words("aftercare", "no_objection").search(text)) and not words("aftercare", "keeps_objection").search(
        text
    )


def take_back(turn: Turn, cases: tuple[OwnCase, ...]) -> bool:
    """Take back what is open; False when nothing is."""
    found = tuple(one for one in cases if one.objection)
    for one in named_case(turn, found):
        turn.do(TakeBackObjection(one.number))
    return bool(found)


def object_(turn: Turn, cases: tuple[OwnCase, ...], *, was_asked: bool = False) -> None:
    """She does not agree: of which case, with which result, and why; each is asked only where it is not plain.

    Args:
        was_asked: she was just asked what is wrong, so that however few her words are, they say why.
    """
    text = fold(turn.said.text or "")
    if not cases:
        if pattern("service").search(text):
            tell_lead(turn, "service")
        else:
            turn.do(CallHuman("objects"))
            turn.say("tell.objection_kept", phone=turn.ctx.phone, clerk=turn.ctx.clerk)
        return
    meant = named_case(turn, cases)
    after = After("object.which", text=turn.said.text or "", tries=int(was_asked))
    if len(meant) > 1:
        ask_which(turn, after, meant)
    else:
        on(turn, meant[0], after)


def on(turn: Turn, case: OwnCase, after: After) -> None:
    """Of this case: which result, where several were not granted, and why."""
    kind = kind_of(after.text)
    if kind == "" and len(case.refused) > 1:
        ask_part(turn, case, after)
        return
    part = case.refused[0][0] if kind == "" and case.refused else ""
    _with_reason(turn, After("object.why", case.number, text=after.text, part=part, tries=after.tries))


def ask_part(turn: Turn, case: OwnCase, after: After) -> None:
    """Ask with which result she does not agree."""
    labels = tuple(Option(part, "option.after.item", {"item": Term("item", item)}) for part, item in case.refused)
    again = After("object.part", case.number, text=after.text, tries=after.tries)
    ask(turn, again, "ask.after.which_result", labels)


def kind_of(text: str) -> str:
    """`objection_type` as far as her words say it."""
    text = fold(text)
    for name, kind in (
        ("publicity", "publicity_objection"),
        ("means", "means_check_objection"),
        ("service", "service_complaint"),
    ):
        if pattern(name).search(text):
            return kind
    return ""


def _with_reason(turn: Turn, after: After) -> None:
    if len(after.text) < REASON and not after.tries:
        ask(turn, after, "ask.after.why")
        return
    turn.do(FileObjection(after.case_no, after.text, kind_of(after.text), after.part))


def go_on(turn: Turn, after: After) -> bool:
    """The answer to what was asked: which case, which result, why."""
    if after.topic == "lead.what":
        tell_lead(turn, "others")
        return True
    if after.topic == "object.why":
        text = f"{after.text}\n{turn.said.text or ''}".strip()
        turn.do(FileObjection(after.case_no, text, kind_of(text) if not after.part else "", after.part))
        return True
    if after.topic == "object.part":
        option = picked(turn, after)
        if option is not None:
            _with_reason(turn, After("object.why", after.case_no, text=after.text, part=option, tries=after.tries))
        return option is not None
    case = picked_case(turn, after)
    if case is not None:
        on(turn, case, after)
    return case is not None
