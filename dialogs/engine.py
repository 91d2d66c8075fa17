"""One message makes one step: the next state, and what is to be said and done. Pure: no clock, database or words."""

from __future__ import annotations

import msgspec

from dialogs import (
    anew,
    asides,
    asking,
    danger,
    dissent,
    drafts,
    erasing,
    menu,
    outside,
    photo_talk,
    photos,
    principal,
    review,
    station,
    voice,
)
from dialogs.context import Context
from dialogs.effects import Effect, Forget, HasRead, Option, Say, ShowProgress, TakeSheet
from dialogs.hearing import Heard
from dialogs.kinds import IdNumber, Kind, MembersRead, Money, WhyNoNumber, holds_wrong_number
from dialogs.question import Slot
from dialogs.said import Said
from dialogs.state import Answer, State
from dialogs.turn import Turn
from dialogs.understanding.clean import fold
from dialogs.understanding.lexicon import words
from dialogs.understanding.problems import Problem
from dialogs.volunteered import add_members, keep_what_was_told, merge_member, tell_of_member, told_of_others, unsettle
from dialogs.which_place import WhichPlace, place_settled

#: Failed answers to one question; the next one is taken as it stands, for the window to look at (domain 10).
PATIENCE = 2


class Step(msgspec.Struct, frozen=True):
    """What one message led to."""

    state: State
    effects: tuple[Effect, ...]


def step(state: State, said: Said, ctx: Context) -> Step:
    """What follows from one message.

    Args:
        state: where the conversation stands; it is not changed.
        said: the message, with its meaning already read.
        ctx: the day, the window, the places.
    """
    turn = Turn(state, said, ctx)
    _greet_after_days(turn)
    turn.state.touched = ctx.today.isoformat()
    danger.listen(turn)
    if said.cut:
        turn.say("tell.too_long", cut=said.cut)
    for code in dict.fromkeys(said.unreadable):
        turn.do(_problem(Problem(code)))
    if said.sheet is not None:
        turn.do(TakeSheet(said.sheet))
    if voice.taken(turn):
        pass
    elif said.sheet is not None and not said.text and not said.files:
        if turn.state.dialog and not turn.state.paused:
            turn.ask()
    elif danger.comes_first(turn):
        if not danger.answer(turn):
            _back_to_the_form(turn)
    elif erasing.answered(turn) or principal.answered(turn) or station.bound(turn):
        pass
    elif turn.state.dialog:
        _inside(turn)
    else:
        outside.answer(turn)
    voice.said_back(turn)
    turn.keep_for_later()
    return Step(turn.state, tuple(drafts.marked(turn.effects, turn.state)))


def _greet_after_days(turn: Turn) -> None:
    if not turn.state.dialog and turn.state.touched != turn.ctx.today.isoformat():
        turn.state.matter = None
        turn.state.story = []  # what was said in passing on another day belongs to nothing
    if not turn.state.dialog or turn.state.touched in ("", turn.ctx.today.isoformat()):
        return
    turn.say("tell.welcome_back", done=asking.labels(asking.card_slots(turn.dialog, turn.state)))


def _back_to_the_form(turn: Turn) -> None:
    """She wants to go on with what was open before the danger."""
    if turn.state.dialog:
        turn.say("tell.going_on")
        turn.ask()
    else:
        outside.welcome(turn, greet=False)


def _inside(turn: Turn) -> None:
    """A dialog is open: a button, files, a command, or an answer."""
    if turn.state.confirming == photos.CONFIRMING and (code := photo_talk.answered(turn)):
        _about_the_photo(turn, code)
    elif turn.state.confirming not in ("", photos.CONFIRMING):
        _confirm(turn)
    elif _somebody_else(turn):
        pass
    elif turn.said.choice is not None:
        _pressed(turn)
    elif turn.said.files and not turn.said.text:
        _files(turn)
    elif not turn.said.text:
        if not turn.said.unreadable:
            turn.do(_problem(Problem("empty")))
        turn.ask()
    elif (turn.state.dialog not in station.BOOKS and asides.answered(turn)) or station.looked(turn):
        turn.ask()
    elif outside.for_another_after_all(turn):
        pass
    elif not _commanded(turn):
        _answered(turn)


