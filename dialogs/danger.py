"""Somebody may be in danger: safety words first, three facts are enough, the form comes later (domain 8, 13.3).

What only sounds like danger gets one caring question beside the answer, and rings nobody (domain 8.3). No material, no
number of a card and no question of a form is asked here; who is at risk from somebody at home is asked least of all.
"""

from __future__ import annotations

import re

from dialogs import asking, drafts, story
from dialogs.effects import Option, Say, Submit, Urgent
from dialogs.flows.for_oneself import FOR_ONESELF
from dialogs.household import join
from dialogs.kinds import Phone
from dialogs.question import Repeat
from dialogs.said import Said
from dialogs.state import Answer, Matter
from dialogs.turn import Turn
from dialogs.understanding.clean import fold
from dialogs.understanding.lexicon import words
from dialogs.understanding.problems import Problem

#: The three facts, in the order they are asked for: where, who and how many, how to call back.
FACTS = ("where", "who", "call")
#: Dangers somebody else in the room may read about: only the place is asked for, and words stay neutral (domain 8.3).
QUIET = frozenset({"em_domestic_violence", "em_child_abuse", "em_suicide"})
#: What somebody sends who cannot speak: it is an alarm of its own, and no fact.
ALONE = "1"
#: Dangers that are a household's trouble at the same time: the form may go on behind the safety text.
SLOW = frozenset({"em_no_food", "em_no_heating", "em_house_collapse", "em_disaster", "em_death", "em_scam"})
#: How often a caring question is asked about a danger she may hide; about any other it is asked once.
ASKED_AGAIN = 3
#: Told like this it is a story with a danger in it, and not a cry for help.
STORY = 20
#: Characters of a message that says that it is over.
OVER = 20


def listen(turn: Turn) -> None:
    """Safety words before anything else, at any moment of any dialog."""
    heard, state = turn.said.heard, turn.state
    confirmed = state.worry and (turn.said.choice == _button(turn, "yes") or (heard is not None and heard.in_danger))
    if heard is not None and heard.danger is not None and not _says_why_not(turn):
        _alarm(turn, heard.danger.code, heard.danger.level, heard.danger.safety)
    elif confirmed:
        _alarm(turn, state.worry, "e1", "safety_suicide" if state.worry in QUIET else "safety_110")
    elif is_over(turn.said):
        state.worry = ""
    elif heard is not None and heard.worry is not None and _worth_asking(turn):
        state.worry = heard.worry
        state.worried.append(heard.worry)
        key = "safety.worry_heart" if heard.worry in QUIET else "safety.worry"
        turn.do(Say(key, {"phone": turn.ctx.phone}, (Option(_button(turn, "yes"), "option.in_danger"),), "urgent"))


def _says_why_not(turn: Turn) -> bool:
    """Whether a grave word only says why nobody can be asked for her yes ("she is confused and cannot speak")."""
    heard = turn.said.heard
    assert heard is not None and heard.danger is not None
    return turn.state.asking == "agreed" and heard.agrees == "cannot_say" and heard.danger.level != "e1"


def is_over(said: Said) -> bool:
    """Whether a short message says that help has come or that the danger is gone."""
    text = said.text or ""
    calm = said.heard is None or said.heard.danger is None
    return calm and 0 < len(text) <= OVER and words("review", "over").search(fold(text)) is not None


def _worth_asking(turn: Turn) -> bool:
    """A weary word in the middle of a story about money is no wish to die; alone it is asked about.

    Why nobody can be asked for her yes ("her mind is gone") is an answer, and no cry.
    """
    heard = turn.said.heard
    assert heard is not None
    if turn.state.worried.count(heard.worry or "") >= (ASKED_AGAIN if heard.worry in QUIET else 1):
        return False
    if heard.agrees is not None and turn.state.asking == "agreed":
        return False
    return heard.worry not in QUIET or not (heard.needs or heard.hardships or heard.members or heard.told)


def _alarm(turn: Turn, code: str, level: str, safety: str) -> None:
    state = turn.state
    turn.alarmed = True
    state.alarms += 1
    state.worry = ""
    if code not in state.raised:
        state.raised.append(code)
    turn.do(Say(f"safety.{safety}", {}, kind="urgent"))
    turn.do(Urgent(code, level, state.alarms))


def comes_first(turn: Turn) -> bool:
    """Whether this message belongs to the danger and to nothing else."""
    return turn.state.paused or (turn.alarmed and not _tells_her_story(turn))


def _tells_her_story(turn: Turn) -> bool:
    """Whether the danger came with a longer story at the place where a story is asked for, and can wait that long."""
    heard, text = turn.said.heard, turn.said.text or ""
    if heard is None or heard.danger is None:
        return False
    at_story = turn.state.asking == "difficulty" if turn.state.dialog else True
    return at_story and heard.danger.code in SLOW and len(text) >= STORY


