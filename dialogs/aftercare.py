"""What a person writes about a case that is already handed in (domain 3.5-3.7, 14.3).

Withdrawing, changing, objecting, giving a mark, and asking how far it is from somebody else's phone. Which case is
meant is asked only when there are several; nothing is withdrawn before it was asked once.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from dialogs import amending, dissent
from dialogs.after_asking import ask, ask_which, case_of, named_case, picked, picked_case, yes_or_no
from dialogs.context import OwnCase
from dialogs.effects import CallHuman, ChangeCase, Option, Rate, SayWhy, ShowProgress, Withdraw
from dialogs.hearing import Heard
from dialogs.state import After
from dialogs.turn import Turn
from dialogs.understanding.clean import fold, spoken_digits
from dialogs.understanding.lexicon import load, words

#: Where a case may still be withdrawn (domain 3.5).
WITHDRAWABLE: Final = frozenset(
    {"submitted", "supplement_required", "accepted", "joint_meeting", "dispatched", "in_progress"}
)
_STOPS: Final = frozenset({"withdraw", "cancel"})
#: Orders that are no answer to anything that is asked here, whatever may be said freely.
ORDERS: Final = frozenset({"human", "progress", "menu", "help", "back", "policy", "erase"})
_FREE: Final = ("object.why", "lead.what", "rate.why")  # answered in her own words
#: How the applicant's own yes may be shown when a helper withdraws; "later" is too late here.
HER_YES: Final = ("voice", "signature", "witness")
PROOF_TRIES: Final = 2
LOW: Final = 2
GRADES: Final = ("5", "4", "3", "2", "1")


def goes_on(turn: Turn) -> bool:
    """Take the answer to what was asked last about a case; False when nothing was, or she speaks of something else."""
    after, turn.state.after = turn.state.after, None
    heard = turn.said.heard or Heard()
    if after is None or heard.command in ORDERS or turn.names_the_clerk():
        return False
    return _goes_on(turn, after, heard)


def begins(turn: Turn) -> bool:
    """Answer a message about a case that is handed in; False when it is about something else."""
    heard = turn.said.heard or Heard()
    asked, turn.state.rating = turn.state.rating, ""
    if turn.said.choice is not None or turn.said.files or not turn.said.text:
        return False
    if asked and (score := score_of(turn.said.text, asked=True)):
        _rate(turn, asked, score)
        return True
    return _begins(turn, heard)


def _begins(turn: Turn, heard: Heard) -> bool:
    if dissent.about_others(turn, heard):
        dissent.report(turn)
        return True
    if _wants_a_mark_taken(turn, heard):
        return True
    if dissent.takes_back(turn) and dissent.take_back(turn, turn.ctx.cases()):
        return True
    if heard.objects:
        cases = tuple(one for one in turn.ctx.cases() if one.status != "withdrawn")
        if cases or dissent.names_the_service(turn):
            dissent.object_(turn, cases)
            return True
    if (heard.intent in _STOPS or heard.command == "cancel") and _says(turn, "withdraw"):
        return _withdraw(turn)
    if amending.wanted(turn, heard):
        return amending.begin(turn, heard, turn.ctx.cases())
    if heard.intent == "query_progress" or heard.command == "progress" or heard.asks_how_far:
        return progress(turn, heard)
    if dissent.pattern("relative").search(fold(turn.said.text or "")) and dissent.pattern("far").search(
        fold(turn.said.text or "")
    ):
        return progress(turn, heard)
    return False


def complains(turn: Turn) -> None:
    """What she writes after she picked "complain" from the menu is her complaint."""
    if dissent.about_others(turn, turn.said.heard or Heard()):
        dissent.report(turn)
    else:
        cases = tuple(one for one in turn.ctx.cases() if one.status != "withdrawn")
        dissent.object_(turn, cases, was_asked=True)


def _goes_on(turn: Turn, after: After, heard: Heard) -> bool:
    """The answer to what was asked last; False when she speaks of something else."""
    topic = after.topic.partition(".")[0]
    if after.topic in _FREE:
        if turn.said.choice is not None or not turn.said.text:
            return False
        if heard.command in ("cancel", "skip", "unknown") or (heard.leans is False and len(turn.said.text) <= 6):
            turn.say("tell.after.left_it", phone=turn.ctx.phone)
            return True
        if after.topic == "rate.why":
            turn.do(SayWhy(after.case_no, turn.said.text))
            return True
        return dissent.go_on(turn, after)
    match topic:
        case "object":
            return dissent.go_on(turn, after)
        case "withdraw":
            return _withdraw_on(turn, after, heard)
        case "change" if after.topic in ("change.value", "change.people"):
            return amending.go_on(turn, after, heard)
        case "rate":
            return _rate_on(turn, after)
        case "look" if after.topic == "look.prove":
            return _prove(turn, after)
    case = picked_case(turn, after)
    if case is None:
        return False
    if topic == "look":
        _show(turn, case, doubtful=bool(after.text))
    else:
        amending.take_in(turn, ChangeCase(case.number, after.text, after.values, after.members))
    return True


# --- withdrawing ------------------------------------------------------------------------------------------------------


def _says(turn: Turn, listed: str) -> bool:
    return words("aftercare", listed).search(fold(turn.said.text or "")) is not None


def _withdraw(turn: Turn) -> bool:
    cases = turn.ctx.cases()
    found = tuple(one for one in cases if one.status in WITHDRAWABLE)
    if not found:
        if not any(one.status not in ("withdrawn", "not_accepted") for one in cases):
            return False
        turn.say("tell.after.too_late_to_withdraw", phone=turn.ctx.phone)
        return True
    meant = named_case(turn, found)
    if len(meant) > 1:
        ask_which(turn, After("withdraw.which"), meant)
    else:
        sure(turn, meant[0])
    return True


def sure(turn: Turn, case: OwnCase) -> None:
    """Ask once before anything is withdrawn."""
    ask(
        turn, After("withdraw.sure", case.number), "ask.after.withdraw", yes_or_no("withdraw"),
        short=case.short, called=case.called,
    )  # fmt: skip


def _withdraw_on(turn: Turn, after: After, heard: Heard) -> bool:
    if after.topic == "withdraw.proof":
        return _proved(turn, after, heard)
    if after.topic == "withdraw.which":
        chosen = picked_case(turn, after)
        if chosen is not None:
            sure(turn, chosen)
        return chosen is not None
    option = picked(turn, after)
    if option is None and _says(turn, "withdraw"):
        option = "yes"
    case = case_of(turn, after.case_no)
    if option is None or case is None:
        return False
    if option == "no":
        turn.say("tell.after.goes_on", short=case.short)
    elif case.helper:
        ask_her_yes(turn, case.number)
    else:
        turn.do(Withdraw(case.number))
    return True


def ask_her_yes(turn: Turn, number: str, tries: int = 0) -> None:
    """Ask a helper how the one she helps said that she wants it."""
    case = case_of(turn, number)
    labels = (*(Option(code, f"option.proof.{code}") for code in HER_YES), Option("no", "option.after.her_no"))
    after = After("withdraw.proof", number, tries=tries)
    ask(turn, after, "ask.after.her_yes", labels, called=case.called if case is not None else "")


def _proved(turn: Turn, after: After, heard: Heard) -> bool:
    """Who helps does not withdraw for her: her own yes, and how it is shown (domain 2.2)."""
    proof = picked(turn, after) or (heard.proof if heard.proof != "later" else "no")
    if turn.said.files:
        audio = any(file.media_type.startswith("audio/") for file in turn.said.files)
        proof = "voice" if audio else "signature"
    if proof is None and (heard.leans is False or heard.agrees in ("no", "cannot_say") or _says(turn, "her_not")):
        proof = "no"
    if proof is None and after.tries == 0 and heard.agrees == "all":
        ask_her_yes(turn, after.case_no, tries=1)  # that she wants it is not yet how she said so
        return True
    if proof is None:
        return False
    if proof == "no":
        turn.do(CallHuman("withdraw"))
        turn.say("tell.after.ask_herself", phone=turn.ctx.phone, clerk=turn.ctx.clerk)
    else:
        turn.do(Withdraw(after.case_no, proof, tuple(file.id for file in turn.said.files)))
    return True


# --- a mark -----------------------------------------------------------------------------------------------------------


@cache
def _grades() -> dict[str, int]:
    return {fold(word): int(grade) for grade, listed in load("aftercare")["grades"].items() for word in listed}


def score_of(text: str, *, asked: bool = False) -> int:
    """The mark in a short message, 1 to 5; 0 when it holds none.

    Args:
        asked: the mark was just asked for, so that a bare number and an everyday word are one.
    """
    said = dissent.pattern("end").sub("", fold(text.strip()))
    if asked and said in GRADES:
        return int(said)
    if len(said) > 14:
        return 0
    found = [word for word in _grades() if word in said]
    return _grades()[max(found, key=len)] if found else 0


def _wants_a_mark_taken(turn: Turn, heard: Heard) -> bool:
    """A mark in words, or a bare number while a case waits for one: then it is asked whether it is one."""
    text = (turn.said.text or "").strip()
    bare = text in GRADES
    if not bare and heard.intent != "rate":
        return False
    cases = turn.ctx.cases()
    due = tuple(one for one in cases if one.status == "feedback_delivered")
    score = score_of(text)
    if not due:
        if cases and score:
            turn.say("tell.not_rated_now", number=cases[0].short)
        return bool(cases and score)
    if bare or not score:
        ask_mark(turn, due[0])
    else:
        _rate(turn, due[0].number, score)
    return True


def ask_mark(turn: Turn, case: OwnCase) -> None:
    """Ask for a mark, the five grades to press."""
    labels = tuple(Option(grade, f"option.after.grade.{grade}") for grade in reversed(GRADES))
    ask(turn, After("rate.score", case.number), "ask.after.rate", labels, short=case.short)


def _rate_on(turn: Turn, after: After) -> bool:
    option = picked(turn, after)
    score = int(option) if option else score_of(turn.said.text or "", asked=True)
    if score:
        _rate(turn, after.case_no, score)
    return bool(score)


def _rate(turn: Turn, number: str, score: int) -> None:
    case = case_of(turn, number)
    if turn.ctx.helper is not None or (case is not None and case.helper == "village_assistant"):
        turn.say("tell.after.rate_herself", called=case.called if case is not None else "")
        return
    turn.do(Rate(score, number))
    if score <= LOW and case is not None and case.status == "feedback_delivered":
        turn.state.after = After("rate.why", number)


# --- how far it is ----------------------------------------------------------------------------------------------------


def progress(turn: Turn, heard: Heard) -> bool:
    """Her own cases without a code, one of several by choosing; somebody else at this phone shows that she may know.

    Returns:
        False when it goes by number and code.
    """
    text = fold(turn.said.text or "")
    doubtful = dissent.pattern("relative").search(text) is not None
    if turn.state.unproved == turn.ctx.today.isoformat():
        if heard.case_no:
            turn.do(ShowProgress(heard.case_no, heard.query_code, own=False))
        else:
            turn.say("tell.after.by_code_only", phone=turn.ctx.phone)
        return True
    if heard.case_no and heard.query_code:
        return False
    cases = turn.ctx.cases()
    if not cases:
        return False
    meant = named_case(turn, cases)
    if heard.case_no and not any(heard.case_no in (one.number, one.short) for one in cases):
        return False
    if len(meant) > 1:
        ask_which(turn, After("look.which", text="relative" if doubtful else ""), meant)
    else:
        _show(turn, meant[0], doubtful=doubtful)
    return True


def _show(turn: Turn, case: OwnCase, *, doubtful: bool) -> None:
    if doubtful and case.proofs:
        ask(turn, After("look.prove", case.number), "ask.after.prove", called=case.called)
    else:
        turn.do(ShowProgress(case.number))


def _prove(turn: Turn, after: After) -> bool:
    """The last four digits of the telephone, or the year of birth (domain 14.3); two tries."""
    case = case_of(turn, after.case_no)
    said = proofs_in(turn.said.text or "")
    if case is None or turn.said.choice is not None:
        return False
    if said & set(case.proofs):
        turn.do(ShowProgress(case.number))
    elif after.tries + 1 < PROOF_TRIES:
        again = After("look.prove", case.number, tries=after.tries + 1)
        ask(turn, again, "ask.after.prove_again", called=case.called)
    else:
        turn.state.unproved = turn.ctx.today.isoformat()
        turn.say("tell.after.by_code_only", phone=turn.ctx.phone)
    return True


def proofs_in(text: str) -> set[str]:
    """Everything in a message that could be four digits of a telephone or a year of birth ("四三年" is 1943)."""
    said = spoken_digits(fold(text))
    years = dissent.pattern("year").findall(said)
    return {*re.findall(r"(?<![0-9])[0-9]{4}(?![0-9])", said), *(f"19{two}" for two in years)}