def _somebody_else(turn: Turn) -> bool:
    """Whether the message leads to another resident's form; what it says besides is heard there."""
    state, heard, text = turn.state, turn.said.heard, (turn.said.text or "").strip()
    if heard is None or not text:
        return False
    number = drafts.waiting_for(state, text)
    if number is not None:
        drafts.resume(turn, number)
        turn.say("tell.now_about", who=asking.whose(turn.state))
        if heard.command == "cancel" or heard.intent in ("cancel", "withdraw"):
            _confirm_first(turn, "cancel")
            return True
        if heard.asks_how_far or (heard.intent == "query_progress" and heard.plain):
            turn.say("tell.not_handed_in", missing=asking.what_is_missing(turn.dialog, turn.state))
            turn.ask()
            return True
        if keep_what_was_told(turn.state, turn.dialog, turn.said, but="") or review.corrected(turn, None):
            _go_on(turn)
        else:
            turn.ask()
        return True
    if not drafts.new_person(state, heard, text):
        return False
    if len(state.parked) >= drafts.LIMIT:
        drafts.listing(turn)
        return True
    drafts.park(turn)
    if state.parked:
        turn.say("tell.put_aside", who=drafts.names(state))
    turn.state = outside.closed(turn.state)
    outside.begin(turn)
    return True


def _about_the_photo(turn: Turn, code: str) -> None:
    """She said what to do with a photograph; "no, the name is …" says more, and that is kept."""
    if turn.said.text and code in ("yes", "no") and not review.corrected(turn, None):
        kept = keep_what_was_told(turn.state, turn.dialog, turn.said, but="")
        if kept:
            turn.say("tell.kept", what=asking.labels(kept))
    _go_on(turn)


def _go_on(turn: Turn) -> None:
    """Ask what is still open, or end the way."""
    if anew.offers(turn):
        return
    if turn.presume() is not None:
        turn.ask()
        return
    outcome = turn.dialog.path(turn.state.answers)[1]
    assert outcome is not None
    outside.finish(turn, outcome)


def _pressed(turn: Turn) -> None:
    state, ctx = turn.state, turn.ctx
    assert turn.said.choice is not None
    if turn.said.choice == "has_read" and state.last_case:
        turn.do(HasRead("button"))
        turn.ask()
        return
    parts = asking.read_button(turn.said.choice)
    slot = turn.open_slot()
    if parts is None or slot is None or parts[:3] != (ctx.tag, state.draft, state.asking):
        turn.say("tell.button_expired")
        turn.ask()
        return
    option = parts[3]
    if option == "@keep":
        state.held = False
        turn.ask()
    elif (option == "@unknown" and slot.question.unknown) or (option == "@skip" and slot.question.skip):
        _take(turn, slot, Answer(None, ""))
    elif isinstance(kind := slot.question.kind.given(state.answers), Kind):
        _read(turn, slot, kind, kind.read_option(option, turn.said, ctx), option)
    else:
        review.pressed(turn, option)


def _files(turn: Turn) -> None:
    state, said = turn.state, turn.said
    new = [file.id for file in said.files if not file.again and file.id not in state.files]
    state.files.extend(new)
    slot = turn.open_slot()
    if len(new) < len(said.files):
        turn.say("tell.file_again")
    told = slot.question.kind.read_files(said) if slot is not None and new else None
    if slot is not None and told is not None:
        turn.took(len(new))
        if slot.question.name == "proof":
            state.answers["proof_file"] = Answer(new)
        _take(turn, slot, Answer(told, ""))
        return
    if new:
        turn.took(len(new))
    turn.ask()


def _commanded(turn: Turn) -> bool:
    """Whether the words were an order rather than an answer, and if so, carry it out."""
    heard, state = turn.said.heard, turn.state
    # What is written into a book of the station tells what others asked: only a bare order is one.
    command = _ordered(
        heard, PATIENCE if state.dialog in station.BOOKS or _answers(heard, state.asking) else state.tries
    )
    if command is None and _would_stop(turn):
        command = "cancel"
    if command is None and state.dialog not in station.BOOKS and _asks_about_an_item(turn):
        command = "policy"
    if command == "policy" and not outside.guided(turn):
        command = "bring" if _asks_what_to_bring(turn) else None
    if command is None and state.dialog not in station.BOOKS and turn.names_the_clerk():
        command = "human"
    slot = turn.open_slot()
    if command is None and slot is not None and _comes_back(turn, slot):
        if not turn.effects:  # she was greeted with it already
            turn.say("tell.going_on")
        turn.ask()
        return True
    if slot is None or slot.question.kind.given(state.answers).names_an_option(turn.said, turn.ctx):
        return False
    if menu.aside(turn) or (state.dialog not in station.BOOKS and dissent.aside(turn)):
        turn.ask()
        return True
    if command is None:
        return False
    if command == "policy":
        turn.effects += outside.guided(turn)
        turn.ask()
        return True
    match command:
        case "unknown" | "skip" if slot.question.unknown or slot.question.skip:
            _take(turn, slot, Answer(None, turn.said.text or ""))
        case "unknown" | "skip" if (slot.repeat is None or slot.index is not None) and slot.question.name != "review":
            return _cannot_be_left_out(turn, slot)
        case "bring":
            turn.say("tell.list_at_the_end", missing=asking.what_is_missing(turn.dialog, state))
            turn.ask()
        case "back":
            _back(turn)
        case "cancel" | "restart":
            _confirm_first(turn, command)
        case "human":
            state.tries += 1
            turn.call_human()
            turn.ask()
        case "progress" if not (
            state.last_case or turn.ctx.helper or turn.ctx.filed_for_her or (heard and heard.case_no)
        ):
            turn.say("tell.not_handed_in", missing=asking.what_is_missing(turn.dialog, state))
            turn.ask()
        case "progress":
            assert heard is not None
            turn.do(ShowProgress(heard.case_no, heard.query_code))
            turn.ask()
        case "menu" | "help":
            turn.say("tell.help", phone=turn.ctx.phone)
            turn.ask()
        case "submit" if slot.question.name != "review":
            turn.say("tell.not_yet", missing=asking.what_is_missing(turn.dialog, state))
            turn.ask()
        case _:
            return False
    return True