def answer(turn: Turn) -> bool:
    """Take what she says about the danger and ask what is missing; False when she wants to go on with what was open."""
    state, said = turn.state, turn.said
    if not turn.alarmed and (said.choice == _button(turn, "on") or (said.heard is not None and said.heard.go_on)):
        state.paused = False
        return False
    state.paused = True
    state.files.extend(one.id for one in said.files if one.id not in state.files)
    known = set(state.rescue)
    over = not turn.alarmed and is_over(said)
    if over:
        turn.say("tell.danger_over")
    else:
        _note(turn)
    if _wants_a_person(turn):
        turn.call_human()
    if turn.alarmed:
        state.rescue["words"] = Answer((said.text or "")[:500], said.text or "", "told")
    elif (not over and not (state.rescue.keys() - known) & {*FACTS, "words"}) or (
        "where" in state.rescue and "where" not in known
    ):
        # Nothing new for the form, or the place at last: whoever is on duty hears of it at once.
        state.alarms += 1
        turn.do(Urgent(state.raised[-1] if state.raised else "em_unknown", "e1", state.alarms))
    missing = _missing(turn)
    if missing and _quiet(turn) and not turn.alarmed:  # whoever looks over her shoulder reads nothing
        turn.do(Say("tell.danger_quiet", {}, _go_on(turn), "ask"))
    elif missing:
        turn.do(Say(f"ask.danger.{missing}", {"phone": turn.ctx.phone}, _go_on(turn), "ask"))
        state.asking_fact = missing
    elif "filed" not in state.rescue and "where" in state.rescue:
        _file(turn)
    else:
        key = "tell.danger_quiet" if _quiet(turn) else "tell.passed_on"
        turn.do(Say(key, {"phone": turn.ctx.phone}, _go_on(turn), "ask"))
    return True


def _quiet(turn: Turn) -> bool:
    return bool(QUIET & set(turn.state.raised))


def _missing(turn: Turn) -> str:
    wanted = FACTS[:1] if _quiet(turn) else FACTS
    return next((fact for fact in wanted if fact not in turn.state.rescue), "")


def _note(turn: Turn) -> None:
    """Keep the facts a message tells and the open form knows; an answer to the fact asked for is taken."""
    state, said = turn.state, turn.said
    told = said.heard.told if said.heard is not None else {}
    for fact, slot in (("where", "address"), ("call", "phone")):
        known = state.rescue.get(fact)
        if slot in told and (known is None or known.how == "presumed"):
            state.rescue[fact] = Answer(told[slot], said.text or "", "told")
        elif known is None and slot in state.answers and state.answers[slot].value is not None:
            state.rescue[fact] = Answer(state.answers[slot].value, said.text or "", "presumed")
    _keep(turn)
    name = asking.whose(state) or told.get("name")
    if name:
        state.rescue.setdefault("who", Answer(name, "", "told"))
    text = (said.text or "").strip()
    fact = state.asking_fact
    if not text or text == ALONE or turn.alarmed or fact not in FACTS or fact in state.rescue:
        return
    if fact == "who" and "phone" in told and not any(character.isalpha() for character in text):
        return  # a telephone is nobody's name
    order = said.heard.command if said.heard is not None else None
    if order == "back":
        return  # there is nothing to go back to; what is missing is asked again
    if order == "skip" and fact != "where":
        state.rescue[fact], state.asking_fact = Answer(None, text), ""
        return
    if _wants_a_person(turn) or (fact == "call" and _tells_who(turn, text)):
        return
    more = state.rescue.get("more")
    said_before = 0 if more is None else more.raw.count("\n") + 1
    if fact == "where" and said_before < _TOLD_ELSE and not _may_be_a_place(turn, text, said_before):
        told_more = text if more is None else f"{more.raw}\n{text}"
        state.rescue["more"] = Answer(told_more[:500], told_more[:500], "told")
        return  # asked once more; words that tell nothing else are the place after that
    state.rescue[fact] = Answer(_read(turn, fact, text), text)
    state.asking_fact = ""


def _keep(turn: Turn) -> None:
    """What is told besides the three facts waits for the case; nobody is asked for it now, and nothing is lost."""
    heard, rescue, raw = turn.said.heard, turn.state.rescue, turn.said.text or ""
    if heard is None:
        return
    for slot in ("name", "age", "id_number"):
        if slot in heard.told:
            rescue.setdefault(_TOLD + slot, Answer(heard.told[slot], raw, "told"))
    for slot, codes in (("needs", heard.needs), ("hardships", heard.hardships)):
        if codes and codes != ("need_unknown",):
            known = rescue.get(_TOLD + slot)
            both = dict.fromkeys([*(known.value if known is not None else ()), *codes])
            rescue[_TOLD + slot] = Answer(list(both), raw, "inferred")
    if heard.members:
        known = rescue.get(_PEOPLE)
        rescue[_PEOPLE] = Answer([*(known.value if known is not None else ()), *heard.members], raw, "told")


#: Before the name of a slot: told in the danger, for the case that is opened.
_TOLD = "told."
_PEOPLE = "told_people"


def _wants_a_person(turn: Turn) -> bool:
    """Whether she asks for somebody to speak to; the word is no fact."""
    heard = turn.said.heard
    return heard is not None and heard.command == "human" and not turn.alarmed


#: Messages that tell no place before whatever is said is taken for it.
_TOLD_ELSE = 4