#: Characters of a message that is nothing but a question about a named help.
_ASKS = 12


def _asks_about_an_item(turn: Turn) -> bool:
    """Whether a short message asks about a help by its name, where help is not what is asked for."""
    heard, text, guide = turn.said.heard, turn.said.text or "", turn.ctx.guide
    if heard is None or heard.intent != "ask_policy" or len(text) > _ASKS or turn.state.tries >= PATIENCE:
        return False
    return (
        guide is not None and turn.state.asking not in ("needs", "hardships", "difficulty") and bool(guide.items(text))
    )


def _asks_what_to_bring(turn: Turn) -> bool:
    return turn.ctx.guide is not None and turn.ctx.guide.asks_what_to_bring(turn.said.text or "")


def _confirm_first(turn: Turn, command: str) -> None:
    """What would drop what was told is asked about once."""
    state = turn.state
    state.confirming = command
    yes = Option(asking.button(state, turn.ctx, "@confirm", "yes"), "option.yes_" + command)
    no = Option(asking.button(state, turn.ctx, "@confirm", "no"), "option.go_on")
    turn.do(Say(f"confirm.{command}", {}, (yes, no), "ask"))


def _comes_back(turn: Turn, slot: Slot) -> bool:
    """Whether all she says is that she wants to go on, as the reminder of a form that was left asks her to."""
    heard, text = turn.said.heard, turn.said.text or ""
    wants = heard is not None and heard.go_on and heard.yes is not False and len(text) <= 5
    return wants and not slot.question.kind.names_an_option(turn.said, turn.ctx)


#: Wishes that are served at once and the form goes on, or is left after one question; said in a sentence they are as
#: clear as a command.
_ASIDE = {"query_progress": "progress", "human": "human", "ask_policy": "policy", "withdraw": "cancel"}


def _ordered(heard: Heard | None, tries: int) -> str | None:
    """The order in a message; a wish that is only guessed from a sentence is served once, not again and again."""
    if heard is None:
        return None
    if heard.command is not None or (heard.case_no and heard.query_code):
        return heard.command or "progress"
    if heard.asks_how_far:
        return "progress"
    if heard.agrees is not None:
        return None  # "she cannot say it herself" is about her yes, and asks for nobody
    return _ASIDE.get(heard.intent) if heard.plain and tries < PATIENCE else None


#: Of a message that only says that she would rather not.
_STOPS = 12


def _would_stop(turn: Turn) -> bool:
    """Whether a short message means to stop, in other words than the order; she is asked before anything is dropped."""
    heard, text = turn.said.heard, turn.said.text or ""
    inside = turn.state.dialog in ("for_oneself", "for_another")
    stops = words("aftercare", "withdraw").search(fold(text)) is not None
    return inside and stops and heard is not None and heard.intent == "cancel" and len(text) <= _STOPS


def _answers(heard: Heard | None, slot: str) -> bool:
    """Whether a message holds what was asked for, whatever else it seems to want ("my name? I am …")."""
    return heard is not None and heard.command is None and slot in heard.told


def _cannot_be_left_out(turn: Turn, slot: Slot) -> bool:
    if slot.question.kind.options():
        return False
    turn.state.tries += 1
    if turn.state.tries > PATIENCE:
        _take(turn, slot, Answer(None, turn.said.text or "", doubtful=True))
        return True
    turn.say(f"needed.{slot.question.name}", phone=turn.ctx.phone)
    turn.ask()
    return True


def _back(turn: Turn) -> None:
    state = turn.state
    while state.trail and state.trail[-1] == state.asking:
        state.trail.pop()
    while state.trail and (state.trail[-1] not in state.answers and turn.dialog.slot(state.trail[-1]) is None):
        state.trail.pop()
    if not state.trail:
        turn.say("tell.at_the_start")
        state.held = False
    else:
        state.asking, state.held, state.tries = state.trail.pop(), True, 0
        turn.say("tell.back")
    turn.ask()


def _confirm(turn: Turn) -> None:
    state, wanted = turn.state, turn.state.confirming
    said = turn.said
    if wanted == anew.OFFER:
        _as_before(turn)
        return
    if said.choice is not None:
        parts = asking.read_button(said.choice)
        known = parts is not None and parts[:3] == (turn.ctx.tag, state.draft, "@confirm")
        yes = known and parts is not None and parts[3] == "yes"
    else:
        heard = said.heard
        yes = (said.text or "").strip() == "1" or bool(heard and (heard.yes is True or wanted in heard.orders))
    state.confirming = ""
    if not yes:
        turn.say("tell.going_on")
        turn.ask()
        return
    turn.do(Forget(wanted))
    dialog = state.dialog
    outside.close(turn)
    if wanted == "restart" and station.reopened(turn, dialog):
        turn.ask()
    elif wanted == "restart":
        outside.begin(turn)
    else:
        turn.say("tell.cancelled", phone=turn.ctx.phone)
        turn.state.let_go = dialog == "for_oneself"


def _as_before(turn: Turn) -> None:
    """What she told last time: taken, asked for anew, or left aside for what she says instead."""
    yes = anew.answered(turn)
    turn.state.confirming = ""
    if yes is None:
        turn.state.answers[anew.OFFER] = Answer(False, how="inferred")
        _inside(turn)
        return
    anew.take(turn, yes)
    _go_on(turn)


def _answered(turn: Turn) -> None:
    slot = turn.open_slot()
    assert slot is not None and turn.said.text is not None
    new = [file.id for file in turn.said.files if file.id not in turn.state.files]
    if new:
        turn.state.files.extend(new)
        turn.took(len(new))
        if slot.question.name == "proof":
            turn.state.answers["proof_file"] = Answer(new)
    kind = slot.question.kind.given(turn.state.answers)
    if new and isinstance(kind, IdNumber) and kind.is_named(turn.said):
        _number_on_a_photo(turn, slot)
        return
    if not isinstance(kind, Kind):
        review.answered(turn)
        return
    if turn.state.held and slot.name in turn.state.answers and _leaves_it(turn):
        turn.state.held = False
        turn.ask()
        return
    if review.corrected(turn, slot):
        turn.ask()
        return
    merged = merge_member(turn.state, slot, turn.said)
    if merged and slot.name in turn.state.answers:
        turn.state.held, turn.state.tries = False, 0
        _go_on(turn)
        return
    if not merged and turn.state.tries < PATIENCE and told_of_others(turn.state, slot, turn.said):
        turn.state.tries += 1
        turn.say("tell.kept", what=asking.labels(["members"]))
        turn.ask()
        return
    heard = turn.said.heard
    if heard is not None and heard.no_more and not heard.members and slot.index is not None and slot.question.unknown:
        _take(turn, slot, Answer(None, turn.said.text))
        return
    value = kind.read(turn.said, turn.ctx)
    if isinstance(value, Problem) and slot.name == "for_whom" and outside.settled_by_the_story(turn):
        value = Answer("other", turn.said.text, "inferred")
    elif _mends_something_else(turn, slot) and not isinstance(value, Problem):
        value = Problem("money_missing")
    _read(turn, slot, kind, value, turn.said.text)


def _mends_something_else(turn: Turn, slot: Slot) -> bool:
    """Whether what sounds like an amount puts something else right ("he is in the third year, not the second")."""
    heard = turn.said.heard
    if heard is None or heard.intent != "correct" or turn.state.held or not isinstance(slot.question.kind, Money):
        return False
    return all(one.field != "income" for one in heard.corrections) and "income" not in heard.told


def _leaves_it(turn: Turn) -> bool:
    """Whether she would rather leave the answer she came back to as it is."""
    text = fold(turn.said.text or "").strip("。.!！ ")
    return words("review", "keep").fullmatch(text) is not None


def _number_on_a_photo(turn: Turn, slot: Slot) -> None:
    """A photo of the card is as good as its number: the window copies it, and nobody is asked why there is none."""
    turn.say("tell.number_on_photo")
    turn.state.answers["id_missing"] = Answer(None, turn.said.text or "", "told")
    _take(turn, slot, Answer(None, turn.said.text or ""))