def _may_be_a_place(turn: Turn, text: str, said_before: int) -> bool:
    """Whether words tell where somebody is, known to us or not; what tells of people or numbers is no place."""
    heard = turn.said.heard
    if heard is not None and "address" in heard.told:
        return True
    if heard is not None and (heard.told or heard.members or heard.hardships or heard.needs):
        return False
    place = turn.ctx.read_place(text)
    if isinstance(place, dict) and place.get("village"):
        return True
    short = len(text) <= OVER and not is_over(turn.said)
    return short and (said_before > 1 or words("review", "where").search(fold(text)) is not None)


def _tells_who(turn: Turn, text: str) -> bool:
    """Whether the answer to "which telephone" says who is there instead: it joins what is known of them."""
    heard = turn.said.heard
    if heard is None or not (heard.members or "name" in heard.told or "household_size" in heard.told):
        return False
    who = turn.state.rescue.get("who")
    known = "" if who is None or who.value is None else f"{who.value}; "
    turn.state.rescue["who"] = Answer(f"{known}{text}"[:120], text, "told")
    return True


def _read(turn: Turn, fact: str, text: str) -> object:
    if fact == "where":
        place = turn.ctx.read_place(text)
        return {"text": _of_the_place(text)} if isinstance(place, Problem) else {**place, "text": _of_the_place(text)}
    if fact == "call":
        phone = Phone().read(turn.said, turn.ctx)
        value = phone.value if isinstance(phone, Answer) else phone
        return None if isinstance(value, Problem) else value
    return text[:120]


#: Digits from which on a clause is a telephone.
_PHONE = 7
_CLAUSE = re.compile(r"[^\s,，。;；]+")


def _of_the_place(text: str) -> str:
    """The clauses that tell where it is; the telephone beside it is no place."""
    clauses = [one for one in _CLAUSE.findall(text) if sum(map(str.isdigit, one)) < _PHONE]
    found = [one for one in clauses if words("review", "where").search(fold(one))]
    return "，".join(found)[:120] or text[:120]


def _file(turn: Turn) -> None:
    """Three facts are enough: the case is opened now, green channel; the open form waits and is not asked after."""
    state = turn.state
    rescue, raised, files, alarms = dict(state.rescue), list(state.raised), list(state.files), state.alarms
    if state.dialog == "for_oneself":  # told once, never asked again; she sees it on the card
        for fact, slot in (("where", "address"), ("call", "phone")):
            if fact in rescue and rescue[fact].value and _whole(rescue[fact]):
                state.answers.setdefault(slot, rescue[fact])
    form = state.answers if state.dialog in story.FORMS else {}
    state.rescue, state.asking_fact, state.paused, state.raised, state.alarms = {}, "", False, [], 0
    left = None
    if state.dialog:
        before = len(state.parked)
        drafts.park(turn)  # nothing of the danger waits with it
        left = state.parked[-1] if len(state.parked) > before else None
    state.dialog, state.paused, state.matter = "emergency", False, None
    state.draft = state.latest = state.next_draft
    state.raised, state.files, state.alarms, state.rescue = raised, files, alarms, {}
    words = rescue.get("words", Answer(""))
    if "more" in rescue:
        told = "\n".join(str(part.value) for part in (words, rescue["more"]) if part.value)
        words = Answer(told[:500], told, "told")
    state.answers = {"address": rescue["where"], "difficulty": words}
    if "who" in rescue:
        state.answers["called"] = rescue["who"]
    if "call" in rescue and rescue["call"].value:
        state.answers["phone"] = rescue["call"]
    for slot, answer in rescue.items():
        if slot.startswith(_TOLD):
            state.answers.setdefault(slot.removeprefix(_TOLD), answer)
    step = FOR_ONESELF.step("members")
    if _PEOPLE in rescue and isinstance(step, Repeat):
        join(state, step, tuple(rescue[_PEOPLE].value), rescue[_PEOPLE].raw)
    if left is not None:  # the form that was open tells of the same matter, and completes its case
        left.matter = Matter(state.draft)
        if story.is_settled(left):
            for slot in ("name", "age", "id_number"):
                if slot in state.answers:
                    left.answers.setdefault(slot, state.answers[slot])
        if rescue["where"].how == "told" and "address" in left.answers and left.answers["address"].how != "asked":
            left.answers["address"] = rescue["where"]  # where they are now, not where they come from
        for slot, answer in form.items():
            if slot.partition(".")[0] in _OF_THE_FORM:
                state.answers.setdefault(slot, answer)
    turn.do(Submit())


#: What the open form knows and the case of the danger is told.
_OF_THE_FORM = frozenset({"name", "called", "age", "id_number", "phone", "needs", "hardships", "members"})


def _whole(fact: Answer) -> bool:
    """Whether a fact told in haste is good enough for the form: a place needs its village."""
    return not isinstance(fact.value, dict) or bool(fact.value.get("village") or fact.value.get("division"))


def _button(turn: Turn, option: str) -> str:
    return asking.button(turn.state, turn.ctx, "@danger", option)


def _go_on(turn: Turn) -> tuple[Option, ...]:
    return (Option(_button(turn, "on"), "option.go_on"),)