def _read(turn: Turn, slot: Slot, kind: Kind, value: object, raw: str) -> None:
    """Take what a kind read, or say what is wrong with it."""
    if _names_another(turn, slot, value):
        value = Problem("name_missing")
    wrong = not isinstance(kind, IdNumber) and holds_wrong_number(turn.said, turn.ctx.today)
    if not isinstance(value, Problem):
        if wrong:
            turn.say("tell.number_wrong")
        _take(turn, slot, value if isinstance(value, Answer) else Answer(value, raw))
        return
    known = dict(turn.state.answers)
    kept = keep_what_was_told(turn.state, turn.dialog, turn.said, but=slot.name)
    kept = kept or _more_of(turn, known)
    if kept:
        turn.say("tell.kept", what=asking.labels(kept))
    if kept and slot.question.skip:  # who tells other things instead of a reason that may stay open is not held up
        _take(turn, slot, Answer(None, ""))
        return
    if not kept or slot.question.skip or slot.question.unknown:
        turn.state.tries += 1  # who tells other things instead would rather not be asked this a third time
    if turn.state.tries > PATIENCE and turn.state.held and slot.name in turn.state.answers:
        # She wanted to change it and could not say how: it stays as it was, and nothing is overwritten by rubbish.
        turn.say("tell.kept_as_it_was", phone=turn.ctx.phone)
        _take(turn, slot, turn.state.answers[slot.name])
        return
    if turn.state.tries > PATIENCE:
        taken = kind.take_as_is(turn.said)
        if taken is not None or slot.question.skip or slot.question.unknown or kind.may_stay_open:
            # Nobody is kept at a question: it is written down as it stands or left open, for the window to look at.
            if not kept:
                turn.say("tell.left_open" if taken is None else "tell.taken_as_is")
            _take(turn, slot, Answer(None if kept else taken, raw, doubtful=not kept))
            return
    if wrong:
        turn.say("tell.number_wrong")
    elif not kept:
        turn.do(_problem(value))
    if turn.state.tries == PATIENCE + 1:
        turn.say("tell.person_can_help", phone=turn.ctx.phone)
    turn.ask()


def _more_of(turn: Turn, before: dict[str, Answer]) -> list[str]:
    """What she had told something of and tells more of now."""
    now = turn.state.answers
    return [slot for slot in before if now[slot].value != before[slot].value and turn.dialog.slot(slot) is not None]


def _names_another(turn: Turn, slot: Slot, value: object) -> bool:
    """Whether the name in an answer to "your name" is of somebody in her house ("the old man is called …")."""
    heard = turn.said.heard
    if slot.name != "name" or heard is None or not isinstance(value, str):
        return False
    return any(one.get("name") == value and one.get("relation") != "self" for one in heard.members)


def _take(turn: Turn, slot: Slot, answer: Answer) -> None:
    """Keep an answer and go on; whatever else the message told is kept too."""
    state = turn.state
    if isinstance(answer.value, MembersRead):
        assert slot.repeat is not None
        if not add_members(state, slot.repeat, answer.value, turn.said):
            turn.say("tell.too_many_members", limit=slot.repeat.limit)
    else:
        state.answers[slot.name] = answer
        _keep_why_not(turn, answer)
        if isinstance(slot.question.kind, WhichPlace) and not answer.doubtful:
            place_settled(state.answers)
            state.trail = [name for name in state.trail if name != slot.name]  # gone for good: nothing to go back to
        if slot.name == "for_whom" and answer.value == "self":
            unsettle(state)
            turn.hear_the_story(anew=True)
    state.held = False
    state.tries = 0
    tell_of_member(state, slot, turn.said)
    kept = keep_what_was_told(state, turn.dialog, turn.said, but=slot.name)
    if kept and turn.said.text:
        turn.say("tell.kept", what=asking.labels(kept))
    _go_on(turn)


def _keep_why_not(turn: Turn, answer: Answer) -> None:
    """Words that say why there is no number ("the card is lost") answer the question that would ask for it."""
    following = turn.dialog.open_slot(turn.state.answers) if answer.value is None and turn.said.text else None
    if following is not None and isinstance(following.question.kind, WhyNoNumber):
        reason = following.question.kind.told(turn.said)
        if reason is not None:
            turn.state.answers[following.name] = Answer(reason, turn.said.text or "", "told")


def _problem(problem: Problem) -> Say:
    return Say(f"problem.{problem.code}", dict(problem.params))
